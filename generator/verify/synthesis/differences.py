"""Every region of a delivered page explained: as expected, a mark in a room for it, unreadable, added, or different."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from rapidfuzz import fuzz

from generator.common.folding import fold_signs, fold_words
from generator.verify.raster import PageImage, Pixels, joined_regions
from generator.verify.readers import get_reader
from generator.verify.synthesis.align import Registered
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
from generator.verify.synthesis.expected import DPI, ExpectedPage, Ink, Word
from generator.verify.synthesis.glyphs import Glyphs
from generator.verify.synthesis.words import COVERED_SIGN, UNREAD, word_differences
from generator.verify.text import Box, touch, union

# The share of a page's lines that miss something where the page is worn away.
_WORN_AWAY = 0.2
# A word that tells where its line stands has at least this many characters.
_LEAST_TELLING = 3
# How much is quoted of a text that binds.
_QUOTED = 60
# In pixels: a word this far from its place was moved. Typst and LibreOffice set lines within two of each other.
_MOVED = 12
# In pixels: the edge where scanners leave shadows; around words and pictures; ink so near is one addition.
_EDGE, _AROUND_WORD, _AROUND_PICTURE = 40, 14, 16
_JOIN = (41, 9)
# What a text may say, where people sign, that binds them to something else than the order. « AVENANT : 99 999,00 € »
# once passed there, since everything within 7 mm of a frame was taken for a signature.
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
# Pale text: its smallest strokes, how wide its line is in pixels, how many places are read on a page.
_LEAST_FAINT, _LEAST_LINE, _MOST_FAINT = (5, 10, 2), 60, 8
# How pale its palest ink is; how many letters and digits a reader reads of it without doubt.
_FAINT_INK, _LEAST_FAINT_TEXT = 0.1, 8
# In pixels: how far from a frame what crosses its edge is.
_CROSSES = 4
# In pixels: white around a piece that is read. The reader is sure of a word from this confidence on.
_MARGIN, _SURE = 12, 70.0


def explain(registered: Registered, compared: Comparison, glyphs: Glyphs, reader: str) -> tuple[Difference, ...]:
    """Return the regions of a page that are not as expected.

    Args:
        registered: the page, laid over the expected one.
        compared: the same, the expected page as worn as it is (`compare_page`).
        glyphs: what characters look like.
        reader: the optical reader of what is there otherwise.
    """
    found = list[Difference]()
    for each in _by_line(word_differences(registered, compared, glyphs)):
        settled = _settled(each, compared, reader)
        if settled and (settled.seen is not Shown.UNREADABLE or any(map(str.isalnum, settled.expected))):
            found.append(settled)
    if len({each.line for each in found if each.seen is Shown.MISSING}) > _WORN_AWAY * len(compared.page.lines):
        # Toner that runs out in bands takes something from nearly every line: nobody erases like that.
        found = [replace(each, seen=Shown.UNREADABLE) if each.seen is Shown.MISSING else each for each in found]
    found += _moved(registered, {each.line for each in found})
    # Ink that is what a word shows in the place of another is no addition to its line.
    words = [each for each in found if each.seen in (Shown.OTHER, Shown.MISSING)]
    for each in _added_ink(compared, reader):
        if not any(other.line == each.line and touch(other.box, each.box) for other in words):
            found.append(each)
    return (*found, *_worded_rooms(compared, reader))


def _moved(registered: Registered, other_lines: Collection[int | None]) -> Iterator[Difference]:
    # Where something else differs on a line, the rest of it may move.
    page, lines = registered.page, dict[int, list[Word]]()
    for fit in registered.fits:
        # A full stop is found anywhere.
        is_telling = len(fit.word.text) >= _LEAST_TELLING
        if is_telling and max(map(abs, fit.shift)) > _MOVED and fit.word.line not in other_lines:
            lines.setdefault(fit.word.line, []).append(fit.word)
    for line, words in lines.items():
        said = " ".join(word.text for word in words)
        yield Difference(Shown.MISSING, page.number, union([word.box for word in words]), line, said, "")


def _worded_rooms(compared: Comparison, reader: str) -> Iterator[Difference]:
    """Find the texts in the rooms to sign in that bind to something: a stamp and a name do not."""
    page = compared.page
    expected = " ".join(page.lines)
    for room, inked in zip(page.rooms, compared.inked_rooms, strict=True):
        text = _read(reader, compared.ink[around(room, 0)]) if inked else ""
        found = next((each for each in _binding_words(text) if each[0] not in expected), None)
        if found:
            start = max(found.start() - _QUOTED // 2, 0)
            kind = Shown.ADDED if compared.is_drawn else Shown.WORDED
            nearest = _nearest_word(page, room)
            near = page.lines[nearest.line] if nearest else ""
            yield Difference(kind, page.number, room, None, near, text[start : start + _QUOTED].strip())


def _settled(difference: Difference, compared: Comparison, reader: str) -> Difference | None:
    """Read what stands in the place of words, None where it is what is expected, in another dress."""
    if difference.seen is not Shown.OTHER or not set(difference.read) & {UNREAD, COVERED_SIGN}:
        return difference
    text = _read(reader, compared.ink[around(difference.box, _AROUND_WORD)])
    if fold_signs(difference.expected) in fold_signs(text) and not compared.is_drawn:
        return None
    is_other = compared.is_drawn or COVERED_SIGN in difference.read
    is_other = is_other or sum(char.isalnum() for char in text) >= len(difference.expected) / 2
    return replace(difference, seen=Shown.OTHER if is_other else Shown.UNREADABLE, read=text)


def _read(reader: str, ink: Ink, *, sure: bool = False) -> str:
    """Return what is read in a piece of a page; with `sure`, only the words that the reader is sure of."""
    pixels = np.pad((255 - 255 * np.clip(ink, 0, 1)).astype(np.uint8), _MARGIN, constant_values=255)
    lines = get_reader(reader).read(PageImage(np.ascontiguousarray(pixels), DPI))
    if sure:
        return " ".join(piece.text for line in lines for piece in line.pieces if piece.confidence >= _SURE)
    return " ".join(line.text for line in lines)


def _by_line(words: Iterable[Difference]) -> Iterator[Difference]:
    """Join the differences of neighbouring words of a line that are of one kind."""
    joined: list[Difference] = []
    for each in words:
        last = joined[-1] if joined else None
        if last and (last.seen, last.page, last.line) == (each.seen, each.page, each.line):
            box = union((last.box, each.box))
            expected, read = f"{last.expected} {each.expected}", f"{last.read} {each.read}".strip()
            joined[-1] = replace(last, box=box, expected=expected, read=read)
        else:
            joined.append(each)
    yield from joined


def _binding_words(text: str) -> Iterator[re.Match[str]]:
    """Give what a text says, where people sign, that binds them to something else than the order."""
    return _BINDING.finditer(_CAPITAL.sub(lambda found: " " * len(found[0]), text))


def _added_ink(compared: Comparison, reader: str) -> Iterator[Difference]:
    """Find the ink that nothing explains: lines and numbers added, marks outside the rooms."""
    inked = without_specks(_outside(compared.rest, compared.page), *least_ink(compared))
    if not compared.is_drawn:
        inked = _without_edges(inked)
    for box in joined_regions(inked, _JOIN):
        yield from _added(box, _read(reader, compared.ink[around(box, _AROUND_WORD)]), compared)
    if not compared.is_drawn:
        yield from _faint_texts(compared, inked, reader)


def _faint_texts(compared: Comparison, seen: Pixels, reader: str) -> Iterator[Difference]:
    """Find the texts that are pale, or at the edge of a scan where shadows are: what reads without doubt is one."""
    # Of 167 altered documents 26 once passed, some with texts in grey 150 or paler, or within 5 mm of the edge.
    faint = without_specks(_outside(compared.faint, compared.page), *_LEAST_FAINT)
    faint[cv2.dilate(seen, np.ones(_JOIN[::-1], np.uint8)) > 0] = 0
    others = compared.ink.copy()
    # A copy leaves pale rims around its letters, and a stain lies over them.
    for word in compared.page.words:
        faint[around(word.box, _AROUND_WORD)] = others[around(word.box, _AROUND_WORD)] = 0
    wide = [box for box in joined_regions(faint, _JOIN) if box[2] - box[0] >= _LEAST_LINE]
    for box in sorted(wide, key=lambda box: box[0] - box[2])[:_MOST_FAINT]:
        ink = others[around(box, _AROUND_WORD)]
        text = _read(reader, np.asarray(ink / max(float(ink.max()), _FAINT_INK), np.float32), sure=True)
        if sum(map(str.isalnum, text)) >= _LEAST_FAINT_TEXT:
            yield from _added(box, text, compared)


def _outside(ink: Pixels, page: ExpectedPage) -> Pixels:
    outside = ink.copy()
    for left, top, right, bottom in (*page.rooms, *(wider(box, _AROUND_PICTURE) for box in page.pictures)):
        outside[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    return outside


def _without_edges(rest: Pixels) -> Pixels:
    """Take away the shadows at the edges of a scan: what touches them, or is nearer than printers print."""
    height, width = rest.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    at_edge = (left <= 1) | (top <= 1) | (right >= width - 1) | (bottom >= height - 1)
    in_margin = (right < _EDGE) | (bottom < _EDGE) | (left > width - _EDGE) | (top > height - _EDGE)
    kept = ~(at_edge | in_margin)
    # The first component is the paper.
    kept[0] = False
    return np.asarray(kept.astype(np.uint8)[labels], np.uint8)


def _added(box: Box, text: str, compared: Comparison) -> Iterator[Difference]:
    page, text = compared.page, text.strip()
    nearest = _nearest_word(page, box)
    near = page.lines[nearest.line] if nearest else ""
    if any(touch(wider(room, AROUND_ROOM), box) for room in page.rooms):
        if any(_binding_words(text)):
            crosses = any(touch(wider(room, _CROSSES), box) for room in page.rooms)
            yield Difference(Shown.WORDED if crosses else Shown.ADDED, page.number, box, None, near, text)
        return
    line = nearest.line if nearest and _is_beside(box, nearest, text) else None
    is_text = line is not None or _is_text(text)
    is_added = compared.is_drawn or (is_text and not _is_arrival(text))
    yield Difference(Shown.ADDED if is_added else Shown.MARK, page.number, box, line, near, text)


def _is_beside(box: Box, word: Word, text: str) -> bool:
    # A stroke that only comes near a line is no part of it, nor is one that says nothing next to a word without a
    # figure.
    says_nothing = not any(map(str.isalnum, text)) and not any(map(str.isdigit, word.text))
    if says_nothing or not touch(wider(box, _AROUND_WORD), word.box):
        return False
    level = min(box[3], word.box[3]) - max(box[1], word.box[1])
    return _is_text(text) or level > _ON_LEVEL * min(box[3] - box[1], word.box[3] - word.box[1])


def _is_text(text: str) -> bool:
    # Of a stroke, a reader makes a few letters.
    return sum(map(str.isalnum, text)) >= _LEAST_TEXT or sum(map(str.isdigit, text)) >= _LEAST_DIGITS


def _is_arrival(text: str) -> bool:
    """Return whether a text is what the client's stamp says of the day it came in, and nothing else."""
    words = re.findall(r"[a-z]{3,}", fold_words(text))
    if not words or any(_binding_words(text)) or sum(map(str.isdigit, text)) > _DATE_AND_TIME:
        return False
    return all(any(fuzz.ratio(word, each) >= _ALIKE for each in _ARRIVAL) for word in words)


def _nearest_word(page: ExpectedPage, box: Box) -> Word | None:
    """Return the word of a page that is nearest to a box; None on a page without words."""

    def apart(word: Word) -> int:
        left, top, right, bottom = word.box
        across, down = max(left - box[2], box[0] - right, 0), max(top - box[3], box[1] - bottom, 0)
        return across + down

    return min(page.words, key=apart, default=None)
