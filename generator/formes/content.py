"""The content of a page as LibreOffice writes it: one `BT … ET` for each portion of text, and everything between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pypdf.generic import DictionaryObject

_BLOCK = re.compile(rb"BT\n(?P<inner>.*?)ET\n?", re.DOTALL)
_PORTION = re.compile(
    rb"(?P<x>-?[\d.]+) (?P<y>-?[\d.]+) Td /(?P<font>F\d+) (?P<size>[\d.]+) Tf"
    rb"(?:\[(?P<array>[^\]]*)\]TJ|<(?P<single>[0-9A-F]*)>Tj)\n"
)
_ITEM = re.compile(rb"<(?P<codes>[0-9A-F]*)>|(?P<shift>-?[\d.]+)")
_BFCHAR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION = re.compile(r"beginbf(char|range)(.*?)endbf", re.DOTALL)
_THOUSAND = 1000


class ContentError(Exception):
    """The page is not as LibreOffice writes it; `str()` says how."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the PDF: the face's PostScript name, the text and the width (in thousandths) of each code."""

    name: str
    texts: Mapping[int, str]
    widths: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Portion:
    """A portion of text: its font's name in the page, size, place of its start, and items of codes and shifts."""

    font: str
    size: float
    x: float
    y: float
    items: tuple[bytes | float, ...]
    text: str
    width: float

    @property
    def end(self) -> float:
        """Where it ends, in points from the left."""
        return self.x + self.width


def read_font(font: DictionaryObject) -> Font:
    """Return what the codes of a font mean.

    Raises:
        ContentError: it is none that LibreOffice writes.
    """
    known: Any = font
    try:
        first = int(known["/FirstChar"])
        widths = {first + index: float(width) for index, width in enumerate(known["/Widths"])}
        mapping = known["/ToUnicode"].get_data().decode("latin-1")
        name = str(known["/BaseFont"]).rpartition("+")[2]
    except (KeyError, AttributeError, TypeError) as error:
        raise ContentError(f"font {font.get('/BaseFont')}") from error
    texts: dict[int, str] = {}
    for kind, section in _SECTION.findall(mapping):
        if kind == "range":
            raise ContentError("ranges in ToUnicode")
        for code, text in _BFCHAR.findall(section):
            texts[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return Font(name, texts, widths)


def read_page(data: bytes, fonts: Mapping[str, Font]) -> list[bytes | Portion]:
    """Return a page's content: portions of text, and the bytes between them.

    Args:
        data: the content stream, unpacked.
        fonts: the page's fonts by name.

    Raises:
        ContentError: a portion is not as LibreOffice writes it.
    """
    pieces: list[bytes | Portion] = []
    position = 0
    for block in _BLOCK.finditer(data):
        found = _PORTION.fullmatch(block["inner"])
        if not found:
            raise ContentError(f"text in another form: {block['inner'][:60]!r}")
        pieces.append(data[position : block.start()])
        pieces.append(_portion(found, fonts))
        position = block.end()
    pieces.append(data[position:])
    return pieces


def block_head(y: float, face: int, size: float) -> bytes:
    """Return what stands between a portion's x and its glyphs: its height, the index of its face, its size."""
    return f" {y:g} Td /T{face} {size:g} Tf[".encode()


def text_block(x: float, head: bytes, array: bytes) -> bytes:
    """Return a portion of text as LibreOffice writes it, with what `block_head` gives of it."""
    return b"BT\n%g%s%s]TJ\nET\n" % (round(x, 3), head, array)


def _portion(found: re.Match[bytes], fonts: Mapping[str, Font]) -> Portion:
    name, size = found["font"].decode(), float(found["size"])
    font = fonts[name]
    items: list[bytes | float] = []
    text, width = "", 0.0
    source = found["array"] if found["array"] is not None else b"<" + found["single"] + b">"
    for item in _ITEM.finditer(source):
        if item["shift"] is not None:
            items.append(float(item["shift"]))
            width -= float(item["shift"])
            continue
        codes = bytes.fromhex(item["codes"].decode())
        items.append(codes)
        try:
            text += "".join(font.texts[code] for code in codes)
            width += sum(font.widths[code] for code in codes)
        except KeyError as error:
            raise ContentError(f"a glyph of {font.name} says no text") from error
    return Portion(name, size, float(found["x"]), float(found["y"]), tuple(items), text, width * size / _THOUSAND)
