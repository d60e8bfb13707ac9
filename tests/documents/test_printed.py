import datetime
from decimal import Decimal

import pytest

from generator.documents.printed import cents, euros, french_date, printed, siret, telephone
from generator.references.model import PRINTED_NAMES
from tests.conftest import Json, order_of


def test_amounts_have_two_decimals_and_groups_that_do_not_break() -> None:
    assert euros(Decimal("1234567.80")) == "1\xa0234\xa0567,80\xa0€"


def test_halves_of_a_cent_go_up() -> None:
    assert cents(Decimal("0.005")) == Decimal("0.01")
    assert cents(Decimal("2.675")) == Decimal("2.68")


def test_dates_are_day_month_year() -> None:
    assert french_date(datetime.date(2026, 5, 4)) == "04/05/2026"


def test_siret_is_grouped_as_people_read_it() -> None:
    assert siret("73282932000074") == "732\xa0829\xa0320\xa000074"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33123456789", "01 23 45 67 89"),
        ("01.23.45.67.89", "01 23 45 67 89"),
        ("+262262123456", "+262 262 12 34 56"),
    ],
)
def test_phone_numbers_are_grouped(number: str, shown: str) -> None:
    assert telephone(number).replace("\xa0", " ") == shown


def test_what_an_order_does_not_have_is_none(order_json: Json) -> None:
    del order_json["client"]["adresse"]
    del order_json["solution"]
    order = order_of(order_json)
    absent = {name for name in PRINTED_NAMES if printed(name, order, "Ligne") is None}
    assert absent == {
        "client.adresse",
        "client.contact",
        "solution.complete",
        "solution.numero_referencement",
        "va.date",
        "va.adresse_mssante",
        "va.date_installation",
        "va.version_installee",
    }


def test_without_vat_the_amount_is_ht_and_says_so(order_json: Json) -> None:
    order_json["montant"] = {"ht": "10000.00", "taux_tva": "0.00"}
    order = order_of(order_json)
    shown = {name: (printed(f"montant.{name}", order, "") or "").replace("\xa0", " ") for name in ("ttc", "complet")}
    assert shown == {
        "ttc": "10 000,00 € HT",
        "complet": "10 000,00 € HT, TVA non applicable, taux 0,00 %",
    }
