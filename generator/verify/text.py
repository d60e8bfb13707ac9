"""The text layer of a PDF, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2 as pdfium

from generator.common.language import Text
from generator.verify.upright import upright_text

# A document of the programme has two or three pages.
MAX_PAGES = 50


class UnreadablePdfError(Exception):
    """The PDF or the picture cannot be opened, has no page or too many; `reason` says why, as `str()` does."""

    def __init__(self, reason: Text | str) -> None:
        super().__init__(reason.en if isinstance(reason, Text) else reason)
        self.reason = reason if isinstance(reason, Text) else Text(reason, reason)


def check_page_count(count: int) -> None:
    """Refuse a document of no page, or of more than one of the programme has.

    Raises:
        UnreadablePdfError: it is refused.
    """
    if not count:
        raise UnreadablePdfError(Text("il n'a pas de page", "it has no page"))
    if count > MAX_PAGES:
        raise UnreadablePdfError(Text(f"il a {count} pages", f"it has {count} pages"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a cell of a page, its box (left, top, right, bottom, in pixels), and how sure its reader is, to 100."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float = field(default=100.0, compare=False)

    @property
    def height(self) -> int:
        """Its height."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """How far down the page its middle is."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page, and where: left, top, right and bottom, in pixels; its words, where they are known."""

    text: str
    box: tuple[int, int, int, int]
    pieces: tuple[Piece, ...] = field(default=(), compare=False)

    def scaled(self, factor: float) -> Line:
        """Return the line where it is on a page of other pixels, `factor` for each of this one, without its words."""
        left, top, right, bottom = (round(side * factor) for side in self.box)
        return Line(self.text, (left, top, right, bottom))


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with document:
        check_page_count(len(document))
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise UnreadablePdfError(str(error)) from error


def page_texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each page, lines parted by newlines, in the order the page sets them.

    Args:
        data: a PDF file.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    texts = []
    with _opened(data) as document:
        for index in range(len(document)):
            page, text_page = upright_text(document, index)
            # PDFium writes U+0002 for a hyphen at the end of a line, and joins the lines.
            texts.append(text_page.get_text_bounded().replace("\x02", "-\n").replace("\r\n", "\n"))
            text_page.close()
            page.close()
    return tuple(texts)


def text_lines(data: bytes, dpi: int) -> list[tuple[Line, ...]]:
    """Return the lines of each page's text, and where they stand on a drawing of the page at `dpi`.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    scale = dpi / 72
    pages = []
    with _opened(data) as document:
        for index in range(len(document)):
            page, text_page = upright_text(document, index)
            height = page.get_height()
            lines = []
            for found in re.finditer(r"[^\r\n\x02]+", text_page.get_text_range()):
                inked = [index for index in range(*found.span()) if not found[0][index - found.start()].isspace()]
                if inked:
                    lefts, bottoms, rights, tops = zip(*(text_page.get_charbox(index) for index in inked), strict=True)
                    sides = (min(lefts), height - max(tops), max(rights), height - min(bottoms))
                    left, top, right, bottom = (round(side * scale) for side in sides)
                    lines.append(Line(found[0], (left, top, right, bottom)))
            pages.append(tuple(lines))
            text_page.close()
            page.close()
    return pages
