"""Pictures of a document's pages that show what was read well, badly, or not at all."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from generator.common.findings import ERROR
from generator.verify.compare import Outcome, Reading
from generator.verify.raster import PageImage
from generator.verify.verify import NET, Verified

# Fit for a screen, and for a report of many pages.
_WIDTH = 1240
_COLOURS = {Outcome.VERBATIM: (0, 130, 70), Outcome.NEARLY: (215, 110, 0), Outcome.MISSING: (200, 0, 0)}
_LETTERS, _BAND = 22, 34
_PAD = 4


def annotated(verified: Verified) -> list[Image.Image]:
    """Return the pages, each mention framed: thin and green where it reads, thick and named where it does not.

    The mentions that are not found anywhere are named in a band under the last page.
    """
    readings = [reading for look in verified.looks if look.wear == NET for reading in look.readings]
    pages = [_page(page, number, readings) for number, page in enumerate(verified.pages, start=1)]
    pages = [_with_marks(page, number, verified) for number, page in enumerate(pages, start=1)]
    missing = sorted({reading.mention.id for reading in readings if reading.outcome is Outcome.MISSING})
    if pages and missing:
        pages[-1] = _with_band(pages[-1], missing)
    return pages


def png(image: Image.Image) -> bytes:
    """Return a picture as a PNG of few colours."""
    stream = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def png_url(picture: bytes) -> str:
    """Return a PNG as a `data:` address, for a page that stands alone."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"


def _page(page: PageImage, number: int, readings: Iterable[Reading]) -> Image.Image:
    image = Image.fromarray(page.pixels).convert("RGB")
    scale = _WIDTH / image.width
    image = image.resize((_WIDTH, round(image.height * scale)), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(image)
    for reading in readings:
        if reading.page == number:
            well = reading.outcome is Outcome.VERBATIM
            for index, line in enumerate(reading.lines):
                left, top, right, bottom = (side * scale for side in line.box)
                box = (left - _PAD, top - _PAD, right + _PAD, bottom + _PAD)
                pen.rectangle(box, outline=_COLOURS[reading.outcome], width=1 if well else 3)
                if not well and not index:
                    _name(pen, reading.mention.id, (right + 2 * _PAD, top), _COLOURS[reading.outcome])
    return image


def _with_marks(image: Image.Image, number: int, verified: Verified) -> Image.Image:
    """Frame the regions of a page that are not as expected, each with its code."""
    if verified.compared is None:
        return image
    pen = ImageDraw.Draw(image)
    shown = sorted(verified.compared.shown)
    for mark in verified.compared.marks:
        if mark.page == shown[number - 1]:
            scale = _WIDTH / verified.compared.pages[number - 1].pixels.shape[1]
            left, top, right, bottom = (side * scale for side in mark.box)
            colour = _COLOURS[Outcome.MISSING if mark.finding.severity is ERROR else Outcome.NEARLY]
            pen.rectangle((left - _PAD, top - _PAD, right + _PAD, bottom + _PAD), outline=colour, width=3)
            _name(pen, mark.finding.code, (right + 2 * _PAD, top), colour)
    return image


def _name(pen: ImageDraw.ImageDraw, name: str, at: tuple[float, float], colour: tuple[int, int, int]) -> None:
    """Write a mention's id, which is in plain letters, beside its line, inside the page."""
    font = ImageFont.load_default(_LETTERS)
    left = min(at[0], _WIDTH - pen.textlength(name, font) - _PAD)
    box = pen.textbbox((left, at[1]), name, font)
    pen.rectangle((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2), fill=colour)
    pen.text((left, at[1]), name, font=font, fill="white")


def _with_band(image: Image.Image, missing: list[str]) -> Image.Image:
    taller = Image.new("RGB", (image.width, image.height + _BAND * len(missing)), "white")
    taller.paste(image)
    pen = ImageDraw.Draw(taller)
    for index, name in enumerate(missing):
        _name(pen, f"x {name}", (_BAND, image.height + index * _BAND), _COLOURS[Outcome.MISSING])
    return taller
