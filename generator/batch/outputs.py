"""The files that were delivered, and whether they are as they were."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Output:
    """A file delivered: its name in the output folder, its size in bytes, its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


def output_of(path: Path) -> Output:
    """Return what a manifest says of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        digest = sha256()
        size = 0
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return Output(path.name, size, digest.hexdigest())


def is_intact(folder: Path, output: Output) -> bool:
    """Tell whether a file is in the folder as it was delivered."""
    path = folder / output.name
    try:
        return path.stat().st_size == output.size and output_of(path) == output
    except OSError:
        return False
