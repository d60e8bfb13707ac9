"""Temporary folders of a run, in a private folder of the user; what killed runs left there goes with the next run.

A run holds the lock of its folder as long as it lives. Nothing is removed or ended by its name alone: the private
folder belongs to the user, and a process is known by its number and the moment it started.
"""

import atexit
import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generator.common.locks import FileLock, abandoned, try_lock
from generator.common.processes import PROCESS_PREFIX, descendants_of, kill_all, record_in, start_of

_LOCK, _OUTSIDE = ".lock", "outside"
# For the user alone: the folder contains documents of the run.
_PRIVATE = 0o700
# The folder of this process, where it has one.
_current: Path | None = None


def use_run_folder() -> None:
    """Put all temporary files of this process into a run folder of its own, where the machine has room for one.

    It goes when the process ends, after what other modules remove then: call it first.
    """
    global _current  # like `tempfile.tempdir`, it is the process's
    with contextlib.suppress(OSError):
        sweep(private_folder())
        folder, lock = _create()
        # No generator: a forked process of Python 3.13 drops what atexit holds, and would close it.
        atexit.register(_close, folder, lock)
        _current, tempfile.tempdir = folder, str(folder)
        record_in(folder)


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """Give a folder for a run's temporary files; it goes at the end, or with the next run if this one is killed."""
    # The lock of the process's folder covers this one as well.
    if _current:
        folder = Path(tempfile.mkdtemp(dir=_current))
        try:
            yield folder
        finally:
            _remove(folder)
        return
    sweep(private_folder())
    folder, lock = _create()
    try:
        yield folder
    finally:
        _close(folder, lock)


def _close(folder: Path, lock: FileLock) -> None:
    _remove(folder)
    lock.release()
    with contextlib.suppress(OSError):  # other runs are there
        folder.parent.rmdir()


def private_folder() -> Path:
    """Return the user's own folder among the temporary files: nobody else may look into it or write there."""
    user = str(os.geteuid()) if hasattr(os, "geteuid") else "user"
    folder = Path(tempfile.gettempdir()) / f"segurdoc-{user}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=_PRIVATE)
    if is_private(folder):
        return folder
    # Another user has the name: a folder that no other run looks into.
    return Path(tempfile.mkdtemp(prefix="segurdoc-"))


def is_private(folder: Path) -> bool:
    """Return whether a folder is this user's alone, and no link."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    # Windows has no owners of that kind: its temporary folder is the user's own.
    if not hasattr(os, "geteuid"):
        return stat.S_ISDIR(found.st_mode)
    is_closed = not stat.S_IMODE(found.st_mode) & ~_PRIVATE
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and is_closed


def sweep(parent: Path) -> None:
    """Remove the folders of killed runs, and end the programs that still run for them."""
    for lock in parent.glob(f"*{_LOCK}"):
        with abandoned(lock) as is_abandoned:
            if is_abandoned:
                folder = lock.with_suffix("")
                # A folder that another user has put in the place of ours is left alone.
                if is_private(folder):
                    _remove_outside(folder)
                    _remove(folder)
                # Last: until then the next run finds the folder by its lock, should this one be killed.
                lock.unlink(missing_ok=True)


def record_outside(folder: Path, other: Path) -> None:
    """Write down a folder of the run that lies elsewhere: the next run removes it if this one is killed."""
    (folder / f"{_OUTSIDE}-{secrets.token_hex(4)}").write_text(str(other), "utf-8")


def end_recorded(folder: Path) -> None:
    """End the programs that a run has written down and not seen end, with their children."""
    for file in folder.rglob(f"{PROCESS_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(file.name.removeprefix(PROCESS_PREFIX))
            started = file.read_text("ascii")
            # Numbers of processes are used again: another start is another process.
            if started and started == start_of(pid):
                kill_all([pid, *descendants_of(pid)])
        file.unlink(missing_ok=True)


def _create() -> tuple[Path, FileLock]:
    while True:
        name = secrets.token_hex(4)
        # The last run of the user may be removing the private folder.
        with contextlib.suppress(FileNotFoundError):
            parent = private_folder()
            # The lock comes first: a folder without one would never be swept.
            lock = try_lock(parent / f"{name}{_LOCK}")
            if lock:
                (parent / name).mkdir(mode=_PRIVATE)
                return parent / name, lock


def _remove(folder: Path) -> None:
    end_recorded(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_outside(folder: Path) -> None:
    """Remove the folders elsewhere that a killed run wrote down; a live process removes its own."""
    for file in folder.rglob(f"{_OUTSIDE}-*"):
        with contextlib.suppress(OSError, ValueError):
            other = Path(file.read_text("utf-8"))
            # The file of names may be damaged: a folder of other people is never removed.
            if is_private(other):
                shutil.rmtree(other, ignore_errors=True)
