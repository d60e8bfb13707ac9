"""The canonical descriptor: the bytes that stand for what a document says.

They are attached to the PDF, and their SHA-256 goes into the QR code: `sha256sum` of the attachment proves that
the two belong together.
"""

from __future__ import annotations

import hashlib
import json

from generator.jsonio.source import JsonObject
from generator.orders.build import composed
from generator.orders.model import Order

DIGEST_BYTES = 16


def canonical_descriptor(order: Order, *, with_va: bool) -> bytes:
    """Return the descriptor of a document, in one form only.

    UTF-8 JSON, keys sorted by code point, no white space, texts in NFC, characters unescaped. Left out: `$schema` and
    `metadata` (not the document's), `fournisseur.logo` (a path of the sender's machine), and `va` for a bon de
    commande, so that a VA added to the dossier later does not change the order already signed.

    Args:
        order: the dossier.
        with_va: keep `va`: true for a VA or a PV pilote.
    """
    kept: JsonObject = {key: value for key, value in order.descriptor.items() if key not in ("$schema", "metadata")}
    if not with_va:
        kept.pop("va", None)
    fournisseur = kept.get("fournisseur")
    if isinstance(fournisseur, dict):
        kept["fournisseur"] = {key: value for key, value in fournisseur.items() if key != "logo"}
    text = json.dumps(composed(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def canonical_digest(canonical: bytes) -> bytes:
    """Return the first 16 bytes of the SHA-256 of a canonical descriptor."""
    return hashlib.sha256(canonical).digest()[:DIGEST_BYTES]
