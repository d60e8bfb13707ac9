"""`segurdoc doctor`."""

from __future__ import annotations

import platform

import click

from generator import __version__
from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.machine_checks import Check, examine
from generator.cli.session import settings_file
from generator.common.language import Lang
from generator.common.resources import SCHEMAS, TEMPLATES
from generator.common.texts import text


@click.command("doctor", cls=Command)
@click.pass_obj
def command(lang: Lang) -> None:
    """Report what this machine has and lacks."""
    click.echo(f"segurdoc {__version__}, Python {platform.python_version()}, {platform.platform()}")
    click.echo(text("doctor.templates", folder=TEMPLATES).say(lang))
    click.echo(text("doctor.schemas", folder=SCHEMAS).say(lang))
    click.echo(text("settings.used", file=settings_file() or text("settings.none")).say(lang))
    click.echo()
    checks = list(examine())
    for check in checks:
        click.echo(_line(check, lang))
    if any(check.needed and check.present is False for check in checks):
        raise click.exceptions.Exit(Exit.MACHINE)


def _line(check: Check, lang: Lang) -> str:
    line = f"{check.name} – {check.purpose.say(lang)}"
    if check.present:
        found = f" – {check.found}" if check.found else ""
        return f"{click.style('✓', fg='green')} {line}{found}"
    if check.present is None:
        state, mark = text("doctor.unknown"), click.style("?", fg="yellow")
    elif check.needed:
        state, mark = text("doctor.missing"), click.style("✗", fg="red")
    else:
        state, mark = text("doctor.missing-optional"), click.style("–", fg="yellow")
    return f"{mark} {line} – {state.say(lang)}\n    {check.how.say(lang)}"
