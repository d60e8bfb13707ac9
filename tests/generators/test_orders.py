import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from generator.common.findings import has_errors
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.documents.pictures import logo_picture
from generator.references import load_appels
from generator.rules.duplicates import mark_duplicates
from generator.rules.validation import CheckedOrder, check_descriptor
from tests.generators.logos import LOGOS, write_logos
from tests.generators.orders import MOST_RESERVES, VAT_RATES, draw_orders, national_orders, ordinary_order

COUNT = 400


def checked(orders: list[dict[str, object]], folder: Path) -> Iterator[CheckedOrder]:
    appels = load_appels()
    for number, order in enumerate(orders):
        (read,) = parse_descriptors(json.dumps(order), str(folder / f"{number}.json"))
        assert isinstance(read, Descriptor)
        yield check_descriptor(read, appels)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.fixture(scope="module")
def drawn() -> list[dict[str, object]]:
    return draw_orders(1, COUNT)


def test_drawn_orders_have_no_errors(drawn: list[dict[str, object]], tmp_path: Path) -> None:
    write_logos(tmp_path)
    found = list(mark_duplicates(checked(drawn, tmp_path)))
    assert [each.findings for each in found if has_errors(each.findings)] == []


def test_ordinary_and_national_orders_have_no_errors(tmp_path: Path) -> None:
    orders = [ordinary_order(7), *national_orders(8)]
    assert not any(has_errors(each.findings) for each in checked(orders, tmp_path))


def test_drawn_orders_depend_on_the_seed_alone(drawn: list[dict[str, object]]) -> None:
    assert draw_orders(1, 20) == drawn[:20]
    assert draw_orders(2, 1) != drawn[:1]


def test_drawn_orders_vary_every_choice(drawn: list[dict[str, object]]) -> None:
    flat = [json.dumps(order, ensure_ascii=False) for order in drawn]
    for key in ("logo", "signataire", "responsable", "qualite", "solution", "version", "numero_referencement"):
        assert 0 < sum(f'"{key}"' in text for text in flat) < COUNT, key
    orders = [json.loads(text) for text in flat]
    assert {order["reference"] for order in orders} == set(load_appels())
    assert {order["prestation"] for order in orders} == {"V2", "V1+V2"}
    assert {order["montant"]["taux_tva"] for order in orders} == set(VAT_RATES)
    assert {order.get("va", {}).get("type") for order in orders} == {None, "va", "pv_pilote"}
    assert {len(order.get("va", {}).get("reserves", ())) for order in orders} == set(range(MOST_RESERVES + 1))
    assert {order["fournisseur"].get("logo") for order in orders} == {None, *LOGOS}


def test_drawn_orders_have_texts_of_every_length_and_alphabet(drawn: list[dict[str, object]]) -> None:
    names = [len(order["client"]["denomination_sociale"]) for order in json.loads(json.dumps(drawn))]
    assert min(names) <= 2
    assert max(names) >= 119
    letters = set("".join(texts(drawn)))
    assert letters >= set("éœçÀ’«»ŁżΨςЩѝİßđ€&<>{}#$*_`\\@~\"'\u00a0\u202f\u2011")
    assert max(len(word) for text in texts(drawn) for word in text.split()) > 70


@pytest.mark.parametrize("name", LOGOS)
def test_logos_are_usable(name: str, tmp_path: Path) -> None:
    write_logos(tmp_path)
    with Image.open(tmp_path / name) as picture:
        assert picture.size
    assert logo_picture(tmp_path / name, name).data
