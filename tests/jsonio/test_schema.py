from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.jsonio.schema import load_validator
from tests.conftest import Json

NAME = {"type": "string", "minLength": 2}
SCHEMA = {
    "$defs": {
        "name": NAME,
        "tree": {"type": "object", "properties": {"kid": {"$ref": "#/$defs/tree"}, "name": {"$ref": "#/$defs/name"}}},
    },
    "properties": {
        "bounded": {"$ref": "#/$defs/name", "description": "of four letters at most", "maxLength": 4},
        "stricter": {"$ref": "#/$defs/name", "minLength": 3},
        "tree": {"$ref": "#/$defs/tree"},
    },
}


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ({"bounded": "abcd", "stricter": "abc"}, []),
        ({"bounded": "abcde"}, ["maxLength"]),
        ({"bounded": "a"}, ["minLength"]),
        ({"bounded": 1}, ["type"]),
        ({"stricter": "ab"}, ["minLength"]),
        ({"stricter": "a"}, ["minLength", "minLength"]),
        ({"tree": {"kid": {"kid": {"name": "a"}}}}, ["minLength"]),
    ],
)
def test_a_reference_and_what_stands_beside_it_are_both_checked(
    value: Json, refused: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA), "utf-8")
    assert [error.validator for error in load_validator(path).iter_errors(value)] == refused
