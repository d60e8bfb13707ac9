from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from generator.readback.raster import ASSUMED_DPI
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
    (page,) = open_scan((tmp_path / name).read_bytes())
    assert page.pixels.shape == (300, 200)
    assert page.dpi == 300


def test_a_scan_of_several_pages_gives_them_all(tmp_path: Path) -> None:
    frames = [Image.new("1", (200, 300), shade) for shade in (0, 1, 0)]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    assert [int(page.pixels.max()) for page in open_scan((tmp_path / "a.tiff").read_bytes())] == [0, 255, 0]


def test_a_scan_that_is_no_picture_or_too_large_is_refused() -> None:
    side = int(MAX_PIXELS**0.5) + 10
    for data in (b"no picture", picture((side, side)), picture((1, 1)), picture((101, 5000)), b""):
        with pytest.raises(UnreadablePdfError):
            list(open_scan(data))


def picture(size: tuple[int, int], mode: str = "1", **saved: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "PNG", **saved)
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_paper(mode: str) -> None:
    (page,) = open_scan(picture((200, 300), mode))
    assert page.pixels.min() == 255


def test_a_picture_turned_by_a_camera_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = open_scan(picture((200, 300), "L", exif=exif))
    assert page.pixels.shape == (200, 300)


@pytest.mark.parametrize("said", [1, 99999])
def test_a_resolution_that_no_scanner_has_is_not_believed(said: int) -> None:
    (page,) = open_scan(picture((200, 300), "L", dpi=(said, said)))
    assert page.dpi == ASSUMED_DPI
