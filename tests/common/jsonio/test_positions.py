import json

from hypothesis import given
from hypothesis import strategies as st

from generator.common.jsonio.positions import JsonText, join_pointer, repeated_keys

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def pointers(value: object, path: tuple[str | int, ...] = ()) -> dict[str, object]:
    found = {join_pointer(list(path)): value}
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        found |= pointers(member, (*path, key))
    return found


@given(json_values, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_value_is_found_where_it_is_written(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    decoder = json.JSONDecoder()
    source = JsonText(text)
    for pointer, expected in pointers(value).items():
        found, is_own = source.locate(pointer)
        assert is_own
        assert decoder.raw_decode(text, found.value)[0] == expected


def test_key_has_its_own_place() -> None:
    text = '{"a": {"b": 1}}'
    assert text[JsonText(text).locate("/a/b")[0].key or 0 :].startswith('"b"')


def test_absent_value_is_placed_at_its_parent() -> None:
    found, is_own = JsonText('{"a": {"b": 1}}').locate("/a/c/d")
    assert (found.value, is_own) == (6, False)


def test_lines_and_columns_count_from_one_and_from_first_line() -> None:
    assert JsonText("ab\ncd").line_and_column(0) == (1, 1)
    assert JsonText("ab\ncd", first_line=7).line_and_column(4) == (8, 2)


def test_line_is_given_without_its_end() -> None:
    assert JsonText("ab\r\ncd\r\n").line_at(1) == "ab"
    assert JsonText("ab\r\ncd").line_at(5) == "cd"


def test_repeated_key_is_found_at_its_repeat() -> None:
    text = '{"a": {"x": 1, "x": 2}, "x": 3}'
    assert list(repeated_keys(text)) == [("/a/x", text.index('"x": 2'))]


def test_deep_nesting_needs_no_deep_recursion() -> None:
    deep = 5000
    assert JsonText("[" * deep + "]" * deep).locate("/0" * (deep - 1))[0].value == deep - 1
