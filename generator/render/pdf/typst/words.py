"""Breaks words that are wider than their line, as LibreOffice does; Typst would set them past the margin."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from generator.render.pdf.typst.fonts import FontSet
from generator.render.pdf.typst.model import Inline, LineBreak, RunFormat, TextRun

# Lines break at spaces, and after hyphens before letters.
WORD = re.compile(r"(?:[^ -]|-(?![^\W\d_]))+-?")
# No character of a text font is wider than this, in ems: most words need not be measured.
_WIDEST = 1.3


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
    for word in WORD.finditer(run.text):
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
    return max(1, sum(width <= room for width in taken))
