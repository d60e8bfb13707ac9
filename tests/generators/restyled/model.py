"""What a restyled template says, whatever program writes it: paragraphs, runs and tables, with their own properties.

Properties are elements of WordprocessingML; a writer adds its own and puts all of them in the order of the schema
(ISO/IEC 29500-1, annex A).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from generator.common.resources import TEMPLATES
from generator.references import DocumentKind
from templates.ooxml import W

_ORDER = {
    name: place
    for place, name in enumerate(
        # Of paragraphs, runs, tables, rows and cells: names that several have stand at a place that suits all.
        [
            "pStyle",
            "rStyle",
            "tblStyle",
            "cnfStyle",
            "rFonts",
            "b",
            "bCs",
            "i",
            "iCs",
            "caps",
            "smallCaps",
            "strike",
            "dstrike",
            "noProof",
            "snapToGrid",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "widowControl",
            "numPr",
            "suppressLineNumbers",
            "pBdr",
            "color",
            "kern",
            "position",
            "sz",
            "szCs",
            "highlight",
            "u",
            "tblStyleRowBandSize",
            "tblStyleColBandSize",
            "tcW",
            "gridSpan",
            "vMerge",
            "cantSplit",
            "trHeight",
            "tblHeader",
            "tblW",
            "tblInd",
            "tblBorders",
            "tcBorders",
            "bdr",
            "shd",
            "tblLayout",
            "tblCellMar",
            "noWrap",
            "tcMar",
            "tblLook",
            "tabs",
            "suppressAutoHyphens",
            "overflowPunct",
            "kinsoku",
            "wordWrap",
            "bidi",
            "adjustRightInd",
            "spacing",
            "ind",
            "contextualSpacing",
            "jc",
            "vertAlign",
            "rtl",
            "cs",
            "lang",
            "textDirection",
            "textAlignment",
            "vAlign",
            "hideMark",
            "outlineLvl",
            "rPr",
            "sectPr",
        ]
    )
}


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * 20)


def properties(element: str, *given: str) -> str:
    """Return a properties element; of two of one name the last counts. Nothing where there are none."""
    chosen = {_name(each): each for each in given if each}
    return f"<w:{element}>{''.join(sorted(chosen.values(), key=_place))}</w:{element}>" if chosen else ""


def _name(xml: str) -> str:
    found = re.match(r"<(?:w|w14):(\w+)", xml)
    assert found, xml
    return found[1]


def _place(xml: str) -> int:
    # What a later version of Word added goes to the end.
    return _ORDER[_name(xml)] if xml.startswith("<w:") else len(_ORDER)


@dataclass(frozen=True, slots=True)
class Run:
    """A text and its own properties, or a field; `\\t` is a tab, `\\n` a line break, `\\f` a page break."""

    text: str
    props: tuple[str, ...] = ()
    field: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its role says its style: title, heading, body, question, amount, small, choice, bullet, number."""

    runs: tuple[Run, ...]
    role: str = "body"
    props: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All its text."""
        return "".join(run.text for run in self.runs)

    @property
    def is_tag(self) -> bool:
        """Whether docxtpl takes it away."""
        return self.text.startswith("{%p ")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; its width is in twips."""

    blocks: tuple[Paragraph | Table, ...]
    width: int
    props: tuple[str, ...] = ()
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    props: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `look` says how it is drawn: grid, plain (no lines), frames (a frame a cell)."""

    rows: tuple[Row, ...]
    look: str = "grid"
    props: tuple[str, ...] = ()

    @property
    def grid(self) -> tuple[int, ...]:
        """The widths of its columns: those of the row with the most cells."""
        return tuple(cell.width for cell in max(self.rows, key=lambda row: len(row.cells)).cells)


Block = Paragraph | Table


def line(text: str, role: str = "body", *props: str, run: Iterable[str] = ()) -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph((Run(text, tuple(run)),), role, props)


def tag(statement: str, prefix: str = "p") -> Paragraph:
    """Return a paragraph that docxtpl takes away, with its row where the prefix is `tr`."""
    return line(f"{{%{prefix} {statement} %}}")


_ROLES = {
    "Title": "title",
    "Heading1": "heading",
    "Question": "question",
    "Amount": "amount",
    "Small": "small",
    "Gap": "small",
    "End": "small",
}


_MARKS = {f"{{{W}}}tab": "\t", f"{{{W}}}br": "\n"}


def built_in(document: DocumentKind) -> tuple[Block, ...]:
    """Return the body of a built-in template, without its look."""
    with zipfile.ZipFile(io.BytesIO((TEMPLATES / f"{document.value}.docx").read_bytes())) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return tuple(_blocks(root[0]))


def _blocks(parent: etree._Element) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{{{W}}}p":
            yield _paragraph(child)
        elif child.tag == f"{{{W}}}tbl":
            yield Table(tuple(map(_row, child.findall(f"{{{W}}}tr"))), "frames")


def _row(row: etree._Element) -> Row:
    height, rule = _value(row, "trPr/trHeight"), _value(row, "trPr/trHeight", "hRule")
    tall = (f'<w:trHeight w:val="{height}" w:hRule="{rule or "atLeast"}"/>',) if height else ()
    return Row(tuple(map(_cell, row.findall(f"{{{W}}}tc"))), ("<w:cantSplit/>", *tall))


def _cell(cell: etree._Element) -> Cell:
    return Cell(tuple(_blocks(cell)), int(_value(cell, "tcPr/tcW", "w") or 1000))


def _paragraph(found: etree._Element) -> Paragraph:
    runs = tuple(filter(None, map(_run, found.iter(f"{{{W}}}r"))))
    text = "".join(run.text for run in runs)
    role = _ROLES.get(_value(found, "pPr/pStyle"), "body")
    if "_box }}" in text or ".box }}" in text:
        role = "choice"
    elif "{{ reserve }}" in text:
        role = "bullet"
    return Paragraph(runs, role)


def _run(found: etree._Element) -> Run | None:
    text = ""
    for child in found:
        if child.tag == f"{{{W}}}t":
            text += child.text or ""
        elif child.tag in _MARKS:
            text += _MARKS[str(child.tag)]
    bold = found.find(f"{{{W}}}rPr/{{{W}}}b") is not None
    # A box is in a font that has it.
    font = _value(found, "rPr/rFonts", "ascii")
    fonts = (f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>',) if font else ()
    return Run(text, (*fonts, *(("<w:b/>",) if bold else ()))) if text else None


def _value(element: etree._Element, path: str, name: str = "val") -> str:
    """Return an attribute of an element below another, "" where there is none."""
    found = element.find("/".join(f"{{{W}}}{step}" for step in path.split("/")))
    return "" if found is None else found.get(f"{{{W}}}{name}", "")
