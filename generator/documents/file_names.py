"""Name orders and files of documents, in a safe alphabet."""

import hashlib
import re

from generator.common.findings import ERROR, define
from generator.orders import Order
from generator.references import DocumentKind

DEFAULT_NAME = "{document}_{reference}_{finess}_{numero}"

# NOM-DOUBLE: two orders of one call have the name. NOM-PRIS: an order of an earlier call has it.
NOM_DOUBLE = define("NOM-DOUBLE", ERROR)
NOM_PRIS = define("NOM-PRIS", ERROR)

# Most file systems take names of 255 bytes; an ending, or the name of a temporary file, needs some of them.
MAX_BYTES = 200
_DIGEST_LENGTH = 12
# Every other character becomes a dash: files stay in the output folder, whatever the number of an order is.
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_stem(order: Order, document: DocumentKind, name: str = DEFAULT_NAME) -> str:
    """Return a document's file name without its suffix: `BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123`.

    Args:
        order: the dossier.
        document: the kind of document.
        name: the pattern, with `{document}` and `{numero}`, and optionally `{reference}` and `{finess}`.
    """
    return _filled(name, order, document.file_prefix)


def order_name(order: Order, name: str = DEFAULT_NAME) -> str:
    """Return the part that the file names of an order share: `AF-HOP-DPI-Va2_010000024_BC-2026-000123`."""
    # Without the kind of document, a pattern has its separators at an end.
    return _filled(name, order, "").strip("_.-")


def standard_order_name(reference: str, finess_pmsi: str, numero: str) -> str:
    """Return the standard name of the order of this AF, client and number, whatever its file names."""
    return bounded("_".join(_UNSAFE.sub("-", part) for part in (reference, finess_pmsi, numero)))


def _filled(name: str, order: Order, document: str) -> str:
    values = {"reference": order.reference, "finess": order.client.finess_pmsi, "numero": order.numero}
    filled = name.format(document=document, **{key: _UNSAFE.sub("-", value) for key, value in values.items()})
    return bounded(filled)


def bounded(name: str) -> str:
    """Return a name of at most `MAX_BYTES` bytes: the end of a longer one becomes a digest of the whole."""
    data = name.encode("utf-8", "surrogatepass")
    if len(data) <= MAX_BYTES:
        return name
    # A character of several bytes is not cut in half.
    kept = data[: MAX_BYTES - _DIGEST_LENGTH - 1].decode("utf-8", "ignore")
    return f"{kept}-{hashlib.sha256(data).hexdigest()[:_DIGEST_LENGTH]}"
