"""What a PDF has of signatures besides ink: signature fields that are filled, and annotations that people sign with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

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
    """Whether a PDF has a signature field that is filled, and an annotation of ink, stamp or typed text."""

    field: bool = False
    annotation: bool = False


def traces_of(data: bytes) -> Traces | None:
    """Return what a PDF has of signatures, None where that cannot be told; nothing is verified.

    Args:
        data: the PDF.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        annotations = list(_annotations(reader))
        fields = [*_fields(reader), *annotations]
        return Traces(
            field=any(map(_is_filled, fields)),
            annotation=any(each.get("/Subtype") in _SIGNED_WITH for each in annotations),
        )
    except (PyPdfError, DependencyError, OSError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _annotations(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        for each in page.get("/Annots", ()) or ():
            yield each.get_object()


def _fields(reader: PdfReader) -> Iterator[Any]:
    form = reader.root_object.get("/AcroForm")
    waiting = [(each, 0) for each in (form.get_object().get("/Fields", ()) if form else ())]
    while waiting:
        one, depth = waiting.pop()
        field = one.get_object()
        yield field
        if depth < _DEEP:
            waiting += [(kid, depth + 1) for kid in field.get("/Kids", ())]


def _is_filled(field: Any) -> bool:
    """Tell whether a field is one of a signature, and filled; kind and value may stand at a field above it."""
    kind = value = None
    for _ in range(_DEEP):
        kind, value = kind or field.get("/FT"), value or field.get("/V")
        above = field.get("/Parent")
        if above is None:
            break
        field = above.get_object()
    return kind == "/Sig" and value is not None and value.get_object().get("/Type") != _TIME_ALONE
