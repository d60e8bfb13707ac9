"""Where a document's layout comes from: the built-in templates, or the vendor's own file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generator.common.resources import TEMPLATES
from generator.references import DocumentKind
from generator.render.docx.archive import read_template


@dataclass(frozen=True, slots=True)
class Template:
    """A template's name, for messages, and its bytes, within bounds."""

    name: str
    data: bytes


def load_template(document: DocumentKind, own: Path | None = None) -> Template:
    """Return the template of a kind of document.

    Args:
        document: the kind of document.
        own: the vendor's own template; by default the built-in one.

    Raises:
        ArchiveError: the file is not a DOCX within bounds.
    """
    path = own or TEMPLATES / f"{document.value}.docx"
    name = str(path) if own else path.name
    try:
        known = path.stat()
    except (OSError, ValueError):
        return Template(name, read_template(path))  # which says what is wrong
    return _loaded(path, name, known.st_mtime_ns, known.st_size)


# Read and checked once, however many orders it serves; one that has changed is read again.
@lru_cache(maxsize=16)
def _loaded(path: Path, name: str, _changed: int, _size: int) -> Template:
    return Template(name, read_template(path))
