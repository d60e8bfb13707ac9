"""The descriptor's schema: what it refuses, how it says it, and that it describes itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.common.findings import ERROR, Finding
from generator.common.resources import SCHEMAS
from generator.orders.build import draft_order
from tests.conftest import Json, descriptor

SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "order.schema.json").read_text("utf-8"))


def findings(value: Json) -> list[Finding]:
    return list(draft_order(descriptor(value)).findings)


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            yield f"{path}/{name}", inner
        for name, inner in schema.items():
            if name != "examples":
                yield from properties(inner, f"{path}/{name}")


def test_schemas_are_sound_and_of_the_draft_they_say() -> None:
    for name in ("order.schema.json", "appel.schema.json"):
        schema = json.loads((SCHEMAS / name).read_text("utf-8"))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("path", "schema"), list(properties(SCHEMA)))
def test_every_property_is_described_in_french_and_english(path: str, schema: dict[str, Any]) -> None:
    assert " — EN: " in schema["description"], path


def test_examples_follow_the_schema() -> None:
    for path, schema in properties(SCHEMA):
        validator = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})
        for example in schema.get("examples", ()):
            assert validator.is_valid(example), path
    (whole,) = SCHEMA["examples"]
    assert not findings(whole)


def test_no_object_takes_unknown_keys_but_metadata(order_json: Json) -> None:
    order_json["metadata"] = {"anything": [1, {"x": None}]}
    assert not findings(order_json)
    order_json["client"]["anything"] = 1
    assert [found.code for found in findings(order_json)] == ["SCHEMA-CLE-INCONNUE"]


def test_everything_wrong_is_said_in_one_go_in_order_of_file(order_json: Json) -> None:
    order_json["numero"] = ""
    order_json["fournisseur"]["siret"] = "73282932000075"
    del order_json["client"]["finess_pmsi"]
    order_json["montant"]["ht"] = 10000
    said = [(found.code, found.place.pointer) for found in findings(order_json)]
    assert said == [
        ("SCHEMA-FORME", "/numero"),
        ("SIRET-CLE", "/fournisseur/siret"),
        ("SCHEMA-CLE-ABSENTE", "/client"),
        ("SCHEMA-TYPE", "/montant/ht"),
    ]


def test_misspelt_key_gets_a_suggestion_among_the_missing_ones(order_json: Json) -> None:
    order_json["fournisseur"]["siert"] = order_json["fournisseur"].pop("siret")
    unknown = next(found for found in findings(order_json) if found.code == "SCHEMA-CLE-INCONNUE")
    assert "vouliez-vous « siret »" in unknown.message("fr")
    assert "did you mean “siret”" in unknown.message("en")


def test_what_is_expected_is_said_in_both_languages(order_json: Json) -> None:
    order_json["montant"]["ht"] = "10 000,00"
    (found,) = findings(order_json)
    assert "deux décimales" in found.fix("fr")
    assert "two decimals" in found.fix("en")


def test_value_of_a_megabyte_is_quoted_in_short(order_json: Json) -> None:
    order_json["prestation"] = "x" * 1_000_000
    (found,) = findings(order_json)
    assert len(found.message("fr")) < 300


@pytest.mark.parametrize("number", ["BC-1", "2026/DPI/0042", "A", "x" * 32])
def test_numbers_that_a_reader_can_take_are_accepted(order_json: Json, number: str) -> None:
    order_json["numero"] = number
    assert not findings(order_json)


@pytest.mark.parametrize("number", ["", "-1", "BC é", "BC 1 ", "x" * 33, "a*b", "a\nb", "../x", "BC-1\n"])
def test_numbers_that_would_not_read_back_are_refused(order_json: Json, number: str) -> None:
    order_json["numero"] = number
    assert {found.severity for found in findings(order_json)} == {ERROR}
