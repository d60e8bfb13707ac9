"""`segurdoc template`: the group; each command is a module of this package."""

from __future__ import annotations

import click

from generator.cli.lazy import LazyGroup


@click.group("template", cls=LazyGroup, package=__name__, names=("new", "check", "fields", "preview", "list"))
def command() -> None:
    """Group the commands about own templates."""
