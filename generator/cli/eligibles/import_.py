"""`segurdoc eligibles import`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.columns import (
    columns_or_exit,
    confirm_option,
    header_option,
    map_option,
    mapping_of,
    say_report,
    sheet_option,
    table_or_exit,
)
from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import appel_option, appels_or_exit, limit_options, report_option
from generator.cli.overwriting import refuse_overwriting
from generator.cli.paths import ExistingPath
from generator.cli.session import end_run, settings_or_exit
from generator.common.findings import FindingError, has_errors
from generator.common.language import Lang
from generator.common.texts import text

SECTION = "colonnes.eligibles"


@click.command("import", cls=Command)
@click.argument("workbook", type=ExistingPath(dir_okay=False), metavar="WORKBOOK")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@sheet_option
@header_option
@map_option
@confirm_option
@appel_option
@report_option
@limit_options
@click.pass_obj
def command(
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
    """Read the official workbook, and save its rows without errors as the base."""
    from generator.rules.eligibles.base import default_path, save_base
    from generator.rules.eligibles.importing import base_fields, import_base

    settings = settings_or_exit(lang, report=report, sought=False)
    appels = appels_or_exit(own_appels, lang, report=report)
    table = table_or_exit(workbook, sheet, header_row, report, lang)
    mapping = mapping_of(mapped, settings.eligibles_columns)
    columns = columns_or_exit(table, base_fields(appels.values()), mapping, confirm, SECTION, report, lang)
    imported = import_base(columns, appels)
    path = out or settings.eligibles or default_path()
    refuse_overwriting(path, (workbook, *own_appels))
    if len(imported.base):
        try:
            save_base(imported.base, path)
        except FindingError as error:
            end_run([*imported.findings, error.finding], lang, report=report)
    say_report(imported.findings, report, lang)
    kept, skipped = len(imported.base), table.filled - len(imported.base)
    summary = text(
        "eligibles.imported", kept=kept, path=path if kept else "—", skipped=skipped, source=imported.base.source
    )
    click.echo(summary.say(lang), err=True)
    if has_errors(imported.findings) or not kept:
        raise click.exceptions.Exit(Exit.FINDINGS)
