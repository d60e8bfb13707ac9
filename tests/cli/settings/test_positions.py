import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.cli.settings.positions import TomlText
from generator.common.jsonio.positions import join_pointer

TEXT = """# a comment with "quotes" and = signs
top = 1 # another
"a key.with a point" = 'it''s'
[one]
text = "a # no comment, \\" no end"
several = \"\"\"
[not.a.table]
key = "no key" \\\\\"\"\"\"
plain = '''
[nor.this]'''
date = 1979-05-27 07:32:00
list = [ 1, # one
  [2, 3], {a = 4, "b c" = [5]}, # a trailing comma
]
empty = []
inline = {}
dotted.inner."x" = true

[one.two.three]
deep = 1
[[many]]
a = 1
[many.sub]
b = 2
[[many]]
a = 3
[[many.inner]]
c = 4
"""


def pointers(value: Any, path: str = "") -> Iterator[str]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from pointers(inner, path + join_pointer([key]))


def test_every_value_has_a_place_and_no_other() -> None:
    try:
        parsed = tomllib.loads(TEXT.replace("'it''s'", "'its'"))
    except tomllib.TOMLDecodeError as error:
        pytest.fail(str(error))
    assert set(TomlText(TEXT.replace("'it''s'", "'its'")).offsets) == set(pointers(parsed))


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("/top", 2, 7),
        ("/one", 4, 2),
        ("/one/text", 5, 8),
        ("/one/date", 11, 8),
        ("/one/list/2/b c", 13, 27),
        ("/one/dotted/inner/x", 17, 20),
        ("/one/two/three/deep", 20, 8),
        ("/many/0/sub/b", 24, 5),
        ("/many/1/a", 26, 5),
        ("/many/1/inner/0/c", 28, 5),
    ],
)
def test_place_is_that_of_the_value(pointer: str, line: int, column: int) -> None:
    text = TomlText(TEXT.replace("'it''s'", "'its'"))
    assert text.line_and_column(text.offsets[pointer].value) == (line, column)


names = st.text(max_size=8)
values = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def quoted(text: str) -> str:
    return (
        '"' + "".join(f"\\U{ord(char):08X}" if char in '"\\' or not char.isprintable() else char for char in text) + '"'
    )


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


@given(st.dictionaries(names, values, max_size=4), st.dictionaries(names, values, max_size=3))
def test_any_text_that_is_toml_has_the_place_of_each_value(tables: dict[str, Any], members: dict[str, Any]) -> None:
    lines = [f"{quoted(key)} = {written(value)}" for key, value in members.items()]
    for key in tables.keys() - members.keys():
        lines += [f"[[{quoted(key)}]] # [a]", f"x.{quoted(key)} = {written(tables[key])}", f"[[ {quoted(key)} ]]"]
    text = "\r\n".join(lines).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert set(TomlText(text).offsets) == set(pointers(tomllib.loads(text)))
