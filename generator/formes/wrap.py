"""Values that take several lines: how LibreOffice breaks them, and what is sure about it.

A forme has the lines of its probes; a value that takes two lines needs a forme whose probe takes two. A break is as
LibreOffice makes it where every word that ends up on a line has room to spare, and the next one clearly has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.formes.faces import Face
from generator.formes.faces import Line
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.probe import NARROW

# LibreOffice rounds the width of each glyph: lines differ from the sum of theirs by a fifth of a percent.
_SLACK, _SLACK_SHARE = 0.5, 0.0025
# After a space, and after a hyphen between letters, a line may end; elsewhere it depends on more than is known here.
_BREAK = re.compile(r"(?<= )(?=[^ ])|(?<=[^\W\d]-)(?=[^\W\d])")
_UNSURE = re.compile(r"[^\w '’.,;:()°&\u00a0-]|-(?!\w)|(?<!\w)-|\d-|-\d|  ")
# A probe of several lines leaves this much of a line free, in points; the word that comes next is wider.
_FREE = 30.0
WIDE_WORD = "mmmm"


class MisfitError(Exception):
    """A value does not fit its place; `str()` says which."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A place whose value takes several lines, and the filling of each line of its probe but the last, in words."""

    place: int
    filling: tuple[int, ...]


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


def broken(value: str, face: Face, size: float, rooms: Sequence[float]) -> list[str]:
    """Return the lines of a value.

    Args:
        value: the value.
        face: its face.
        size: its size in points.
        rooms: the room of the first line, of the second…; the last holds for all after. A line may have more, less than
            one more narrow word of the probe would take.

    Raises:
        MisfitError: where LibreOffice breaks it is not sure.
    """
    if _UNSURE.search(value):
        raise MisfitError(f"where {value!r} breaks is not sure")
    more = width_of(face, size, f" {NARROW}")
    lines = [""]
    for word in _BREAK.split(value):
        room = rooms[min(len(lines), len(rooms)) - 1]
        # A space at the end of a line takes no room.
        width = width_of(face, size, (lines[-1] + word).rstrip(" "))
        if width <= room - slack(room):
            lines[-1] += word
        elif width < room + more + slack(room) or not lines[-1]:
            raise MisfitError(f"where {value!r} breaks is not sure")
        else:
            lines.append(word)
    return [line.rstrip(" ") if index < len(lines) - 1 else line for index, line in enumerate(lines)]


def too_wide(forme: Forme, values: Sequence[str]) -> list[Lines]:
    """Return the places whose values take several lines, with probes that do as well.

    Raises:
        MisfitError: a value does not fit in any way that is known here.
    """
    found: list[Lines] = []
    for group in forme.groups:
        fixed = group.fixed_width
        whole = fixed + sum(
            width_of(forme.faces[run.face], run.size, values[part])
            for run in group.runs
            for part in run.parts
            if isinstance(part, int)
        )
        if whole <= group.room - slack(group.room):
            continue
        run = group.runs[-1]
        place = run.parts[-1]
        used = sum(other.places.count(place) for other in forme.groups if isinstance(place, int))
        if isinstance(place, Fixed) or group.anchor is not Anchor.LEFT or len(group.places) > 1 or used > 1:
            raise MisfitError(f"{whole:.1f} pt in a line of {group.room:.1f} pt")
        face = forme.faces[run.face]
        lines = broken(values[place], face, run.size, [group.room - fixed, group.room])
        step = width_of(face, run.size, f" {NARROW}")
        word = width_of(face, run.size, WIDE_WORD) + _FREE
        first = max(int((group.room - fixed - word) / step), 0)
        after = max(int((group.room - word - _FREE) / step), 0)
        found.append(Lines(place, (first, *[after] * (len(lines) - 2))))
    return found


def _check_edges(face: Face, value: str) -> None:
    """Refuse a value that begins or ends with a space, or is narrower than was probed: lines may end elsewhere."""
    line, narrow = face.set(value), face.set(NARROW)
    if value != value.strip() or not line or not narrow or line.width < narrow.width:
        raise MisfitError(f"{value!r} begins or ends with a space, or is very narrow")


def spread(forme: Forme, values: Sequence[str]) -> list[str]:
    """Return values with those of several lines broken: each line of them has a place of its own.

    Raises:
        MisfitError: a value takes another number of lines.
    """
    for group in forme.groups:
        for run in group.runs:
            for place in run.parts:
                if isinstance(place, int) and place < len(values):
                    _check_edges(forme.faces[run.face], values[place])
    spread_values = [*values, *[""] * (len(forme.places) - len(values))]
    homes = {place: group for group in forme.groups for place in group.places} if forme.wraps else {}
    for places in forme.wraps:
        run = next(run for run in homes[places[0]].runs if places[0] in run.parts)
        rooms = [homes[place].room - homes[place].fixed_width for place in places]
        lines = broken(values[places[0]], forme.faces[run.face], run.size, rooms)
        if len(lines) != len(rooms):
            raise MisfitError(f"{values[places[0]]!r} takes {len(lines)} lines")
        for place, line in zip(places, lines, strict=True):
            spread_values[place] = line
    return spread_values
