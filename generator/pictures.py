"""The pictures of a document: its QR code, and the vendor's logo."""

from __future__ import annotations

import io
import stat
import warnings
from dataclasses import dataclass
from dataclasses import replace
from functools import cache
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from generator.findings import ERROR
from generator.findings import define
from generator.lang import Text
from generator.lang import os_reason

if TYPE_CHECKING:
    from PIL import Image
    from qrcode import QRCode

MM_PER_INCH = 25.4
# The Swiss QR-bill's guide asks for modules of 0.4 mm; 0.5 mm leaves room for a fax.
MODULE_MM = 0.5
MIN_QR_MM = 30.5
QUIET_MODULES = 4
_PIXELS_PER_MODULE = 8
# qrcode.util.MODE_ALPHA_NUM, which its stubs do not give as a literal.
_QR_ALPHANUMERIC: Literal[2] = 2

LOGO_BOX_MM = (55.0, 18.0)
LOGO_MIN_MM = 2.0
LOGO_DPI = 600
LOGO_MAX_BYTES = 5 * 1024 * 1024
LOGO_MAX_PIXELS = 20_000_000
LOGO_FORMATS = ("PNG", "JPEG")

LOGO_ILLISIBLE = define(
    "LOGO-ILLISIBLE", ERROR,
    fr="le logo {logo} ne peut pas être lu : {reason}", en="the logo {logo} cannot be read: {reason}",
    fix_fr="donner un PNG ou un JPEG de moins de 5 Mo et 20 millions de pixels, ou retirer la clé",
    fix_en="give a PNG or a JPEG under 5 MB and 20 million pixels, or remove the key",
    why_fr="Le document serait fait sans le logo que la commande demande.",
    why_en="The document would be made without the logo that the order asks for.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is placed: the file's bytes, and its size on paper."""

    data: bytes
    width_mm: float
    height_mm: float
    description: str


class LogoError(Exception):
    """The logo cannot be used; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def qr_picture(text: str, description: str) -> Picture:
    """Return a QR code of level Q with its quiet zone, 30.5 mm wide with it, or more.

    Args:
        text: upper-case letters, digits and ` $%*+-./:` only: the alphanumeric mode.
        description: what a screen reader says.
    """
    from PIL import Image

    matrix = qr_matrix(text)
    modules = len(matrix)
    pixels = bytes(0 if dark else 255 for row in matrix for dark in row)
    small = Image.frombytes("L", (modules, modules), pixels).convert("1", dither=Image.Dither.NONE)
    side = modules * _PIXELS_PER_MODULE
    stream = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG")
    # Codes of any length take the same room, so that they do not move what stands beside them.
    module = max(MODULE_MM, MIN_QR_MM / modules)
    return Picture(stream.getvalue(), modules * module, modules * module, description)


# A chunk's documents are asked for their codes as pictures, and then as squares.
@lru_cache(maxsize=256)
def qr_matrix(text: str) -> list[list[bool]]:
    """Return the modules of a QR code, row by row, its quiet zone included: true for a dark one."""
    code = _qr_code(text, _qr_version(len(text)))
    code.make(fit=False)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


# Finding the version takes as long as the code itself; in the alphanumeric mode it is a matter of length.
@cache
def _qr_version(length: int) -> int:
    code = _qr_code("A" * length, None)
    code.best_fit()
    return int(code.version)


def _qr_code(text: str, version: int | None) -> QRCode[Any]:
    import qrcode
    from qrcode.util import QRData

    # A fixed mask: trying all eight, as the library does by itself, takes as long as all the rest of the document.
    code = qrcode.QRCode(version, qrcode.ERROR_CORRECT_Q, border=QUIET_MODULES, mask_pattern=2)
    code.add_data(QRData(text.encode("ascii"), mode=_QR_ALPHANUMERIC), optimize=0)
    return code


def logo_picture(path: Path, description: str) -> Picture:
    """Return a logo, as large as its box lets it be, its proportions kept, as a PNG of 600 dpi at most.

    Set anew whatever its form: Word knows fewer forms of JPEG than cameras write.

    Args:
        path: a PNG or JPEG file.
        description: what a screen reader says.

    Raises:
        LogoError: the file is missing, too large, damaged, of another kind, or a mere line.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise LogoError(os_reason(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise LogoError(Text("ce n'est pas un fichier", "it is not a file"))
    return replace(_set(path, status.st_mtime_ns, status.st_size), description=description)


# A vendor's orders share a logo: it is set once, as long as the file stays as it is.
@lru_cache(maxsize=16)
def _set(path: Path, _modified: int, size: int) -> Picture:
    from PIL import Image

    if size > LOGO_MAX_BYTES:
        raise LogoError(Text(f"plus de {LOGO_MAX_BYTES} octets", f"more than {LOGO_MAX_BYTES} bytes"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=LOGO_FORMATS) as image:
                return _logo(image)
    except OSError as error:
        reason = os_reason(error) if error.errno else Text("ni PNG ni JPEG", "neither PNG nor JPEG")
        raise LogoError(reason) from error
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoError(Text(str(error), str(error))) from error


def _logo(image: Image.Image) -> Picture:
    from PIL import ImageOps

    width, height = image.size
    if width * height > LOGO_MAX_PIXELS:
        raise LogoError(Text(f"{width} × {height} pixels", f"{width} × {height} pixels"))
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    scale = min(LOGO_BOX_MM[0] / width, LOGO_BOX_MM[1] / height)
    if min(width, height) * scale < LOGO_MIN_MM:
        raise LogoError(Text("il est trop étroit pour sa place", "it is too narrow for its place"))
    placed = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    dots = LOGO_DPI / MM_PER_INCH
    placed.thumbnail((round(LOGO_BOX_MM[0] * dots), round(LOGO_BOX_MM[1] * dots)))
    stream = io.BytesIO()
    placed.save(stream, "PNG")
    return Picture(stream.getvalue(), width * scale, height * scale, "")
