"""`segurdoc eligibles`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.columns import columns_or_exit
from generator.cli.columns import confirm_option
from generator.cli.columns import header_option
from generator.cli.columns import map_option
from generator.cli.columns import mapping_of
from generator.cli.columns import say_report
from generator.cli.columns import sheet_option
from generator.cli.columns import table_or_exit
from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import base_or_exit
from generator.cli.options import eligibles_option
from generator.cli.options import report_option
from generator.cli.overwriting import refuse_overwriting
from generator.cli.session import settings_or_exit
from generator.findings import has_errors
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted
from generator.reports.text import printable_lines

SECTION = "colonnes.eligibles"


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
    confirms it. Rows with an error are left out, and told. Without -o the base goes where the settings say, else to the
    user's data folder: the other commands find it there.
    """
    from generator.eligibles.fields import base_fields
    from generator.eligibles.importing import import_base
    from generator.eligibles.store import default_path
    from generator.eligibles.store import save_base

    settings = settings_or_exit(lang, report=report, sought=False)
    appels = appels_or_exit(own_appels, lang, report=report)
    table = table_or_exit(workbook, sheet, header_row, report, lang)
    mapping = mapping_of(mapped, settings.eligibles_columns)
    columns = columns_or_exit(table, base_fields(appels.values()), mapping, confirm, SECTION, report, lang)
    imported = import_base(columns, appels)
    path = out or settings.eligibles or default_path()
    refuse_overwriting(path, (workbook, *own_appels))
    if len(imported.base):
        save_base(imported.base, path)
    say_report(imported.findings, report, lang)
    kept, left = len(imported.base), table.filled - len(imported.base)
    said = Text(
        f"{counted(kept, 'établissement', 'établissements')} dans {path if kept else '—'}, "
        f"{counted(left, 'ligne laissée', 'lignes laissées')} ; {imported.base.source}",
        f"{kept} establishments in {path if kept else '—'}, {left} rows left out; {imported.base.source}",
    )
    click.echo(said.say(lang), err=True)
    if has_errors(imported.findings) or not kept:
        raise click.exceptions.Exit(Exit.FINDINGS)


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

    base = base_or_exit(eligibles, lang)
    if base is None:
        said = Text("aucune base n'a été importée", "no base has been imported").say(lang)
        click.echo(f"{said} : segurdoc eligibles import CLASSEUR", err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    found = search(base, " ".join(asked))
    if form == "json":
        import json

        click.echo(json.dumps([as_object(each) for each in found], ensure_ascii=True, indent=2))
    elif found:
        click.echo(printable_lines("\n\n".join(as_text(each, lang) for each in found)))
    if not found:
        said = Text("rien de tel dans la base", "nothing like it in the base").say(lang)
        click.echo(printable_lines(f"{' '.join(asked)} : {said} ({base.source})"), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    if form == "text":
        click.echo(printable_lines(f"\n{base.source}"))
