"""`segurdoc template`: the group; each command is a module beside."""

from __future__ import annotations

import click

from generator.cli.lazy import LazyGroup

_COMMANDS = {
    "new": "Copy a built-in template, to be changed in Word.",
    "check": "Check templates: as they are written, and with the orders that strain them.",
    "fields": "List every name that a template can use.",
    "preview": "Draw a template with the order that strains it most.",
    "list": "List the templates of the settings and the built-in ones.",
    "compile": "Make the formes of a template now.",
}


@click.group("template", cls=LazyGroup, package=__name__, lines=_COMMANDS)
def command() -> None:
    """Own layouts: start from a built-in one, see what it can print, check it."""
