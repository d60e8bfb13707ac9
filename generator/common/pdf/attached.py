"""Read the JSON files attached to a PDF: the canonical descriptor, in the documents of this program."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from generator.common.pdf.unlocked import unlocked

# A descriptor weighs about 2 kB: more than this is no descriptor.
MAX_ATTACHMENT = 5_000_000


def attached_json(data: bytes) -> tuple[bytes, ...]:
    """Return the JSON files attached to a PDF; none where the PDF is damaged or asks for a password."""
    # Imported late: only runs with a register or with documents to verify need pypdf.
    from pypdf import PdfReader

    from generator.common.pdf.damaged import DAMAGED_PDF

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
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value
