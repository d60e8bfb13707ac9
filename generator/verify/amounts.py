"""Find amounts that a page hides, that digits next to them alter, or that are not its order's; and hidden texts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from generator.common.findings import Finding, Place
from generator.documents.pictures import MM_PER_INCH
from generator.orders import Order
from generator.verify.finding_kinds import MONTANT_ETRANGER, TEXTE_ACCOLE, TEXTE_CACHE, TEXTE_INVISIBLE
from generator.verify.raster import PageImage
from generator.verify.readers import read_cell
from generator.verify.synthesis.expected import DPI
from generator.verify.text import Box, Line, Piece, touch, union
from generator.verify.values import AMOUNT, cents_of
from generator.verify.visible_text import Sight, VisibleText

# Of an amount's height: how near a digit is that belongs to it, a pale one too; a quantity next to it is farther away.
# The 1 of a quantity column was taken for such a digit on two of 80 documents of other vendors, and is on none.
_NEAR, _NEAR_PALE = 0.5, 0.75
# A text that much higher than an amount is a watermark.
_WATERMARK = 1.6
# An avance is two fifths of the amount, the solde the rest.
_SHARES = (100, 40, 60)


def hidden_texts(layer: VisibleText, place: Place) -> Iterator[Finding]:
    """Find the text that people do not see: what something covers, numbers that are not painted, amounts that are pale.

    Args:
        layer: the text, as people see it.
        place: the document.
    """
    for number, texts in enumerate(layer.hidden, start=1):
        for hidden in texts:
            is_number = hidden.sight is Sight.UNPAINTED and re.search(r"\d", hidden.text)
            where = {"line": hidden.line, "at": _millimetres(hidden.box)}
            if hidden.sight is Sight.COVERED and re.search(r"\w", hidden.text):
                yield TEXTE_CACHE.at(place.on_page(number), value=hidden.text, **where)
            elif is_number or AMOUNT.search(hidden.text):
                yield TEXTE_INVISIBLE.at(place.on_page(number), text=hidden.text)


def hidden_amounts(layer: VisibleText, shown: Sequence[PageImage], reader: str, place: Place) -> Iterator[Finding]:
    """Find the amounts that the text says and the page does not show, cell by cell: something may lie over them."""
    for number, (lines, image) in enumerate(zip(layer.pages, shown, strict=False), start=1):
        for line in lines:
            for box, amount in _amounts_of(line):
                read = " ".join(read_cell(reader, image, box))
                if re.sub(r"[^\d,.]", "", amount) not in re.sub(r"[^\d,.]", "", read):
                    where = {"line": line.text, "at": _millimetres(box)}
                    yield TEXTE_CACHE.at(place.on_page(number), value=amount, **where)


def added_digits(layer: VisibleText, place: Place) -> Iterator[Finding]:
    """Find digits next to an amount, pale ones or those set apart from it: people may see another amount.

    Args:
        layer: the text, as people see it.
        place: the document.
    """
    for number, (lines, hidden) in enumerate(zip(layer.pages, layer.hidden, strict=False), start=1):
        pale = [(each.text, each.box, _NEAR_PALE) for each in hidden if each.sight is Sight.PALE]
        for line in lines:
            pieces = [piece for other in lines for piece in (_set_back(line) if other is line else other.pieces)]
            others = [*pale, *((piece.text, piece.box, _NEAR) for piece in pieces)]
            digits = [each for each in others if re.search(r"\d", each[0])]
            for box, amount in _amounts_of(line) if line.pieces else ():
                for text, where, near in digits:
                    if _is_close(where, box, near):
                        values = {"text": text, "value": amount, "line": line.text, "at": _millimetres(where)}
                        yield TEXTE_ACCOLE.at(place.on_page(number), **values)


def _set_back(line: Line) -> list[Piece]:
    # What is drawn after the rest of a line comes after it in the text, wherever it is on the page.
    return [piece for before, piece in pairwise(line.pieces) if piece.box[2] <= before.box[0]]


def _is_close(digit: Box, amount: Box, near: float) -> bool:
    """Return whether a digit of about the same height stands in an amount, or `near` heights of it before it."""
    left, top, right, bottom = amount
    height = bottom - top
    around = (left - round(near * height), top + height // 4, right, bottom - height // 4)
    return touch(digit, around) and digit[3] - digit[1] < _WATERMARK * height


def _millimetres(box: Box) -> str:
    left, top, *_ = (round(side * MM_PER_INCH / DPI) for side in box)
    return f"{left} × {top} mm"


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
    starts = []
    at = 0
    for piece in line.pieces:
        starts.append((at, at + len(piece.text), piece.box))
        at += len(piece.text) + 1
    for found in AMOUNT.finditer(line.text):
        boxes = [box for start, end, box in starts if start < found.end() and end > found.start()]
        # The words of pages that are turned have no places.
        yield union(boxes) if boxes else line.box, found[0].strip()


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
