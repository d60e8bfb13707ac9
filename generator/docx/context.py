"""What a template can print: every value already in its printed form. `docs/own-templates.md` lists the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.mentions import RESERVES_CHOICES
from generator.mentions import PrintedMention
from generator.mentions import answers_of
from generator.mentions import box
from generator.mentions import client_signatory
from generator.mentions import printed_mentions
from generator.mentions import reserves_ticks
from generator.orders import Order
from generator.orders.model import Answer
from generator.orders.model import Personne
from generator.printed import PRINTED_NAMES
from generator.printed import answer
from generator.printed import printed
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import Question


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
    """A question of the scenario and its answer; `ordered` is the order's answer where the VA's differs."""

    text: str
    answer: str
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
class Signatures:
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
    line = appel.line_of(order.prestation) or ""
    questions = tuple(_question(question, given, order) for question, given in answers_of(order, appel, document))
    mentions = _mentions(order, appel, document)
    return {
        **_values(order, line),
        "document": DocumentName(document.value, document.label.fr),
        "mention": mentions,
        "other_mentions": tuple(each for name, each in mentions.items() if each and name not in placed),
        "prestations": tuple(
            PrestationChoice(box(known.id == order.prestation), known.line) for known in appel.prestations
        ),
        "questions": questions,
        "changed": _changed(questions, document),
        "reserves": _reserves(order, appel),
        "clause": appel.conditional_clause if order.sous_condition_referencement else "",
        "signature": _signatures(order, document),
    }


def _values(order: Order, line: str) -> dict[str, object]:
    """Return the printed values, `fournisseur.siret` as an entry of `fournisseur`."""
    values: dict[str, object] = {}
    groups: dict[str, dict[str, str | None]] = {}
    for name in sorted(PRINTED_NAMES):
        group, _, rest = name.partition(".")
        if rest:
            groups.setdefault(group, {})[rest] = printed(name, order, line)
        else:
            values[group] = printed(name, order, line)
    return {**values, **groups}


def _mentions(order: Order, appel: Appel, document: DocumentKind) -> Mapping[str, PrintedMention | None]:
    stated = {mention.id: mention for mention in printed_mentions(order, appel, document)}
    return {mention.id: stated.get(mention.id) for mention in appel.mentions_of(document)}


def _question(question: Question, given: Answer, order: Order) -> PrintedQuestion:
    ordered = order.scenario[question.id]
    return PrintedQuestion(
        text=question.text,
        answer=answer(given),
        is_date=question.is_date,
        yes_box=box(given is True),
        no_box=box(given is False),
        ordered=answer(ordered) if ordered != given else "",
    )


def _changed(questions: tuple[PrintedQuestion, ...], document: DocumentKind) -> str:
    """Say whether what was installed is what was ordered; nothing on a BDC. A date that moved changes no scenario."""
    if document is DocumentKind.BDC:
        return ""
    count = sum(bool(question.ordered) for question in questions if not question.is_date)
    if not count:
        return "Le scénario installé est celui du bon de commande."
    answers = "une réponse" if count == 1 else f"{count} réponses"
    return f"Le scénario installé diffère de celui du bon de commande sur {answers}."


def _reserves(order: Order, appel: Appel) -> PrintedReserves:
    reserves = order.va.reserves if order.va else None
    ticks = reserves_ticks(reserves)
    choices = (appel.text_of(name) for ticked, name in zip(ticks, RESERVES_CHOICES, strict=True) if ticked)
    without, some = map(box, ticks)
    return PrintedReserves(without, some, choice=next(choices, ""), items=reserves or ())


def _signatures(order: Order, document: DocumentKind) -> Signatures:
    return Signatures(_signatory(client_signatory(order, document)), _signatory(order.fournisseur.signataire))


def _signatory(person: Personne | None) -> Signatory:
    return Signatory(person.nom, person.qualite or "") if person else Signatory("", "")
