from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generator.verify.raster import PageImage
from generator.verify.unread import read_whole


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
