"""The text layer of a PDF, page by page; pages that are turned, or whose content is, are set upright first."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from generator.common.language import Text, text
from generator.documents.pictures import POINTS_PER_INCH

# A document of the programme has two or three pages.
MAX_PAGES = 50
# How many letters of a page tell how its text runs.
_LETTERS = 24

# How documents write euros, in a regular expression.
CURRENCY = r"(?:€|EUR\b|euros?\b)"
# Left, top, right, bottom, in pixels.
Box = tuple[int, int, int, int]
T = TypeVar("T")


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
        raise UnreadablePdfError(text("verify.refused.no-page"))
    if count > MAX_PAGES:
        raise UnreadablePdfError(text("verify.refused.pages", count=count))


def union(boxes: Sequence[Box]) -> Box:
    """Return the box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def touch(one: Box, other: Box) -> bool:
    """Return whether two boxes have a pixel in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def words_by_line(text: pdfium.PdfTextPage) -> Iterator[tuple[str, list[tuple[str, range]]]]:
    """Give each line of a page's text, and its words with the indices of their characters."""
    chars = "".join(chr(pdfium_c.FPDFText_GetUnicode(text, index)) for index in range(text.count_chars()))
    # PDFium ends lines with CR LF, and with U+0002 where a hyphen ends them.
    for line in re.finditer(r"[^\r\n\x02]+", chars):
        found = re.compile(r"[^\s\0\ufffe]+").finditer(chars, line.start(), line.end())
        yield line[0], [(word[0], range(*word.span())) for word in found]


class Placed:
    """A text with its place on a page."""

    __slots__ = ()
    box: Box

    @property
    def height(self) -> int:
        """Its height."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """How far down the page its middle is."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Piece(Placed):
    """A word or a cell of a page, its box, and how sure its reader is, to 100."""

    text: str
    box: Box
    confidence: float = field(default=100.0, compare=False)


@dataclass(frozen=True, slots=True)
class Line(Placed):
    """A line of text on a page, its box, and its words where they are known."""

    text: str
    box: Box
    pieces: tuple[Piece, ...] = field(default=(), compare=False)

    def scaled(self, factor: float) -> Line:
        """Return the line where it is on a page of other pixels, `factor` for each of this one, without its words."""
        left, top, right, bottom = (round(side * factor) for side in self.box)
        return Line(self.text, (left, top, right, bottom))


def page_texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each page, lines parted by newlines, in the order the page sets them.

    Args:
        data: a PDF file.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """

    def text_of(_: pdfium.PdfPage, text: pdfium.PdfTextPage) -> str:
        # PDFium writes U+0002 for a hyphen at the end of a line, and joins the lines.
        return str(text.get_text_bounded()).replace("\x02", "-\n").replace("\r\n", "\n")

    return tuple(_of_each_page(data, text_of))


def text_lines(data: bytes, dpi: int) -> list[tuple[Line, ...]]:
    """Return the lines of each page's text, and where they stand on a drawing of the page at `dpi`.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    scale = dpi / POINTS_PER_INCH

    def lines_of(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> tuple[Line, ...]:
        height = page.get_height()
        lines = []
        for found in re.finditer(r"[^\r\n\x02]+", text.get_text_range()):
            inked = [index for index in range(*found.span()) if not found[0][index - found.start()].isspace()]
            if inked:
                lefts, bottoms, rights, tops = zip(*(text.get_charbox(index) for index in inked), strict=True)
                sides = (min(lefts), height - max(tops), max(rights), height - min(bottoms))
                left, top, right, bottom = (round(side * scale) for side in sides)
                lines.append(Line(found[0], (left, top, right, bottom)))
        return tuple(lines)

    return _of_each_page(data, lines_of)


def _of_each_page(data: bytes, read: Callable[[pdfium.PdfPage, pdfium.PdfTextPage], T]) -> list[T]:
    """Return what `read` gives of each page and its text, both set upright."""
    found = []
    try:
        with pdfium.PdfDocument(data) as document:
            check_page_count(len(document))
            for index in range(len(document)):
                page, text = _upright_text(document, index)
                found.append(read(page, text))
                text.close()
                page.close()
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    return found


def _upright_text(document: pdfium.PdfDocument, index: int) -> tuple[pdfium.PdfPage, pdfium.PdfTextPage]:
    """Return a page and its text, what is on it turned so that the text is upright, whatever viewers turn."""
    page = document[index]
    text = page.get_textpage()
    quarters = _quarters_of(text)
    if not quarters and not page.get_rotation():
        return page, text
    # PDFium gives text in the order of the page's own frame. Of text that runs down the page, or of a page that viewers
    # turn, that is no order at all.
    text.close()
    _turn(page, quarters)
    page.close()
    page = document[index]
    return page, page.get_textpage()


def is_turned(document: pdfium.PdfDocument) -> bool:
    """Return whether a page of a document is turned, by viewers or by its content."""
    for page in document:
        text = page.get_textpage()
        turned = bool(page.get_rotation() or _quarters_of(text))
        text.close()
        page.close()
        if turned:
            return True
    return False


def _quarters_of(text: pdfium.PdfTextPage) -> int:
    """Return the quarter turns, clockwise, that set most of a page's letters upright."""
    count = text.count_chars()
    some = range(0, count, max(count // _LETTERS, 1))
    letters = [index for index in some if chr(max(pdfium_c.FPDFText_GetUnicode(text, index), 0)).isalnum()]
    angles = [round(-pdfium_c.FPDFText_GetCharAngle(text, index) / (math.pi / 2)) % 4 for index in letters]
    return max(set(angles), key=angles.count, default=0)


def _turn(page: pdfium.PdfPage, quarters: int) -> None:
    """Turn what is on a page by quarter turns, clockwise, and tell viewers to turn it no more."""
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    # Each turns what is on the page, and moves it back to where the page begins.
    matrix = {
        0: (1, 0, 0, 1, -left, -bottom),
        1: (0, -1, 1, 0, -bottom, right),
        2: (-1, 0, 0, -1, right, top),
        3: (0, 1, -1, 0, top, -left),
    }[quarters]
    page.set_rotation(0)
    box = (0, 0, height, width) if quarters % 2 else (0, 0, width, height)
    clip = pdfium_c.FS_RECTF(0, box[3], box[2], 0)
    pdfium_c.FPDFPage_TransFormWithClip(page, pdfium_c.FS_MATRIX(*matrix), ctypes.byref(clip))
    page.set_mediabox(*box)
    page.set_cropbox(*box)
