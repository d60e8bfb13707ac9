"""Pages of documents, each in a picture of its own, given together."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from generator.references import Appels, DocumentKind
from generator.render.pipeline import render_expected
from generator.reports.verdicts import verdict
from generator.verify.documents import VerifyOptions, verify_many
from generator.verify.photos import gather_photos
from generator.verify.raster import rasterise
from generator.verify.wear import PROFILES, worn
from tests.conftest import RenderedSample
from tests.generators.foreign import by_typst, corpus

_READER = "tesseract"


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

    assert verdict(found.findings).fr == "conforme", found.findings
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
