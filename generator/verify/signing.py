"""Whether a PDF shows a trace of signatures: a filled field, an annotation, something in the rooms to sign in.

A trace is no proof: nothing here says that a document is signed, by whom, or that a signature is valid.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generator.verify.opened import Opened
from generator.verify.raster import PageImage, Pixels
from generator.verify.signature_traces import Traces, traces_of

_DPI = 100
# Where nothing was written the room is white, to the last dot; a speck is no signature.
_INK, _LEAST_DOTS = 200, 25
# In dots of `_DPI`: below the words « Signature et cachet »; before the next room beside; where no frame ends it.
_BELOW, _BESIDE, _DEEP = 7, 50, 75
_DEEPEST = 160
_LINE = 0.9


class Trace(enum.StrEnum):
    """What is seen of signatures on a document.

    Attributes:
        FIELD: a signature field of the PDF that is filled; whether it is valid is not looked at.
        MARK: something is drawn or written where it is signed, or an annotation of ink, stamp or text is there.
        NONE_SEEN: none of these.
        NOT_CHECKED: the rooms to sign in are not found, or the fields of the PDF cannot be read.
    """

    FIELD = "field"
    MARK = "mark"
    NONE_SEEN = "none-seen"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is seen of signatures.

    Attributes:
        trace: the strongest trace.
        rooms: how many rooms to sign in there are.
        blank: how many of them are blank.
        has_empty_field: a signature field of the PDF is not filled.
    """

    trace: Trace
    rooms: int = 0
    blank: int = 0
    has_empty_field: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody who should have signed seems not to have."""
        some = self.blank < self.rooms
        by_some = some and (self.trace is Trace.MARK or (self.trace is Trace.FIELD and self.has_empty_field))
        return self.blank > 0 and (by_some or self.trace is Trace.NONE_SEEN)


def signing_of(opened: Opened, rooms: Sequence[bool] | None = None) -> Signing:
    """Return what is seen of signatures on a document.

    Args:
        opened: the document.
        rooms: for each room to sign in, whether something is written in it, where the pages were compared.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    if opened.is_scan and rooms is None:
        return Signing(Trace.NOT_CHECKED)
    inked = rooms or [_is_inked(room) for page in opened.pages(_DPI) for room in _rooms(page)]
    count, blank = len(inked), sum(not each for each in inked)
    traces = traces_of(opened.data) if opened.is_pdf else Traces()
    if traces and traces.field:
        return Signing(Trace.FIELD, count, blank, traces.empty_field)
    if any(inked) or (traces and traces.annotation):
        return Signing(Trace.MARK, count, blank)
    return Signing(Trace.NONE_SEEN if count and traces else Trace.NOT_CHECKED, count, blank)


def _rooms(page: PageImage) -> Iterator[Pixels]:
    """Cut out the room under each « Signature et cachet », within its frame."""
    places = sorted(page.signing, key=lambda place: (place[1], place[0]))
    width = page.pixels.shape[1]
    for left, top in places:
        beside = [other for other, height in places if other > left and abs(height - top) < _BELOW]
        # Margins are the same left and right.
        right = min(beside) - _BESIDE if beside else width - min(other for other, _ in places)
        room = page.pixels[top + _BELOW : top + _DEEPEST, left:right]
        if room.size:
            yield _without_sides(room[: _end(room)])


def _end(room: Pixels) -> int:
    """Return where the frame's lower edge is, a dot or two before it."""
    edges = np.flatnonzero((room < _INK).mean(axis=1) > _LINE)
    return int(edges[0]) - 2 if edges.size else _DEEP


def _without_sides(room: Pixels) -> Pixels:
    """Return a room without the lines that cross it from top to bottom: sides of its frame."""
    return room[:, (room < _INK).mean(axis=0) < _LINE] if room.size else room


def _is_inked(room: Pixels) -> bool:
    return int((room < _INK).sum()) >= _LEAST_DOTS
