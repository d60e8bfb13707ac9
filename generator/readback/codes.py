"""The QR codes on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import zxingcpp

from generator.qr import QrPayload
from generator.qr import decode_payload
from generator.readback.raster import PageImage

_QR = zxingcpp.barcode_formats_from_str("QRCode")
_QUARTER = 90


@dataclass(frozen=True, slots=True)
class Codes:
    """What the QR codes of a document say.

    Attributes:
        payloads: one for each code of this program.
        others: the texts of other codes.
        turned: for each page, quarter turns, counter-clockwise, that set it upright; a page without a code lies
            like the one before it.
    """

    payloads: tuple[QrPayload, ...]
    others: tuple[str, ...]
    turned: tuple[int, ...] = ()


def read_codes(pages: Iterable[PageImage]) -> Codes:
    """Return what the QR codes of some pages say, and how the pages lie."""
    payloads, others, turned = [], [], list[int]()
    for page in pages:
        turned.append(turned[-1] if turned else 0)
        for code in zxingcpp.read_barcodes(page.pixels, formats=_QR):
            try:
                payloads.append(decode_payload(code.text))
                turned[-1] = round(code.orientation / _QUARTER) % 4
            except ValueError:
                others.append(code.text)
    return Codes(tuple(dict.fromkeys(payloads)), tuple(others), tuple(turned))
