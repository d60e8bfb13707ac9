"""How a scanned page lies is seen from its lines, where no code tells."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from generator.verify.orientation import quarter_turns, straightened
from generator.verify.qr_codes import read_codes
from generator.verify.raster import PageImage, Pixels, rasterise
from tests.verify.turned import text_pdf

LINES = [
    "Le bon de commande doit porter la mention du type de prestation financée.",
    "Pour rappel, l'établissement ne peut bénéficier que d'une seule prestation.",
    "Dénomination sociale : CH d'Exempleville, direction des systèmes d'information",
] * 6


@pytest.fixture(scope="module")
def page() -> Pixels:
    (drawn,) = rasterise(text_pdf(LINES), 150)
    return drawn.pixels


def turned(pixels: Pixels, clockwise: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, -clockwise))


@pytest.mark.parametrize("clockwise", range(4))
def test_page_of_text_is_known_to_lie(page: Pixels, clockwise: int) -> None:
    assert quarter_turns(turned(page, clockwise)) == clockwise


@pytest.mark.parametrize("clockwise", range(4))
def test_line_down_the_page_changes_nothing(page: Pixels, clockwise: int) -> None:
    marked = page.copy()
    marked[:, 30:33] = 0
    assert quarter_turns(turned(marked, clockwise)) == clockwise


@pytest.mark.parametrize("pixels", [np.full((800, 600), 255, np.uint8), np.zeros((800, 600), np.uint8)])
def test_page_without_text_is_not_clear(pixels: Pixels) -> None:
    assert quarter_turns(pixels) is None


def test_noise_is_not_clear() -> None:
    noise = np.asarray(Image.effect_noise((600, 800), 90))
    assert quarter_turns(noise) is None


def test_pages_without_code_are_set_upright_one_by_one(page: Pixels) -> None:
    pages = [PageImage(turned(page, clockwise), 150) for clockwise in (0, 1, 3, 2)]
    blank = PageImage(np.full((800, 600), 255, np.uint8), 150)
    # An empty page lies like the one before it.
    assert read_codes([*pages, blank]).turned == (0, 1, 3, 2, 2)


@pytest.mark.parametrize("degrees", [-0.9, 0.7])
def test_page_that_is_askew_is_straightened(page: Pixels, degrees: float) -> None:
    askew = np.asarray(Image.fromarray(page).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))
    assert [quarter_turns(turned(askew, clockwise)) for clockwise in range(4)] == [0, 1, 2, 3]
    level = straightened(PageImage(askew, 150))
    assert level.pixels.shape == page.shape
    assert straightened(level) is level
