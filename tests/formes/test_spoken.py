"""What a PDF says of its pictures; `test_same_document.py` compares it with LibreOffice's."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject
from pypdf.generic import NameObject
from pypdf.generic import TextStringObject

from generator.formes.content import ContentError
from generator.formes.probe import code
from generator.formes.spoken import find_alts


def pdf_with(**entries: str) -> PdfReader:
    """Return a PDF with an object that says something."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer._add_object(
        DictionaryObject({NameObject(f"/{key}"): TextStringObject(value) for key, value in entries.items()})
    )
    stream = io.BytesIO()
    writer.write(stream)
    return PdfReader(io.BytesIO(stream.getvalue()))


def test_a_description_is_cut_at_its_codes() -> None:
    (alt,) = find_alts(pdf_with(Alt=f"Code QR : bon {code(3)} (été)", T="x"), 5)
    assert alt.pieces == ("Code QR : bon ", 3, " (été)")
    assert b"/T" in alt.head + alt.tail
    assert b"/Alt" in alt.head


def test_what_has_no_code_is_as_it_was() -> None:
    assert find_alts(pdf_with(Alt="Le logo", T="zq"), 5) == ()


@pytest.mark.parametrize("entries", [{"Contents": f"Bon {code(1)}"}, {"Alt": code(1), "T": code(2)}])
def test_a_value_elsewhere_makes_no_forme(entries: dict[str, str]) -> None:
    with pytest.raises(ContentError):
        find_alts(pdf_with(**entries), 5)
