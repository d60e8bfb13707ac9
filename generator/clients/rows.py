"""A row of the list as a descriptor whose values stand in cells: what is wrong with one is told with its cell."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from decimal import Decimal

from generator.clients.fields import DIGITS
from generator.clients.fields import HT
from generator.clients.fields import RATE
from generator.clients.fields import TTC
from generator.clients.fields import ClientField
from generator.clients.fields import Form
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.folding import folded
from generator.jsonio.positions import JsonText
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject
from generator.printed import cents
from generator.tables import Cell
from generator.tables import Row
from generator.tables.cells import amount_of
from generator.tables.cells import date_of
from generator.tables.cells import identifier_of
from generator.tables.cells import problem_of
from generator.tables.cells import shown
from generator.tables.cells import text_of
from generator.tables.mapping import Columns

CELLULE_OUI_NON = define(
    "CELLULE-OUI-NON", ERROR,
    fr="« {header} » : « {value} » n'est ni oui ni non", en="“{header}”: “{value}” is neither oui nor non",
    fix_fr="écrire oui ou non", fix_en="write oui or non",
)  # fmt: skip
CELLULE_TAUX = define(
    "CELLULE-TAUX", ERROR,
    fr="« {header} » : « {value} » n'est pas un taux de TVA en pour cent",
    en="“{header}”: “{value}” is not a rate of VAT in per cent",
    fix_fr="écrire 20 pour 20 %, en donnant à la cellule un format de nombre et non de pourcentage",
    fix_en="write 20 for 20 %, with a number format for the cell and not one of percentage",
    why_fr="Un tableur tient 20 % pour 0,2 : écrit tel quel, ce serait un taux de 0,20 %.",
    why_en="A spreadsheet holds 20 % as 0.2: taken as it is, that would be a rate of 0.20 %.",
)  # fmt: skip

_YES, _NO = ("oui", "o", "vrai", "yes", "y", "true"), ("non", "n", "faux", "no", "false")
_ANSWERS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


@dataclass(frozen=True)
class RowDescriptor(Descriptor):
    """A descriptor made of a row: its values stand in cells, not in a text.

    Attributes:
        row: the place of the row.
        cells: the place of each value, by its pointer.
    """

    row: Place = field(kw_only=True)
    cells: Mapping[str, Place] = field(kw_only=True)

    @property
    def whole(self) -> Place:
        """The place of the row."""
        return self.row

    def place(self, pointer: str, *, at_key: bool = False) -> Place:  # noqa: ARG002  # a cell has no key
        """Return the cell of a value, or of the nearest value around or within it; else the row."""
        around = pointer
        while around and around not in self.cells:
            around = around.rpartition("/")[0]
        within = (place for known, place in self.cells.items() if pointer and is_within(known, pointer))
        place = self.cells.get(around) or next(within, self.row)
        # The rules' findings are told by cell; which values they are about is told by pointer.
        return replace(place, pointer=pointer or None)


@dataclass(frozen=True)
class ReadRow:
    """What a row gives: the descriptor's values, where each stands, and what is wrong with its cells.

    Attributes:
        row: the place of the row.
        value: the descriptor, as far as cells are sound.
        cells: the place of each value, by its pointer.
        findings: what is wrong with cells.
        failed: the pointers that have no value for it.
    """

    row: Place
    value: JsonObject
    cells: Mapping[str, Place]
    findings: tuple[Finding, ...]
    failed: frozenset[str]

    @property
    def number(self) -> int:
        """The row's number in the file."""
        assert self.row.line
        return self.row.line

    def descriptor(self) -> RowDescriptor:
        """Return it as a descriptor."""
        return RowDescriptor(self.row.file, self.value, JsonText("{}"), row=self.row, cells=self.cells)

    def is_told(self, pointer: str) -> bool:
        """Tell whether a value, or one within it, is missing for a reason that `findings` says."""
        return any(is_within(failed, pointer) for failed in self.failed)

    def cell_of(self, pointer: str) -> Place | None:
        """Return the place of the row's cell that has a value, or the first of those within it; None without one."""
        places = (place for known, place in self.cells.items() if is_within(known, pointer))
        return next((place for place in places if place.line == self.row.line), None)


def is_within(pointer: str, around: str) -> bool:
    """Tell whether a value is another, or within it."""
    return pointer == around or pointer.startswith(f"{around}/")


def read_row(columns: Columns, row: Row, fields: Sequence[ClientField], constants: Mapping[str, str]) -> ReadRow:
    """Read a row.

    Args:
        columns: the table, and the column of each field.
        row: the row.
        fields: those there are.
        constants: values of `--set` by field, for cells that are empty or have no column.
    """
    # They are there whatever the cells say: what is missing is told of their members, one by one.
    value: JsonObject = {"client": {}, "montant": {}, "scenario": {}}
    cells: dict[str, Place] = {}
    findings: list[Finding] = []
    failed: set[str] = set()
    for each in fields:
        cell = columns.cell(row, each.name)
        known = cell is not None and (cell.value is not None or problem_of(cell) is not None)
        if not known and each.name in constants:
            cell = Cell(constants[each.name], f"--set {each.name}", Place(f"--set {each.name}"))
        if cell is None:
            continue
        cells[each.pointer] = cell.place
        read = read_cell(cell, each.form)
        if isinstance(read, Finding):
            findings.append(read)
            failed.add(each.pointer)
        elif read is not None:
            put(value, each.pointer, read)
    _complete_montant(value, cells, failed)
    close_lists(value)
    return ReadRow(columns.table.place(row), value, cells, tuple(findings), frozenset(failed))


def read_cell(cell: Cell, form: Form) -> str | bool | Finding | None:
    """Return what a descriptor holds for a cell; the finding that says why it holds nothing; None for an empty one."""
    if form in DIGITS:
        return identifier_of(cell, DIGITS[form])
    if form is Form.DATE:
        date = date_of(cell)
        return date.isoformat() if isinstance(date, datetime.date) else date
    if form in (Form.AMOUNT, Form.RATE):
        return _amount(cell, form)
    return _yes_no(cell) if form is Form.YES_NO else text_of(cell)


def _amount(cell: Cell, form: Form) -> str | Finding | None:
    amount = amount_of(cell)
    if not isinstance(amount, Decimal):
        return amount
    if form is Form.RATE and (0 < amount < 1 or amount >= 100):  # noqa: PLR2004  # per cent
        return CELLULE_TAUX.at(cell.place, header=cell.header, value=shown(cell.value))
    return str(amount)


def _yes_no(cell: Cell) -> bool | Finding | None:
    problem = problem_of(cell)
    if problem or cell.value is None:
        return problem
    answer = cell.value if isinstance(cell.value, bool) else _ANSWERS.get(folded(str(cell.value)))
    return CELLULE_OUI_NON.at(cell.place, header=cell.header, value=shown(cell.value)) if answer is None else answer


def put(value: JsonObject, pointer: str, read: str | bool) -> None:
    """Put a value in its place in a descriptor, objects around it made where they are missing."""
    *path, last = pointer.split("/")[1:]
    inner = value
    for key in path:
        found = inner.setdefault(key, {})
        assert isinstance(found, dict)
        inner = found
    inner[last] = read


def _complete_montant(value: JsonObject, cells: dict[str, Place], failed: set[str]) -> None:
    """Work the TTC out of HT and rate, where the list does not give it: rounded to the cent, as the rule checks it."""
    montant = value.get("montant")
    pointers = {name: "/" + name.replace(".", "/") for name in (HT, RATE, TTC)}
    if not isinstance(montant, dict) or pointers[TTC] in failed or "ttc" in montant:
        return
    if "ht" in montant and "taux_tva" in montant:
        montant["ttc"] = str(cents(Decimal(montant["ht"]) * (1 + Decimal(montant["taux_tva"]) / 100)))
        cells.setdefault(pointers[TTC], cells[pointers[HT]])
    elif pointers[TTC] not in cells and (pointers[HT] in cells or pointers[RATE] in cells):
        # It follows from these two: what keeps it from being worked out is told of them.
        failed.add(pointers[TTC])


def close_lists(value: JsonObject) -> None:
    """Make the lists that a descriptor holds of what is put in one by one: lines of an address, numbers of a merger."""
    parties = (party for party in (value.get("client"), value.get("fournisseur")) if isinstance(party, dict))
    for holder, key in (*((party.get("adresse"), "lignes") for party in parties), (value.get("fusion"), "finess")):
        if isinstance(holder, dict) and isinstance(holder.get(key), dict):
            holder[key] = list(holder[key].values())
