import datetime
from decimal import Decimal

import pytest

from generator.common.findings import Finding, Place
from generator.common.tables import SheetCell, Value
from generator.common.tables.cells import amount_of, date_of, identifier_of, text_of


def cell(value: Value) -> SheetCell:
    return SheetCell(value, "Colonne", Place("base.xlsx", 2, 3))


def code(found: object) -> str:
    assert isinstance(found, Finding)
    assert found.message("fr")
    assert (found.place.line, found.place.column) == (2, 3)
    return found.code


@pytest.mark.parametrize(("value", "read"), [("010000024", "010000024"), (750000018.0, "750000018"), (None, None)])
def test_identifier_is_read_as_it_is_written(value: Value, read: str | None) -> None:
    assert identifier_of(cell(value), 9) == read


@pytest.mark.parametrize("value", [10000024.0, 10000024, 7.5e8 + 0.5, True, datetime.date(2026, 5, 4), -100000024.0])
def test_identifier_that_lost_its_zero_is_reported_not_mended(value: Value) -> None:
    assert code(identifier_of(cell(value), 9)) == "CELLULE-NOMBRE"


@pytest.mark.parametrize("value", ["010000024 ", " 010000024", "01 0000 024\u00a0", "a  b"])
def test_spaces_too_many_are_reported(value: str) -> None:
    assert code(text_of(cell(value))) == "CELLULE-ESPACES"


@pytest.mark.parametrize(("value", "read"), [("CH d'Exempleville", "CH d'Exempleville"), (42.0, "42"), (None, None)])
def test_text_is_read(value: Value, read: str | None) -> None:
    assert text_of(cell(value)) == read


def test_date_is_no_text() -> None:
    assert code(text_of(cell(datetime.date(2026, 5, 4)))) == "CELLULE-TEXTE"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (10000.0, "10000.00"),
        (0.1 + 0.2, "0.30"),
        ("10000", "10000.00"),
        ("10 000,5", "10000.50"),
        ("10\u202f000,00\u00a0€", "10000.00"),
        ("0", "0.00"),
    ],
)
def test_amount_is_exact_to_the_cent(value: Value, read: str) -> None:
    amount = amount_of(cell(value))
    assert amount == Decimal(read)
    assert str(amount) == read


@pytest.mark.parametrize(
    "value", [10000.123, -1.0, True, "dix mille", "12.500,00", "1,234.56", "10,000", "1 00", "1e5", "١٢", float("inf")]
)
def test_what_is_no_clear_amount_is_reported(value: Value) -> None:
    assert code(amount_of(cell(value))) == "CELLULE-MONTANT"


@pytest.mark.parametrize("value", [datetime.date(2026, 5, 4), "2026-05-04", "04/05/2026", "4/5/2026"])
def test_date_is_read_the_day_first(value: Value) -> None:
    assert date_of(cell(value)) == datetime.date(2026, 5, 4)


@pytest.mark.parametrize(
    "value",
    ["04/05/26", "4 mai 2026", 46146.0, "05-04-2026"],
)
def test_what_is_no_clear_date_is_reported(value: Value) -> None:
    assert code(date_of(cell(value))) == "CELLULE-DATE"


@pytest.mark.parametrize("value", ["31/02/2026", "18/13/2026", "2026-13-01"])
def test_day_that_is_in_no_calendar_is_reported(value: Value) -> None:
    assert code(date_of(cell(value))) == "CELLULE-DATE-INEXISTANTE"


def test_failed_formula_and_a_merged_cell_come_before_all_else() -> None:
    assert code(text_of(SheetCell(None, "Nom", Place("b", 2, 3), error=True))) == "CELLULE-ERREUR"
    assert code(amount_of(SheetCell(None, "Nom", Place("b", 2, 3), merged_into="B2"))) == "CELLULE-FUSION"


@pytest.mark.parametrize(
    "value",
    [
        datetime.datetime(2026, 5, 4, 10),  # noqa: DTZ001
        "04/05/2026 00:00",
        "2026-05-04T00:00:00",
        "2026-05-04 14:30:00",
        "4/5/2026 14h30",
    ],
)
def test_date_with_an_hour_is_reported(value: Value) -> None:
    found = date_of(cell(value))
    assert code(found) == "CELLULE-DATE-HEURE"


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009", "\u200b", "\ufeff", "\t"])
def test_spaces_in_identifier_are_reported_with_identifier(space: str) -> None:
    found = identifier_of(cell(f"010{space}000{space}024"), 9)
    assert isinstance(found, Finding)
    assert found.code == "CELLULE-ESPACES"
    assert "« 010000024 »" in found.fix("fr")
