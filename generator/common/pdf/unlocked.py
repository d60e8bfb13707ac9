"""Decrypt a PDF that opens without a password: pypdf alone cannot read AES."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_ENCRYPTED = b"/Encrypt"


def unlocked(data: bytes) -> bytes:
    """Return a PDF without encryption; the same bytes if it has none, or needs a password."""
    if _ENCRYPTED not in data:
        return data
    stream = io.BytesIO()
    try:
        with pdfium.PdfDocument(data) as document:
            document.save(stream, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    except pdfium.PdfiumError:
        return data
    return stream.getvalue()
