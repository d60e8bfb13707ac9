"""From the rows of the workbook to the base: every cell checked, nothing repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import TypeVar

from generator.eligibles.fields import ACTIVITE
from generator.eligibles.fields import AGREGAT
from generator.eligibles.fields import CATEGORIE
from generator.eligibles.fields import FINESS
from generator.eligibles.fields import GEOGRAPHIQUE
from generator.eligibles.fields import JURIDIQUE
from generator.eligibles.fields import NOM
from generator.eligibles.fields import plafond_field
from generator.eligibles.model import BASES
from generator.eligibles.model import Base
from generator.eligibles.model import Etablissement
from generator.eligibles.model import Plafond
from generator.eligibles.model import Source
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import define
from generator.findings import has_errors
from generator.jsonio.schema import FormatProblem
from generator.orders.formats import check_finess
from generator.references import Appels
from generator.tables import Cell
from generator.tables import Row
from generator.tables.cells import amount_of
from generator.tables.cells import identifier_of
from generator.tables.cells import problem_of
from generator.tables.cells import shown
from generator.tables.mapping import Columns
from generator.tables.model import column_letters
from generator.tables.model import squeezed

ELIGIBLES_VIDE = define(
    "ELIGIBLES-CELLULE-VIDE", ERROR,
    fr="« {header} » est vide", en="“{header}” is empty",
    fix_fr="la remplir, ou retirer la ligne", fix_en="fill it, or remove the row",
)  # fmt: skip
ELIGIBLES_FINESS = define(
    "ELIGIBLES-FINESS", ERROR,
    fr="« {header} » : « {value} » n'est pas un FINESS", en="“{header}”: “{value}” is no FINESS",
    fix_fr="écrire 9 caractères, zéros du début compris : 9 chiffres, ou 2A et 2B suivis de 7 chiffres",
    fix_en="write 9 characters, leading zeros included: 9 digits, or 2A and 2B followed by 7 digits",
    source="FINESS, schéma XSD : [0-9][0-9A-Z][0-9]{{7}}",
)  # fmt: skip
ELIGIBLES_DOUBLE = define(
    "ELIGIBLES-DOUBLE", ERROR,
    fr="le FINESS {finess} est déjà à la ligne {other} : aucune des deux lignes n'est reprise",
    en="FINESS {finess} stands in row {other} already: neither of the two rows is taken",
    fix_fr="n'en garder qu'une", fix_en="keep one of them",
    source="« A chaque FINESS PMSI est associé un montant forfaitaire pour les dispositifs DPI et PFI »",
)  # fmt: skip
ELIGIBLES_CATEGORIE = define(
    "ELIGIBLES-CATEGORIE", ERROR,
    fr="« {header} » : « {value} » ne commence pas par un code de {digits} chiffres",
    en="“{header}”: “{value}” does not begin with a code of {digits} digits",
    fix_fr="les agrégats de niveau 3 ont 4 chiffres, les catégories 3 : vérifier quelle colonne porte lesquels",
    fix_en="agrégats de niveau 3 have 4 digits, catégories 3: check which column holds which",
    source="Nomenclature FINESS cs1500106 : codeagr3 et code sont deux nomenclatures",
)  # fmt: skip
ELIGIBLES_HT_TTC = define(
    "ELIGIBLES-HT-TTC", ERROR,
    fr="le plafond HT de {ht} € dépasse le plafond TTC de {ttc} €",
    en="the ceiling without VAT of {ht} € exceeds the one with VAT of {ttc} €",
    fix_fr="vérifier laquelle des deux colonnes est HT, laquelle TTC",
    fix_en="check which of the two columns is without VAT, and which with",
    source="ANS, avis sur les rejets : « Le montant HT du plafond », « Le montant TTC de ce même plafond »",
)  # fmt: skip
ELIGIBLES_SANS_PLAFOND = define(
    "ELIGIBLES-SANS-PLAFOND", WARNING,
    fr="aucune colonne ne porte de plafond : les montants ne seront pas comparés",
    en="no column holds a ceiling: amounts will not be compared",
    fix_fr="désigner les colonnes des plafonds, telles que --map {field}=EN-TÊTE",
    fix_en="name the columns of the ceilings, such as --map {field}=HEADER",
    source="« nécessairement inférieur ou égal au barème applicable et indiqué dans la base des établissements "
    "éligibles »",
)  # fmt: skip

T = TypeVar("T")

_FINESS = re.compile(r"[0-9][0-9A-Z][0-9]{7}")
_FINESS_LENGTH, _AGREGAT_LENGTH, _CATEGORIE_LENGTH = 9, 4, 3


@dataclass(frozen=True)
class Imported:
    """What came of a workbook: the base of its sound rows, and everything that is to be said of the others."""

    base: Base
    findings: tuple[Finding, ...]


def import_base(columns: Columns, appels: Appels) -> Imported:
    """Read every row into an establishment; a row with an error is left out, and known to have been there.

    Args:
        columns: the table, and the column of each field of `eligibles.fields.base_fields`.
        appels: the records whose ceilings the fields name.
    """
    table = columns.table
    findings = list(table.findings)
    found: dict[str, Etablissement] = {}
    refused: dict[str, int] = {}
    meant: dict[str, int] = {}
    plafonds = [(reference, each.id) for reference, appel in appels.items() for each in appel.prestations]
    named = [plafond_field(*each, basis) for each in plafonds for basis in BASES]
    if not any(name in columns for name in named):
        findings.append(ELIGIBLES_SANS_PLAFOND.at(table.place(table.header), field=named[0] if named else "plafond"))
    for row in table.rows:
        reader = _Reader(columns, row, plafonds)
        read = reader.etablissement()
        twin = refused.get(read.finess) or (found[read.finess].ligne if read.finess in found else None)
        # One that was taken so far falls out with this row, whatever else is wrong with it.
        if twin and (read.finess in found or not has_errors(reader.findings)):
            reader.findings.append(
                ELIGIBLES_DOUBLE.at(table.place(row, columns.numbers[FINESS]), finess=read.finess, other=twin)
            )
        findings += reader.findings
        if not has_errors(reader.findings):
            found[read.finess] = read
        elif read.finess:
            refused[read.finess] = row.number
            found.pop(read.finess, None)
        elif reader.meant:
            meant[reader.meant] = row.number
    refused = {**{finess: number for finess, number in meant.items() if finess not in found}, **refused}
    headers = {
        field: table.cell(table.header, number).header or f"={column_letters(number)}"
        for field, number in columns.numbers.items()
    }
    assert table.date is not None, "read_table gives it"
    source = Source(PurePath(table.file).name, table.sha256, table.date, table.sheet, headers)
    return Imported(Base(source, found, refused), tuple(findings))


class _Reader:
    """Reads one row; whatever is wrong with it is in `findings`.

    `meant` is the FINESS PMSI that a refused cell is without doubt: its leading zeros are lost.
    """

    def __init__(self, columns: Columns, row: Row, plafonds: list[tuple[str, str]]) -> None:
        self.findings: list[Finding] = []
        self.meant = ""
        self._columns, self._row, self._known = columns, row, plafonds

    def etablissement(self) -> Etablissement:
        """Return the establishment; meaningless where there are errors, but for its FINESS."""
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
        read = self._noted(identifier_of(cell, _FINESS_LENGTH))
        if field == FINESS and (read is None or not _FINESS.fullmatch(read)):
            self.meant = _with_zeros(cell)
        if read is None:
            if field == FINESS and not problem_of(cell) and cell.value is None:
                self.findings.append(ELIGIBLES_VIDE.at(cell.place, header=cell.header))
            return None
        if not _FINESS.fullmatch(read):
            self.findings.append(ELIGIBLES_FINESS.at(cell.place, header=cell.header, value=read))
            return None
        try:
            check_finess(read)
        except FormatProblem as problem:  # its key: a warning, as in descriptors
            self.findings.append(problem.kind.at(cell.place, **problem.values))
        return read

    def _text(self, field: str, *, required: bool = False) -> str | None:
        """Return a text for people, its spaces tidied: names are searched, not compared."""
        cell = self._columns.cell(self._row, field)
        if cell is None:
            return None
        problem = problem_of(cell)
        if problem is None and cell.value is None and required:
            problem = ELIGIBLES_VIDE.at(cell.place, header=cell.header)
        self._noted(problem)
        return None if cell.value is None else squeezed(str(_said(cell)))

    def _code(self, field: str, digits: int, other: int | None) -> str | None:
        """Return the code that a category's cell begins with.

        Args:
            field: the field.
            digits: how many digits its codes have.
            other: how many those have that stand in the same column, of establishments of the other kind.
        """
        cell = self._columns.cell(self._row, field)
        if cell is None:
            return None
        problem = problem_of(cell)
        self._noted(problem)
        if problem or cell.value is None:
            return None
        value = squeezed(str(_said(cell)))
        code = re.match(r"[0-9]*(?![0-9A-Za-z])", value)
        length = len(code[0]) if code else 0
        if length == digits:
            return value[:digits]
        if length != other:
            self.findings.append(ELIGIBLES_CATEGORIE.at(cell.place, header=cell.header, value=value, digits=digits))
        return None

    def _plafonds(self) -> Iterator[tuple[tuple[str, str], Plafond]]:
        for reference, prestation in self._known:
            fields = [plafond_field(reference, prestation, basis) for basis in BASES]
            ht, ttc = (self._amount(field) for field in fields)
            if ht is not None and ttc is not None and ht > ttc:
                place = self._columns.table.place(self._row, self._columns.numbers[fields[0]])
                self.findings.append(ELIGIBLES_HT_TTC.at(place, ht=ht, ttc=ttc))
            if ht is not None or ttc is not None:
                yield (reference, prestation), Plafond(ht, ttc)

    def _amount(self, field: str) -> Decimal | None:
        cell = self._columns.cell(self._row, field)
        return None if cell is None else self._noted(amount_of(cell))

    def _noted(self, read: T | Finding | None) -> T | None:
        """Return what was read of a cell; note the finding that is there instead."""
        if isinstance(read, Finding):
            self.findings.append(read)
            return None
        return read


def _with_zeros(cell: Cell) -> str:
    """Return the FINESS that a number with too few digits was before it lost its zeros; empty where its key says no."""
    said = str(cell.value).strip().removesuffix(".0")
    padded = said.zfill(_FINESS_LENGTH)
    try:
        check_finess(padded)
    except FormatProblem:
        return ""
    return padded if said.isdecimal() and _FINESS.fullmatch(padded) else ""


def _said(cell: Cell) -> str:
    value = shown(cell.value)
    return value if isinstance(value, str) else value.fr
