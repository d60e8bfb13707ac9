"""`segurdoc new`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import (
    appel_option,
    appels_or_exit,
    context_or_exit,
    eligibles_option,
    register_option,
    say_findings,
    today_option,
)
from generator.cli.session import settings_or_exit
from generator.cli.usage import usage_error
from generator.common.files import deliver
from generator.common.findings import Finding, has_errors
from generator.common.jsonio.source import Descriptor
from generator.common.language import Lang, Text
from generator.common.texts import text


@click.command("new", cls=Command)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
)
@click.option(
    "--fournisseur",
    "vendor_only",
    is_flag=True,
)
@eligibles_option
@register_option
@today_option
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    out: Path | None,
    vendor_only: bool,
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    own_appels: tuple[Path, ...],
) -> None:
    """Ask for what one order needs, and write its descriptor."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise usage_error("terminal")
    out = out or (Path("fournisseur.json") if vendor_only else None)
    if out and out.exists():
        raise usage_error("exists", file=out)
    settings = settings_or_exit(lang)
    appels = appels_or_exit(own_appels, lang)
    context = context_or_exit(eligibles, registers, today, lang)
    from generator.intake.clients.folder import as_file, read_folder
    from generator.intake.clients.numbering import Numbering, is_pattern
    from generator.intake.interview.ask import Asker
    from generator.intake.interview.check import Checker
    from generator.intake.interview.questions import Known
    from generator.intake.interview.run import interview

    folder = read_folder(out.parent if out else Path())
    taken = [*folder.numbers, *(each.numero for each in context.register.delivered)]
    pattern = settings.numbering
    if pattern and not is_pattern(pattern):
        raise usage_error("numero", where=text("usage.numero-settings"))

    def numero(year: int) -> str:
        return Numbering(pattern, 1, taken).next(year) if pattern else ""

    known = Known(appels, context.base, numero, today, _keys(settings.fournisseur), vendor_only)
    part = "/fournisseur" if vendor_only else ""
    asker = Asker(Checker(appels, context, settings.fournisseur, lang, part=part), context.base, lang)
    try:
        answered = interview(asker, known, lambda told: _say(told, lang))
    except EOFError as error:
        raise click.Abort from error
    if has_errors(answered.findings):
        say_findings(answered.findings, lang)
        raise click.exceptions.Exit(Exit.FINDINGS)
    file = out or folder.descriptor_file(answered.value)
    if file.exists():
        click.echo(text("new.exists", file=file).say(lang), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    deliver({file: as_file(answered.value)})
    click.echo(file)


def _keys(fournisseur: Descriptor | None) -> frozenset[str]:
    given = fournisseur.value.get("fournisseur") if fournisseur else None
    return frozenset(given if isinstance(given, dict) else ())


def _say(told: Text | Finding, lang: Lang) -> None:
    if isinstance(told, Finding):
        say_findings([told], lang)
    else:
        click.echo(f"\n{click.style(told.say(lang), bold=True, underline=True)}")
