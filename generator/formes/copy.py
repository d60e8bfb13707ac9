"""A document on its way to its PDF: what a forme, or LibreOffice, makes it of."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass

from generator.docx.render import Contents
from generator.formes.cliche import Printed
from generator.formes.cliche import print_docx
from generator.formes.probe import Probed
from generator.formes.probe import Style
from generator.formes.probe import TooManyValuesError
from generator.formes.probe import key_of
from generator.formes.probe import probe
from generator.formes.probe import values_of
from generator.orders import Order
from generator.pdf.properties import Attachment
from generator.pdf.properties import PdfProperties
from generator.references import DocumentKind
from generator.templates import Template


class NoFormeError(Exception):
    """No forme can stand for LibreOffice; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A document to be set.

    Attributes:
        order: the order.
        document: the kind of document.
        template: the layout.
        contents: what it was filled with.
        values: the values in it; none where there are more than codes.
        key: the name of its kind; empty where it has none, there being no values.
        printed: its DOCX.
        qr_text: what its QR code says.
        properties: what the PDF says of itself.
        attachment: what the PDF carries.
    """

    order: Order
    document: DocumentKind
    template: Template
    contents: Contents
    values: tuple[str, ...]
    key: str
    printed: Printed
    qr_text: str
    properties: PdfProperties
    attachment: Attachment | None

    @property
    def docx(self) -> bytes:
        """Its DOCX."""
        return self.printed.docx

    def probed_as(
        self,
        style: Style,
        wraps: Mapping[int, Callable[[Style], str]] | None = None,
        wide: Callable[[int], str] | None = None,
        *,
        logo_stays: bool = False,
    ) -> Probed:
        """Return its contents with probes, as `probe` does.

        Raises:
            NoFormeError: it has more values than there are codes.
        """
        try:
            return probe(self.contents, self.order.numero, style, wraps, wide, logo_stays=logo_stays)
        except TooManyValuesError as error:
            raise NoFormeError("more values than codes") from error


def copy_of(
    order: Order,
    document: DocumentKind,
    template: Template,
    contents: Contents,
    *,
    qr_text: str,
    properties: PdfProperties,
    attachment: Attachment | None,
) -> Copy:
    """Return a document to be set, its DOCX made.

    Raises:
        RenderError: the template cannot be used.
    """
    try:
        values, rest = values_of(contents, order.numero)
        key = key_of(template, contents, order.numero, rest)
    except TooManyValuesError:
        values, key = (), ""
    printed = print_docx(order, document, template, contents, values=values, key=key)
    return Copy(order, document, template, contents, values, key, printed, qr_text, properties, attachment)
