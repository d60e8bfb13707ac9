"""`segurdoc status`: where orders stand, and the days left to each deadline."""

from __future__ import annotations

import datetime
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command
from generator.cli.paths import ExistingPath, SourcePath, refuse_overwriting
from generator.cli.session import Exit, current_language, echo
from generator.common.files import deliver
from generator.common.findings import has_errors
from generator.common.language import text

if TYPE_CHECKING:
    from generator.dossier.status import Standing

_FORMS = ("table", "json", "csv", "ics")
# Columns: the least a table is made for, and those it has where it goes to a file or a pipe.
_NARROWEST, _PAGE = 80, 120


@click.command("status", cls=Command)
@click.argument("sources", nargs=-1, required=True, type=SourcePath(), metavar="SOURCE...")
@click.option("--register", "registers", multiple=True, type=ExistingPath(), metavar="DIR")
@options.signed_option()
@click.option("--suivi", type=ExistingPath(dir_okay=False), metavar="FILE")
@options.today_option
@click.option("--format", "form", type=click.Choice(_FORMS), default="table", show_default=True)
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@options.appel_option
@options.limit_options
def command(
    sources: tuple[str, ...],
    registers: tuple[Path, ...],
    signed: tuple[Path, ...],
    suivi: Path | None,
    today: datetime.date,
    form: str,
    out: Path | None,
    own_appels: tuple[Path, ...],
) -> None:
    """Show where orders stand, and the days left to each deadline."""
    from generator.dossier.status import gather

    if out:
        refuse_overwriting(out, (*sources, *registers, *signed, suivi, *own_appels))
    appels = inputs.appels_or_exit(own_appels)
    fournisseur = inputs.settings_or_exit().fournisseur
    gathered = gather(sources, appels, fournisseur, registers=registers, signed=signed, journal=suivi, today=today)
    reporting.say_findings(reporting.errors_last(gathered.findings))
    answer = _answer(form, gathered.standings, today, to_file=out is not None)
    if out:
        deliver({out: answer})
        click.echo(out, err=True)
    else:
        click.echo(answer, nl=not answer.endswith(b"\n"))
    # Descriptors alone do not tell what was delivered, signed or paid.
    if form == "table" and not (registers or signed or suivi):
        echo(text("cli.status.descriptors-alone"), err=True)
    if has_errors(gathered.findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _answer(form: str, standings: list[Standing], today: datetime.date, *, to_file: bool) -> bytes:
    # Late: of four forms each call needs one.
    from generator.dossier.ics import make_calendar
    from generator.reports.status import standing_csv, standing_json, standing_table

    lang = current_language()
    if form == "ics":
        return make_calendar(standings, today, lang)
    if form == "json":
        return standing_json(standings, lang, today).encode()
    if form == "csv":
        # With a mark in front, spreadsheets read a file as UTF-8; a pipe has no use for it.
        return standing_csv(standings, lang).encode("utf-8-sig" if to_file else "utf-8")
    # A file has no width of its own and takes no colours.
    terminal = sys.stdout.isatty() and not to_file
    width = max(shutil.get_terminal_size((_PAGE, 24)).columns, _NARROWEST) if terminal else _PAGE
    return standing_table(standings, lang, width, colours=terminal).encode()
