"""`segurdoc eligibles`: the group of the commands about the base of eligible establishments."""

import json
from pathlib import Path

import click

from generator.cli import columns, inputs, options, reporting
from generator.cli.commands import CommandGroup
from generator.cli.paths import ExistingPath, refuse_overwriting
from generator.cli.session import Exit, echo
from generator.common.findings import FindingError, has_errors
from generator.common.language import Lang, text
from generator.reports.text import printable_lines

SECTION = "colonnes.eligibles"


@click.group("eligibles", cls=CommandGroup)
def command() -> None:
    """Group the commands about the base of eligible establishments."""


@command.command("import")
@click.argument("workbook", type=ExistingPath(dir_okay=False), metavar="WORKBOOK")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@columns.table_options
@options.appel_option
@options.report_option
@options.limit_options
def import_workbook(
    workbook: Path,
    out: Path | None,
    sheet: str | None,
    header_row: int | None,
    mapped: tuple[str, ...],
    confirm: str | None,
    own_appels: tuple[Path, ...],
    report: str,
) -> None:
    """Read the official workbook, and save its rows without errors as the base."""
    # Late: the help of the group needs none of it.
    from generator.rules.eligibles.base import default_path, save_base
    from generator.rules.eligibles.importing import base_fields, import_base

    # The settings may name the very file that is made here.
    settings = inputs.settings_or_exit(report=report, sought=False)
    appels = inputs.appels_or_exit(own_appels, report=report)
    table = columns.table_or_exit(workbook, sheet, header_row, report)
    mapping = columns.mapping_of(mapped, settings.eligibles_columns)
    found = columns.columns_or_exit(table, base_fields(appels.values()), mapping, confirm, SECTION, report)
    imported = import_base(found, appels)
    path = out or settings.eligibles or default_path()
    # `-o` may name the workbook by mistake.
    refuse_overwriting(path, (workbook, *own_appels))
    # A workbook without a usable row must not replace the base of a former import by an empty one.
    if len(imported.base):
        try:
            save_base(imported.base, path)
        except FindingError as error:
            reporting.end_run([*imported.findings, error.finding], report=report)
    reporting.say_report(imported.findings, report)
    kept, skipped = len(imported.base), table.filled - len(imported.base)
    summary = text(
        "cli.eligibles.imported", kept=kept, path=path if kept else "—", skipped=skipped, source=imported.base.source
    )
    echo(summary, err=True)
    # Rows with errors are missing from the base: the user learns it from the exit code as well.
    if has_errors(imported.findings) or not kept:
        raise click.exceptions.Exit(Exit.FINDINGS)


@command.command("show")
@click.argument("asked", metavar="FINESS|NAME", nargs=-1, required=True)
@options.eligibles_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def show_establishments(lang: Lang, asked: tuple[str, ...], eligibles: Path | None, form: str) -> None:
    """Print the establishments of the base that have a FINESS or a name."""
    from generator.rules.eligibles.search import as_object, as_text, search

    base = inputs.base_or_exit(eligibles)
    if base is None:
        echo(text("cli.eligibles.no-base"), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    # A name of several words needs no quotes.
    found = search(base, " ".join(asked))
    if form == "json":
        # Also where nothing was found: a program gets an empty list, not an empty output.
        click.echo(json.dumps([as_object(each) for each in found], ensure_ascii=True, indent=2))
    elif found:
        # Cells of the workbook may contain escape codes, which a terminal would obey.
        click.echo(printable_lines("\n\n".join(as_text(each, lang) for each in found)))
    if not found:
        nothing = text("cli.eligibles.not-found", asked=" ".join(asked), source=base.source).say(lang)
        click.echo(printable_lines(nothing), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    if form == "text":
        click.echo(printable_lines(f"\n{base.source}"))
