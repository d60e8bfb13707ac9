"""The pictures of a document: its QR code, and the vendor's logo."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.findings import ERROR
from generator.findings import define

MM_PER_INCH = 25.4
# The Swiss QR-bill's guide asks for modules of 0.4 mm; 0.5 mm leaves room for a fax.
MODULE_MM = 0.5
MIN_QR_MM = 25.0
QUIET_MODULES = 4
_PIXELS_PER_MODULE = 8
# qrcode.util.MODE_ALPHA_NUM, which its stubs do not give as a literal.
_QR_ALPHANUMERIC: Literal[2] = 2

LOGO_BOX_MM = (55.0, 18.0)
LOGO_MAX_BYTES = 5 * 1024 * 1024
LOGO_MAX_PIXELS = 20_000_000
LOGO_FORMATS = ("PNG", "JPEG")

LOGO_ILLISIBLE = define(
    "LOGO-ILLISIBLE", ERROR,
    fr="le logo {logo} ne peut pas être lu : {reason}", en="the logo {logo} cannot be read: {reason}",
    fix_fr="donner un PNG ou un JPEG de moins de 5 Mo et 20 millions de pixels, ou retirer la clé",
    fix_en="give a PNG or a JPEG under 5 MB and 20 million pixels, or remove the key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is placed: the file's bytes, and its size on paper."""

    data: bytes
    width_mm: float
    height_mm: float
    description: str


class LogoError(Exception):
    """The logo cannot be used; `str()` says why."""


def qr_picture(text: str, description: str) -> Picture:
    """Return a QR code of level Q with its quiet zone, at least 25 mm wide without it.

    Args:
        text: upper-case letters, digits and ` $%*+-./:` only: the alphanumeric mode.
        description: what a screen reader says.
    """
    import qrcode
    from PIL import Image
    from qrcode.util import QRData

    # A fixed mask: trying all eight, as the library does by itself, takes as long as all the rest of the document.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=QUIET_MODULES, mask_pattern=2)
    code.add_data(QRData(text.encode("ascii"), mode=_QR_ALPHANUMERIC), optimize=0)
    code.make(fit=True)
    matrix = code.get_matrix()
    modules = len(matrix)
    pixels = bytes(0 if dark else 255 for row in matrix for dark in row)
    small = Image.frombytes("L", (modules, modules), pixels).convert("1", dither=Image.Dither.NONE)
    side = modules * _PIXELS_PER_MODULE
    stream = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG")
    module = max(MODULE_MM, MIN_QR_MM / (modules - 2 * QUIET_MODULES))
    return Picture(stream.getvalue(), modules * module, modules * module, description)


def logo_picture(path: Path, description: str) -> Picture:
    """Return a logo, as large as its box lets it be, its proportions kept.

    Args:
        path: a PNG or JPEG file.
        description: what a screen reader says.

    Raises:
        LogoError: the file is missing, too large, damaged or of another kind.
    """
    from PIL import Image

    try:
        with path.open("rb") as stream:
            data = stream.read(LOGO_MAX_BYTES + 1)
        if len(data) > LOGO_MAX_BYTES:
            raise LogoError(f"> {LOGO_MAX_BYTES} octets")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=LOGO_FORMATS) as image:
                width, height = image.size
                if width * height > LOGO_MAX_PIXELS:
                    raise LogoError(f"{width} × {height} pixels")
                image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "PNG, JPEG ?"
        raise LogoError(reason) from error
    scale = min(LOGO_BOX_MM[0] / width, LOGO_BOX_MM[1] / height)
    return Picture(data, width * scale, height * scale, description)
