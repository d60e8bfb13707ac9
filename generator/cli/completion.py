"""`segurdoc completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_SEGURDOC_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, references, codes and file names.

    bash: eval "$(segurdoc completion bash)" in ~/.bashrc; zsh: the same with zsh, in ~/.zshrc after compinit;
    fish: segurdoc completion fish > ~/.config/fish/completions/segurdoc.fish.
    """
    completion = get_completion_class(shell)
    assert completion is not None, "click knows these shells"
    click.echo(completion(ctx.find_root().command, {}, "segurdoc", VARIABLE).source())
