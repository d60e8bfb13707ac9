"""Files are never half there: written beside their place, then renamed; and named from a safe alphabet."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
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
    Delivery(files).finish()


class Delivery:
    """Files that are written beside their places, which they take together at the end.

    Where many are to be on the disk, begin them all before the first is finished: each file that is waited for alone
    costs the file system as much as ten (ext4 writes down what has begun in one go).
    """

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        """Write the files beside their places.

        Raises:
            OSError: the folder cannot be written.
        """
        self._begun: list[tuple[Path, Path, BinaryIO]] = []
        try:
            for path, data in files.items():
                written = _beside(path)
                stream = _begun(written)
                self._begun.append((path, written, stream))
                stream.write(data)
                stream.flush()
                _begin_writing(stream)
        except BaseException:
            self.abandon()
            raise

    def finish(self) -> None:
        """Wait until the files are on the disk, and have them take their places.

        Raises:
            OSError: the folder cannot be written.
        """
        try:
            for _, _, stream in self._begun:
                os.fsync(stream.fileno())
            for path, written, stream in self._begun:
                stream.close()
                written.replace(path)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Take away what has not taken its place."""
        for _, written, stream in self._begun:
            with suppress(OSError):
                stream.close()
            written.unlink(missing_ok=True)


def _begin_writing(stream: BinaryIO) -> None:
    """Have the disk take a file while others are made, where it can be asked to."""
    if hasattr(os, "posix_fadvise"):
        # Linux begins to write what it is told will not be read soon.
        with suppress(OSError):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose file takes its place at the end of the block; where the block fails, nothing changes.

    Raises:
        OSError: the file cannot be written there.
    """
    written = _beside(path)
    stream = _begun(written)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _beside(path: Path) -> Path:
    """Return the name under which a file is written.

    Raises:
        OSError: a folder stands in its place.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path.with_name(f"{_BEGUN}{path.name[:100]}.{os.getpid()}-{_MACHINE}-{next(_NUMBERS)}{_WAITING}")


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
