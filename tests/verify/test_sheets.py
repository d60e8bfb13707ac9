"""Sheets of two pages side by side: parted where a blank strip is between the pages, and nowhere else."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from generator.verify.raster import PageImage
from generator.verify.sheets import single_pages
from tests.verify.plain_pdf import plain_pdf

LINES = [f"Une ligne de texte assez longue pour remplir la page, la {number}e de vingt." for number in range(20)]


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
    image = sheet(LINES, LINES[:8]).rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
    first, second = parted(image)
    assert first.pixels.shape[1] + second.pixels.shape[1] == image.width
    assert abs(first.pixels.shape[1] - second.pixels.shape[1]) < image.width * 0.2


def test_upright_page_is_one() -> None:
    assert len(parted(sheet(LINES))) == 1


def test_sheet_with_one_page_is_one() -> None:
    assert len(parted(sheet(LINES, [""]))) == 1


def test_table_across_the_middle_is_one_page() -> None:
    image = sheet(LINES[:5], LINES[:5])
    draw = ImageDraw.Draw(image)
    for top in range(400, 900, 60):
        draw.rectangle((100, top, image.width - 100, top + 60), outline=0, width=2)
        draw.text((image.width // 2 - 60, top + 20), "12 000,00", fill=0)
    assert len(parted(image)) == 1


def test_speck_in_the_middle_does_not_join_two_pages() -> None:
    image = sheet(LINES, LINES)
    ImageDraw.Draw(image).ellipse((image.width // 2, 300, image.width // 2 + 3, 303), fill=0)
    assert len(parted(image)) == 2
