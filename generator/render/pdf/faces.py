"""The faces of this machine, against those a template asks for.

LibreOffice replaces a missing face without a word, by one of other widths: other line breaks, other pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache

from generator.common.machine import METRIC_ALIASES
from generator.common.programs import run

# Western European letters, and the signs of French typography and of our boxes: every text face has them.
_COMMON_UP_TO = "\u017f"
_COMMON_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™☐☒")

_FC_LIST_SECONDS = 20.0


def installed_faces() -> frozenset[str] | None:
    """Return the families fontconfig knows, None where there is no fontconfig to ask."""
    if not shutil.which("fc-list"):
        return None
    try:
        listed = run(["fc-list", "--format", "%{family}\n"], timeout=_FC_LIST_SECONDS, keep=None).output
    except OSError:
        return None
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))


def rare_characters(text: str) -> frozenset[str]:
    """Return the characters of a text that a text font may lack: not those of Western European languages."""
    return frozenset(
        char for char in set(text) if char > _COMMON_UP_TO and char not in _COMMON_SIGNS and not char.isspace()
    )


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters of `text` that no installed face has: LibreOffice prints an empty box for them.

    Nothing is returned where there is no fontconfig to ask.
    """
    rare = rare_characters(text)
    bounds = _installed_characters() if rare else ()
    if not bounds:
        return ()
    return tuple(sorted(char for char in rare if not any(low <= ord(char) <= high for low, high in bounds)))


# fontconfig takes a tenth of a second to answer.
@cache
def _installed_characters() -> tuple[tuple[int, int], ...]:
    """Return the ranges of characters that installed fonts have; nothing where there is no fontconfig to ask."""
    if not shutil.which("fc-list"):
        return ()
    try:
        listed = run(["fc-list", "--format", "%{charset}\n"], timeout=_FC_LIST_SECONDS, keep=None).output
    except OSError:
        return ()
    ranges = {part for line in set(listed.splitlines()) for part in line.split()}
    bounds = [[int(bound, 16) for bound in part.split("-")] for part in ranges]
    return tuple((each[0], each[-1]) for each in bounds)


def missing_faces(wanted: Iterable[str], installed: frozenset[str] | None) -> tuple[str, ...]:
    """Return the faces of `wanted` that are not installed, nor one of the same widths; none where that is unknown."""
    if installed is None:
        return ()
    return tuple(sorted(face for face in wanted if not {face, METRIC_ALIASES.get(face)} & installed))


def compatible_families(faces: Iterable[str]) -> frozenset[str]:
    """Return the families a PDF may use for `faces`, as a PDF names them: without spaces."""
    names = set(faces)
    return frozenset(name.replace(" ", "") for name in names | {METRIC_ALIASES.get(face, face) for face in names})
