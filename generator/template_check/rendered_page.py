"""Read a rendered page: its lines of text, their boxes, and whether their ink is visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image

POINTS_PER_INCH = 72
# Fine enough for hairlines of letters of 6 points, and a page in some ten milliseconds.
_DPI = 100
# Printers do not reach the last millimetres of a sheet.
UNPRINTED = 4 * POINTS_PER_INCH / 25.4
# The smallest difference of grey between letters and paper, from 0 to 255.
_SEEN = 60
# Lines of one text whose letters meet by more than this share of their height are set over one another.
_OVER = 0.4
_BESIDE = 0.5
# Header and footer have this share of the height each, at most.
_MARGINS = 0.12
# Going back by more points than this is no kerning.
_BACK = 30


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def shares_height(self, other: Box) -> float:
        """Return how much of the lower of two boxes' height stands at the height of the other, from 0 to 1."""
        common = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(common, 0.0) / max(min(self.height, other.height), 0.1)

    def shares_width(self, other: Box) -> float:
        """Return over how many points two boxes stand one above the other."""
        return min(self.right, other.right) - max(self.left, other.left)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text, where its ink should be, and whether the page shows any there."""

    text: str
    box: Box
    is_seen: bool


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page: its number from 1, its size in points, and its lines in the order that the file says them."""

    number: int
    width: float
    height: float
    lines: tuple[PageLine, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said between header and footer."""
        top, bottom = _MARGINS * self.height, (1 - _MARGINS) * self.height
        return not any(top < line.box.bottom and line.box.top < bottom for line in self.lines)

    def outside(self) -> Iterator[PageLine]:
        """Return the lines that go beyond the part of the sheet that printers reach."""
        for line in self.lines:
            box = line.box
            inside = (
                box.left >= UNPRINTED
                and box.top >= UNPRINTED
                and box.right <= self.width - UNPRINTED
                and box.bottom <= self.height - UNPRINTED
            )
            if not inside:
                yield line

    def overlapping(self) -> Iterator[tuple[PageLine, PageLine]]:
        """Return the pairs of lines that are set over one another."""
        for index, line in enumerate(self.lines):
            for other in self.lines[index + 1 :]:
                if line.box.shares_width(other.box) > 1 and line.box.shares_height(other.box) > _OVER:
                    yield line, other

    def beside(self, line: PageLine) -> PageLine | None:
        """Return a line that stands at the height of another, to its left or right; None where there is none."""
        others = (other for other in self.lines if other is not line)
        return next((other for other in others if other.box.shares_height(line.box) > _BESIDE), None)


def open_pages(data: bytes) -> tuple[RenderedPage, ...]:
    """Return the pages of a PDF.

    Raises:
        pypdfium2.PdfiumError: it is damaged.
    """
    pages = []
    with pdfium.PdfDocument(data) as document:
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            picture = page.render(scale=_DPI / POINTS_PER_INCH, grayscale=True).to_pil().convert("L")
            pages.append(RenderedPage(number, width, height, tuple(_lines(page, height, picture))))
            page.close()
    return tuple(pages)


def _lines(page: pdfium.PdfPage, height: float, picture: Image.Image) -> Iterator[PageLine]:
    text = page.get_textpage()
    # PDFium writes U+0002 for a hyphen at the end of a line.
    for found in re.finditer(r"[^\r\n\x02]+", text.get_text_range()):
        for start, end in _stretches(text, *found.span()):
            inked = [at for at in range(start, end) if not found[0][at - found.start()].isspace()]
            lefts, bottoms, rights, tops = zip(*map(text.get_charbox, inked), strict=True)
            box = Box(min(lefts), height - max(tops), max(rights), height - min(bottoms))
            said = found[0][start - found.start() : end - found.start()].strip()
            yield PageLine(said, box, _is_seen(picture, box))
    text.close()


def _stretches(text: pdfium.PdfTextPage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what PDFium takes for a line where it goes back to the left: lines set over one another are one to it."""
    first, furthest = None, 0.0
    for at in range(start, end):
        if text.get_text_range(at, 1).isspace():
            continue
        left, _, right, _ = text.get_charbox(at)
        if first is not None and left < furthest - _BACK:
            yield first, at
            first = None
        if first is None:
            first, furthest = at, right
        furthest = max(furthest, right)
    if first is not None:
        yield first, end


def _is_seen(picture: Image.Image, box: Box) -> bool:
    """Tell whether a page shows light and dark where a line is: a cover, or a clip, leaves one of them."""
    scale = _DPI / POINTS_PER_INCH
    left, top, right, bottom = (round(side * scale) for side in (box.left, box.top, box.right, box.bottom))
    area = picture.crop((max(left, 0), max(top - 1, 0), min(right + 1, picture.width), min(bottom + 1, picture.height)))
    shades = area.tobytes()
    return bool(shades) and max(shades) - min(shades) > _SEEN
