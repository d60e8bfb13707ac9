"""Fill in the mentions of a document with the values of its order."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.documents.printed import answer, printed, tva_label
from generator.orders import Order
from generator.orders.model import Answer, Personne
from generator.references import Appel, DocumentKind, Question

# Ids of the mentions for the two choices of réserves.
RESERVES_CHOICES = ("sans_reserve", "avec_reserves")
# Ids of the mentions that are titles of documents.
TITLES = {DocumentKind.BDC: "titre_bdc", DocumentKind.VA: "titre_va", DocumentKind.PV_PILOTE: "titre_pv_pilote"}
TICKED, EMPTY = "\N{BALLOT BOX WITH X}", "\N{BALLOT BOX}"
# The values that one sentence says as well, as the layouts of version 0.1.0 do: how amounts are worded is the vendor's.
_AMOUNTS = ("montant.hors_taxes", "montant.tva", "montant.toutes_taxes", "montant.pris_en_charge")
_IN_A_SENTENCE = "montant.complet"
# Characters between a question and its answer in words: the boxes, and additions of an own template.
_ANSWER_GAP = 60


@dataclass(frozen=True, slots=True)
class PrintedMention:
    """A mention with this order's value.

    Attributes:
        id: the mention's id in the AF's record.
        text: its fixed text; may be empty.
        value: the value that follows the text; empty without one.
        one_line: text and value are on one line.
        gap: the number of characters allowed between text and value.
        is_box: a box and its line; the text layer contains the box, optical readers lose it.
        also: a sentence that says the same in other words, and stands for it; empty without one.
    """

    id: str
    text: str
    value: str
    one_line: bool = False
    gap: int = 0
    is_box: bool = False
    also: str = ""

    @property
    def whole(self) -> str:
        """Text and value, separated by a space."""
        return " ".join(part for part in (self.text, self.value) if part)


def expected_texts(order: Order, appel: Appel, document: DocumentKind) -> tuple[PrintedMention, ...]:
    """Return every text that a document must contain.

    These are its mentions, the boxes of prestation and réserves, every question with its answer in words, and the
    réserves, signatories and conditional clause of the order.
    """
    return (
        *printed_mentions(order, appel, document),
        *(_bdc_texts(order, appel) if document is DocumentKind.BDC else _end_texts(order, appel)),
        *(
            # The answer is in words: optical readers lose the boxes next to it (`docs/ocr-layout.md`).
            PrintedMention(f"question.{question.id}", question.text, f"Réponse : {answer(given)}", gap=_ANSWER_GAP)
            for question, given in document_answers(order, appel, document)
        ),
    )


def document_answers(order: Order, appel: Appel, document: DocumentKind) -> tuple[tuple[Question, Answer], ...]:
    """Return the questions of a document with their answers: on a VA or PV pilote, those for the installed software."""
    installed = order.va.scenario if order.va and document is not DocumentKind.BDC else {}
    # What was installed counts on a VA, and may differ from the order (ANS, FAQ des industriels).
    given = {**order.scenario, **installed}
    return tuple((question, given[question.id]) for question in appel.questions)


def _bdc_texts(order: Order, appel: Appel) -> Iterator[PrintedMention]:
    # Both boxes are printed, as on the form; an order ticks one of them.
    for known in appel.prestations:
        yield PrintedMention(
            f"case.{known.id}", box(known.id == order.prestation), known.line, one_line=True, is_box=True
        )
    # The AF alone has the wording: a record has none until it was read there.
    if order.sous_condition_referencement:
        yield PrintedMention("clause", appel.conditional_clause or "", "")
    yield from _signatory("client", client_signatory(order, DocumentKind.BDC))
    yield from _signatory("fournisseur", order.fournisseur.signataire)


def _end_texts(order: Order, appel: Appel) -> Iterator[PrintedMention]:
    if order.va is None:
        return
    reserves = order.va.reserves
    for ticked, name in zip(reserves_ticks(reserves), RESERVES_CHOICES, strict=True):
        # An own record may do without one of these lines.
        line = appel.mention_text(name)
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
    """Return whether « sans réserve » and « avec réserves » are ticked; neither if the client chooses by hand."""
    # The client decides at the signature, and may write réserves on the paper then.
    return (False, False) if reserves is None else (not reserves, bool(reserves))


def client_signatory(order: Order, document: DocumentKind) -> Personne | None:
    """Return who signs a document for the client, None if it is not known yet."""
    return order.client.signataire if document is DocumentKind.BDC or order.va is None else order.va.signataire


def box(ticked: bool) -> str:
    """Return a box, ticked or empty."""
    return TICKED if ticked else EMPTY


def printed_mentions(order: Order, appel: Appel, document: DocumentKind) -> tuple[PrintedMention, ...]:
    """Return the mentions of a document with the values of its order.

    A mention without a value in the order (such as an optional address) is skipped.

    Args:
        order: a valid order.
        appel: the record of its AF.
        document: the kind of document.
    """
    line = appel.order_line(order.prestation) or ""
    mentions = []
    for mention in appel.document_mentions(document):
        value = printed(mention.value, order, line) if mention.value else ""
        if value is not None:
            # Some texts of the record name the order line or the rate.
            text = mention.text.replace("{prestation}", line).replace("{tva}", tva_label(order.montant))
            # Templates of version 0.1.0 are still in use: what was printed from them comes back signed.
            also = printed(_IN_A_SENTENCE, order, line) if mention.value in _AMOUNTS else ""
            mentions.append(PrintedMention(mention.id, text, value, mention.one_line, also=also or ""))
    return tuple(mentions)
