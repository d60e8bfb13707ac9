"""Groups whose commands are imported when they are called: `--help` and completion are quick."""

from __future__ import annotations

import difflib
import importlib
import keyword
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from generator.cli.help import Command, help_entry, help_word, path_of
from generator.cli.language import current_language, normalized_token
from generator.cli.usage import usage_error


class LazyGroup(Command, click.Group):
    """A group that imports the module of a command when it is called: `segurdoc schema` does not need LibreOffice."""

    def __init__(self, name: str, *, package: str, names: Sequence[str], **attributes: object) -> None:
        """Create a group.

        Args:
            name: its name.
            package: the package whose modules hold the commands, each as `command`.
            names: the commands, each with the name of its module, in the order of the help.
            attributes: as `click.Group` takes them.
        """
        super().__init__(name, **attributes)  # type: ignore[arg-type]  # click's own, passed on
        self._package, self._names = package, names

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, without importing anything."""
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module imported now."""
        if cmd_name not in self._names:
            return None
        # `import` is a keyword of Python.
        module = importlib.import_module(f"{self._package}.{cmd_name}{'_' * keyword.iskeyword(cmd_name)}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that arguments begin with; an unknown one fails with the name nearest to it."""
        name = args[0]
        if normalized_token(name) not in self._names and not name.startswith("-"):
            near = difflib.get_close_matches(normalized_token(name), self._names, n=1, cutoff=0.5)
            if near:
                raise usage_error("command-near", name=name, near=near[0])
            raise usage_error("command", name=name, known=", ".join(self._names))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        with formatter.section(help_word("commands", current_language(ctx))):
            formatter.write_dl([(name, self._line(ctx, name)) for name in self._names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin so, without importing anything."""
        names = [name for name in self._names if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=self._line(ctx, name)) for name in names]
        self.document_options(ctx)
        # Not that of `click.Group`, which imports every command.
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def _line(self, ctx: click.Context, name: str) -> str:
        """Return the line of a command in the help of its group."""
        path = name if ctx.parent is None else f"{path_of(ctx)} {name}"
        line: str = help_entry(path)["line"][current_language(ctx)]
        return line
