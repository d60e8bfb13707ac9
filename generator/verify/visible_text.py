"""The text of a PDF that people see: what is invisible, tiny, pale or covered does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pypdfium2 as pdfium

from generator.verify.painted import LaidWord, Sight, laid_words, sights_of, without_text
from generator.verify.raster import PageImage
from generator.verify.synthesis.expected import DPI, Box, Word, touch, union
from generator.verify.text import Line, Piece, text_lines
from generator.verify.upright import is_turned

# On pages drawn at 200 dpi: a capital of 4 pt; the grey of the palest ink; the share of a box that letters leave white.
_TINY, _PALE, _COVERED = 8, 160, 0.08
# A dash has no height of its own.
_FLAT_SIGNS = frozenset("-–—_.,:;'’…·•")
# A page of which fewer words are painted than this share is a scan, with the words that an engine read laid under it.
_SCAN = 0.2


@dataclass(frozen=True)
class HiddenText:
    """Words of one line that people do not see.

    Attributes:
        text: the words.
        line: all words of their line.
        box: where they are on the page, in pixels.
        sight: how they are seen.
    """

    text: str
    line: str
    box: Box
    sight: Sight


@dataclass(frozen=True)
class VisibleText:
    """The lines of each page that people see, and the text of each page that they do not."""

    pages: tuple[tuple[Line, ...], ...]
    hidden: tuple[tuple[HiddenText, ...], ...]


def visible_text(data: bytes, drawn: Sequence[PageImage]) -> VisibleText:
    """Return what people see of a PDF's text; of pages that are turned, all of it, without the places of its words.

    Args:
        data: the PDF.
        drawn: its pages, drawn at 200 dpi.
    """
    pages, hidden = [], []
    with pdfium.PdfDocument(data) as document:
        turned = is_turned(document)
    with pdfium.PdfDocument(data) as document:
        document.init_forms()
        for image, page in zip(drawn, document, strict=False):
            laid = laid_words(page)
            words = [each.word for each in laid]
            sights = _as_people_see(words, _sights(page, laid, image), without_text(page))
            seen = [word for word, sight in zip(words, sights, strict=True) if sight is Sight.SEEN]
            pages.append(tuple(_lines(seen)))
            hidden.append(tuple(_hidden(words, sights)))
    return VisibleText(tuple(text_lines(data, DPI)) if turned else tuple(pages), tuple(hidden))


def _sights(page: pdfium.PdfPage, laid: Sequence[LaidWord], image: PageImage) -> list[Sight]:
    """Return how each word is seen; what is drawn twice in its place is seen: bold letters and shadows are made so."""
    sights = sights_of(page, laid, image)
    seen = [each.word for each, sight in zip(laid, sights, strict=True) if sight is Sight.SEEN]
    found: list[Sight] = []
    for sight, run in groupby(zip(laid, sights, strict=True), key=lambda pair: pair[1]):
        words = [each.word for each, _ in run]
        is_twice = sight is Sight.COVERED and all(any(_is_twin(word, other) for other in seen) for word in words)
        found += [Sight.SEEN if is_twice else sight] * len(words)
    return found


def _as_people_see(words: Sequence[Word], sights: Sequence[Sight], pictures: PageImage) -> list[Sight]:
    """Return how each word is seen, where a picture may show it too: scans have their words laid under them.

    Args:
        words: the words of a page.
        sights: how each is painted.
        pictures: the page without its text.
    """
    painted = [word for word, sight in zip(words, sights, strict=True) if sight is Sight.SEEN]
    is_scan = len(painted) < _SCAN * len(words)
    found = []
    for word, sight in zip(words, sights, strict=True):
        is_alone = is_scan or (sight is Sight.UNPAINTED and not any(touch(word.box, other.box) for other in painted))
        if sight in (Sight.COVERED, Sight.UNPAINTED) and is_alone and _shows_letters(word, pictures):
            found.append(Sight.SEEN)
        else:
            found.append(Sight.UNPAINTED if sight is Sight.SEEN and _is_tiny(word) else sight)
    return found


def _is_twin(word: Word, other: Word) -> bool:
    """Return whether a word is another, drawn once more."""
    return word.text == other.text and touch(word.box, other.box)


def _hidden(words: Sequence[Word], sights: Sequence[Sight]) -> Iterator[HiddenText]:
    """Return the text that is not seen, neighbours of a line taken together."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    pairs = zip(words, sights, strict=True)
    for (line, sight), group in groupby(pairs, key=lambda pair: (pair[0].line, pair[1])):
        run = [word for word, _ in group]
        if sight is not Sight.SEEN:
            text = " ".join(word.text for word in run)
            yield HiddenText(text, " ".join(lines[line]), union([word.box for word in run]), sight)


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


def _is_tiny(word: Word) -> bool:
    """Return whether a word is too small to be read, however it is turned."""
    sides = (max(right - left, bottom - top) for left, top, right, bottom in word.glyphs)
    return max(sides) < _TINY and not set(word.text) <= _FLAT_SIGNS


def _shows_letters(word: Word, image: PageImage) -> bool:
    """Return whether the page has dark and light in the box of a word."""
    left, top, right, bottom = _inside(word.box, image)
    piece = image.pixels[top:bottom, left:right]
    if not piece.size:
        return False
    # A box of one colour shows no letters, be it white or black.
    varies = float((piece > _PALE).mean()) > _COVERED or set(word.text) <= _FLAT_SIGNS
    return not _is_tiny(word) and varies and int(piece.min()) < _PALE


def _inside(box: Box, image: PageImage) -> Box:
    height, width = image.pixels.shape
    left, top, right, bottom = box
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)
