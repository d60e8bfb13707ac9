"""The guides of own templates show the findings that the program gives."""

import re
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt, RGBColor

from generator.common.language import Lang
from generator.references import Appels
from generator.reports.text import plain_report
from generator.template_check.check import CheckOptions, check_template
from tests.conftest import ROOT

GUIDES: dict[Lang, Path] = {"fr": ROOT / "docs" / "fr" / "modele.md", "en": ROOT / "docs" / "en" / "own-templates.md"}


@pytest.mark.parametrize(("lang", "guide"), GUIDES.items())
def test_findings_shown_are_those_given(lang: Lang, guide: Path, tmp_path: Path, appels: Appels) -> None:
    document = Document(str(ROOT / "templates" / "bdc.docx"))
    siret = next(paragraph for paragraph in document.paragraphs if "siret.value" in paragraph.text)
    for run in siret.runs:
        run.font.color.rgb, run.font.size = RGBColor(0xB0, 0xB0, 0xB0), Pt(8)
    contact = next(paragraph for paragraph in document.paragraphs if "{{ client.contact }}" in paragraph.text)
    contact.insert_paragraph_before("{% if client.adresse %}Voir aussi {{ client.contcat }}{% endif %}")
    document.save(str(tmp_path / "bdc.docx"))
    checked = check_template(tmp_path / "bdc.docx", list(appels.values()), CheckOptions())
    given = {plain_report([found], lang).replace(f"{tmp_path}/", "") for found in checked.findings}
    (shown,) = re.findall(r"```text\n(bdc\.docx .*?)\n```", guide.read_text("utf-8"), re.DOTALL)
    assert set(re.split(r"\n(?=bdc\.docx )", shown)) <= given


@pytest.mark.parametrize("name", ["own-template-tags.png", "own-template-restyled.png"])
def test_pictures_are_small(name: str) -> None:
    assert (ROOT / "docs" / "images" / name).stat().st_size < 80_000
