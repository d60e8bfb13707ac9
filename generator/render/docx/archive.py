"""What a DOCX contains that was checked before: its parts, its text, the fonts that it asks for."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from lxml import etree

from generator.common.opc import parse_xml

DOCUMENT = "word/document.xml"
CORE_PROPERTIES = "docProps/core.xml"
# The parts that show text on pages: `word/document.xml`, `word/header1.xml`, `word/footer2.xml`.
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
# Such as `word/theme/theme1.xml`.
_THEME = re.compile(r"word/theme/theme\d*\.xml")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


# A document is looked through several times on its way: its template's checks, its mending, its PDF.
@lru_cache(maxsize=2)
def read_parts(data: bytes) -> Mapping[str, bytes]:
    """Return the parts of a DOCX that is within bounds, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Read-only: all callers share what is cached.
        return MappingProxyType({name: archive.read(name) for name in archive.namelist()})


def docx_text(data: bytes) -> str:
    """Return the text of a DOCX, one line a paragraph: body first, then headers and footers."""
    return "\n".join(map(paragraph_text, text_paragraphs(data)))


def text_paragraphs(data: bytes) -> Iterator[etree._Element]:
    """Return the paragraphs of a DOCX: those of the body first, then those of headers and footers."""
    parts = read_parts(data)
    for name in sorted(filter(_TEXT_PARTS.fullmatch, parts)):
        yield from parse_xml(parts[name]).iter(f"{W}p")


def docx_parts(data: bytes, *names: str) -> dict[str, bytes]:
    """Return parts of a DOCX by name, those that it has."""
    parts = read_parts(data)
    return {name: parts[name] for name in names if name in parts}


def paragraph_text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph."""
    return "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


def table_rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows of a table, those in content controls included, without those of nested tables."""
    return [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]


def row_cells(row: etree._Element) -> list[etree._Element]:
    """Return the cells of a row, those in content controls included, without those of nested tables."""
    return [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def has_picture(data: bytes, name: str) -> bool:
    """Tell whether a DOCX shows a picture whose description begins with `name`."""
    wanted = f'descr="{name}'.encode()
    parts = read_parts(data)
    return any(wanted in parts[part] for part in filter(_TEXT_PARTS.fullmatch, parts))


def faces(data: bytes) -> frozenset[str]:
    """Return the faces that a DOCX asks for by name in its styles and its text."""
    # `w:cs` and `w:eastAsia` are for complex and Asian scripts. Fonts of the theme are not among these: styles that no
    # text uses name them too, and they need not be installed.
    return frozenset(_run_fonts(data, "ascii", "hAnsi"))


def theme_faces(data: bytes) -> frozenset[str]:
    """Return the faces that a DOCX asks for in its styles and its text by their place in its theme."""
    asked = frozenset(_run_fonts(data, "asciiTheme", "hAnsiTheme"))
    theme = next((part for name, part in read_parts(data).items() if _THEME.fullmatch(name)), b"") if asked else b""
    return frozenset(face for name, face in theme_fonts(theme).items() if name in asked and face)


def _run_fonts(data: bytes, *keys: str) -> Iterator[str]:
    for name, part in read_parts(data).items():
        if name == "word/styles.xml" or _TEXT_PARTS.fullmatch(name):
            for fonts in parse_xml(part).iter(f"{W}rFonts"):
                yield from (value for key in keys if (value := fonts.get(f"{W}{key}")))


def theme_fonts(theme: bytes) -> dict[str, str]:
    """Return the fonts of a theme by the names that runs call them by (20.1.4.1.18)."""
    if not theme:
        return {}
    fonts: dict[str, str] = {}
    for element in parse_xml(theme).iter("{*}majorFont", "{*}minorFont"):
        group = "major" if str(element.tag).endswith("majorFont") else "minor"
        latin = element.find("{*}latin")
        name = latin.get("typeface") if latin is not None else ""
        fonts |= dict.fromkeys((f"{group}HAnsi", f"{group}Ascii"), str(name or ""))
    return fonts
