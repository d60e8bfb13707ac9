"""Options and arguments that name files: what a missing one reports, and outputs that would replace an input."""

import difflib
import glob
import shlex
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from generator.cli.commands import ARGUMENTS, usage_error
from generator.cli.session import current_language
from generator.common.jsonio.source import STDIN, SUFFIXES
from generator.common.language import Text, text

# How near a name has to be to be proposed: “bdc.json” is not for “nosuch.json”.
_NEAR = 0.75
# The parts of a path with spaces that are joined again.
_MOST_PARTS = 12
# What the commands read in the folders they are given: descriptors, documents and scans.
_READ = frozenset({".json", ".jsonl", ".ndjson", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})


class ExistingPath(click.ParamType[Path]):
    """A file or folder that exists."""

    name = "path"

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True) -> None:
        """Accept files, folders, or both."""
        self._file_okay, self._dir_okay = file_okay, dir_okay

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or fail with what is wrong with it."""
        path = Path(value)
        if not str(value) or not _exists(path):
            self.fail(_missing_path(str(value)).say(current_language(ctx)), param, ctx)
        if not self._dir_okay and path.is_dir():
            self.fail(text("cli.usage.folder-for-file", path=value).say(current_language(ctx)), param, ctx)
        if not self._file_okay and not path.is_dir():
            self.fail(text("cli.usage.file-for-folder", path=value).say(current_language(ctx)), param, ctx)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete the names of files, or of folders where no file is accepted."""
        # The shell knows the files: click only names the kind that it shall offer.
        return click.Path(file_okay=self._file_okay).shell_complete(ctx, param, incomplete)


class SourcePath(click.ParamType[str]):
    """Descriptors: a file, a folder that contains some, a pattern that matches some, or `-` for the standard input."""

    name = "source"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the source as it was given, or fail with what was sought and not found."""
        problem = None if value == STDIN else _source_problem(value)
        if problem:
            self.fail(problem.say(current_language(ctx)), param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete the names of files."""
        return click.Path().shell_complete(ctx, param, incomplete)


def refuse_overwriting(out: Path, read: Iterable[str | Path | None], option: str = "-o") -> None:
    """Refuse to write over what is read: a descriptor, a signed scan or a journal may stand nowhere else.

    Args:
        out: the file to be written.
        read: files and folders that are read; None and `-` are none.
        option: what names the file.
    """
    # A new file replaces nothing.
    if not out.exists():
        return
    for path in (Path(each) for each in read if each is not None):
        # Files of other kinds in such a folder, such as a report, were not read and may be replaced.
        inside = path.is_dir() and out.resolve().is_relative_to(path.resolve()) and out.suffix.lower() in _READ
        if inside or (path.is_file() and path.samefile(out)):
            raise usage_error("overwrite-read", option=option, file=out)


def _source_problem(value: str) -> Text | None:
    """Return why a source holds no descriptor; None where it does, or is a file."""
    path = Path(value)
    if value and _exists(path):
        if not path.is_dir() or any(file.suffix.lower() in SUFFIXES for file in path.rglob("*")):
            return None
        return text("cli.usage.empty-folder", folder=value, endings=", ".join(SUFFIXES))
    # A value without `*`, `?` or `[` was meant as one file.
    if not glob.has_magic(value):
        return _missing_path(value)
    if glob.glob(value, recursive=True):  # noqa: PTH207  # absolute, or from here
        return None
    return text("cli.usage.no-match", pattern=value, folder=Path.cwd())


def _missing_path(value: str) -> Text:
    """Return that a path does not exist, where it was sought, and the name nearest to it there."""
    path = Path(value)
    # A shell splits `mes commandes/a.json` at the space when the quotes are missing.
    if whole := _split_path(value):
        return text("cli.usage.split-path", path=value, whole=shlex.quote(whole))
    folder = path.parent
    # The first folder that exists above is where the user can look.
    while not folder.is_dir():
        folder = folder.parent
    # Only the part below that folder can be misspelt.
    sought = path.relative_to(folder).parts[0] if value else ""
    close = difflib.get_close_matches(sought, _names(folder), n=1, cutoff=_NEAR)
    near = text("cli.usage.near-path", path=folder / close[0]) if close else ""
    return text("cli.usage.missing-path", path=value, folder=folder.absolute(), near=near)


def _split_path(value: str) -> str:
    """Return the existing path that a shell split at its spaces, of which `value` is the start; empty without one."""
    ctx = click.get_current_context(silent=True)
    arguments: tuple[str, ...] = ctx.meta.get(ARGUMENTS, ()) if ctx else ()
    if value not in arguments:
        return ""
    # The parts are the value and the words that follow it on the command line.
    start = arguments.index(value)
    ends = range(start + 2, min(len(arguments), start + _MOST_PARTS) + 1)
    joined = (" ".join(arguments[start:end]) for end in ends)
    return next((path for path in joined if _exists(Path(path))), "")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long; a NUL in it
        return False


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    # A folder that may not be read has no names to propose.
    except OSError:
        return []
