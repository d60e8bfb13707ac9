"""Values that take several lines: how LibreOffice breaks them, and what is sure about it.

A forme has the lines of its probes; a value that takes two lines needs a forme whose probe takes two. A break is as
LibreOffice makes it where every word that ends up on a line has room to spare, and the next one clearly has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from generator.formes.faces import Face
from generator.formes.faces import Line
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.forme import Room
from generator.formes.probe import NARROW
from generator.formes.probe import Style
from generator.formes.probe import code

# LibreOffice rounds widths: in 20,000 lines of 504 points, made to be about as wide as their room, whether one breaks
# is known to 0.09 points a face (`python -m benchmarks.breaks`); twice as much is left.
_SLACK, _SLACK_SHARE = 0.05, 0.0003
# Where a line may end for sure: after a space between words, and after a hyphen between letters.
_SURE_BREAK = re.compile(r"(?<=[\w.,;:)°&@–] )(?=[\w(°&@–])|(?<=[^\W\d]-)(?=[^\W\d])")
# Where it may end by rules that are not known here: around other spaces, hyphens and signs (Unicode's annex 14).
_SIGNS = r"[^\w '’.,;:()°&@\u00a0]"
_UNSURE_BREAK = re.compile(
    rf"(?<={_SIGNS})(?=.)|(?<=.)(?={_SIGNS})|(?<= )(?=.)|(?<=[^\w\u00a0(])(?=\()|(?<=\))(?=[^\w.,;:)])"
)
# A probe of several lines leaves this much of a line free, in points; the word that comes next is wider.
_FREE = 8.0
WIDE_WORD = "mm"
# Points by which the probe of several lines must be sure of its own breaks.
_SURE = 4.0


class MisfitError(Exception):
    """A value does not fit its place; `str()` says which."""


@dataclass(frozen=True, slots=True)
class Use:
    """Where a value stands: its face and size, the room of its first line there, and of the lines after."""

    face: Face
    size: float
    first: Room
    after: Room

    def room(self, line: int) -> Room:
        """Return the room of a line, the first one being 0."""
        return self.after if line else self.first

    def width(self, text: str) -> float:
        """Return the width of a text, in points.

        Raises:
            MisfitError: the face does not have all of it.
        """
        return width_of(self.face, self.size, text)


@dataclass(frozen=True, slots=True)
class Lines:
    """A value that takes several lines in one of its uses, or in several.

    Attributes:
        place: its place.
        counts: the lines that it takes in each use.
        filling: how many narrow words of its probe stand before each break.
    """

    place: int
    counts: tuple[int, ...]
    filling: tuple[int, ...]

    def probe(self, codes: Sequence[int], style: Style) -> str:
        """Return the probe of the value: each line begins with a code, and ends before the next one fits.

        Args:
            codes: the numbers of the value's own code, and of one for each break.
            style: how it looks; narrow probes have lines of other widths, that begin or end at the same place.
        """
        less, last = (1, 1) if style is Style.NARROW else (0, 0)
        words = [code(codes[0])]
        for number, count in zip(codes[1:], self.filling, strict=True):
            words += [NARROW] * max(count - less, 0) + [code(number) + WIDE_WORD]
        return " ".join(words + [NARROW] * last)


def slack(room: float) -> float:
    """Return by how much a line of this width may differ from LibreOffice's, in points."""
    return _SLACK + _SLACK_SHARE * room


def line_of(face: Face, text: str) -> Line:
    """Return a text set in one line.

    Raises:
        MisfitError: the face does not have all of it.
    """
    line = face.set(text)
    if line is None:
        raise MisfitError(f"{face.name} does not have all of {text!r}")
    return line


def width_of(face: Face, size: float, text: str) -> float:
    """Return the width of a text, in points.

    Raises:
        MisfitError: the face does not have all of it.
    """
    return line_of(face, text).points(size)


def broken(value: str, use: Use) -> list[str]:
    """Return the lines of a value.

    Raises:
        MisfitError: where LibreOffice breaks it is not sure.
    """
    lines = [""]
    for word in _SURE_BREAK.split(value):
        room = use.room(len(lines) - 1)
        # A space at the end of a line takes no room.
        if use.width((lines[-1] + word).rstrip(" ")) <= room.fits - slack(room.fits):
            lines[-1] += word
            continue
        # Nothing of the word may fit.
        least = _UNSURE_BREAK.split(word)[0].rstrip(" ")
        after = use.room(len(lines)).fits
        too_long = use.width(word.rstrip(" ")) > after - slack(after)
        if too_long or not lines[-1] or use.width(lines[-1] + least) < room.breaks + slack(room.breaks):
            raise MisfitError(f"where {value!r} breaks is not sure")
        lines.append(word)
    return [line.rstrip(" ") if index < len(lines) - 1 else line for index, line in enumerate(lines)]


def too_wide(forme: Forme, values: Sequence[str]) -> list[Lines]:
    """Return the values that take several lines, with probes that do as well.

    Raises:
        MisfitError: a value does not fit in any way that is known here.
    """
    wide = []
    for group in forme.groups:
        whole = _whole(forme, group, values)
        if whole > group.room.fits - slack(group.room.fits):
            place = group.runs[-1].parts[-1]
            if isinstance(place, Fixed) or len(group.places) > 1:
                raise MisfitError(f"{whole:.1f} pt in a line of {group.room.fits:.1f} pt")
            wide.append(place)
    return [_lines(forme, place, values) for place in dict.fromkeys(wide)]


def _whole(forme: Forme, group: Group, values: Sequence[str]) -> float:
    """Return the width of a line with its values."""
    whole = group.fixed_width
    for face, size, place in group.fields:
        whole += line_of(forme.faces[face], values[place]).points(size)
    return whole


def use_of(forme: Forme, group: Group, place: int) -> Use:
    """Return what is known of a value where a group has it; what stands beside it is as wide as its probe."""
    (home,) = [field for field in group.fields if field.place == place]
    others = (field for field in group.fields if field.place != place)
    beside = sum(width_of(forme.faces[other.face], other.size, code(other.place)) for other in others)
    return Use(forme.faces[home.face], home.size, group.room.less(group.fixed_width + beside), group.room)


def _lines(forme: Forme, place: int, values: Sequence[str]) -> Lines:
    """Return how many lines a value takes in each of its uses, with a probe that takes as many in each.

    Raises:
        MisfitError: that is not sure, or no probe does.
    """
    uses, counts = [], []
    for group in forme.groups:
        if place not in group.places:
            continue
        if group.places.count(place) > 1:
            raise MisfitError(f"{values[place]!r} stands twice on a line")
        use = use_of(forme, group, place)
        fits = _whole(forme, group, values) <= group.room.fits - slack(group.room.fits)
        uses.append(use)
        counts.append(1 if fits else len(broken(values[place], use)))
    filling = _filling(uses, counts)
    lines = Lines(place, tuple(counts), filling)
    codes = range(len(filling) + 1)
    for style in (Style.CODE, Style.NARROW):
        words = lines.probe(codes, style).split(" ")
        for use, count in zip(uses, counts, strict=True):
            if _probe_lines(words, use) != count:
                raise MisfitError(f"{values[place]!r} takes several lines in places that are too much alike")
    return lines


def _filling(uses: Sequence[Use], counts: Sequence[int]) -> tuple[int, ...]:
    """Return how many narrow words stand before each break of a probe, the nearest break first."""
    filling = []
    used = [use.width(code(0)) for use in uses]
    line = [0] * len(uses)
    while any(at < count - 1 for at, count in zip(line, counts, strict=True)):
        words = max(
            min(
                int((use.room(at).fits - taken - _FREE) / use.width(f" {NARROW}"))
                for use, at, taken, count in zip(uses, line, used, counts, strict=True)
                if at < count - 1
            ),
            0,
        )
        filling.append(words)
        for index, use in enumerate(uses):
            used[index] += words * use.width(f" {NARROW}") + use.width(f" {code(0)}{WIDE_WORD}")
            if used[index] > use.room(line[index]).fits:
                used[index] = use.width(code(0) + WIDE_WORD)
                line[index] += 1
    return tuple(filling)


def _probe_lines(words: Sequence[str], use: Use) -> int:
    """Return how many lines a probe takes, each but the first beginning with a code.

    Raises:
        MisfitError: it is not sure.
    """
    count, width = 1, use.width(words[0])
    for word in words[1:]:
        wider = width + use.width(f" {word}")
        room = use.room(count - 1)
        if wider <= room.fits - _SURE:
            width = wider
        elif wider < room.breaks + _SURE or word == NARROW:
            raise MisfitError("no probe takes as many lines for sure")
        else:
            count, width = count + 1, use.width(word)
    return count


def _check_edges(face: Face, value: str) -> None:
    """Refuse a value that begins or ends with a space, or is narrower than was probed: lines may end elsewhere."""
    line, narrow = face.set(value), face.set(NARROW)
    if value != value.strip() or not line or not narrow or line.width < narrow.width:
        raise MisfitError(f"{value!r} begins or ends with a space, or is very narrow")


def spread(forme: Forme, values: Sequence[str]) -> list[str]:
    """Return values, and after them the lines of those that take several.

    Raises:
        MisfitError: a value takes another number of lines.
    """
    for face, place in forme.uses:
        if place < len(values):
            _check_edges(face, values[place])
    spread_values = [*values, *[""] * sum(len(wrap.lines) for wrap in forme.wraps)]
    for wrap in forme.wraps:
        value = values[wrap.place]
        use = replace(use_of(forme, forme.homes[wrap.lines[0]], wrap.lines[0]), after=forme.homes[wrap.lines[1]].room)
        _check_edges(use.face, value)
        lines = broken(value, use)
        if len(lines) != len(wrap.lines):
            raise MisfitError(f"{value!r} takes {len(lines)} lines")
        for number, line in zip(wrap.lines, lines, strict=True):
            spread_values[number] = line
    return spread_values
