"""Decode the pictures of a template: one that is damaged shows as an empty frame, or in part."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from generator.common.language import Text, text
from generator.common.opc import reachable

# A scan of an A4 page at 600 dpi has 35 million pixels.
MAX_PIXELS = 100_000_000
# Formats by the bytes that their files begin with; drawings such as EMF and SVG have no pixels.
_FORMATS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
# A part of such a name has to be a picture, whatever its first bytes are.
_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
# Samples of a pixel by colour type (PNG, 11.2.1).
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column and row, and steps, of the passes of an interlaced picture (PNG, 8.2).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
# Bytes that are unpacked at once: a bomb does not fill the memory.
_PIECE = 1 << 20

# A PNG that is cut off raises these.
_MALFORMED = (struct.error, zlib.error)


def find_damaged_picture(parts: Mapping[str, bytes]) -> tuple[str, Text] | None:
    """Return the part of the first picture that cannot be decoded, and why; None if all can be.

    Raises:
        etree.XMLSyntaxError: relationships are not well-formed.
    """
    names = [name for name in parts if _format(name, parts[name])]
    used = reachable(parts) if names else frozenset[str]()
    problems = ((name, _problem(parts[name])) for name in sorted(used.intersection(names)))
    return next(((name, reason) for name, reason in problems if reason), None)


def _format(name: str, data: bytes) -> str:
    """Return the format of a part that is a picture, or has the name of one; empty for others."""
    named = "?" if name.lower().endswith(_SUFFIXES) else ""
    return next((form for start, form in _FORMATS.items() if data.startswith(start)), named)


# A template is opened several times for one document.
@lru_cache(maxsize=64)
def _problem(data: bytes) -> Text | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures beyond a limit of its own; here MAX_PIXELS decides.
            warnings.simplefilter("ignore")
            return _decode(data)
    except Image.DecompressionBombError:
        return text("render.pictures.too-large", most=MAX_PIXELS)
    # Pillow raises any of these on damaged data, by format.
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, *_MALFORMED):
        return text("render.pictures.damaged")


def _decode(data: bytes) -> Text | None:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=tuple(set(_FORMATS.values()))) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            return text("render.pictures.too-large", most=MAX_PIXELS)
        image.load()
        return text("render.pictures.damaged") if image.format == "PNG" and not _is_whole_png(data) else None


def _is_whole_png(data: bytes) -> bool:
    # Pillow fills missing rows with black.
    chunks = list(_chunks(data))
    width, height, bits, colour, _, _, interlaced = struct.unpack(">LLBBBBB", chunks[0][1][:13])
    depth = bits * _SAMPLES.get(colour, 1)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    # Divisions are rounded up: a pass has a column for each step that it begins.
    sizes = [(-(-(width - left) // across), -(-(height - top) // down)) for left, top, across, down in passes]
    # Each row begins with a byte that names its filter (PNG, 9).
    wanted = sum(rows * (1 + (columns * depth + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0)
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    unpacker, found = zlib.decompressobj(), 0
    while found < wanted and not unpacker.eof:
        piece = unpacker.decompress(packed, _PIECE)
        packed = unpacker.unconsumed_tail
        found += len(piece)
        if not piece:
            break
    return bool(found >= wanted)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Return the kinds and contents of the chunks of a PNG."""
    # After the signature of a PNG (PNG, 5.2).
    at = 8
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">L", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        # Length, kind and checksum of a chunk take twelve bytes (PNG, 5.3).
        at += length + 12
