"""What a shell completes beside commands, options and files: references and codes."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


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
    from generator.common.explain import all_kinds

    return [CompletionItem(kind.code) for kind in all_kinds() if kind.code.startswith(incomplete.upper())]
