"""Read the XML of a workbook for its size, merged cells, failed formulas and hidden rows, which calamine does not tell.

calamine unfolds a sheet into all cells between its first and its last, so a file of a few kilobytes with one cell at
the far end would take gigabytes: both formats are measured before they are read. It gives formulas that failed as empty
cells, and says nothing of cells that are merged in an ODS file, nor of what is hidden.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from lxml import etree

from generator.common import opc
from generator.common.language import text
from generator.common.tables.model import TableProblem, cell_name, column_number
from generator.common.unsupported_formats import unsupported_format

# The base of eligible establishments has some thousand rows; a workbook of 5,000 rows unfolds to some 4 MB.
MAX_ROWS = 100_000
MAX_COLUMNS = 300
MAX_CELLS = 5_000_000
MAX_MERGED = 200_000
MAX_BYTES = 128 * 1024 * 1024
MAX_ENTRIES = 5_000
# Bytes of a part in which a DTD would be declared.
_HEAD = 4096

_ODS_CONTENT, _XLSX_WORKBOOK, _XLSX_TEXTS = "content.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
_USUAL_NAMES = opc.UsualNames(_XLSX_WORKBOOK, {"sharedStrings": _XLSX_TEXTS, "styles": "xl/styles.xml"})
# Rows, cells and runs of columns, with their attributes, in the order of the file.
_TAGS = re.compile(rb"<(?:\w+:)?(row|col|c)(?=[\s/>])([^>]*)>")
# Attributes with a number, such as `r="12"`, `min="3"` and `max="5"`.
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)""")
_FIRST, _LAST = re.compile(rb"""\bmin\s*=\s*["'](\d+)"""), re.compile(rb"""\bmax\s*=\s*["'](\d+)""")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
# The address of a cell, such as `r="C12"`.
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
# The types of a cell (ECMA-376 part 1, 18.18.11): error, and text of a formula.
_ERROR, _TEXT = re.compile(rb"""\bt\s*=\s*["']e["']"""), re.compile(rb"""\bt\s*=\s*["']str["']""")
_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# What is between the tags of a value; None where it is written as one empty tag.
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)</)")
# A text of the list of texts, by its number.
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_ANY_VALUE = re.compile(rb"<(?:\w+:)?v[\s/>]")
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si[\s/>]")
# More digits than these are no number of a text for the reader.
_MOST_DIGITS = 18
_INLINE = re.compile(rb"<(?:\w+:)?is[\s/>]")
# Libraries that work no formula out say that the spreadsheet has to, and write 0 as the value (XlsxWriter) or none.
_NOT_WORKED_OUT = re.compile(rb"""<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
# Namespaces of OpenDocument 1.2 and of LibreOffice's extensions.
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
# Hidden by hand, and by a filter.
_NOT_SHOWN = frozenset({"collapse", "filter"})
# Errors as spreadsheets show them: `#N/A`, `#DIV/0!`, `Err:502`.
_ERROR_TEXT = re.compile(r"#[A-Z/0!?]+|Err:\d+")


@dataclass
class Marks:
    """What the reader does not tell of a sheet, by row and column from 1.

    Attributes:
        merged: the name of the cell that a cell is merged into.
        errors: formulas that failed, or were never worked out.
        hidden_rows, hidden_columns: first and last of each run of hidden ones; a filter hides rows as well.
    """

    merged: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def look_into(data: bytes) -> tuple[bytes, dict[str, Marks]]:
    """Measure the archive of a workbook, and return what is to be known of each of its sheets.

    Args:
        data: the file.

    Returns:
        The workbook, its parts named as the reader looks for them, and the marks of each sheet.

    Raises:
        TableProblem: it is no workbook, is damaged, or would unfold beyond the bounds.
    """
    try:
        # Before anything is read: an entry of kilobytes may unfold to gigabytes.
        _check_unfolded(data)
        sound = _sound_workbook(data)
        with zipfile.ZipFile(io.BytesIO(sound)) as archive:
            names = set(archive.namelist())
            if _XLSX_WORKBOOK in names:
                worked_out = _NOT_WORKED_OUT.search(archive.read(_XLSX_WORKBOOK)) is None
                sheets = list(_xlsx_sheets(archive))
                _check_parts(archive, sheets)
                listed = archive.read(_XLSX_TEXTS) if _XLSX_TEXTS in names else b""
                texts = len(_SHARED_TEXT.findall(listed))
                return sound, {
                    name: _xlsx_marks(archive.read(part), worked_out=worked_out, texts=texts) for name, part in sheets
                }
            if _ODS_CONTENT in names and unsupported_format(sound, "workbook") is None:
                return sound, _ods_marks(archive.read(_ODS_CONTENT))
    except TableProblem:  # a ValueError, as those of a damaged archive are
        raise
    except (*opc.DAMAGED_ZIP, KeyError, etree.XMLSyntaxError) as error:
        raise TableProblem(opc.damage_of(error)) from error
    raise TableProblem(unsupported_format(data, "workbook") or text("common.tables.no-workbook"))


def _check_unfolded(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > MAX_BYTES or len(entries) > MAX_ENTRIES:
        raise TableProblem(text("common.tables.unfolded", size=size), too_big=True)


def _sound_workbook(data: bytes) -> bytes:
    """Return a workbook whose parts have the names that Excel gives them; the same bytes where they do already."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {opc.plain_name(each.filename): each for each in archive.infolist()}
        # Names and relationships tell whether anything is to be mended: sheets are read only then.
        parts = {name: archive.read(each) if name.endswith(".rels") else b"" for name, each in entries.items()}
        main = opc.main_part(parts)
        # An ODS workbook has no such part, and an XLSB workbook has a binary one.
        if main is None or not main.endswith(".xml"):
            return data
        names = opc.usual_names(parts, main, _USUAL_NAMES)
        clean = all(name == each.filename for name, each in entries.items())
        if clean and not names and opc.are_spelt(parts):
            return data
        return opc.write_package(opc.renamed({name: archive.read(each) for name, each in entries.items()}, names))


def _check_parts(archive: zipfile.ZipFile, sheets: Sequence[tuple[str, str]]) -> None:
    """Refuse a workbook without the part of a sheet, or with a DTD: the reader says of neither what is wrong."""
    names = archive.namelist()
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(_HEAD):
                    raise TableProblem(text("common.tables.dtd-in", part=name))
    for sheet, part_name in sheets:
        if part_name not in names:
            raise TableProblem(text("common.tables.missing-part", sheet=sheet, part=part_name))


def _xlsx_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Give the name and the part of each sheet."""
    relations = opc.parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {str(each.get("Id")): str(each.get("Target")) for each in relations}
    for sheet in opc.parse_xml(archive.read(_XLSX_WORKBOOK)).iter("{*}sheet"):
        ids = [str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id")]
        target = targets.get(ids[0], "") if ids else ""
        yield unescape(str(sheet.get("name"))), target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _xlsx_marks(data: bytes, *, worked_out: bool, texts: int) -> Marks:
    """Walk the rows and cells of a sheet; one that does not say where it is follows the one before it.

    Args:
        data: the sheet.
        worked_out: whether a program that wrote the workbook has worked its formulas out.
        texts: how many texts the workbook lists.
    """
    marks = Marks()
    row = column = rows = columns = 0
    for tag in _TAGS.finditer(data):
        kind, attributes = tag.groups()
        if kind == b"col":
            first, last = _FIRST.search(attributes), _LAST.search(attributes)
            if first and last and _HIDDEN.search(attributes):
                _hide(marks.hidden_columns, int(first[1]), int(last[1]))
        elif kind == b"row":
            number = _NUMBER.search(attributes)
            row, column = int(number[1]) if number else row + 1, 0
            rows = max(rows, row)
            if _HIDDEN.search(attributes):
                _hide(marks.hidden_rows, row, row)
        else:
            address = _ADDRESS.search(attributes)
            # Letters are cut: beyond eight, any column is out of bounds.
            row, column = (int(address[2]), column_number(address[1][:8].decode())) if address else (row, column + 1)
            rows, columns = max(rows, row), max(columns, column)
            if _SHARED.search(attributes):
                _check_shared(data, tag, cell_name(row, column), texts)
            if _ERROR.search(attributes) or _is_uncomputed(data, tag, worked_out=worked_out):
                marks.errors.add((row, column))
    _check_size(rows, columns)
    return marks


def _hide(runs: list[tuple[int, int]], first: int, last: int) -> None:
    """Note that some rows, or columns, are hidden: they join the run that ends right before them."""
    if runs and runs[-1][1] == first - 1:
        first = runs.pop()[0]
    runs.append((first, last))


def _check_shared(data: bytes, cell: re.Match[bytes], name: str, texts: int) -> None:
    """Refuse a cell whose text is not in the list of texts: for a number below 0 the reader takes the first text."""
    content = _content(data, cell)
    found = _VALUE.search(content)
    number = (found[1] or b"") if found else None
    if number is None:
        is_known = not _ANY_VALUE.search(content)
    else:
        is_known = not number or (number.isdigit() and len(number) <= _MOST_DIGITS and int(number) < texts)
    if not is_known:
        raise TableProblem(text("common.tables.missing-text", cell=name))


def _content(data: bytes, cell: re.Match[bytes]) -> bytes:
    """Return what is between the tags of a cell; empty for a single empty tag."""
    if cell[2].endswith(b"/"):
        return b""
    end = _END.search(data, cell.end())
    return data[cell.end() : end.start() if end else len(data)]


def _is_uncomputed(data: bytes, cell: re.Match[bytes], *, worked_out: bool) -> bool:
    """Tell whether a cell holds a formula and no value of it; an empty value is one for a text alone."""
    content = _content(data, cell)
    if not _FORMULA.search(content) or _INLINE.search(content):
        return False
    found = _VALUE.search(content)
    value = (found[1] or b"").strip() if found else None
    return value is None or (not value and not _TEXT.search(cell[2])) or (value == b"0" and not worked_out)


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TableProblem(text("common.tables.size", rows=rows, columns=columns), too_big=True)


def _ods_marks(data: bytes) -> dict[str, Marks]:
    if b"<!DOCTYPE" in data[:_HEAD]:
        raise TableProblem(text("common.tables.dtd"))
    tables = opc.parse_xml(data).iter(f"{_TABLE}table")
    return {str(table.get(f"{_TABLE}name")): _ods_sheet(table) for table in tables}


def _ods_sheet(table: etree._Element) -> Marks:
    """Walk the cells of a sheet, each as often as it is repeated; those that hold nothing at its end do not count."""
    marks, row, widest = Marks(), 0, 0
    spans: list[tuple[int, int, int, int]] = []
    at = 0
    for some in table.iter(f"{_TABLE}table-column"):
        repeated = _count(some, "number-columns-repeated")
        if some.get(f"{_TABLE}visibility") in _NOT_SHOWN:
            _hide(marks.hidden_columns, at + 1, at + repeated)
        at += repeated
    for line in table.iter(f"{_TABLE}table-row"):
        repeated = _count(line, "number-rows-repeated")
        if line.get(f"{_TABLE}visibility") in _NOT_SHOWN:
            _hide(marks.hidden_rows, row + 1, row + repeated)
        column, last = 0, 0
        for cell in line:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            width = _count(cell, "number-columns-repeated")
            if cell.get(f"{_OFFICE}value-type") is not None or len(cell):
                last = column + width
                _check_size(row + repeated, last)
            if _is_failed(cell):
                marks.errors.add((row + 1, column + 1))
            deep, wide = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if deep > 1 or wide > 1:
                spans.append((row + 1, column + 1, min(deep, MAX_ROWS), min(wide, MAX_COLUMNS)))
            column += width
        row += repeated
        # Rows below the last value are often repeated to the end of the sheet: they do not count.
        if last:
            widest = max(widest, last)
            _check_size(row, widest)
    mark_merged(marks, ((top, left, top + deep - 1, left + wide - 1) for top, left, deep, wide in spans))
    return marks


def mark_merged(marks: Marks, ranges: Iterator[tuple[int, int, int, int]]) -> None:
    """Note which cells are merged into another.

    Args:
        marks: where to note it.
        ranges: first row, first column, last row and last column of each merged range, from 1.
    """
    for top, left, bottom, right in ranges:
        # Counted before it is noted: one range may span the whole sheet.
        if len(marks.merged) + (bottom - top + 1) * (right - left + 1) > MAX_MERGED:
            raise TableProblem(text("common.tables.merged"), too_big=True)
        covered = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        marks.merged.update({at: cell_name(top, left) for at in covered if at != (top, left)})


def _is_failed(cell: etree._Element) -> bool:
    """Tell whether a cell holds a formula that failed, or that no spreadsheet has worked out."""
    if cell.get(f"{_CALC}value-type") == "error":
        return True
    if cell.get(f"{_TABLE}formula") is None:
        return False
    # Some programs write the error as a text, and do not mark it as an error.
    if _ERROR_TEXT.fullmatch("".join(map(str, cell.itertext()))):
        return True
    kind = cell.get(f"{_OFFICE}value-type")
    # A text may be empty.
    if kind == "string":
        return False
    values = (cell.get(f"{_OFFICE}{name}") for name in ("value", "date-value", "time-value", "boolean-value"))
    return kind is None or not any(values)


def _count(element: etree._Element, name: str) -> int:
    # An ODS file omits the attribute where it is 1.
    value = element.get(f"{_TABLE}{name}") or "1"
    if not value.isdecimal():
        raise TableProblem(text("common.tables.wrong-count", attribute=name, value=value))
    return int(value) if len(value) < 10 else 1  # noqa: PLR2004  # beyond all bounds anyway
