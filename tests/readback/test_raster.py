from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from generator.readback.raster import MAX_PIXELS
from generator.readback.raster import open_scan
from generator.readback.raster import rasterise
from generator.readback.text import UnreadablePdfError


def blank_pdf(path: Path, pages: int, side: float = 595) -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(side, side)
    document.save(path)
    return path.read_bytes()


def test_a_page_has_the_dots_that_its_resolution_asks_for(tmp_path: Path) -> None:
    (page,) = rasterise(blank_pdf(tmp_path / "a.pdf", 1, side=144), 150)
    assert page.pixels.shape == (300, 300)
    assert page.pixels.dtype == np.uint8
    assert page.pixels.min() == 255


@pytest.mark.parametrize(("pages", "side"), [(51, 100), (1, 14_000)])
def test_too_many_pages_or_too_large_ones_are_refused(tmp_path: Path, pages: int, side: float) -> None:
    with pytest.raises(UnreadablePdfError):
        list(rasterise(blank_pdf(tmp_path / "a.pdf", pages, side), 200))


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(UnreadablePdfError):
        list(rasterise(b"no pdf", 200))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_a_scan_is_taken_as_it_is_with_its_resolution(tmp_path: Path, name: str) -> None:
    Image.new("L", (200, 300), 128).save(tmp_path / name, dpi=(300, 300))
    (page,) = open_scan(tmp_path / name)
    assert page.pixels.shape == (300, 200)
    assert page.dpi == 300


def test_a_scan_of_several_pages_gives_them_all(tmp_path: Path) -> None:
    frames = [Image.new("1", (20, 30), shade) for shade in (0, 1, 0)]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    assert [int(page.pixels.max()) for page in open_scan(tmp_path / "a.tiff")] == [0, 255, 0]


def test_a_scan_that_is_no_picture_or_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"no picture")
    side = int(MAX_PIXELS**0.5) + 10
    Image.new("1", (side, side)).save(tmp_path / "large.png")
    for name in ("no.png", "large.png", "none.png"):
        with pytest.raises(UnreadablePdfError):
            list(open_scan(tmp_path / name))
