"""Reads the tables of a DOCX (ECMA-376 part 1, 17.4 and 17.7.6): widths, spans, borders, margins, heights, styles."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from generator.render.pdf.typst.model import (
    Align,
    Block,
    Border,
    Borders,
    Cell,
    Margins,
    Paragraph,
    Row,
    Table,
    VerticalAlign,
)
from generator.render.pdf.typst.reading.attributes import (
    MAX_LENGTH,
    Element,
    Notes,
    W,
    is_on,
    note_value,
    read_choice,
    read_integer,
    read_length,
    value_of,
    xml_name,
)
from generator.render.pdf.typst.reading.paragraphs import MARKS, ParagraphReader, flattened
from generator.render.pdf.typst.reading.properties import read_border, read_shading
from generator.render.pdf.typst.reading.settings import WORD_2013, DocumentSettings
from generator.render.pdf.typst.reading.styles import StyleSheet
from generator.render.pdf.typst.signature_fields import SIGNER

ReadBlocks = Callable[[list[Element], ParagraphReader, "TableReader"], Iterator[Block]]
Sides = dict[str, Border | None]
# 17.4.42: cells have these margins where nothing gives others.
_MARGINS = Margins(0.0, 5.4, 0.0, 5.4)
_SIDES = {"top": "top", "left": "left", "start": "left", "bottom": "bottom", "right": "right", "end": "right"}
_EDGES = {**_SIDES, "insideH": "inside_h", "insideV": "inside_v"}
_VERTICAL = {"top": VerticalAlign.TOP, "center": VerticalAlign.CENTER, "bottom": VerticalAlign.BOTTOM}
_ALIGNS = {"left": Align.LEFT, "start": Align.LEFT, "center": Align.CENTER, "right": Align.RIGHT, "end": Align.RIGHT}
_TABLE_HARMLESS = frozenset(("tblStyle", "tblLook", "tblCaption", "tblDescription"))
# Whether a width is in twentieths of a point. Widths of whole tables are not used: those of their columns count.
_WIDTH_KINDS = {"dxa": True, "nil": False, "auto": False, "pct": False}
_LENGTH_KINDS = {"dxa": True, "nil": True, "auto": True}
_TABLE_KINDS = {
    "tblW": ("type", _WIDTH_KINDS),
    "tblLayout": ("type", {"fixed": True, "autofit": True}),
    "tblOverlap": ("val", {"never": True, "overlap": True}),
}
_HEIGHT_RULES = {"auto": False, "atLeast": False, "exact": True}
_MERGES = {"restart": "restart", "continue": "continue"}
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,4}")
# Word has no more columns.
_MAX_SPAN = 63
_ROW_HARMLESS = frozenset(("cnfStyle", "divId"))
_CELL_HARMLESS = frozenset(("tcW", "cnfStyle", "gridSpan", "vMerge", "hideMark", "noWrap"))
# The conditional formats of a table style, in the order in which they are laid on (17.7.6.6), each with the attribute
# of `w:tblLook`, and the bit of its older form, that turn them on; bands are turned off.
_SWITCHES = {
    "band1Vert": ("noVBand", 0x400),
    "band2Vert": ("noVBand", 0x400),
    "band1Horz": ("noHBand", 0x200),
    "band2Horz": ("noHBand", 0x200),
    "firstCol": ("firstColumn", 0x80),
    "lastCol": ("lastColumn", 0x100),
    "firstRow": ("firstRow", 0x20),
    "lastRow": ("lastRow", 0x40),
}
_CORNERS = ("neCell", "nwCell", "seCell", "swCell")
_CONDITIONS = frozenset((*_SWITCHES, *_CORNERS, "wholeTable"))
_ROW_CONDITIONS = frozenset(("band1Horz", "band2Horz", "firstRow", "lastRow"))
# Widths that differ by less are the same, in points.
_SLACK = 1.0


@dataclass(frozen=True, slots=True)
class _Look:
    """What a table, with its style, says of all its cells."""

    style: str
    borders: Sides
    margins: Margins
    background: str
    left: float
    align: Align
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell as it is written, with its row, its columns, and whether it begins or goes on with a vertical merge."""

    element: Element
    row: int
    column: int
    columns: int
    merge: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a table as they are written, the cells of each, and the widths of the columns."""

    written: tuple[Element, ...]
    rows: tuple[tuple[_Place, ...], ...]
    widths: tuple[float, ...]

    def height_of(self, place: _Place) -> int:
        """Return how many rows a cell spans."""
        rows = 1
        while place.merge == "restart" and place.row + rows < len(self.rows):
            below = self.rows[place.row + rows]
            if not any(other.column == place.column and other.merge == "continue" for other in below):
                break
            rows += 1
        return rows


class TableReader:
    """Reads tables of one part.

    Attributes:
        settings: those of the document.
    """

    def __init__(
        self, paragraphs: ParagraphReader, sheet: StyleSheet, settings: DocumentSettings, read_blocks: ReadBlocks
    ) -> None:
        """Begin a part; `read_blocks` reads what is in a cell."""
        self._paragraphs, self._sheet, self.settings = paragraphs, sheet, settings
        self._notes, self._read_blocks = paragraphs.notes, read_blocks

    def read(self, element: Element) -> Table:
        """Return a table."""
        look = self._look(element.find(f"{W}tblPr"))
        children = list(flattened(element, self._notes))
        grid = self._grid(element, [each for each in children if each.tag == f"{W}tr"])
        outer = self._paragraphs.table
        self._paragraphs.table = self._sheet.stack(outer, self._sheet.use(look.style, self._notes))
        # Tables may be nested: the style of the one around counts again.
        rows = tuple(self._row(number, grid, look) for number in range(len(grid.rows)))
        self._paragraphs.table = outer
        for child in children:
            if child.tag not in MARKS and child.tag not in {f"{W}tblPr", f"{W}tblGrid", f"{W}tr"}:
                self._notes.add(xml_name(child.tag))
        left = look.left
        # Before Word 2013, text begins at the margin, and the edge of the table left of it.
        if self.settings.mode < WORD_2013 and look.align is Align.LEFT:
            left -= look.margins.left
        return Table(grid.widths, rows, look.align, left)

    # --- the table ---

    def _look(self, properties: Element | None) -> _Look:
        named = properties.find(f"{W}tblStyle") if properties is not None else None
        style = value_of(named) if named is not None else ""
        if not self._sheet.chain(style):
            # LibreOffice saves the names of table styles, but not these.
            style = self._sheet.default("table")
        look = _Look(style, {}, _MARGINS, "", 0.0, Align.LEFT, _switched_on(properties, self._notes))
        for link in self._sheet.chain(style):
            look = self._with(look, link.element.find(f"{W}tblPr"))
            look = self._with_cells(look, link.element.find(f"{W}tcPr"))
            _check_conditions(link.element, self._notes)
        for corner in _CORNERS:
            if self._sheet.conditional(style, corner, self._notes):
                self._notes.add(f"w:tblStylePr={corner}")
        return self._with(look, properties)

    def _with(self, look: _Look, properties: Element | None) -> _Look:
        """Return a look with what one `w:tblPr` says."""
        for child in properties if properties is not None else ():
            name = str(child.tag).removeprefix(W)
            if name == "tblBorders":
                look = replace(look, borders=look.borders | self._borders(child))
            elif name == "tblCellMar":
                look = replace(look, margins=self._margins(child, look.margins))
            elif name == "shd":
                look = replace(look, background=read_shading(child, self._notes))
            elif name == "tblInd":
                look = replace(look, left=self._indent(child))
            elif name == "jc":
                look = replace(look, align=read_choice(child, _ALIGNS, self._notes, Align.LEFT))
            elif name in _TABLE_KINDS:
                attribute, kinds = _TABLE_KINDS[name]
                read_choice(child, kinds, self._notes, default=True, name=attribute)
            elif name not in _TABLE_HARMLESS and not self._is_nothing(name, child):
                self._notes.add(xml_name(child.tag))
        return look

    def _with_cells(self, look: _Look, properties: Element | None) -> _Look:
        """Return a look with what the `w:tcPr` of a table style says of all cells."""
        for child in properties if properties is not None else ():
            if child.tag == f"{W}shd":
                look = replace(look, background=read_shading(child, self._notes))
            else:
                self._notes.add(f"w:style/w:tcPr/{xml_name(child.tag)}")
        return look

    def _is_nothing(self, name: str, child: Element) -> bool:
        """Tell whether a property of a table has a value that changes nothing."""
        if name == "tblCellSpacing":
            return value_of(child, "w") in {"", "0"}
        if name in {"tblStyleRowBandSize", "tblStyleColBandSize"}:
            return value_of(child) == "1"
        return name == "bidiVisual" and not is_on(child, self._notes)

    def _indent(self, element: Element) -> float:
        """Return the indent of a table: one in another unit than twips is none (17.4.50, and LibreOffice)."""
        counts = read_choice(element, _WIDTH_KINDS, self._notes, default=True, name="type")
        return read_length(element, self._notes, "w", least=-MAX_LENGTH) if counts else 0.0

    def _borders(self, element: Element) -> Sides:
        found: Sides = {}
        for child in element:
            name = str(child.tag).removeprefix(W)
            if name in _EDGES:
                found[_EDGES[name]] = read_border(child, self._notes)
            elif value_of(child) not in {"nil", "none"}:
                self._notes.add(xml_name(child.tag))
        return found

    def _margins(self, element: Element, margins: Margins) -> Margins:
        for child in element:
            side = _SIDES.get(str(child.tag).removeprefix(W))
            if side is None:
                self._notes.add(xml_name(child.tag))
            else:
                read_choice(child, _LENGTH_KINDS, self._notes, default=True, name="type")
                margins = replace(margins, **{side: read_length(child, self._notes, "w")})
        return margins

    # --- columns ---

    def _grid(self, element: Element, written: list[Element]) -> _Grid:
        """Return the cells in their places: by the grid, or by their widths where these tell other columns."""
        rows = [[each for each in flattened(row, self._notes) if each.tag == f"{W}tc"] for row in written]
        declared = [read_length(each, self._notes, "w") for each in element.iterfind(f"{W}tblGrid/{W}gridCol")]
        spans = [[self._span(cell) for cell in row] for row in rows]
        given = [[self._width(cell) for cell in row] for row in rows]
        fits = all(sum(row) == len(declared) for row in spans)
        if not (fits and _agree(declared, spans, given)):
            if all(width > 0 for row in given for width in row):
                declared, spans = _columns_by_width(given)
            elif not fits or not all(declared):
                self._notes.add("w:tblGrid")
        return _Grid(tuple(written), tuple(_placed(rows, spans, self._notes)), tuple(declared))

    def _span(self, cell: Element) -> int:
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        return 1 if span is None else read_integer(span, self._notes, least=1, most=_MAX_SPAN, default=1)

    def _width(self, cell: Element) -> float:
        """Return the width that a cell gives in points; 0 where it gives none."""
        width = cell.find(f"{W}tcPr/{W}tcW")
        if width is None or not read_choice(width, _WIDTH_KINDS, self._notes, default=True, name="type"):
            return 0.0
        return read_length(width, self._notes, "w")

    # --- rows and cells ---

    def _row(self, number: int, grid: _Grid, look: _Look) -> Row:
        row, element = Row(()), grid.written[number]
        properties = element.find(f"{W}trPr")
        for child in properties if properties is not None else ():
            name = str(child.tag).removeprefix(W)
            if name == "trHeight":
                exact = read_choice(child, _HEIGHT_RULES, self._notes, default=False, name="hRule")
                row = replace(row, height=read_length(child, self._notes), exact=exact)
            elif name == "cantSplit":
                row = replace(row, splits=not is_on(child, self._notes))
            elif name == "tblHeader":
                row = replace(row, is_header=is_on(child, self._notes))
            elif name not in _ROW_HARMLESS and not (name == "jc" and _ALIGNS.get(value_of(child)) is look.align):
                self._notes.add(xml_name(child.tag))
        for child in flattened(element, self._notes):
            if child.tag not in MARKS and child.tag not in {f"{W}trPr", f"{W}tc"}:
                self._notes.add(xml_name(child.tag))
        cells = tuple(self._cell(place, grid, look) for place in grid.rows[number] if place.merge != "continue")
        first = next((block for cell in cells for block in cell.blocks), None)
        keep = isinstance(first, Paragraph) and first.format.keep_next
        return replace(row, cells=cells, keep_next=keep)

    def _cell(self, place: _Place, grid: _Grid, look: _Look) -> Cell:
        rows = grid.height_of(place)
        last_row, last_column = place.row + rows == len(grid.rows), place.column + place.columns == len(grid.widths)
        ends = (place.row == 0, place.column == 0, last_row, last_column)
        sides = _outer_sides(look.borders, ends)
        cell = Cell(place.column, place.columns, rows, (), look.margins, Borders(), look.background, VerticalAlign.TOP)
        outer = self._paragraphs.table
        for condition in _conditions_of(place, ends, look):
            found = self._sheet.conditional(look.style, condition, self._notes)
            if found:
                self._paragraphs.table = self._sheet.overlay(self._paragraphs.table, found.style)
                row_like = condition in _ROW_CONDITIONS
                around = (True, ends[1], True, ends[3]) if row_like else (ends[0], True, ends[2], True)
                for properties in found.cells:
                    cell = self._with_cell(cell, properties, sides, around)
        cell = self._with_cell(cell, place.element.find(f"{W}tcPr"), sides, (True, True, True, True))
        content = [each for each in place.element if each.tag != f"{W}tcPr"]
        blocks = tuple(self._read_blocks(content, self._paragraphs, self))
        self._paragraphs.table = outer
        if any(isinstance(each, Table) and not _fits(each, cell, grid) for each in blocks):
            self._notes.at(next(place.element.iter(f"{W}p"), None))
            self._notes.add("w:tbl>w:tc")
        return replace(cell, blocks=blocks, borders=Borders(**sides), signer=_signer(place.element))

    def _with_cell(self, cell: Cell, given: Element | None, sides: Sides, ends: tuple[bool, bool, bool, bool]) -> Cell:
        """Return a cell with what one `w:tcPr` says; `sides` gets its borders."""
        for child in given if given is not None else ():
            name = str(child.tag).removeprefix(W)
            if name == "tcBorders":
                own = self._borders(child)
                sides |= _outer_sides(own, ends, missing=False)
            elif name == "tcMar":
                cell = replace(cell, margins=self._margins(child, cell.margins))
            elif name == "shd":
                cell = replace(cell, background=read_shading(child, self._notes))
            elif name == "vAlign":
                cell = replace(cell, align=read_choice(child, _VERTICAL, self._notes, VerticalAlign.TOP))
            elif name == "textDirection":
                if value_of(child) not in {"lrTb", "lr"}:
                    self._notes.add("w:textDirection")
            elif name not in _CELL_HARMLESS and not (name == "tcFitText" and not is_on(child, self._notes)):
                self._notes.add(xml_name(child.tag))
        return cell


def _fits(table: Table, cell: Cell, grid: _Grid) -> bool:
    """Tell whether a nested table ends within its cell: LibreOffice cuts one that is wider off at the cell's edge."""
    width, taken = sum(grid.widths[cell.column : cell.column + cell.columns]), sum(table.columns)
    if table.align is not Align.LEFT:
        return taken <= width - cell.margins.left - cell.margins.right + _SLACK
    left = cell.margins.left + table.left
    return left >= -_SLACK and left + taken <= width + _SLACK


def _signer(cell: Element) -> str:
    """Return who signs in a cell, as the bookmark in it says; empty where it is none to sign in."""
    bookmarks = (each for each in cell.iter(f"{W}bookmarkStart") if next(each.iterancestors(f"{W}tc")) is cell)
    names = (value_of(each, "name") for each in bookmarks)
    return next((found[1] for found in map(SIGNER.fullmatch, names) if found), "")


def _check_conditions(style: Element, notes: Notes) -> None:
    """Note what a table style gives to rows, and conditional formats of kinds that are not known."""
    if style.find(f"{W}trPr/*") is not None:
        notes.add("w:style/w:trPr")
    for condition in style.iterchildren(f"{W}tblStylePr"):
        kind = value_of(condition, "type")
        if kind not in _CONDITIONS or (kind == "wholeTable" and len(condition)):
            note_value(condition, f"{W}type", kind, notes)
        for properties in condition.iterchildren(f"{W}trPr", f"{W}tblPr"):
            if len(properties):
                notes.add(f"w:tblStylePr/{xml_name(properties.tag)}")


def _outer_sides(borders: Sides, ends: tuple[bool, bool, bool, bool], *, missing: bool = True) -> Sides:
    """Return the borders of a cell: those around at the ends (top, left, bottom, right), else those inside."""
    names = (("top", "inside_h"), ("left", "inside_v"), ("bottom", "inside_h"), ("right", "inside_v"))
    chosen = {outer: outer if end else inner for (outer, inner), end in zip(names, ends, strict=True)}
    return {side: borders.get(name) for side, name in chosen.items() if missing or name in borders}


def _conditions_of(place: _Place, ends: tuple[bool, bool, bool, bool], look: _Look) -> Iterator[str]:
    """Give the conditional formats that a cell is under, in the order in which they are laid on."""
    # The heading is not counted among the bands.
    row = place.row - ("firstRow" in look.conditions)
    column = place.column - ("firstCol" in look.conditions)
    in_bands = row >= 0 and not (ends[2] and "lastRow" in look.conditions)
    holds = {
        "band1Vert": column >= 0 and column % 2 == 0,
        "band2Vert": column >= 0 and column % 2 == 1,
        "band1Horz": in_bands and row % 2 == 0,
        "band2Horz": in_bands and row % 2 == 1,
        "firstCol": ends[1],
        "lastCol": ends[3],
        "firstRow": ends[0],
        "lastRow": ends[2],
    }
    return (name for name in _SWITCHES if name in look.conditions and holds[name])


def _switched_on(properties: Element | None, notes: Notes) -> frozenset[str]:
    """Return the conditional formats that `w:tblLook` turns on."""
    look = properties.find(f"{W}tblLook") if properties is not None else None
    if look is None:
        return frozenset()
    value = look.get(f"{W}val", "0")
    is_hexadecimal = _HEXADECIMAL.fullmatch(value)
    if not is_hexadecimal:
        note_value(look, f"{W}val", value, notes)
    bits = int(value, 16) if is_hexadecimal else 0
    on: set[str] = set()
    for name, (attribute, mask) in _SWITCHES.items():
        # Bits of the older form count where the attribute is missing.
        given = bool(bits & mask) if look.get(W + attribute) is None else is_on(look, notes, attribute)
        # `noHBand` and `noVBand` turn off what they name.
        if given != attribute.startswith("no"):
            on.add(name)
    return frozenset(on)


def _agree(declared: list[float], spans: list[list[int]], given: list[list[float]]) -> bool:
    """Tell whether the widths that cells give are those of the columns they span."""
    for row, widths in zip(spans, given, strict=True):
        column = 0
        for span, width in zip(row, widths, strict=True):
            if width and abs(sum(declared[column : column + span]) - width) > _SLACK:
                return False
            column += span
    return all(declared)


def _columns_by_width(given: list[list[float]]) -> tuple[list[float], list[list[int]]]:
    """Return columns that begin and end wherever a cell does, and how many of them each cell spans."""
    edges = [0.0]
    for row in given:
        at = 0.0
        for width in row:
            at += width
            if all(abs(at - edge) > _SLACK for edge in edges):
                edges.append(at)
    edges.sort()
    spans: list[list[int]] = []
    for row in given:
        at, column, found = 0.0, 0, list[int]()
        for width in row:
            at += width
            end = next(number for number, edge in enumerate(edges) if abs(at - edge) <= _SLACK)
            found.append(end - column)
            column = end
        spans.append(found)
    return [after - before for before, after in itertools.pairwise(edges)], spans


def _shows_something(cell: Element) -> bool:
    return any(each.text or each.tag != f"{W}t" for each in cell.iter(f"{W}t", f"{W}drawing", f"{W}pict", f"{W}sym"))


def _placed(rows: list[list[Element]], spans: list[list[int]], notes: Notes) -> Iterator[tuple[_Place, ...]]:
    merging: set[int] = set()
    for number, (cells, row) in enumerate(zip(rows, spans, strict=True)):
        column, places = 0, list[_Place]()
        for cell, span in zip(cells, row, strict=True):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            # `<w:vMerge/>` without a value goes on with the cell above.
            kind = "" if merge is None else read_choice(merge, _MERGES, notes, "continue")
            if kind == "continue" and (column not in merging or _shows_something(cell)):
                # The cell that it goes on with would hide what it contains.
                notes.add("w:vMerge=continue")
            places.append(_Place(cell, number, column, span, kind))
            column += span
        merging = {each.column for each in places if each.merge}
        yield tuple(places)
