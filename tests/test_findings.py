from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings.model import quote
from generator.findings.page import all_kinds
from generator.findings.page import findings_page
from tests.conftest import INVALID
from tests.conftest import ROOT

KINDS = all_kinds()


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_both_languages_say_the_same(kind: object) -> None:
    found = next(known for known in KINDS if known is kind)
    assert names(found.says.fr) == names(found.says.en)
    assert names(found.fix.fr) == names(found.fix.en)
    assert found.says.fr != found.says.en


def test_the_page_of_findings_is_current() -> None:
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == findings_page()


def test_every_kind_has_a_sample_or_a_test() -> None:
    expected = tomllib.loads((INVALID / "expected.toml").read_text("utf-8"))
    sampled = {line.split()[0] for sample in expected.values() for line in sample["findings"]}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
    assert not [kind.code for kind in KINDS if kind.code not in sampled and kind.code not in tests]


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="MONTANT-NUL"):
        define("MONTANT-NUL", ERROR, fr="", en="", fix_fr="", fix_en="")


def test_braces_in_values_are_text() -> None:
    kind = next(kind for kind in KINDS if kind.code == "SCHEMA-CLE-ABSENTE")
    assert "{key} {0}" in Finding(kind, Place(), (("key", "{key} {0}"),)).message("fr")


def test_a_quoted_value_shows_what_is_invisible_and_is_not_endless() -> None:
    assert quote("a\n\u202e\ud800") == "a\\u000a\\u202e\\ud800"
    assert len(quote("x" * 10_000)) < 200
