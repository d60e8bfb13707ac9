"""Every region of a delivered page explained: as expected, a mark in a room for it, unreadable, or different."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from generator.common.folding import fold_signs
from generator.verify.synthesis.added import AROUND_WORD, Read, added_ink, binding_words, nearest_word
from generator.verify.synthesis.align import Registered
from generator.verify.synthesis.comparison import Comparison, Difference, Shown, around
from generator.verify.synthesis.expected import Word, touch, union
from generator.verify.synthesis.glyphs import Glyphs
from generator.verify.synthesis.words import COVERED_SIGN, UNREAD, as_shown, word_differences

# The share of a page's lines that miss something where the page is worn away.
_WORN_AWAY = 0.2
# A word that tells where its line stands has at least this many characters.
_LEAST_TELLING = 3
# How much is quoted of a text that binds.
_QUOTED = 60
# In pixels: a word this far from its place was moved. Typst and LibreOffice set lines within two of each other.
_MOVED = 12


def explain(registered: Registered, compared: Comparison, glyphs: Glyphs, read: Read) -> tuple[Difference, ...]:
    """Return the regions of a page that are not as expected.

    Args:
        registered: the page, laid over the expected one.
        compared: the same, the expected page as worn as it is (`compare_page`).
        glyphs: what characters look like.
        read: reads a piece of a page, optically.
    """
    words = [_settled(each, compared, read) for each in _by_line(word_differences(registered, compared, glyphs))]
    told = [each for each in words if each and (each.seen is not Shown.UNREADABLE or _says_something(each.expected))]
    if len({each.line for each in told if each.seen is Shown.MISSING}) > _WORN_AWAY * len(compared.page.lines):
        # Toner that runs out in bands takes something from nearly every line: nobody erases like that.
        told = [as_shown(each, Shown.UNREADABLE, each.read) if each.seen is Shown.MISSING else each for each in told]
    told += _moved(registered, {each.line for each in told})
    added = [each for each in added_ink(compared, read) if not any(_shows(each, other) for other in told)]
    return (*told, *added, *_worded_rooms(compared, read))


def _moved(registered: Registered, other_lines: Collection[int | None]) -> Iterator[Difference]:
    """Find the lines that stand elsewhere and say what they should: where something else differs, the rest may move."""
    page, lines = registered.page, dict[int, list[Word]]()
    for fit in registered.fits:
        # A full stop is found anywhere.
        is_telling = len(fit.word.text) >= _LEAST_TELLING
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
        text = read(compared.ink[around(room, 0)]) if inked else ""
        found = next((each for each in binding_words(text) if each[0] not in expected), None)
        if found:
            start = max(found.start() - _QUOTED // 2, 0)
            kind = Shown.ADDED if compared.is_drawn else Shown.WORDED
            nearest = nearest_word(page, room)
            near = page.lines[nearest.line] if nearest else ""
            yield Difference(kind, page.number, room, None, near, text[start : start + _QUOTED].strip())


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _shows(added: Difference, other: Difference) -> bool:
    """Return whether an added text is what another difference shows in the place of what is expected."""
    return other.seen in (Shown.OTHER, Shown.MISSING) and other.line == added.line and touch(added.box, other.box)


def _settled(difference: Difference, compared: Comparison, read: Read) -> Difference | None:
    """Read what stands in the place of words, None where it is what is expected, in another dress."""
    if difference.seen is not Shown.OTHER or not set(difference.read) & {UNREAD, COVERED_SIGN}:
        return difference
    text = read(compared.ink[around(difference.box, AROUND_WORD)])
    if fold_signs(difference.expected) in fold_signs(text) and not compared.is_drawn:
        return None
    is_other = compared.is_drawn or COVERED_SIGN in difference.read
    is_other = is_other or sum(char.isalnum() for char in text) >= len(difference.expected) / 2
    return as_shown(difference, Shown.OTHER if is_other else Shown.UNREADABLE, text)


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
