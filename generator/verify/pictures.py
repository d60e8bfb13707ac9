"""Pictures of a verified document: pages that show what was read well or badly, and mentions cut out of them."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont

from generator.common.findings import ERROR, INFO
from generator.verify.compare import Outcome, Reading, compare
from generator.verify.synthesis.expected import DPI
from generator.verify.text import text_lines, touch, union
from generator.verify.verify import NET, Look, Verified
from generator.verify.without_order import TEXT_LAYER

# Fit for a screen, and for a report of many pages.
_WIDTH = 1240
_COLOURS = {Outcome.VERBATIM: (0, 130, 70), Outcome.NEARLY: (215, 110, 0), Outcome.MISSING: (200, 0, 0)}
# In pixels: the letters of names, the height of the band for each missing mention, what frames leave around a text.
_LETTERS, _BAND, _PAD = 22, 34, 4
# In pixels: paper shown around a mention.
_MARGIN = 12
# The values of findings that name a mention.
_NAMING = ("id", "mention")


def annotated(verified: Verified) -> list[Image.Image]:
    """Return the pages, each mention framed: thin and green where it reads, thick and named where it does not.

    The mentions that are not found anywhere are named in a band under the last page.
    """
    readings = [reading for look in verified.looks if look.wear == NET for reading in look.readings]
    pages = [_drawn(verified, number, readings) for number in range(1, len(verified.pages) + 1)]
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


def _drawn(verified: Verified, number: int, readings: Iterable[Reading]) -> Image.Image:
    """Draw a page with frames around its mentions, and around the regions that are not as expected."""
    page = Image.fromarray(verified.pages[number - 1].pixels).convert("RGB")
    scale = _WIDTH / page.width
    image = page.resize((_WIDTH, round(page.height * scale)), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(image)
    for reading in readings:
        if reading.page == number:
            well = reading.outcome is Outcome.VERBATIM
            for index, line in enumerate(reading.lines):
                name = reading.mention.id if not well and not index else ""
                _frame(pen, [side * scale for side in line.box], _COLOURS[reading.outcome], 1 if well else 3, name)
    if verified.compared:
        own = sorted(verified.compared.shown)[number - 1]
        scale = _WIDTH / verified.compared.pages[number - 1].pixels.shape[1]
        for mark in verified.compared.marks:
            if mark.page == own:
                colour = _COLOURS[Outcome.MISSING if mark.finding.severity is ERROR else Outcome.NEARLY]
                _frame(pen, [side * scale for side in mark.box], colour, 3, mark.finding.code)
    return image


def _frame(pen: ImageDraw.ImageDraw, sides: list[float], colour: tuple[int, int, int], width: int, name: str) -> None:
    left, top, right, bottom = sides
    pen.rectangle((left - _PAD, top - _PAD, right + _PAD, bottom + _PAD), outline=colour, width=width)
    if name:
        _name(pen, name, (right + 2 * _PAD, top), colour)


def _name(pen: ImageDraw.ImageDraw, name: str, at: tuple[float, float], colour: tuple[int, int, int]) -> None:
    # The id of a mention is in plain letters. It stays inside the page.
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


@dataclass(frozen=True, eq=False)
class SeenMention:
    """A mention of a verified document.

    Attributes:
        id: its id in the AF's record.
        text: its fixed text.
        value: the value expected after the text; empty where none is known.
        is_fine: nothing was found against it.
        page: the page it is on, from 1; 0 where it was not found.
        crop: the part of the page that shows it; None where it was not found.
    """

    id: str
    text: str
    value: str
    is_fine: bool
    page: int
    crop: Image.Image | None


def with_expected_places(verified: Verified, expected: bytes | None) -> Verified:
    """Return a verified document whose `looks` have the places of its mentions.

    A document that was compared with the pages of its order is not read again: its pages were laid over those pages, so
    that each mention is where the order's own document has it.

    Args:
        verified: what was found, with its pages.
        expected: the document that its order gives, as PDF; None where none was rendered.
    """
    if not (verified.compared and verified.wanted and expected) or verified.looks:
        return verified
    mentions = [each for each in verified.wanted.mentions if each.id in verified.compared.mentions]
    shown = sorted(verified.compared.shown)
    readings = []
    for reading in compare(mentions, text_lines(expected, DPI)):
        outcome = Outcome.NEARLY if _is_reported(verified, reading) else Outcome.VERBATIM
        if reading.page in shown:
            readings.append(replace(reading, outcome=outcome, page=shown.index(reading.page) + 1))
    return replace(verified, looks=(Look(TEXT_LAYER, NET, tuple(readings)),))


def seen_mentions(verified: Verified) -> tuple[SeenMention, ...]:
    """Return the mentions of a document whose `looks` have their places, in the order of the AF's record."""
    looks = (look for look in verified.looks if look.wear == NET)
    return tuple(_seen(verified, reading) for look in looks for reading in look.readings)


def _seen(verified: Verified, reading: Reading) -> SeenMention:
    crop = None
    if reading.lines and 0 < reading.page <= len(verified.pages):
        left, top, right, bottom = union([line.box for line in reading.lines])
        image = Image.fromarray(verified.pages[reading.page - 1].pixels)
        sides = (max(left - _MARGIN, 0), max(top - _MARGIN, 0), right + _MARGIN, bottom + _MARGIN)
        crop = image.crop((*sides[:2], min(sides[2], image.width), min(sides[3], image.height)))
    mention = reading.mention
    is_fine = reading.outcome is Outcome.VERBATIM
    return SeenMention(mention.id, mention.text, mention.value, is_fine, reading.page if crop else 0, crop)


def _is_reported(verified: Verified, reading: Reading) -> bool:
    """Return whether a finding names a mention, or marks a region of an expected page that it is in."""
    for finding in verified.findings:
        values = dict(finding.values)
        if finding.severity is not INFO and any(str(values.get(key)) == reading.mention.id for key in _NAMING):
            return True
    marks = verified.compared.marks if verified.compared else ()
    box = union([line.box for line in reading.lines]) if reading.lines else None
    return box is not None and any(mark.page == reading.page and touch(mark.box, box) for mark in marks)
