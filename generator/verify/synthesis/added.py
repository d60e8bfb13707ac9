"""Ink that nothing on the expected page explains: lines and numbers added, marks outside the rooms to sign in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from generator.verify.raster import Pixels
from generator.verify.synthesis.comparison import (
    AROUND_ROOM,
    Comparison,
    Difference,
    Shown,
    around,
    least_ink,
    wider,
    without_specks,
)
from generator.verify.synthesis.expected import Box, ExpectedPage, Ink, Word, touch

# In pixels: the edge where scanners leave shadows; around words and pictures; ink so near is one addition.
_EDGE, AROUND_WORD, _AROUND_PICTURE = 40, 14, 16
_JOIN = (41, 9)
# What a text may say, where people sign, that binds them to something else than the order.
BINDING = re.compile(
    r"\d[\d\s.]*,\s?\d{2}\b|avenant|r[ée]serve|condition|abonnement|par mois|annule|remplace", re.IGNORECASE
)
# A text has at least this many letters and digits.
LEAST_READABLE = 3
# In pixels: how far from a frame what crosses its edge is.
_CROSSES = 4

Read = Callable[[Ink], str]


def added_ink(compared: Comparison, read: Read) -> Iterator[Difference]:
    """Find the ink that nothing explains: lines and numbers added, marks outside the rooms."""
    page, rest = compared.page, compared.rest.copy()
    for left, top, right, bottom in (*page.rooms, *(wider(box, _AROUND_PICTURE) for box in page.pictures)):
        rest[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    rest = without_specks(rest, *least_ink(compared))
    if not compared.is_drawn:
        rest = _without_edges(rest)
    if not rest.any():
        return
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(rest, np.ones(_JOIN[::-1], np.uint8)))
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in stats[index, :4])
        box = (left + _JOIN[0] // 2, top + _JOIN[1] // 2, left + wide - _JOIN[0] // 2, top + high - _JOIN[1] // 2)
        yield from _added(box, compared, read)


def _without_edges(rest: Pixels) -> Pixels:
    """Take away the shadows at the edges of a scan: what touches them, or is nearer than printers print."""
    height, width = rest.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    kept = np.zeros(count, np.uint8)
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in stats[index, :4])
        right, bottom = left + wide, top + high
        at_edge = left <= 1 or top <= 1 or right >= width - 1 or bottom >= height - 1
        in_margin = right < _EDGE or bottom < _EDGE or left > width - _EDGE or top > height - _EDGE
        kept[index] = not (at_edge or in_margin)
    return np.asarray(kept[labels], np.uint8)


def _added(box: Box, compared: Comparison, read: Read) -> Iterator[Difference]:
    page = compared.page
    text = read(compared.ink[around(box, AROUND_WORD)]).strip()
    in_room = any(touch(wider(room, AROUND_ROOM), box) for room in page.rooms)
    crosses = any(touch(wider(room, _CROSSES), box) for room in page.rooms)
    nearest = nearest_word(page, box)
    near = page.lines[nearest.line] if nearest else ""
    if in_room:
        if BINDING.search(text):
            yield Difference(Shown.WORDED if crosses else Shown.ADDED, page.number, box, None, near, text)
        return
    is_on_line = nearest is not None and touch(wider(box, AROUND_WORD), nearest.box)
    # Fewer characters are the engine's guess at a stroke.
    is_text = sum(char.isalnum() for char in text) >= LEAST_READABLE
    kind = Shown.ADDED if is_on_line or is_text or compared.is_drawn else Shown.MARK
    yield Difference(kind, page.number, box, nearest.line if nearest and is_on_line else None, near, text)


def nearest_word(page: ExpectedPage, box: Box) -> Word | None:
    """Return the word of a page that is nearest to a box; None on a page without words."""

    def apart(word: Word) -> int:
        left, top, right, bottom = word.box
        across, down = max(left - box[2], box[0] - right, 0), max(top - box[3], box[1] - bottom, 0)
        return across + down

    return min(page.words, key=apart, default=None)
