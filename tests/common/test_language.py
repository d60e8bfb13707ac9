"""The catalogue of texts: both languages with the same values, each used as the code calls it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

import pytest

from generator.common.language import LANGS, Text, catalogue, text
from tests.conftest import ROOT

SENTENCES = {
    f"{table}.{name}": entry for table, entries in catalogue("texts").items() for name, entry in entries.items()
}


def values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def calls() -> Iterator[tuple[str, set[str]]]:
    """Yield the key and the values of every call of `text` and `usage_error` in the package."""
    for path in (ROOT / "generator").rglob("*.py"):
        source = path.read_text("utf-8")
        is_caller = "generator.common.language import" in source or "generator.cli.commands import" in source
        for node in ast.walk(ast.parse(source)) if is_caller else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                key = node.args[0]
                if node.func.id in ("text", "usage_error") and isinstance(key, ast.Constant):
                    assert isinstance(key.value, str)
                    prefix = "usage." * (node.func.id == "usage_error")
                    yield f"{prefix}{key.value}", {str(keyword.arg) for keyword in node.keywords}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_values(key: str) -> None:
    entry = SENTENCES[key]
    assert set(entry) == set(LANGS)
    assert values(entry["fr"]) == values(entry["en"])


def test_every_sentence_is_used_with_its_values() -> None:
    found = list(calls())
    assert {key for key, _ in found} == set(SENTENCES)
    assert [(key, given) for key, given in found if given != values(SENTENCES[key]["fr"])] == []


@pytest.mark.parametrize(
    ("files", "french", "english"),
    [
        (0, "0 fichier écrit dans out", "0 files written to out"),
        (1, "1 fichier écrit dans out", "1 file written to out"),
        (2, "2 fichiers écrits dans out", "2 files written to out"),
    ],
)
def test_nouns_agree_with_their_numbers(files: int, french: str, english: str) -> None:
    assert text("render.written", files=files, folder="out") == Text(french, english)


def test_values_are_in_the_language_of_the_sentence() -> None:
    made_by = text("render.made-by", order="BC-1", document="bdc", engine=Text("fr", "en"))
    assert made_by == Text("BC-1 bdc : PDF fait par fr", "BC-1 bdc: PDF made by en")
