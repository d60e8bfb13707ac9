from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal

from generator.orders.build import draft_order
from tests.conftest import Json, descriptor, order_of


def test_money_is_exact_and_dates_are_dates(order_json: Json) -> None:
    order = order_of(order_json)
    assert order.montant.ttc == Decimal("12000.00")
    assert order.date_emission == datetime.date(2026, 5, 4)
    assert order.scenario["date_previsionnelle_installation"] == datetime.date(2026, 11, 2)
    assert order.scenario["prosante_connect"] is True


def test_texts_are_composed(order_json: Json) -> None:
    order_json["client"]["denomination_sociale"] = unicodedata.normalize("NFD", "Hôpital Élysée")
    assert order_of(order_json).client.denomination_sociale == "Hôpital Élysée"


def test_no_reserves_and_unknown_reserves_are_not_the_same(va_json: Json) -> None:
    va_json["va"]["reserves"] = []
    empty = order_of(va_json)
    del va_json["va"]["reserves"]
    absent = order_of(va_json)
    assert empty.va is not None
    assert absent.va is not None
    assert empty.va.reserves == ()
    assert absent.va.reserves is None


def test_a_part_is_sound_when_neither_it_nor_what_is_around_it_is_refused(order_json: Json) -> None:
    order_json["montant"]["ht"] = "much"
    order_json["client"] = "CH"
    draft = draft_order(descriptor(order_json))
    assert not draft.is_valid("/montant/ht")
    assert draft.is_valid("/montant")
    assert not draft.is_valid("/client/finess_pmsi")
    assert draft.is_valid("/montant/ttc")
    assert not draft.is_valid("/va")
