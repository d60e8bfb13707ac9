"""The text of a PDF that people see: what is invisible, tiny, pale or covered does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from generator.verify.raster import PageImage
from generator.verify.synthesis.expected import DPI, Box, Word, union, words_of
from generator.verify.text import Line, Piece, text_lines
from generator.verify.upright import is_turned

# On pages drawn at 200 dpi: a capital of 4 pt; the grey of the palest ink; the share of a box that letters leave white.
_TINY, _PALE, _COVERED = 8, 160, 0.08
# A dash has no height of its own.
_FLAT_SIGNS = frozenset("-–—_.,:;'’…·•")


@dataclass(frozen=True)
class VisibleText:
    """The lines of each page that people see, and the words that they do not."""

    pages: tuple[tuple[Line, ...], ...]
    hidden: tuple[tuple[Word, ...], ...]


def visible_text(data: bytes, drawn: Sequence[PageImage]) -> VisibleText:
    """Return what people see of a PDF's text; of pages that are turned, all of it, without the places of its words.

    Args:
        data: the PDF.
        drawn: its pages, drawn at 200 dpi.
    """
    pages, hidden = [], []
    with pdfium.PdfDocument(data) as document:
        if is_turned(document):
            return VisibleText(tuple(text_lines(data, DPI)), ())
        for image, page in zip(drawn, document, strict=False):
            words, _ = words_of(page)
            seen = [word for word in words if _is_seen(word, image)]
            pages.append(tuple(_lines(seen)))
            hidden.append(tuple(word for word in words if word not in seen))
    return VisibleText(tuple(pages), tuple(hidden))


def _lines(words: Sequence[Word]) -> list[Line]:
    by_line: dict[int, list[Word]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    return [
        Line(
            " ".join(word.text for word in line),
            union([word.box for word in line]),
            tuple(Piece(word.text, word.box) for word in line),
        )
        for line in by_line.values()
    ]


def _is_seen(word: Word, image: PageImage) -> bool:
    left, top, right, bottom = _inside(word.box, image)
    piece = image.pixels[top:bottom, left:right]
    if not piece.size:
        return False
    is_large = bottom - top >= _TINY or set(word.text) <= _FLAT_SIGNS
    # A box of one colour shows no letters, be it white or black.
    varies = float((piece > _PALE).mean()) > _COVERED or set(word.text) <= _FLAT_SIGNS
    return is_large and varies and int(piece.min()) < _PALE


def _inside(box: Box, image: PageImage) -> Box:
    height, width = image.pixels.shape
    left, top, right, bottom = box
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)
