"""What pypdf raises on a PDF that is damaged, protected or made by hand."""

from pypdf.errors import DependencyError, PyPdfError

# Apart from `common.pdf`, which runs without pypdf until a PDF is read.
# pypdf also raises Python's own exceptions where an object is not of the type that it expects.
DAMAGED_PDF = (PyPdfError, DependencyError, OSError, KeyError, ValueError, TypeError, AttributeError, RecursionError)
