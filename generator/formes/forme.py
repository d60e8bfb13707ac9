"""A forme: what is the same in all documents of a kind, and the places of what is not."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from typing import NamedTuple

from generator.formes.content import block_head
from generator.formes.faces import Face
from generator.formes.logo import Spot
from generator.formes.probe import Place
from generator.formes.spoken import Alt


class Anchor(enum.StrEnum):
    """The point of a group that stays where it is, whatever its width."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text that is the same in all documents.

    Attributes:
        array: glyphs and shifts as a TJ operator takes them.
        width: its width as LibreOffice has set it, in points.
        natural: its width as LibreOffice measures it to break lines, in points.
    """

    array: bytes
    width: float
    natural: float


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one font in a line: its face's index, its size in points, fixed texts and numbers of places."""

    face: int
    size: float
    parts: tuple[Fixed | int, ...]


class Room(NamedTuple):
    """What is known of the width of a line, in points: so much fits, and with so much it breaks."""

    fits: float
    breaks: float

    def less(self, width: float) -> Room:
        """Return what is left of it."""
        return Room(self.fits - width, self.breaks - width)


class Field(NamedTuple):
    """A place as it stands in a line: the index of its face, its size in points, its number."""

    face: int
    size: float
    place: int


@dataclass(frozen=True)
class Group:
    """Runs that follow one another on a line and move together.

    Attributes:
        anchor: the point that stays.
        at: where it is, in points from the left of the page.
        y: the line's height, in points from the bottom.
        room: the width that the line has.
        runs: what it is made of.
    """

    anchor: Anchor
    at: float
    y: float
    room: Room
    runs: tuple[Run, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The places in it."""
        parts = ((run, part) for run in self.runs for part in run.parts)
        return tuple(Field(run.face, run.size, part) for run, part in parts if isinstance(part, int))

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of the places in it."""
        return tuple(field.place for field in self.fields)

    @cached_property
    def heads(self) -> tuple[bytes, ...]:
        """What the text block of each run begins with, after its x."""
        return tuple(block_head(self.y, run.face, run.size) for run in self.runs)

    @cached_property
    def joints(self) -> int:
        """How many parts of it stand after a place: LibreOffice may round what is before each."""
        parts = [part for run in self.runs for part in run.parts]
        first = next((index for index, part in enumerate(parts) if isinstance(part, int)), len(parts))
        return max(len(parts) - first - 1, 0)

    @cached_property
    def fixed_width(self) -> float:
        """The width of what is fixed in it, as LibreOffice measures it, in points."""
        return sum(part.natural for run in self.runs for part in run.parts if isinstance(part, Fixed))


@dataclass(frozen=True, slots=True)
class Leaf:
    """The content of a page: the number of its stream, and what it is made of.

    That is fixed bytes, and between them indices of groups and runs, and the spots of the logo.
    """

    stream: int
    pieces: tuple[bytes | tuple[int, int] | Spot, ...]


class Wrap(NamedTuple):
    """A value that takes several lines where it stands: its place, and the numbers that stand for its lines."""

    place: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Forme:
    """A compiled template.

    Attributes:
        pdf: a PDF of all that is fixed, its pages' streams empty.
        places: the places for values.
        faces: its faces.
        groups: the lines that have a place.
        leaves: its pages.
        qr_code: the number of the object that draws the QR code.
        logo: the number of the object that is the logo; None where there is none, or it is fixed.
        alts: the descriptions of pictures that have a value.
        wraps: where a value takes several lines, its place, and numbers of its lines there.
        parts: the parts of the probed DOCX, to prove a document by.
    """

    pdf: bytes
    places: tuple[Place, ...]
    faces: tuple[Face, ...]
    groups: tuple[Group, ...]
    leaves: tuple[Leaf, ...]
    qr_code: int
    logo: int | None = None
    alts: tuple[Alt, ...] = ()
    wraps: tuple[Wrap, ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def uses(self) -> tuple[tuple[Face, int], ...]:
        """The faces that each place stands in, with its number."""
        stand = dict.fromkeys((each.face, each.place) for group in self.groups for each in group.fields)
        return tuple((self.faces[face], place) for face, place in stand)

    @cached_property
    def homes(self) -> Mapping[int, Group]:
        """The group that each place stands in; the last of several."""
        return {field.place: group for group in self.groups for field in group.fields}
