"""The faces of this machine, against those a template asks for.

LibreOffice replaces a missing face without a word, by one of other widths: other line breaks, other pages.
"""

from __future__ import annotations

import contextlib
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

# Western European letters, and the signs of French typography and of our boxes: every text face has them.
_COMMON_UP_TO = "\u017f"
_COMMON_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™☐☒")

_FC_LIST_SECONDS = 20.0


def installed_faces() -> frozenset[str] | None:
    """Return the families fontconfig knows, None where there is no fontconfig to ask."""
    if not shutil.which("fc-list"):
        return None
    try:
        listed = run(["fc-list", "--format", "%{family}\n"], timeout=_FC_LIST_SECONDS, keep=None).said
    except OSError:
        return None
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters of `text` that no installed face has: LibreOffice prints an empty box for them.

    Nothing is returned where there is no fontconfig to ask.
    """
    chars = set(text)
    rare = {char for char in chars if char > _COMMON_UP_TO and char not in _COMMON_SIGNS and not char.isspace()}
    if not rare or not shutil.which("fc-list"):
        return ()
    with contextlib.suppress(OSError):
        listed = run(["fc-list", "--format", "%{charset}\n"], timeout=_FC_LIST_SECONDS, keep=None).said
        ranges = {part for line in set(listed.splitlines()) for part in line.split()}
        bounds = [tuple(int(bound, 16) for bound in part.split("-")) for part in ranges]
        return tuple(sorted(char for char in rare if not any(low[0] <= ord(char) <= low[-1] for low in bounds)))
    return ()


def missing_faces(wanted: Iterable[str], installed: frozenset[str] | None) -> tuple[str, ...]:
    """Return the faces of `wanted` that are not installed, nor one of the same widths; none where that is unknown."""
    if installed is None:
        return ()
    return tuple(sorted(face for face in wanted if not {face, METRIC_ALIASES.get(face)} & installed))


def compatible_families(faces: Iterable[str]) -> frozenset[str]:
    """Return the families a PDF may use for `faces`, as a PDF names them: without spaces."""
    names = set(faces)
    return frozenset(name.replace(" ", "") for name in names | {METRIC_ALIASES.get(face, face) for face in names})
