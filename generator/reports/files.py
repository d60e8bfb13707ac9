"""Names of files as machines read them: code hosts know a file by its path in the repository."""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def in_repository(file: str) -> str:
    """Return a file's path from the current folder on, with `/`; a path outside is unchanged."""
    if _DRIVE.match(file):
        file = PureWindowsPath(file).as_posix()
    path = Path(file)
    return (path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path).as_posix()


def as_uri(file: str) -> str:
    """Return a file's address (RFC 3986): relative where it lies below the current folder."""
    name = in_repository(file)
    if _DRIVE.match(name) or name.startswith("//"):
        return PureWindowsPath(name).as_uri()
    return Path(name).as_uri() if name.startswith("/") else quote(os.fsencode(name))
