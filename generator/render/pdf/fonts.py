"""The fonts that a PDF uses, and whether it carries them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(r"[,-](Bold|Italic|Oblique|Regular|BoldItalic|BoldOblique|MT|BoldMT|ItalicMT)+$|-?Identity-H$")


@dataclass(frozen=True, slots=True)
class UsedFont:
    """A font of a PDF: its family without spaces, and whether its program is embedded."""

    family: str
    embedded: bool


def used_fonts(reader: PdfReader) -> frozenset[UsedFont]:
    """Return the fonts that the pages of a PDF use."""
    found: set[UsedFont] = set()
    for page in reader.pages:
        resources = _resolved(page.get("/Resources"))
        for font in _dictionary(resources.get("/Font")).values():
            found.add(_font(_resolved(font)))
    return frozenset(found)


def _font(font: DictionaryObject) -> UsedFont:
    if "/DescendantFonts" in font:
        return _font(_resolved(font["/DescendantFonts"][0]))  # type: ignore[index]  # an array, by the PDF standard
    descriptor = _dictionary(font.get("/FontDescriptor"))
    name = _SUBSET.sub("", str(font.get("/BaseFont", "")).removeprefix("/"))
    embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return UsedFont(_STYLE.sub("", name), embedded)


def _dictionary(value: object) -> DictionaryObject:
    return _resolved(value) if value is not None else DictionaryObject()


def _resolved(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, DictionaryObject) else DictionaryObject()
