"""Both readers of a schema: the quick one accepts nothing in which the thorough one finds something."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.common.jsonio.schema import FormatProblem, Formats, Schema
from generator.common.resources import SCHEMAS
from generator.common.value_formats import TEXTE_BLANC, formats
from tests.conftest import VALID, Json

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
        "pattern": {"pattern": r"^\S+$"},
        "checked": {"format": "even"},
    },
}


def check_even(value: str) -> None:
    if len(value) % 2:
        raise FormatProblem(TEXTE_BLANC)


def schema_of(path: Path, value: Json, formats: Formats) -> Schema:
    path.write_text(json.dumps(value), "utf-8")
    return Schema(path, formats)


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
        ({"pattern": "abc", "checked": "ab"}, []),
        ({"pattern": 1, "checked": 1}, []),
        ({"pattern": "abc\n"}, ["pattern"]),
        # White space to Python, and not to ECMAScript.
        ({"pattern": "a\x1cb"}, ["pattern"]),
        ({"pattern": "a\x85b"}, ["pattern"]),
        ({"checked": "abc"}, ["format"]),
    ],
)
def test_all_that_breaks_a_schema_is_found(value: Json, refused: list[str], tmp_path: Path) -> None:
    schema = schema_of(tmp_path / "schema.json", SCHEMA, {"even": check_even})
    assert [error.validator for error in schema.errors(value)] == refused
    assert schema.accepts(value) is not bool(refused)


ORDER = Schema(SCHEMAS / "order.schema.json", formats)
SAMPLES = [json.loads(path.read_text("utf-8")) for path in sorted(VALID.glob("*.json"))]
WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.lists(st.text(), max_size=3),
    st.dictionaries(st.text(), st.text(), max_size=3),
)


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every container of a JSON value with each of its keys."""
    inner = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in inner] + [place for _, each in inner for place in places(each)]


@st.composite
def changed_orders(draw: st.DrawFn) -> Json:
    """Return a sample of which one value is another, lengthened, gone, or beside one more."""
    order: Json = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    holder, key = draw(st.sampled_from(places(order)))
    how = draw(st.sampled_from(("replaced", "lengthened", "gone", "beside")))
    if how == "lengthened" and isinstance(holder[key], str):
        at = draw(st.integers(0, len(holder[key])))
        holder[key] = holder[key][:at] + draw(st.text(min_size=1, max_size=2)) + holder[key][at:]
    elif how == "gone":
        del holder[key]
    elif how == "beside" and isinstance(holder, dict):
        holder[draw(st.text())] = draw(WILD)
    else:
        holder[key] = draw(WILD)
    return order


@settings(max_examples=400, deadline=None)
@given(changed_orders())
def test_nothing_is_accepted_in_which_something_is_found(order: Json) -> None:
    found = list(ORDER.errors(order))
    assert not (found and ORDER.accepts(order)), found


def test_half_a_surrogate_pair_is_refused_by_both() -> None:
    order = copy.deepcopy(SAMPLES[0])
    order["client"]["denomination_sociale"] += "\ud800"
    assert [error.validator for error in ORDER.errors(order)] == ["format"]
    assert not ORDER.accepts(order)


@pytest.mark.parametrize("order", SAMPLES)
def test_samples_are_accepted_at_once(order: Json) -> None:
    assert ORDER.accepts(order)
