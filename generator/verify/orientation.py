"""How a scanned page of text lies, where no QR code tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from generator.verify.raster import PageImage, Pixels

Ink = np.ndarray[tuple[int, int], np.dtype[np.float64]]

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
_LINE_HEIGHTS = range(5, 40)
_MIDDLE = 0.5
# Columns in which a slightly skewed page is measured: within one, lines stay apart.
_COLUMNS = 8
# In degrees: the largest skew that is searched, the step of the search, and the smallest that is corrected.
_MOST_SKEW, _SKEW_STEP, _LEAST_SKEW = 3.0, 0.1, 0.15


def quarter_turns(pixels: Pixels) -> int | None:
    """Return the quarter turns, counter-clockwise, that set a page of text upright; None where that is not clear."""
    factor = _SIDE / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = (small < _INK * np.percentile(small, 90)).astype(np.float64)
    # Rules and black edges are no text.
    ink[:, ink.mean(axis=0) > _RULE] = 0
    ink[ink.mean(axis=1) > _RULE] = 0
    across, along = (float(np.square(np.diff(ink.mean(axis=axis))).sum()) for axis in (1, 0))
    if max(across, along) < _CLEAR * min(across, along):
        return None
    turns = 0 if across > along else 1
    share = _share_upright(np.rot90(ink, turns))
    if share is None or 1 - _UPRIGHT < share < _UPRIGHT:
        return None
    return turns if share >= _UPRIGHT else turns + 2


def _share_upright(ink: Ink) -> float | None:
    """Return in which share of its lines a page has more ink above the letters' middle zone than below it."""
    above = [each for column in np.array_split(ink, _COLUMNS, axis=1) for each in _lines_upright(column)]
    return sum(above) / len(above) if len(above) >= _LEAST_LINES else None


def _lines_upright(ink: Ink) -> Iterator[bool]:
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
    height, width = page.pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = int(np.percentile(page.pixels[::8, ::8], 90))
    pixels = cv2.warpAffine(page.pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
    return replace(page, pixels=np.asarray(pixels, np.uint8))


def _skew_of(pixels: Pixels) -> float:
    """Return the degrees, counter-clockwise, by which a page is to be turned for its lines to run level."""
    factor = _SIDE / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = (small < _INK * np.percentile(small, 90)).astype(np.uint8) * 255
    height, width = ink.shape

    def levelness(degrees: float) -> float:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        rows = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_NEAREST).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    coarse = max(np.arange(-_MOST_SKEW, _MOST_SKEW + _SKEW_STEP, 3 * _SKEW_STEP), key=levelness)
    return float(max((coarse + step * _SKEW_STEP for step in (-2, -1, 0, 1, 2)), key=levelness))
