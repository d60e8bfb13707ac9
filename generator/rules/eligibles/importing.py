"""Import the base from its workbook: the fields of its columns, then its rows.

Invalid cells are reported, never repaired.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import TypeVar

from generator.common.findings import ERROR, WARNING, Finding, define, has_errors
from generator.common.jsonio.schema import FormatProblem
from generator.common.language import text
from generator.common.tables import SheetCell, SheetRow
from generator.common.tables.cells import amount_of, identifier_of, problem_of, shown
from generator.common.tables.mapping import ColumnField, Columns, words
from generator.common.tables.model import column_letters, squeezed
from generator.common.value_formats import FINESS_FORM, check_finess
from generator.references import Appel, Appels
from generator.rules.eligibles.base import BASES, Base, Etablissement, Plafond, Source

T = TypeVar("T")

ELIGIBLES_VIDE = define("ELIGIBLES-CELLULE-VIDE", ERROR)
ELIGIBLES_FINESS = define("ELIGIBLES-FINESS", ERROR)
# Workbooks of the ATIH separate several FINESS in one cell by semicolons.
ELIGIBLES_PLUSIEURS = define("ELIGIBLES-PLUSIEURS-FINESS", WARNING)
# « A chaque FINESS PMSI est associé un montant forfaitaire »: two rows may have two amounts, so both are refused.
ELIGIBLES_DOUBLE = define("ELIGIBLES-DOUBLE", ERROR)
ELIGIBLES_CATEGORIE = define("ELIGIBLES-CATEGORIE", ERROR)
ELIGIBLES_HT_TTC = define("ELIGIBLES-HT-TTC", ERROR)
ELIGIBLES_SANS_PLAFOND = define("ELIGIBLES-SANS-PLAFOND", WARNING)

# Separates several FINESS in one cell.
_SEPARATOR = ";"
# FINESS nomenclature cs1500106: `codeagr3` (agrégats de niveau 3) has 4 digits, `code` (catégories) has 3.
_FINESS_LENGTH, _AGREGAT_LENGTH, _CATEGORIE_LENGTH = 9, 4, 3

FINESS, NOM, AGREGAT, CATEGORIE = "finess", "nom", "agregat", "categorie"
JURIDIQUE, GEOGRAPHIQUE, ACTIVITE = "finess_juridique", "finess_geographique", "activite"
_REQUIRED = (FINESS, NOM)
# A ceiling of V1+V2 must not be taken for one of V2: a column may not name a wave that the prestation lacks.
_WAVES = frozenset(("v1", "v2"))


def _sets(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(each.split()) for each in alternatives)


# The words that a header of each field has, and those that it does not have.
_COMMON = {
    FINESS: (_sets("finess pmsi", "finess"), frozenset(("juridique", "geographique", "ej", "et", "geo"))),
    NOM: (
        _sets("nom", "raison sociale", "denomination", "libelle etablissement"),
        frozenset(("finess", "categorie", "agregat")),
    ),
    AGREGAT: (_sets("agregat", "codeagr3"), frozenset()),
    CATEGORIE: (_sets("categorie", "categ"), frozenset(("agregat",))),
    JURIDIQUE: (_sets("finess juridique", "finess ej"), frozenset()),
    GEOGRAPHIQUE: (_sets("finess geographique", "finess et", "finess geo"), frozenset()),
    ACTIVITE: (_sets("activite", "ac"), frozenset()),
}


def _plafond_field(reference: str, prestation: str, basis: str) -> str:
    """Return the name of a ceiling's field: `plafond.AF-HOP-DPI-Va2.V1+V2.ttc`."""
    return f"plafond.{reference}.{prestation}.{basis}"


def base_fields(appels: Iterable[Appel]) -> tuple[ColumnField, ...]:
    """Return the fields that the columns of a workbook can have.

    Args:
        appels: the AF records; each prestation has a ceiling without and with VAT.
    """
    return (
        *(
            ColumnField(name, text(f"rules.columns.{name}"), required=name in _REQUIRED, words=found, without=without)
            for name, (found, without) in _COMMON.items()
        ),
        *(_plafond(appel, each.id, basis) for appel in appels for each in appel.prestations for basis in BASES),
    )


def _plafond(appel: Appel, prestation: str, basis: str) -> ColumnField:
    waves = words(prestation)
    return ColumnField(
        _plafond_field(appel.reference, prestation, basis),
        text("rules.ceiling.column", reference=appel.reference, prestation=prestation, basis=basis.upper()),
        words=(waves | words(appel.dispositif) | {basis},),
        without=_WAVES - waves,
    )


@dataclass(frozen=True)
class ImportedBase:
    """The base of the valid rows of a workbook, and the findings on all rows."""

    base: Base
    findings: tuple[Finding, ...]


def import_base(columns: Columns, appels: Appels) -> ImportedBase:
    """Read the rows of a workbook as establishments.

    A row with an error is not in the base. Its FINESS is in `Base.refused`, so that rules can name the row.

    Args:
        columns: the table, with the column of each field of `base_fields`.
        appels: the AF records with the prestations that have ceilings.
    """
    return _BaseImport(
        columns, [(reference, each.id) for reference, appel in appels.items() for each in appel.prestations]
    ).run()


@dataclass
class _BaseImport:
    """Reads one workbook, row by row.

    Attributes:
        columns: the table, with the column of each field.
        plafonds: the AF and prestations with a ceiling.
        found: the establishments, by FINESS.
        refused: the numbers of refused rows, by FINESS.
        guessed: the numbers of refused rows whose FINESS lost its leading zeros, by the FINESS with zeros.
    """

    columns: Columns
    plafonds: list[tuple[str, str]]
    findings: list[Finding] = field(default_factory=list)
    found: dict[str, Etablissement] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    guessed: dict[str, int] = field(default_factory=dict)

    def run(self) -> ImportedBase:
        """Read every row."""
        table = self.columns.table
        self.findings += table.findings
        self._check_ceiling_columns()
        for row in _one_finess_each(self.columns, self.findings):
            self._read(row)
        # If another row has this FINESS with its zeros, that row counts.
        unread = {finess: number for finess, number in self.guessed.items() if finess not in self.found}
        # A row with several FINESS is read once for each: its other findings are equal.
        return ImportedBase(
            Base(self._source(), self.found, {**unread, **self.refused}), tuple(dict.fromkeys(self.findings))
        )

    def _check_ceiling_columns(self) -> None:
        fields = [_plafond_field(*each, basis) for each in self.plafonds for basis in BASES]
        if not any(name in self.columns for name in fields):
            table = self.columns.table
            place = table.place(table.header)
            self.findings.append(ELIGIBLES_SANS_PLAFOND.at(place, field=fields[0] if fields else "plafond"))

    def _read(self, row: SheetRow) -> None:
        reader = _RowReader(self.columns, row, self.plafonds)
        read = reader.etablissement()
        finess, earlier = read.finess, self.found.get(read.finess)
        other = self.refused.get(finess) or (earlier.ligne if earlier else None)
        # If the earlier row was accepted, it is refused as well, whatever else is wrong with this one.
        if other and (earlier or not has_errors(reader.findings)):
            place = self.columns.table.place(row, self.columns.numbers[FINESS])
            reader.findings.append(ELIGIBLES_DOUBLE.at(place, finess=finess, other=other))
        self.findings += reader.findings
        if not has_errors(reader.findings):
            self.found[finess] = read
        elif finess:
            self.refused[finess] = row.number
            self.found.pop(finess, None)
        elif reader.guessed:
            self.guessed[reader.guessed] = row.number

    def _source(self) -> Source:
        table = self.columns.table
        headers = {
            name: table.cell(table.header, number).header or f"={column_letters(number)}"
            for name, number in self.columns.numbers.items()
        }
        assert table.date is not None, "read_table sets it"
        return Source(PurePath(table.file).name, table.sha256, table.date, table.sheet, headers)


def _one_finess_each(columns: Columns, findings: list[Finding]) -> Iterator[SheetRow]:
    """Return the rows; a row with several FINESS in one cell is repeated for each of them.

    Args:
        columns: the table, with the column of each field.
        findings: the list to which a finding on each such cell is added.
    """
    column = columns.numbers[FINESS]
    for row in columns.table.rows:
        cell = columns.table.cell(row, column)
        parts = [part.strip() for part in cell.value.split(_SEPARATOR)] if isinstance(cell.value, str) else []
        if len(parts) < 2 or not all(map(FINESS_FORM.fullmatch, parts)):  # noqa: PLR2004  # several
            yield row
            continue
        findings.append(ELIGIBLES_PLUSIEURS.at(cell.place, header=cell.header, count=len(parts)))
        for part in parts:
            yield replace(row, values=(*row.values[: column - 1], part, *row.values[column:]))


class _RowReader:
    """Reads one row, and collects its findings.

    `guessed` is the FINESS PMSI of a refused cell with its leading zeros, if its key is right with them.
    """

    def __init__(self, columns: Columns, row: SheetRow, plafonds: list[tuple[str, str]]) -> None:
        self.findings: list[Finding] = []
        self.guessed = ""
        self._columns, self._row, self._known = columns, row, plafonds

    def etablissement(self) -> Etablissement:
        """Return the establishment; if there are errors, only its FINESS may be used."""
        both = self._columns.numbers.get(AGREGAT) == self._columns.numbers.get(CATEGORIE)
        return Etablissement(
            finess=self._finess(FINESS) or "",
            nom=self._text(NOM, required=True) or "",
            ligne=self._row.number,
            agregat=self._code(AGREGAT, _AGREGAT_LENGTH, _CATEGORIE_LENGTH if both else None),
            categorie=self._code(CATEGORIE, _CATEGORIE_LENGTH, _AGREGAT_LENGTH if both else None),
            juridique=self._finess(JURIDIQUE),
            geographique=self._finess(GEOGRAPHIQUE),
            activite=self._text(ACTIVITE),
            plafonds=dict(self._plafonds()),
        )

    def _finess(self, field: str) -> str | None:
        cell = self._columns.cell(self._row, field)
        if cell is None:
            return None
        read = self._collect(identifier_of(cell, _FINESS_LENGTH))
        if field == FINESS and (read is None or not FINESS_FORM.fullmatch(read)):
            self.guessed = _with_zeros(cell)
        if read is None:
            if field == FINESS and not problem_of(cell) and cell.value is None:
                self.findings.append(ELIGIBLES_VIDE.at(cell.place, header=cell.header))
            return None
        if not FINESS_FORM.fullmatch(read):
            self.findings.append(ELIGIBLES_FINESS.at(cell.place, header=cell.header, value=read))
            return None
        try:
            check_finess(read)
        except FormatProblem as problem:  # a wrong key is a warning, as in descriptors
            self.findings.append(problem.kind.at(cell.place, **problem.values))
        return read

    def _text(self, field: str, *, required: bool = False) -> str | None:
        cell = self._columns.cell(self._row, field)
        if cell is None:
            return None
        problem = problem_of(cell)
        if problem is None and cell.value is None and required:
            problem = ELIGIBLES_VIDE.at(cell.place, header=cell.header)
        self._collect(problem)
        return None if cell.value is None else _text_in(cell)

    def _code(self, field: str, digits: int, other: int | None) -> str | None:
        """Return the code at the start of a category cell.

        Args:
            field: the field.
            digits: the number of digits of its codes.
            other: the number of digits of the other kind of code, if both are in one column; else None.
        """
        cell = self._columns.cell(self._row, field)
        if cell is None:
            return None
        problem = problem_of(cell)
        self._collect(problem)
        if problem or cell.value is None:
            return None
        value = _text_in(cell)
        # The digits at the start of the cell, not followed by a letter: « 355 Centre hospitalier », « 1102 - CH ».
        code = re.match(r"[0-9]*(?![0-9A-Za-z])", value)
        length = len(code[0]) if code else 0
        if length == digits:
            return value[:digits]
        if length != other:
            self.findings.append(ELIGIBLES_CATEGORIE.at(cell.place, header=cell.header, value=value, digits=digits))
        return None

    def _plafonds(self) -> Iterator[tuple[tuple[str, str], Plafond]]:
        for reference, prestation in self._known:
            fields = [_plafond_field(reference, prestation, basis) for basis in BASES]
            ht, ttc = (self._amount(field) for field in fields)
            if ht is not None and ttc is not None and ht > ttc:
                place = self._columns.table.place(self._row, self._columns.numbers[fields[0]])
                self.findings.append(ELIGIBLES_HT_TTC.at(place, ht=ht, ttc=ttc))
            if ht is not None or ttc is not None:
                yield (reference, prestation), Plafond(ht, ttc)

    def _amount(self, field: str) -> Decimal | None:
        cell = self._columns.cell(self._row, field)
        return None if cell is None else self._collect(amount_of(cell))

    def _collect(self, read: T | Finding | None) -> T | None:
        """Return the value read from a cell; add a finding instead of it to the others."""
        if isinstance(read, Finding):
            self.findings.append(read)
            return None
        return read


def _with_zeros(cell: SheetCell) -> str:
    """Return a number with its leading zeros, if it is a FINESS with a right key then; else an empty text."""
    digits = str(cell.value).strip().removesuffix(".0")
    padded = digits.zfill(_FINESS_LENGTH)
    try:
        check_finess(padded)
    except FormatProblem:
        return ""
    return padded if digits.isdecimal() and FINESS_FORM.fullmatch(padded) else ""


def _text_in(cell: SheetCell) -> str:
    """Return the text of a cell with single spaces: people read and search it."""
    value = shown(cell.value)
    return squeezed(value if isinstance(value, str) else value.fr)
