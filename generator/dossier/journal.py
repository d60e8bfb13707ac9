"""The journal (suivi): what the vendor alone knows of its orders, one line a step, in a CSV file or a workbook.

Columns: `numero`, `etape`, and if need be `date`, `finess_pmsi`, `reference`. It stands beside the descriptors, not in
them: an order that is signed does not change because its avance was paid.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define
from generator.jsonio.schema import suggest
from generator.lang import Text
from generator.orders import Order
from generator.tables import Row
from generator.tables import TableError
from generator.tables import read_table
from generator.tables.cells import CELLULE_VIDE
from generator.tables.cells import date_of
from generator.tables.cells import identifier_of
from generator.tables.cells import text_of
from generator.tables.mapping import Columns
from generator.tables.mapping import Field
from generator.tables.mapping import MappingError
from generator.tables.mapping import resolve

SUIVI_ETAPE = define(
    "SUIVI-ETAPE", ERROR,
    fr="« {value} » n'est pas une étape{suggestion}", en="“{value}” is not a step{suggestion}",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip
SUIVI_INCONNU = define(
    "SUIVI-COMMANDE-INCONNUE", WARNING,
    fr="aucune des commandes données n'a le numéro {numero} (ni ce FINESS, ni cet AF, s'ils sont dits)",
    en="none of the orders given has the number {numero} (nor this FINESS and AF, where they are said)",
    fix_fr="vérifier le numéro, ou donner aussi le descripteur de cette commande",
    fix_en="check the number, or give the descriptor of that order too",
)  # fmt: skip
SUIVI_AMBIGU = define(
    "SUIVI-AMBIGU", ERROR,
    fr="plusieurs commandes ont le numéro {numero} : {orders}", en="several orders have the number {numero}: {orders}",
    fix_fr="dire laquelle, dans les colonnes finess_pmsi et reference",
    fix_en="say which one, in the columns finess_pmsi and reference",
)  # fmt: skip

_FINESS_DIGITS = 9
T = TypeVar("T")


class Step(enum.StrEnum):
    """A step that the journal tells; each implies those before it, but for the last."""

    BDC_SIGNE = "bdc_signe"
    AVANCE_DEMANDEE = "avance_demandee"
    AVANCE_PAYEE = "avance_payee"
    INSTALLE = "installe"
    VA_SIGNEE = "va_signee"
    SOLDE_DEMANDE = "solde_demande"
    SOLDE_PAYE = "solde_paye"
    ANNULE = "annule"


_FIELDS = (
    Field("numero", Text("le numéro du bon de commande", "the order's number"), required=True),
    Field("etape", Text("l'étape", "the step"), required=True),
    Field("date", Text("sa date", "its date")),
    Field("finess_pmsi", Text("le FINESS PMSI du client", "the client's FINESS PMSI")),
    Field("reference", Text("l'appel à financement", "the appel à financement")),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the journal; `date`, `finess_pmsi` and `reference` are None where it does not say them."""

    numero: str
    step: Step
    date: datetime.date | None
    finess_pmsi: str | None
    reference: str | None
    place: Place

    def is_of(self, order: Order) -> bool:
        """Tell whether it may speak of an order."""
        return (
            self.numero == order.numero
            and self.finess_pmsi in (None, order.client.finess_pmsi)
            and self.reference in (None, order.reference)
        )


def read_journal(path: Path) -> Iterator[Event | Finding]:
    """Read a journal.

    Yields:
        Its events in the order of the file, and a finding for each line that is not one, or for the file.
    """
    try:
        table = read_table(path)
        names = {field.name for field in _FIELDS}
        columns = resolve(
            table, _FIELDS, {header.lower(): header for header in table.headers if header.lower() in names}
        )
    except TableError as error:
        yield error.finding
        return
    except MappingError as error:
        yield from error.findings
        return
    yield from table.findings
    for row in table.rows:
        try:
            yield _event(columns, row)
        except FindingError as error:
            yield error.finding


def _event(columns: Columns, row: Row) -> Event:
    numero, step = _text(columns, row, "numero"), _text(columns, row, "etape")
    for field, value in (("numero", numero), ("etape", step)):
        if value is None:
            place = columns.table.place(row, columns.numbers[field])
            raise FindingError(CELLULE_VIDE.at(place, header=field))
    assert numero is not None
    assert step is not None
    known = [each.value for each in Step]
    if step not in known:
        place = columns.table.place(row, columns.numbers["etape"])
        near = suggest(step, known)
        raise FindingError(SUIVI_ETAPE.at(place, value=step, suggestion=near, expected=", ".join(known)))
    date = columns.cell(row, "date")
    finess = columns.cell(row, "finess_pmsi")
    return Event(
        numero,
        Step(step),
        _known(date_of(date)) if date else None,
        _known(identifier_of(finess, _FINESS_DIGITS)) if finess else None,
        _text(columns, row, "reference"),
        columns.table.place(row),
    )


def _text(columns: Columns, row: Row, field: str) -> str | None:
    cell = columns.cell(row, field)
    return _known(text_of(cell)) if cell else None


def _known(value: T | Finding) -> T:
    if isinstance(value, Finding):
        raise FindingError(value)
    return value


def assign(events: Iterable[Event], orders: Mapping[str, Order]) -> Iterator[tuple[str, Event] | Finding]:
    """Give each event with the name of the order it speaks of.

    Args:
        events: the journal's.
        orders: the orders by name.
    """
    by_number: dict[str, list[tuple[str, Order]]] = {}
    for name, order in orders.items():
        by_number.setdefault(order.numero, []).append((name, order))
    for event in events:
        names = [name for name, order in by_number.get(event.numero, ()) if event.is_of(order)]
        if len(names) == 1:
            yield names[0], event
        elif names:
            yield SUIVI_AMBIGU.at(event.place, numero=event.numero, orders=", ".join(names))
        else:
            yield SUIVI_INCONNU.at(event.place, numero=event.numero)
