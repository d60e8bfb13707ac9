"""Ink that nothing on the expected page explains: lines and numbers added, marks outside the rooms to sign in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import cv2
import numpy as np
from rapidfuzz import fuzz

from generator.common.folding import fold_words
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
_BINDING = re.compile(
    r"\b\d[\d\s.]*(?:,\s?\d{2}\b|\s?(?:€|euros?\b|eur\b|h\.?t\b|t\.?t\.?c\b|%))"
    r"|avenant|r[ée]serve|condition|abonnement|par mois|\d+ mois|annule|remplace|remise|rabais|gratuit|à payer|engage",
    re.IGNORECASE,
)
# A vendor's stamp says its capital.
_CAPITAL = re.compile(r"capital(?: social)?(?: de)?[\s:]*\d[\d\s.,]*(?:€|euros?|eur)?", re.IGNORECASE)
# What the stamp of a mail desk says, without accents, and the digits of a date and a time.
_ARRIVAL = (
    *("recu", "arrive", "arrivee", "courrier", "service", "direction", "secretariat", "bureau", "achats", "des", "les"),
    *("marches", "economique", "financier", "generale", "hopital", "centre", "hospitalier", "informatique", "date"),
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre"),
    *("decembre", "jan", "fev", "avr", "jul", "sep", "oct", "nov", "dec"),
)
_ALIKE, _DATE_AND_TIME = 80, 12
# A text off the lines has at least this many letters and digits, or digits.
_LEAST_TEXT, _LEAST_DIGITS = 5, 2
# The share of the lower one's height that two are on one level.
_ON_LEVEL = 0.3
# Pale text: its smallest strokes; in pixels, how wide its line is; how many places are read on a page; how pale the
# palest ink is; how many letters and digits an engine reads of it without doubt.
_LEAST_FAINT, _LEAST_LINE, _MOST_FAINT, _FAINT_INK, _LEAST_FAINT_TEXT = (5, 10, 2), 60, 8, 0.1, 8
# In pixels: how far from a frame what crosses its edge is.
_CROSSES = 4


class Read(Protocol):
    """Reads a piece of a page, optically."""

    def __call__(self, ink: Ink, *, sure: bool = False) -> str:
        """Return what is read; with `sure`, only the words that the engine is sure of."""


def binding_words(text: str) -> Iterator[re.Match[str]]:
    """Give what a text says, where people sign, that binds them to something else than the order."""
    return _BINDING.finditer(_CAPITAL.sub(lambda found: " " * len(found[0]), text))


def added_ink(compared: Comparison, read: Read) -> Iterator[Difference]:
    """Find the ink that nothing explains: lines and numbers added, marks outside the rooms."""
    inked = without_specks(_outside(compared.rest, compared.page), *least_ink(compared))
    if not compared.is_drawn:
        inked = _without_edges(inked)
    for box in _regions(inked):
        yield from _added(box, read(compared.ink[around(box, AROUND_WORD)]), compared)
    if not compared.is_drawn:
        yield from _faint_texts(compared, inked, read)


def _faint_texts(compared: Comparison, seen: Pixels, read: Read) -> Iterator[Difference]:
    """Find the texts that are pale, or at the edge of a scan where shadows are: what reads without doubt is one.

    Args:
        compared: the page.
        seen: the ink that is reported already.
        read: reads a piece of a page.
    """
    faint = without_specks(_outside(compared.faint, compared.page), *_LEAST_FAINT)
    faint[cv2.dilate(seen, np.ones(_JOIN[::-1], np.uint8)) > 0] = 0
    others = compared.ink.copy()
    # A copy leaves pale rims around its letters, and a stain lies over them.
    for word in compared.page.words:
        faint[around(word.box, AROUND_WORD)] = others[around(word.box, AROUND_WORD)] = 0
    wide = [box for box in _regions(faint) if box[2] - box[0] >= _LEAST_LINE]
    for box in sorted(wide, key=lambda box: box[0] - box[2])[:_MOST_FAINT]:
        ink = others[around(box, AROUND_WORD)]
        text = read(np.asarray(ink / max(float(ink.max()), _FAINT_INK), np.float32), sure=True)
        if sum(map(str.isalnum, text)) >= _LEAST_FAINT_TEXT:
            yield from _added(box, text, compared)


def _outside(ink: Pixels, page: ExpectedPage) -> Pixels:
    """Return the ink outside of the rooms to sign in and of pictures."""
    outside = ink.copy()
    for left, top, right, bottom in (*page.rooms, *(wider(box, _AROUND_PICTURE) for box in page.pictures)):
        outside[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    return outside


def _regions(ink: Pixels) -> Iterator[Box]:
    """Give the boxes of ink, what stands close together in one."""
    if not ink.any():
        return
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones(_JOIN[::-1], np.uint8)))
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in stats[index, :4])
        yield left + _JOIN[0] // 2, top + _JOIN[1] // 2, left + wide - _JOIN[0] // 2, top + high - _JOIN[1] // 2


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


def _added(box: Box, text: str, compared: Comparison) -> Iterator[Difference]:
    page, text = compared.page, text.strip()
    nearest = nearest_word(page, box)
    near = page.lines[nearest.line] if nearest else ""
    if any(touch(wider(room, AROUND_ROOM), box) for room in page.rooms):
        if any(binding_words(text)):
            crosses = any(touch(wider(room, _CROSSES), box) for room in page.rooms)
            yield Difference(Shown.WORDED if crosses else Shown.ADDED, page.number, box, None, near, text)
        return
    line = nearest.line if nearest and _is_beside(box, nearest, text) else None
    if compared.is_drawn:
        is_added = True
    elif _is_arrival(text):
        is_added = False
    else:
        is_added = line is not None or _is_text(text)
    yield Difference(Shown.ADDED if is_added else Shown.MARK, page.number, box, line, near, text)


def _is_beside(box: Box, word: Word, text: str) -> bool:
    """Return whether an addition is part of the line of a word.

    A stroke that only comes near it is not, nor one that says nothing beside a word without a figure.
    """
    says_nothing = not any(map(str.isalnum, text)) and not any(map(str.isdigit, word.text))
    if says_nothing or not touch(wider(box, AROUND_WORD), word.box):
        return False
    level = min(box[3], word.box[3]) - max(box[1], word.box[1])
    return _is_text(text) or level > _ON_LEVEL * min(box[3] - box[1], word.box[3] - word.box[1])


def _is_text(text: str) -> bool:
    """Return whether what an engine reads is a text: of a stroke it makes a few letters."""
    return sum(map(str.isalnum, text)) >= _LEAST_TEXT or sum(map(str.isdigit, text)) >= _LEAST_DIGITS


def _is_arrival(text: str) -> bool:
    """Return whether a text is what the client's stamp says of the day it came in, and nothing else."""
    words = re.findall(r"[a-z]{3,}", fold_words(text))
    known = [any(fuzz.ratio(word, each) >= _ALIKE for each in _ARRIVAL) for word in words]
    return bool(words) and all(known) and sum(map(str.isdigit, text)) <= _DATE_AND_TIME and not any(binding_words(text))


def nearest_word(page: ExpectedPage, box: Box) -> Word | None:
    """Return the word of a page that is nearest to a box; None on a page without words."""

    def apart(word: Word) -> int:
        left, top, right, bottom = word.box
        across, down = max(left - box[2], box[0] - right, 0), max(top - box[3], box[1] - bottom, 0)
        return across + down

    return min(page.words, key=apart, default=None)
