"""Open files from outside without waiting: a pipe that nobody writes to would block for ever."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat

# Without O_NONBLOCK, opening a pipe waits for a process that writes to it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_STDIN = 0
# Where systems name the files that a process has open.
_OPEN_FILES = ("/dev/fd/", "/proc/self/fd/")


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
    with contextlib.suppress(OSError):
        # `/dev/stdin` is the pipe or terminal that the command was started with.
        return os.path.samestat(status, os.fstat(_STDIN))
    return False
