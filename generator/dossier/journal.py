"""Read the journal (suivi): the steps of orders that only the vendor knows, one a line, in a CSV file or a workbook.

Its columns are `numero`, `etape`, and optionally `date`, `finess_pmsi`, `reference`. It is a file of its own, because a
signed order does not change when its avance is paid.
"""

import datetime
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.findings import ERROR, WARNING, Finding, FindingError, Place, define
from generator.common.folding import fold_words
from generator.common.jsonio.schema import suggest
from generator.common.language import Text
from generator.common.tables import SheetRow, TableError, cells, mapping, read, read_table
from generator.orders import Order

SUIVI_ETAPE = define("SUIVI-ETAPE", ERROR)
SUIVI_COLONNE = define("SUIVI-COLONNE", ERROR)
SUIVI_TABLEAU = define("SUIVI-TABLEAU", ERROR)
SUIVI_INCONNU = define("SUIVI-COMMANDE-INCONNUE", WARNING)
SUIVI_AMBIGU = define("SUIVI-AMBIGU", ERROR)

# A number with fewer digits has lost its leading zeros in a spreadsheet.
_FINESS_DIGITS = 9
_BY_OPTIONS = (read.TABLEAU_FEUILLE, read.TABLEAU_VIDE)
T = TypeVar("T")


class Step(enum.StrEnum):
    """A step in the journal; each step except `annule` implies the steps before it."""

    BDC_SIGNE = "bdc_signe"
    AVANCE_DEMANDEE = "avance_demandee"
    AVANCE_PAYEE = "avance_payee"
    INSTALLE = "installe"
    VA_SIGNEE = "va_signee"
    SOLDE_DEMANDE = "solde_demande"
    SOLDE_PAYE = "solde_paye"
    ANNULE = "annule"


# Findings name these columns by their headings alone, which are the same in both languages.
_FIELDS = tuple(
    mapping.ColumnField(name, Text(name, name), required=name in ("numero", "etape"))
    for name in ("numero", "etape", "date", "finess_pmsi", "reference")
)


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the journal; `date`, `finess_pmsi` and `reference` are None if it does not have them."""

    numero: str
    step: Step
    date: datetime.date | None
    finess_pmsi: str | None
    reference: str | None
    place: Place

    def matches(self, order: Order) -> bool:
        """Return whether the line may be about an order."""
        return (
            self.numero == order.numero
            and self.finess_pmsi in (None, order.client.finess_pmsi)
            and self.reference in (None, order.reference)
        )


def read_journal(path: Path) -> Iterator[Event | Finding]:
    """Read a journal.

    Yields:
        An `Event` for each line, or a finding for each invalid line, or one for the file.
    """
    try:
        table = run_bounded(path, read_table, path)
        # Capitals of headings do not matter; other columns are the vendor's own, and are skipped.
        names = {field.name for field in _FIELDS}
        columns = mapping.resolve(
            table, _FIELDS, {header.lower(): header for header in table.headers if header.lower() in names}
        )
    except TableError as error:
        # `status` has no option for a sheet or a header row: the journal is a file of its own, and is mended there.
        yield _of_journal(error.finding) if error.finding.kind in _BY_OPTIONS else error.finding
        return
    except BoundedError as error:
        yield error.finding
        return
    except mapping.MappingError as error:
        for found in error.findings:
            missing = dict(found.values).get("field")
            yield SUIVI_COLONNE.at(found.place, field=missing) if missing else _of_journal(found)
        return
    yield from table.findings
    for row in table.rows:
        try:
            yield _event(columns, row)
        except FindingError as error:
            yield error.finding


def _of_journal(found: Finding) -> Finding:
    """Return a finding whose remedy is an option that `status` does not have as one about the journal."""
    return SUIVI_TABLEAU.at(found.place, found=Text(found.message("fr"), found.message("en")))


def _event(columns: mapping.Columns, row: SheetRow) -> Event:
    numero, step = _text(columns, row, "numero"), _text(columns, row, "etape")
    for field, value in (("numero", numero), ("etape", step)):
        if value is None:
            place = columns.table.place(row, columns.numbers[field])
            raise FindingError(cells.CELLULE_VIDE.at(place, header=field))
    assert numero is not None
    assert step is not None
    known = [each.value for each in Step]
    if step not in known:
        place = columns.table.place(row, columns.numbers["etape"])
        # People write « signé » for `bdc_signe`.
        near = suggest(_step_like(step), known)
        raise FindingError(SUIVI_ETAPE.at(place, value=step, suggestion=near, expected=", ".join(known)))
    date = columns.cell(row, "date")
    finess = columns.cell(row, "finess_pmsi")
    return Event(
        numero,
        Step(step),
        _known(cells.date_of(date)) if date else None,
        _known(cells.identifier_of(finess, _FINESS_DIGITS)) if finess else None,
        _text(columns, row, "reference"),
        columns.table.place(row),
    )


def _step_like(written: str) -> str:
    """Return the step that ends with the word written, whatever its accents; else the words themselves."""
    words = fold_words(written)
    return next((step.value for step in Step if step.value.endswith(f"_{words}")), words.replace(" ", "_"))


def _text(columns: mapping.Columns, row: SheetRow, field: str) -> str | None:
    cell = columns.cell(row, field)
    return _known(cells.text_of(cell)) if cell else None


def _known(value: T | Finding) -> T:
    if isinstance(value, Finding):
        raise FindingError(value)
    return value


def assign(events: Iterable[Event], orders: Mapping[str, Order]) -> Iterator[tuple[str, Event] | Finding]:
    """Return each event with the name of its order.

    Args:
        events: the events of the journal.
        orders: the orders by name.
    """
    # Numbers are the vendor's own: two AF or clients may share one.
    by_number: dict[str, list[tuple[str, Order]]] = {}
    for name, order in orders.items():
        by_number.setdefault(order.numero, []).append((name, order))
    for event in events:
        names = [name for name, order in by_number.get(event.numero, ()) if event.matches(order)]
        if len(names) == 1:
            yield names[0], event
        elif names:
            yield SUIVI_AMBIGU.at(event.place, numero=event.numero, orders=", ".join(names))
        else:
            yield SUIVI_INCONNU.at(event.place, numero=event.numero)
