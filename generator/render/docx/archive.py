"""Read a DOCX that `package` has checked: its parts and their relationships, its text, the fonts it asks for."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from lxml import etree

from generator.common.opc import parse_xml, relationships_part

DOCUMENT = "word/document.xml"
CORE_PROPERTIES = "docProps/core.xml"
# The parts that show text on pages: `word/document.xml`, `word/header1.xml`, `word/footer2.xml`.
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
# Such as `word/theme/theme1.xml`.
_THEME = re.compile(r"word/theme/theme\d*\.xml")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# `…/relationships/header` is of the kind `header`; documents of the strict form are refused earlier.
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


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


def font_names(data: bytes) -> frozenset[str]:
    """Return the fonts that a DOCX asks for by name in its styles and its text."""
    # `w:cs` and `w:eastAsia` are for complex and Asian scripts. Fonts of the theme are not among these: styles that no
    # text uses name them too, and they need not be installed.
    return frozenset(_run_fonts(data, "ascii", "hAnsi"))


def theme_font_names(data: bytes) -> frozenset[str]:
    """Return the fonts that a DOCX asks for in its styles and its text by their place in its theme."""
    asked = frozenset(_run_fonts(data, "asciiTheme", "hAnsiTheme"))
    theme = next((part for name, part in read_parts(data).items() if _THEME.fullmatch(name)), b"") if asked else b""
    return frozenset(font for name, font in theme_fonts(theme).items() if name in asked and font)


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


@dataclass(frozen=True, slots=True)
class PartRelationship:
    """A relationship: its kind, such as `header`, its target, and whether that is outside the package."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of a DOCX file, read when they are asked for."""

    def __init__(self, data: bytes) -> None:
        """Open a DOCX that was checked before."""
        self._parts = read_parts(data)
        self._relationships: dict[str, dict[str, PartRelationship]] = {}

    @cached_property
    def main(self) -> str:
        """The name of the main part: Word for the web calls it `word/document2.xml`."""
        related = self.relationships("").values()
        return next((each.target for each in related if each.kind == "officeDocument"), DOCUMENT)

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, empty where it is missing."""
        return self._parts.get(name, b"")

    def xml(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, None where it is missing."""
        data = self.read(name)
        if not data:
            return None
        root = parse_xml(data)
        # Comments say nothing, and would be met wherever elements are looked through.
        etree.strip_tags(root, etree.Comment)
        return root

    def relationships(self, part: str) -> dict[str, PartRelationship]:
        """Return the relationships of a part, by their identifiers; of the package for an empty name."""
        if part in self._relationships:
            return self._relationships[part]
        root = self.xml(relationships_part(part))
        found = self._relationships.setdefault(part, {})
        for each in root.iter("{*}Relationship") if root is not None else ():
            external = each.get("TargetMode") == "External"
            target = str(each.get("Target"))
            if not external:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            found[str(each.get("Id"))] = PartRelationship(str(each.get("Type")).removeprefix(_OFFICE), target, external)
        return found

    def related(self, part: str, kind: str) -> str:
        """Return the name of the part that one has of a kind, such as `styles`; empty where it has none."""
        return next((each.target for each in self.relationships(part).values() if each.kind == kind), "")
