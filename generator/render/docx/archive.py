"""DOCX archives: opened within bounds, and written so that the same content gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from generator.common.findings import ERROR, FindingError, Place, define
from generator.common.language import os_reason
from generator.common.opc import parse_xml
from generator.common.regular_files import open_regular
from generator.render.docx.active import find_active
from generator.render.docx.media import find_damaged_picture
from generator.render.docx.package import MAIN, MAX_BYTES, PackageProblem, sound_package

DOCUMENT = MAIN
CORE_PROPERTIES = "docProps/core.xml"
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_THEME = re.compile(r"word/theme/theme\d*\.xml")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

MODELE_ILLISIBLE = define("MODELE-ILLISIBLE", ERROR)
MODELE_CONTENU_ACTIF = define("MODELE-CONTENU-ACTIF", ERROR)
MODELE_IMAGE = define("MODELE-IMAGE", ERROR)


class ArchiveError(FindingError):
    """The archive is refused; `finding` says why."""


def read_template(path: Path) -> bytes:
    """Return the bytes of a template that is within bounds.

    Raises:
        ArchiveError: it cannot be read, is no DOCX, would unfold beyond the bounds, holds active content, or a
            picture in it cannot be decoded.
    """
    try:
        with open_regular(path) as stream:
            data = stream.read(MAX_BYTES + 1)
        sound = sound_package(data)
    except OSError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    except PackageProblem as problem:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=problem.reason)) from problem
    try:
        # As it came as well: a relationship that leads nowhere is dropped, and may say what was meant.
        active = active_content(data) or active_content(sound)
    except etree.XMLSyntaxError as error:
        raise ArchiveError(MODELE_ILLISIBLE.at(Place(str(path)), reason=str(error))) from error
    if active:
        raise ArchiveError(MODELE_CONTENU_ACTIF.at(Place(str(path)), found=active))
    damaged = find_damaged_picture(read_parts(sound))
    if damaged:
        picture, reason = damaged
        raise ArchiveError(MODELE_IMAGE.at(Place(str(path)), picture=picture, reason=reason))
    return sound


def active_content(data: bytes) -> str:
    """Return what a DOCX holds that would fetch something from elsewhere, or run; empty where there is nothing.

    Raises:
        etree.XMLSyntaxError: a part is not sound.
    """
    return find_active(read_parts(data))


# A document is looked through several times on its way: its template's checks, its mending, its PDF.
@lru_cache(maxsize=2)
def read_parts(data: bytes) -> Mapping[str, bytes]:
    """Return the parts of a DOCX that is within bounds, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return MappingProxyType({name: archive.read(name) for name in archive.namelist()})


def docx_text(data: bytes) -> str:
    """Return the text of a DOCX, one line a paragraph: body first, then headers and footers."""
    parts = read_parts(data)
    names = sorted(filter(_TEXT_PARTS.fullmatch, parts))
    return "\n".join(paragraph_text(paragraph) for name in names for paragraph in parse_xml(parts[name]).iter(f"{W}p"))


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
