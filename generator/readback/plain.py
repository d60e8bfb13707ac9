"""The text of a PDF that is written plainly, as formes write it, read off the finished file quicker than by PDFium.

Plainly: a table of all objects at the end, a stream for each page, and each portion of text in one form, in fonts whose
codes are of two bytes and say their text in a ToUnicode map. Whatever is written otherwise is left to PDFium.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_ENTRY_BYTES = 20
_TAIL = 2048
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_FONTS = re.compile(rb"/Font\s*<<([^>]*)>>")
_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_STREAM = re.compile(rb"/Filter\s*/FlateDecode\b[^>]*>>\s*stream\r?\n")
_BEGIN, _END = b"BT\n", b"ET\n"
_PORTION = re.compile(rb"(-?[\d.]+) (-?[\d.]+) Td /(\w+) (-?[\d.]+) Tf\[([^\]]*)\]TJ\n")
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
_WIDTHS = re.compile(rb"/W\s*\[\s*0\s*\[([^\]]*)\]\s*\]")
_THOUSAND = 1000
# A gap between two portions of a line that is wider than this is a space, in parts of the size.
_GAP = 0.1
_REMEMBERED = 8192


class NotPlainError(Exception):
    """The PDF is not written plainly: PDFium has to read it."""


@dataclass(frozen=True, eq=False)
class _Font:
    """What the codes of a font say, and how wide they are in thousandths."""

    texts: Mapping[str, str]
    widths: Mapping[str, float]


class _Portion(NamedTuple):
    """A portion of text: how high it stands, as the page says it; its edges and its size, in points; its text."""

    y: bytes
    begin: float
    end: float
    size: float
    text: str


class _Fonts:
    """The fonts of a page, and what portions say that are set in them: most of those stand in many documents."""

    def __init__(self, fonts: Mapping[bytes, _Font]) -> None:
        self._fonts = fonts
        self.portion = lru_cache(maxsize=_REMEMBERED)(self._portion)

    def _portion(self, written: bytes) -> _Portion:
        found = _PORTION.fullmatch(written)
        if not found:
            raise NotPlainError
        x, y, name, size, array = found.groups()
        font = self._fonts[name]
        # Glyphs in angle brackets, and between them how far the next ones are moved to the left.
        pieces = array.replace(b">", b"<").split(b"<")
        codes = bytes.fromhex(b"".join(pieces[1::2]).decode()).decode("utf-16-be")
        width = sum(map(font.widths.__getitem__, codes)) - sum(map(float, filter(None, pieces[::2])))
        begin, points = float(x), float(size)
        text = "".join(map(font.texts.__getitem__, codes))
        return _Portion(y, begin, begin + width * points / _THOUSAND, points, text)


class _File:
    """A PDF's objects by their numbers."""

    def __init__(self, data: bytes) -> None:
        start = _START.search(data, max(len(data) - _TAIL, 0))
        table = start and _TABLE.match(data, int(start[1]))
        if not start or not table:
            raise NotPlainError
        self._data, self._count, self._entries = data, int(table[1]), table.end()
        self.trailer = data[table.end() + _ENTRY_BYTES * self._count : start.start()]
        # Pages share their resources.
        self._known: dict[bytes, _Fonts] = {}

    def object(self, number: bytes) -> bytes:
        """Return the bytes of an object."""
        entry = self._entries + _ENTRY_BYTES * int(number)
        begin = int(self._data[entry : entry + 10]) if int(number) < self._count else -1
        end = self._data.find(b"endobj", begin)
        if not self._data.startswith(b"%s 0 obj" % number, begin) or end < 0:
            raise NotPlainError
        return self._data[begin:end]

    def at(self, holder: bytes, key: bytes) -> bytes:
        """Return the object that another names under a key."""
        found = re.search(key + rb"\s*\[?\s*(\d+) 0 R", holder)
        if not found:
            raise NotPlainError
        return self.object(found[1])

    def stream(self, number: bytes) -> bytes:
        """Return the content of a stream."""
        return _unpacked(self.object(number))

    def fonts(self, resources: bytes) -> _Fonts:
        """Return the fonts that a page's resources name."""
        if resources not in self._known:
            fonts = _FONTS.search(resources)
            if not fonts:
                raise NotPlainError
            named = [(name, self._font(self.object(number))) for name, number in _FONT.findall(fonts[1])]
            self._known[resources] = _fonts_of(tuple(named))
        return self._known[resources]

    def _font(self, font: bytes) -> _Font:
        if b"/Identity-H" not in font:
            raise NotPlainError
        return _font_of(self.at(font, b"/ToUnicode"), self.at(font, b"/DescendantFonts"))


# Documents share their fonts.
@lru_cache(maxsize=16)
def _fonts_of(fonts: tuple[tuple[bytes, _Font], ...]) -> _Fonts:
    return _Fonts(dict(fonts))


@lru_cache(maxsize=32)
def _font_of(unicode: bytes, descendant: bytes) -> _Font:
    widths = _WIDTHS.search(descendant)
    if not widths:
        raise NotPlainError
    pairs = _PAIR.findall(_unpacked(unicode))
    texts = {chr(int(glyph, 16)): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
    return _Font(texts, {chr(glyph): float(width) for glyph, width in enumerate(widths[1].split())})


def plain_texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each page, lines parted by newlines, in the order the page sets them.

    Args:
        data: a PDF file.

    Raises:
        NotPlainError: it is not written plainly.
    """
    try:
        file = _File(data)
        pages = _KIDS.search(file.at(file.at(file.trailer, b"/Root"), b"/Pages"))
        if not pages:
            raise NotPlainError
        return tuple(_page_text(file, file.object(number)) for number in _REFERENCE.findall(pages[1]))
    except (ValueError, IndexError, KeyError, zlib.error) as error:
        raise NotPlainError from error


def _page_text(file: _File, page: bytes) -> str:
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    if not contents:
        raise NotPlainError
    fonts = file.fonts(file.at(page, b"/Resources"))
    content = file.stream(contents[1])
    if b"/Fm" in content and b" Do" in content:
        raise NotPlainError
    pieces: list[str] = []
    line, edge = b"", 0.0
    for begun in content.split(_BEGIN)[1:]:
        written, ended, _ = begun.partition(_END)
        if not ended:
            raise NotPlainError
        y, begin, end, size, text = fonts.portion(written)
        if y != line:
            pieces.append("\n" if pieces else "")
        elif abs(begin - edge) > _GAP * size:
            pieces.append(" ")
        pieces.append(text)
        line, edge = y, end
    return "".join(pieces)


def _unpacked(stream: bytes) -> bytes:
    begin = _STREAM.search(stream)
    if not begin:
        raise NotPlainError
    return zlib.decompressobj().decompress(stream[begin.end() :])
