"""Files are never half there: written beside their place, then renamed; and named from a safe alphabet."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from generator.findings import ERROR
from generator.findings import define
from generator.orders import Order
from generator.references import DocumentKind

NOM_DOUBLE = define(
    "NOM-DOUBLE", ERROR,
    fr="cet ordre donnerait les mêmes fichiers que {other} : {name}",
    en="this order would give the same files as {other}: {name}",
    fix_fr="donner un autre « numero » à l'un des deux", fix_en="give one of the two another “numero”",
    source="Un numéro ne désigne qu'un bon de commande ; dans un même passage, rien n'est écrasé",
)  # fmt: skip

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_stem(order: Order, document: DocumentKind) -> str:
    """Return a document's file name without its ending: `BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123`."""
    parts = (document.file_prefix, order.reference, order.client.finess_pmsi, order.numero)
    return "_".join(_UNSAFE.sub("-", part) for part in parts)


def deliver(files: Mapping[Path, bytes]) -> None:
    """Write files; each appears whole under its name or not at all.

    All are written beside their places before the first is renamed, so that a full disk leaves none of them.

    Raises:
        OSError: the folder cannot be written.
    """
    waiting: dict[Path, Path] = {}
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
            waiting[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            waiting[path].chmod(0o666 & ~_umask())
        for path, written in waiting.items():
            written.replace(path)
    finally:
        for leftover in waiting.values():
            leftover.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
