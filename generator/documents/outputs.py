"""Lock the output folder, record delivered files by size and digest, and detect changes."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from generator.common.files import open_regular
from generator.common.findings import ERROR, define
from generator.common.locks import EXCLUSIVE, FileLock, try_lock

MANIFESTE_PRIS = define("MANIFESTE-PRIS", ERROR)

LOCK_NAME = ".segurdoc.lock"


@dataclass(frozen=True)
class Output:
    """A delivered file: its name in the output folder, size in bytes, and SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


def read_output(path: Path) -> Output:
    """Return the size and digest of a file.

    Raises:
        OSError: the file cannot be read.
    """
    # A pipe in the place of a document would be waited for without end.
    with open_regular(path) as stream:
        digest = sha256()
        size = 0
        # In pieces of 1 MiB: an archive need not fit into memory.
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return Output(path.name, size, digest.hexdigest())


def is_intact(folder: Path, output: Output) -> bool:
    """Return whether the folder still contains a file as it was delivered."""
    path = folder / output.name
    try:
        # The size comes first: a digest reads the whole file.
        return path.stat().st_size == output.size and read_output(path) == output
    except OSError:
        return False


def lock_folder(folder: Path, mode: int = EXCLUSIVE, patience: float = 0.0) -> FileLock | None:
    """Lock an output folder, which exists, against other writers: a batch has it alone, renderings share it.

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
