"""Logos of several forms, modes and shapes, drawn by the program: nobody's own."""

import functools
import io
from pathlib import Path

from PIL import Image, ImageDraw

# Width, height, mode, form: from a favicon to a scan for print, as wide and as tall as a logo may be.
_KINDS = {
    "carre.png": (300, 300, "RGB", "PNG"),
    "large.png": (1200, 60, "RGB", "PNG"),
    "haut.png": (80, 600, "RGBA", "PNG"),
    "transparent.png": (640, 200, "RGBA", "PNG"),
    "gris.png": (500, 180, "L", "PNG"),
    "palette.png": (256, 256, "P", "PNG"),
    "minuscule.png": (8, 8, "RGB", "PNG"),
    "noir-et-blanc.png": (333, 101, "1", "PNG"),
    "photo.jpg": (1600, 900, "RGB", "JPEG"),
    "portrait.jpg": (400, 900, "RGB", "JPEG"),
    "gris.jpg": (320, 120, "L", "JPEG"),
    "impression.jpg": (1500, 500, "CMYK", "JPEG"),
}
LOGOS = tuple(_KINDS)


@functools.cache
def logo(name: str) -> bytes:
    """Return the file of a logo of `LOGOS`."""
    width, height, mode, form = _KINDS[name]
    picture = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    side = min(width, height)
    pen.ellipse((0, 0, side - 1, side - 1), fill=(20, 90, 160, 255))
    pen.rectangle((width // 2, height // 4, width - 1, height - 1), fill=(200, 60, 30, 255))
    stream = io.BytesIO()
    solid = picture if mode == "RGBA" else Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    (solid if mode == "RGBA" else solid.convert("RGB").convert(mode)).save(stream, form)
    return stream.getvalue()


def write_logos(folder: Path) -> None:
    """Write all the logos into a folder, for the descriptors there that name them."""
    for name in LOGOS:
        (folder / name).write_bytes(logo(name))
