"""The canonical descriptor: the bytes that stand for what a document says.

They are attached to the PDF, and their SHA-256 goes into the QR code: `sha256sum` of the attachment proves that
the two belong together.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

from generator.jsonio.source import JsonObject
from generator.orders.model import Order

DIGEST_BYTES = 16
# What only the rules read: no document says it.
UNPRINTED = (
    "/historique", "/fusion", "/solution/date_dossier_preuves", "/solution/date_referencement", "/va/nom_facture",
)  # fmt: skip
_LEFT_OUT = frozenset(("/$schema", "/metadata", "/fournisseur/logo", *UNPRINTED))


def canonical_descriptor(order: Order, *, with_va: bool) -> bytes:
    """Return the descriptor of a document, in one form only.

    UTF-8 JSON, keys sorted by code point, no white space, texts in NFC, characters unescaped. Left out: `$schema` and
    `metadata` (not the document's), what only the rules read and no document prints (`UNPRINTED`: a history declared,
    or an invoice's name learnt, after the order was signed does not change what was signed, and is not the reader's
    business), `fournisseur.logo` (a path of the sender's machine), and `va` for a bon de commande, so that a VA added
    to the dossier later does not change the order already signed.

    Args:
        order: the dossier.
        with_va: keep `va`: true for a VA or a PV pilote.
    """
    kept = _without(order.descriptor, "")
    if not with_va:
        kept.pop("va", None)
    text = json.dumps(composed(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _without(value: JsonObject, pointer: str) -> JsonObject:
    """Return an object, and those in it, without what is left out."""
    return {
        key: _without(inner, f"{pointer}/{key}") if isinstance(inner, dict) else inner
        for key, inner in value.items()
        if f"{pointer}/{key}" not in _LEFT_OUT
    }


def canonical_digest(canonical: bytes) -> bytes:
    """Return the first 16 bytes of the SHA-256 of a canonical descriptor."""
    return hashlib.sha256(canonical).digest()[:DIGEST_BYTES]


def composed(value: Any) -> Any:
    """Return a JSON value with every text in Unicode's composed form: é as one character, not two."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(item) for item in value]
    if isinstance(value, dict):
        return {key: composed(item) for key, item in value.items()}
    return value
