"""The QR code of a document: its text, in the QR alphanumeric mode, and its drawing.

Version 1 of the form, nine fields parted by `*`:

    SEGURDOC1*KIND*REFERENCE*NUMERO*FINESS*DATE*HT*TTC*DIGEST

KIND is `BDC`, `VA` or `PV-PILOTE`; DATE is `YYYYMMDD`, of the order for a BDC, else of the acceptance; HT and TTC are
in cents; DIGEST is the first 16 bytes of the SHA-256 of the canonical descriptor, in hexadecimal. In
REFERENCE, NUMERO and FINESS, digits, `A` to `Z`, `-`, `.`, `/` and `:` are literal; every other byte of the UTF-8
text is `%` and two hexadecimal digits. `docs/en/qr-code.md` explains it to vendors.
"""

import datetime
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from generator.documents.pictures import Picture
from generator.documents.properties import document_date
from generator.orders import Order
from generator.orders.canonical import DIGEST_BYTES, canonical_digest
from generator.references import DocumentKind

VERSION = "SEGURDOC1"
# The alphanumeric mode of QR codes, less the space and `$%*+`: `%` escapes, and `*` parts the fields.
_PLAIN = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./:")
_ESCAPED = re.compile(r"%([0-9A-F]{2})")
_FIELDS = 9

# The guide of the Swiss QR-bill asks for modules of 0.4 mm; 0.5 mm is still legible after a fax.
MODULE_MM = 0.5
MIN_QR_MM = 30.5
_PIXELS_PER_MODULE = 8
# ISO/IEC 18004 asks for a quiet zone of four modules.
QUIET_MODULES = 4
_DARK_MODULES = re.compile(rb"\x00+")
# qrcode.util.MODE_ALPHA_NUM, which the type stubs lack as a literal.
# Two characters take 11 bits instead of 16 (ISO/IEC 18004).
_ALPHANUMERIC: Literal[2] = 2
# qrcode would try all eight masks, which takes eight times as long.
_MASK: Literal[2] = 2


@dataclass(frozen=True, slots=True)
class QrPayload:
    """The content of a QR code; amounts in euros."""

    document: DocumentKind
    reference: str
    numero: str
    finess_pmsi: str
    date: datetime.date
    ht: Decimal
    ttc: Decimal
    digest: bytes

    def encode(self) -> str:
        """Return the text of the QR code."""
        return "*".join(
            (
                VERSION,
                self.document.file_prefix,
                _escape(self.reference),
                _escape(self.numero),
                _escape(self.finess_pmsi),
                self.date.strftime("%Y%m%d"),
                # Cents are exact: amounts have two decimals.
                str(int(self.ht * 100)),
                str(int(self.ttc * 100)),
                self.digest.hex().upper(),
            )
        )


def qr_payload(order: Order, document: DocumentKind, canonical: bytes) -> QrPayload:
    """Return the content of the QR code of a document.

    Args:
        order: the dossier.
        document: the kind of document; the order has a `va` unless it is a BDC.
        canonical: the document's canonical descriptor.
    """
    return QrPayload(
        document=document,
        reference=order.reference,
        numero=order.numero,
        finess_pmsi=order.client.finess_pmsi,
        date=document_date(order, document),
        ht=order.montant.ht,
        ttc=order.montant.ttc,
        digest=canonical_digest(canonical),
    )


def decode_payload(text: str) -> QrPayload:
    """Parse the text of a QR code.

    Raises:
        ValueError: the text is not a code of this format.
    """
    fields = text.split("*")
    if len(fields) != _FIELDS or fields[0] != VERSION:
        raise ValueError(f"not a {VERSION} code")
    _, kind, reference, numero, finess, date, ht, ttc, digest = fields
    decoded = bytes.fromhex(digest)
    if len(decoded) != DIGEST_BYTES:
        raise ValueError(f"a digest has {DIGEST_BYTES} bytes, not {len(decoded)}")
    return QrPayload(
        # The codes have capitals alone, as their mode does.
        document=DocumentKind(kind.lower()),
        reference=_unescape(reference),
        numero=_unescape(numero),
        finess_pmsi=_unescape(finess),
        date=datetime.datetime.strptime(date, "%Y%m%d").replace(tzinfo=datetime.UTC).date(),
        ht=Decimal(int(ht)) / 100,
        ttc=Decimal(int(ttc)) / 100,
        digest=decoded,
    )


def qr_picture(text: str, description: str) -> Picture:
    """Return a QR code of level Q with its quiet zone, at least 30.5 mm wide.

    Args:
        text: upper-case letters, digits and ` $%*+-./:` only: the alphanumeric mode.
        description: what a screen reader says.
    """
    import qrcode
    from PIL import Image
    from qrcode.util import QRData

    code = qrcode.QRCode(None, qrcode.ERROR_CORRECT_Q, border=QUIET_MODULES, mask_pattern=_MASK)
    code.add_data(QRData(text.encode(), mode=_ALPHANUMERIC), optimize=0)
    code.make(fit=False)  # its size is the best fit all the same, found once instead of twice
    rows = [bytes(0x00 if dark else 0xFF for dark in row) for row in code.get_matrix()]
    side = len(rows)
    # Short and long codes have the same size, so that they do not move the text next to them.
    width_mm = max(side * MODULE_MM, MIN_QR_MM)
    # A module has 8 × 8 pixels, and 8 pixels of a black and white picture are one byte. This takes half the time of
    # qrcode's own picture, which draws a square for each module.
    stream = io.BytesIO()
    pixels = b"".join(row * _PIXELS_PER_MODULE for row in rows)
    Image.frombytes("1", (side * _PIXELS_PER_MODULE,) * 2, pixels).save(stream, "PNG")
    return Picture(stream.getvalue(), width_mm, width_mm, description, _svg(rows))


def _svg(rows: Sequence[bytes]) -> bytes:
    """Return modules, a byte each, as an SVG: a stroke for each run of dark ones."""
    path = ""
    for y, row in enumerate(rows):
        at = 0
        for run in _DARK_MODULES.finditer(row):
            # Moves from the end of the run before are shorter than places.
            path += f"m{run.start() - at} 0h{len(run[0])}" if at else f"M{run.start()} {y}.5h{len(run[0])}"
            at = run.end()
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0"/><path stroke="#000" d="{path}"/></svg>'
    ).encode()


def _escape(text: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8"))


def _unescape(text: str) -> str:
    # Each escape is a byte: as Latin-1 characters they are put together, and read as UTF-8.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("latin-1").decode("utf-8")
