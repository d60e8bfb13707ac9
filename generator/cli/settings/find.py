"""Where settings are: looked for from a folder upwards. Quick, for each call of the command does it."""

import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.common.files import open_regular
from generator.common.language import LANGS, Lang

NAME, PYPROJECT = "segurdoc.toml", "pyproject.toml"
# Settings take a few kilobytes.
MAX_BYTES = 1024 * 1024
# Parts of a key, or points of a text: the schema has three.
_MAX_PARTS = 64
# `[tool.segurdoc]`, `[tool.segurdoc.output]` or `[[tool.segurdoc…` at the start of a line.
_TABLE = re.compile(r"^[ \t]*\[\[?tool\.segurdoc[.\]]", re.MULTILINE)


def find_settings(
    folder: Path | None = None, *, trusted: bool = False, ignored: Callable[[Path], object] = lambda _: None
) -> Path | None:
    """Return the settings file that counts in a folder: its own, else the one nearest above.

    In each folder `segurdoc.toml` comes before `pyproject.toml`, which counts where it has `[tool.segurdoc]`. The
    search ends at a repository's root, at the user's home, and before a folder that anybody may write to. A file that
    another user may have written does not count.

    Args:
        folder: where the search begins; the current folder by default.
        trusted: let files count whoever may have written them.
        ignored: called with a file that does not count because another user may have written it.
    """
    try:
        start = (folder or Path()).absolute()
        for place in (start, *start.parents):
            # In `/tmp` anybody may put settings that the command of another user would take.
            if place != start and is_world_writable(place):
                break
            file = _settings_in(place)
            if file and (trusted or is_own(file)):
                return file
            if file:
                ignored(file)
            if (place / ".git").exists() or place == _home():
                break
    except OSError:  # a folder that is gone, or that may not be looked into
        pass
    return None


def _settings_in(place: Path) -> Path | None:
    if (place / NAME).is_file():
        return place / NAME
    return place / PYPROJECT if _has_table(place / PYPROJECT) else None


def is_own(file: Path) -> bool:
    """Return whether only this user, or the system's administrator, can have written a file in its folder."""
    if not hasattr(os, "geteuid"):
        return True
    owners = {os.geteuid(), 0}
    folder = file.parent
    return not is_world_writable(folder) and {file.stat().st_uid, folder.stat().st_uid} <= owners


def is_world_writable(folder: Path) -> bool:
    """Return whether anybody may write to a folder."""
    return bool(folder.stat().st_mode & stat.S_IWOTH)


def language_of(file: Path | None) -> Lang | None:
    """Return the language that a settings file asks for; None where it cannot be known: `load_settings` says why."""
    try:
        value = parse_toml(_start(file)) if file else {}
        for key in ("tool", "segurdoc") if file and file.name == PYPROJECT else ():
            value = value[key]
        return next((lang for lang in LANGS if lang == value.get("lang")), None)
    # The language is only for messages: the command reads the settings again, and reports what is wrong.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML.
        RecursionError: it is nested too deep. `tomllib` takes minutes and gigabytes for a key of many parts.
    """
    # Before it is parsed: nothing can stop `tomllib` once it has begun.
    if any(part.count(".") > _MAX_PARTS for line in text.splitlines() for part in line.split("=")):
        raise RecursionError
    return tomllib.loads(text)


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _start(file: Path) -> str:
    """Return what a file says, as far as settings may go: a device never ends."""
    with open_regular(file) as stream:
        return stream.read(MAX_BYTES).decode("utf-8-sig")


def _has_table(pyproject: Path) -> bool:
    try:
        return bool(_TABLE.search(_start(pyproject)))
    except (OSError, UnicodeDecodeError):
        return False
