"""What a template can print: every value already in its printed form. `docs/en/own-templates.md` lists the names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from generator.documents.mentions import (
    RESERVES_CHOICES,
    PrintedMention,
    box,
    client_signatory,
    document_answers,
    printed_mentions,
    reserves_ticks,
)
from generator.documents.printed import answer, printed
from generator.orders import Order
from generator.orders.model import Answer, Personne
from generator.references import Appel, DocumentKind, Question
from generator.references.model import PRINTED_NAMES

# How many small letters a line has room for, and how many of them a capital is as wide as: measured in Noto Sans of 12
# points on 182 mm, on the safe side. As many lines of values fit the first page of the built-in layouts.
_LINE, _CAPITAL = 78, 1.4
_BDC_LINES, _END_LINES = 30, 32
# Mentions of earlier records, which templates may still name: id, text, and value.
_SENTENCE = "montant"
_FORMER = (("nature_choisie", "Nature choisie :", "prestation"), (_SENTENCE, "", "montant.complet"))


@dataclass(frozen=True, slots=True)
class DocumentName:
    """The document's own name."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class PrestationChoice:
    """A box of the prestation's nature."""

    box: str
    line: str


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question of the scenario and its answer.

    `other` is the answer not given, empty for a date; `ordered` is the order's answer where the VA's differs.
    """

    text: str
    answer: str
    other: str
    is_date: bool
    yes_box: str
    no_box: str
    ordered: str


@dataclass(frozen=True, slots=True)
class PrintedReserves:
    """The choice of réserves; without a choice both boxes are empty, for the client's pen."""

    without_box: str
    with_box: str
    choice: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs; empty texts where that is not known in advance."""

    nom: str
    qualite: str


@dataclass(frozen=True, slots=True)
class Signatories:
    """Who signs for each party."""

    client: Signatory
    fournisseur: Signatory


def template_context(order: Order, appel: Appel, document: DocumentKind, placed: frozenset[str]) -> dict[str, object]:
    """Return the names a template can use, but for the pictures `logo` and `qr_code`.

    Args:
        order: a dossier without errors; other than for a BDC it has a `va`.
        appel: the record of its AF.
        document: the kind of document.
        placed: ids of the mentions that the template places; the others are `other_mentions`.
    """
    line = appel.order_line(order.prestation) or ""
    questions = tuple(_question(question, given, order) for question, given in document_answers(order, appel, document))
    mentions = _mentions(order, appel, document)
    return {
        **_values(order, line),
        "document": DocumentName(document.value, document.label.fr),
        "mention": {**_former(order, line, document), **mentions},
        "other_mentions": tuple(_others(mentions, placed)),
        "prestations": tuple(
            PrestationChoice(box(known.id == order.prestation), known.line) for known in appel.prestations
        ),
        "questions": questions,
        "is_long": _is_long(order, mentions, questions, document),
        "changed": _changed(questions, document),
        "reserves": _reserves(order, appel),
        "clause": appel.conditional_clause if order.sous_condition_referencement else "",
        "signature": Signatories(
            _signatory(client_signatory(order, document)), _signatory(order.fournisseur.signataire)
        ),
    }


def _values(order: Order, line: str) -> dict[str, object]:
    """Return the printed values, `fournisseur.siret` as an entry of `fournisseur`."""
    values: dict[str, object] = {}
    groups: dict[str, dict[str, str | None]] = {}
    # Names come from a set: sorted, they are listed alike each time.
    for name in sorted(PRINTED_NAMES):
        group, _, rest = name.partition(".")
        if rest:
            groups.setdefault(group, {})[rest] = printed(name, order, line)
        else:
            values[group] = printed(name, order, line)
    return {**values, **groups}


def _mentions(order: Order, appel: Appel, document: DocumentKind) -> Mapping[str, PrintedMention | None]:
    stated = {mention.id: mention for mention in printed_mentions(order, appel, document)}
    return {mention.id: stated.get(mention.id) for mention in appel.document_mentions(document)}


def _others(mentions: Mapping[str, PrintedMention | None], placed: frozenset[str]) -> Iterator[PrintedMention]:
    """Give the mentions that a template does not place, neither one by one nor in a sentence."""
    in_a_sentence = _SENTENCE in placed
    for name, mention in mentions.items():
        if mention and name not in placed and not (in_a_sentence and mention.also):
            yield mention


def _former(order: Order, line: str, document: DocumentKind) -> dict[str, PrintedMention]:
    known = _FORMER if document is DocumentKind.BDC else ()
    return {name: PrintedMention(name, text, printed(value, order, line) or "") for name, text, value in known}


def _is_long(
    order: Order,
    mentions: Mapping[str, PrintedMention | None],
    questions: tuple[PrintedQuestion, ...],
    document: DocumentKind,
) -> bool:
    """Estimate whether the first page may not hold what is meant for it: on a VA the scenario too."""
    texts = [mention.whole for mention in mentions.values() if mention and mention.value]
    if document is DocumentKind.BDC:
        texts += [printed("client.contact", order, "") or ""]
    else:
        texts += [text for question in questions for text in (question.text, question.answer)]
    lines = sum(ceil(sum(_CAPITAL if char.isupper() else 1 for char in text) / _LINE) for text in texts)
    return lines > (_BDC_LINES if document is DocumentKind.BDC else _END_LINES)


def _question(question: Question, given: Answer, order: Order) -> PrintedQuestion:
    ordered = order.scenario[question.id]
    return PrintedQuestion(
        text=question.text,
        answer=answer(given),
        other="" if question.is_date else answer(not given),
        is_date=question.is_date,
        yes_box=box(given is True),
        no_box=box(given is False),
        ordered=answer(ordered) if ordered != given else "",
    )


def _changed(questions: tuple[PrintedQuestion, ...], document: DocumentKind) -> str:
    """Say whether what was installed is what was ordered; nothing on a BDC. A date that moved changes no scenario."""
    if document is DocumentKind.BDC:
        return ""
    changed = [question.is_date for question in questions if question.ordered]
    dates = _counted(changed.count(True), "une date", "dates")
    if False not in changed:
        return f"Le scénario installé est celui du bon de commande{f', à {dates} près' if dates else ''}."
    answers = _counted(changed.count(False), "une réponse", "réponses")
    both = " et ".join(filter(None, (answers, dates)))
    return f"Le scénario installé diffère de celui du bon de commande sur {both}."


def _counted(count: int, one: str, several: str) -> str:
    return "" if count == 0 else one if count == 1 else f"{count} {several}"


def _reserves(order: Order, appel: Appel) -> PrintedReserves:
    reserves = order.va.reserves if order.va else None
    ticks = reserves_ticks(reserves)
    choices = (appel.mention_text(name) for ticked, name in zip(ticks, RESERVES_CHOICES, strict=True) if ticked)
    without, some = map(box, ticks)
    return PrintedReserves(without, some, choice=next(choices, ""), items=reserves or ())


def _signatory(person: Personne | None) -> Signatory:
    return Signatory(person.nom, person.qualite or "") if person else Signatory("", "")
