"""A mention in pale grey: sound in the text layer and on a sharp page, lost once the page is worn."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.common.findings import ERROR, WARNING
from generator.documents.stress_orders import stress_orders
from generator.references import Appels, DocumentKind
from generator.render.docx.templates import Template
from generator.template_check.optical import check_optically
from generator.template_check.parts import TemplateFinding, open_layout
from generator.template_check.rendered import RenderedOrder, render_stress_orders
from generator.template_check.usage import Usage, read_usage
from tests.template_check.edits import changed, edit_paragraph, run_properties

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pale(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> tuple[RenderedOrder, Usage]:
    """The shortest order of a template whose FINESS is in pale grey."""
    data = changed("bdc", edit_paragraph("mention.finess.text", run_properties('<w:color w:val="A8A8A8"/>')))
    path: Path = tmp_path_factory.mktemp("pale") / "modele.docx"
    path.write_bytes(data)
    shortest = next(stress_orders(appels["AF-HOP-DPI-Va2"], DocumentKind.BDC))
    (made,) = render_stress_orders(path, [shortest], 60, pdf=True)
    return made, read_usage(open_layout(Template("modele.docx", data)))


def read(pale: tuple[RenderedOrder, Usage], wears: Sequence[str]) -> TemplateFinding:
    (found,) = check_optically("modele.docx", *pale, ("tesseract",), wears)
    assert dict(found.finding.values)["id"] == "finess"
    assert found.paragraph
    return found


def test_mention_that_one_wear_of_several_hides_is_fragile(pale: tuple[RenderedOrder, Usage]) -> None:
    found = read(pale, ("net-300", "net-200", "copie-200"))
    assert (found.finding.code, found.finding.severity) == ("MODELE-LECTURE-FRAGILE", WARNING)
    assert found.finding.message("fr").endswith("(tesseract : copie-200)")


def test_mention_that_most_wears_hide_is_the_layouts_fault(pale: tuple[RenderedOrder, Usage]) -> None:
    found = read(pale, ("copie-200", "bureau-200"))
    assert (found.finding.code, found.finding.severity) == ("MODELE-LECTURE", ERROR)
