"""The guide of own templates says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from docx import Document
from docx.shared import Pt
from docx.shared import RGBColor

from generator.checking.check import CheckOptions
from generator.checking.check import check_template
from generator.findings.catalogue import all_kinds
from generator.references import Appels
from generator.reports.text import plain_report
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "own-templates.md").read_text("utf-8")


def test_the_findings_shown_are_those_given(tmp_path: Path, appels: Appels) -> None:
    document = Document(str(ROOT / "templates" / "bdc.docx"))
    siret = next(paragraph for paragraph in document.paragraphs if "siret.value" in paragraph.text)
    for run in siret.runs:
        run.font.color.rgb, run.font.size = RGBColor(0xB0, 0xB0, 0xB0), Pt(8)
    contact = next(paragraph for paragraph in document.paragraphs if "{{ client.contact }}" in paragraph.text)
    contact.insert_paragraph_before("{% if client.adresse %}Voir aussi {{ client.contcat }}{% endif %}")
    document.save(str(tmp_path / "bdc.docx"))
    checked = check_template(tmp_path / "bdc.docx", list(appels.values()), CheckOptions())
    said = [plain_report([found], "fr").replace(f"{tmp_path}/", "") for found in checked.findings]
    (shown,) = re.findall(r"```\n(bdc\.docx .*?)\n```", GUIDE, re.DOTALL)
    assert all(each in said for each in shown.split("\nbdc.docx ")[:1])
    assert all(f"bdc.docx {each}" in said for each in shown.split("\nbdc.docx ")[1:])


def test_every_code_of_templates_is_explained_and_no_other() -> None:
    table = GUIDE.split("| codes |")[1].split("###")[0]
    named = set()
    for code in re.findall(r"`([A-Z-]+)`", table):
        named.add(f"MODELE{code}" if code.startswith("-") else code)
    assert named == {kind.code for kind in all_kinds() if kind.code.startswith(("MODELE-", "POLICE-"))}


def test_the_files_it_names_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "docs" / target).exists(), target


def test_the_pictures_are_small() -> None:
    for name in re.findall(r"images/([\w-]+\.png)", GUIDE):
        assert (ROOT / "docs" / "images" / name).stat().st_size < 80_000
