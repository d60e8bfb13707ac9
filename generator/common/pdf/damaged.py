"""What pypdf raises on a PDF that is damaged, protected or made by hand."""

from __future__ import annotations

from pypdf.errors import DependencyError, PyPdfError

DAMAGED_PDF = (
    PyPdfError,
    DependencyError,
    OSError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)
