"""A document as it is looked at: its pages drawn upright, and what their QR codes say."""

from __future__ import annotations

from dataclasses import dataclass

from generator.verify.opened import Opened
from generator.verify.qr_codes import Codes, read_codes
from generator.verify.raster import PageImage


@dataclass(frozen=True)
class Seen:
    """An opened document, its pages for the engines, and its codes."""

    opened: Opened
    pages: tuple[PageImage, ...]
    codes: Codes

    @property
    def file(self) -> str:
        """Its path."""
        return str(self.opened.path)


def look_at(opened: Opened) -> Seen:
    """Draw a document's pages and read their codes; a scan that lies on its side is set upright by its QR code.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    pages = tuple(opened.pages())
    codes = read_codes(pages)
    return Seen(opened, tuple(opened.pages(turned=codes.turned)) if any(codes.turned) else pages, codes)
