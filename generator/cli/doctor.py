"""`segurdoc doctor`."""

from __future__ import annotations

import platform

import click

from generator import __version__
from generator.cli.exits import Exit
from generator.doctor import Check
from generator.doctor import examine
from generator.lang import Lang
from generator.lang import Text
from generator.resources import SCHEMAS
from generator.resources import TEMPLATES


@click.command("doctor")
@click.pass_obj
def command(lang: Lang) -> None:
    """Say what this machine has and lacks, and how to get it; exit code 3 when something needed is missing."""
    click.echo(f"segurdoc {__version__}, Python {platform.python_version()}, {platform.platform()}")
    click.echo(f"{TEMPLATES}\n{SCHEMAS}\n")
    checks = list(examine())
    for check in checks:
        click.echo(_line(check, lang))
    if any(check.needed and not check.present for check in checks):
        raise click.exceptions.Exit(Exit.MACHINE)


def _line(check: Check, lang: Lang) -> str:
    purpose = check.purpose.say(lang)
    if check.present:
        return f"{click.style('✓', fg='green')} {check.name} – {purpose} – {check.found}"
    mark = click.style("✗", fg="red") if check.needed else click.style("–", fg="yellow")
    absent = Text("absent", "missing") if check.needed else Text("absent, facultatif", "missing, optional")
    return f"{mark} {check.name} – {purpose} – {absent.say(lang)}\n    {check.how.say(lang)}"
