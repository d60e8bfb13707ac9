"""Where settings are: looked for from a folder upwards. Quick, for each call of the command does it."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

from generator.lang import LANGS
from generator.lang import Lang

NAME, PYPROJECT = "segurdoc.toml", "pyproject.toml"
# Settings take a few kilobytes.
MAX_BYTES = 1024 * 1024
_TABLE = re.compile(r"^[ \t]*\[\[?tool\.segurdoc[.\]]", re.MULTILINE)


def find_settings(folder: Path | None = None) -> Path | None:
    """Return the settings file that counts in a folder: its own, else the one nearest above.

    In each folder `segurdoc.toml` comes before `pyproject.toml`, which counts where it has `[tool.segurdoc]`. The
    search ends at a repository's root, at the user's home, and before a folder that anybody may write to.

    Args:
        folder: where the search begins; the current folder by default.
    """
    try:
        start = (folder or Path()).absolute()
        for place in (start, *start.parents):
            if place != start and place.stat().st_mode & stat.S_IWOTH:
                break
            if (place / NAME).is_file():
                return place / NAME
            if _has_table(place / PYPROJECT):
                return place / PYPROJECT
            if (place / ".git").exists() or place == _home():
                break
    except OSError:  # a folder that is gone, or that may not be looked into
        pass
    return None


def language_of(file: Path | None) -> Lang | None:
    """Return the language that a settings file asks for; None where it cannot be known: `load_settings` says why."""
    try:
        value = tomllib.loads(_start(file)) if file else {}
        for key in ("tool", "segurdoc") if file and file.name == PYPROJECT else ():
            value = value[key]
        return next((lang for lang in LANGS if lang == value.get("lang")), None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _start(file: Path) -> str:
    """Return what a file says, as far as settings may go: a device never ends."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES).decode("utf-8-sig")


def _has_table(pyproject: Path) -> bool:
    try:
        return bool(_TABLE.search(_start(pyproject)))
    except (OSError, UnicodeDecodeError):
        return False
