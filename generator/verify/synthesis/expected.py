"""The pages that an order's document must show: their ink, their words with places, and the rooms to write in."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from generator.common.folding import fold_spaces
from generator.documents.pictures import POINTS_PER_INCH
from generator.verify.qr_codes import code_boxes
from generator.verify.raster import PageImage, levelled, rasterise
from generator.verify.text import Box, union, words_by_line

# A digit of 11 pt is 12 pixels wide then: as few as a glyph is known by.
DPI = 200
# In pixels of `DPI`: how far below its words a room is sought. Of a room without a frame: how far it goes below and
# above them, and how wide it is.
_BELOW, _ROOM_HEIGHT, _ROOM_ABOVE, _ROOM_WIDTH = 8, 400, 240, 650
# Ink at least this dark is a side of a frame.
_WALL = 0.3
# Of the page: a frame is no larger.
_LARGEST_FRAME = 0.4

Ink = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page: its text, its box in pixels (left, top, right, bottom), the box of each character, its line."""

    text: str
    box: Box
    glyphs: tuple[Box, ...]
    line: int


@dataclass(frozen=True, eq=False)
class ExpectedPage:
    """A page as it must look.

    Attributes:
        number: from 1.
        ink: from 0, paper, to 1, black, at `DPI`.
        words: its words, line by line.
        lines: the text of each line.
        rooms: where people sign and press stamps.
        pictures: where the QR code and the logo are.
    """

    number: int
    ink: Ink
    words: tuple[Word, ...]
    lines: tuple[str, ...]
    rooms: tuple[Box, ...]
    pictures: tuple[Box, ...]


def ink_of(page: PageImage) -> Ink:
    """Return the ink of a page, from 0, paper, to 1, black, shadows and faded bands made even."""
    return np.ascontiguousarray((255 - levelled(page).pixels).astype(np.float32) / 255)


def plain_ink(page: PageImage) -> Ink:
    """Return the ink of a page that was drawn, its paleness kept."""
    return np.asarray((255 - page.pixels).astype(np.float32) / np.float32(255), np.float32)


def expected_pages(pdf: bytes) -> tuple[ExpectedPage, ...]:
    """Return the pages of a document that was just rendered.

    Args:
        pdf: the PDF.

    Raises:
        UnreadablePdfError: it is no PDF.
    """
    drawn = list(rasterise(pdf, DPI))
    expected = []
    with pdfium.PdfDocument(pdf) as document:
        for number, (image, page) in enumerate(zip(drawn, document, strict=True), start=1):
            ink = plain_ink(image)
            words, lines = words_of(page)
            rooms = tuple(_room(ink, corner) for corner in image.signing)
            pictures = (*_pictures(page), *code_boxes(image))
            expected.append(ExpectedPage(number, ink, words, lines, rooms, pictures))
    return tuple(expected)


def words_of(page: pdfium.PdfPage) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """Return the words of a page's text layer, and its lines."""
    scale, height = DPI / POINTS_PER_INCH, page.get_height()
    text_page = page.get_textpage()

    def pixels_of(index: int) -> Box:
        left, low, right, top = text_page.get_charbox(index)
        return round(left * scale), round((height - top) * scale), round(right * scale), round((height - low) * scale)

    words: list[Word] = []
    lines: list[str] = []
    for line, found in words_by_line(text_page):
        if line.strip():
            for word, indices in found:
                glyphs = tuple(map(pixels_of, indices))
                words.append(Word(word, union(glyphs), glyphs, len(lines)))
            lines.append(fold_spaces(line))
    text_page.close()
    return tuple(words), tuple(lines)


def _pictures(page: pdfium.PdfPage) -> Iterator[Box]:
    scale, height = DPI / POINTS_PER_INCH, page.get_height()
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = image.get_bounds()
        x, y = int(left * scale), int((height - top) * scale)
        yield x, y, int(right * scale) + 1, int((height - bottom) * scale) + 1


def _room(ink: Ink, corner: tuple[int, int]) -> Box:
    """Return the frame around « Signature et cachet », or some centimetres around it where it has none."""
    height, width = ink.shape
    left, top = corner
    walls = np.pad((ink > _WALL).astype(np.uint8), 1)
    # The flood stops at the frame, whose inside is the room.
    seed = (min(left + _BELOW, width - 1), min(top + _BELOW, height - 1))
    size, _, _, box = cv2.floodFill(walls.copy(), None, seed, 2)[:4]
    x, y, wide, high = box
    if size and wide * high < _LARGEST_FRAME * width * height:
        return x - 1, y - 1, x + wide, y + high
    right = min(left + _ROOM_WIDTH, width)
    return max(left - _BELOW, 0), max(top - _ROOM_ABOVE, 0), right, min(top + _ROOM_HEIGHT, height)
