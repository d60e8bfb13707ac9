"""`segurdoc completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from generator.cli.help import Command

VARIABLE = "_SEGURDOC_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    completion = get_completion_class(shell)
    assert completion is not None, "click knows these shells"
    click.echo(completion(ctx.find_root().command, {}, "segurdoc", VARIABLE).source())
