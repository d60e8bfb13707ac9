"""The catalogues of sentences: both languages with the same values, each sentence used as the code calls it."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from generator.common.language import LANGS, Text, catalogue, joined, quoted, text
from generator.common.resources import SENTENCE_CATALOGUES
from tests.conftest import ROOT

# Catalogues with keys of another form, each tested next to its reader.
OTHERS = {"chapters", "click", "constructs", "help", "template_fields", "toml"}


def values(sentence: str) -> set[str]:
    """Return the names that a sentence has in braces, also in the nouns of a number."""
    parsed = list(string.Formatter().parse(sentence))
    return {name for _, name, _, _ in parsed if name}.union(*(values(spec) for _, _, spec, _ in parsed if spec))


def sentences(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the key and the entry of every sentence below a key."""
    if set(table) <= set(LANGS):
        yield key, table
        return
    for name, inner in table.items():
        yield from sentences(inner, f"{key}.{name}")


SENTENCES = {
    key: entry
    for path in SENTENCE_CATALOGUES.glob("*.toml")
    if path.stem not in OTHERS
    for key, entry in sentences(catalogue(path.stem), path.stem)
    # The pages' own sentences for findings are tested with the pages.
    if not key.startswith("pages.fixes.")
}


def pattern(key: ast.expr) -> re.Pattern[str] | None:
    """Return what keys a call can give: a name in braces is one step of the key, or a part of it.

    None for a function that passes on a whole `key` or `sentence`: its callers are looked at.
    """
    parts = key.values if isinstance(key, ast.JoinedStr) else [key]
    passed_on = {
        part.value.id for part in parts if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
    }
    if passed_on & {"key", "sentence"} or not any(isinstance(part, ast.Constant) for part in parts):
        return None
    steps = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^.]+" for part in parts)
    return re.compile("".join(steps))


def calls() -> Iterator[tuple[re.Pattern[str], set[str] | None]]:
    """Yield the keys and the values of every call of `text` and `usage_error`; None for values that vary."""
    for path in (ROOT / "generator").rglob("*.py"):
        source = path.read_text("utf-8")
        is_caller = path.name == "language.py" or re.search("generator.(common.language|cli.commands) import", source)
        for node in ast.walk(ast.parse(source)) if is_caller else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                found = pattern(node.args[0]) if node.func.id in ("text", "usage_error") else None
                if found:
                    prefix = "cli.usage." * (node.func.id == "usage_error")
                    given = {str(keyword.arg) for keyword in node.keywords}
                    yield re.compile(re.escape(prefix) + found.pattern), None if "None" in given else given
    for key in page_keys():
        yield key, None


def page_keys() -> Iterator[re.Pattern[str]]:
    """Yield the keys of the calls of `t` in the pages; `t` adds `pages.`, and a key may end in the middle of a step."""
    for path in (ROOT / "generator/web").rglob("*"):
        if path.suffix in (".py", ".html"):
            for key in re.findall(r"""\bt\(f?["']([a-z]+\.[a-z0-9{}_.-]*)""", path.read_text("utf-8")):
                steps = re.escape(re.sub(r"\{.*?\}", "*", key)).replace(r"\*", ".+")
                yield re.compile(f"pages.{steps}{'.+' * key.endswith(('.', '-'))}")


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_values(key: str) -> None:
    entry = SENTENCES[key]
    assert set(entry) == set(LANGS)
    assert values(entry["fr"]) == values(entry["en"])


def test_every_call_finds_its_sentence_with_its_values() -> None:
    for keys, given in calls():
        found = [key for key in SENTENCES if keys.fullmatch(key)]
        assert found, keys.pattern
        assert [key for key in found if given is not None and given != values(SENTENCES[key]["fr"])] == []


def test_every_sentence_is_used() -> None:
    known = [keys for keys, _ in calls()]
    assert [key for key in SENTENCES if not any(keys.fullmatch(key) for keys in known)] == []


@pytest.mark.parametrize(
    ("files", "french", "english"),
    [
        (0, "0 fichier écrit dans out", "0 files written to out"),
        (1, "1 fichier écrit dans out", "1 file written to out"),
        (2, "2 fichiers écrits dans out", "2 files written to out"),
    ],
)
def test_nouns_agree_with_their_numbers(files: int, french: str, english: str) -> None:
    assert text("cli.render.written", files=files, folder="out") == Text(french, english)


def test_lists_and_quotes_are_those_of_the_language() -> None:
    assert quoted(["a", "b"]) == Text("« a », « b »", "“a”, “b”")
    assert joined([Text("un", "one"), Text("deux", "two")], ";") == Text("un ; deux", "one; two")


def test_values_are_in_the_language_of_the_sentence() -> None:
    made_by = text("cli.render.made-by", order="BC-1", document="bdc", engine=Text("fr", "en"))
    assert made_by == Text("BC-1 bdc : PDF fait par fr", "BC-1 bdc: PDF made by en")
