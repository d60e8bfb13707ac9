"""Write the canonical descriptor: the one byte sequence for the content of a document.

It is attached to the PDF, and its SHA-256 is in the QR code: `sha256sum` of the attachment proves that both belong
together.
"""

import hashlib
import json
import unicodedata
from typing import Any

from generator.common.jsonio.source import JsonObject
from generator.orders.model import Order

DIGEST_BYTES = 16
# Keys that only rules read: no document prints them.
UNPRINTED = (
    "/historique", "/fusion", "/solution/date_dossier_preuves", "/solution/date_referencement", "/va/nom_facture",
)  # fmt: skip
_SKIPPED = frozenset(("/$schema", "/metadata", "/fournisseur/logo", *UNPRINTED))


def canonical_descriptor(order: Order, *, with_va: bool) -> bytes:
    """Return the descriptor of a document, in one form only.

    UTF-8 JSON, keys sorted by code point, no white space, texts in NFC, characters unescaped. It skips:

    - `$schema` and `metadata`, which no document prints;
    - the keys of `UNPRINTED`: a history declared after the signature does not change what was signed;
    - `fournisseur.logo`, a path on the sender's machine;
    - `va` for a bon de commande: a VA added later does not change the order already signed.

    Args:
        order: the dossier.
        with_va: keep `va`: true for a VA or a PV pilote.
    """
    kept = _without(order.descriptor, "")
    # `va` is the one key that depends on the document.
    if not with_va:
        kept.pop("va", None)
    # `docs/en/qr-code.md` describes these bytes: others work them out without this program.
    text = json.dumps(composed(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _without(value: JsonObject, pointer: str) -> JsonObject:
    """Return an object without the keys of `_SKIPPED`, at any depth."""
    return {
        key: _without(inner, f"{pointer}/{key}") if isinstance(inner, dict) else inner
        for key, inner in value.items()
        if f"{pointer}/{key}" not in _SKIPPED
    }


def canonical_digest(canonical: bytes) -> bytes:
    """Return the first 16 bytes of the SHA-256 of a canonical descriptor."""
    # The start of what `sha256sum` prints for the attachment.
    return hashlib.sha256(canonical).digest()[:DIGEST_BYTES]


def composed(value: Any) -> Any:
    """Return a JSON value with every text in NFC: é is one character, not two."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(item) for item in value]
    if isinstance(value, dict):
        return {key: composed(item) for key, item in value.items()}
    return value
