"""A PDF written again with some of its objects changed; every other object keeps its bytes.

pypdf's own writer reads every object and writes each anew, which takes ten times as long for a document whose tags
alone are some hundred objects. For the same reason what changes with each document is written as bytes at once.
"""

from __future__ import annotations

import hashlib
import io
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import deflate
from pypdf import PdfReader
from pypdf.generic import IndirectObject
from pypdf.generic import PdfObject

# The second line tells transfer programs that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_END = b"endobj"
_TABLE = b"\nxref\n0 "
# The generation of the entries that no object has.
_FREE = 65535
_SPECIAL = re.compile(rb"[()\\]")
_LENGTH = re.compile(rb"/Length (\d+) 0 R\b")
# libdeflate's own choice.
_LEVEL = 6


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


def packed(data: bytes, level: int = _LEVEL, **entries: bytes) -> bytes:
    """Return a stream of these bytes, compressed, at a level of libdeflate: 1 is quick, 12 is small."""
    return stream(deflate.zlib_compress(data, level), Filter=b"/FlateDecode", **entries)


def is_as_written(data: bytes) -> bool:
    """Tell whether a PDF is one that `PdfCopy` wrote, to the byte: nothing was signed, added or saved anew since."""
    table = data.rfind(_TABLE)
    ends = data.endswith(f"\nstartxref\n{table + 1}\n%%EOF\n".encode())
    return table >= 0 and ends and _identifier(hashlib.sha256(data[: table + 1])) in data[table:]


def _identifier(digest: hashlib._Hash) -> bytes:
    return b"<%s>" % digest.hexdigest()[:32].encode()


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
        kept = io.BytesIO()
        kept.write(_HEADER)
        places = {}
        for number in sorted(numbers):
            places[number] = kept.tell()
            kept.write(self._object(number))
        content = kept.getvalue()
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
        self._changed: dict[int, PdfObject | bytes] = {}

    def add(self, value: PdfObject | bytes) -> IndirectObject:
        """Add an object, as pypdf has it or as it stands in a file, and return the reference to it."""
        self._last += 1
        self._changed[self._last] = value
        return self.reference(self._last)

    def reference(self, number: int) -> IndirectObject:
        """Return the reference to an object."""
        return IndirectObject(number, 0, self._base.reader)

    def replace(self, reference: IndirectObject, value: PdfObject | bytes) -> None:
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
        trailer = dictionary(
            Size=b"%d" % size, Root=reference(root), Info=reference(info), ID=b"[ %s %s ]" % (identifier, identifier)
        )
        parts.append(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, place))
        return b"".join(parts)


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
    return b"0000000000 65535 f \n" if place is None else b"%010d 00000 n \n" % place
