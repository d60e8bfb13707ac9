"""`segurdoc template`: the group; each command is a module beside."""

from __future__ import annotations

import click

from generator.cli.lazy import LazyGroup

_COMMANDS = {
    "compile": "Make the formes of a template now.",
}


@click.group("template", cls=LazyGroup, package=__name__, lines=_COMMANDS)
def command() -> None:
    """Own layouts: start from a built-in one, see what it can print, check it."""
