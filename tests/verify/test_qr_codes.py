"""Several documents in one file are known by their QR codes, each with its pages."""

import dataclasses
import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from generator.documents.qr import QrPayload, qr_picture
from generator.references import Appels, DocumentKind
from generator.render.pipeline import render_expected
from generator.verify.documents import VerifyOptions, verify_files
from generator.verify.opened import GivenDocument
from generator.verify.qr_codes import read_codes
from generator.verify.raster import open_scan

BDC = QrPayload(
    document=DocumentKind.BDC,
    reference="AF-HOP-DPI-Va2",
    numero="BC-1",
    finess_pmsi="010000024",
    date=datetime.date(2026, 5, 4),
    ht=Decimal("10000.00"),
    ttc=Decimal("12000.00"),
    digest=bytes(16),
)
VA = dataclasses.replace(BDC, document=DocumentKind.VA, date=datetime.date(2027, 2, 15))
OTHER = dataclasses.replace(BDC, numero="BC-2", finess_pmsi="990000028")


def scan(path: Path, *pages: QrPayload | None) -> Path:
    """Write a scan with the QR code of a document on each page, or none."""
    frames = []
    for payload in pages:
        frame = Image.new("L", (827, 1169), 255)
        if payload:
            code = Image.open(io.BytesIO(qr_picture(payload.encode(), "").data)).convert("L")
            frame.paste(code.resize((240, 240), Image.Resampling.NEAREST), (60, 60))
        frames.append(frame)
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:], dpi=(100, 100))
    return path


def spans(path: Path) -> list[tuple[int, int, QrPayload]]:
    pages = list(open_scan(path.read_bytes()))
    return read_codes(pages).documents(len(pages))


@pytest.mark.parametrize(
    ("pages", "documents"),
    [
        ([BDC, None], [(1, 2, BDC)]),
        ([None, BDC, None], [(2, 3, BDC)]),
        # A template may have the code in its header.
        ([BDC, BDC, BDC], [(1, 3, BDC)]),
        ([BDC, None, VA, None, None], [(1, 2, BDC), (3, 5, VA)]),
        ([BDC, VA, OTHER], [(1, 1, BDC), (2, 2, VA), (3, 3, OTHER)]),
        ([BDC, None, BDC, None], [(1, 2, BDC), (3, 4, BDC)]),
        ([None, None], []),
    ],
)
def test_documents_of_a_file_have_their_pages(
    pages: list[QrPayload | None], documents: list[tuple[int, int, QrPayload]], tmp_path: Path
) -> None:
    assert spans(scan(tmp_path / "a.tiff", *pages)) == documents


@pytest.mark.parametrize("second", [VA, OTHER, BDC], ids=["VA of the order", "another order", "the same again"])
def test_file_of_two_documents_is_one_finding_with_pages(second: QrPayload, tmp_path: Path, appels: Appels) -> None:
    path = scan(tmp_path / "a.tiff", BDC, None, second, None)
    (verified,) = verify_files([GivenDocument(path)], [], appels, VerifyOptions(("tesseract",)), render_expected)
    (finding,) = verified.findings
    assert finding.code == "DOCUMENT-PLUSIEURS"
    assert "1-2" in finding.message("fr")
    assert "3-4" in finding.message("en")
    assert "page 3" in finding.fix("en")
    assert "--document" not in finding.fix("en")
