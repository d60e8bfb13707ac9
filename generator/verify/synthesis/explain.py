"""Every region of a delivered page explained: as expected, a mark in a room for it, unreadable, or different."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from generator.common.folding import fold_signs
from generator.verify.raster import Pixels
from generator.verify.synthesis.align import FOUND, Fit, Registered
from generator.verify.synthesis.expected import Box, ExpectedPage, Ink, Word, touch, union
from generator.verify.synthesis.glyphs import EMPTY_BOX, PAD, TICKED_BOXES, Glyphs, Wear, alikeness, blurred

# In pixels at which the expected page is compared after blurring: a sharp scan to a bad copy.
_BLURS = (0.0, 0.5, 0.8, 1.1, 1.5, 2.0)
# A glyph is doubtful where it is this much less alike than the page's poorest hundredth, and in any case below.
# Measured on eight wears: the poorest right glyph is 0.07 below that hundredth, the best altered one 0.14.
_DOUBT, _DOUBTFUL = 0.1, 0.9
_LEAST_GLYPH = 4
# Another character is seen where it is this much more alike than the expected one.
_CLEARER = 0.06
# What differs by a dot alone, a few pixels of a stroke; another one is seen where it is more alike than the expected,
# and this much more than nine in ten of the page's are. Right ones are at most 0.1 above these.
_STEMS = {"i": "lI", "l": "i", "I": "i"}
_CLEAR_STEM, _ABOVE_OTHERS = 0.05, 0.1
# In pixels: engines draw each glyph at a whole pixel, those of a coarse scan are larger.
_GLYPH_STRAY = 3
# In a PDF of another version of LibreOffice the glyphs of a word are set a pixel nearer or farther.
_DRAWN_STRAY = 2
# The share of expected ink below which something is missing, above which it is covered.
_GONE, _COVERED = 0.4, 1.9
# The ink of an empty box that somebody ticked, in multiples of the expected.
_TICKED = 1.25
# A word of a scan with less than this of the expected ink is half gone: what is left reads as anything.
_FAINT = 0.5
# The same for a dash or a comma that nobody erased: a coarse copy leaves some of it.
_ERASED = 0.15
# On a pale page, the share of what a quarter of its glyphs have at most.
_PALER = 0.5
# The share of a word's characters that are gone where it was erased, not smudged.
_PART_GONE = 0.25
# The share of a page's lines that miss something where the page is worn away.
_WORN_AWAY = 0.2
# A word this much less alike than the page's middle one is another, or none.
_OTHER_WORD = 0.35
# Ink that nothing explains: as dark as this on a scan, on a drawn page; its longer
# side, its pixels and its shorter side, on a scan, on a drawn page, on one that lies to the pixel.
_UNEXPLAINED, _UNEXPLAINED_DRAWN = 0.45, 0.06
_LEAST, _LEAST_DRAWN, _LEAST_EXACT = (8, 20, 3), (5, 8, 2), (2, 2, 1)
# A copy is swollen where its words have this much more ink than the expected ones as worn: it strays farther, too.
_SWOLLEN, _SWOLLEN_STRAY, _LEAST_SWOLLEN = 1.2, 11, (12, 40, 4)
# In pixels: how far ink may stray from its place; the edge where scanners leave shadows; around rooms,
# words and pictures.
_STRAY, _EDGE, _AROUND_ROOM, _AROUND_WORD, _AROUND_PICTURE = 7, 40, 60, 14, 16
_JOIN = (41, 9)
# A stroke of a pen or a stamp is longer than a letter.
_LEAST_STROKE, _AROUND_STROKE = (30, 60, 3), 4
# The share of a word's ink that shows where a stroke crosses it.
_THROUGH = 0.85
# Of a frame, what is its edge; the ink that makes it written in.
_FRAME, _LEAST_WRITTEN = 8, 60
# Stand for words that are read with their neighbours; the second for those that ink covers.
_UNREAD, _COVERED_SIGN = "\x01", "\x02"
# What a text may say, where people sign, that binds them to something else than the order.
_BINDING = re.compile(
    r"\d[\d\s.]*,\s?\d{2}\b|avenant|r[ée]serve|condition|abonnement|par mois|annule|remplace", re.IGNORECASE
)
# How much of such a text is quoted, and how far from a frame what crosses its edge is.
_QUOTED, _CROSSES = 60, 4
# In pixels: a word this far from its place was moved. Typst and LibreOffice set lines within two of each other.
_MOVED = 12
# A text has at least this many letters and digits.
_LEAST_READABLE = 3


class Shown(enum.Enum):
    """What a region shows in the place of what is expected."""

    OTHER = "other"
    MISSING = "missing"
    ADDED = "added"
    MARK = "mark"
    WORDED = "worded"
    UNREADABLE = "unreadable"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Difference:
    """A region that is not as expected.

    Attributes:
        seen: what it shows.
        page: the number of the expected page.
        box: where, in pixels of the expected page.
        line: the number of the expected line it is on; None beside all lines.
        expected: the words that should be there; for an addition, the line nearest to it.
        read: what is there, as far as it reads.
    """

    seen: Shown
    page: int
    box: Box
    line: int | None = None
    expected: str = ""
    read: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """An expected page as worn as the delivered one; `explained` has each word where it was found, too."""

    page: ExpectedPage
    worn: Ink
    explained: Ink
    ink: Ink
    wear: Wear
    is_drawn: bool
    is_exact: bool
    is_swollen: bool

    @cached_property
    def rest(self) -> Pixels:
        """Where ink is that nothing explains."""
        stray = 3 if self.is_exact else _SWOLLEN_STRAY if self.is_swollen else _STRAY
        explained = cv2.dilate(self.explained, np.ones((stray, stray), np.uint8))
        least = _UNEXPLAINED_DRAWN if self.is_drawn else _UNEXPLAINED
        return ((self.ink - explained) > least).astype(np.uint8)

    @cached_property
    def written(self) -> Pixels:
        """Where a pen or a stamp wrote in the rooms for it, and a little around them."""
        inside = np.zeros_like(self.rest)
        for left, top, right, bottom in (_wider(room, _AROUND_ROOM) for room in self.page.rooms):
            inside[max(top, 0) : bottom, max(left, 0) : right] = 1
        return _without_specks(self.rest * inside, *_LEAST_STROKE)

    @cached_property
    def inked_rooms(self) -> tuple[bool, ...]:
        """For each room of the page whether something is written or pressed in it."""
        cleaned = _without_specks(self.rest, *_least(self))
        return tuple(
            int(cleaned[top + _FRAME : bottom - _FRAME, left + _FRAME : right - _FRAME].sum()) >= _LEAST_WRITTEN
            for left, top, right, bottom in self.page.rooms
        )


Read = Callable[[Ink], str]


def explain(registered: Registered, compared: Comparison, glyphs: Glyphs, read: Read) -> tuple[Difference, ...]:
    """Return the regions of a page that are not as expected.

    Args:
        registered: the page, laid over the expected one.
        compared: the same, the expected page as worn as it is (`compare_page`).
        glyphs: what characters look like.
        read: reads a piece of a page, optically.
    """
    words = [_settled(each, compared, read) for each in _by_line(_word_differences(registered, compared, glyphs))]
    told = [each for each in words if each and (each.seen is not Shown.UNREADABLE or _says_something(each.expected))]
    if len({each.line for each in told if each.seen is Shown.MISSING}) > _WORN_AWAY * len(compared.page.lines):
        # Toner that runs out in bands takes something from nearly every line: nobody erases like that.
        told = [_as(each, Shown.UNREADABLE, each.read) if each.seen is Shown.MISSING else each for each in told]
    told += _moved(registered, {each.line for each in told})
    added = [each for each in _unexplained(compared, read) if not any(_shows(each, other) for other in told)]
    return (*told, *added, *_worded_rooms(compared, read))


def _moved(registered: Registered, other_lines: Collection[int | None]) -> Iterator[Difference]:
    """Find the lines that stand elsewhere and say what they should: where something else differs, the rest may move."""
    page, lines = registered.page, dict[int, list[Word]]()
    for fit in registered.fits:
        # A full stop is found anywhere.
        is_telling = len(fit.word.text) >= _LEAST_READABLE
        if is_telling and max(map(abs, fit.shift)) > _MOVED and fit.word.line not in other_lines:
            lines.setdefault(fit.word.line, []).append(fit.word)
    for line, words in lines.items():
        said = " ".join(word.text for word in words)
        yield Difference(Shown.MISSING, page.number, union([word.box for word in words]), line, said, "")


def _worded_rooms(compared: Comparison, read: Read) -> Iterator[Difference]:
    """Find the texts in the rooms to sign in that bind to something: a stamp and a name do not."""
    page = compared.page
    expected = " ".join(page.lines)
    for room, inked in zip(page.rooms, compared.inked_rooms, strict=True):
        text = read(compared.ink[_around(room, 0)]) if inked else ""
        found = next((each for each in _BINDING.finditer(text) if each[0] not in expected), None)
        if found:
            start = max(found.start() - _QUOTED // 2, 0)
            kind = Shown.ADDED if compared.is_drawn else Shown.WORDED
            nearest = _nearest_word(page, room)
            near = page.lines[nearest.line] if nearest else ""
            yield Difference(kind, page.number, room, None, near, text[start : start + _QUOTED].strip())


def compare_page(registered: Registered) -> Comparison:
    """Return a page, and the expected page with the same wear.

    Args:
        registered: the page, laid over the expected one.
    """
    page, ink = registered.page, registered.ink
    sample = [fit.word for fit in registered.fits if fit.alike > 0][::6]

    def alike(blur: float) -> float:
        worn = blurred(page.ink, blur)
        return sum(alikeness(worn[_around(word.box, 1)], ink[_around(word.box, 2)]) for word in sample)

    blur = 0.0 if registered.is_exact else max(_BLURS, key=alike)
    soft = blurred(page.ink, blur)
    inked = soft > 0.5 * float(soft.max())
    gain = float(np.median(ink[inked]) / np.median(soft[inked])) if inked.any() else 1.0
    # Elsewhere on the raster of pixels a drawn stroke is as dark as it can be, however soft the page is as a whole.
    explained = np.maximum(soft * max(gain, 1.0), page.ink if registered.is_drawn else 0)
    for fit in registered.fits:
        if fit.shift != (0, 0):
            place, own = _around(fit.word.box, PAD, fit.shift), explained[_around(fit.word.box, PAD)].copy()
            if explained[place].shape == own.shape:
                explained[place] = np.maximum(explained[place], own)
    wear = Wear(blur, gain)
    worn = wear.on(page.ink)
    is_swollen = not registered.is_drawn and _swelling(registered, worn) > _SWOLLEN
    return Comparison(page, worn, explained, ink, wear, registered.is_drawn, registered.is_exact, is_swollen)


def _swelling(registered: Registered, worn: Ink) -> float:
    """Return the ink of the page's words in multiples of the expected ink, as worn."""
    found = []
    for fit in registered.fits:
        own, seen = worn[_around(fit.word.box, 2)], registered.ink[_around(fit.word.box, 2, fit.shift)]
        if own.shape == seen.shape and own.any():
            found.append(float(seen.sum() / own.sum()))
    return float(np.median(found)) if found else 1.0


def _around(box: Box, pad: int, shift: tuple[int, int] = (0, 0)) -> tuple[slice, slice]:
    (left, top, right, bottom), (x, y) = box, shift
    rows = slice(max(top - pad + y, 0), max(bottom + pad + y, 0))
    return rows, slice(max(left - pad + x, 0), max(right + pad + x, 0))


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A glyph of a word that was found: how alike it is, and its ink over the expected."""

    char: str
    box: Box
    alike: float
    inked: float


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _shows(added: Difference, other: Difference) -> bool:
    """Return whether an added text is what another difference shows in the place of what is expected."""
    return other.seen in (Shown.OTHER, Shown.MISSING) and other.line == added.line and touch(added.box, other.box)


def _word_differences(registered: Registered, compared: Comparison, glyphs: Glyphs) -> Iterator[Difference]:
    looked = [(fit, _glyphs_of(fit, compared)) for fit in registered.fits]
    scores = np.array([glyph.alike for _, each in looked for glyph in each if _is_telling(glyph)] or [1.0])
    doubtful = min(float(np.percentile(scores, 1)), _DOUBTFUL + _DOUBT) - _DOUBT
    usual = float(np.median([fit.alike for fit in registered.fits])) if registered.fits else 1.0
    # Where toner runs out, or a threshold took the pale letters, much is gone from every word.
    inked = [glyph.inked for _, each in looked for glyph in each] or [1.0]
    gone = min(_GONE, _PALER * float(np.percentile(inked, 25)))
    stems = {} if compared.is_drawn else _other_stems(looked, compared, glyphs)
    for fit, each in looked:
        is_other = fit.alike < usual - _OTHER_WORD
        if (is_other or any(glyph.alike < doubtful for glyph in each)) and _is_written_over(fit, compared):
            if not _shows_through(fit, compared):
                word = fit.word
                yield Difference(Shown.UNREADABLE, compared.page.number, word.box, word.line, word.text, "?")
        elif is_other:
            yield _other_word(fit, each, compared, gone)
        else:
            others = list(_other_glyphs(fit, each, compared, glyphs, (doubtful, gone)))
            word, shown = fit.word, stems.get(fit.word)
            if shown and all(other.seen is Shown.UNREADABLE for other in others):
                others = [Difference(Shown.OTHER, compared.page.number, word.box, word.line, word.text, shown)]
            yield from others


def _other_stems(
    looked: Sequence[tuple[Fit, Sequence[_Glyph]]], compared: Comparison, glyphs: Glyphs
) -> dict[Word, str]:
    """Return the words in which an i stands for an l, or an l for an i, and how they read."""
    found: list[tuple[float, Word, int, str]] = []
    for fit, each in looked:
        for index, glyph in enumerate(each if fit.alike > FOUND else ()):
            if glyph.char in _STEMS:
                piece = compared.ink[_around(glyph.box, PAD + 2, fit.shift)]
                own = alikeness(compared.worn[_around(glyph.box, PAD)], piece)
                high = glyph.box[3] - glyph.box[1]
                char, alike = glyphs.closest(piece, high, compared.wear, glyph.char, _STEMS[glyph.char])
                found.append((alike - own, fit.word, index, char))
    usual = float(np.percentile([apart for apart, *_ in found], 90)) if found else 0.0
    shown: dict[Word, str] = {}
    for apart, word, index, char in found:
        if apart > max(_CLEAR_STEM, usual + _ABOVE_OTHERS):
            text = shown.get(word, word.text)
            shown[word] = text[:index] + char + text[index + 1 :]
    return shown


def _is_written_over(fit: Fit, compared: Comparison) -> bool:
    """Return whether a signature or a stamp in a room for it crosses a word."""
    return bool(compared.written[_around(fit.word.box, _AROUND_STROKE, fit.shift)].any())


def _shows_through(fit: Fit, compared: Comparison) -> bool:
    """Return whether all of a word's ink is there, whatever crosses it."""
    worn, ink = compared.worn[_around(fit.word.box, 0)], compared.ink[_around(fit.word.box, 0, fit.shift)]
    if worn.shape != ink.shape or not worn.size:
        return False
    return float(np.minimum(worn, ink).sum()) > _THROUGH * float(worn.sum())


def _glyphs_of(fit: Fit, compared: Comparison) -> list[_Glyph]:
    found = []
    for char, box in zip(fit.word.text, fit.word.glyphs, strict=False):
        worn, piece = compared.worn[_around(box, PAD)], compared.ink[_around(box, PAD + 1, fit.shift)]
        if worn.size and piece.size:
            # A dash is two pixels high: it may lie a pixel or two beside.
            pad = 1 if min(box[2] - box[0], box[3] - box[1]) >= _LEAST_GLYPH else PAD + 2
            tight = compared.ink[_around(box, pad, fit.shift)]
            inked = float(tight.sum()) / max(float(compared.worn[_around(box, pad)].sum()), 1e-6)
            found.append(_Glyph(char, box, alikeness(worn, piece), inked))
    return found


def _is_telling(glyph: _Glyph) -> bool:
    left, top, right, bottom = glyph.box
    return min(right - left, bottom - top) >= _LEAST_GLYPH


def _other_word(fit: Fit, found: Sequence[_Glyph], compared: Comparison, gone: float) -> Difference:
    """Return what a word that is not alike at all shows; what it says is read with its neighbours."""
    word = fit.word
    inked = float(np.median([glyph.inked for glyph in found])) if found else 0.0
    here = Difference(Shown.OTHER, compared.page.number, word.box, word.line, word.text)
    shown = "".join("_" if glyph.inked < gone else glyph.char for glyph in found)
    if inked < gone or shown.count("_") > _PART_GONE * len(shown):
        return _as(here, Shown.MISSING, shown)
    if not compared.is_drawn and (inked < _FAINT or not any(map(str.isalnum, word.text))):
        # What is left of a pale word reads as another; a dash is a few pixels, which a lost line of a fax takes.
        return _as(here, Shown.UNREADABLE, "?")
    return _as(here, Shown.OTHER, _COVERED_SIGN if inked > _COVERED else _UNREAD)


def _settled(difference: Difference, compared: Comparison, read: Read) -> Difference | None:
    """Read what stands in the place of words, None where it is what is expected, in another dress."""
    if difference.seen is not Shown.OTHER or not set(difference.read) & {_UNREAD, _COVERED_SIGN}:
        return difference
    text = read(compared.ink[_around(difference.box, _AROUND_WORD)])
    if fold_signs(difference.expected) in fold_signs(text) and not compared.is_drawn:
        return None
    is_other = compared.is_drawn or _COVERED_SIGN in difference.read
    is_other = is_other or sum(char.isalnum() for char in text) >= len(difference.expected) / 2
    return _as(difference, Shown.OTHER if is_other else Shown.UNREADABLE, text)


def _as(difference: Difference, seen: Shown, read: str = "") -> Difference:
    return Difference(seen, difference.page, difference.box, difference.line, difference.expected, read)


def _other_glyphs(
    fit: Fit, found: Sequence[_Glyph], compared: Comparison, glyphs: Glyphs, limits: tuple[float, float]
) -> Iterator[Difference]:
    """Find the glyphs of a word that are others: one difference for the word, the gravest."""
    doubtful, gone = limits
    word, shown, kinds = fit.word, list(fit.word.text), set[Shown]()
    for index, glyph in enumerate(found):
        if glyph.inked < gone:
            kinds.add(Shown.MISSING if _is_erased(glyph, word, compared) else Shown.UNREADABLE)
            shown[index] = "_"
        elif _is_telling(glyph) and glyph.alike < doubtful:
            kind, char = _arbitrated(fit, glyph, compared, glyphs, doubtful)
            if kind:
                kinds.add(kind)
                shown[index] = char
    here = Difference(Shown.OTHER, compared.page.number, word.box, word.line, word.text)
    for kind in (Shown.TICK, Shown.OTHER, Shown.MISSING, Shown.UNREADABLE):
        if kind in kinds:
            yield _as(here, kind, "".join(shown))
            return


def _is_erased(glyph: _Glyph, word: Word, compared: Comparison) -> bool:
    """Return whether somebody took a glyph with little ink away; a lost line of a fax takes a dash or a full stop."""
    if compared.is_drawn or glyph.char.isalnum():
        return True
    # In a number each sign counts; a coarse copy leaves a few dots of it.
    return any(map(str.isdigit, word.text)) and glyph.inked < _ERASED


def _arbitrated(
    fit: Fit, glyph: _Glyph, compared: Comparison, glyphs: Glyphs, doubtful: float
) -> tuple[Shown | None, str]:
    """Return what a doubtful glyph shows: another character, a tick, nothing that can be told, or itself (None)."""
    apart = PAD + (1 if compared.is_exact else _DRAWN_STRAY if compared.is_drawn else _GLYPH_STRAY)
    piece = compared.ink[_around(glyph.box, apart, fit.shift)]
    own = alikeness(compared.worn[_around(glyph.box, PAD)], piece)
    if own >= doubtful:
        return None, glyph.char
    char, alike = glyphs.closest(piece, glyph.box[3] - glyph.box[1], compared.wear, glyph.char)
    if glyph.char in EMPTY_BOX + TICKED_BOXES:
        # A tick by hand is like neither.
        is_ticked = glyph.char == EMPTY_BOX and glyph.inked > _TICKED
        is_other = compared.is_drawn or alike > own or is_ticked
        return (Shown.TICK if is_other else None), TICKED_BOXES[0] if glyph.char == EMPTY_BOX else EMPTY_BOX
    if alike > own + _CLEARER:
        return Shown.OTHER, char
    other = compared.is_drawn or glyph.inked > _COVERED
    return (Shown.OTHER if other else Shown.UNREADABLE), "?"


def _by_line(words: Iterable[Difference]) -> Iterator[Difference]:
    """Join the differences of neighbouring words of a line that are of one kind."""
    joined: list[Difference] = []
    for each in words:
        last = joined[-1] if joined else None
        if last and (last.seen, last.page, last.line) == (each.seen, each.page, each.line):
            box = union((last.box, each.box))
            expected, read = f"{last.expected} {each.expected}", f"{last.read} {each.read}".strip()
            joined[-1] = Difference(each.seen, each.page, box, each.line, expected, read)
        else:
            joined.append(each)
    yield from joined


def _unexplained(compared: Comparison, read: Read) -> Iterator[Difference]:
    """Find the ink that nothing explains: lines and numbers added, marks outside the rooms."""
    page, rest = compared.page, compared.rest.copy()
    for left, top, right, bottom in (*page.rooms, *(_wider(box, _AROUND_PICTURE) for box in page.pictures)):
        rest[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    rest = _without_specks(rest, *_least(compared))
    if not compared.is_drawn:
        rest = _without_edges(rest)
    if not rest.any():
        return
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(rest, np.ones(_JOIN[::-1], np.uint8)))
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in stats[index, :4])
        box = (left + _JOIN[0] // 2, top + _JOIN[1] // 2, left + wide - _JOIN[0] // 2, top + high - _JOIN[1] // 2)
        yield from _added(box, compared, read)


def _least(compared: Comparison) -> tuple[int, int, int]:
    """Return how large ink must be that nothing explains."""
    if compared.is_drawn:
        return _LEAST_EXACT if compared.is_exact else _LEAST_DRAWN
    return _LEAST_SWOLLEN if compared.is_swollen else _LEAST


def _without_specks(rest: Pixels, side: int, area: int, thin: int) -> Pixels:
    """Take away what is too small for a character."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    wide, high, inked = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    kept = (np.maximum(wide, high) >= side) & (inked >= area) & (np.minimum(wide, high) >= thin)
    kept[0] = False
    return np.asarray(kept.astype(np.uint8)[labels], np.uint8)


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
    text = read(compared.ink[_around(box, _AROUND_WORD)]).strip()
    in_room = any(touch(_wider(room, _AROUND_ROOM), box) for room in page.rooms)
    crosses = any(touch(_wider(room, _CROSSES), box) for room in page.rooms)
    nearest = _nearest_word(page, box)
    near = page.lines[nearest.line] if nearest else ""
    if in_room:
        if _BINDING.search(text):
            yield Difference(Shown.WORDED if crosses else Shown.ADDED, page.number, box, None, near, text)
        return
    is_on_line = nearest is not None and touch(_wider(box, _AROUND_WORD), nearest.box)
    # Fewer characters are the engine's guess at a stroke.
    is_text = sum(char.isalnum() for char in text) >= _LEAST_READABLE
    kind = Shown.ADDED if is_on_line or is_text or compared.is_drawn else Shown.MARK
    yield Difference(kind, page.number, box, nearest.line if nearest and is_on_line else None, near, text)


def _nearest_word(page: ExpectedPage, box: Box) -> Word | None:
    def apart(word: Word) -> int:
        left, top, right, bottom = word.box
        across, down = max(left - box[2], box[0] - right, 0), max(top - box[3], box[1] - bottom, 0)
        return across + down

    return min(page.words, key=apart, default=None)


def _wider(box: Box, by: int) -> Box:
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by
