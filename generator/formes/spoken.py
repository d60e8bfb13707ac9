"""What a PDF says of its pictures, to those who do not see them: the values in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pypdf import PdfReader
from pypdf.generic import ArrayObject
from pypdf.generic import DictionaryObject
from pypdf.generic import NameObject
from pypdf.generic import TextStringObject

from generator.formes.content import ContentError
from generator.formes.probe import CODE
from generator.formes.probe import Pieces
from generator.formes.probe import pieces_of
from generator.pdf.objects import PdfBase
from generator.pdf.objects import text
from generator.pdf.objects import unnumbered

_MARK = "segurdoc alt"


class Alt(NamedTuple):
    """An element that describes a picture (ISO 32000-1, 14.9.3).

    Attributes:
        number: its object.
        head: what the object is written as, up to the description.
        pieces: the description.
        tail: what comes after it.
    """

    number: int
    head: bytes
    pieces: Pieces
    tail: bytes


def find_alts(reader: PdfReader, count: int) -> tuple[Alt, ...]:
    """Return the descriptions that have one of so many codes.

    Raises:
        ContentError: a code stands elsewhere than in a page or in a description.
    """
    info = reader.trailer.raw_get("/Info")
    alts = []
    for number in sorted(PdfBase(reader).numbers - {info.idnum}):
        value = reader.get_object(number)
        coded = [said for said in _strings(value) if CODE.search(said)]
        if not coded:
            continue
        if not isinstance(value, DictionaryObject) or coded != [value.get("/Alt")]:
            raise ContentError(f"a value stands beside the pages: {coded[0]!r}")
        marked = DictionaryObject(value)
        marked[NameObject("/Alt")] = TextStringObject(_MARK)
        head, _, tail = unnumbered(marked).partition(text(_MARK))
        alts.append(Alt(number, head, pieces_of(coded[0], count), tail))
    return tuple(alts)


def _strings(value: object) -> Iterator[str]:
    """Give the texts of an object, but not those of objects that it refers to."""
    if isinstance(value, str) and not isinstance(value, NameObject):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, DictionaryObject):
        for key in value:
            yield from _strings(value.raw_get(key))
    elif isinstance(value, ArrayObject):
        for each in list.__iter__(value):
            yield from _strings(each)
