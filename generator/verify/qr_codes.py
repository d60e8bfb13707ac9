"""The QR codes on a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import zxingcpp

from generator.documents.qr import QrPayload, decode_payload
from generator.verify.orientation import quarter_turns
from generator.verify.raster import PageImage
from generator.verify.text import Box, union

_QR = zxingcpp.barcode_formats_from_str("QRCode")
# ZXing gives degrees.
_QUARTER = 90


@dataclass(frozen=True, slots=True)
class Codes:
    """What the QR codes of a document say.

    Attributes:
        payloads: one for each code of this program.
        others: the texts of other codes.
        turned: for each page, quarter turns, counter-clockwise, that set it upright; a page without a code lies
            as its lines do, or like the one before it where they do not tell.
        pages: the pages, from 1, on which a code of this program is, each with what it says.
    """

    payloads: tuple[QrPayload, ...]
    others: tuple[str, ...]
    turned: tuple[int, ...] = ()
    pages: tuple[tuple[int, QrPayload], ...] = ()

    def documents(self, count: int) -> list[tuple[int, int, QrPayload]]:
        """Return the documents of a file of `count` pages: the first and last page of each, and what its code says.

        A document has its code on the first page, or on all of them.
        """
        begun: list[tuple[int, QrPayload]] = []
        before: tuple[int, QrPayload] | None = None
        # The same code on pages that follow one another is that of one document.
        for number, payload in self.pages:
            if before is None or payload != before[1] or number > before[0] + 1:
                begun.append((number, payload))
            before = (number, payload)
        ends = [*(number - 1 for number, _ in begun[1:]), count]
        return [(number, end, payload) for (number, payload), end in zip(begun, ends, strict=False)]


def read_codes(pages: Iterable[PageImage]) -> Codes:
    """Return what the QR codes of some pages say, and how the pages lie."""
    found, others, turned = list[tuple[int, QrPayload]](), [], list[int]()
    for number, page in enumerate(pages, start=1):
        lies: int | None = None
        for code in zxingcpp.read_barcodes(page.pixels, formats=_QR):
            try:
                found.append((number, decode_payload(code.text)))
                lies = round(code.orientation / _QUARTER) % 4
            # A code of another program, such as the address of a site.
            except ValueError:
                others.append(code.text)
        if lies is None:
            lies = quarter_turns(page.pixels)
        turned.append((turned[-1] if turned else 0) if lies is None else lies)
    payloads = dict.fromkeys(payload for _, payload in found)
    return Codes(tuple(payloads), tuple(others), tuple(turned), tuple(dict.fromkeys(found)))


def code_boxes(page: PageImage) -> Iterator[Box]:
    """Return where the QR codes of a page are: left, top, right and bottom, in pixels."""
    for code in zxingcpp.read_barcodes(page.pixels, formats=_QR):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        yield union([(corner.x, corner.y, corner.x, corner.y) for corner in corners])
