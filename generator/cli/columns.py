"""Options of the commands that read tables, and the columns they are made into."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.findings import Finding
from generator.findings import FindingError
from generator.lang import Lang
from generator.reports import REPORTERS
from generator.reports.text import printable_lines

if TYPE_CHECKING:
    from generator.tables import Table
    from generator.tables.mapping import Columns
    from generator.tables.mapping import Field

map_option = click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Say which column holds a field; may be repeated.  [default: that of the settings, else one is proposed]",
)
confirm_option = click.option("--confirm", metavar="CODE", help="Accept the proposal that was shown with this code.")
sheet_option = click.option("--sheet", metavar="NAME", help="Sheet to read.  [default: the only one that is filled]")
header_option = click.option(
    "--header-row",
    type=click.IntRange(min=1),
    metavar="N",
    help="Row that names the columns.  [default: the first that names two or more]",
)


def table_or_exit(path: Path, sheet: str | None, header_row: int | None, report: str, lang: Lang) -> Table:
    """Return a table; where it cannot be read, say why and exit."""
    from generator.tables import read_table

    try:
        return read_table(path, sheet=sheet, header_row=header_row)
    except FindingError as error:
        say_report([error.finding], report, lang)
        raise click.exceptions.Exit(Exit.FINDINGS) from error


def mapping_of(mapped: Sequence[str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping that `--map` gives, each field on top of that of the settings.

    Raises:
        click.UsageError: one of `mapped` has no `=`.
    """
    from generator.tables.mapping import parse_mapping

    try:
        return {**settings, **parse_mapping(mapped)}
    except ValueError as error:
        raise click.UsageError(f"--map {error}: FIELD=HEADER") from error


def columns_or_exit(
    table: Table,
    fields: Sequence[Field],
    mapping: Mapping[str, str],
    confirm: str | None,
    section: str,
    report: str,
    lang: Lang,
) -> Columns:
    """Return the column of each field; where they are not known, say why, show what is proposed, and exit.

    Args:
        table: what was read.
        fields: those there are.
        mapping: what `mapping_of` gives.
        confirm: the code of `--confirm`.
        section: the table of `segurdoc.toml` that holds such mappings.
        report: the form of the report; in every other than text the proposal goes to the standard error.
        lang: the language.
    """
    from generator.tables.mapping import CORRESPONDANCE_ABSENTE
    from generator.tables.mapping import CORRESPONDANCE_CHANGEE
    from generator.tables.mapping import MappingError
    from generator.tables.mapping import columns_of
    from generator.tables.mapping import propose
    from generator.tables.mapping import show_proposal

    try:
        return columns_of(table, fields, mapping, confirm)
    except MappingError as error:
        say_report(error.findings, report, lang)
        if any(found.kind in (CORRESPONDANCE_ABSENTE, CORRESPONDANCE_CHANGEE) for found in error.findings):
            shown = show_proposal(table, fields, propose(table, fields), section, lang)
            click.echo(printable_lines(shown), err=report != "text")
        raise click.exceptions.Exit(Exit.FINDINGS) from error


def say_report(findings: Sequence[Finding], report: str, lang: Lang) -> None:
    """Print findings on the standard output, in the form asked for."""
    said = REPORTERS[report](findings, lang)
    if said:
        click.echo(said)
