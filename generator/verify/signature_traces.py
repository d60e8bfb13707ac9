"""What a PDF has of signatures besides ink: signature fields that are filled, and annotations that people sign with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from generator.common.pdf import annotations_of, unlocked

if TYPE_CHECKING:
    from pypdf import PdfReader

# ISO 32000-1, 12.5.6: drawn by hand, pressed, typed onto the page.
_SIGNED_WITH = frozenset(("/Ink", "/Stamp", "/FreeText"))
# RFC 3161, ISO 32000-2, 12.8.5: such a field says when, not who.
_TIME_ALONE = "/DocTimeStamp"
# A field's kind may stand at the field it is a part of.
_DEEP = 32


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
    from pypdf import PdfReader

    from generator.common.pdf_errors import DAMAGED_PDF

    try:
        reader = PdfReader(io.BytesIO(unlocked(data)))
        annotations = list(_annotations(reader))
        fields = [*_fields(reader), *annotations]
        return Traces(
            field=any(map(_is_filled, fields)),
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
    from pypdf import PdfReader

    from generator.common.pdf_errors import DAMAGED_PDF

    try:
        reader = PdfReader(io.BytesIO(unlocked(data)))
        values = [_signature_in(field) for field in (*_fields(reader), *_annotations(reader))]
        held = (value.get("/Contents") for value in values if value is not None)
        return list(dict.fromkeys(_bytes_of(content) for content in held))
    except DAMAGED_PDF:
        return []


def _bytes_of(content: Any) -> bytes:
    """Return a PDF string as bytes: pypdf takes some for text."""
    return bytes(getattr(content, "original_bytes", None) or content or b"")


def _annotations(reader: PdfReader) -> Iterator[Any]:
    return chain.from_iterable(map(annotations_of, reader.pages))


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


def _is_filled(field: Any) -> bool:
    """Return whether a field is one of a signature, and filled."""
    return _signature_in(field) is not None


def _signature_in(field: Any) -> Any:
    """Return the signature that a field holds, None where it holds none; kind and value may be at a field above it."""
    kind = value = None
    for _ in range(_DEEP):
        kind, value = kind or field.get("/FT"), value or field.get("/V")
        above = field.get("/Parent")
        if above is None:
            break
        field = above.get_object()
    if kind != "/Sig" or value is None:
        return None
    signature = value.get_object()
    return None if signature.get("/Type") == _TIME_ALONE else signature
