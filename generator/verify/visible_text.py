"""The text of a PDF that people see: what is invisible, tiny, pale or covered does not count.

PDFium draws a page without some of its text objects. The difference is the ink that people see of them, whatever else
covers them: a white box, a picture, an annotation, another text.
"""

import ctypes
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from generator.documents.pictures import POINTS_PER_INCH
from generator.verify.raster import PageImage
from generator.verify.synthesis.expected import DPI, Word
from generator.verify.text import Box, Line, Piece, is_turned, text_lines, touch, union, words_by_line

# On pages drawn at 200 dpi: a capital of 4 pt; the grey of the palest ink; the share of a box that letters leave white.
_TINY, _PALE, _COVERED = 8, 160, 0.08
# A dash has no height of its own.
_FLAT_SIGNS = frozenset("-–—_.,:;'’…·•")
# A page of which fewer words are painted than this share is a scan, with the words that a reader read laid under it.
_SCAN = 0.2
# Forms in forms that are looked into, as pypdfium2 does; texts that lie over each other and are kept apart.
_DEPTH, _LAYERS = 15, 8
# A difference of grey that is ink; the palest ink of a black glyph; the least share of a glyph's ink that is seen.
_CHANGED, _INKED, _SHOWN = 10, 24, 0.5
# The least difference between a text that people read and its paper; a glyph of fewer pixels is not judged.
_CONTRAST, _LEAST = 95, 6
_PADDING = 1

_Grey = NDArray[np.int16]
_Pixel = TypeVar("_Pixel", np.int16, np.uint8)


class Sight(enum.Enum):
    """How a word of a text layer is seen on its page."""

    SEEN = "seen"
    PALE = "pale"
    COVERED = "covered"
    UNPAINTED = "unpainted"


@dataclass(frozen=True, slots=True)
class _LaidWord:
    """A word of a text layer, placed on the drawing of its page, and the text object of each of its characters."""

    word: Word
    owners: tuple[int, ...]


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
            laid = _laid_words(page)
            words = [each.word for each in laid]
            sights = _as_people_see(words, _sights(page, laid, image), _without_text(page))
            seen = [word for word, sight in zip(words, sights, strict=True) if sight is Sight.SEEN]
            pages.append(tuple(_lines(seen)))
            hidden.append(tuple(_hidden(words, sights)))
    return VisibleText(tuple(text_lines(data, DPI)) if turned else tuple(pages), tuple(hidden))


def _sights(page: pdfium.PdfPage, laid: Sequence[_LaidWord], image: PageImage) -> list[Sight]:
    # Bold letters and shadows are made by drawing a text twice in its place: it is seen.
    sights = _sights_of(page, laid, image)
    seen = [each.word for each, sight in zip(laid, sights, strict=True) if sight is Sight.SEEN]

    def is_drawn_again(word: Word) -> bool:
        return any(word.text == other.text and touch(word.box, other.box) for other in seen)

    found: list[Sight] = []
    for sight, run in groupby(zip(laid, sights, strict=True), key=lambda pair: pair[1]):
        words = [each.word for each, _ in run]
        is_twice = sight is Sight.COVERED and all(map(is_drawn_again, words))
        found += [Sight.SEEN if is_twice else sight] * len(words)
    return found


def _as_people_see(words: Sequence[Word], sights: Sequence[Sight], pictures: PageImage) -> list[Sight]:
    # Scans have their words laid under them, so that a picture shows what the text does not paint.
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


def _hidden(words: Sequence[Word], sights: Sequence[Sight]) -> Iterator[HiddenText]:
    lines = _by_line(words)
    pairs = zip(words, sights, strict=True)
    for (line, sight), group in groupby(pairs, key=lambda pair: (pair[0].line, pair[1])):
        run = [word for word, _ in group]
        if sight is not Sight.SEEN:
            text, whole = (" ".join(word.text for word in each) for each in (run, lines[line]))
            yield HiddenText(text, whole, union([word.box for word in run]), sight)


def _by_line(words: Sequence[Word]) -> dict[int, list[Word]]:
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return lines


def _lines(words: Sequence[Word]) -> Iterator[Line]:
    for line in _by_line(words).values():
        pieces = tuple(Piece(word.text, word.box) for word in line)
        yield Line(" ".join(word.text for word in line), union([word.box for word in line]), pieces)


def _is_tiny(word: Word) -> bool:
    """Return whether a word is too small to be read, however it is turned."""
    sides = (max(right - left, bottom - top) for left, top, right, bottom in word.glyphs)
    return max(sides) < _TINY and not set(word.text) <= _FLAT_SIGNS


def _shows_letters(word: Word, image: PageImage) -> bool:
    piece = _inside(image.pixels, word.box, padding=0)
    if not piece.size:
        return False
    # A box of one colour shows no letters, be it white or black.
    varies = float((piece > _PALE).mean()) > _COVERED or set(word.text) <= _FLAT_SIGNS
    return not _is_tiny(word) and varies and int(piece.min()) < _PALE


def _laid_words(page: pdfium.PdfPage) -> list[_LaidWord]:
    """Return the words of a page where its drawing at 200 dpi shows them, turned and cropped as viewers do."""
    text_page = page.get_textpage()
    words = []
    for number, (_, found) in enumerate(words_by_line(text_page)):
        for word, indices in found:
            boxes = tuple(_box(page, text_page.get_charbox(index)) for index in indices)
            owners = tuple(_address(pdfium_c.FPDFText_GetTextObject(text_page, index)) for index in indices)
            words.append(_LaidWord(Word(word, union(boxes), boxes, number), owners))
    text_page.close()
    return words


def _box(page: pdfium.PdfPage, corners: tuple[float, float, float, float]) -> Box:
    width, height = (round(side * DPI / POINTS_PER_INCH) for side in page.get_size())
    left, low, right, top = corners
    across, down = ctypes.c_int(), ctypes.c_int()
    points = []
    for x, y in ((left, low), (right, top)):
        pdfium_c.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
        points.append((across.value, down.value))
    (one, two), (three, four) = points
    return min(one, three), min(two, four), max(one, three), max(two, four)


def _without_text(page: pdfium.PdfPage) -> PageImage:
    """Return the drawing of a page without its text: its pictures, its lines, and what annotations show."""
    texts = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=_DEPTH))
    return PageImage(_drawn_without(page, texts).astype(np.uint8), DPI)


def _sights_of(page: pdfium.PdfPage, words: Sequence[_LaidWord], shown: PageImage) -> list[Sight]:
    # The texts of `page` are black afterwards.
    # One by one, each text would need a drawing. Texts that do not touch are taken off together, as a layer: a page of
    # 8,000 texts took 1.3 s.
    objects = {_address(each.raw): each for each in page.get_objects(max_depth=_DEPTH)}
    leaves = {name: each for name, each in objects.items() if each.type != pdfium_c.FPDF_PAGEOBJ_FORM}
    layer_of = _layers(words, shown.pixels.shape)
    layers = {
        number: [objects[name] for name, layer in layer_of.items() if layer == number and name in objects]
        for number in set(layer_of.values())
    }
    # The text that PDFium gives lacks what is drawn a second time for bold letters; it is taken off with each layer.
    twice = [each for name, each in leaves.items() if each.type == pdfium_c.FPDF_PAGEOBJ_TEXT and name not in layer_of]
    whole = shown.pixels.astype(np.int16)
    changes = {number: np.abs(_drawn_without(page, [*texts, *twice]) - whole) for number, texts in layers.items()}
    inks = {}
    for number, texts in layers.items():
        # Its ink is what it would be on white paper, were it black.
        for text in texts:
            pdfium_c.FPDFPageObj_SetFillColor(text, 0, 0, 0, 255)
            pdfium_c.FPDFPageObj_SetStrokeColor(text, 0, 0, 0, 255)
        others = [each for name, each in leaves.items() if layer_of.get(name) != number]
        inks[number] = 255 - _drawn_without(page, others, annotated=False)
    return [_sight(each, layer_of, changes, inks) for each in words]


def _sight(
    laid: _LaidWord, layer_of: Mapping[int, int], changes: Mapping[int, _Grey], inks: Mapping[int, _Grey]
) -> Sight:
    """Return how a word is seen: no better than its least visible character."""
    painted, sights = False, set[Sight]()
    for char, box, owner in zip(laid.word.text, laid.word.glyphs, laid.owners, strict=True):
        layer = layer_of.get(owner)
        # Too many texts lie over one another here.
        if layer is None:
            return Sight.COVERED
        ink, change = _inside(inks[layer], box), _inside(changes[layer], box)
        if not ink.size or int(ink.max()) < _INKED:
            sights |= {Sight.UNPAINTED} if char.isdigit() else set()
            continue
        painted = True
        strong = ink >= ink.max() / 2
        if int(strong.sum()) >= _LEAST:
            sights.add(_glyph_sight(ink[strong], change[strong]))
    if not painted:
        return Sight.UNPAINTED
    return next((each for each in (Sight.COVERED, Sight.UNPAINTED, Sight.PALE) if each in sights), Sight.SEEN)


def _glyph_sight(ink: _Grey, change: _Grey) -> Sight:
    """Return how a glyph is seen: its ink if it were black on white, and what its absence changes on the page."""
    if float((change > _CHANGED).mean()) < _SHOWN:
        return Sight.COVERED
    return Sight.SEEN if float(np.median(change * (255 / ink))) >= _CONTRAST else Sight.PALE


def _inside(pixels: NDArray[_Pixel], box: Box, padding: int = _PADDING) -> NDArray[_Pixel]:
    # A text beyond the upper or left edge has negative sides, which Python would count from the other edge.
    left, top = (max(side - padding, 0) for side in box[:2])
    right, bottom = (max(side + padding, 0) for side in box[2:])
    return pixels[top:bottom, left:right]


def _layers(words: Iterable[_LaidWord], shape: tuple[int, int]) -> dict[int, int]:
    """Return a layer for each text object, so that no two of a layer touch; no layer where too many lie together."""
    boxes: dict[int, list[Box]] = {}
    for laid in words:
        for owner, box in zip(laid.owners, laid.word.glyphs, strict=True):
            boxes.setdefault(owner, []).append(box)
    layers: dict[int, int] = {}
    filled = np.zeros((_LAYERS, *shape), bool)
    for owner, each in boxes.items():
        left, top, right, bottom = (max(side, 0) for side in union(each))
        taken = filled[:, top : bottom + 1, left : right + 1]
        free = np.flatnonzero(~taken.any(axis=(1, 2)))
        if free.size:
            taken[free[0]] = True
            layers[owner] = int(free[0])
    return layers


def _drawn_without(page: pdfium.PdfPage, objects: Sequence[pdfium.PdfObject], *, annotated: bool = True) -> _Grey:
    # Switching objects of a page off needs pypdfium2 5.
    for each in objects:
        pdfium_c.FPDFPageObj_SetIsActive(each, False)
    bitmap = page.render(scale=DPI / POINTS_PER_INCH, grayscale=True, may_draw_forms=annotated, draw_annots=annotated)
    pixels = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width).astype(np.int16)
    for each in objects:
        pdfium_c.FPDFPageObj_SetIsActive(each, True)
    return pixels


def _address(pointer: object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
