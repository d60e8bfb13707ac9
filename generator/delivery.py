"""Files are never half there: written beside their place, then renamed; and named from a safe alphabet."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import ExitStack
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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

# How the names end of files that are being written.
_WAITING = ".tmp"


def file_stem(order: Order, document: DocumentKind) -> str:
    """Return a document's file name without its ending: `BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123`."""
    return f"{document.file_prefix}_{order_name(order)}"


def order_name(order: Order) -> str:
    """Return what the names of a dossier's files have in common: `AF-HOP-DPI-Va2_010000024_BC-2026-000123`."""
    parts = (order.reference, order.client.finess_pmsi, order.numero)
    return "_".join(_UNSAFE.sub("-", part) for part in parts)


def deliver(files: Mapping[Path, bytes]) -> None:
    """Write files; each appears whole under its name or not at all.

    All are written beside their places before the first is renamed, so that a full disk leaves none of them.

    Raises:
        OSError: the folder cannot be written.
    """
    with ExitStack() as stack:
        for path, data in files.items():
            stream = stack.enter_context(whole_file(path, sync=False))
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())


@contextmanager
def whole_file(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """Give a stream whose file takes its place at the end of the block; where the block fails, nothing changes.

    Args:
        path: the file's place.
        sync: wait until it is on the disk; not where the block does.

    Raises:
        OSError: the file cannot be written there.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=_WAITING, dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        written.chmod(0o666 & ~_UMASK)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def sweep_unfinished(folder: Path, *others: str) -> None:
    """Remove what a killed process left beside its place in a folder where none is at work.

    Args:
        folder: the output folder.
        others: names of files that stand there beside the documents.
    """
    ours = (*(f"{kind.file_prefix}_" for kind in DocumentKind), *others)
    for path in folder.glob(f".*{_WAITING}"):
        if path.name[1:].startswith(ours):
            path.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


# Asked once: it can only be read by setting it, and threads write side by side.
_UMASK = _umask()
