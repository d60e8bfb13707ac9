"""What a reader read, against what must stand on the document: verbatim, nearly, or missing.

White space, and the typographic variants of apostrophe, dash and quotes, fold: readers choose them freely. Accents,
case and digits do not.
"""

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from generator.common.folding import fold_signs, fold_spaces
from generator.documents.mentions import PrintedMention
from generator.verify.text import Line

# A mention with more wrong characters than this is not there: something else was read.
NEARLY = 0.3
# Stands for a character that a mention was read from.
_TAKEN = "\0"
# How many characters may have been added or lost in a mention without its ends being mistaken.
_SLACK = 3
# The best start depends on the end, and the best end on the start.
_PASSES = 2
# A label of more characters than this stands once for each value.
_LONG = 12


class Outcome(enum.StrEnum):
    """How a mention came back."""

    VERBATIM = "verbatim"
    NEARLY = "nearly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Reading:
    """How one mention came back.

    Attributes:
        mention: what must stand there.
        outcome: verbatim, nearly or missing.
        read: what was read in its place, without white space; empty where it is missing.
        value_read: the part of `read` that stands where the mention's value should.
        error_rate: wrong characters for each character of the mention: 0.0 verbatim, 1.0 missing.
        page: the page it stands on, from 1; 0 where it is missing.
        lines: the lines it was read from.
        first_read: what was read at first, where only a second look read it verbatim.
        shown: `read`, with its spaces.
    """

    mention: PrintedMention
    outcome: Outcome
    read: str = ""
    value_read: str = ""
    error_rate: float = 1.0
    page: int = 0
    lines: tuple[Line, ...] = ()
    first_read: str | None = None
    shown: str = ""

    @property
    def value_shown(self) -> str:
        """`value_read`, with its spaces."""
        places = places_of(self.shown)
        count = len(self.value_read)
        return self.shown[places[-count] :] if 0 < count <= len(places) else self.value_read

    @property
    def value_differs(self) -> bool:
        """Whether something else than the mention's value was read where it should stand."""
        return self.outcome is Outcome.NEARLY and self.value_read != fold_signs(self.mention.value)


def places_of(text: str) -> list[int]:
    """Return where the characters of a text are that folding keeps: all but white space."""
    return [at for at, char in enumerate(text) if not char.isspace()]


class _PageText:
    """The folded text of a page, each character knowing the line it was read from."""

    def __init__(self, number: int, lines: Sequence[Line]) -> None:
        self.number = number
        self._lines = lines
        pieces = [fold_signs(line.text) for line in lines]
        self.text = "".join(pieces)
        self._owners = [index for index, piece in enumerate(pieces) for _ in piece]
        self._shown = " ".join(line.text for line in lines)
        # Folding takes white space away and changes nothing in number.
        self._places = places_of(self._shown)

    def lines_of(self, start: int, end: int) -> tuple[Line, ...]:
        return tuple(self._lines[index] for index in sorted(set(self._owners[start:end])))

    def shown(self, start: int, end: int) -> str:
        if len(self._places) != len(self.text) or end <= start:
            return self.text[start:end]
        return fold_spaces(self._shown[self._places[start] : self._places[end - 1] + 1])

    def rest_of_line(self, start: int) -> str:
        rest = zip(self.text[start:], self._owners[start:], strict=True)
        return "".join(char for char, owner in rest if owner == self._owners[start - 1])

    def take(self, start: int, end: int) -> None:
        # What was read for one mention does not stand for another as well.
        self.text = f"{self.text[:start]}{_TAKEN * (end - start)}{self.text[end:]}"


def compare(mentions: Iterable[PrintedMention], pages: Sequence[Sequence[Line]]) -> tuple[Reading, ...]:
    """Return how each mention came back; boxes are left out, the words that say the same choices are not.

    A text that several mentions hold must stand on the document once for each.

    Args:
        mentions: what must stand on the document.
        pages: the lines read from each page.
    """
    wanted = [mention for mention in mentions if not mention.is_box]
    texts = [_PageText(number, page) for number, page in enumerate(pages, start=1)]
    whole = [page.text for page in texts]
    # The longest first: a name alone must not be found inside the line that says more of the same person.
    order = sorted(range(len(wanted)), key=lambda index: -len(fold_signs(wanted[index].whole)))
    readings = {index: found for index in order if (found := _verbatim(wanted[index], texts))}
    return tuple(
        readings.get(index)
        or _otherwise(mention, texts, whole)
        or _nearly(mention, texts)
        or Reading(mention, Outcome.MISSING)
        for index, mention in enumerate(wanted)
    )


def repeated_labels(mentions: Iterable[PrintedMention], pages: Sequence[Sequence[Line]]) -> tuple[tuple[str, int], ...]:
    """Return the labels of values that stand on the pages more often than the mentions ask for, with how often.

    Only long ones count: a short one is part of too many sentences.
    """
    wanted = [mention for mention in mentions if not mention.is_box]
    everything = "".join(fold_signs(line.text) for page in pages for line in page)
    asked = "".join(fold_signs(mention.whole) for mention in wanted)
    labels = {mention.text: fold_signs(mention.text) for mention in wanted if mention.value and not mention.gap}
    counts = {text: everything.count(label) for text, label in labels.items() if len(label) > _LONG}
    return tuple((text, found) for text, found in counts.items() if found > asked.count(labels[text]))


def _verbatim(mention: PrintedMention, texts: Iterable[_PageText]) -> Reading | None:
    parts = [fold_signs(part) for part in (mention.text, mention.value) if part.strip()]
    # A number inside a longer one, a word inside another, are others.
    left, right = (r"(?<!\d)" * parts[0][:1].isdigit(), r"(?!\d)" * parts[-1][-1:].isdigit())
    exact = re.compile(f".{{0,{mention.gap}}}?".join(map(re.escape, parts)).join((left, right)))
    for page in texts:
        found = exact.search(page.text)
        if found:
            lines = page.lines_of(*found.span())
            page.take(*found.span())
            return Reading(mention, Outcome.VERBATIM, "".join(parts), parts[-1], 0.0, page.number, lines)
    return None


def _otherwise(mention: PrintedMention, texts: Sequence[_PageText], whole: Sequence[str]) -> Reading | None:
    # One sentence may say several mentions: it is not taken.
    wanted, value = fold_signs(mention.also), fold_signs(mention.value)
    for page, text in zip(texts, whole, strict=True):
        at = text.find(wanted) if wanted else -1
        if at >= 0:
            lines = page.lines_of(at, at + len(wanted))
            return Reading(mention, Outcome.VERBATIM, wanted, value, 0.0, page.number, lines)
    return None


def _nearly(mention: PrintedMention, texts: Sequence[_PageText]) -> Reading | None:
    found = min((_nearest(mention, page) for page in texts), key=lambda near: near.error_rate, default=None)
    if found and found.error_rate <= NEARLY:
        return found
    return next((other for page in texts if (other := _other_value(mention, page))), None)


def _other_value(mention: PrintedMention, page: _PageText) -> Reading | None:
    """Return a mention whose text stands there, with quite another value behind it on its line."""
    text = fold_signs(mention.text)
    at = page.text.find(text) if mention.value and len(text) > _SLACK and not mention.gap else -1
    if at < 0:
        return None
    value_read = _without_marks(page.rest_of_line(at + len(text)))
    wanted = text + fold_signs(mention.value)
    rate = Levenshtein.distance(wanted, text + value_read) / len(wanted)
    lines = page.lines_of(at, at + len(text))
    shown = page.shown(at, at + len(text) + len(value_read))
    return Reading(mention, Outcome.NEARLY, text + value_read, value_read, rate, page.number, lines, shown=shown)


def _nearest(mention: PrintedMention, page: _PageText) -> Reading:
    text, value = fold_signs(mention.text), fold_signs(mention.value)
    span = _nearest_span(text if mention.gap else text + value, page.text)
    if span is None:
        return Reading(mention, Outcome.MISSING)
    start, end = span
    read, shown = page.text[start:end], page.shown(start, end)
    if mention.gap:
        window = page.text[end : end + mention.gap + len(value)]
        answer = _nearest_span(value, window) or (0, 0)
        value_read = window[answer[0] : answer[1]]
        shown = f"{shown} {page.shown(end + answer[0], end + answer[1])}"
        read, end = read + value_read, end + answer[1]
    else:
        value_read = read[_matching(text + value, read, len(text)) :]
    rate = Levenshtein.distance(text + value, read) / max(len(text + value), 1)
    lines = page.lines_of(start, end)
    read, value_read, shown = (_without_marks(each) for each in (read, value_read, shown))
    return Reading(mention, Outcome.NEARLY, read, value_read, rate, page.number, lines, shown=shown)


def _without_marks(read: str) -> str:
    return read.replace(_TAKEN, "")


def _nearest_span(wanted: str, text: str) -> tuple[int, int] | None:
    """Return where `text` comes closest to `wanted`, None where there is nothing to compare."""
    alignment = fuzz.partial_ratio_alignment(wanted, text) if wanted and text else None
    if alignment is None:
        return None
    if len(wanted) > len(text):
        # rapidfuzz then slides the text along `wanted`: all of it is the closest there is.
        return 0, len(text)
    # Its window is as long as `wanted`: where words were added or lost, an end of it stands too far out.
    start, end = alignment.dest_start, alignment.dest_end
    give = max(_SLACK, len(wanted) // 3)
    for _ in range(_PASSES):
        starts = range(max(start - _SLACK, 0), min(start + give, end - 1) + 1)
        start = min(starts, key=lambda at: _distance(wanted, text[at:end]), default=start)
        ends = range(max(end - give, start + 1), min(end + _SLACK, len(text)) + 1)
        end = min(ends, key=lambda at: _distance(wanted, text[start:at]), default=end)
    return start, end


def _distance(wanted: str, read: str) -> tuple[int, int]:
    # Of two texts that are as far, the one of the same length is the nearer.
    return Levenshtein.distance(wanted, read), abs(len(wanted) - len(read))


def _matching(wanted: str, read: str, position: int) -> int:
    """Return the position in `read` of what stands at `position` in `wanted`."""
    for edit in Levenshtein.opcodes(wanted, read):
        if edit.src_start <= position < edit.src_end or edit.src_end == edit.src_start == position:
            return min(edit.dest_start + (position - edit.src_start), edit.dest_end)
    return len(read)
