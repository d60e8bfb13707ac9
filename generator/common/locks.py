"""Lock files: a live process holds them, and the system releases them however that process ends."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    _flock: Callable[[int, int], None] | None = None
    EXCLUSIVE, SHARED = 0, 1
else:
    _flock = fcntl.flock
    EXCLUSIVE, SHARED = fcntl.LOCK_EX, fcntl.LOCK_SH

# A link in the place of a lock is not followed, and a pipe there is not waited for.
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# Systems name the error of a locked file differently.
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)
_PAUSE_SECONDS = 0.05
# The descriptors of the locks of this process.
_held: set[int] = set()


class FileLock:
    """A lock file that this process holds; its release removes it, unless others share it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        _held.add(descriptor)

    def release(self) -> None:
        """Remove the file while it is still locked, then release it."""
        with contextlib.suppress(OSError):
            # Another holder of a shared lock still needs the file.
            if lock_descriptor(self._descriptor) and is_file_at(self._descriptor, self._path):
                # Before it is released: nobody can have locked it meanwhile.
                self._path.unlink()
        _held.discard(self._descriptor)
        os.close(self._descriptor)


def leave_locks() -> None:
    """Close the locks that a forked process shares with its parent: else they outlive the parent with it."""
    for descriptor in _held:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    _held.clear()


def try_lock(path: Path, mode: int = EXCLUSIVE, patience: float = 0.0) -> FileLock | None:
    """Lock a file, created where it is missing; its folder exists.

    Args:
        path: the lock file.
        mode: `EXCLUSIVE`, or `SHARED` with others that share it.
        patience: how many seconds to wait for its holder.

    Returns:
        The lock; None where another process holds it.

    Raises:
        OSError: the file cannot be created, or is no ordinary file.
    """
    limit = time.monotonic() + patience
    while True:
        descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o666)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
            taken = lock_descriptor(descriptor, mode)
            # The last holder may have removed the file that was opened here.
            if taken and is_file_at(descriptor, path):
                return FileLock(path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if not taken:
            if time.monotonic() >= limit:
                return None
            time.sleep(_PAUSE_SECONDS)


def lock_descriptor(descriptor: int, mode: int = EXCLUSIVE) -> bool:
    """Lock an open file without waiting, and return whether it is ours; always where the system has no `flock`."""
    if _flock is None:
        return True
    try:
        _flock(descriptor, mode | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def is_file_at(descriptor: int, path: Path) -> bool:
    """Return whether an open file still has its name."""
    with contextlib.suppress(FileNotFoundError):
        # Another file may have taken the name since the lock was opened.
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    return False


@contextlib.contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Tell whether no process holds an existing file of this user; while the block runs, none can take it.

    The file stays; links, pipes and files of other users are never abandoned.
    """
    descriptor = -1
    try:
        is_abandoned = False
        with contextlib.suppress(OSError):
            descriptor = os.open(path, _FLAGS)
            is_abandoned = _is_own_file(os.fstat(descriptor)) and lock_descriptor(descriptor)
        # The lock is held while the caller removes the file.
        yield is_abandoned
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _is_own_file(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())
