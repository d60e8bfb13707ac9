"""The pictures of a document: its QR code, and the vendor's logo."""

from __future__ import annotations

import io
import stat
import struct
import warnings
from dataclasses import dataclass
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import deflate

from generator.findings import ERROR
from generator.findings import define
from generator.lang import Text
from generator.lang import os_reason
from generator.modules import Modules
from generator.modules import qr_modules

if TYPE_CHECKING:
    from PIL import Image

MM_PER_INCH = 25.4
EMU_PER_MM, EMU_PER_POINT = 36_000, 12_700
# The Swiss QR-bill's guide asks for modules of 0.4 mm; 0.5 mm leaves room for a fax.
MODULE_MM = 0.5
MIN_QR_MM = 30.5
_PIXELS_PER_MODULE = 8
_EIGHT_PIXELS = bytes.maketrans(b"01", b"\xff\x00")
# Rows that repeat pack well without a long search.
_QR_COMPRESSION = 2

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

    @property
    def extent(self) -> tuple[int, int]:
        """Its width and height as a DOCX gives them, in English Metric Units (ISO/IEC 29500-1, 20.1.2.1)."""
        return int(self.width_mm * EMU_PER_MM), int(self.height_mm * EMU_PER_MM)


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
    modules = qr_modules(text)
    # Codes of any length take the same room, so that they do not move what stands beside them.
    module = max(MODULE_MM, MIN_QR_MM / len(modules))
    return Picture(_png(modules), len(modules) * module, len(modules) * module, description)


def _png(modules: Modules) -> bytes:
    """Return a picture of modules: a PNG of black and white (ISO/IEC 15948). Pillow takes ten times as long."""
    side = len(modules) * _PIXELS_PER_MODULE
    # A module is a byte of eight pixels, white or black, in eight rows; a row begins with its filter, none.
    rows = b"".join((b"\0" + row.encode().translate(_EIGHT_PIXELS)) * _PIXELS_PER_MODULE for row in modules)
    header = struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", deflate.zlib_compress(rows, _QR_COMPRESSION)), (b"IEND", b""))
    written = (
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", deflate.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


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
