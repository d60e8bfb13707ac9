"""Whether a PDF shows a trace of signatures: a filled field, an annotation, something in the rooms to sign in.

A trace is no proof: nothing here says that a document is signed, by whom, or that a signature is valid.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generator.pdf.signed import traces_of
from generator.readback.opened import Opened
from generator.readback.raster import PageImage
from generator.readback.raster import Pixels

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
        NOT_CHECKED: a scan, a picture, a layout whose rooms to sign in are not found, or a PDF whose fields cannot be
            read.
    """

    FIELD = "field"
    MARK = "mark"
    NONE_SEEN = "none-seen"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is seen of signatures: the trace, how many rooms to sign in there are, and how many of them are blank."""

    trace: Trace
    rooms: int = 0
    blank: int = 0

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody who should have signed seems not to have."""
        some = self.blank < self.rooms
        return self.blank > 0 and ((some and self.trace is Trace.MARK) or self.trace is Trace.NONE_SEEN)


def signing_of(opened: Opened) -> Signing:
    """Return what is seen of signatures on a document.

    Args:
        opened: the document.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    if opened.is_scan:
        return Signing(Trace.NOT_CHECKED)
    inked = [_is_inked(room) for page in opened.pages(_DPI) for room in _rooms(page)]
    rooms, blank = len(inked), inked.count(False)
    traces = traces_of(opened.data)
    if traces and traces.field:
        return Signing(Trace.FIELD, rooms, blank)
    if any(inked) or (traces and traces.annotation):
        return Signing(Trace.MARK, rooms, blank)
    return Signing(Trace.NONE_SEEN if rooms and traces else Trace.NOT_CHECKED, rooms, blank)


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
            yield room[: _end(room)]


def _end(room: Pixels) -> int:
    """Return where the frame's lower edge is, a dot or two before it."""
    edges = np.flatnonzero((room < _INK).mean(axis=1) > _LINE)
    return int(edges[0]) - 2 if edges.size else _DEEP


def _is_inked(room: Pixels) -> bool:
    return int((room < _INK).sum()) >= _LEAST_DOTS
