"""`manifest.jsonl`, in the output folder: what became of each order, one line each.

Records are added at the end and reach the disk before the next work is given out: whatever ends the run, what is
recorded is there. Of several records of an order the last one counts; the others are dropped at the end of a run.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from generator.common.files import whole_file
from generator.common.findings import ERROR, WARNING, Finding, FindingError, Place, define
from generator.common.locks import FileLock
from generator.common.regular_files import open_regular
from generator.documents.manifest_line import (
    NAME,
    Identity,
    ManifestLine,
    ManifestLineError,
    OrderStatus,
    from_line,
    lines_of,
    to_line,
)
from generator.documents.outputs import MANIFESTE_PRIS, is_intact, lock_folder

MANIFESTE_ABSENT = define("MANIFESTE-ABSENT", ERROR)
MANIFESTE_AUTRE = define("MANIFESTE-AUTRE", ERROR)
MANIFESTE_LIGNE = define("MANIFESTE-LIGNE", ERROR)
FICHIER_DELIVRE_ABSENT = define("FICHIER-DELIVRE-ABSENT", ERROR)
FICHIER_DELIVRE_CHANGE = define("FICHIER-DELIVRE-CHANGE", ERROR)
FICHIER_INCONNU = define("FICHIER-INCONNU", WARNING)
# How every record begins.
_BEGINNING = b'{"order": '
DOCUMENT_SUFFIXES = frozenset((".docx", ".pdf"))


class ManifestError(FindingError):
    """The manifest cannot be worked with; `finding` says why."""


class Manifest:
    """The manifest of an output folder, open for one run; no other run has it meanwhile.

    In memory it holds the place of each order's record and the names of its files, not the record.
    """

    def __init__(self, folder: Path) -> None:
        """Open it, or begin it; lines that are no records are dropped.

        Raises:
            ManifestError: another run has it, or the file is not a manifest.
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = folder / NAME
        self._lock = _locked(folder)
        try:
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

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        self._lock.release()

    @property
    def is_new(self) -> bool:
        """Whether nothing is recorded so far."""
        return not self._end

    def find(self, order: str) -> tuple[int, ManifestLine] | None:
        """Return where an order's record stands, and the record; None where it has none."""
        place = self._places.get(order)
        return None if place is None else (place, self.read(place))

    def find_owner(self, identity: Identity, order: str, files: Iterable[str]) -> Identity | None:
        """Return the identity of another order whose files have one of these names; None where no order does.

        Args:
            identity: the identity of the order that is to be rendered.
            order: the order's name.
            files: the names of the files to write.
        """
        places = {self._owners[name.casefold()] for name in files if name.casefold() in self._owners}
        if order in self._places:
            places.add(self._places[order])
        for place in sorted(places):
            record = self.read(place)
            known = record.identity
            if (
                known
                and known.key != identity.key
                and any((self._folder / each.name).exists() for each in record.outputs)
            ):
                return known
        return None

    def read(self, place: int) -> ManifestLine:
        """Return the record that stands at a place."""
        self._stream.seek(place)
        return from_line(self._stream.readline())

    def add(self, records: Iterable[ManifestLine], *, sync: bool = True) -> list[int]:
        """Write records, all or none, and return where they stand.

        Args:
            records: what to add.
            sync: wait until they are on the disk.

        Raises:
            OSError: there is no room left.
        """
        places = []
        written = bytearray()
        records = list(records)
        for record in records:
            places.append(self._end + len(written))
            written += to_line(record)
        self._stream.seek(self._end)
        try:
            self._stream.write(written)
            self._stream.flush()
            if sync:
                os.fsync(self._stream.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self._stream.truncate(self._end)
            raise
        self._end += len(written)
        for record, place in zip(records, places, strict=True):
            self._note(record, place)
        return places

    def tidy(self, refused: Iterable[int]) -> None:
        """Drop the records that others have superseded, and those of refused orders but this run's.

        Args:
            refused: where the records of this run's refused orders stand.
        """
        kept = sorted({*self._places.values(), *refused})
        if not self._superseded:
            return
        with whole_file(self._path) as stream:
            for place in kept:
                self._stream.seek(place)
                stream.write(self._stream.readline())

    def _load(self) -> bool:
        """Note every record, and return whether all whole lines are records."""
        is_sound = True
        for offset, line in _lines(self._stream):
            self._end = offset + len(line)
            try:
                self._note(from_line(line), offset)
            except ManifestLineError:
                is_sound = False
        self._stream.seek(self._end)
        # A killed run leaves the beginning of a record, and nothing else.
        return is_sound and self._stream.read(len(_BEGINNING)) == _BEGINNING[: self._size() - self._end]

    def _size(self) -> int:
        return os.fstat(self._stream.fileno()).st_size

    def _drop_bad_lines(self) -> None:
        """Write the manifest anew without lines that are no records.

        Raises:
            ManifestError: no line is one, so that the file belongs to somebody else.
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


def _locked(folder: Path) -> FileLock:
    lock = lock_folder(folder)
    if lock is None:
        raise ManifestError(MANIFESTE_PRIS.at(Place(str(folder / NAME))))
    return lock


def _open(path: Path) -> BinaryIO:
    """Open the manifest, never through a symbolic link."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EISDIR if path.is_dir() else errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o666), "r+b")


def _records(stream: BinaryIO) -> Iterator[bytes]:
    """Give each line that is a record."""
    stream.seek(0)
    for _, line in _lines(stream):
        with contextlib.suppress(ManifestLineError):
            from_line(line)
            yield line


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give each whole line, and where it begins."""
    offset = 0
    for line in lines_of(stream):
        if line.endswith(b"\n"):
            yield offset, line
        offset += len(line)


def check_outputs(folder: Path) -> Iterator[Finding]:
    """Hold a folder against its manifest: every file that was delivered is there, unchanged, and no other.

    Yields:
        What does not agree.
    """
    path = folder / NAME
    known: dict[str, ManifestLine] = {}
    damaged: list[Finding] = []
    is_ours = False
    if path.exists() and not path.is_file():
        yield MANIFESTE_ABSENT.at(Place(str(path)))
        return
    try:
        with open_regular(path) as stream:
            for number, line in enumerate(lines_of(stream), start=1):
                try:
                    record = from_line(line)
                except ManifestLineError:
                    damaged.append(MANIFESTE_LIGNE.at(Place(str(path), line=number)))
                    continue
                is_ours = True
                if record.order is not None:
                    known[record.order] = record
    except FileNotFoundError:
        yield MANIFESTE_ABSENT.at(Place(str(path)))
        return
    if damaged and not is_ours:
        # A new run refuses it as well.
        yield MANIFESTE_AUTRE.at(Place(str(path)))
        return
    yield from damaged
    named = set()
    for order, record in known.items():
        for name in _not_delivered(record):
            yield FICHIER_DELIVRE_ABSENT.at(Place(str(folder / name)), order=order)
        for output in record.outputs:
            named.add(output.name)
            if not is_intact(folder, output):
                there = (folder / output.name).exists()
                kind = FICHIER_DELIVRE_CHANGE if there else FICHIER_DELIVRE_ABSENT
                yield kind.at(Place(str(folder / output.name)), order=order)
    for file in sorted(folder.iterdir()):
        if file.suffix in DOCUMENT_SUFFIXES and file.name not in named:
            yield FICHIER_INCONNU.at(Place(str(file)))


def _not_delivered(record: ManifestLine) -> Iterator[str]:
    """Give the names of files that an order's record calls delivered without naming them as outputs."""
    if record.status is not OrderStatus.DELIVERED:
        return
    made = {output.name for output in record.outputs}
    yield from (name for name in record.asked if name not in made)
    if not made and not record.asked:
        yield NAME
