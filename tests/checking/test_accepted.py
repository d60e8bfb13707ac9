from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.checking.accepted import baseline_of
from generator.checking.accepted import read_baseline
from generator.checking.accepted import unused
from generator.checking.accepted import without_accepted
from generator.checking.accepted import without_ignored
from generator.checking.check import CheckOptions
from generator.checking.check import TemplateCheck
from generator.checking.check import check_template
from generator.checking.parts import Found
from generator.findings import FindingError
from generator.findings import Place
from generator.references import Appels
from generator.settings.model import Ignore
from tests.checking.corpus import FAULTS
from tests.checking.edits import changed

SETTINGS = Place("segurdoc.toml", 3)


@pytest.fixture
def justified(tmp_path: Path, appels: Appels) -> TemplateCheck:
    """A template that gives a warning, and nothing else."""
    return checked(tmp_path, appels, "mention justifiée")


@pytest.fixture
def small(tmp_path: Path, appels: Appels) -> TemplateCheck:
    """A template that gives an error."""
    return checked(tmp_path, appels, "mention en corps 8")


def checked(folder: Path, appels: Appels, *names: str) -> TemplateCheck:
    faults = [fault for fault in FAULTS if fault.name in names]
    path = folder / "modele.docx"
    path.write_bytes(changed("bdc", *(fault.change for fault in faults)))
    return check_template(path, list(appels.values()), CheckOptions(rendered=False))


def codes(found: list[Found]) -> list[str]:
    return [each.finding.code for each in found]


def ignore(code: str) -> Ignore:
    return Ignore(code, "lu et accepté", None, SETTINGS)


def test_a_warning_is_ignored_with_a_reason(justified: TemplateCheck) -> None:
    kept, used = without_ignored(justified, [ignore("MODELE-JUSTIFIE")])
    assert not kept
    assert used == [ignore("MODELE-JUSTIFIE")]


def test_an_error_cannot_be_ignored(small: TemplateCheck) -> None:
    kept, used = without_ignored(small, [ignore("MODELE-CORPS-PETIT")])
    assert codes(kept) == ["MODELE-CORPS-PETIT", "IGNORE-ERREUR"]
    assert kept[-1].finding.place == SETTINGS
    assert not used


def test_an_entry_that_takes_nothing_is_told() -> None:
    (found,) = unused([ignore("MODELE-JUSTIFIE")], used=[], said=[])
    assert codes([found]) == ["IGNORE-INUTILE"]
    assert not list(unused([ignore("MODELE-JUSTIFIE")], used=[ignore("MODELE-JUSTIFIE")], said=[]))


def test_a_baseline_takes_the_warnings_it_was_made_of_and_no_other(
    justified: TemplateCheck, tmp_path: Path, appels: Appels
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_of([(justified.file, justified.found)]), "utf-8")
    baseline = read_baseline(file)
    assert not without_accepted(justified.file, justified.found, baseline)
    more = checked(tmp_path, appels, "mention justifiée", "commentaire laissé")
    assert codes(without_accepted(more.file, more.found, baseline)) == ["MODELE-COMMENTAIRES"]


def test_a_baseline_holds_no_error(small: TemplateCheck, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_of([(small.file, small.found)]), "utf-8")
    assert json.loads(file.read_text("utf-8"))["templates"] == {}
    assert codes(without_accepted(small.file, small.found, read_baseline(file))) == ["MODELE-CORPS-PETIT"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 1, "templates": {"a": {"b": "c"}}}'])
def test_a_baseline_that_is_none_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text, "utf-8")
    with pytest.raises(FindingError) as raised:
        read_baseline(file)
    assert raised.value.finding.code == "BASELINE-ILLISIBLE"
