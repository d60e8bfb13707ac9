import io
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from generator.verify.raster import ASSUMED_DPI, MAX_PIXELS, open_scan, rasterise
from generator.verify.text import UnreadablePdfError


def blank_pdf(path: Path, pages: int, side: float = 595) -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(side, side)
    document.save(path)
    return path.read_bytes()


def test_page_has_the_dots_that_its_resolution_asks_for(tmp_path: Path) -> None:
    (page,) = rasterise(blank_pdf(tmp_path / "a.pdf", 1, side=144), 150)
    assert page.pixels.shape == (300, 300)
    assert page.pixels.dtype == np.uint8
    assert np.min(page.pixels) == 255


@pytest.mark.parametrize(("pages", "side"), [(51, 100), (1, 14_000)])
def test_too_many_pages_or_too_large_ones_are_refused(tmp_path: Path, pages: int, side: float) -> None:
    with pytest.raises(UnreadablePdfError):
        list(rasterise(blank_pdf(tmp_path / "a.pdf", pages, side), 200))


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(UnreadablePdfError):
        list(rasterise(b"no pdf", 200))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_scan_is_taken_as_it_is_with_its_resolution(tmp_path: Path, name: str) -> None:
    Image.new("L", (200, 300), 128).save(tmp_path / name, dpi=(300, 300))
    (page,) = open_scan((tmp_path / name).read_bytes())
    assert page.pixels.shape == (300, 200)
    assert page.dpi == 300


def test_scan_of_several_pages_gives_them_all(tmp_path: Path) -> None:
    frames = [Image.new("1", (200, 300), shade) for shade in (0, 1, 0)]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    assert [int(np.max(page.pixels)) for page in open_scan((tmp_path / "a.tiff").read_bytes())] == [0, 255, 0]


def test_scan_that_is_no_picture_or_too_large_is_refused() -> None:
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
    assert np.min(page.pixels) == 255


def test_picture_turned_by_a_camera_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = open_scan(picture((200, 300), "L", exif=exif))
    assert page.pixels.shape == (200, 300)


@pytest.mark.parametrize("said", [1, 99999])
def test_resolution_that_no_scanner_has_is_not_believed(said: int) -> None:
    (page,) = open_scan(picture((200, 300), "L", dpi=(said, said)))
    assert page.dpi == ASSUMED_DPI


def scanned(image: Image.Image, kind: str = "TIFF", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("most", [65535, 4095, 255])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_more_than_8_bits_keeps_its_ink(kind: str, most: int) -> None:
    values = np.full((300, 200), most * 0.95, np.uint16)
    values[100:120] = most * 0.1
    (page,) = open_scan(scanned(Image.fromarray(values), kind))
    assert page.pixels.dtype == np.uint8
    assert page.pixels[50, 50] == pytest.approx(242, abs=2)
    assert page.pixels[110, 50] == pytest.approx(25, abs=2)


def test_grey_of_32_bits_or_of_floating_point_keeps_its_ink() -> None:
    values = np.full((300, 200), 1.0, np.float32)
    values[100:120] = 0.1
    whole = (values * 60000).astype(np.int32)
    for image in (Image.fromarray(values), Image.fromarray(whole)):
        (page,) = open_scan(scanned(image))
        assert int(page.pixels[50, 50]) - int(page.pixels[110, 50]) > 180


@pytest.mark.parametrize(
    ("size", "dpi", "squared"),
    [
        ((1728, 1146), (204, 98), (2386, 1728)),
        ((400, 600), (100, 200), (600, 800)),
        ((400, 600), (200, 200), (600, 400)),
        ((400, 600), (200, 204), (600, 400)),
        # No scanner has such dots.
        ((400, 600), (1200, 75), (600, 400)),
    ],
)
def test_fax_gets_square_pixels(size: tuple[int, int], dpi: tuple[int, int], squared: tuple[int, int]) -> None:
    for mode in ("1", "L"):
        (page,) = open_scan(scanned(Image.new(mode, size, 1), dpi=dpi))
        assert page.pixels.shape == squared
    assert page.dpi == max(dpi)


def test_fax_whose_unit_is_not_said_gets_square_pixels() -> None:
    data = scanned(Image.new("L", (400, 300), 255), dpi=(204, 102)).replace(
        b"\x28\x01\x03\x00\x01\x00\x00\x00\x02", b"\x28\x01\x03\x00\x01\x00\x00\x00\x01"
    )
    (page,) = open_scan(data)
    assert page.pixels.shape == (600, 400)


def test_fax_that_would_be_too_large_is_refused() -> None:
    with pytest.raises(UnreadablePdfError):
        list(open_scan(scanned(Image.new("1", (9000, 4000), 1), dpi=(400, 100), compression="group4")))


def test_frames_of_one_file_are_each_set_in_their_own_way() -> None:
    stream = io.BytesIO()
    frames = [Image.new("L", (200, 300), 255), Image.new("L", (300, 200), 255)]
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 100))
    assert [page.pixels.shape for page in open_scan(stream.getvalue())] == [(600, 200), (400, 300)]
