"""Open files from outside without waiting; write files atomically: under a temporary name, then renamed.

A temporary file is locked while its process lives, so that the next process that writes in the folder removes those of
killed processes, and no others.
"""

import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from generator.common.locks import abandoned, is_file_at, lock_descriptor

# The prefix and suffix of temporary names; the random part between them is short in bytes.
_PREFIX, _SUFFIX = ".segurdoc-", ".tmp"
# Folders from which this process has removed the temporary files of killed processes.
_swept: set[Path] = set()

# Without O_NONBLOCK, opening a pipe waits for a process that writes to it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_STDIN = 0
# Where systems name the files that a process has open.
_OPEN_FILES = ("/dev/fd/", "/proc/self/fd/")


def deliver(files: Mapping[Path, bytes]) -> None:
    """Write files; each appears complete under its name, or not at all.

    All temporary files are written before the first is renamed, so a full disk leaves none of the files.

    Raises:
        OSError: the folder cannot be written.
    """
    Delivery(files).finish()


class Delivery:
    """Temporary files that are renamed together at the end.

    To write many files, create all deliveries before finishing the first: on ext4, waiting for each file alone costs as
    much as ten, because the file system writes everything that has begun in one go.
    """

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        """Write the temporary files.

        Raises:
            OSError: the folder cannot be written.
        """
        # Each file asked for, its temporary file, and the open stream that holds its lock.
        self._pending: list[tuple[Path, Path, BinaryIO]] = []
        try:
            for path, data in files.items():
                written = _temporary_name(path)
                stream = _create(written, path)
                self._pending.append((path, written, stream))
                stream.write(data)
                stream.flush()
                _start_writing(stream)
        except BaseException:
            self.abandon()
            raise

    def finish(self) -> None:
        """Wait until the files are on the disk, then rename them.

        Raises:
            OSError: the folder cannot be written.
        """
        try:
            # All files are on the disk before the first has its name: a full disk leaves none.
            for _, _, stream in self._pending:
                os.fsync(stream.fileno())
            for path, written, stream in self._pending:
                _rename(stream, written, path)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Remove the temporary files that were not renamed."""
        for _, written, stream in self._pending:
            with suppress(OSError):
                stream.close()
            written.unlink(missing_ok=True)


def _start_writing(stream: BinaryIO) -> None:
    """Ask the system to start writing a file to the disk, while other files are made."""
    if hasattr(os, "posix_fadvise"):
        # Linux starts to write a file when told that it will not be read soon.
        with suppress(OSError):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file that is renamed at the end of the block; if the block fails, nothing changes.

    Raises:
        OSError: the file cannot be written.
    """
    written = _temporary_name(path)
    stream = _create(written, path)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _rename(stream, written, path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _rename(stream: BinaryIO, written: Path, path: Path) -> None:
    """Rename a temporary file; it stays locked until then, if the system can rename an open file."""
    # Windows renames no open file.
    if os.name == "nt":
        stream.close()
    # A link of that name is replaced, and what it points to is not touched.
    written.replace(path)
    stream.close()


def _temporary_name(path: Path) -> Path:
    # Before anything is written: the renaming would fail only after the other files had their names.
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")


def _create(written: Path, path: Path) -> BinaryIO:
    """Create and lock a temporary file, and its folder if that is missing; an error names the file asked for."""
    try:
        stream = _create_locked(written)
    except OSError as error:
        # The user asked for a file, and never sees its temporary name.
        if error.filename == str(written):
            error.filename = str(path)
        raise
    if path.parent not in _swept:
        _swept.add(path.parent)
        sweep_unfinished(path.parent)
    return stream


def _create_locked(written: Path) -> BinaryIO:
    while True:
        try:
            stream = written.open("xb")
        except FileNotFoundError:
            # A missing folder is rare: it is created only where opening fails.
            written.parent.mkdir(parents=True, exist_ok=True)
            stream = written.open("xb")
        try:
            # The sweep of another process takes a file for abandoned until it is locked.
            if lock_descriptor(stream.fileno()) and is_file_at(stream.fileno(), written):
                return stream
        except OSError:  # a file system without locks
            return stream
        # Another process removed the file between its creation and the lock.
        stream.close()


def sweep_unfinished(folder: Path) -> None:
    """Remove the temporary files that killed processes of this user left in a folder."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with abandoned(path) as is_abandoned, suppress(OSError):
            if is_abandoned:
                path.unlink()


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a regular file to read its bytes, or a pipe that this process was given: `/dev/stdin`, `/dev/fd/63`.

    Raises:
        OSError: the file cannot be opened, or it is a folder, a pipe or a device.
        ValueError: the path contains a NUL.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode) and not _is_given(path, status):
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
        if hasattr(os, "set_blocking"):
            # Only opening may not wait: who reads a given pipe waits for its writer.
            os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        OSError: the file cannot be read, or it is a folder, a pipe or a device.
        ValueError: the path contains a NUL.
    """
    with open_regular(path) as stream:
        return stream.read()


def _is_given(path: str | os.PathLike[str], status: os.stat_result) -> bool:
    """Tell whether a pipe is the standard input, or one that a shell opened for this command: `<(…)`."""
    # A shell gives `<(jq …)` as such a name, and its program writes to the pipe.
    if os.fspath(path).startswith(_OPEN_FILES):
        return stat.S_ISFIFO(status.st_mode)
    with suppress(OSError):
        # `/dev/stdin` is the pipe or terminal that the command was started with.
        return os.path.samestat(status, os.fstat(_STDIN))
    return False
