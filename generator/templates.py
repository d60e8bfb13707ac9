"""Where a document's layout comes from: the built-in templates, or the vendor's own file."""

from __future__ import annotations

from pathlib import Path

from generator.docx.archive import read_template
from generator.docx.render import Template
from generator.references import DocumentKind
from generator.resources import TEMPLATES


def load_template(document: DocumentKind, own: Path | None = None) -> Template:
    """Return the template of a kind of document.

    Args:
        document: the kind of document.
        own: the vendor's own template; by default the built-in one.

    Raises:
        ArchiveError: the file is not a DOCX within bounds.
    """
    path = own or TEMPLATES / f"{document.value}.docx"
    return Template(str(path) if own else path.name, read_template(path))
