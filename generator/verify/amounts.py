"""The amounts of a page: what the text says and the page shows, cell by cell, and those that are not an order's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from generator.common.findings import Finding, Place
from generator.orders import Order
from generator.verify.finding_kinds import MONTANT_ETRANGER, TEXTE_CACHE, TEXTE_INVISIBLE
from generator.verify.raster import PageImage, enlarged
from generator.verify.readers import read_pages
from generator.verify.synthesis.expected import Box, touch, union
from generator.verify.text import Line
from generator.verify.values import AMOUNT, cents_of
from generator.verify.visible_text import VisibleText

# In pixels: what is left around a cell that is read alone, half of the white that is put around it.
_CELL_PAD, _MARGIN = 3, 10
# An avance is two fifths of the amount, the solde the rest.
_SHARES = (100, 40, 60)


def hidden_amounts(layer: VisibleText, shown: Sequence[PageImage], reader: str, place: Place) -> Iterator[Finding]:
    """Find the amounts that the text says and the page does not show, cell by cell: something may lie over them."""
    for words in layer.hidden:
        text = " ".join(word.text for word in words)
        if AMOUNT.search(text):
            yield TEXTE_INVISIBLE.at(place, text=text)
    for lines, image in zip(layer.pages, shown, strict=False):
        for line in lines:
            for box, amount in _amounts_of(line):
                read = " ".join(read_cell(image, box, reader))
                if re.sub(r"[^\d,.]", "", amount) not in re.sub(r"[^\d,.]", "", read):
                    yield TEXTE_CACHE.at(place, value=amount, by=reader)


def touched_amounts(layer: VisibleText, place: Place) -> Iterator[Finding]:
    """Find digits in an amount, or right before it, that are no part of its line: people see another amount."""
    for lines in layer.pages:
        for line in lines:
            others = [piece for other in lines if other is not line for piece in other.pieces]
            digits = [piece for piece in others if re.search(r"\d", piece.text)]
            for box, amount in _amounts_of(line):
                left, top, right, bottom = box
                before = (left - (bottom - top), top, right, bottom)
                for piece in digits:
                    if touch(piece.box, before):
                        yield MONTANT_ETRANGER.at(place, amount=f"{piece.text}{amount}")


def _amounts_of(line: Line) -> Iterator[tuple[Box, str]]:
    """Return the amounts of a line, and where they stand."""
    starts = []
    at = 0
    for piece in line.pieces:
        starts.append((at, at + len(piece.text), piece.box))
        at += len(piece.text) + 1
    for found in AMOUNT.finditer(line.text):
        boxes = [box for start, end, box in starts if start < found.end() and end > found.start()]
        # The words of pages that are turned have no places.
        yield union(boxes) if boxes else line.box, found[0].strip()


def read_cell(image: PageImage, box: Box, reader: str) -> tuple[str, ...]:
    """Return what an engine reads in a box in several sizes, on white paper: the rules of a table are outside of it."""
    left, top, right, bottom = box
    piece = image.pixels[max(top - _CELL_PAD, 0) : bottom + _CELL_PAD, max(left - _CELL_PAD, 0) : right + _CELL_PAD]
    page = PageImage(np.pad(piece, 2 * _MARGIN, constant_values=255), image.dpi)
    texts = []
    for factor in (1.0, 1.5, 2.0):
        lines = read_pages(reader, [enlarged(page, factor) if factor > 1 else page])[0]
        texts.append("".join(line.text for line in lines))
    return tuple(texts)


def strange_amounts(lines: Iterable[str], mentions: Iterable[str], order: Order, place: Place) -> Iterator[Finding]:
    """Report the amounts of a document that are not its order's.

    Args:
        lines: what stands on the document.
        mentions: what must stand there.
        order: the order.
        place: the document.
    """
    sums = (order.montant.ht, order.montant.ttc, order.montant.ttc - order.montant.ht)
    known = {round(value * share) for value in sums for share in _SHARES}
    known |= {cents_of(found) for text in mentions for found in AMOUNT.finditer(text)}
    strange = {found[0].strip(): cents_of(found) for line in lines for found in AMOUNT.finditer(line)}
    for text, cents in strange.items():
        if cents and cents not in known:
            yield MONTANT_ETRANGER.at(place, amount=text)
