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
from dataclasses import dataclass
from functools import lru_cache

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


def packed(data: bytes, level: int = zlib.Z_DEFAULT_COMPRESSION) -> StreamObject:
    """Return a stream of these bytes, compressed."""
    stream = EncodedStreamObject()
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = zlib.compress(data, level)  # noqa: SLF001  # pypdf has no other way to set packed data
    return stream


def is_as_written(data: bytes) -> bool:
    """Tell whether a PDF is one that `PdfCopy` wrote, to the byte: nothing was signed, added or saved anew since."""
    table = data.rfind(_TABLE)
    identifier = io.BytesIO()
    _identifier(hashlib.sha256(data[: table + 1])).write_to_stream(identifier)
    ends = data.endswith(f"\nstartxref\n{table + 1}\n%%EOF\n".encode())
    return table >= 0 and ends and identifier.getvalue() in data[table:]


def _identifier(digest: hashlib._Hash) -> ByteStringObject:
    return ByteStringObject(digest.digest()[:16])


class PdfBase:
    """The objects of a PDF, as its copies keep them."""

    def __init__(self, reader: PdfReader) -> None:
        self.reader = reader
        reader.stream.seek(0)
        self._data = reader.stream.read()
        self._offsets = {
            number: offset
            for generation, numbers in reader.xref.items()
            for number, offset in numbers.items()
            if generation != _FREE and number
        }
        self._bounds = sorted({*self._offsets.values(), self._data.rfind(b"startxref"), self._data.rfind(b"xref\n")})
        self.numbers = frozenset({*self._offsets, *reader.xref_objStm})
        # Copies of a forme all change the same objects.
        self.body = lru_cache(maxsize=4)(self._body)
        self.length_of = lru_cache(maxsize=64)(self._length_of)

    def _body(self, numbers: frozenset[int]) -> _Body:
        """Return the head of a file, with these objects in it."""
        stream = io.BytesIO()
        stream.write(_HEADER)
        places = {}
        for number in sorted(numbers):
            places[number] = stream.tell()
            stream.write(self._object(number))
        content = stream.getvalue()
        table = [_entry(places.get(number)) for number in range(1, max(numbers, default=0) + 1)]
        return _Body(content, tuple(table), hashlib.sha256(content))

    def _length_of(self, number: int) -> int | None:
        """Return the number of the object that holds the length of a stream, where it is kept apart."""
        kept_apart = _LENGTH.search(self._kept(number).partition(b"stream")[0])
        return int(kept_apart[1]) if kept_apart else None

    def _object(self, number: int) -> bytes:
        kept = self._kept(number)
        return kept + b"\n" if kept else written(number, self.reader.get_object(number))

    def _kept(self, number: int) -> bytes:
        """Return an object's bytes; none where it is packed with others, or not where the table says."""
        if number not in self._offsets:
            return b""
        start = self._offsets[number]
        end = self._bounds[bisect_right(self._bounds, start)]
        kept = self._data[start:end].rstrip()
        return kept if kept.endswith(_END) and kept.startswith(b"%d 0 obj" % number) else b""


@dataclass(frozen=True, slots=True)
class _Body:
    """The head of a file: its content, its entries in the table, from the first object, and its digest so far."""

    content: bytes
    table: tuple[bytes, ...]
    digest: hashlib._Hash


class PdfCopy:
    """The objects of a PDF, some of them replaced or added."""

    def __init__(self, base: PdfBase) -> None:
        self._base = base
        self._numbers = set(base.numbers)
        self._last = max(base.numbers)
        self._changed: dict[int, PdfObject] = {}

    def add(self, value: PdfObject) -> IndirectObject:
        """Add an object, and return the reference to it."""
        self._last += 1
        self._changed[self._last] = value
        return self.reference(self._last)

    def reference(self, number: int) -> IndirectObject:
        """Return the reference to an object."""
        return IndirectObject(number, 0, self._base.reader)

    def replace(self, reference: IndirectObject, value: PdfObject) -> None:
        """Give an object another content; the length that a stream kept in an object of its own goes with it."""
        length = self._base.length_of(reference.idnum)
        if length is not None:
            self._numbers.discard(length)
        self._changed[reference.idnum] = value

    def drop(self, numbers: Iterable[int]) -> None:
        """Leave objects out."""
        self._numbers.difference_update(numbers)

    def write(self, root: IndirectObject, info: IndirectObject) -> bytes:
        """Return the file: what is kept, then what has changed.

        Its identifier is made of its content: the same objects give the same bytes.

        Args:
            root: the catalogue.
            info: the document's properties.
        """
        body = self._base.body(frozenset(self._numbers.difference(self._changed)))
        table = list(body.table) + [_entry(None)] * (self._last - len(body.table))
        parts, place = [body.content], len(body.content)
        digest = body.digest.copy()
        for number, value in sorted(self._changed.items()):
            part = written(number, value)
            table[number - 1] = _entry(place)
            digest.update(part)
            parts.append(part)
            place += len(part)
        size = len(table) + 1
        parts += [b"xref\n0 %d\n" % size, _entry(None), *table]
        identifier = _identifier(digest)
        trailer = DictionaryObject(
            {
                NameObject("/Size"): NumberObject(size),
                NameObject("/Root"): root,
                NameObject("/Info"): info,
                NameObject("/ID"): ArrayObject((identifier, identifier)),
            }
        )
        stream = io.BytesIO()
        trailer.write_to_stream(stream)
        parts.append(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (stream.getvalue(), place))
        return b"".join(parts)


def written(number: int, value: PdfObject | None) -> bytes:
    """Return an object as it stands in a file."""
    stream = io.BytesIO()
    stream.write(b"%d 0 obj\n" % number)
    if value is not None:
        value.write_to_stream(stream)
    stream.write(b"\n%s\n" % _END)
    return stream.getvalue()


def _entry(place: int | None) -> bytes:
    """Return a line of the table: where an object begins, or that there is none."""
    return b"0000000000 65535 f \n" if place is None else b"%010d 00000 n \n" % place
