"""The engines on a real page: slow, and only where their data are."""

from __future__ import annotations

import pytest

from generator.mentions import expected_texts
from generator.readback.compare import Outcome
from generator.readback.compare import compare
from generator.readback.engines import ENGINES
from generator.readback.engines import EngineMissingError
from generator.readback.engines import Line
from generator.readback.engines import Tesseract
from generator.readback.engines import _rows
from generator.readback.engines import engine
from generator.readback.raster import rasterise
from generator.references import Appels
from generator.references import DocumentKind
from tests.conftest import RenderedSample


@pytest.mark.slow
@pytest.mark.parametrize("name", list(ENGINES))
def test_an_engine_reads_nearly_all_of_a_clean_page(
    name: str, rendered_samples: list[RenderedSample], appels: Appels
) -> None:
    sample = next(sample for sample in rendered_samples if sample.document is DocumentKind.PV_PILOTE)
    data = sample.file(".pdf").read_bytes()
    expected = expected_texts(sample.order, appels[sample.order.reference], sample.document)
    readings = compare(expected, [engine(name).read(page) for page in rasterise(data, 300)])
    verbatim = [reading for reading in readings if reading.outcome is Outcome.VERBATIM]
    assert len(verbatim) / len(readings) > 0.9
    assert all(reading.page in (1, 2) for reading in verbatim)


@pytest.mark.slow
def test_an_engine_is_loaded_once() -> None:
    assert engine("tesseract") is engine("tesseract")


def test_french_data_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", "/nosuch")
    with pytest.raises(EngineMissingError, match="tesseract-ocr-fra"):
        Tesseract()


def test_pieces_of_one_line_are_joined_from_left_to_right() -> None:
    pieces = [Line("b", (50, 12, 60, 22)), Line("c", (0, 40, 9, 50)), Line("a", (0, 10, 9, 20))]
    assert list(_rows(pieces)) == [Line("a b", (0, 10, 60, 22)), Line("c", (0, 40, 9, 50))]
