"""`manifest.jsonl`, in the output folder: what became of each order, one line each.

Records are added at the end and reach the disk before the next work is given out: whatever ends the run, what is
recorded is there. Of several records of an order the last one counts; the others are dropped at the end of a run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from generator.batch.outputs import is_intact
from generator.batch.record import Record
from generator.batch.record import RecordError
from generator.batch.record import from_line
from generator.batch.record import to_line
from generator.delivery import whole_file
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import Place
from generator.findings import define

try:
    import fcntl
except ImportError:  # Windows
    _lock: Callable[[int], None] | None = None
else:

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


NAME = "manifest.jsonl"

MANIFESTE_PRIS = define(
    "MANIFESTE-PRIS", ERROR,
    fr="un autre passage travaille dans ce dossier", en="another run is at work in this folder",
    fix_fr="attendre sa fin, ou donner un autre dossier de sortie",
    fix_en="wait for its end, or give another output folder",
)  # fmt: skip
MANIFESTE_ABSENT = define(
    "MANIFESTE-ABSENT", ERROR,
    fr="il n'y a pas de manifeste dans ce dossier", en="there is no manifest in this folder",
    fix_fr="donner le dossier de sortie d'un « segurdoc batch »", fix_en="give the output folder of a “segurdoc batch”",
)  # fmt: skip
MANIFESTE_LIGNE = define(
    "MANIFESTE-LIGNE", ERROR,
    fr="cette ligne du manifeste est abîmée", en="this line of the manifest is damaged",
    fix_fr="relancer « segurdoc batch » : ce que le manifeste ne sait plus est refait",
    fix_en="run “segurdoc batch” again: what the manifest no longer knows is made anew",
)  # fmt: skip
FICHIER_DELIVRE_ABSENT = define(
    "FICHIER-DELIVRE-ABSENT", ERROR,
    fr="ce fichier a été délivré pour {order}, et n'est plus là", en="this file was delivered for {order}, and is gone",
    fix_fr="relancer « segurdoc batch » : il sera refait", fix_en="run “segurdoc batch” again: it will be made anew",
)  # fmt: skip
FICHIER_DELIVRE_CHANGE = define(
    "FICHIER-DELIVRE-CHANGE", ERROR,
    fr="ce fichier n'est plus celui qui a été délivré pour {order}",
    en="this file is no longer the one that was delivered for {order}",
    fix_fr="relancer « segurdoc batch » pour le refaire ; s'il a été modifié exprès, le garder ailleurs",
    fix_en="run “segurdoc batch” to make it anew; if it was changed on purpose, keep it elsewhere",
)  # fmt: skip
FICHIER_INCONNU = define(
    "FICHIER-INCONNU", WARNING,
    fr="le manifeste ne connaît pas ce fichier", en="the manifest does not know this file",
    fix_fr="le retirer s'il vient d'une commande changée ou retirée depuis",
    fix_en="remove it if it comes from an order that was changed or withdrawn since",
)  # fmt: skip
_SUFFIXES = frozenset((".docx", ".pdf"))


class ManifestError(FindingError):
    """The manifest cannot be worked with; `finding` says why."""


class Manifest:
    """The manifest of an output folder, open for one run; no other run has it meanwhile.

    In memory it holds where each order's record stands, not the record.
    """

    def __init__(self, folder: Path) -> None:
        """Open it, or begin it; a last line that a killed run left unfinished is dropped.

        Raises:
            ManifestError: another run has it.
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / NAME
        self._stream = _open(self._path)
        self._places: dict[str, int] = {}
        self._superseded = False
        self._end = 0
        for offset, line in _lines(self._stream):
            self._end = offset + len(line)
            with contextlib.suppress(RecordError):
                self._note(from_line(line), offset)
        self._stream.truncate(self._end)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    @property
    def is_new(self) -> bool:
        """Whether nothing is recorded so far."""
        return not self._end

    def find(self, order: str) -> tuple[int, Record] | None:
        """Return where an order's record stands, and the record; None where it has none."""
        place = self._places.get(order)
        return None if place is None else (place, self.read(place))

    def read(self, place: int) -> Record:
        """Return the record that stands at a place."""
        self._stream.seek(place)
        return from_line(self._stream.readline())

    def add(self, records: Iterable[Record], *, sync: bool = True) -> list[int]:
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

    def _note(self, record: Record, place: int) -> None:
        if record.order is None:
            self._superseded = True
            return
        self._superseded = self._superseded or record.order in self._places
        self._places[record.order] = place


def _open(path: Path) -> BinaryIO:
    """Open the manifest and take it for this run; a symbolic link in its place leads nowhere."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    stream = os.fdopen(os.open(path, flags, 0o666), "r+b")
    if _lock:
        try:
            _lock(stream.fileno())
        except OSError as error:
            stream.close()
            raise ManifestError(MANIFESTE_PRIS.at(Place(str(path)))) from error
    return stream


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give each whole line, and where it begins."""
    offset = 0
    for line in stream:
        if line.endswith(b"\n"):
            yield offset, line
        offset += len(line)


def check_outputs(folder: Path) -> Iterator[Finding]:
    """Hold a folder against its manifest: every file that was delivered is there, unchanged, and no other.

    Yields:
        What does not agree.
    """
    path = folder / NAME
    known: dict[str, Record] = {}
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    record = from_line(line)
                except RecordError:
                    yield MANIFESTE_LIGNE.at(Place(str(path), line=number))
                    continue
                if record.order is not None:
                    known[record.order] = record
    except FileNotFoundError:
        yield MANIFESTE_ABSENT.at(Place(str(path)))
        return
    named = set()
    for order, record in known.items():
        for output in record.outputs:
            named.add(output.name)
            if not is_intact(folder, output):
                there = (folder / output.name).exists()
                kind = FICHIER_DELIVRE_CHANGE if there else FICHIER_DELIVRE_ABSENT
                yield kind.at(Place(str(folder / output.name)), order=order)
    for file in sorted(folder.iterdir()):
        if file.suffix in _SUFFIXES and file.name not in named:
            yield FICHIER_INCONNU.at(Place(str(file)))
