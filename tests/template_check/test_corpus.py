"""Every fault of the corpus is found with its code and its place; what is no fault is not."""

import subprocess
from pathlib import Path

import pytest

from generator.common.findings import ERROR, Finding
from generator.common.resources import TEMPLATES
from generator.references import Appels, DocumentKind
from generator.render.pdf.libreoffice import find_soffice
from generator.template_check.check import CheckOptions, TemplateCheck, check_template
from tests.template_check.corpus import FAULTS, RESTYLINGS, Fault
from tests.template_check.edits import changed, split_runs

WRITTEN = [fault for fault in FAULTS if not fault.rendered]
SHOWN = [fault for fault in FAULTS if fault.rendered]
KINDS = [kind.value for kind in DocumentKind]


def check(data: bytes, folder: Path, appels: Appels, *, rendered: bool) -> TemplateCheck:
    path = folder / "modele.docx"
    path.write_bytes(data)
    return check_template(path, list(appels.values()), CheckOptions(rendered=rendered))


def said(finding: Finding) -> str:
    place = finding.place
    return " ".join([place.part.fr if place.part else "", place.excerpt or "", finding.message("fr")])


def errors(found: TemplateCheck) -> list[str]:
    return [f"{finding.code}: {said(finding)}" for finding in found.findings if finding.severity is ERROR]


def expect(fault: Fault, found: TemplateCheck) -> None:
    assert any(finding.code == fault.code and fault.where in said(finding) for finding in found.findings), [
        f"{finding.code}: {said(finding)}" for finding in found.findings
    ]


@pytest.mark.parametrize("fault", WRITTEN, ids=lambda fault: fault.name)
def test_fault_in_the_file_is_found_without_libreoffice(fault: Fault, tmp_path: Path, appels: Appels) -> None:
    expect(fault, check(fault.build(), tmp_path, appels, rendered=False))


@pytest.mark.slow
@pytest.mark.parametrize("fault", SHOWN, ids=lambda fault: fault.name)
def test_fault_of_the_pages_is_found(fault: Fault, tmp_path: Path, appels: Appels) -> None:
    expect(fault, check(fault.build(), tmp_path, appels, rendered=True))


def test_corpus_has_sixty_faults_and_ten_restylings() -> None:
    assert len(FAULTS) >= 60
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len(RESTYLINGS) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_a_built_in_template(kind: str, appels: Appels) -> None:
    found = check_template(TEMPLATES / f"{kind}.docx", list(appels.values()), CheckOptions())
    assert found.orders
    assert found.document is DocumentKind(kind)
    assert not found.findings


@pytest.mark.slow
@pytest.mark.parametrize("name", RESTYLINGS)
def test_restyling_gives_no_error(name: str, tmp_path: Path, appels: Appels) -> None:
    document, changes = RESTYLINGS[name]
    found = check(changed(document, *changes), tmp_path, appels, rendered=True)
    assert found.orders
    assert not errors(found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_template_that_libreoffice_saved_gives_no_error(kind: str, tmp_path: Path, appels: Appels) -> None:
    soffice = find_soffice()
    assert soffice
    command = [str(soffice), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += ["docx:MS Word 2007 XML", "--outdir", str(tmp_path), str(TEMPLATES / f"{kind}.docx")]
    subprocess.run(command, check=True, capture_output=True)
    found = check_template(tmp_path / f"{kind}.docx", list(appels.values()), CheckOptions())
    assert found.orders
    assert not errors(found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_template_whose_tags_word_has_split_gives_no_error(kind: str, tmp_path: Path, appels: Appels) -> None:
    found = check(changed(kind, split_runs), tmp_path, appels, rendered=True)
    assert found.orders
    assert not errors(found)


@pytest.mark.parametrize("name", ["nom mal écrit", "classe d'une valeur"])
def test_fault_is_found_in_a_tag_that_word_has_split(name: str, tmp_path: Path, appels: Appels) -> None:
    fault = next(fault for fault in FAULTS if fault.name == name)
    data = changed(fault.document, fault.change, split_runs)
    expect(fault, check(data, tmp_path, appels, rendered=False))
