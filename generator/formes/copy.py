"""A document on its way to its PDF: what a forme, or LibreOffice, makes it of."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass

from generator.docx.render import Contents
from generator.docx.render import Template
from generator.formes.probe import Probed
from generator.formes.probe import Style
from generator.formes.probe import TooManyValuesError
from generator.formes.probe import probe
from generator.orders import Order
from generator.pdf.properties import Attachment
from generator.pdf.properties import PdfProperties
from generator.references import DocumentKind


class NoFormeError(Exception):
    """No forme can stand for LibreOffice; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A document to be set: the order, what its DOCX was made of, the DOCX, and what the PDF says and carries."""

    order: Order
    document: DocumentKind
    template: Template
    contents: Contents
    docx: bytes
    qr_text: str
    properties: PdfProperties
    attachment: Attachment | None

    def probed(self, style: Style = Style.CODE, wraps: Mapping[int, Callable[[Style], str]] | None = None) -> Probed:
        """Return its contents with probes; `wraps` gives those of values that take several lines.

        Raises:
            NoFormeError: it has more values than there are codes.
        """
        try:
            return probe(self.contents, self.order.numero, style, wraps)
        except TooManyValuesError as error:
            raise NoFormeError("more values than codes") from error
