"""Rooms: how wide the lines of a forme may become, by probes with more words than a line can hold.

Each wide probing ends its lines within one narrow word of their room; those of other phases end elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from operator import itemgetter

from generator.formes.faces import Face
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.forme import Room
from generator.formes.probe import NARROW
from generator.formes.probe import code
from generator.formes.probe import fine_text
from generator.formes.probe import number_of
from generator.formes.probed import ProbedPdf
from generator.formes.probed import lines_of
from generator.formes.probed import up_to_code
from generator.formes.wrap import slack
from generator.formes.wrap import width_of

# Points: what stays stays; edges agree with the faces' own widths.
STILL, SAME_WIDTH = 0.11, 0.6
# Words of so many of these letters are of hundreds of widths.
_TAIL, _LETTERS = 4, "acdeghilmnorstu"
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class WideLine:
    """A line of a wide probing: where it begins and ends, and its room as far as it tells."""

    begin: float
    end: float
    room: Room

    def is_that_of(self, anchor: Anchor, at: float) -> bool:
        """Tell whether it may be the line that is fixed at this point, as full as it gets."""
        free = self.room.breaks - self.room.fits
        if anchor is Anchor.LEFT:
            return abs(self.begin - at) < STILL
        if anchor is Anchor.RIGHT:
            return -SAME_WIDTH <= at - self.end <= free
        return abs(self.begin + self.end - 2 * at) <= free


def wide_lines(
    wide: ProbedPdf, text_of: Callable[[int], str], faces: Sequence[Face], indices: Mapping[str, int]
) -> dict[str, list[WideLine]]:
    """Return the lines that hold a place, by all that each says up to its first one.

    Args:
        wide: a wide probing.
        text_of: the probe of each place in it.
        faces: the faces that stand for its fonts.
        indices: the index of each by its name.
    """
    found: dict[str, list[WideLine]] = {}
    for sheet in wide.sheets:
        for line in lines_of(sheet.portions):
            said = up_to_code(line)
            if not said:
                continue
            # The spaces at its end hang out of it, in a portion of their own where it is set right.
            kept = line if line[-1].text.strip(" ") else line[:-1]
            last = kept[-1].text.rstrip(" ")
            known = [faces[indices[wide.fonts[portion.font].name]] for portion in kept]
            set_lines = [
                face.set(text)
                for face, text in zip(known, [*(portion.text for portion in kept[:-1]), last], strict=True)
            ]
            width = sum(
                done.measured(each.size) if done else each.width for done, each in zip(set_lines, kept, strict=True)
            )
            # A line that does not end within the probe, or holds all of it, may hold more.
            held = "".join(portion.text for portion in kept).rstrip(" ")
            following = _word_after(held[len(said) - len(code(0)) :], text_of)
            more = width_of(known[-1], kept[-1].size, f" {following}") if following else float("inf")
            end = line[0].x + width
            found.setdefault(said, []).append(WideLine(line[0].x, end, Room(width, width + more)))
    return found


def _word_after(held: str, text_of: Callable[[int], str]) -> str:
    """Return the word of a probe that a line ends before; nothing where it holds the whole probe, or something else."""
    number = number_of(held[: len(code(0))])
    probe = text_of(number) if number is not None else ""
    rest = probe.removeprefix(held) if probe.startswith(held) else ""
    return rest.split(" ")[1] if rest.startswith(" ") else ""


def fine_probes(forme: Forme, count: int) -> list[dict[int, str]]:
    """Return further wide probes for a forme's places, each to tell whether a line may be a little wider than is known.

    A probe serves the lines that a place comes first in by turns.

    Args:
        forme: what is known so far.
        count: how many probes are wanted.
    """
    begun = {wrap.lines[0]: wrap.place for wrap in forme.wraps}
    lines: dict[int, list[Group]] = {}
    for group in forme.groups:
        first = group.places[0]
        place = begun.get(first, first)
        if place < len(forme.places) and group.room.breaks < float("inf"):
            lines.setdefault(place, []).append(group)
    probes: list[dict[int, str]] = []
    for turn in range(count):
        texts = {}
        for place, groups in lines.items():
            group = groups[turn % len(groups)]
            turns = len(range(turn % len(groups), count, len(groups)))
            share = (turn // len(groups) + 1) / (turns + 1)
            width = group.room.fits + share * (group.room.breaks - group.room.fits)
            text = _text_of_width(forme, group, place, width)
            if text:
                texts[place] = text
        probes.append(texts)
    return probes


def _text_of_width(forme: Forme, group: Group, place: int, width: float) -> str:
    """Return a wide probe whose first words make a line just so wide; nothing where none does."""
    field = group.fields[0]
    face, size = forme.faces[field.face], field.size
    before = _width_before(group)
    narrow, scale = width_of(face, size, f" {NARROW}"), _THOUSAND / size
    free = width - before - width_of(face, size, code(place))
    tails = _tails(face)
    # The widths in the middle are many.
    words = int((free - tails[len(tails) // 2][0] / scale) / narrow)
    if words < 0:
        return ""
    wanted = (free - words * narrow) * scale
    above = bisect_left(tails, wanted, key=itemgetter(0))
    nearest = min(tails[max(above - 1, 0) : above + 1], key=lambda each: abs(each[0] - wanted))
    return fine_text(place, words, nearest[1])


@lru_cache(maxsize=16)
def _tails(face: Face) -> tuple[tuple[float, str], ...]:
    """Return short words of many widths, with the space before them, in thousandths of an em."""
    made = map("".join, combinations_with_replacement(_LETTERS, _TAIL))
    return tuple(sorted((line.width, word) for word in made if (line := face.set(f" {word}"))))


def _width_before(group: Group) -> float:
    """Return the width of what stands before the first place of a line, in points."""
    width = 0.0
    for part in (part for run in group.runs for part in run.parts):
        if not isinstance(part, Fixed):
            break
        width += part.natural
    return width


def room_of(wide: Sequence[Mapping[str, list[WideLine]]], said: str, anchor: Anchor, at: float) -> Room | None:
    """Return the room of a line, by the lines of the wide probings that may be it; None where one has none."""
    found = [{line.room for line in lines.get(said, ()) if line.is_that_of(anchor, at)} for lines in wide]
    if not all(found):
        return None
    # Where one line alone may be it, it is.
    sure = [room for rooms in found if len(rooms) == 1 for room in rooms]
    if sure:
        known = Room(max(room.fits for room in sure), min(room.breaks for room in sure))
        if known.fits < known.breaks + slack():
            return known
    every = set[Room]().union(*found)
    return Room(min(room.fits for room in every), max(room.breaks for room in every))
