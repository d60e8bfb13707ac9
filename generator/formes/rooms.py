"""Rooms: how wide the lines of a forme may become, by probes with more words than a line can hold.

Each wide probing ends its lines within one narrow word of their room; those of other phases end elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from generator.formes.faces import Face
from generator.formes.forme import Anchor
from generator.formes.forme import Room
from generator.formes.probe import FILLING_WORDS
from generator.formes.probe import NARROW
from generator.formes.probed import ProbedPdf
from generator.formes.probed import lines_of
from generator.formes.probed import up_to_code
from generator.formes.wrap import slack
from generator.formes.wrap import width_of

# Points: what stays stays; edges agree with the faces' own widths.
STILL, SAME_WIDTH = 0.11, 0.6


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


def wide_lines(wide: ProbedPdf, faces: Sequence[Face], indices: Mapping[str, int]) -> dict[str, list[WideLine]]:
    """Return the lines that hold a place, by all that each says up to its first one."""
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
                done.points(each.size) if done else each.width for done, each in zip(set_lines, kept, strict=True)
            )
            # A line that does not end within the probe, or holds all of it, may hold more.
            ends_in_it = last.endswith(f" {NARROW}") and last.count(f" {NARROW}") < FILLING_WORDS
            more = width_of(known[-1], kept[-1].size, f" {NARROW}") if ends_in_it else float("inf")
            end = line[0].x + width
            found.setdefault(said, []).append(WideLine(line[0].x, end, Room(width, width + more)))
    return found


def room_of(wide: Sequence[Mapping[str, list[WideLine]]], said: str, anchor: Anchor, at: float) -> Room | None:
    """Return the room of a line, by the lines of the wide probings that may be it; None where one has none."""
    found = [{line.room for line in lines.get(said, ()) if line.is_that_of(anchor, at)} for lines in wide]
    if not all(found):
        return None
    # Where one line alone may be it, it is.
    sure = [room for rooms in found if len(rooms) == 1 for room in rooms]
    if sure:
        known = Room(max(room.fits for room in sure), min(room.breaks for room in sure))
        if known.fits < known.breaks + slack(known.fits):
            return known
    every = set[Room]().union(*found)
    return Room(min(room.fits for room in every), max(room.breaks for room in every))
