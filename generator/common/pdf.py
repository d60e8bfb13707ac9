"""Decrypt PDF files, and read their annotations and the JSON files attached to them.

The documents of this program have their canonical descriptor attached.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

if TYPE_CHECKING:
    from pypdf import PageObject

# A descriptor weighs about 2 kB: more than this is no descriptor.
MAX_ATTACHMENT = 5_000_000


def unlocked(data: bytes) -> bytes:
    """Return a PDF without encryption; the same bytes if it has none, or needs a password.

    pypdf alone cannot read AES.
    """
    if b"/Encrypt" not in data:
        return data
    stream = io.BytesIO()
    try:
        with pdfium.PdfDocument(data) as document:
            document.save(stream, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    # Its reader reports that it needs a password, or is damaged.
    except pdfium.PdfiumError:
        return data
    return stream.getvalue()


def annotations_of(page: PageObject) -> Iterator[Any]:
    """Give the annotations of a page, as dictionaries of pypdf."""
    for each in page.get("/Annots", ()) or ():
        yield each.get_object()


def attached_json(data: bytes) -> tuple[bytes, ...]:
    """Return the JSON files attached to a PDF; none where the PDF is damaged or asks for a password."""
    # Imported late: only runs with a register or with documents to verify need pypdf.
    from pypdf import PdfReader

    from generator.common.pdf_errors import DAMAGED_PDF

    try:
        files = [
            content
            for name, contents in PdfReader(io.BytesIO(unlocked(data))).attachments.items()
            if name.lower().endswith(".json")
            for content in contents
        ]
    except DAMAGED_PDF:
        return ()
    return tuple(content for content in files if len(content) <= MAX_ATTACHMENT)


def attached_objects(data: bytes) -> Iterator[dict[str, object]]:
    """Return the JSON objects attached to a PDF, such as its descriptor."""
    for content in attached_json(data):
        try:
            value = json.loads(content)
        # Another attached file is no descriptor; its brackets may be nested by the thousand.
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value
