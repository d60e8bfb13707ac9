from __future__ import annotations

import json
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.findings.catalogue import all_kinds
from generator.findings.catalogue import near_codes
from generator.findings.model import quote
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
    assert bool(found.why.fr) == bool(found.why.en)


def test_the_page_of_findings_is_current() -> None:
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == findings_page()


def test_every_kind_has_a_sample_or_a_test() -> None:
    expected = tomllib.loads((INVALID.parent / "expected.toml").read_text("utf-8"))
    sampled = {line.split()[0] for sample in expected.values() for line in sample["findings"]}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    assert not [kind.code for kind in KINDS if kind.code not in sampled and kind.code not in tests]


def test_every_kind_is_known_without_the_extras() -> None:
    script = """
import sys
from generator.findings import catalogue

class Without:
    def find_spec(self, name, path=None, target=None):
        if name in catalogue._OPTIONAL:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Without())
print(*[kind.code for kind in catalogue.all_kinds()])
"""
    listed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert listed == [kind.code for kind in KINDS]


def test_examples_are_json() -> None:
    for kind in KINDS:
        json.loads(kind.example if kind.example.startswith("{") else f"{{{kind.example}}}")


def test_a_code_that_is_not_known_has_near_ones() -> None:
    assert near_codes("siret", KINDS) == ("SIRET-CLE",)
    assert near_codes("MONTANT-NULL", KINDS)[0] == "MONTANT-NUL"
    assert near_codes("", KINDS) == near_codes("XYZZY", KINDS) == ()


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="MONTANT-NUL"):
        define("MONTANT-NUL", ERROR, fr="", en="", fix_fr="", fix_en="")


def test_braces_in_values_are_text() -> None:
    kind = next(kind for kind in KINDS if kind.code == "SCHEMA-CLE-ABSENTE")
    assert "{key} {0}" in Finding(kind, Place(), (("key", "{key} {0}"),)).message("fr")


def test_a_quoted_value_shows_what_is_invisible_and_is_not_endless() -> None:
    assert quote("a\n\u202e\ud800") == "a\\u000a\\u202e\\ud800"
    assert len(quote("x" * 10_000)) < 200
