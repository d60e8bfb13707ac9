"""A forme gives the document that LibreOffice gives: same text, same places, same look, same structure."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from benchmarks.drawn import drawn_descriptor
from generator.orders import Order
from generator.pipeline import render_orders
from generator.readback.text import page_texts
from generator.readback.text import text_lines
from generator.references import Appel
from generator.references import Appels
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions
from generator.validation import check_descriptor
from tests.conftest import RenderedSample
from tests.conftest import descriptor

# Hundredths of a point that a line may be off, in the drawing below.
UNITS = 7200
POINT = 100
# The points of a page at 100 dpi that may differ by more than a quarter of black, for each that is dark, and so many of
# a page of few: the edges of glyphs, which LibreOffice sets on a grid of a tenth of a point, and of the code's squares.
SHARE_OFF, POINTS_OFF = 0.15, 500


def rendered(orders: Sequence[tuple[Order, Appel]], out: Path, engine: Engine) -> list[Rendered]:
    options = RenderOptions(formats=(Format.PDF,), engine=engine)
    return [each for results in render_orders(orders, out, options) for each in results]


def pages(data: bytes) -> list[np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    with pdfium.PdfDocument(data) as document:
        return [np.asarray(page.render(scale=100 / 72).to_pil().convert("L")).astype(int) for page in document]


def structure(data: bytes) -> list[str]:
    """Return the kinds of the structure's elements, in their order, with how deep each stands."""
    found: list[str] = []

    def walk(element: object, depth: int) -> None:
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for each in element:
                walk(each, depth)
        elif isinstance(element, dict) and "/S" in element:
            found.append(f"{depth} {element['/S']}")
            walk(element.get("/K", []), depth + 1)

    root = PdfReader(io.BytesIO(data)).root_object
    walk(root["/StructTreeRoot"]["/K"], 0)  # type: ignore[index]
    return found


def assert_same_document(ours: bytes, theirs: bytes) -> None:
    assert [text.split() for text in page_texts(ours)] == [text.split() for text in page_texts(theirs)]
    for our_page, their_page in zip(text_lines(ours, UNITS), text_lines(theirs, UNITS), strict=True):
        assert [line.text.split() for line in our_page] == [line.text.split() for line in their_page]
        for line, other in zip(our_page, their_page, strict=True):
            assert abs(line.box[0] - other.box[0]) <= POINT / 2, line.text
            assert abs(line.box[3] - other.box[3]) <= POINT / 2, line.text
            assert abs(line.box[2] - other.box[2]) <= POINT * 1.5, line.text
    for one, two in zip(pages(ours), pages(theirs), strict=True):
        assert one.shape == two.shape
        assert (abs(one - two) > 64).sum() < SHARE_OFF * (two < 128).sum() + POINTS_OFF
    assert structure(ours) == structure(theirs)


@pytest.mark.slow
def test_every_sample_is_the_same(rendered_samples: list[RenderedSample], appels: Appels, tmp_path: Path) -> None:
    for sample in rendered_samples:
        options = RenderOptions((sample.document,), (Format.PDF,), engine=Engine.FORME)
        ((result,),) = render_orders([(sample.order, appels[sample.order.reference])], tmp_path, options)
        assert result.files, [found.message("en") for found in result.findings]
        assert_same_document(result.files[0].read_bytes(), sample.file(".pdf").read_bytes())


@pytest.mark.slow
def test_200_drawn_orders_are_the_same(appels: Appels, tmp_path: Path) -> None:
    orders = []
    for number in range(200):
        checked = check_descriptor(descriptor(json.loads(json.dumps(drawn_descriptor(number)))), appels)
        assert checked.order
        assert checked.appel
        orders.append((checked.order, checked.appel))
    ours = rendered(orders, tmp_path / "ours", Engine.FORME)
    theirs = rendered(orders, tmp_path / "theirs", Engine.LIBREOFFICE)
    same = 0
    for one, two in zip(ours, theirs, strict=True):
        assert two.files
        if one.files:
            same += 1
            assert_same_document(one.files[0].read_bytes(), two.files[0].read_bytes())
    assert same >= 195


@pytest.mark.slow
def test_a_forme_s_pdf_is_sound(rendered_samples: list[RenderedSample], appels: Appels, tmp_path: Path) -> None:
    import subprocess

    sample = next(sample for sample in rendered_samples if sample.document is DocumentKind.BDC)
    options = RenderOptions((sample.document,), (Format.PDF,), engine=Engine.FORME)
    ((result,),) = render_orders([(sample.order, appels[sample.order.reference])], tmp_path, options)
    (file,) = result.files
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    assert file.stat().st_size < min(120_000, 1.5 * sample.file(".pdf").stat().st_size)
