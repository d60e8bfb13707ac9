"""`segurdoc eligibles`: the group; each command is a module of this package."""

from __future__ import annotations

import click

from generator.cli.lazy import LazyGroup


@click.group("eligibles", cls=LazyGroup, package=__name__, names=("import", "show"))
def command() -> None:
    """Group the commands about the base of eligible establishments."""
