"""A file into a table: XLSX and ODS through calamine, CSV through the standard library."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.files import open_regular
from generator.common.findings import ERROR, INFO, WARNING, Finding, FindingError, Place, define
from generator.common.jsonio.source import FICHIER_ILLISIBLE
from generator.common.language import Text, first_of, os_reason, quoted, text
from generator.common.opc import DAMAGED_ZIP
from generator.common.tables import workbook_xml
from generator.common.tables.encoding import Decoded, accented_words, decode, unlikely_words
from generator.common.tables.model import SheetRow, SheetTable, TableProblem, Value, column_letters, place_of
from generator.common.unsupported_formats import unsupported_format

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

TABLEAU_ILLISIBLE = define("TABLEAU-ILLISIBLE", ERROR)
TABLEAU_TROP_GRAND = define("TABLEAU-TROP-GRAND", ERROR)
TABLEAU_FEUILLE = define("TABLEAU-FEUILLE", ERROR)
TABLEAU_VIDE = define("TABLEAU-VIDE", ERROR)
TABLEAU_ENCODAGE = define("TABLEAU-ENCODAGE", INFO)
TABLEAU_ENCODAGE_DOUTEUX = define("TABLEAU-ENCODAGE-DOUTEUX", WARNING)
TABLEAU_LETTRE = define("TABLEAU-LETTRE", WARNING)
TABLEAU_LIGNE = define("TABLEAU-LIGNE", ERROR)
TABLEAU_GUILLEMET = define("TABLEAU-GUILLEMET", ERROR)
TABLEAU_VALEUR = define("TABLEAU-VALEUR", ERROR)
TABLEAU_MASQUE = define("TABLEAU-MASQUE", WARNING)
TABLEAU_FEUILLE_MASQUEE = define("TABLEAU-FEUILLE-MASQUEE", INFO)

SEPARATORS = ";,\t|"
# Both XLSX and ODS are archives; a CSV file never begins like one.
_ZIP = b"PK\x03\x04"
# Of a header at least two columns are named: a title above the table fills one cell.
_LEAST_HEADER = 2
# Runs of hidden rows that are named, at most.
_MOST_RUNS = 10
# Words shown where the encoding is a guess, and findings about unlikely ones, at most.
_MOST_WORDS, _MOST_UNLIKELY = 5, 20
# Both formats hold it in a small part of their own, as `dcterms:modified` and `dc:date`.
_DATE_PARTS = {
    "docProps/core.xml": re.compile(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d{2}-\d{2})"),
    "meta.xml": re.compile(rb"<dc:date>\s*(\d{4}-\d{2}-\d{2})"),
}
_MAX_DATE_PART = 1024 * 1024


class TableError(FindingError):
    """The table cannot be read; `finding` says why."""


@dataclass(frozen=True)
class _Sheet:
    """All rows of a sheet, and the findings about its file."""

    name: str
    rows: list[SheetRow]
    marks: workbook_xml.Marks = field(default_factory=workbook_xml.Marks)
    separator: str = ""
    findings: tuple[Finding, ...] = ()


def read_table(path: str | Path, *, sheet: str | None = None, header_row: int | None = None) -> SheetTable:
    """Read a table, whatever its format: what the file holds decides, not its name.

    Args:
        path: an XLSX or ODS workbook, or a CSV file in an encoding that Excel writes; its separator is found out.
        sheet: the sheet to read; without it the only visible one that holds something.
        header_row: the row that names the columns, from 1; without it the first that names two or more.

    Raises:
        TableError: it cannot be read, is beyond the bounds, has several sheets, or holds no row.
    """
    file = str(path)
    data = _bytes_of(file)
    try:
        read = _read_workbook(file, data, sheet) if data.startswith(_ZIP) else _read_text(file, data)
    except TableProblem as error:
        if error.too_big:
            raise _too_large(file, error.reason) from error
        raise _unreadable(file, error.reason) from error
    table = _table(file, hashlib.sha256(data).hexdigest(), read, header_row)
    return replace(table, date=_date_of_file(Path(file), data))


def _bytes_of(file: str) -> bytes:
    try:
        # Not Path(file): an empty name is no folder.
        with open_regular(file) as stream:
            data = stream.read(workbook_xml.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise TableError(FICHIER_ILLISIBLE.at(Place(file), reason=os_reason(error))) from error
    if len(data) > workbook_xml.MAX_BYTES:
        raise _too_large(file, text("common.tables.bytes", most=workbook_xml.MAX_BYTES))
    return data


def _date_of_file(path: Path, data: bytes) -> datetime.date:
    """Return the day a table was last changed, as it says itself, or else as the file system does."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for name, pattern in _DATE_PARTS.items():
                if name in opened.namelist() and opened.getinfo(name).file_size < _MAX_DATE_PART:
                    found = pattern.search(opened.read(name))
                    if found:
                        return datetime.date.fromisoformat(found[1].decode())
    except DAMAGED_ZIP:  # a CSV file; or a date that does not exist, a ValueError
        pass
    return datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC).date()


def _too_large(file: str, found: Text) -> TableError:
    bounds = text("common.tables.bounds", rows=workbook_xml.MAX_ROWS, columns=workbook_xml.MAX_COLUMNS)
    return TableError(TABLEAU_TROP_GRAND.at(Place(file), found=found, expected=bounds))


def _unreadable(file: str, reason: Text) -> TableError:
    return TableError(TABLEAU_ILLISIBLE.at(Place(file), reason=reason))


def _table(file: str, sha256: str, read: _Sheet, header_row: int | None) -> SheetTable:
    failed = {row for row, _ in read.marks.errors}
    filled = [row for row in read.rows if row.number in failed or any(value is not None for value in row.values)]
    if header_row is None:
        header = next((row for row in filled if _names_columns(row)), None)
    else:
        header = next((row for row in filled if row.number == header_row), None)
    below = [row for row in filled if header and row.number > header.number]
    if header is None or not below:
        raise TableError(TABLEAU_VIDE.at(place_of(file, read.name, header.number) if header else Place(file)))
    rows, findings = below, list(read.findings)
    if read.separator:
        width = max(column for column, value in enumerate(header.values, start=1) if value is not None)
        # A row with more values than the header has a separator in a value: its values are shifted.
        rows = [row for row in below if len(_trimmed(row.values)) <= width]
        for row in below:
            found = len(_trimmed(row.values))
            if found > width:
                place = place_of(file, "", row.number)
                findings.append(TABLEAU_LIGNE.at(place, found=found, expected=width, separator=read.separator))
    marks = read.marks
    findings += _hidden(file, read, header, rows)
    return SheetTable(
        file,
        read.name,
        sha256,
        header,
        tuple(rows),
        tuple(findings),
        marks.merged,
        frozenset(marks.errors),
        unread=len(below) - len(rows),
    )


def _hidden(file: str, read: _Sheet, header: SheetRow, rows: Sequence[SheetRow]) -> Iterator[Finding]:
    """Tell which rows, and which columns that have a name, are hidden."""
    lines = _in_runs((row.number for row in rows), read.marks.hidden_rows)
    named = (column for column, value in enumerate(header.values, start=1) if value is not None)
    columns = _in_runs(named, read.marks.hidden_columns)
    if lines:
        yield TABLEAU_MASQUE.at(place_of(file, read.name, lines[0]), found=_runs("rows", lines, str))
    if columns:
        place = place_of(file, read.name, header.number, columns[0])
        yield TABLEAU_MASQUE.at(place, found=_runs("columns", columns, column_letters))


def _in_runs(numbers: Iterable[int], runs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the numbers that lie in one of some runs, which are in order."""
    starts = [first for first, _ in runs]
    return [number for number in numbers if (at := bisect_right(starts, number)) and number <= runs[at - 1][1]]


def _runs(kind: str, numbers: Sequence[int], name: Callable[[int], str]) -> Text:
    """Return rows or columns as people write them, such as `rows 4-9, 12`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    some = first_of(["-".join(map(name, run)) for run in runs], _MOST_RUNS)
    return text(f"common.hidden.{kind}.{'many' if len(numbers) > 1 else 'one'}", names=some)


def _names_columns(row: SheetRow) -> bool:
    texts = [value for value in row.values if isinstance(value, str)]
    return len(texts) >= _LEAST_HEADER and len(texts) == sum(value is not None for value in row.values)


def _trimmed(values: tuple[Value, ...]) -> tuple[Value, ...]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def _read_workbook(file: str, data: bytes, asked: str | None) -> _Sheet:
    import python_calamine as calamine

    data, marks = workbook_xml.look_into(data)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            name, findings = _choose_sheet(file, workbook, asked)
            sheet = workbook.get_sheet_by_name(name)
            own = marks.setdefault(name, workbook_xml.Marks())
            merged = sheet.merged_cell_ranges or []
            ranges = ((top + 1, left + 1, down + 1, right + 1) for (top, left), (down, right) in merged)
            workbook_xml.mark_merged(own, ranges)
            # With the empty rows and columns, so that rows have the numbers of the file.
            values = sheet.to_python(skip_empty_area=False)
    except TableProblem:  # a ValueError
        raise
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(file, text("common.tables.damaged", error=error)) from error
    rows = [SheetRow(number, tuple(_known(value) for value in row)) for number, row in enumerate(values, start=1)]
    # The reader ends with the last cell that has a value: rows below it may hold formulas alone.
    rows += [SheetRow(number, ()) for number in sorted({row for row, _ in own.errors if row > len(rows)})]
    return _Sheet(name, rows, own, findings=findings)


def _known(value: Value) -> Value:
    return None if isinstance(value, str) and not value.strip() else value


def _choose_sheet(file: str, workbook: CalamineWorkbook, asked: str | None) -> tuple[str, tuple[Finding, ...]]:
    """Return the sheet to read, and the findings about the others."""
    import python_calamine as calamine

    names = quoted(sheet.name for sheet in workbook.sheets_metadata)
    if asked is not None:
        if asked not in workbook.sheet_names:
            found = text("common.sheets.unknown", sheet=asked)
            raise TableError(TABLEAU_FEUILLE.at(Place(file), found=found, sheets=names))
        return asked, ()
    worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    filled = [sheet for sheet in worksheets if workbook.get_sheet_by_name(sheet.name).start is not None]
    shown = [sheet.name for sheet in filled if sheet.visible == calamine.SheetVisibleEnum.Visible]
    hidden = [sheet.name for sheet in filled if sheet.name not in shown]
    if not filled:
        raise TableError(TABLEAU_VIDE.at(Place(file)))
    if not shown:
        found = text("common.sheets.hidden")
        raise TableError(TABLEAU_FEUILLE.at(Place(file), found=found, sheets=names))
    if len(shown) > 1:
        found = text("common.sheets.several", count=len(shown))
        raise TableError(TABLEAU_FEUILLE.at(Place(file), found=found, sheets=names))
    return shown[0], ((TABLEAU_FEUILLE_MASQUEE.at(Place(file), sheets=quoted(hidden)),) if hidden else ())


def _read_text(file: str, data: bytes) -> _Sheet:
    if found := unsupported_format(data):
        raise _unreadable(file, found)
    decoded = decode(data)
    separator = _separator(decoded.text)
    rows = list(_records(file, decoded.text, separator))
    return _Sheet("", rows, separator=separator, findings=tuple(_of_encoding(file, decoded)))


def _of_encoding(file: str, decoded: Decoded) -> Iterator[Finding]:
    """Tell in which encoding a file was read, where that is not certain, and which words look wrong in it."""
    if decoded.doubtful:
        words = quoted(accented_words(decoded.text, _MOST_WORDS))
        yield TABLEAU_ENCODAGE_DOUTEUX.at(Place(file), encoding=decoded.encoding, words=words)
    elif decoded.encoding:
        yield TABLEAU_ENCODAGE.at(Place(file), encoding=decoded.encoding)
    for line, word in islice(unlikely_words(decoded.text), _MOST_UNLIKELY):
        yield TABLEAU_LETTRE.at(Place(file, line), word=word)


def _separator(content: str) -> str:
    """Return the separator that the first filled line has most of, outside quotes."""
    line = next((line for line in content.splitlines() if line.strip(SEPARATORS + " ")), "")
    # A header between quotes may contain any of the separators.
    outside = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=outside.count)


def _records(file: str, content: str, separator: str) -> Iterator[SheetRow]:
    # Strictly: a quote that is not closed would take all rows up to the next one into its cell.
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    start, cells = 1, 0
    try:
        for values in reader:
            cells += len(values)
            if (
                start > workbook_xml.MAX_ROWS
                or len(values) > workbook_xml.MAX_COLUMNS
                or cells > workbook_xml.MAX_CELLS
            ):
                found = text("common.tables.size", rows=start, columns=len(values))
                raise TableProblem(found, too_big=True)
            yield SheetRow(start, tuple(_known(value) for value in values))
            # A value between quotes may have several lines: the next row begins after the last of them.
            start = reader.line_num + 1
    except csv.Error as error:
        wrong = _wrong_quote(content, separator, start)
        if wrong is None:
            raise TableError(TABLEAU_VALEUR.at(Place(file, start), limit=csv.field_size_limit())) from error
        raise TableError(TABLEAU_GUILLEMET.at(Place(file, wrong[0]), reason=wrong[1])) from error


def _wrong_quote(content: str, separator: str, start: int) -> tuple[int, Text] | None:
    """Return the line of the first wrong quote, and how it is wrong (RFC 4180, section 2); None without one.

    The record at fault begins on line `start`.
    """
    # What came last: nothing of the value yet, a part of it, a part of it between quotes, the quote that ends it.
    begun, plain, quoted, closed = range(4)
    at, opened = begun, start
    for number, line in enumerate(islice(io.StringIO(content, newline=""), start - 1, None), start):
        for char in line:
            if at == quoted:
                at = closed if char == '"' else quoted
            elif char in separator or char in "\r\n":
                at = begun
            elif char == '"' and at != plain:
                at, opened = quoted, number
            elif at == closed:
                return number, text("common.tables.behind-quote")
            else:
                at = plain
    return (opened, text("common.tables.open-quote")) if at == quoted else None
