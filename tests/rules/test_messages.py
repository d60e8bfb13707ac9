"""What the catalogue of rules explains."""

import pytest

from generator.common.explain import all_kinds
from generator.common.findings import INFO, FindingKind

# Findings about workbooks and registers, not about orders.
FILES = ("ELIGIBLES-", "REGISTRE-")
RULES = [kind for kind in all_kinds() if kind.message.catalogue == "rules" and not kind.code.startswith(FILES)]


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: str(kind.code))
def test_rule_explains_its_severity(kind: FindingKind) -> None:
    assert kind.message.why.fr
    assert kind.message.why.en
    assert kind.message.why.fr != kind.message.why.en


def test_rules_without_a_source_are_those_known() -> None:
    own = {"REFERENCE-INCONNUE", "PRESTATION-ABSENTE", "VA-TYPE-ABSENT", "APPEL-SCENARIO-A-CONFIRMER"}
    own |= {"SCENARIO-VA-IDENTIQUE", "COMMANDE-REPETEE"}
    assert {kind.code for kind in RULES if not kind.message.source and kind.severity is not INFO} == own
