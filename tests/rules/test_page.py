from __future__ import annotations

import pytest

from generator.findings import INFO
from generator.findings import Kind
from generator.rules.page import rule_kinds
from generator.rules.page import rules_page
from tests.conftest import ROOT


def test_the_page_of_rules_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_page()


@pytest.mark.parametrize("kind", rule_kinds(), ids=lambda kind: str(kind.code))
def test_a_rule_says_why_it_weighs_what_it_weighs(kind: Kind) -> None:
    assert kind.why.fr
    assert kind.why.en
    assert kind.why.fr != kind.why.en


def test_the_new_rules_say_where_they_come_from() -> None:
    own = {"REFERENCE-INCONNUE", "PRESTATION-ABSENTE", "VA-TYPE-ABSENT", "APPEL-SCENARIO-A-CONFIRMER"}
    own |= {"SCENARIO-VA-IDENTIQUE", "COMMANDE-REPETEE", "LOGO-ILLISIBLE"}
    assert {kind.code for kind in rule_kinds() if not kind.source and kind.severity is not INFO} == own
