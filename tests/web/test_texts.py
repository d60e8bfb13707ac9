"""The pages' own sentences for findings."""

from generator.common.explain import all_kinds
from generator.common.language import LANGS, catalogue


def test_fixes_are_for_known_findings_in_both_languages() -> None:
    fixes = catalogue("pages")["fixes"]
    assert set(fixes) <= {kind.code for kind in all_kinds()}
    assert [code for code, entry in fixes.items() if set(entry) != set(LANGS)] == []
