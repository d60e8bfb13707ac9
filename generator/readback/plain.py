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

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_ENTRY_BYTES = 20
_TAIL = 2048
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_FONTS = re.compile(rb"/Font\s*<<([^>]*)>>")
_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_STREAM = re.compile(rb"/Filter\s*/FlateDecode\b[^>]*>>\s*stream\r?\n")
_PORTION = re.compile(rb"BT\n(-?[\d.]+) (-?[\d.]+) Td /(\w+) (-?[\d.]+) Tf\[([^\]]*)\]TJ\nET\n")
_CODES = re.compile(rb"<([0-9A-F]*)>")
_SHIFT = re.compile(rb"-?[\d.]+(?=<|\Z)")
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
_WIDTHS = re.compile(rb"/W\s*\[\s*0\s*\[([^\]]*)\]\s*\]")
_THOUSAND = 1000
# A gap between two portions of a line that is wider than this is a space, in parts of the size.
_GAP = 0.1


class NotPlainError(Exception):
    """The PDF is not written plainly: PDFium has to read it."""


@dataclass(frozen=True, slots=True)
class _Font:
    """What the codes of a font say, and how wide they are in thousandths."""

    texts: Mapping[int, str]
    widths: tuple[float, ...]


class _File:
    """A PDF's objects by their numbers."""

    def __init__(self, data: bytes) -> None:
        start = _START.search(data, max(len(data) - _TAIL, 0))
        table = start and _TABLE.match(data, int(start[1]))
        if not start or not table:
            raise NotPlainError
        self._data, self._count, self._entries = data, int(table[1]), table.end()
        self.trailer = data[table.end() + _ENTRY_BYTES * self._count : start.start()]

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
    fonts = _FONTS.search(file.at(page, b"/Resources"))
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    if not fonts or not contents:
        raise NotPlainError
    known = {name: _font(file, file.object(number)) for name, number in _FONT.findall(fonts[1])}
    content = file.stream(contents[1])
    portions = _PORTION.findall(content)
    if len(portions) != content.count(b"BT\n") or (b" Do" in content and b"/Fm" in content):
        raise NotPlainError
    pieces: list[str] = []
    line, end = b"", 0.0
    for index, (x, y, name, size, array) in enumerate(portions):
        font = known[name]
        codes = bytes.fromhex(b"".join(_CODES.findall(array)).decode()).decode("utf-16-be")
        if y != line:
            pieces.append("\n" if pieces else "")
        elif abs(float(x) - end) > _GAP * float(size):
            pieces.append(" ")
        pieces.append(codes.translate(font.texts))
        line = y
        if index + 1 < len(portions) and portions[index + 1][1] == y:
            width = sum([font.widths[ord(each)] for each in codes]) - sum(map(float, _SHIFT.findall(array)))
            end = float(x) + width * float(size) / _THOUSAND
    return "".join(pieces)


def _font(file: _File, font: bytes) -> _Font:
    if b"/Identity-H" not in font:
        raise NotPlainError
    return _Font(_texts(file.at(font, b"/ToUnicode")), _widths(file.at(font, b"/DescendantFonts")))


# Documents share their fonts.
@lru_cache(maxsize=32)
def _texts(stream: bytes) -> Mapping[int, str]:
    pairs = _PAIR.findall(_unpacked(stream))
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


@lru_cache(maxsize=32)
def _widths(font: bytes) -> tuple[float, ...]:
    found = _WIDTHS.search(font)
    if not found:
        raise NotPlainError
    return tuple(map(float, found[1].split()))


def _unpacked(stream: bytes) -> bytes:
    begin = _STREAM.search(stream)
    if not begin:
        raise NotPlainError
    return zlib.decompressobj().decompress(stream[begin.end() :])
