"""Two pages on one sheet: a scan that has them side by side is parted, so that engines do not read across."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from generator.verify.orientation import straightened
from generator.verify.raster import PageImage

# A sheet is wider than high by that much.
_LANDSCAPE = 1.2
# Of its width: where the blank strip between two pages is sought, and how wide it is at least.
_MIDDLE, _STRIP = (0.4, 0.6), 0.02
# A column of a strip has hardly any ink: dust, the edge of the paper.
_INK, _BLANK = 160, 0.004
# Each page has at least this share of ink.
_PRINTED = 0.003


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
    inked = (sheet.pixels < _INK).mean(axis=0)
    first = int(width * _MIDDLE[0])
    blank = inked[first : int(width * _MIDDLE[1])] < _BLANK
    edges = np.flatnonzero(np.diff(np.concatenate(([0], blank.astype(np.int8), [0]))))
    strips = [(int(start), int(end)) for start, end in edges.reshape(-1, 2) if end - start > _STRIP * width]
    if not strips:
        return (sheet,)
    start, end = max(strips, key=lambda strip: strip[1] - strip[0])
    cut = first + (start + end) // 2
    halves = (sheet.pixels[:, :cut], sheet.pixels[:, cut:])
    if any((half < _INK).mean() < _PRINTED for half in halves):
        return (sheet,)
    return tuple(replace(sheet, pixels=np.ascontiguousarray(half), signing=()) for half in halves)
