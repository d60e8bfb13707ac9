"""Read a row of a list as a descriptor whose findings name cells."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from generator.common.findings import ERROR, Finding, Place, define
from generator.common.folding import fold_words
from generator.common.jsonio.positions import JsonText
from generator.common.jsonio.source import Descriptor, JsonObject
from generator.common.tables import SheetCell, SheetRow
from generator.common.tables.cells import CELLULE_MONTANT, amount_of, date_of, identifier_of, problem_of, shown, text_of
from generator.common.tables.mapping import Columns
from generator.documents.printed import cents
from generator.intake.clients.fields import DIGITS, HT, RATE, TTC, ClientField, ValueKind

CELLULE_OUI_NON = define("CELLULE-OUI-NON", ERROR)
CELLULE_TAUX = define("CELLULE-TAUX", ERROR)

# French and English answers; spreadsheets write booleans as words as well.
_YES, _NO = ("oui", "o", "vrai", "yes", "y", "true"), ("non", "n", "faux", "no", "false")
_ANSWERS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


@dataclass(frozen=True)
class RowDescriptor(Descriptor):
    """A descriptor made of a row: the places of its values are cells.

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
        """Return the cell of a value, or of the nearest value that contains it or is in it; else the row."""
        # The nearest value: a missing line of an address is at the address.
        outer = pointer
        while outer and outer not in self.cells:
            outer = outer.rpartition("/")[0]
        within = (place for known, place in self.cells.items() if pointer and is_within(known, pointer))
        place = self.cells.get(outer) or next(within, self.row)
        # The pointer is kept as well: `_Import._check` looks for missing values by pointer.
        return replace(place, pointer=pointer or None)


@dataclass(frozen=True)
class ReadRow:
    """A row: the values of its descriptor, their places, and the findings on its cells.

    Attributes:
        row: the place of the row.
        value: the descriptor with the values of valid cells.
        cells: the place of each value, by its pointer.
        findings: the findings on invalid cells.
        failed: the pointers of values that are missing because of them.
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
        """Return the row as a descriptor."""
        return RowDescriptor(self.row.file, self.value, JsonText("{}"), row=self.row, cells=self.cells)

    def is_reported(self, pointer: str) -> bool:
        """Return whether `findings` reports why a value, or one in it, is missing."""
        return any(is_within(failed, pointer) for failed in self.failed)

    def find_cell(self, pointer: str) -> Place | None:
        """Return the place of the first cell of the row for a value or a value in it, None without one."""
        places = (place for known, place in self.cells.items() if is_within(known, pointer))
        return next((place for place in places if place.line == self.row.line), None)


def is_within(pointer: str, outer: str) -> bool:
    """Return whether a pointer equals another, or points inside its value."""
    return pointer == outer or pointer.startswith(f"{outer}/")


def read_row(columns: Columns, row: SheetRow, fields: Sequence[ClientField], constants: Mapping[str, str]) -> ReadRow:
    """Read a row.

    Args:
        columns: the table, and the column of each field.
        row: the row.
        fields: all fields.
        constants: the values of `--set` by field, for empty or missing cells.
    """
    # These objects always exist, so that the schema reports their missing members one by one.
    value: JsonObject = {"client": {}, "montant": {}, "scenario": {}}
    cells: dict[str, Place] = {}
    findings: list[Finding] = []
    failed: set[str] = set()
    for each in fields:
        cell = columns.cell(row, each.name)
        # `--set` fills an empty cell, but never an invalid one.
        known = cell is not None and (cell.value is not None or problem_of(cell) is not None)
        if not known and each.name in constants:
            cell = SheetCell(constants[each.name], f"--set {each.name}", Place(f"--set {each.name}"))
        if cell is None:
            continue
        cells[each.pointer] = cell.place
        read = read_cell(cell, each.kind)
        if isinstance(read, Finding):
            findings.append(read)
            failed.add(each.pointer)
        elif read is not None:
            put(value, each.pointer, read)
    _complete_montant(value, cells, failed)
    close_lists(value)
    return ReadRow(columns.table.place(row), value, cells, tuple(findings), frozenset(failed))


def read_cell(cell: SheetCell, kind: ValueKind) -> str | bool | Finding | None:
    """Return the descriptor's value for a cell; a finding for an invalid cell; None for an empty one."""
    if kind in DIGITS:
        # Phone numbers are grouped by spaces; other identifiers with spaces are reported.
        return identifier_of(cell, DIGITS[kind], grouped=kind is ValueKind.TELEPHONE)
    if kind is ValueKind.DATE:
        date = date_of(cell)
        return date.isoformat() if isinstance(date, datetime.date) else date
    if kind in (ValueKind.AMOUNT, ValueKind.RATE):
        return _amount(cell, kind)
    return _yes_no(cell) if kind is ValueKind.YES_NO else text_of(cell)


def _amount(cell: SheetCell, kind: ValueKind) -> str | Finding | None:
    # People write « 20 % » or « 20% » in a column of text.
    if kind is ValueKind.RATE and isinstance(cell.value, str):
        cell = replace(cell, value=cell.value.strip().removesuffix("%"))
    amount = amount_of(cell)
    if kind is ValueKind.RATE and isinstance(amount, Finding) and amount.kind == CELLULE_MONTANT:
        return CELLULE_TAUX.at(cell.place, header=cell.header, value=shown(cell.value))
    if not isinstance(amount, Decimal):
        return amount
    # A spreadsheet stores 20 % as 0.2, which would be a rate of 0.20 %.
    if kind is ValueKind.RATE and (0 < amount < 1 or amount >= 100):  # noqa: PLR2004  # per cent
        return CELLULE_TAUX.at(cell.place, header=cell.header, value=shown(cell.value))
    return str(amount)


def _yes_no(cell: SheetCell) -> bool | Finding | None:
    problem = problem_of(cell)
    if problem or cell.value is None:
        return problem
    answer = cell.value if isinstance(cell.value, bool) else _ANSWERS.get(fold_words(str(cell.value)))
    return CELLULE_OUI_NON.at(cell.place, header=cell.header, value=shown(cell.value)) if answer is None else answer


def put(value: JsonObject, pointer: str, read: str | bool) -> None:
    """Set a value of a descriptor, and create the missing objects around it."""
    *path, last = pointer.split("/")[1:]
    inner = value
    for key in path:
        found = inner.setdefault(key, {})
        assert isinstance(found, dict)
        inner = found
    inner[last] = read


def _complete_montant(value: JsonObject, cells: dict[str, Place], failed: set[str]) -> None:
    """Compute a missing TTC from HT and rate, rounded to the cent as the rule does."""
    montant = value.get("montant")
    pointers = {name: "/" + name.replace(".", "/") for name in (HT, RATE, TTC)}
    if not isinstance(montant, dict) or pointers[TTC] in failed or "ttc" in montant:
        return
    if "ht" in montant and "taux_tva" in montant:
        montant["ttc"] = str(cents(Decimal(montant["ht"]) * (1 + Decimal(montant["taux_tva"]) / 100)))
        # A finding on the computed TTC is at the HT that it comes from.
        cells.setdefault(pointers[TTC], cells[pointers[HT]])
    elif pointers[TTC] not in cells and (pointers[HT] in cells or pointers[RATE] in cells):
        # The finding on HT or the rate is enough: the TTC depends on them.
        failed.add(pointers[TTC])


def close_lists(value: JsonObject) -> None:
    """Convert objects with numbered keys to lists: the lines of an address, the FINESS of a merger."""
    parties = (party for party in (value.get("client"), value.get("fournisseur")) if isinstance(party, dict))
    for holder, key in (*((party.get("adresse"), "lignes") for party in parties), (value.get("fusion"), "finess")):
        if isinstance(holder, dict) and isinstance(holder.get(key), dict):
            holder[key] = list(holder[key].values())
