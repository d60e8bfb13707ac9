"""A group of commands whose modules are imported when they are called: `--help` and completion are quick."""

from __future__ import annotations

import importlib
import keyword
from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """Imports a command's module when it is called: `segurdoc schema` has no use for LibreOffice."""

    def __init__(self, name: str, *, package: str, lines: Mapping[str, str], **attributes: object) -> None:
        """Make a group.

        Args:
            name: its name.
            package: the package whose modules hold the commands, each as `command`.
            lines: for each command, which is its module's name too, its line in the help.
            attributes: as `click.Group` takes them.
        """
        super().__init__(name, **attributes)  # type: ignore[arg-type]  # click's own, passed on
        self._package, self._lines = package, lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, without importing anything."""
        return list(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module imported now."""
        if cmd_name not in self._lines:
            return None
        # `import` is a word of Python's own.
        module = importlib.import_module(f"{self._package}.{cmd_name}{'_' * keyword.iskeyword(cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands' lines."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin so, without importing anything."""
        named = [CompletionItem(name, help=line) for name, line in self._lines.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]
