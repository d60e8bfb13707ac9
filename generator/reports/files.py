"""Names of files as machines read them: code hosts know a file by its path in the repository."""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

from generator.common.resources import SCHEMAS

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def in_repository(file: str) -> str:
    """Return a file's path in the repository that a job works on, with `/`; a path outside is unchanged.

    Without a job the repository is the current folder.
    """
    if _DRIVE.match(file):
        file = PureWindowsPath(file).as_posix()
    given = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    root = Path(given) if given and Path.cwd().is_relative_to(given) else Path.cwd()
    path = Path.cwd() / file
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else Path(file).as_posix()


def is_packaged(file: str) -> bool:
    """Return whether a file is one of this program's own, which the repository does not have."""
    return (SCHEMAS.parent / file).is_relative_to(SCHEMAS) and not Path(file).exists()


def as_uri(file: str) -> str:
    """Return a file's address (RFC 3986): relative where it lies below the current folder."""
    name = in_repository(file)
    if _DRIVE.match(name) or name.startswith("//"):
        return PureWindowsPath(name).as_uri()
    return Path(name).as_uri() if name.startswith("/") else quote(os.fsencode(name))
