import json
import pickle
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from generator.common.explain import all_kinds, findings_page, near_codes
from generator.common.findings import ERROR, Finding, Place, define, messages, quote
from generator.common.language import Lang
from generator.common.resources import FINDING_CATALOGUES
from tests.conftest import INVALID, ROOT

KINDS = all_kinds()


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_both_languages_say_the_same(kind: object) -> None:
    message = next(known for known in KINDS if known is kind).message
    assert names(message.text.fr) == names(message.text.en)
    assert names(message.fix.fr) == names(message.fix.en)
    assert message.text.fr != message.text.en
    assert bool(message.why.fr) == bool(message.why.en)


def test_every_message_belongs_to_a_kind() -> None:
    assert set(messages()) == {kind.code for kind in KINDS}


def test_no_code_is_in_two_catalogues() -> None:
    codes = [code for path in FINDING_CATALOGUES.glob("*.toml") for code in tomllib.loads(path.read_text("utf-8"))]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(("lang", "name"), [("fr", "constats.md"), ("en", "findings.md")])
def test_pages_of_findings_are_current(lang: Lang, name: str) -> None:
    page = (ROOT / "docs" / lang / name).read_text("utf-8")
    assert page == f"{findings_page(lang)}\n"
    assert page.count("\n### ") == len(KINDS)


def test_every_kind_has_a_sample_or_a_test() -> None:
    expected = tomllib.loads((INVALID.parent / "expected.toml").read_text("utf-8"))
    sampled = {line.split()[0] for sample in expected.values() for line in sample["findings"]}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    assert not [kind.code for kind in KINDS if kind.code not in sampled and kind.code not in tests]


def test_every_kind_is_known_without_the_extras() -> None:
    script = """
import sys
from generator.common import explain

class Without:
    def find_spec(self, name, path=None, target=None):
        if name in explain._OPTIONAL:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Without())
print(*[kind.code for kind in explain.all_kinds()])
"""
    listed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert listed == [kind.code for kind in KINDS]


def test_examples_are_json() -> None:
    for kind in KINDS:
        example = kind.message.example
        json.loads(example if example.startswith("{") else f"{{{example}}}")


def test_code_that_is_not_known_has_near_ones() -> None:
    assert near_codes("siret", KINDS) == ("SIRET-CLE", "SIRET-SIREN")
    assert near_codes("MONTANT-NULL", KINDS)[0] == "MONTANT-NUL"
    assert near_codes("", KINDS) == near_codes("XYZZY", KINDS) == ()


def test_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="MONTANT-NUL"):
        define("MONTANT-NUL", ERROR)


def test_braces_in_values_are_text() -> None:
    kind = next(kind for kind in KINDS if kind.code == "SCHEMA-CLE-ABSENTE")
    assert "{key} {0}" in Finding(kind, Place(), (("key", "{key} {0}"),)).message("fr")


def test_quoted_value_shows_what_is_invisible_and_is_not_endless() -> None:
    assert quote("a\n\u202e\ud800") == "a\\u000a\\u202e\\ud800"
    assert len(quote("x" * 10_000)) < 200


def test_kind_is_the_same_when_a_worker_has_sent_it() -> None:
    finding = KINDS[0].at(Place("a.json"))
    assert pickle.loads(pickle.dumps(finding)).kind == KINDS[0]
