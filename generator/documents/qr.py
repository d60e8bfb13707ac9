"""Encode and decode the text of the QR code, in the QR alphanumeric mode.

Version 1 of the form, nine fields parted by `*`:

    SEGURDOC1*KIND*REFERENCE*NUMERO*FINESS*DATE*HT*TTC*DIGEST

KIND is `BDC`, `VA` or `PV-PILOTE`; DATE is `YYYYMMDD`, of the order for a BDC, else of the acceptance; HT and TTC are
in cents; DIGEST is the first 16 bytes of the SHA-256 of the canonical descriptor, in hexadecimal. In
REFERENCE, NUMERO and FINESS, digits, `A` to `Z`, `-`, `.`, `/` and `:` are literal; every other byte of the UTF-8
text is `%` and two hexadecimal digits. `docs/en/qr-code.md` explains it to vendors.
"""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from generator.documents.properties import document_date
from generator.orders import Order
from generator.orders.canonical import DIGEST_BYTES, canonical_digest
from generator.references import DocumentKind

FORM = "SEGURDOC1"
# The alphanumeric mode of QR codes, less the space and `$%*+`: `%` escapes, and `*` parts the fields.
_PLAIN = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./:")
_ESCAPED = re.compile(r"%([0-9A-F]{2})")
_FIELDS = 9


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
                FORM,
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
    if len(fields) != _FIELDS or fields[0] != FORM:
        raise ValueError(f"not a {FORM} code")
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


def _escape(text: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8"))


def _unescape(text: str) -> str:
    # Each escape is a byte: as Latin-1 characters they are put together, and read as UTF-8.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("latin-1").decode("utf-8")
