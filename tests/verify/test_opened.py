"""Documents as they come, and pages of one document, each in a picture of its own."""

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

from generator.references import Appels, DocumentKind
from generator.render.pipeline import render_expected
from generator.reports.verdicts import verdict
from generator.verify.documents import VerifyOptions, verify_many
from generator.verify.opened import UnreadableDocumentError, gather_photos, open_document
from generator.verify.raster import rasterise
from generator.verify.wear import PROFILES, worn
from tests.conftest import RenderedSample
from tests.generators.foreign import by_typst, corpus
from tests.verify.plain_pdf import plain_pdf

_READER = "tesseract"


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def picture(size: tuple[int, int] = (100, 100)) -> bytes:
    stream = io.BytesIO()
    Image.new("1", size, 1).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: pdf(password="secret"), "mot de passe"),
        (lambda: pdf()[:200], "endommagé"),
        (lambda: pdf(500), "500 pages"),
        (lambda: b"hello", "ni un PDF ni une image"),
        (lambda: b"", "ni un PDF ni une image"),
        (lambda: picture((9000, 9000)), "9000 × 9000 pixels"),
        (lambda: b"GIF89a" + bytes(100), "ni un PDF ni une image"),
    ],
    ids=["encrypted", "damaged", "500 pages", "text", "empty", "too many pixels", "another format"],
)
def test_what_cannot_be_opened_is_a_finding_that_says_why(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make())
    with pytest.raises(UnreadableDocumentError, match=reason) as caught:
        list(open_document(path).pages())
    assert caught.value.finding.code == "DOCUMENT-ILLISIBLE"


def test_file_that_is_not_there_and_a_folder_are_findings(tmp_path: Path) -> None:
    for path in (tmp_path / "nosuch.pdf", tmp_path):
        with pytest.raises(UnreadableDocumentError):
            open_document(path)


def test_pdf_of_scanned_pages_is_a_scan_despite_its_text(tmp_path: Path) -> None:
    Image.new("L", (1654, 2339), 255).save(tmp_path / "scan.pdf", resolution=200)
    opened = open_document(tmp_path / "scan.pdf")
    assert opened.is_scan
    assert len(list(opened.pages(100))) == 1


def test_pdf_whose_second_page_alone_is_scanned_is_a_scan(tmp_path: Path) -> None:
    Image.new("L", (1654, 2339), 255).save(tmp_path / "scan.pdf", resolution=200)
    writer = PdfWriter(io.BytesIO(plain_pdf(["Bon de commande"])))
    writer.append(tmp_path / "scan.pdf")
    writer.write(tmp_path / "mixed.pdf")
    assert open_document(tmp_path / "mixed.pdf").is_scan


def test_pdf_with_an_owner_s_password_alone_opens(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(plain_pdf(["Bon de commande"]))
    subprocess.run(["qpdf", "--encrypt", "", "owner", "256", "--", plain, tmp_path / "own.pdf"], check=True)
    assert "Bon de commande" in open_document(tmp_path / "own.pdf").texts[0]


@pytest.mark.parametrize("box", ["5 14400", "14400 14400", "3 3"])
def test_page_that_no_engine_can_take_is_refused(tmp_path: Path, box: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(plain_pdf(["x"]).replace(b"595 842", box.encode()))
    with pytest.raises(UnreadableDocumentError):
        list(open_document(path).pages())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_document_that_is_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableDocumentError) as refused:
        open_document(tmp_path / "pipe")
    assert "it is not a regular file" in refused.value.finding.message("en")


def test_pages_can_be_turned_by_quarters(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture((200, 120)))
    (page,) = open_document(tmp_path / "a.png").pages(turned=(1,))
    assert page.pixels.shape == (200, 120)


def _pictures(pdf: bytes, folder: Path, name: str) -> list[Path]:
    """Write each page of a document as a scan of its own."""
    paths = []
    for number, page in enumerate(rasterise(pdf, 200), 1):
        path = folder / f"{name}-{number}.png"
        Image.fromarray(worn(page, PROFILES["bureau-200"], number).pixels).save(path, dpi=(200, 200))
        paths.append(path)
    return paths


@pytest.fixture
def two_pages(rendered_samples: list[RenderedSample]) -> bytes:
    bdcs = (sample.file(".pdf") for sample in rendered_samples if sample.document is DocumentKind.BDC)
    return next(bdc.read_bytes() for bdc in bdcs)


@pytest.mark.slow
def test_pages_of_one_document_are_verified_as_one(two_pages: bytes, tmp_path: Path, appels: Appels) -> None:
    paths = _pictures(two_pages, tmp_path, "ours")

    ((found, _),) = verify_many(paths, [], appels, VerifyOptions((_READER,), reads=False), render_expected)

    assert verdict(found.findings).label.fr == "conforme", found.findings
    assert "PHOTOS-REUNIES" in {each.code for each in found.findings}


@pytest.mark.slow
def test_each_title_begins_a_document(two_pages: bytes, tmp_path: Path, appels: Appels) -> None:
    long = next(each for each in corpus(40) if not each.fault and "Article 1." in str(each.blocks))
    (pdf,) = by_typst([long]).values()
    ours, theirs = _pictures(two_pages, tmp_path, "ours"), _pictures(pdf, tmp_path, "theirs")

    found = gather_photos([*theirs, *ours], _READER, appels, tmp_path)

    assert len(theirs) > 1
    assert [(each.path, *each.others) for each in found] == [tuple(theirs), tuple(ours)]


def test_pdf_and_what_follows_it_stay_apart(two_pages: bytes, tmp_path: Path, appels: Appels) -> None:
    (tmp_path / "a.pdf").write_bytes(two_pages)
    (tmp_path / "b.png").write_bytes(b"no picture")
    paths = [tmp_path / "a.pdf", tmp_path / "b.png"]

    assert [each.path for each in gather_photos(paths, _READER, appels, tmp_path)] == paths
