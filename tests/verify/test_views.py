import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from generator.common.findings import Finding, Place
from generator.verify.views import carried_findings
from tests.conftest import RenderedSample
from tests.verify.plain_pdf import plain_pdf


def found(data: bytes) -> list[Finding]:
    return list(carried_findings(data, Place("a.pdf")))


def with_note(kind: str, **entries: object) -> bytes:
    """Return a PDF whose page has an annotation."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain_pdf(["BON DE COMMANDE"]))))
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (100, 100, 300, 130))),
            NameObject("/Contents"): TextStringObject("13 000,00 €"),
        }
    )
    for name, value in entries.items():
        note[NameObject(f"/{name}")] = value
    page = writer.pages[0]
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["/FreeText", "/Text", "/Redact", "/FileAttachment"])
def test_note_that_a_drawn_page_does_not_show_is_quoted(kind: str) -> None:
    (finding,) = found(with_note(kind))
    assert finding.code == "ANNOTATION-A-VOIR"
    assert "13 000,00 €" in finding.message("fr")
    assert finding.place.part is not None
    assert finding.place.part.fr == "page 1"


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        pytest.param("/Link", {}, id="link"),
        pytest.param("/FreeText", {"F": NumberObject(2)}, id="hidden"),
        pytest.param("/FreeText", {"AP": DictionaryObject()}, id="drawn: the page is judged as it looks"),
    ],
)
def test_what_is_no_note_has_no_finding(kind: str, entries: dict[str, object]) -> None:
    assert found(with_note(kind, **entries)) == []


def test_attached_file_is_named() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain_pdf(["BON DE COMMANDE"]))))
    writer.add_attachment("conditions.txt", b"abonnement de 36 mois")
    out = io.BytesIO()
    writer.write(out)
    (finding,) = found(out.getvalue())
    assert finding.code == "FICHIER-JOINT"
    assert "conditions.txt" in finding.message("fr")


def test_documents_of_the_program_hold_nothing_else(rendered_samples: list[RenderedSample]) -> None:
    pdfs = [path for sample in rendered_samples for path in sample.rendered.files if path.suffix == ".pdf"]
    assert pdfs
    assert [found(path.read_bytes()) for path in pdfs] == [[]] * len(pdfs)
