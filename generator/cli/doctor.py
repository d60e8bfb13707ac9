"""`segurdoc doctor`."""

from __future__ import annotations

import platform

import click

from generator import __version__
from generator.cli.exits import Exit
from generator.cli.session import settings_file
from generator.doctor import Check
from generator.doctor import examine
from generator.formes.store import kept_formes
from generator.lang import Lang
from generator.lang import Text
from generator.resources import SCHEMAS
from generator.resources import TEMPLATES


@click.command("doctor")
@click.pass_obj
def command(lang: Lang) -> None:
    """Say what this machine has and lacks, and how to get it; exit code 3 when something needed is missing."""
    click.echo(f"segurdoc {__version__}, Python {platform.python_version()}, {platform.platform()}")
    click.echo(Text(f"modèles : {TEMPLATES}", f"templates: {TEMPLATES}").say(lang))
    click.echo(Text(f"schémas : {SCHEMAS}", f"schemas: {SCHEMAS}").say(lang))
    file = settings_file()
    click.echo(Text(f"réglages : {file or 'aucun'}", f"settings: {file or 'none'}").say(lang))
    for folder, count in kept_formes().items():
        click.echo(Text(f"formes : {count} dans {folder}", f"formes: {count} in {folder}").say(lang))
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
        state, mark = Text("non vérifiable ici", "cannot be checked here"), click.style("?", fg="yellow")
    elif check.needed:
        state, mark = Text("absent", "missing"), click.style("✗", fg="red")
    else:
        state, mark = Text("absent, facultatif", "missing, optional"), click.style("–", fg="yellow")
    return f"{mark} {line} – {state.say(lang)}\n    {check.how.say(lang)}"
