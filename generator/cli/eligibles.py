"""`segurdoc eligibles`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import base_or_exit
from generator.cli.options import eligibles_option
from generator.cli.options import report_option
from generator.cli.options import say_findings
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import has_errors
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted
from generator.references import Appels
from generator.reports import REPORTERS

if TYPE_CHECKING:
    from generator.eligibles import Base
    from generator.tables.mapping import Columns

SECTION = "colonnes.eligibles"

map_option = click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Say which column holds a field; may be repeated.  [default: a proposal is shown]",
)
confirm_option = click.option("--confirm", metavar="CODE", help="Accept the proposal that was shown with this code.")
sheet_option = click.option("--sheet", metavar="NAME", help="Sheet to read.  [default: the only one that is filled]")
header_option = click.option(
    "--header-row",
    type=click.IntRange(min=1),
    metavar="N",
    help="Row that names the columns.  [default: the first that names two or more]",
)


@click.group("eligibles")
def command() -> None:
    """Import the official workbook of eligible establishments, and look into it.

    The base is used by `validate`, `render` and `batch`: every order's FINESS, category and amount are held against it.
    """


@command.command("import")
@click.argument("workbook", type=click.Path(path_type=Path), metavar="WORKBOOK")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="File of the base.")
@sheet_option
@header_option
@map_option
@confirm_option
@appel_option
@report_option
@click.pass_obj
def import_command(
    lang: Lang,
    workbook: Path,
    out: Path | None,
    sheet: str | None,
    header_row: int | None,
    mapped: tuple[str, ...],
    confirm: str | None,
    own_appels: tuple[Path, ...],
    report: str,
) -> None:
    """Read WORKBOOK (XLSX, ODS or CSV) into a local, checked file.

    Which column holds what is said with --map or in segurdoc.toml. Without that a proposal is shown, with the code that
    confirms it. Rows with an error are left out, and told. Without -o the base goes to the user's data folder, where
    the other commands find it.
    """
    from generator.eligibles.importing import import_base
    from generator.eligibles.store import default_path
    from generator.eligibles.store import save_base
    from generator.tables import read_table

    appels = appels_or_exit(own_appels, lang)
    try:
        table = read_table(workbook, sheet=sheet, header_row=header_row)
    except FindingError as error:
        _say([error.finding], report, lang)
        raise click.exceptions.Exit(Exit.FINDINGS) from error
    imported = import_base(_columns(table, appels, _mapping(mapped), confirm, report, lang), appels)
    path = out or default_path()
    if imported.base:
        save_base(imported.base, path)
    _say(imported.findings, report, lang)
    left = len(table.rows) - len(imported.base)
    said = Text(
        f"{counted(len(imported.base), 'établissement', 'établissements')} dans {path}, "
        f"{counted(left, 'ligne laissée', 'lignes laissées')} ; {imported.base.source}",
        f"{len(imported.base)} establishments in {path}, {left} rows left out; {imported.base.source}",
    )
    click.echo(said.say(lang), err=True)
    if has_errors(imported.findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _mapping(mapped: tuple[str, ...]) -> dict[str, str]:
    from generator.tables.mapping import parse_mapping

    try:
        return parse_mapping(mapped)
    except ValueError as error:
        raise click.UsageError(f"--map {error}: FIELD=HEADER") from error


def _columns(
    table: Table, appels: Appels, mapping: Mapping[str, str], confirm: str | None, report: str, lang: Lang
) -> Columns:
    from generator.eligibles.fields import base_fields
    from generator.tables.mapping import CORRESPONDANCE_ABSENTE
    from generator.tables.mapping import CORRESPONDANCE_CHANGEE
    from generator.tables.mapping import MappingError
    from generator.tables.mapping import columns_of
    from generator.tables.mapping import propose
    from generator.tables.mapping import show_proposal

    fields = base_fields(appels.values())
    try:
        return columns_of(table, fields, mapping, confirm)
    except MappingError as error:
        _say(error.findings, report, lang)
        if any(found.kind in (CORRESPONDANCE_ABSENTE, CORRESPONDANCE_CHANGEE) for found in error.findings):
            click.echo(show_proposal(table, fields, propose(table, fields), SECTION, lang), err=report != "text")
        raise click.exceptions.Exit(Exit.FINDINGS) from error


def _say(findings: tuple[Finding, ...] | list[Finding], report: str, lang: Lang) -> None:
    said = REPORTERS[report](findings, lang)
    if said:
        click.echo(said)


@command.command("show")
@click.argument("asked", metavar="FINESS|NAME", nargs=-1, required=True)
@eligibles_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def show_command(lang: Lang, asked: tuple[str, ...], eligibles: Path | None, form: str) -> None:
    """Look up an establishment by its FINESS or its name, without regard to accents; near names are given too."""
    from generator.eligibles.search import search
    from generator.eligibles.shown import as_object
    from generator.eligibles.shown import as_text

    base = base_or_exit(eligibles, lang, required=True)
    assert base is not None
    found = search(base, " ".join(asked))
    if form == "json":
        import json

        click.echo(json.dumps([as_object(each) for each in found], ensure_ascii=True, indent=2))
    elif found:
        click.echo("\n\n".join(as_text(each, lang) for each in found))
    if not found:
        said = Text("rien de tel dans la base", "nothing like it in the base").say(lang)
        click.echo(f"{' '.join(asked)} : {said} ({base.source})", err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    if form == "text":
        click.echo(f"\n{base.source}")
