from generator.render.convert import Pdf, RenderedDocx, typeset
from generator.render.options import Engine
from tests.generators.wordprocessing import docx, paragraph
from tests.render.pdf.typst.test_engine import PROPERTIES


def refusal(body: str, lang: str) -> str:
    refused = typeset(RenderedDocx("bdc", "modele.docx", docx(body), "", PROPERTIES, None), Engine.TYPST)
    assert isinstance(refused, Pdf)
    (finding,) = refused.findings
    assert finding.code == "TYPST-IMPOSSIBLE"
    return finding.message("fr" if lang == "fr" else "en")


def test_each_construct_is_named_once_with_its_first_place() -> None:
    runs = ("<w:vanish/>", "<w:outline/>", '<w:position w:val="6"/>', "<w:shadow/>", "<w:emboss/>", "<w:vanish/>")
    body = "".join(paragraph("x", run=run) for run in runs)
    said = refusal(body, "fr")
    assert "texte masqué [w:vanish] (paragraphe 1 et 1 autre endroit), contour [w:outline] (paragraphe 2)" in said
    assert "relief [w:emboss] (paragraphe 5), dans le modèle modele.docx" in said
    assert "hidden text [w:vanish] (paragraph 1 and 1 other place), outline [w:outline]" in refusal(body, "en")
    assert "…" not in said


def test_constructs_of_a_damaged_document_are_cut_off() -> None:
    said = refusal("".join(paragraph("x", f'<w:jc w:val="{number}"/>') for number in range(40)), "fr")
    assert said.count("w:jc=") == 30
    assert "…" in said
