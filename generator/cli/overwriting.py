"""No command writes over what it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.cli.usage import usage_error

# What the commands read in the folders they are given: descriptors, documents and scans.
_READ = frozenset({".json", ".jsonl", ".ndjson", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})


def refuse_overwriting(out: Path, read: Iterable[str | Path | None], option: str = "-o") -> None:
    """Refuse to write over what is read: a descriptor, a signed scan or a journal may stand nowhere else.

    Args:
        out: the file to be written.
        read: files and folders that are read; None and `-` are none.
        option: what names the file.
    """
    if not out.exists():
        return
    for path in (Path(each) for each in read if each is not None):
        inside = path.is_dir() and out.resolve().is_relative_to(path.resolve()) and out.suffix.lower() in _READ
        if inside or (path.is_file() and path.samefile(out)):
            raise usage_error("overwrite-read", option=option, file=out)
