"""Find the words of a page that differ, are gone or unreadable, by their glyphs."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generator.verify.synthesis.align import FOUND, Fit, Registered
from generator.verify.synthesis.comparison import Comparison, Difference, Shown, around, ink_ratio
from generator.verify.synthesis.expected import Word
from generator.verify.synthesis.glyphs import EMPTY_BOX, PAD, TICKED_BOXES, Glyphs, alikeness
from generator.verify.text import Box

# A glyph is doubtful where it is this much less alike than the page's poorest hundredth, and in any case below.
# Measured on eight wears: the poorest right glyph is 0.07 below that hundredth, the best altered one 0.14.
_DOUBT, _DOUBTFUL = 0.1, 0.9
# In pixels: the form of a glyph that is smaller, such as a dash, tells nothing.
_LEAST_GLYPH = 4
# Another character is seen where it is this much more alike than the expected one.
_CLEARER = 0.06
# What differs by a dot alone, a few pixels of a stroke. Another one is seen where it is more alike than the expected,
# and this much more than nine in ten of the page's are. On pages where nine in ten are not clearly the expected ones,
# some of the others are as alike as another letter would be. When this was written, 54 of 55 swapped letters and boxes
# under eight wears were reported, and no stem of 60 right pages.
_STEMS = {"i": "lI", "l": "i", "I": "i"}
_CLEAR_STEM, _ABOVE_OTHERS, _CLEAR_PAGE = 0.05, 0.1, -0.02
# Of a letter with an accent above it, the part that the accent takes. It is gone where less than this share of the ink
# is there that the page's accents have: those of 50 right pages have at least 0.7 of it. All of 20 that were erased,
# under eight wears, were reported.
_ACCENTS, _BASE_AND_MARK, _ACCENT_PART = frozenset("\u0300\u0301\u0302\u0308"), 2, 0.22
_ACCENT_GONE, _LETTER_THERE = 0.5, 0.8
# In pixels: readers draw each glyph at a whole pixel, those of a coarse scan are larger.
_GLYPH_STRAY = 3
# In a PDF of another version of LibreOffice the glyphs of a word are set a pixel nearer or farther.
_DRAWN_STRAY = 2
# The share of expected ink below which something is missing, above which it is covered.
_GONE, _COVERED = 0.4, 1.9
# The same for a dash or a comma that nobody erased: a coarse copy leaves some of it.
_ERASED = 0.15
# A word of a scan with less than this of the expected ink is half gone: what is left reads as anything.
_FAINT = 0.5
# The ink of an empty box that somebody ticked, in multiples of the expected.
_TICKED = 1.25
# On a pale page, the share of what a quarter of its glyphs have at most.
_PALER = 0.5
# The share of a word's characters that are gone where it was erased, not smudged.
_PART_GONE = 0.25
# A word this much less alike than the page's middle one is another, or none.
_OTHER_WORD = 0.35
# The share of a word's ink that shows where a stroke crosses it.
_THROUGH = 0.85
# In pixels, around a word that a pen or a stamp may cross.
_AROUND_STROKE = 4
# Stand for words that are read with their neighbours; the second for those that ink covers.
UNREAD, COVERED_SIGN = "\x01", "\x02"


def word_differences(registered: Registered, compared: Comparison, glyphs: Glyphs) -> Iterator[Difference]:
    """Return the words that are not as expected, one difference for each."""
    looked = [(fit, _glyphs_of(fit, compared)) for fit in registered.fits]
    scores = np.array([glyph.alike for _, each in looked for glyph in each if _is_telling(glyph)] or [1.0])
    doubtful = min(float(np.percentile(scores, 1)), _DOUBTFUL + _DOUBT) - _DOUBT
    usual = float(np.median([fit.alike for fit in registered.fits])) if registered.fits else 1.0
    # Where toner runs out, or a threshold took the pale letters, much is gone from every word.
    inked = [glyph.inked for _, each in looked for glyph in each] or [1.0]
    gone = min(_GONE, _PALER * float(np.percentile(inked, 25)))
    small = {} if compared.is_drawn else {**_bare_letters(looked, compared), **_other_stems(looked, compared, glyphs)}
    for fit, each in looked:
        is_other = fit.alike < usual - _OTHER_WORD
        is_doubtful = is_other or any(glyph.alike < doubtful for glyph in each)
        # A signature or a stamp in a room for it may cross a word.
        if is_doubtful and compared.written[around(fit.word.box, _AROUND_STROKE, fit.shift)].any():
            if not _shows_through(fit, compared):
                yield _difference(Shown.UNREADABLE, fit.word, compared, "?")
        elif is_other:
            yield _other_word(fit, each, compared, gone)
        else:
            other = _other_glyphs(fit, each, compared, glyphs, (doubtful, gone))
            shown = small.get(fit.word)
            if shown and (other is None or other.seen is Shown.UNREADABLE):
                yield _difference(Shown.OTHER, fit.word, compared, shown)
            elif other:
                yield other


def _difference(seen: Shown, word: Word, compared: Comparison, read: str) -> Difference:
    return Difference(seen, compared.page.number, word.box, word.line, word.text, read)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A glyph of a word that was found: how alike it is, and its ink over the expected."""

    char: str
    box: Box
    alike: float
    inked: float


def _glyphs_of(fit: Fit, compared: Comparison) -> list[_Glyph]:
    found = []
    for char, box in zip(fit.word.text, fit.word.glyphs, strict=False):
        worn, piece = compared.worn[around(box, PAD)], compared.ink[around(box, PAD + 1, fit.shift)]
        if worn.size and piece.size:
            # A dash is two pixels high: it may lie a pixel or two beside.
            pad = 1 if min(box[2] - box[0], box[3] - box[1]) >= _LEAST_GLYPH else PAD + 2
            tight = compared.ink[around(box, pad, fit.shift)]
            inked = float(tight.sum()) / max(float(compared.worn[around(box, pad)].sum()), 1e-6)
            found.append(_Glyph(char, box, alikeness(worn, piece), inked))
    return found


def _is_telling(glyph: _Glyph) -> bool:
    left, top, right, bottom = glyph.box
    return min(right - left, bottom - top) >= _LEAST_GLYPH


def _shows_through(fit: Fit, compared: Comparison) -> bool:
    worn, ink = compared.worn[around(fit.word.box, 0)], compared.ink[around(fit.word.box, 0, fit.shift)]
    if worn.shape != ink.shape or not worn.size:
        return False
    return float(np.minimum(worn, ink).sum()) > _THROUGH * float(worn.sum())


def _other_word(fit: Fit, found: Sequence[_Glyph], compared: Comparison, gone: float) -> Difference:
    """Return what a word that is not alike at all shows; what it says is read with its neighbours."""
    word = fit.word
    inked = float(np.median([glyph.inked for glyph in found])) if found else 0.0
    shown = "".join("_" if glyph.inked < gone else glyph.char for glyph in found)
    if inked < gone or shown.count("_") > _PART_GONE * len(shown):
        return _difference(Shown.MISSING, word, compared, shown)
    if not compared.is_drawn and (inked < _FAINT or not any(map(str.isalnum, word.text))):
        # What is left of a pale word reads as another; a dash is a few pixels, which a lost line of a fax takes.
        return _difference(Shown.UNREADABLE, word, compared, "?")
    return _difference(Shown.OTHER, word, compared, COVERED_SIGN if inked > _COVERED else UNREAD)


def _other_glyphs(
    fit: Fit, found: Sequence[_Glyph], compared: Comparison, glyphs: Glyphs, limits: tuple[float, float]
) -> Difference | None:
    """Return what is the gravest about the glyphs of a word, None where all are the expected ones."""
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
    gravest = next((kind for kind in (Shown.TICK, Shown.OTHER, Shown.MISSING, Shown.UNREADABLE) if kind in kinds), None)
    return _difference(gravest, word, compared, "".join(shown)) if gravest else None


def _is_erased(glyph: _Glyph, word: Word, compared: Comparison) -> bool:
    """Return whether somebody took a glyph with little ink away; a lost line of a fax takes a dash or a full stop."""
    if compared.is_drawn or glyph.char.isalnum():
        return True
    # In a number each sign counts; a coarse copy leaves a few dots of it.
    return any(map(str.isdigit, word.text)) and glyph.inked < _ERASED


def _arbitrated(
    fit: Fit, glyph: _Glyph, compared: Comparison, glyphs: Glyphs, doubtful: float
) -> tuple[Shown | None, str]:
    """Return what a doubtful glyph shows: another character, a tick, nothing certain, or itself (None)."""
    apart = PAD + (1 if compared.is_exact else _DRAWN_STRAY if compared.is_drawn else _GLYPH_STRAY)
    piece = compared.ink[around(glyph.box, apart, fit.shift)]
    own = alikeness(compared.worn[around(glyph.box, PAD)], piece)
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


def _other_stems(
    looked: Sequence[tuple[Fit, Sequence[_Glyph]]], compared: Comparison, glyphs: Glyphs
) -> dict[Word, str]:
    """Return the words in which an i stands for an l, or an l for an i, and how they read."""
    found: list[tuple[float, Word, int, str]] = []
    for fit, index, glyph in _in_found_words(looked):
        if glyph.char in _STEMS:
            piece = compared.ink[around(glyph.box, PAD + 2, fit.shift)]
            own = alikeness(compared.worn[around(glyph.box, PAD)], piece)
            high = glyph.box[3] - glyph.box[1]
            char, alike = glyphs.closest(piece, high, compared.wear, glyph.char, _STEMS[glyph.char])
            found.append((alike - own, fit.word, index, char))
    usual = float(np.percentile([apart for apart, *_ in found], 90)) if found else 0.0
    if usual >= _CLEAR_PAGE:
        return {}
    clear = max(_CLEAR_STEM, usual + _ABOVE_OTHERS)
    return _respelt((word, index, char) for apart, word, index, char in found if apart > clear)


def _bare_letters(looked: Sequence[tuple[Fit, Sequence[_Glyph]]], compared: Comparison) -> dict[Word, str]:
    """Return the words in which a letter lacks its accent, and how they read."""
    found: list[tuple[float, float, Word, int, str]] = []
    for fit, index, glyph in _in_found_words(looked):
        parts = unicodedata.normalize("NFD", glyph.char)
        if len(parts) == _BASE_AND_MARK and parts[1] in _ACCENTS:
            left, top, right, bottom = glyph.box
            middle = top + max(round(_ACCENT_PART * (bottom - top)), 3)
            accent = ink_ratio((left - 1, top - 1, right + 1, middle), fit.shift, compared.worn, compared.ink)
            letter = ink_ratio((left, middle, right, bottom), fit.shift, compared.worn, compared.ink)
            if accent is not None and letter is not None:
                found.append((accent, letter, fit.word, index, parts[0]))
    usual, usual_letter = (float(np.median([each[at] for each in found] or [0.0])) for at in (0, 1))
    # Where toner ran out, the letter is pale, too.
    return _respelt(
        (word, index, base)
        for accent, letter, word, index, base in found
        if accent < _ACCENT_GONE * usual and letter > _LETTER_THERE * usual_letter
    )


def _in_found_words(looked: Iterable[tuple[Fit, Sequence[_Glyph]]]) -> Iterator[tuple[Fit, int, _Glyph]]:
    return ((fit, index, glyph) for fit, each in looked if fit.alike > FOUND for index, glyph in enumerate(each))


def _respelt(others: Iterable[tuple[Word, int, str]]) -> dict[Word, str]:
    shown: dict[Word, str] = {}
    for word, index, char in others:
        text = shown.get(word, word.text)
        shown[word] = text[:index] + char + text[index + 1 :]
    return shown
