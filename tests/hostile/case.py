"""A hostile input: the files it needs, and the command that meets them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import VALID

# The contents of a file, or what makes it: a link, a pipe, a folder.
Maker = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile input.

    Attributes:
        name: its name, unique in its module.
        arguments: those of `segurdoc`, run in the folder that has the files.
        files: the files to write before, by relative path.
        codes: the codes of findings one of which is reported; none where the input is harmless.
        exits: the exit codes that are allowed.
        kept: relative paths of files that are the same afterwards.
        seconds: by when it has ended.
    """

    name: str
    arguments: tuple[str, ...]
    files: Mapping[str, bytes | Maker]
    codes: tuple[str, ...] = ()
    exits: tuple[int, ...] = (1,)
    kept: tuple[str, ...] = ()
    seconds: float = 60


def write_files(case: Case, folder: Path) -> None:
    """Write the files of a case to a folder."""
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)


def order(**changes: object) -> bytes:
    """Return a sound descriptor without pictures, with some values changed."""
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    return json.dumps({**value, **changes}, ensure_ascii=False).encode()
