import shutil
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from generator.common.findings import Finding
from generator.dossier.signed import RecognisedBy, Recogniser, SignedDocument
from generator.references import Appels, DocumentKind
from generator.render.pdf.seal import is_sealed
from generator.verify.opened import open_document
from tests.conftest import Json, order_of
from tests.dossier.conftest import Render, named


def saved_anew(pdf: Path, path: Path, *, attached: bool) -> Path:
    """Save a PDF as another program does: the one that signs it, or a printer without attachments."""
    writer = PdfWriter(clone_from=PdfReader(pdf)) if attached else PdfWriter()
    if not attached:
        for page in PdfReader(pdf).pages:
            writer.add_page(page)
    with path.open("wb") as stream:
        writer.write(stream)
    return path


def scanned(pdf: Path, path: Path) -> Path:
    pages = [Image.fromarray(page.pixels) for page in open_document(pdf).pages(200)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


@pytest.mark.parametrize("document", [DocumentKind.BDC, DocumentKind.VA])
def test_signed_document_is_known_by_what_it_still_has(
    document: DocumentKind, tmp_path: Path, va_json: Json, rendered: Render, appels: Appels
) -> None:
    order = order_of(va_json)
    pdf = rendered(order, document)
    recogniser = Recogniser(named(order), appels)
    (name,) = named(order)
    for path, by in (
        (saved_anew(pdf, tmp_path / "a.pdf", attached=True), RecognisedBy.DESCRIPTOR),
        (saved_anew(pdf, tmp_path / "b.pdf", attached=False), RecognisedBy.TEXT),
        (scanned(pdf, tmp_path / "c.tiff"), RecognisedBy.QR),
        (scanned(pdf, tmp_path / f"{pdf.stem}_signé.tiff"), RecognisedBy.NAME),
    ):
        assert recogniser.recognise(path) == SignedDocument(path, name, document, by)


def test_pdf_that_nobody_signed_is_reported(tmp_path: Path, order_json: Json, rendered: Render, appels: Appels) -> None:
    order = order_of(order_json)
    pdf = rendered(order, DocumentKind.BDC)
    assert is_sealed(pdf.read_bytes())
    assert not is_sealed(pdf.read_bytes() + b"\n")
    assert not is_sealed(b"%PDF-1.7")
    copy = Path(shutil.copy(pdf, tmp_path / "signed.pdf"))
    found = Recogniser(named(order), appels).recognise(copy)
    assert isinstance(found, Finding)
    assert found.code == "SIGNE-INTACT"


def test_number_that_begins_another_is_not_taken_for_it(
    tmp_path: Path, order_json: Json, rendered: Render, appels: Appels
) -> None:
    short, long = (order_of({**order_json, "numero": numero}) for numero in ("BC-1", "BC-12"))
    recogniser = Recogniser(named(short, long), appels)
    pdf = rendered(long, DocumentKind.BDC)
    by_text = recogniser.recognise(saved_anew(pdf, tmp_path / "x.pdf", attached=False))
    by_name = recogniser.recognise(scanned(pdf, tmp_path / f"{pdf.stem}.png"))
    for found in (by_text, by_name):
        assert isinstance(found, SignedDocument)
        assert found.order.endswith("BC-12")


def test_what_is_of_no_order_is_reported(tmp_path: Path, order_json: Json, rendered: Render, appels: Appels) -> None:
    other = order_of({**order_json, "numero": "BC-OTHER"})
    pdf = rendered(order_of(order_json), DocumentKind.BDC)
    recogniser = Recogniser(named(other), appels)
    (tmp_path / "in").mkdir()
    saved_anew(pdf, tmp_path / "in" / "a.pdf", attached=True)
    scanned(pdf, tmp_path / "in" / "b.tiff")
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF-broken")
    (tmp_path / "in" / "BDC_AF-HOP-DPI-Va2_010000024_BC-OTHER.pdf").write_bytes(b"no document")
    (tmp_path / "in" / "notes.txt").write_text("no document")
    found = [
        (each.place.file[-5:], each.code) for each in recogniser.read(tmp_path / "in") if isinstance(each, Finding)
    ]
    assert found == [
        ("R.pdf", "SIGNE-INCONNU"),
        ("a.pdf", "SIGNE-INCONNU"),
        (".tiff", "SIGNE-INCONNU"),
        ("c.pdf", "SIGNE-INCONNU"),
    ]


def test_folder_that_is_not_there_is_reported(tmp_path: Path, appels: Appels) -> None:
    (found,) = Recogniser({}, appels).read(tmp_path / "none")
    assert isinstance(found, Finding)
    assert found.code == "SIGNE-ILLISIBLE"
