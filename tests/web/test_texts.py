"""The catalogue of the pages: both languages with the same values, each sentence used."""

from __future__ import annotations

import re
import string

import pytest

from generator.common.explain import all_kinds
from generator.common.language import LANGS, catalogue
from tests.conftest import ROOT

WEB = ROOT / "generator/web"
SENTENCES = {
    f"{table}.{name}": entry for table, entries in catalogue("pages").items() for name, entry in entries.items()
}
_CALL = re.compile(r"""(?:\bt|page_text)\(f?["']([a-z]+\.[a-z0-9-]*)""")


def values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_values(key: str) -> None:
    entry = SENTENCES[key]
    assert set(entry) == set(LANGS)
    if not key.startswith("fixes."):
        assert values(entry["fr"]) == values(entry["en"])


def test_every_sentence_is_used_and_known() -> None:
    sources = [path.read_text("utf-8") for path in WEB.rglob("*") if path.suffix in (".py", ".html")]
    called = {key for source in sources for key in _CALL.findall(source)}
    # A call whose name ends with a point or hyphen is completed by a value.
    begun = tuple(key for key in called if key.endswith((".", "-")))
    unused = [key for key in SENTENCES if key not in called and not key.startswith((*begun, "fixes."))]
    assert unused == []
    assert [key for key in called if key not in SENTENCES and key not in begun] == []


def test_fixes_are_for_known_findings() -> None:
    assert set(catalogue("pages")["fixes"]) <= {kind.code for kind in all_kinds()}
