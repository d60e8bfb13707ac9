"""The faces of this machine, against those a template asks for.

LibreOffice replaces a missing face without a word, by one of other widths: other line breaks, other pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from generator.pdf.process import run

# Faces of the same widths, that LibreOffice and fontconfig take for those of Word.
METRIC_ALIASES = {
    "Arial": "Liberation Sans",
    "Helvetica": "Liberation Sans",
    "Times New Roman": "Liberation Serif",
    "Courier New": "Liberation Mono",
    "Calibri": "Carlito",
    "Cambria": "Caladea",
}

_FC_LIST_SECONDS = 20.0


def installed_faces() -> frozenset[str] | None:
    """Return the families fontconfig knows, None where there is no fontconfig to ask."""
    if not shutil.which("fc-list"):
        return None
    listed = run(["fc-list", "--format", "%{family}\n"], timeout=_FC_LIST_SECONDS, keep=None).said
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))


def missing_faces(wanted: Iterable[str], installed: frozenset[str] | None) -> tuple[str, ...]:
    """Return the faces of `wanted` that are not installed, nor one of the same widths; none where that is unknown."""
    if installed is None:
        return ()
    return tuple(sorted(face for face in wanted if not {face, METRIC_ALIASES.get(face)} & installed))


def compatible_families(faces: Iterable[str]) -> frozenset[str]:
    """Return the families a PDF may use for `faces`, as a PDF names them: without spaces."""
    names = set(faces)
    return frozenset(name.replace(" ", "") for name in names | {METRIC_ALIASES.get(face, face) for face in names})
