"""The mentions of one document of one order, as they must stand on paper."""

from __future__ import annotations

from dataclasses import dataclass

from generator.orders import Order
from generator.printed import printed
from generator.references import Appel
from generator.references import DocumentKind


@dataclass(frozen=True, slots=True)
class PrintedMention:
    """A mention with this order's value.

    Attributes:
        id: the mention's id in the AF's record.
        text: its fixed text; may be empty.
        value: what follows the text, empty where nothing does.
        one_line: text and value stand on one line.
    """

    id: str
    text: str
    value: str
    one_line: bool

    @property
    def whole(self) -> str:
        """Text and value, as they read one after the other."""
        return " ".join(part for part in (self.text, self.value) if part)


def expected_texts(order: Order, appel: Appel, document: DocumentKind) -> tuple[PrintedMention, ...]:
    """Return everything that must read back from a document: its mentions, then its questions and réserves."""
    questions = [PrintedMention(f"question.{question.id}", question.text, "", False) for question in appel.questions]
    reserves = order.va.reserves if order.va and document is not DocumentKind.BDC else None
    items = [
        PrintedMention(f"reserve.{number}", "", text, False) for number, text in enumerate(reserves or (), start=1)
    ]
    return (*printed_mentions(order, appel, document), *questions, *items)


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
