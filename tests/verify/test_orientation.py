"""A scanned page lies as its lines do, and a sheet of two pages is parted where a blank strip is between them."""

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from generator.verify.orientation import quarter_turns, single_pages, straightened
from generator.verify.qr_codes import read_codes
from generator.verify.raster import PageImage, Pixels, rasterise
from tests.verify.plain_pdf import plain_pdf
from tests.verify.turned import text_pdf

LINES = [
    "Le bon de commande doit porter la mention du type de prestation financée.",
    "Pour rappel, l'établissement ne peut bénéficier que d'une seule prestation.",
    "Dénomination sociale : CH d'Exempleville, direction des systèmes d'information",
] * 6
SHEET_LINES = [f"Une ligne de texte assez longue pour remplir la page, la {number}e de vingt." for number in range(20)]


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


def sheet(*columns: list[str], dpi: int = 150) -> Image.Image:
    """Return pages of text, side by side on one sheet."""
    pages = [
        pypdfium2.PdfDocument(plain_pdf(lines))[0].render(scale=dpi / 72).to_pil().convert("L") for lines in columns
    ]
    whole = Image.new("L", (sum(page.width for page in pages), pages[0].height), 255)
    for number, page in enumerate(pages):
        whole.paste(page, (number * page.width, 0))
    return whole


def parted(image: Image.Image) -> tuple[PageImage, ...]:
    return single_pages([PageImage(np.asarray(image), 150)])


@pytest.mark.parametrize("degrees", [0.0, 0.6, -1.2])
def test_two_pages_on_one_sheet_are_two(degrees: float) -> None:
    image = sheet(SHEET_LINES, SHEET_LINES[:8]).rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
    first, second = parted(image)
    assert first.pixels.shape[1] + second.pixels.shape[1] == image.width
    assert abs(first.pixels.shape[1] - second.pixels.shape[1]) < image.width * 0.2


def test_upright_page_is_one() -> None:
    assert len(parted(sheet(SHEET_LINES))) == 1


def test_sheet_with_one_page_is_one() -> None:
    assert len(parted(sheet(SHEET_LINES, [""]))) == 1


def test_table_across_the_middle_is_one_page() -> None:
    image = sheet(SHEET_LINES[:5], SHEET_LINES[:5])
    draw = ImageDraw.Draw(image)
    for top in range(400, 900, 60):
        draw.rectangle((100, top, image.width - 100, top + 60), outline=0, width=2)
        draw.text((image.width // 2 - 60, top + 20), "12 000,00", fill=0)
    assert len(parted(image)) == 1


def test_speck_in_the_middle_does_not_join_two_pages() -> None:
    image = sheet(SHEET_LINES, SHEET_LINES)
    ImageDraw.Draw(image).ellipse((image.width // 2, 300, image.width // 2 + 3, 303), fill=0)
    assert len(parted(image)) == 2
