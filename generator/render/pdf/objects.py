"""A PDF written again with some of its objects changed; every other object keeps its bytes.

pypdf's own writer reads every object and writes each anew, which takes ten times as long for a document whose tags
alone are some hundred objects. For the same reason what changes with each document is written as bytes at once.
"""

from __future__ import annotations

import hashlib
import io
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only the PDFs of LibreOffice need pypdf, whose import takes a sixth of the time of one cold command.
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject, PdfObject

# The second line tells transfer programs that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_END = b"endobj"
# The generation of the entries that no object has.
_FREE = 65535
_SPECIAL = re.compile(rb"[()\\]")
# `/Length 12 0 R`: the length of the stream is in an object of its own.
_LENGTH = re.compile(rb"/Length (\d+) 0 R\b")


def text(value: str) -> bytes:
    """Return a text as it stands in a file: as it is where it is ASCII, else in UTF-16 (ISO 32000-1, 7.9.2.2)."""
    if value.isascii() and value.isprintable():
        return b"(%s)" % _SPECIAL.sub(rb"\\\g<0>", value.encode())
    return b"<FEFF%s>" % value.encode("utf-16-be").hex().upper().encode()


def reference(of: IndirectObject) -> bytes:
    """Return a reference as it stands in a file."""
    return b"%d 0 R" % of.idnum


def dictionary(**entries: bytes) -> bytes:
    """Return a dictionary as it stands in a file, from its values as they do; keywords are its keys."""
    return b"<<\n%s\n>>" % b"\n".join([b"/%s %s" % (key.encode(), value) for key, value in entries.items()])


def stream(data: bytes | bytearray, **entries: bytes) -> bytes:
    """Return a stream as it stands in a file; keywords are the entries of its dictionary beside its length."""
    return b"%s\nstream\n%s\nendstream" % (dictionary(**entries, Length=b"%d" % len(data)), data)


class PdfCopy:
    """The objects of a PDF, some of them replaced or added."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        reader.stream.seek(0)
        self._data = reader.stream.read()
        self._offsets = {
            number: offset
            for generation, numbers in reader.xref.items()
            for number, offset in numbers.items()
            if generation != _FREE and number
        }
        # An object ends where the next one begins, or the table.
        self._bounds = sorted({*self._offsets.values(), self._data.rfind(b"startxref"), self._data.rfind(b"xref\n")})
        # Objects that are packed with others have no offset of their own.
        self._numbers = {*self._offsets, *reader.xref_objStm}
        self._last = max(self._numbers)
        self._changed: dict[int, PdfObject | bytes] = {}

    def add(self, value: PdfObject | bytes) -> IndirectObject:
        """Add an object, as pypdf has it or as it stands in a file, and return the reference to it."""
        from pypdf.generic import IndirectObject

        self._last += 1
        self._changed[self._last] = value
        return IndirectObject(self._last, 0, self._reader)

    def replace(self, reference: IndirectObject, value: PdfObject | bytes) -> None:
        """Give an object another content; the length that a stream kept in an object of its own goes with it."""
        length = _LENGTH.search(self._kept(reference.idnum).partition(b"stream")[0])
        # Left behind, it would change the bytes from run to run: the length follows the clock.
        if length:
            self._numbers.discard(int(length[1]))
        self._changed[reference.idnum] = value

    def write(self, root: IndirectObject, info: IndirectObject) -> bytes:
        """Return the file, with an identifier made of its content: the same objects give the same bytes.

        Args:
            root: the catalogue.
            info: the document's properties.
        """
        file, places = bytearray(_HEADER), {}
        for number in sorted({*self._numbers, *self._changed}):
            places[number] = len(file)
            file += written(number, self._changed[number]) if number in self._changed else self._object(number)
        table = len(file)
        # Sixteen bytes, as an MD5 digest has, which ISO 32000-1, 14.4 proposes.
        identifier = b"<%s>" % hashlib.sha256(file).hexdigest()[:32].encode()
        size = self._last + 1
        file += b"xref\n0 %d\n" % size + b"".join(_entry(places.get(number)) for number in range(size))
        trailer = dictionary(
            Size=b"%d" % size, Root=reference(root), Info=reference(info), ID=b"[ %s %s ]" % (identifier, identifier)
        )
        file += b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, table)
        return bytes(file)

    def _object(self, number: int) -> bytes:
        kept = self._kept(number)
        return kept + b"\n" if kept else written(number, self._reader.get_object(number))

    def _kept(self, number: int) -> bytes:
        """Return an object's bytes; none where it is packed with others, or not where the table says."""
        if number not in self._offsets:
            return b""
        start = self._offsets[number]
        end = self._bounds[bisect_right(self._bounds, start)]
        kept = self._data[start:end].rstrip()
        return kept if kept.endswith(_END) and kept.startswith(b"%d 0 obj" % number) else b""


def written(number: int, value: PdfObject | bytes | None) -> bytes:
    """Return a numbered object as it stands in a file."""
    return b"%d 0 obj\n%s\n%s\n" % (number, value if isinstance(value, bytes) else unnumbered(value), _END)


def unnumbered(value: PdfObject | None) -> bytes:
    """Return a value as it stands in a file."""
    kept = io.BytesIO()
    if value is not None:
        value.write_to_stream(kept)
    return kept.getvalue()


def _entry(place: int | None) -> bytes:
    """Return a line of the table: where an object begins, or that there is none."""
    # Twenty bytes a line, its end included (ISO 32000-1, 7.5.4).
    return b"0000000000 65535 f \n" if place is None else b"%010d 00000 n \n" % place
