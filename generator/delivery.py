"""Files are never half there: written beside their place, then renamed; and named from a safe alphabet."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import ExitStack
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

from generator.findings import ERROR
from generator.findings import define
from generator.orders import Order
from generator.references import DocumentKind
from generator.rendered import DEFAULT_NAME

NOM_DOUBLE = define(
    "NOM-DOUBLE", ERROR,
    fr="cet ordre donnerait les mêmes fichiers que {other} : {name}",
    en="this order would give the same files as {other}: {name}",
    fix_fr="donner un autre « numero » à l'un des deux", fix_en="give one of the two another “numero”",
    source="Un numéro ne désigne qu'un bon de commande ; dans un même passage, rien n'est écrasé",
    why_fr="Le second document écraserait le premier.",
    why_en="The second document would overwrite the first.",
)  # fmt: skip

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

# How the names of files that are being written begin and end.
_BEGUN, _WAITING = ".segurdoc-", ".tmp"
# Other processes, of this machine and of others, may write in the same folder.
_MACHINE, _NUMBERS = secrets.token_hex(4), count()


def file_stem(order: Order, document: DocumentKind, name: str = DEFAULT_NAME) -> str:
    """Return a document's file name without its ending: `BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123`.

    Args:
        order: the dossier.
        document: the kind of document.
        name: the pattern, with `{document}`, `{reference}`, `{finess}` and `{numero}`; it has the first and the last.
    """
    return _filled(name, order, document.file_prefix)


def order_name(order: Order, name: str = DEFAULT_NAME) -> str:
    """Return what the names of a dossier's files have in common: `AF-HOP-DPI-Va2_010000024_BC-2026-000123`."""
    return _filled(name, order, "").strip("_.-")


def name_of(reference: str, finess_pmsi: str, numero: str) -> str:
    """Return what `order_name` gives an order of this AF, client and number, whatever its files are called."""
    return "_".join(_UNSAFE.sub("-", part) for part in (reference, finess_pmsi, numero))


def _filled(name: str, order: Order, document: str) -> str:
    values = {"reference": order.reference, "finess": order.client.finess_pmsi, "numero": order.numero}
    return name.format(document=document, **{key: _UNSAFE.sub("-", value) for key, value in values.items()})


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
    written = path.with_name(f"{_BEGUN}{path.name[:100]}.{os.getpid()}-{_MACHINE}-{next(_NUMBERS)}{_WAITING}")
    stream = _begun(written)
    try:
        with stream:
            yield stream
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _begun(path: Path) -> BinaryIO:
    """Return a stream of a file that was not there; its folder is made where it is missing."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def sweep_unfinished(folder: Path) -> None:
    """Remove what a killed process left beside its place in an output folder where none is at work."""
    for path in folder.glob(f"{_BEGUN}*{_WAITING}"):
        path.unlink(missing_ok=True)
