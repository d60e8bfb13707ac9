"""`segurdoc completion`, and what a shell completes besides commands, options and files: references and codes."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from generator.cli.commands import Command

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


def references(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the references that begin so, those of the settings' records included."""
    # Late: only whoever presses the tab key needs them.
    from generator.cli.settings.find import find_settings
    from generator.cli.settings.load import load_settings
    from generator.common.findings import FindingsError
    from generator.references import load_appels

    try:
        appels = load_appels(load_settings(find_settings()).appels)
    except FindingsError:  # the command itself will say it
        appels = load_appels()
    return [
        CompletionItem(name, help=appel.label.fr)
        for name, appel in appels.items()
        if name.casefold().startswith(incomplete.casefold())
    ]


def codes(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes of findings that begin so."""
    # Late: it imports every module that defines a finding.
    from generator.common.explain import all_kinds

    return [CompletionItem(kind.code) for kind in all_kinds() if kind.code.startswith(incomplete.upper())]
