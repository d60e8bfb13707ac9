"""The readers on a real page: slow, and only where their data are."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from generator.documents.mentions import expected_texts
from generator.references import Appels, DocumentKind
from generator.verify.compare import Outcome, compare
from generator.verify.raster import PageImage, rasterise
from generator.verify.readers import READERS, ReaderMissingError, Tesseract, get_reader, read_whole, rows_of
from generator.verify.text import Line
from tests.conftest import RenderedSample


@pytest.mark.slow
@pytest.mark.parametrize("name", list(READERS))
def test_engine_reads_nearly_all_of_a_clean_page(
    name: str, rendered_samples: list[RenderedSample], appels: Appels
) -> None:
    sample = next(sample for sample in rendered_samples if sample.document is DocumentKind.PV_PILOTE)
    data = sample.file(".pdf").read_bytes()
    expected = expected_texts(sample.order, appels[sample.order.reference], sample.document)
    readings = compare(expected, [get_reader(name).read(page) for page in rasterise(data, 300)])
    verbatim = [reading for reading in readings if reading.outcome is Outcome.VERBATIM]
    assert len(verbatim) / len(readings) > 0.9
    assert all(reading.page in (1, 2) for reading in verbatim)


@pytest.mark.slow
def test_engine_is_loaded_once() -> None:
    assert get_reader("tesseract") is get_reader("tesseract")


def test_french_data_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", "/nosuch")
    with pytest.raises(ReaderMissingError, match="tesseract-ocr-fra"):
        Tesseract()


def corners(left: float, top: float, right: float, bottom: float, slope: float = 0.0) -> list[tuple[float, float]]:
    """Return the corners of a piece on a page askew: `slope` pixels down for each to the right."""
    return [(x, y + slope * x) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]


def test_pieces_of_one_line_are_joined_from_left_to_right() -> None:
    boxes = np.array([corners(50, 12, 60, 22), corners(0, 40, 9, 50), corners(0, 10, 9, 20)])
    assert list(rows_of(boxes, ["b", "c", "a"])) == [Line("a b", (0, 10, 60, 22)), Line("c", (0, 40, 9, 50))]


def test_lines_of_a_page_askew_are_kept_apart() -> None:
    # 2 per cent of slope over 1600 pixels is more than the distance from a line to the next.
    lines = [(corners(0, y, 700, y + 20, 0.02), corners(1400, y, 1600, y + 20, 0.02)) for y in range(0, 300, 28)]
    boxes = np.array([piece for pair in lines for piece in pair])
    texts = [f"{side}{number}" for number in range(len(lines)) for side in ("left", "right")]
    assert [line.text for line in rows_of(boxes, texts)] == [f"left{n} right{n}" for n in range(len(lines))]


def test_words_of_a_large_title_are_read_in_order() -> None:
    image = Image.new("L", (1600, 700), 255)
    pen = ImageDraw.Draw(image)
    small, large = (ImageFont.truetype("DejaVuSans.ttf", size) for size in (28, 50))
    pen.text((160, 90), "BON DE COMMANDE", font=large, fill=0)
    for number in range(8):
        pen.text((160, 200 + 56 * number), f"Article {number}. Le Client reçoit un droit d'usage.", font=small, fill=0)
    (lines,) = read_whole("tesseract", [PageImage(np.asarray(image), 200)])
    assert lines[0].text == "BON DE COMMANDE"
    assert len(lines) == 9
