"""A table as it was read: its header, its rows, and where each cell stands."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from generator.common.findings import Finding, Place, quote
from generator.common.folding import fold_spaces
from generator.common.language import Text, text

# What a cell holds. A CSV file has texts alone; a number is one that the spreadsheet holds as a number.
Value = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None

_LETTERS = 26


class TableProblem(ValueError):  # noqa: N818  # no error of the program: it carries a reason to the reader's finding
    """The file is refused: why, and whether for its size."""

    def __init__(self, reason: Text, *, too_big: bool = False) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.too_big = too_big


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell.

    Attributes:
        value: what it holds; None where it is empty.
        header: the text at the head of its column.
        place: its file, its row as the line, its column, and its name in `part`.
        merged_into: the name of the cell it is merged into, which has its value; empty for all others.
        error: the cell holds a formula that failed.
    """

    value: Value
    header: str
    place: Place
    merged_into: str = ""
    error: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of values, by its number in the file, from 1; it may be shorter than the header."""

    number: int
    values: tuple[Value, ...]


@dataclass(frozen=True)
class SheetTable:
    """The rows of one sheet, or of a CSV file; rows without any value are left out.

    Attributes:
        file: the file's name as the user gave it.
        sheet: the sheet's name; empty for a CSV file.
        sha256: the file's digest, in hexadecimal.
        header: the row that names the columns.
        rows: those below it.
        findings: what was wrong with the file, but for its cells; the rows concerned are not in `rows`.
        merged: by row and column, from 1, the name of the cell that a cell is merged into.
        errors: rows and columns, from 1, of formulas that failed.
        date: when the file was last changed, as it says itself, or else as the file system does.
        unread: how many rows below the header are not in `rows` though they have values.
    """

    file: str
    sheet: str
    sha256: str
    header: SheetRow
    rows: tuple[SheetRow, ...]
    findings: tuple[Finding, ...] = ()
    merged: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)
    errors: frozenset[tuple[int, int]] = frozenset()
    date: datetime.date | None = None
    unread: int = 0

    @property
    def filled(self) -> int:
        """How many rows below the header have values."""
        return len(self.rows) + self.unread

    @property
    def headers(self) -> tuple[str, ...]:
        """The texts of the header, without the spaces and line breaks around and inside them."""
        return tuple(squeezed(value) for value in self.header.values)

    def cell(self, row: SheetRow, column: int) -> SheetCell:
        """Return a cell of a row, by its column from 1; an empty one where the row ends before it."""
        value = row.values[column - 1] if column <= len(row.values) else None
        at = row.number, column
        headers = self.header.values
        header = squeezed(headers[column - 1]) if column <= len(headers) else ""
        return SheetCell(value, header, self.place(row, column), self.merged.get(at, ""), at in self.errors)

    def place(self, row: SheetRow, column: int | None = None) -> Place:
        """Return where a row is, or a cell of it."""
        return place_of(self.file, self.sheet, row.number, column)


def place_of(file: str, sheet: str, row: int, column: int | None = None) -> Place:
    """Return the place of a row, or of a cell; a sheet's cells are named as its program names them."""
    if column is None:
        return Place(file, row, part=text("common.places.sheet", sheet=quote(sheet)) if sheet else None)
    part, name = _cell_part(sheet), cell_name(row, column) if sheet else column_letters(column)
    return Place(file, row, column, part=Text(part.fr.replace("\0", name), part.en.replace("\0", name)))


# Formatted once for all cells of a sheet: each cell that is read has a place.
@lru_cache(maxsize=1)
def _cell_part(sheet: str) -> Text:
    """Return the part of a cell, or of a column without a sheet, with a null character instead of its name."""
    if not sheet:
        return text("common.places.column", column="\0")
    # A quoted name has no null character.
    return text("common.places.cell", sheet=quote(sheet), cell="\0")


def squeezed(value: Value) -> str:
    """Return a value as text on one line, with single spaces and none at its ends."""
    return "" if value is None else fold_spaces(str(value))


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell: row 12 and column 3 are C12."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 1: A, … Z, AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number
