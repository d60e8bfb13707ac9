"""A mention in pale grey: sound in the text layer and on a sharp page, lost once the page is worn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.checking.optical import check_optically
from generator.checking.parts import Found
from generator.checking.parts import open_layout
from generator.checking.rendered import Made
from generator.checking.rendered import render_strains
from generator.checking.usage import Usage
from generator.checking.usage import usage_of
from generator.findings import ERROR
from generator.findings import WARNING
from generator.references import Appels
from generator.references import DocumentKind
from generator.strains import strains
from generator.templates import Template
from tests.checking.edits import changed
from tests.checking.edits import edit_paragraph
from tests.checking.edits import run_properties

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pale(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> tuple[Made, Usage]:
    """The shortest order of a template whose FINESS is in pale grey."""
    data = changed("bdc", edit_paragraph("mention.finess.text", run_properties('<w:color w:val="A8A8A8"/>')))
    path: Path = tmp_path_factory.mktemp("pale") / "modele.docx"
    path.write_bytes(data)
    shortest = next(strains(appels["AF-HOP-DPI-Va2"], DocumentKind.BDC))
    (made,) = render_strains(path, [shortest], 60, pdf=True)
    return made, usage_of(open_layout(Template("modele.docx", data)))


def read(pale: tuple[Made, Usage], wears: Sequence[str]) -> Found:
    (found,) = check_optically("modele.docx", *pale, ("tesseract",), wears)
    assert dict(found.finding.values)["id"] == "finess"
    assert found.paragraph
    return found


def test_a_mention_that_one_wear_of_several_hides_is_fragile(pale: tuple[Made, Usage]) -> None:
    found = read(pale, ("net-300", "net-200", "fax"))
    assert (found.finding.code, found.finding.severity) == ("MODELE-LECTURE-FRAGILE", WARNING)
    assert found.finding.message("fr").endswith("(tesseract : fax)")


def test_a_mention_that_most_wears_hide_is_the_layouts_fault(pale: tuple[Made, Usage]) -> None:
    found = read(pale, ("fax", "bureau-200"))
    assert (found.finding.code, found.finding.severity) == ("MODELE-LECTURE", ERROR)
