"""Pieces of a page that an engine reads once more, alone: lines that it passed over, and the cells of tables.

Engines read a page line by line: a large title gets lost, and lines that stand half a line apart are read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np

from generator.verify.raster import PageImage, Pixels, levelled
from generator.verify.readers import read_pages
from generator.verify.rows import Rules
from generator.verify.text import Line, Piece

# Ink is darker than this on a levelled page; around the lines that were read, this share of their height is theirs.
_INK, _AROUND = 140, 0.25
# In millimetres: how high a line of text is, at least and at most; how wide its ink is together; what joins letters.
_LOWEST, _HIGHEST, _NARROWEST, _JOIN = 1.5, 15.0, 4.0, 2.5
# In millimetres: how far an accent is above its letter; what is left around a piece.
_ACCENT, _PAD = 0.5, 0.4
_MM = 25.4
# Of what a page shows, no more is read again; a cell is no wider than this share of the page.
_MOST, _MOST_CELLS, _CELL = 12, 80, 0.45
_MARGIN = 20

Box = tuple[int, int, int, int]


def read_whole(reader: str, pages: Sequence[PageImage]) -> list[tuple[Line, ...]]:
    """Return the lines of each page, those that the engine passes over at first included.

    Args:
        reader: the engine.
        pages: the pages, their lines level.

    Raises:
        ReaderMissingError: the engine is not on this machine.
    """
    return [
        tuple(_in_order((*lines, *_passed_over(reader, page, lines))))
        for page, lines in zip(pages, read_pages(reader, pages), strict=True)
    ]


def _in_order(lines: Iterable[Line]) -> Iterator[Line]:
    """Return lines from top to bottom; those next to one another are one line, from left to right."""
    level: list[Line] = []
    for line in sorted(lines, key=_middle):
        if level and not all(_is_next_to(line, other) for other in level):
            yield _joined(level)
            level = []
        level.append(line)
    if level:
        yield _joined(level)


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _is_next_to(one: Line, other: Line) -> bool:
    high = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    is_apart = one.box[2] <= other.box[0] or other.box[2] <= one.box[0]
    return is_apart and abs(_middle(one) - _middle(other)) < high / 2


def _joined(lines: Sequence[Line]) -> Line:
    ordered = sorted(lines, key=lambda line: line.box[0])
    lefts, tops, rights, bottoms = zip(*(line.box for line in ordered), strict=True)
    pieces = tuple(piece for line in ordered for piece in line.pieces)
    return Line(" ".join(line.text for line in ordered), (min(lefts), min(tops), max(rights), max(bottoms)), pieces)


def read_cells(reader: str, page: PageImage, rules: Rules) -> tuple[Piece, ...]:
    """Return what stands on a page in narrow lines, as in the cells of tables, each read alone.

    Args:
        reader: the engine.
        page: the page, its lines level, without the rules of tables.
        rules: these rules; an upright one parts two cells.

    Raises:
        ReaderMissingError: the engine is not on this machine.
    """
    widest = _CELL * page.pixels.shape[1]
    boxes = [box for box in _text_boxes(_ink_of(page), page.dpi, rules.down) if box[2] - box[0] < widest][:_MOST_CELLS]
    read = _read_alone(reader, page, boxes)
    unit = page.dpi / _MM
    across, down = round(_PAD * unit), round((_PAD + _ACCENT / 2) * unit)
    return tuple(
        Piece(" ".join(line.text for line in lines), (left + across, top + down, right - across, bottom - down))
        for (left, top, right, bottom), lines in zip(boxes, read, strict=True)
        if lines
    )


def _passed_over(reader: str, page: PageImage, lines: Sequence[Line]) -> Iterator[Line]:
    boxes = list(_unread_boxes(page, lines))[:_MOST]
    for (left, top, _, _), read in zip(boxes, _read_alone(reader, page, boxes), strict=True):
        for line in read:
            yield _moved(line, left - _MARGIN, top - _MARGIN)


def _read_alone(reader: str, page: PageImage, boxes: Sequence[Box]) -> list[tuple[Line, ...]]:
    pieces = (page.pixels[top:bottom, left:right] for left, top, right, bottom in boxes)
    return read_pages(reader, [PageImage(np.pad(piece, _MARGIN, constant_values=255), page.dpi) for piece in pieces])


def _ink_of(page: PageImage) -> Pixels:
    return (levelled(page).pixels < _INK).astype(np.uint8)


def _unread_boxes(page: PageImage, lines: Sequence[Line]) -> Iterator[Box]:
    """Return where ink stands in the form of a line of text, outside of what was read."""
    ink = _ink_of(page)
    for piece in (piece for line in lines for piece in line.pieces or (Piece(line.text, line.box),)):
        left, top, right, bottom = piece.box
        around = round(_AROUND * (bottom - top))
        ink[max(top - around, 0) : bottom + around, max(left - around, 0) : right + around] = 0
    narrowest = _NARROWEST / _MM * page.dpi
    yield from (box for box in _text_boxes(ink, page.dpi) if box[2] - box[0] >= narrowest)


def _text_boxes(ink: Pixels, dpi: int, apart: Pixels | None = None) -> Iterator[Box]:
    """Return the boxes of ink that has the form of a line of text, from top to bottom, parted where asked for."""
    height, width = ink.shape
    unit = dpi / _MM
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(round(_JOIN * unit), 1)), np.uint8))
    if apart is not None:
        joined = np.where(apart > 0, 0, joined).astype(np.uint8)
    # Accents and dots belong to the letters below them.
    joined = cv2.dilate(joined, np.ones((max(round(_ACCENT * unit), 1), 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    pad = round(_PAD * unit)
    for left, top, wide, high, _ in stats[1:].tolist():
        if _LOWEST * unit <= high <= _HIGHEST * unit and wide >= high / 2:
            yield max(left - pad, 0), max(top - pad, 0), min(left + wide + pad, width), min(top + high + pad, height)


def _moved(line: Line, right: int, down: int) -> Line:
    def shifted(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        return box[0] + right, box[1] + down, box[2] + right, box[3] + down

    return Line(line.text, shifted(line.box), tuple(Piece(each.text, shifted(each.box)) for each in line.pieces))
