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

# Whether a line of one portion breaks is known to a dot of LibreOffice's, 1/120 point, and in some faces to three; a
# portion that others follow is rounded to six dots (`python -m benchmarks.breaks`). Twice as much is left. Pairs that
# are kerned where a value meets what stands beside it are not looked at: none moves by a tenth of an em.
_SLACK, _JOINT, _KERNED = 0.05, 0.05, 0.1
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
    """Where a value stands: its face and size, the room of its first line there, and of the lines after.

    `joints` is how many parts follow it on its line.
    """

    face: Face
    size: float
    first: Room
    after: Room
    joints: int = 0

    def room(self, line: int) -> Room:
        """Return the room of a line, the first one being 0."""
        return self.after if line else self.first

    def width(self, text: str) -> float:
        """Return the width of a text, in points.

        Raises:
            MisfitError: the face does not have all of it.
        """
        return width_of(self.face, self.size, text)

    def fits(self, text: str, room: float) -> bool:
        """Tell whether a text surely fits a room.

        Raises:
            MisfitError: the face does not have all of it.
        """
        return self.width(text) <= room - self._slack(text)

    def breaks(self, text: str, room: float) -> bool:
        """Tell whether a text is surely too wide for a room.

        Raises:
            MisfitError: the face does not have all of it.
        """
        return self.width(text) >= room + self._slack(text)

    def _slack(self, text: str) -> float:
        return slack(self.joints + line_of(self.face, text).joints) + kerned(self.face, self.size)


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


def slack(joints: int = 0) -> float:
    """Return by how much a line with so many joints may be wider or narrower for LibreOffice, in points."""
    return _SLACK + _JOINT * joints


def kerned(face: Face, size: float) -> float:
    """Return by how much a value of a face may move closer to what stands beside it, in points."""
    return _KERNED * size if face.kerns else 0.0


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
    """Return the width of a text as LibreOffice measures it to break lines, in points.

    Raises:
        MisfitError: the face does not have all of it.
    """
    return line_of(face, text).measured(size)


def broken(value: str, use: Use) -> list[str]:
    """Return the lines of a value.

    Raises:
        MisfitError: where LibreOffice breaks it is not sure.
    """
    lines = [""]
    for word in _SURE_BREAK.split(value):
        room = use.room(len(lines) - 1)
        # A space at the end of a line takes no room.
        if use.fits((lines[-1] + word).rstrip(" "), room.fits):
            lines[-1] += word
            continue
        # Nothing of the word may fit.
        least = _UNSURE_BREAK.split(word)[0].rstrip(" ")
        is_next = use.fits(word.rstrip(" "), use.room(len(lines)).fits)
        if not (is_next and lines[-1] and use.breaks(lines[-1] + least, room.breaks)):
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
        if not fits_line(forme, group, values):
            place = group.runs[-1].parts[-1]
            if isinstance(place, Fixed) or len(group.places) > 1:
                raise MisfitError(f"as wide as its line of {group.room.fits:.1f} pt, or wider")
            wide.append(place)
    return [_lines(forme, place, values) for place in dict.fromkeys(wide)]


def fits_line(forme: Forme, group: Group, values: Sequence[str]) -> bool:
    """Tell whether a line surely holds its values.

    Raises:
        MisfitError: a face does not have all of one.
    """
    whole, joints, more = group.fixed_width, group.joints, 0.0
    for index, size, place in group.fields:
        face = forme.faces[index]
        line = line_of(face, values[place])
        whole += line.measured(size)
        joints += line.joints
        more += kerned(face, size)
    return whole <= group.room.fits - slack(joints) - more


def use_of(forme: Forme, group: Group, place: int) -> Use:
    """Return what is known of a value where a group has it; what stands beside it is as wide as its probe."""
    (home,) = [field for field in group.fields if field.place == place]
    others = (field for field in group.fields if field.place != place)
    beside = sum(width_of(forme.faces[other.face], other.size, code(other.place)) for other in others)
    room = group.room.less(group.fixed_width + beside)
    return Use(forme.faces[home.face], home.size, room, group.room, group.joints)


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
        uses.append(use)
        counts.append(1 if fits_line(forme, group, values) else len(broken(values[place], use)))
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
