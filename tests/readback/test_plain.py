"""The text of a plain PDF is what PDFium reads; of any other nothing is said."""

from __future__ import annotations

import re
import zlib

import pytest

from benchmarks.drawn import drawn_descriptor
from generator.pipeline import render_orders
from generator.readback import text as text_module
from generator.readback.plain import NotPlainError
from generator.readback.plain import plain_texts
from generator.readback.text import page_texts
from generator.readback.text import texts_of_kind
from generator.references import Appels
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import RenderOptions
from generator.validation import validate
from tests.conftest import VALID
from tests.conftest import order_of


@pytest.fixture(scope="module")
def by_formes(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> list[bytes]:
    """The samples that have a forme among those of the program, and drawn orders."""
    orders = [checked.order for checked in validate([VALID], appels) if checked.order]
    orders += [order_of(drawn_descriptor(number)) for number in range(20)]
    out = tmp_path_factory.mktemp("formes")
    options = RenderOptions(formats=(Format.PDF,), engine=Engine.FORME)
    results = render_orders([(order, appels[order.reference]) for order in orders], out, options)
    return [file.read_bytes() for each in results for result in each for file in result.files]


def lines(texts: tuple[str, ...]) -> list[list[list[str]]]:
    return [[line.split() for line in text.split("\n")] for text in texts]


def test_it_reads_what_pdfium_reads(by_formes: list[bytes]) -> None:
    assert len(by_formes) > 20
    for data in by_formes:
        assert lines(plain_texts(data)) == lines(page_texts(data))


def test_it_reads_the_file_and_not_what_was_meant(by_formes: list[bytes]) -> None:
    data = by_formes[0]
    stream = next(
        found
        for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
        if b"BT\n" in _unpacked(found[1])
    )
    content = _unpacked(stream[1])
    portion = re.search(rb"<([0-9A-F]{4})", content[content.index(b"Td") :])
    assert portion
    other = content.replace(portion[1], b"0003")
    packed = zlib.compress(other, 9)
    assert len(packed) <= len(stream[1])
    changed = data[: stream.start(1)] + packed.ljust(len(stream[1]), b"\0") + data[stream.end(1) :]
    assert plain_texts(changed) != plain_texts(data)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"startxref\n0\n%%EOF\n", b"startxref\n99999\n%%EOF\n"])
def test_what_is_no_plain_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(NotPlainError):
        plain_texts(data)


def test_every_truncated_file_is_refused(by_formes: list[bytes]) -> None:
    data = by_formes[0]
    for end in range(0, len(data), 997):
        with pytest.raises(NotPlainError):
            plain_texts(data[:end])


def test_where_the_two_read_otherwise_pdfium_reads_all_of_the_kind(
    by_formes: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_module, "_READ_ALIKE", {})
    monkeypatch.setattr(text_module, "plain_texts", lambda _: ("something else",))
    for _ in range(2):
        assert texts_of_kind(by_formes[0], "kind") == page_texts(by_formes[0])
