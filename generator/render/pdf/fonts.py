"""The fonts of this machine, against those a template asks for, and the fonts that a PDF uses.

LibreOffice replaces a missing font without a word, by one of other widths: other line breaks, other pages.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from generator.common.missing_tools import METRIC_ALIASES
from generator.common.programs import run

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject

# Western European letters, and the signs of French typography and of our boxes: every text font has them.
_COMMON_UP_TO = "\u017f"
_COMMON_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™☐☒")

# fontconfig answers in a tenth of a second; the limit is for one that hangs.
_FC_LIST_SECONDS = 20.0
# `ABCDEF+NotoSans` is a subset of `NotoSans` (ISO 32000-1, 9.6.4).
_SUBSET = re.compile(r"^[A-Z]{6}\+")
# What follows the family: `NotoSans-Bold`, `Arial,BoldItalic`, `NotoSans-Identity-H`.
_STYLE = re.compile(r"[,-](Bold|Italic|Oblique|Regular|BoldItalic|BoldOblique|MT|BoldMT|ItalicMT)+$|-?Identity-H$")


def installed_fonts() -> frozenset[str] | None:
    """Return the families fontconfig knows, None where there is no fontconfig to ask."""
    listed = _listed_fonts("family")
    return None if listed is None else frozenset(name.strip() for line in listed for name in line.split(","))


def _listed_fonts(property_: str) -> list[str] | None:
    """Return a property of each installed font, None where there is no fontconfig to ask."""
    if not shutil.which("fc-list"):
        return None
    try:
        listed = run(["fc-list", "--format", f"%{{{property_}}}\n"], timeout=_FC_LIST_SECONDS, keep=None)
    except OSError:
        return None
    return listed.output.splitlines()


def rare_characters(text: str) -> frozenset[str]:
    """Return the characters of a text that a text font may lack: not those of Western European languages."""
    return frozenset(
        char for char in set(text) if char > _COMMON_UP_TO and char not in _COMMON_SIGNS and not char.isspace()
    )


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters of `text` that no installed font has: LibreOffice prints an empty box for them.

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
    ranges = {part for line in set(_listed_fonts("charset") or ()) for part in line.split()}
    bounds = [[int(bound, 16) for bound in part.split("-")] for part in ranges]
    return tuple((each[0], each[-1]) for each in bounds)


def missing_fonts(wanted: Iterable[str], installed: frozenset[str] | None) -> tuple[str, ...]:
    """Return the fonts of `wanted` that are not installed, nor one of the same widths; none where that is unknown."""
    if installed is None:
        return ()
    # A font of the same widths gives the same lines and pages.
    return tuple(sorted(font for font in wanted if not {font, METRIC_ALIASES.get(font)} & installed))


def compatible_families(fonts: Iterable[str]) -> frozenset[str]:
    """Return the families a PDF may use for `fonts`, as a PDF names them: without spaces."""
    names = set(fonts)
    return frozenset(name.replace(" ", "") for name in names | {METRIC_ALIASES.get(font, font) for font in names})


@dataclass(frozen=True, slots=True)
class UsedFont:
    """A font of a PDF: its family without spaces, and whether its program is embedded."""

    family: str
    embedded: bool


def used_fonts(reader: PdfReader) -> frozenset[UsedFont]:
    """Return the fonts that the pages of a PDF use."""
    found: set[UsedFont] = set()
    for page in reader.pages:
        resources = _dictionary(page.get("/Resources"))
        for font in _dictionary(resources.get("/Font")).values():
            found.add(_font(_dictionary(font)))
    return frozenset(found)


def _font(font: DictionaryObject) -> UsedFont:
    # A composite font has its program in its only descendant (ISO 32000-1, 9.7.6).
    if "/DescendantFonts" in font:
        return _font(_dictionary(font["/DescendantFonts"][0]))  # type: ignore[index]  # an array, by the PDF standard
    descriptor = _dictionary(font.get("/FontDescriptor"))
    name = _SUBSET.sub("", str(font.get("/BaseFont", "")).removeprefix("/"))
    embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return UsedFont(_STYLE.sub("", name), embedded)


def _dictionary(value: object) -> DictionaryObject:
    """Return a dictionary of a PDF, or the one that a reference leads to; an empty one for anything else."""
    from pypdf.generic import DictionaryObject, IndirectObject

    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()
