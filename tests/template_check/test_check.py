from pathlib import Path

import pytest

from generator.common.findings import Place
from generator.references import Appels
from generator.template_check.check import (
    CheckOptions,
    Ignore,
    TemplateCheck,
    check_template,
    unused,
    without_ignored,
)
from generator.template_check.parts import TemplateFinding
from tests.template_check.corpus import FAULTS
from tests.template_check.edits import changed

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


def codes(found: list[TemplateFinding]) -> list[str]:
    return [each.finding.code for each in found]


def ignore(code: str) -> Ignore:
    return Ignore(code, "lu et accepté", None, SETTINGS)


def test_warning_is_ignored_with_a_reason(justified: TemplateCheck) -> None:
    kept, used = without_ignored(justified, [ignore("MODELE-JUSTIFIE")])
    assert not kept
    assert used == [ignore("MODELE-JUSTIFIE")]


def test_error_cannot_be_ignored(small: TemplateCheck) -> None:
    kept, used = without_ignored(small, [ignore("MODELE-CORPS-PETIT")])
    assert codes(kept) == ["MODELE-CORPS-PETIT", "IGNORE-ERREUR"]
    assert kept[-1].finding.place == SETTINGS
    assert not used


def test_entry_that_takes_nothing_is_reported() -> None:
    (found,) = unused([ignore("MODELE-JUSTIFIE")], used=[], errors=[])
    assert codes([found]) == ["IGNORE-INUTILE"]
    assert not list(unused([ignore("MODELE-JUSTIFIE")], used=[ignore("MODELE-JUSTIFIE")], errors=[]))
