"""A PDF written again with some of its objects changed; every other object keeps its bytes.

pypdf's own writer reads every object and writes each anew, which takes ten times as long for a document whose tags
alone are some hundred objects.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable

from pypdf import PdfReader
from pypdf.generic import ArrayObject
from pypdf.generic import ByteStringObject
from pypdf.generic import DictionaryObject
from pypdf.generic import EncodedStreamObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject
from pypdf.generic import NumberObject
from pypdf.generic import PdfObject
from pypdf.generic import StreamObject

# The second line tells transfer programs that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_END = b"endobj"
_TABLE = b"\nxref\n0 "
# The generation of the entries that no object has.
_FREE = 65535
_LENGTH = re.compile(rb"/Length (\d+) 0 R\b")


def packed(data: bytes) -> StreamObject:
    """Return a stream of these bytes, compressed."""
    stream = EncodedStreamObject()
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = zlib.compress(data)  # noqa: SLF001  # pypdf has no other way to set packed data
    return stream


def is_as_written(data: bytes) -> bool:
    """Tell whether a PDF is one that `PdfCopy` wrote, to the byte: nothing was signed, added or saved anew since."""
    table = data.rfind(_TABLE)
    identifier = io.BytesIO()
    _identifier(data[: table + 1]).write_to_stream(identifier)
    ends = data.endswith(f"\nstartxref\n{table + 1}\n%%EOF\n".encode())
    return table >= 0 and ends and identifier.getvalue() in data[table:]


def _identifier(content: bytes) -> ByteStringObject:
    return ByteStringObject(hashlib.sha256(content).digest()[:16])


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
        self._bounds = sorted({*self._offsets.values(), self._data.rfind(b"startxref"), self._data.rfind(b"xref\n")})
        self._numbers = {*self._offsets, *reader.xref_objStm}
        self._changed: dict[int, PdfObject] = {}

    def add(self, value: PdfObject) -> IndirectObject:
        """Add an object, and return the reference to it."""
        number = max(self._numbers) + 1
        self._numbers.add(number)
        self._changed[number] = value
        return IndirectObject(number, 0, self._reader)

    def replace(self, reference: IndirectObject, value: PdfObject) -> None:
        """Give an object another content; the length that a stream kept in an object of its own goes with it."""
        kept_apart = _LENGTH.search(self._kept(reference.idnum).partition(b"stream")[0])
        if kept_apart:
            self._numbers.discard(int(kept_apart[1]))
        self._changed[reference.idnum] = value

    def drop(self, numbers: Iterable[int]) -> None:
        """Leave objects out."""
        self._numbers.difference_update(numbers)

    def write(self, root: IndirectObject, info: IndirectObject) -> bytes:
        """Return the file; its identifier is made of its content: the same objects give the same bytes.

        Args:
            root: the catalogue.
            info: the document's properties.
        """
        stream = io.BytesIO()
        stream.write(_HEADER)
        places = {}
        for number in sorted(self._numbers):
            places[number] = stream.tell()
            stream.write(self._object(number))
        content = stream.getvalue()
        table = stream.tell()
        size = max(self._numbers) + 1
        stream.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            free = "0000000000 65535 f \n"
            stream.write((f"{places[number]:010} 00000 n \n" if number in places else free).encode())
        identifier = _identifier(content)
        stream.write(b"trailer\n")
        DictionaryObject(
            {
                NameObject("/Size"): NumberObject(size),
                NameObject("/Root"): root,
                NameObject("/Info"): info,
                NameObject("/ID"): ArrayObject((identifier, identifier)),
            }
        ).write_to_stream(stream)
        stream.write(f"\nstartxref\n{table}\n%%EOF\n".encode())
        return stream.getvalue()

    def _object(self, number: int) -> bytes:
        if number not in self._changed and (kept := self._kept(number)):
            return kept + b"\n"
        value = self._changed.get(number) or self._reader.get_object(number)
        stream = io.BytesIO()
        stream.write(b"%d 0 obj\n" % number)
        if value is not None:
            value.write_to_stream(stream)
        stream.write(b"\n%s\n" % _END)
        return stream.getvalue()

    def _kept(self, number: int) -> bytes:
        """Return an object's bytes; none where it is packed with others, or not where the table says."""
        if number not in self._offsets:
            return b""
        start = self._offsets[number]
        end = self._bounds[bisect_right(self._bounds, start)]
        kept = self._data[start:end].rstrip()
        return kept if kept.endswith(_END) and kept.startswith(b"%d 0 obj" % number) else b""
