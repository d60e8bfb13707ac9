"""One writer an output folder: a batch has it alone, renderings share it."""

from __future__ import annotations

from pathlib import Path

from generator.common.findings import ERROR, define
from generator.common.locks import EXCLUSIVE, FileLock, try_lock

MANIFESTE_PRIS = define("MANIFESTE-PRIS", ERROR)

LOCK_NAME = ".segurdoc.lock"


def lock_folder(folder: Path, mode: int = EXCLUSIVE, patience: float = 0.0) -> FileLock | None:
    """Lock an output folder, which exists, against other writers.

    Returns:
        The lock; None where another process has it.

    Raises:
        OSError: the folder cannot be written.
    """
    try:
        return try_lock(folder / LOCK_NAME, mode, patience)
    except OSError as error:
        error.filename = str(folder)  # the user asked for the folder, and cannot see the lock in it
        raise
