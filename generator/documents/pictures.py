"""Prepare the vendor's logo for documents, within limits; `Picture` is the type of QR codes as well."""

from __future__ import annotations

import io
import stat
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.findings import ERROR, define
from generator.common.language import Text, os_reason, text

if TYPE_CHECKING:
    from PIL import Image

MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
# English Metric Units, in which a DOCX gives sizes.
EMU_PER_MM = 36_000

LOGO_BOX_MM = (55.0, 18.0)
LOGO_MIN_MM = 2.0
LOGO_DPI = 600
LOGO_MAX_BYTES = 5 * 1024 * 1024
# A file of some kilobytes may unfold to billions of pixels.
LOGO_MAX_PIXELS = 20_000_000
# Each format is one more decoder that a hostile file may attack.
LOGO_FORMATS = ("PNG", "JPEG")

LOGO_ILLISIBLE = define("LOGO-ILLISIBLE", ERROR)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the bytes of its file, its size on paper, and the same as an SVG where there is one."""

    data: bytes
    width_mm: float
    height_mm: float
    description: str
    svg: bytes = b""

    @property
    def extent(self) -> tuple[int, int]:
        """Its width and height in a DOCX, in English Metric Units (ISO/IEC 29500-1, 20.1.2.1)."""
        return int(self.width_mm * EMU_PER_MM), int(self.height_mm * EMU_PER_MM)


class LogoError(Exception):
    """The logo cannot be used; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def logo_picture(path: Path, description: str) -> Picture:
    """Return a logo as a PNG of at most 600 dpi, scaled to its box in its proportions.

    It is always re-encoded: Word reads fewer kinds of JPEG than cameras write.

    Args:
        path: a PNG or JPEG file.
        description: what a screen reader says.

    Raises:
        LogoError: the file is missing, too large, damaged, of another format, or too narrow.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise LogoError(os_reason(error)) from error
    # A pipe without a writer would be waited for without end.
    if not stat.S_ISREG(status.st_mode):
        raise LogoError(text("documents.logo.not-file"))
    # The picture is the same for all orders, and its description may differ.
    return replace(_load_logo(path, status.st_mtime_ns, status.st_size), description=description)


def logo_problem(path: Path) -> Text | None:
    """Return why a logo cannot be used; None if it can."""
    try:
        logo_picture(path, "")
    except LogoError as error:
        return error.reason
    return None


# The orders of a vendor share a logo. Size and time of change are part of the key, so a new file is read.
@lru_cache(maxsize=16)
def _load_logo(path: Path, _modified: int, size: int) -> Picture:
    from PIL import Image

    if size > LOGO_MAX_BYTES:
        raise LogoError(text("documents.logo.too-large", most=LOGO_MAX_BYTES))
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures that the bounds below refuse.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=LOGO_FORMATS) as image:
                return _logo(image)
    except OSError as error:
        reason = os_reason(error) if error.errno else text("documents.logo.unknown-format")
        raise LogoError(reason) from error
    # What Pillow raises on damaged files, besides OSError.
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoError(Text(str(error), str(error))) from error


def _logo(image: Image.Image) -> Picture:
    from PIL import ImageOps

    width, height = image.size
    # The size is known from the head of the file: nothing is decoded before.
    if width * height > LOGO_MAX_PIXELS:
        raise LogoError(text("documents.logo.too-many-pixels", width=width, height=height))
    # Cameras note how a picture is turned instead of turning it.
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    scale = min(LOGO_BOX_MM[0] / width, LOGO_BOX_MM[1] / height)
    if min(width, height) * scale < LOGO_MIN_MM:
        raise LogoError(text("documents.logo.too-narrow"))
    placed = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    dots = LOGO_DPI / MM_PER_INCH
    placed.thumbnail((round(LOGO_BOX_MM[0] * dots), round(LOGO_BOX_MM[1] * dots)))
    stream = io.BytesIO()
    placed.save(stream, "PNG")
    return Picture(stream.getvalue(), width * scale, height * scale, "")
