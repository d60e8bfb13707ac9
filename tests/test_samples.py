"""The samples are what the README says: valid ones without error, invalid ones with the finding expected."""

from __future__ import annotations

import tomllib

import pytest

from generator.findings import ERROR
from generator.findings import WARNING
from generator.references import Appels
from generator.rules import Surroundings
from generator.validation import side_by_side
from generator.validation import validate
from tests.conftest import INVALID
from tests.conftest import VALID

EXPECTED = tomllib.loads((INVALID / "expected.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(path.name for path in VALID.glob("*.json*")))
def test_a_valid_sample_has_no_error(name: str, appels: Appels, around: Surroundings) -> None:
    for checked in validate([VALID / name], appels, around=around):
        assert checked.order is not None
        assert not [finding for finding in checked.findings if finding.severity is ERROR]


def test_the_only_warning_of_the_valid_samples_is_the_ceiling_that_nobody_knows(
    appels: Appels, around: Surroundings
) -> None:
    findings = [found for checked in validate([VALID], appels, around=around) for found in checked.findings]
    assert [found.code for found in findings if found.severity is WARNING] == ["FUSION-PLAFOND"]


@pytest.mark.parametrize("name", sorted(path.name for path in INVALID.glob("*.json")))
def test_an_invalid_sample_gives_exactly_the_findings_expected(name: str, appels: Appels, around: Surroundings) -> None:
    said = [
        f"{finding.code} {finding.place.line or '-'} {finding.place.pointer or '-'}"
        for checked in side_by_side(validate([INVALID / name], appels, around=around))
        for finding in checked.findings
    ]
    assert said == EXPECTED[name]["findings"]


def test_every_invalid_sample_is_expected_and_there() -> None:
    assert set(EXPECTED) == {path.name for path in INVALID.glob("*.json")}


def test_the_valid_samples_cover_references_prestations_and_documents(appels: Appels) -> None:
    orders = [checked.order for checked in validate([VALID], appels) if checked.order]
    assert len(orders) >= 6
    assert {order.reference for order in orders} == {"AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"}
    assert {order.prestation for order in orders} == {"V2", "V1+V2"}
    assert {order.va.pv_pilote for order in orders if order.va} == {True, False}
    reserves = [order.va.reserves for order in orders if order.va]
    assert None in reserves
    assert () in reserves
    assert any(reserves)
    assert {order.client.finess_pmsi[:2] for order in orders} >= {"2A", "97"}
