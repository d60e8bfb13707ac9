"""Which words of a PDF leave ink on the page: a word is taken off the page; where nothing changes, it is not seen.

PDFium draws a page without some of its text objects. The difference is the ink that people see of them, whatever else
covers them: a white box, a picture, an annotation, another text.
"""

from __future__ import annotations

import ctypes
import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from generator.verify.raster import POINTS_PER_INCH, PageImage
from generator.verify.synthesis.expected import DPI, Box, Word, union

# Forms in forms that are looked into, as pypdfium2 does; texts that lie over each other and are kept apart.
_DEPTH, _LAYERS = 15, 8
# A difference of grey that is ink; the palest ink of a black glyph; the least share of a glyph's ink that is seen.
_CHANGED, _INKED, _SHOWN = 10, 24, 0.5
# The least difference between a text that people read and its paper; a glyph of fewer pixels is not judged.
_CONTRAST, _LEAST = 95, 6
_PADDING = 1

_Grey = NDArray[np.int16]


class Sight(enum.Enum):
    """How a word of a text layer is seen on its page."""

    SEEN = "seen"
    PALE = "pale"
    COVERED = "covered"
    UNPAINTED = "unpainted"


@dataclass(frozen=True, slots=True)
class LaidWord:
    """A word of a text layer, placed on the drawing of its page, and the text object of each of its characters."""

    word: Word
    owners: tuple[int, ...]


def laid_words(page: pdfium.PdfPage) -> list[LaidWord]:
    """Return the words of a page where its drawing at 200 dpi shows them, turned and cropped as viewers do."""
    text_page = page.get_textpage()
    text = "".join(chr(pdfium_c.FPDFText_GetUnicode(text_page, index)) for index in range(text_page.count_chars()))
    words = []
    for number, line in enumerate(re.finditer(r"[^\r\n\x02]+", text)):
        for found in re.finditer(r"[^\s\0\ufffe]+", line[0]):
            indices = range(line.start() + found.start(), line.start() + found.end())
            boxes = tuple(_box(page, text_page.get_charbox(index)) for index in indices)
            owners = tuple(_address(pdfium_c.FPDFText_GetTextObject(text_page, index)) for index in indices)
            words.append(LaidWord(Word(found[0], union(boxes), boxes, number), owners))
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


def without_text(page: pdfium.PdfPage) -> PageImage:
    """Return the drawing of a page without its text: its pictures, its lines, and what annotations show."""
    texts = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=_DEPTH))
    return PageImage(_drawn_without(page, texts).astype(np.uint8), DPI)


def sights_of(page: pdfium.PdfPage, words: Sequence[LaidWord], shown: PageImage) -> list[Sight]:
    """Return how each word of a page is seen.

    Args:
        page: the page; its texts are black afterwards.
        words: its words.
        shown: the page as people see it, at 200 dpi.
    """
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
        for text in texts:
            _blacken(text)
        others = [each for name, each in leaves.items() if layer_of.get(name) != number]
        inks[number] = 255 - _drawn_without(page, others, annotated=False)
    return [_sight(each, layer_of, changes, inks) for each in words]


def _sight(
    laid: LaidWord, layer_of: Mapping[int, int], changes: Mapping[int, _Grey], inks: Mapping[int, _Grey]
) -> Sight:
    """Return how a word is seen: no better than its least visible character."""
    painted, sights = False, set[Sight]()
    for char, box, owner in zip(laid.word.text, laid.word.glyphs, laid.owners, strict=True):
        layer = layer_of.get(owner)
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


def _inside(pixels: _Grey, box: Box) -> _Grey:
    left, top, right, bottom = box
    return pixels[max(top - _PADDING, 0) : bottom + _PADDING, max(left - _PADDING, 0) : right + _PADDING]


def _layers(words: Iterable[LaidWord], shape: tuple[int, int]) -> dict[int, int]:
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
    """Return the pixels of a page without some of its objects."""
    for each in objects:
        pdfium_c.FPDFPageObj_SetIsActive(each, False)
    bitmap = page.render(scale=DPI / POINTS_PER_INCH, grayscale=True, may_draw_forms=annotated, draw_annots=annotated)
    pixels = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width).astype(np.int16)
    for each in objects:
        pdfium_c.FPDFPageObj_SetIsActive(each, True)
    return pixels


def _blacken(text: pdfium.PdfObject) -> None:
    """Paint a text black: what its ink would be on white paper is wanted."""
    pdfium_c.FPDFPageObj_SetFillColor(text, 0, 0, 0, 255)
    pdfium_c.FPDFPageObj_SetStrokeColor(text, 0, 0, 0, 255)


def _address(pointer: object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
