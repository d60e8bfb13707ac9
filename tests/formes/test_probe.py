"""The values of contents stand in the order of their places."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from benchmarks.drawn import drawn_descriptor
from generator.documents import documents_of
from generator.docx.render import Contents
from generator.docx.render import contents_of
from generator.formes.probe import Style
from generator.formes.probe import key_of
from generator.formes.probe import number_of
from generator.formes.probe import probe
from generator.formes.probe import values_of
from generator.orders import Order
from generator.references import Appels
from generator.templates import load_template
from generator.validation import validate
from tests.conftest import VALID
from tests.conftest import Json
from tests.conftest import order_of


@pytest.fixture(scope="module")
def orders(appels: Appels) -> list[Order]:
    samples = [checked.order for checked in validate([VALID], appels) if checked.order]
    return [*samples, *(order_of(drawn_descriptor(number)) for number in range(30))]


def contents(order: Order, appels: Appels) -> Contents:
    document = documents_of(order)[-1]
    return contents_of(order, appels[order.reference], document, load_template(document), "QR")


def uncoded(text: str, values: Sequence[str]) -> str:
    return re.sub(r"'(zq[a-z]{3})'", lambda found: repr(values[number_of(found[1]) or 0]), text)


def test_a_code_stands_for_the_value_of_its_number(orders: list[Order], appels: Appels) -> None:
    for order in orders:
        given = contents(order, appels)
        probed = probe(given, order.numero, Style.CODE)
        values = values_of(given, order.numero).texts
        assert len(values) == len(probed.places)
        assert uncoded(repr(probed.contents.names), values) == repr(given.names)


def test_orders_that_differ_in_their_values_alone_are_of_one_kind(appels: Appels, order_json: Json) -> None:
    def key(value: Json) -> str:
        order = order_of(value)
        given = contents(order, appels)
        template = load_template(documents_of(order)[-1])
        return key_of(template, given, order.numero, values_of(given, order.numero).rest)

    same = {**order_json, "numero": "N-2", "scenario": {**order_json["scenario"], "prosante_connect": False}}
    other = {**order_json, "client": {**order_json["client"], "responsable": {"nom": "Nom"}}}
    assert key(order_json) == key(same)
    assert key(order_json) != key(other)
