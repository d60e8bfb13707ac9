"""The text of a PDF that is written plainly, as formes write it, read off the finished file quicker than by PDFium.

Plainly: a table of all objects at the end, a stream for each page, and each portion of text in one form, in fonts whose
codes are of two bytes and say their text in a ToUnicode map. Whatever is written otherwise is left to PDFium.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
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
_REMEMBERED = 8192


class NotPlainError(Exception):
    """The PDF is not written plainly: PDFium has to read it."""


class _Font:
    """What the codes of a font say, and how wide they are in thousandths; most portions stand in many documents."""

    def __init__(self, texts: Mapping[str, str], widths: Mapping[str, float]) -> None:
        self._texts, self._widths = texts, widths
        self.text_of = lru_cache(maxsize=_REMEMBERED)(self._text_of)
        self.width_of = lru_cache(maxsize=_REMEMBERED)(self._width_of)

    def _text_of(self, array: bytes) -> str:
        return "".join(map(self._texts.__getitem__, _codes(array)))

    def _width_of(self, array: bytes) -> float:
        return sum(map(self._widths.__getitem__, _codes(array))) - sum(map(float, _SHIFT.findall(array)))


def _codes(array: bytes) -> str:
    return bytes.fromhex(b"".join(_CODES.findall(array)).decode()).decode("utf-16-be")


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
    before: tuple[bytes, ...] = (b"", b"", b"", b"", b"")
    for portion in portions:
        x, y, name, size, array = portion
        if y != before[1]:
            pieces.append("\n" if pieces else "")
        elif abs(float(x) - _end(known, *before)) > _GAP * float(size):
            pieces.append(" ")
        pieces.append(known[name].text_of(array))
        before = portion
    return "".join(pieces)


def _end(fonts: Mapping[bytes, _Font], x: bytes, _: bytes, name: bytes, size: bytes, array: bytes) -> float:
    """Return where a portion ends, in points from the left."""
    return float(x) + fonts[name].width_of(array) * float(size) / _THOUSAND


def _font(file: _File, font: bytes) -> _Font:
    if b"/Identity-H" not in font:
        raise NotPlainError
    return _font_of(file.at(font, b"/ToUnicode"), file.at(font, b"/DescendantFonts"))


# Documents share their fonts.
@lru_cache(maxsize=32)
def _font_of(unicode: bytes, descendant: bytes) -> _Font:
    widths = _WIDTHS.search(descendant)
    if not widths:
        raise NotPlainError
    pairs = _PAIR.findall(_unpacked(unicode))
    texts = {chr(int(glyph, 16)): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
    return _Font(texts, {chr(glyph): float(width) for glyph, width in enumerate(widths[1].split())})


def _unpacked(stream: bytes) -> bytes:
    begin = _STREAM.search(stream)
    if not begin:
        raise NotPlainError
    return zlib.decompressobj().decompress(stream[begin.end() :])
