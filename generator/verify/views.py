"""A PDF as people meet it: on screen, printed, with its layers shown and hidden. All must show the same."""

from __future__ import annotations

import enum
import io
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from generator.common.language import Text
from generator.common.pdf_errors import DAMAGED_PDF
from generator.verify.raster import PageImage, rasterise
from generator.verify.text import UnreadablePdfError

# A difference of grey that people see, and how far apart two differences of one region are.
_VISIBLE, _JOIN = 12, 25
_LAYERS = b"/OCProperties"
Box = tuple[int, int, int, int]


class View(enum.Enum):
    """A way of looking at a PDF."""

    SCREEN = Text("à l'écran", "on screen")
    PRINT = Text("à l'impression", "in print")
    ALL_LAYERS = Text("avec tous ses calques", "with all of its layers")
    NO_LAYERS = Text("sans ses calques", "without its layers")


@dataclass(frozen=True, slots=True)
class Unlike:
    """A region that two views show otherwise: the other view, the page, from 1, and the box in its pixels."""

    view: View
    page: int
    box: Box


def views_of(data: bytes, dpi: int) -> dict[View, tuple[PageImage, ...]]:
    """Return the pages of a PDF in each view: the screen's first; another only where it differs from it.

    Args:
        data: the PDF.
        dpi: dots per inch.

    Raises:
        UnreadablePdfError: it cannot be drawn.
    """
    screen = tuple(rasterise(data, dpi))
    views = {View.SCREEN: screen}
    for view, other in _others(data):
        try:
            pages = tuple(rasterise(other, dpi, prints=view is View.PRINT))
        except UnreadablePdfError:
            continue
        alike = len(pages) == len(screen) and all(
            np.array_equal(one.pixels, two.pixels) for one, two in zip(pages, screen, strict=True)
        )
        if not alike:
            views[view] = pages
    return views


def _others(data: bytes) -> Iterator[tuple[View, bytes]]:
    yield View.PRINT, data
    if _LAYERS in data or b"/ObjStm" in data:
        yield from _with_layers(data)


def _with_layers(data: bytes) -> Iterator[tuple[View, bytes]]:
    """Return a PDF with all of its layers shown, and with all of them hidden."""
    for view, state, names in ((View.ALL_LAYERS, "/ON", "/OFF"), (View.NO_LAYERS, "/OFF", "/ON")):
        try:
            reader = PdfReader(io.BytesIO(data))
            if _LAYERS.decode() not in reader.root_object:
                return
            writer = PdfWriter(clone_from=reader)
            layers = writer.root_object[_LAYERS.decode()].get_object()
            assert isinstance(layers, DictionaryObject)
            settings = DictionaryObject({NameObject("/BaseState"): NameObject(state), NameObject(names): ArrayObject()})
            every = ArrayObject(layers.get("/OCGs", ArrayObject()))
            settings[NameObject("/ON" if state == "/ON" else "/OFF")] = every
            layers[NameObject("/D")] = settings
            written = io.BytesIO()
            writer.write(written)
        except DAMAGED_PDF:
            return
        yield view, written.getvalue()


def unlike(views: dict[View, tuple[PageImage, ...]]) -> Iterator[Unlike]:
    """Find the regions that another view shows otherwise than the screen."""
    screen = views[View.SCREEN]
    for view, pages in views.items():
        for number, (one, two) in enumerate(zip(screen, pages, strict=False), start=1):
            if one.pixels.shape == two.pixels.shape:
                for box in _regions(one, two):
                    yield Unlike(view, number, box)


def _regions(one: PageImage, two: PageImage) -> Iterator[Box]:
    apart = (cv2.absdiff(one.pixels, two.pixels) > _VISIBLE).astype(np.uint8)
    if not apart.any():
        return
    joined = cv2.dilate(apart, np.ones((_JOIN, _JOIN), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    half = _JOIN // 2
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in stats[index, :4])
        yield left + half, top + half, left + wide - half, top + high - half
