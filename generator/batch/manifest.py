"""Keep the manifest of an output folder (`manifest.jsonl`): the result of each order, one line each.

Lines are added at the end and reach the disk before the next chunk is submitted: they survive whatever ends the run.
Of several lines of an order the last one counts; the others are dropped at the end of a run.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from generator.common.files import open_regular, whole_file
from generator.common.findings import ERROR, WARNING, Finding, FindingError, Place, define
from generator.documents import manifest_line
from generator.documents.manifest_line import NAME, Identity, ManifestLine, ManifestLineError, OrderStatus
from generator.documents.outputs import MANIFESTE_PRIS, is_intact, lock_folder

MANIFESTE_ABSENT = define("MANIFESTE-ABSENT", ERROR)
MANIFESTE_AUTRE = define("MANIFESTE-AUTRE", ERROR)
MANIFESTE_LIGNE = define("MANIFESTE-LIGNE", ERROR)
FICHIER_DELIVRE_ABSENT = define("FICHIER-DELIVRE-ABSENT", ERROR)
FICHIER_DELIVRE_CHANGE = define("FICHIER-DELIVRE-CHANGE", ERROR)
FICHIER_INCONNU = define("FICHIER-INCONNU", WARNING)
# The start of every manifest line.
_BEGINNING = b'{"order": '
# Reports, manifests and other files may be in the folder: only these are documents.
DOCUMENT_SUFFIXES = frozenset((".docx", ".pdf"))


class ManifestError(FindingError):
    """The manifest cannot be used; `finding` is the reason."""


class Manifest:
    """The manifest of an output folder, open for one run and locked against others.

    In memory it keeps the place of each order's line, its byte in the file, and the names of its files, not the line.
    """

    def __init__(self, folder: Path) -> None:
        """Open the manifest, or create it; lines that are no manifest lines are dropped.

        Raises:
            ManifestError: another run has the folder, or the file is not a manifest.
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = folder / NAME
        lock = lock_folder(folder)
        if lock is None:
            raise ManifestError(MANIFESTE_PRIS.at(Place(str(self._path))))
        self._lock = lock
        try:
            # Places and names only: a national batch has thousands of orders, and a line some kilobytes.
            self._places: dict[str, int] = {}
            self._owners: dict[str, int] = {}
            self._superseded = False
            self._end = 0
            self._stream = _open(self._path)
            if not self._load():
                self._drop_bad_lines()
            self._stream.truncate(self._end)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._lock.release()

    @property
    def is_new(self) -> bool:
        """Whether it has no lines."""
        return not self._end

    def find(self, order: str) -> tuple[int, ManifestLine] | None:
        """Return the place of an order's line, and the line; None if it has none."""
        place = self._places.get(order)
        return None if place is None else (place, self.read(place))

    def find_owner(self, identity: Identity, order: str, files: Iterable[str]) -> Identity | None:
        """Return the identity of another order whose files have one of these names; None if no order does.

        Args:
            identity: the identity of the order to render.
            order: the order's name.
            files: the names of the files to write.
        """
        # File systems of Windows and macOS do not distinguish capitals.
        places = {self._owners[name.casefold()] for name in files if name.casefold() in self._owners}
        if order in self._places:
            places.add(self._places[order])
        for place in sorted(places):
            record = self.read(place)
            known = record.identity
            # An order that was corrected keeps AF, client and number: its files are its own.
            if known is None or known.key == identity.key:
                continue
            if any((self._folder / each.name).exists() for each in record.outputs):
                return known
        return None

    def read(self, place: int) -> ManifestLine:
        """Return the line at a place."""
        self._stream.seek(place)
        return manifest_line.from_line(self._stream.readline())

    def add(self, records: Iterable[ManifestLine], *, sync: bool = True) -> list[int]:
        """Write lines, all or none, and return their places.

        Args:
            records: the lines.
            sync: wait until they are on the disk.

        Raises:
            OSError: there is no room left.
        """
        written = bytearray()
        placed = []
        for record in records:
            placed.append((record, self._end + len(written)))
            written += manifest_line.to_line(record)
        self._stream.seek(self._end)
        try:
            self._stream.write(written)
            self._stream.flush()
            if sync:
                os.fsync(self._stream.fileno())
        except OSError:
            # Half a line would join the next one: it is removed, and the first error is reported.
            with contextlib.suppress(OSError):
                self._stream.truncate(self._end)
            raise
        self._end += len(written)
        for record, place in placed:
            self._note(record, place)
        return [place for _, place in placed]

    def tidy(self, refused: Iterable[int]) -> None:
        """Drop superseded lines, and those of the refused orders of earlier runs.

        Args:
            refused: the places of the lines of this run's refused orders.
        """
        if not self._superseded:
            return
        with whole_file(self._path) as stream:
            for place in sorted({*self._places.values(), *refused}):
                self._stream.seek(place)
                stream.write(self._stream.readline())

    def _load(self) -> bool:
        """Note every line, and return whether all complete lines are manifest lines."""
        is_sound = True
        for offset, line in _lines(self._stream):
            self._end = offset + len(line)
            try:
                self._note(manifest_line.from_line(line), offset)
            except ManifestLineError:
                is_sound = False
        self._stream.seek(self._end)
        # A killed run leaves the start of a line, and nothing else.
        unfinished = os.fstat(self._stream.fileno()).st_size - self._end
        return is_sound and self._stream.read(len(_BEGINNING)) == _BEGINNING[:unfinished]

    def _drop_bad_lines(self) -> None:
        """Write the manifest anew without the lines that are no manifest lines.

        Raises:
            ManifestError: no line is a manifest line, so that the file belongs to another program.
        """
        if not any(True for _ in _records(self._stream)):
            self._stream.close()
            raise ManifestError(MANIFESTE_AUTRE.at(Place(str(self._path))))
        with whole_file(self._path) as stream:
            stream.writelines(_records(self._stream))
        self._stream.close()
        self._stream = _open(self._path)
        self._places.clear()
        self._owners.clear()
        self._load()

    def _note(self, record: ManifestLine, place: int) -> None:
        if record.order is None:
            self._superseded = True
            return
        self._owners |= {output.name.casefold(): place for output in record.outputs}
        self._superseded = self._superseded or record.order in self._places
        self._places[record.order] = place


def _open(path: Path) -> BinaryIO:
    """Open the manifest, never through a symbolic link."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EISDIR if path.is_dir() else errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    # A link in the place of the manifest would let another file be overwritten. Windows needs the binary mode.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o666), "r+b")


def _records(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    for _, line in _lines(stream):
        with contextlib.suppress(ManifestLineError):
            manifest_line.from_line(line)
            yield line


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Return each complete line, and the byte at which it begins."""
    offset = 0
    for line in manifest_line.lines_of(stream):
        if line.endswith(b"\n"):
            yield offset, line
        offset += len(line)


def check_outputs(folder: Path) -> Iterator[Finding]:
    """Compare a folder with its manifest: it contains every delivered file, unchanged, and no other document.

    Yields:
        A finding for each difference, and for each damaged line of the manifest.
    """
    path = folder / NAME
    if path.exists() and not path.is_file():
        yield MANIFESTE_ABSENT.at(Place(str(path)))
        return
    try:
        known, damaged = _read_records(path)
    except FileNotFoundError:
        yield MANIFESTE_ABSENT.at(Place(str(path)))
        return
    if known is None:
        # A new run refuses it as well.
        yield MANIFESTE_AUTRE.at(Place(str(path)))
        return
    yield from damaged
    named = set()
    for order, record in known.items():
        # A line may call an order delivered without naming its files.
        for name in _not_delivered(record):
            yield FICHIER_DELIVRE_ABSENT.at(Place(str(folder / name)), order=order)
        for output in record.outputs:
            named.add(output.name)
            if not is_intact(folder, output):
                exists = (folder / output.name).exists()
                kind = FICHIER_DELIVRE_CHANGE if exists else FICHIER_DELIVRE_ABSENT
                yield kind.at(Place(str(folder / output.name)), order=order)
    for file in sorted(folder.iterdir()):
        if file.suffix in DOCUMENT_SUFFIXES and file.name not in named:
            yield FICHIER_INCONNU.at(Place(str(file)))


def _read_records(path: Path) -> tuple[dict[str, ManifestLine] | None, list[Finding]]:
    """Return the last line of each order, and the findings on damaged lines; None if all lines are damaged."""
    known: dict[str, ManifestLine] = {}
    damaged: list[Finding] = []
    is_ours = False
    with open_regular(path) as stream:
        for number, line in enumerate(manifest_line.lines_of(stream), start=1):
            try:
                record = manifest_line.from_line(line)
            except ManifestLineError:
                damaged.append(MANIFESTE_LIGNE.at(Place(str(path), line=number)))
                continue
            is_ours = True
            if record.order is not None:
                known[record.order] = record
    return None if damaged and not is_ours else known, damaged


def _not_delivered(record: ManifestLine) -> Iterator[str]:
    """Return the names of files that a delivered order should have and its outputs do not list."""
    if record.status is not OrderStatus.DELIVERED:
        return
    made = {output.name for output in record.outputs}
    yield from (name for name in record.asked if name not in made)
    if not made and not record.asked:
        yield NAME
