"""Prepares inlines where Typst sets them otherwise than LibreOffice: words wider than their line, and tracked text.

LibreOffice breaks a word that is wider than its line; Typst would set it past the margin. LibreOffice puts the space of
tracked text after its last letter too; Typst has it between letters alone. Measured on pages of LibreOffice 7.4: a run
that is spaced out has the space after its last letter, but at the end of a line. One that is drawn together has it
within the run alone, where small capitals and other fonts part it for Typst.
"""

import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.render.pdf.typst.fonts import FALLBACK, FontSet
from generator.render.pdf.typst.model import Inline, LineBreak, PageNumber, RunFormat, TextRun

# Lines break at spaces, and after hyphens before letters.
_WORD = re.compile(r"(?:[^ -]|-(?![^\W\d_]))+-?")
# No character of a text font is wider than this, in ems: most words need not be measured.
_WIDEST = 1.3
# What a page number is taken for where only its first and last characters count.
_DIGIT = "0"


def with_long_words_broken(inlines: tuple[Inline, ...], room: float, fonts: FontSet) -> Iterator[Inline]:
    """Give inlines with line breaks in the words that no line of this width, in points, can hold."""
    for inline in inlines:
        if isinstance(inline, TextRun) and _may_have_long_word(inline, room):
            yield from _broken(inline, room, fonts)
        else:
            yield inline


def _may_have_long_word(run: TextRun, room: float) -> bool:
    fitting = room / (run.format.size * _WIDEST)
    return len(run.text) > fitting and any(len(word) > fitting for word in run.text.split(" "))


def _broken(run: TextRun, room: float, fonts: FontSet) -> Iterator[Inline]:
    start = 0
    for word in _WORD.finditer(run.text):
        for end in _ends(word[0], room, run.format, fonts):
            yield TextRun(run.text[start : word.start() + end], run.format, run.link)
            yield LineBreak(run.format)
            start = word.start() + end
    yield TextRun(run.text[start:], run.format, run.link)


def _ends(word: str, room: float, format_: RunFormat, fonts: FontSet) -> Iterator[int]:
    """Give the places where a word has to be broken."""
    size = format_.size * format_.scale
    if len(word) * size * _WIDEST <= room:
        return
    widths = [
        fonts.width(char, format_.font, size, bold=format_.bold, italic=format_.italic) + format_.tracking
        for char in word
    ]
    start = 0
    while sum(widths[start:]) > room:
        start += _fitting(widths[start:], room)
        yield start


def _fitting(widths: list[float], room: float) -> int:
    """Return how many characters fit, at least one."""
    taken = itertools.accumulate(widths)
    # At least one, or a letter that is wider than its line would be tried for ever.
    return max(1, sum(width <= room for width in taken))


def is_tracked(inlines: Sequence[Inline]) -> bool:
    """Tell whether some text is spaced out or drawn together."""
    return any(each.format.tracking for each in inlines)


def with_fonts_apart(inlines: Sequence[Inline], fonts: FontSet) -> Iterator[Inline]:
    """Give inlines with tracked text in pieces of one font each: Typst has no space between two fonts."""
    for inline in inlines:
        if isinstance(inline, TextRun) and inline.format.tracking:
            pieces = fonts.pieces(inline.text, inline.format.font, FALLBACK)
            yield from (replace(inline, text=text) for text, _ in pieces)
        else:
            yield inline


def with_spaces_apart(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """Give inlines with each space of a text by itself that stands where space is added: it can be widened."""
    waiting = deque(inlines)
    while waiting:
        inline = waiting.popleft()
        if waiting and space_after(inline, waiting[0]):
            text = _text_of(inline)
            if text.endswith(" "):
                yield from _parted(inline, len(text) - 1)
                continue
            if _text_of(waiting[0]).startswith(" "):
                waiting.extendleft(reversed(_parted(waiting.popleft(), 1)))
        yield inline


def is_space(inline: Inline | None) -> bool:
    """Tell whether an inline is one space."""
    return isinstance(inline, TextRun) and inline.text == " "


def space_after(inline: Inline, following: Inline | None) -> float:
    """Return the space after the last letter of an inline, in points; `following` is None where nothing follows."""
    tracking = inline.format.tracking
    # LibreOffice has no space at the end of a line.
    if not tracking or not _text_of(inline) or following is None or isinstance(following, LineBreak):
        return 0.0
    # Small capitals part a run by the scale of its letters alone.
    is_one_run = replace(inline.format, scale=following.format.scale) == following.format
    return tracking if tracking > 0 or is_one_run else 0.0


def unbreakable_groups(inlines: Sequence[Inline]) -> Iterator[tuple[Inline, ...]]:
    """Give inlines, those together between which a space would let a word be broken: Typst breaks lines at spaces."""
    group: list[Inline] = []
    for inline in inlines:
        if not group or not space_after(group[-1], inline) or not _is_within_word(group[-1], inline):
            yield from _given(group)
            group = [inline]
            continue
        if len(group) == 1:
            *before, last = _parted(group[0], _last_word(_text_of(group[0])))
            yield from ((each,) for each in before)
            group = [last]
        first, *after = _parted(inline, _first_word(_text_of(inline)))
        group.append(first)
        if after:
            yield tuple(group)
            group = after
    yield from _given(group)


def _given(group: list[Inline]) -> Iterator[tuple[Inline, ...]]:
    if group:
        yield tuple(group)


def _is_within_word(one: Inline, other: Inline) -> bool:
    """Tell whether no line can break between two inlines, by the characters that meet."""
    before, after = _text_of(one)[-1:], _text_of(other)[:1]
    return before not in {"", " "} and after not in {"", " "} and not (before == "-" and after.isalpha())


def _parted(inline: Inline, place: int) -> list[Inline]:
    """Return an inline as two at a place of its text; as one where that is at an end, or where it is no text."""
    if not isinstance(inline, TextRun) or place in {0, len(inline.text)}:
        return [inline]
    return [replace(inline, text=inline.text[:place]), replace(inline, text=inline.text[place:])]


def _last_word(text: str) -> int:
    """Return where the last word of a text begins."""
    return max((word.start() for word in _WORD.finditer(text)), default=0)


def _first_word(text: str) -> int:
    """Return where the first word of a text ends."""
    return next((word.end() for word in _WORD.finditer(text)), len(text))


def _text_of(inline: Inline) -> str:
    if isinstance(inline, TextRun):
        return inline.text
    return _DIGIT if isinstance(inline, PageNumber) else ""
