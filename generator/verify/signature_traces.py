"""Whether a PDF shows a trace of signatures: a filled field, an annotation, something in the rooms to sign in.

A trace is no proof: nothing here says that a document is signed, by whom, or that a signature is valid.
"""

from __future__ import annotations

import enum
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.common.pdf import annotations_of, unlocked
from generator.verify.opened import Opened
from generator.verify.raster import PageImage

if TYPE_CHECKING:
    from pypdf import PdfReader

_DPI = 100
# Where nothing was written the room is white, to the last dot; a speck is no signature.
_INK, _LEAST_DOTS = 200, 25
# In dots of `_DPI`: below the words « Signature et cachet »; before the next room beside; where no frame ends it.
_BELOW, _BESIDE, _DEEP = 7, 50, 75
# No room is deeper; a row or column with more ink than this share is a line of its frame.
_DEEPEST, _LINE = 160, 0.9
# ISO 32000-1, 12.5.6: drawn by hand, pressed, typed onto the page.
_SIGNED_WITH = frozenset(("/Ink", "/Stamp", "/FreeText"))
# RFC 3161, ISO 32000-2, 12.8.5: such a field says when, not who.
_TIME_ALONE = "/DocTimeStamp"
# A field's kind may stand at a field that it is a part of; no more than this many are asked in turn.
_MOST_PARENTS = 32


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
    inked = rooms or [inked for page in opened.pages(_DPI) for inked in _inked_rooms(page)]
    count, blank = len(inked), sum(not each for each in inked)
    traces = traces_of(opened.data) if opened.is_pdf else Traces()
    if traces and traces.field:
        return Signing(Trace.FIELD, count, blank, traces.empty_field)
    if any(inked) or (traces and traces.annotation):
        return Signing(Trace.MARK, count, blank)
    return Signing(Trace.NONE_SEEN if count and traces else Trace.NOT_CHECKED, count, blank)


def _inked_rooms(page: PageImage) -> Iterator[bool]:
    """Return whether something is written in the room under each « Signature et cachet », within its frame."""
    places = sorted(page.signing, key=lambda place: (place[1], place[0]))
    width = page.pixels.shape[1]
    for left, top in places:
        beside = [other for other, height in places if other > left and abs(height - top) < _BELOW]
        # Margins are the same left and right.
        right = min(beside) - _BESIDE if beside else width - min(other for other, _ in places)
        room = page.pixels[top + _BELOW : top + _DEEPEST, left:right] < _INK
        if room.size:
            # The room ends a dot or two before the lower edge of its frame.
            edges = np.flatnonzero(room.mean(axis=1) > _LINE)
            inside = room[: int(edges[0]) - 2 if edges.size else _DEEP]
            # Lines that cross the room from top to bottom are sides of its frame.
            if inside.size:
                inside = inside[:, inside.mean(axis=0) < _LINE]
            yield int(inside.sum()) >= _LEAST_DOTS


@dataclass(frozen=True, slots=True)
class Traces:
    """Whether a PDF has a signature field that is filled, one left empty, an annotation of ink, stamp or typed text."""

    field: bool = False
    empty_field: bool = False
    annotation: bool = False


def traces_of(data: bytes) -> Traces | None:
    """Return what a PDF has of signatures, None where that cannot be told; nothing is verified.

    Args:
        data: the PDF.
    """
    from generator.common.pdf_errors import DAMAGED_PDF

    try:
        fields, annotations = _fields_and_annotations(data)
        return Traces(
            field=any(_signature_in(each) is not None for each in fields),
            empty_field=any(each.get("/FT") == "/Sig" and "/V" not in each for each in fields),
            annotation=any(each.get("/Subtype") in _SIGNED_WITH for each in annotations),
        )
    except DAMAGED_PDF:
        return None


def may_be_signed(data: bytes) -> bool:
    """Return whether a PDF may hold a signature or a time stamp: the range that each covers is never compressed."""
    if b"/ByteRange" in data:
        return True
    traces = traces_of(data)
    return traces is not None and traces.field


def signature_contents(data: bytes) -> list[bytes]:
    """Return what each filled signature field of a PDF holds, each once; none where it cannot be read.

    Args:
        data: the PDF.
    """
    from generator.common.pdf_errors import DAMAGED_PDF

    try:
        fields, _ = _fields_and_annotations(data)
        signatures = [each for each in map(_signature_in, fields) if each is not None]
        held = [each.get("/Contents") for each in signatures]
        # pypdf takes some strings of bytes for text.
        return list(dict.fromkeys(bytes(getattr(each, "original_bytes", None) or each or b"") for each in held))
    except DAMAGED_PDF:
        return []


def _fields_and_annotations(data: bytes) -> tuple[list[Any], list[Any]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(unlocked(data)))
    # A field and the annotation that shows it may be one object (ISO 32000-1, 12.5.6.19).
    annotations = list(chain.from_iterable(map(annotations_of, reader.pages)))
    return [*_fields(reader), *annotations], annotations


def _fields(reader: PdfReader) -> Iterator[Any]:
    form = reader.root_object.get("/AcroForm")
    waiting = list(form.get_object().get("/Fields", ()) if form else ())
    # A field may name itself among its kids.
    met: set[int] = set()
    while waiting:
        field = waiting.pop().get_object()
        if id(field) not in met:
            met.add(id(field))
            yield field
            waiting += field.get("/Kids", ())


def _signature_in(field: Any) -> Any:
    """Return the signature that a field holds, None where it holds none; kind and value may be at a field above it."""
    kind = value = None
    # A field inherits both from those above it (ISO 32000-1, 12.7.3.1).
    for _ in range(_MOST_PARENTS):
        kind, value = kind or field.get("/FT"), value or field.get("/V")
        above = field.get("/Parent")
        if above is None:
            break
        field = above.get_object()
    if kind != "/Sig" or value is None:
        return None
    signature = value.get_object()
    return None if signature.get("/Type") == _TIME_ALONE else signature
