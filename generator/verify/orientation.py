"""Tell how a scanned page is turned where no QR code does, straighten it, and part two pages on one sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.verify.raster import PageImage, Pixels, rotated

# Pixels of the longer side of the page that is measured: lines of 10 pt are then 7 pixels high.
_SIDE = 1200
# Ink is darker than this share of the paper.
_INK = 0.75
# A row or column of the page with more ink than that is a rule.
_RULE = 0.5
# Ink changes at least this many times as much across lines of text as along them.
_CLEAR = 1.5
# Share of the lines whose letters have more ink above their middle zone than below it; and the fewest lines.
_UPRIGHT, _LEAST_LINES = 0.6, 12
# Heights of lines of text, in these pixels; the rows of small letters have more than this share of the densest row.
_LINE_HEIGHTS, _MIDDLE = range(5, 40), 0.5
# Columns in which a slightly skewed page is measured: within one, lines stay apart.
_COLUMNS = 8
# In degrees: the largest skew that is searched, the step of the search, and the smallest that is corrected.
_MOST_SKEW, _SKEW_STEP, _LEAST_SKEW = 3.0, 0.1, 0.15
# A sheet is wider than high by that much.
_LANDSCAPE = 1.2
# Of its width: where the blank strip between two pages is sought, and how wide it is at least.
_GUTTER, _STRIP = (0.4, 0.6), 0.02
# A column of a strip has hardly any ink: dust, the edge of the paper.
_GREY, _BLANK = 160, 0.004
# Each page has at least this share of ink.
_PRINTED = 0.003


def quarter_turns(pixels: Pixels) -> int | None:
    """Return the quarter turns, counter-clockwise, that set a page of text upright; None where that is not clear."""
    ink = _small_ink(pixels).astype(np.float64)
    # Rules and black edges are no text.
    ink[:, ink.mean(axis=0) > _RULE] = 0
    ink[ink.mean(axis=1) > _RULE] = 0
    across, along = (float(np.square(np.diff(ink.mean(axis=axis))).sum()) for axis in (1, 0))
    if max(across, along) < _CLEAR * min(across, along):
        return None
    turns = 0 if across > along else 1
    columns = np.array_split(np.rot90(ink, turns), _COLUMNS, axis=1)
    upright = [each for column in columns for each in _lines_upright(column)]
    if len(upright) < _LEAST_LINES:
        return None
    # Latin letters have more ascenders, accents and capitals than descenders.
    share = sum(upright) / len(upright)
    if 1 - _UPRIGHT < share < _UPRIGHT:
        return None
    return turns if share >= _UPRIGHT else turns + 2


def _small_ink(pixels: Pixels) -> NDArray[np.bool_]:
    factor = _SIDE / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small < _INK * np.percentile(small, 90))


def _lines_upright(ink: NDArray[np.float64]) -> Iterator[bool]:
    """Return for each line of a page whether it has more ink above the letters' middle zone than below it."""
    profile = ink.sum(axis=1)
    filled = np.flatnonzero(np.diff(np.concatenate(([0], (profile > 0).astype(np.int8), [0]))))
    for start, end in filled.reshape(-1, 2):
        line = profile[start:end]
        if len(line) in _LINE_HEIGHTS:
            middle = np.flatnonzero(line > _MIDDLE * line.max())
            top, bottom = float(line[: middle[0]].sum()), float(line[middle[-1] + 1 :].sum())
            if top != bottom:
                yield top > bottom


def straightened(page: PageImage) -> PageImage:
    """Return a page whose lines run level, the same object where they do."""
    degrees = _skew_of(page.pixels)
    if abs(degrees) < _LEAST_SKEW:
        return page
    paper = int(np.percentile(page.pixels[::8, ::8], 90))
    return replace(page, pixels=rotated(page.pixels, degrees, paper, cv2.INTER_CUBIC))


def _skew_of(pixels: Pixels) -> float:
    """Return the degrees, counter-clockwise, by which a page is to be turned for its lines to run level."""
    ink = _small_ink(pixels).astype(np.uint8) * 255

    def levelness(degrees: float) -> float:
        rows = rotated(ink, degrees, 0, cv2.INTER_NEAREST).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    # Steps three times as large first, then the four small ones around the best: 26 rotations instead of 61.
    coarse = max(np.arange(-_MOST_SKEW, _MOST_SKEW + _SKEW_STEP, 3 * _SKEW_STEP), key=levelness)
    return float(max((coarse + step * _SKEW_STEP for step in (-2, -1, 0, 1, 2)), key=levelness))


def single_pages(sheets: Iterable[PageImage]) -> tuple[PageImage, ...]:
    """Return the pages of scanned sheets, level, and one by one."""
    return tuple(page for sheet in sheets for page in _pages_of(straightened(sheet)))


def _pages_of(sheet: PageImage) -> tuple[PageImage, ...]:
    """Return the pages of a sheet that lies level: two where a blank strip parts its middle, else itself.

    A table, a line of text or a rule that crosses the middle makes it one page.
    """
    height, width = sheet.pixels.shape
    if width < _LANDSCAPE * height:
        return (sheet,)
    inked = (sheet.pixels < _GREY).mean(axis=0)
    first = int(width * _GUTTER[0])
    blank = inked[first : int(width * _GUTTER[1])] < _BLANK
    # Where the value changes a strip begins, then ends, and so on.
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank.astype(np.int8), [0]))))
    strips = [(int(start), int(end)) for start, end in edges.reshape(-1, 2) if end - start > _STRIP * width]
    if not strips:
        return (sheet,)
    start, end = max(strips, key=lambda strip: strip[1] - strip[0])
    cut = first + (start + end) // 2
    halves = (sheet.pixels[:, :cut], sheet.pixels[:, cut:])
    if any((half < _GREY).mean() < _PRINTED for half in halves):
        return (sheet,)
    return tuple(replace(sheet, pixels=np.ascontiguousarray(half), signing=()) for half in halves)
