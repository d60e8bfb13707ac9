"""The files that a PDF carries: among them, in those of this program, the canonical descriptor."""

from __future__ import annotations

import io

MAX_ATTACHMENT = 5_000_000


def attached_json(data: bytes) -> tuple[bytes, ...]:
    """Return the JSON files that a PDF carries; a PDF that cannot tell carries none."""
    # Late: the rules may ask a register, and most runs have none.
    from pypdf import PdfReader
    from pypdf.errors import DependencyError
    from pypdf.errors import PyPdfError

    try:
        files = [
            content
            for name, contents in PdfReader(io.BytesIO(data)).attachments.items()
            if name.lower().endswith(".json")
            for content in contents
        ]
    except (PyPdfError, DependencyError, OSError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return ()
    return tuple(content for content in files if len(content) <= MAX_ATTACHMENT)
