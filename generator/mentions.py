"""The mentions of one document of one order, as they must stand on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.orders import Order
from generator.orders.model import Answer
from generator.orders.model import Personne
from generator.printed import answer
from generator.printed import printed
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import Question

# Ids of the mentions that say the two choices of réserves.
RESERVES_CHOICES = ("sans_reserve", "avec_reserves")
# Ids of the mentions that say what a document is.
TITLES = {DocumentKind.BDC: "titre_bdc", DocumentKind.VA: "titre_va", DocumentKind.PV_PILOTE: "titre_pv_pilote"}
TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
# Between a question and its answer in words stand the boxes, and whatever a vendor's layout adds.
_ANSWER_GAP = 60


@dataclass(frozen=True, slots=True)
class PrintedMention:
    """A mention with this order's value.

    Attributes:
        id: the mention's id in the AF's record.
        text: its fixed text; may be empty.
        value: what follows the text, empty where nothing does.
        one_line: text and value stand on one line.
        gap: how many characters may stand between text and value.
        is_box: a box and the line it ticks: the text layer has it, optical readers lose such signs.
    """

    id: str
    text: str
    value: str
    one_line: bool = False
    gap: int = 0
    is_box: bool = False

    @property
    def whole(self) -> str:
        """Text and value, as they read one after the other."""
        return " ".join(part for part in (self.text, self.value) if part)


def expected_texts(order: Order, appel: Appel, document: DocumentKind) -> tuple[PrintedMention, ...]:
    """Return everything that must read back from a document.

    Its mentions; the boxes of the prestation's nature and of the réserves; every question with its answer in words;
    the réserves, the signatories and the conditional clause that the dossier gives.
    """
    return (
        *printed_mentions(order, appel, document),
        *(_bdc_texts(order, appel) if document is DocumentKind.BDC else _end_texts(order, appel)),
        *(
            PrintedMention(f"question.{question.id}", question.text, f"Réponse : {answer(given)}", gap=_ANSWER_GAP)
            for question, given in answers_of(order, appel, document)
        ),
    )


def answers_of(order: Order, appel: Appel, document: DocumentKind) -> tuple[tuple[Question, Answer], ...]:
    """Return the questions of a document and their answers: on a VA or PV pilote, those of what was installed."""
    installed = order.va.scenario if order.va and document is not DocumentKind.BDC else {}
    given = {**order.scenario, **installed}
    return tuple((question, given[question.id]) for question in appel.questions)


def _bdc_texts(order: Order, appel: Appel) -> Iterator[PrintedMention]:
    for known in appel.prestations:
        yield PrintedMention(
            f"case.{known.id}", box(known.id == order.prestation), known.line, one_line=True, is_box=True
        )
    if order.sous_condition_referencement:
        yield PrintedMention("clause", appel.conditional_clause or "", "")
    yield from _signatory("client", client_signatory(order, DocumentKind.BDC))
    yield from _signatory("fournisseur", order.fournisseur.signataire)


def _end_texts(order: Order, appel: Appel) -> Iterator[PrintedMention]:
    if order.va is None:
        return
    reserves = order.va.reserves
    for ticked, name in zip(reserves_ticks(reserves), RESERVES_CHOICES, strict=True):
        line = appel.text_of(name)
        if line:
            yield PrintedMention(f"case.{name}", box(ticked), line, one_line=True, is_box=True)
    for number, reserve in enumerate(reserves or (), start=1):
        yield PrintedMention(f"reserve.{number}", "", reserve)
    yield from _signatory("client", order.va.signataire)


def _signatory(party: str, person: Personne | None) -> Iterator[PrintedMention]:
    for name, value in (("nom", person and person.nom), ("qualite", person and person.qualite)):
        if value:
            yield PrintedMention(f"signataire.{party}.{name}", "", value)


def reserves_ticks(reserves: tuple[str, ...] | None) -> tuple[bool, bool]:
    """Return which of « sans réserve » and « avec réserves » is ticked; neither where the client's pen chooses."""
    return (False, False) if reserves is None else (not reserves, bool(reserves))


def client_signatory(order: Order, document: DocumentKind) -> Personne | None:
    """Return who signs a document for the client, where that is known in advance."""
    return order.client.signataire if document is DocumentKind.BDC or order.va is None else order.va.signataire


def box(ticked: bool) -> str:
    """Return a box, ticked or empty."""
    return TICKED if ticked else EMPTY


def printed_mentions(order: Order, appel: Appel, document: DocumentKind) -> tuple[PrintedMention, ...]:
    """Return the mentions that must stand on a document of an order.

    A mention whose value the order does not have (an optional address, say) is left out.

    Args:
        order: a dossier without errors.
        appel: the record of its AF.
        document: the kind of document.
    """
    line = appel.line_of(order.prestation) or ""
    mentions = []
    for mention in appel.mentions_of(document):
        value = printed(mention.value, order, line) if mention.value else ""
        if value is not None:
            text = mention.text.replace("{prestation}", line)
            mentions.append(PrintedMention(mention.id, text, value, mention.one_line))
    return tuple(mentions)
