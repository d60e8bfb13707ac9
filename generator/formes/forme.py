"""A forme: what is the same in all documents of a kind, and the places of what is not."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from generator.formes.faces import Face
from generator.formes.probe import Place


class Anchor(enum.StrEnum):
    """The point of a group that stays where it is, whatever its width."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text that is the same in all documents: glyphs and shifts as a TJ operator takes them, its width in points."""

    array: bytes
    width: float


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one font in a line: its face's index, its size in points, fixed texts and numbers of places."""

    face: int
    size: float
    parts: tuple[Fixed | int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that follow one another on a line and move together.

    Attributes:
        anchor: the point that stays.
        at: where it is, in points from the left of the page.
        y: the line's height, in points from the bottom.
        room: the width that the line has, in points.
        runs: what it is made of.
    """

    anchor: Anchor
    at: float
    y: float
    room: float
    runs: tuple[Run, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of the places in it."""
        return tuple(part for run in self.runs for part in run.parts if isinstance(part, int))

    @property
    def fixed_width(self) -> float:
        """The width of what is fixed in it, in points."""
        return sum(part.width for run in self.runs for part in run.parts if isinstance(part, Fixed))


@dataclass(frozen=True, slots=True)
class Leaf:
    """The content of a page: the number of its stream, fixed bytes, and between them indices of groups and runs."""

    stream: int
    pieces: tuple[bytes | tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Forme:
    """A compiled template.

    Attributes:
        pdf: a PDF of all that is fixed, its pages' streams empty.
        places: the places for values.
        faces: its faces.
        groups: the lines that have a place.
        leaves: its pages.
        qr_code: the number of the object that draws the QR code.
        wraps: of each value that takes several lines, the places of its lines.
        parts: the parts of the probed DOCX, to prove a document by.
    """

    pdf: bytes
    places: tuple[Place, ...]
    faces: tuple[Face, ...]
    groups: tuple[Group, ...]
    leaves: tuple[Leaf, ...]
    qr_code: int
    wraps: tuple[tuple[int, ...], ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)
