"""The vendor's logo in a page: where it is drawn, in which size, and the picture itself."""

from __future__ import annotations

import io
import zlib
from functools import lru_cache
from typing import NamedTuple

from generator.pdf.objects import PdfCopy
from generator.pdf.objects import reference
from generator.pdf.objects import stream
from generator.pictures import EMU_PER_POINT
from generator.pictures import Picture

# LibreOffice rounds sizes to twentieths of a point.
_GRID = 20


class Spot(NamedTuple):
    """Where a page draws the logo.

    Attributes:
        name: what the page calls the picture.
        x: the point that stays, in points from the left of the page.
        y: the same, from the bottom.
        across: which point of the logo it is: 0 at its left, 1 at its right.
        up: 0 at its foot, 1 at its top.
    """

    name: str
    x: float
    y: float
    across: float
    up: float


class _Pixels(NamedTuple):
    """A picture's size in pixels, its colours and its mask, compressed."""

    width: int
    height: int
    colours: bytes
    mask: bytes | None


def size_of(logo: Picture) -> tuple[float, float]:
    """Return the size of a logo in points, as LibreOffice rounds it."""
    width, height = (round(side * _GRID / EMU_PER_POINT) / _GRID for side in logo.extent)
    return width, height


def drawn(spot: Spot, logo: Picture) -> bytes:
    """Return the drawing of a logo in its spot, as LibreOffice writes it."""
    width, height = size_of(logo)
    x, y = spot.x - spot.across * width, spot.y - spot.up * height
    name = spot.name.encode()
    return b"%g %g %g %g re\nW* n\nq %g 0 0 %g %g %g cm\n/%s Do Q" % (x, y, width, height, width, height, x, y, name)


def place_logo(copy: PdfCopy, number: int, logo: Picture) -> None:
    """Put a logo into a PDF, in the place of the object of this number (ISO 32000-1, 8.9.5)."""
    pixels = _pixels(logo.data)
    picture = {
        "Type": b"/XObject",
        "Subtype": b"/Image",
        "Width": b"%d" % pixels.width,
        "Height": b"%d" % pixels.height,
        "BitsPerComponent": b"8",
        "Filter": b"/FlateDecode",
    }
    seen = {}
    if pixels.mask:
        seen["SMask"] = reference(copy.add(stream(pixels.mask, **picture, ColorSpace=b"/DeviceGray")))
    coloured = stream(pixels.colours, **picture, ColorSpace=b"/DeviceRGB", **seen)
    copy.replace(copy.reference(number), coloured)


# Orders share their logos.
@lru_cache(maxsize=8)
def _pixels(png: bytes) -> _Pixels:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        mask = zlib.compress(image.getchannel("A").tobytes()) if "A" in image.getbands() else None
        return _Pixels(*image.size, zlib.compress(image.convert("RGB").tobytes()), mask)
