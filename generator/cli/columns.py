"""Read the table that a command names, and find its columns: by `--map`, the settings, or their headers."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from generator.cli import reporting
from generator.cli.commands import usage_error
from generator.cli.options import joined
from generator.cli.session import Exit, current_language
from generator.common.bounded_workers import run_bounded
from generator.common.findings import FindingError
from generator.common.tables import SheetTable, mapping, read_table
from generator.reports.text import printable_lines

table_options = joined(
    click.option("--sheet", metavar="NAME"),
    click.option("--header-row", type=click.IntRange(min=1), metavar="N"),
    click.option("--map", "mapped", multiple=True, metavar="FIELD=HEADER"),
    click.option("--confirm", metavar="CODE"),
)


def table_or_exit(path: Path, sheet: str | None, header_row: int | None, report: str) -> SheetTable:
    """Return a table; where it cannot be read, say why and exit."""
    try:
        # A workbook can unfold to gigabytes: a worker reads it within limits of memory and time.
        return run_bounded(path, read_table, path, sheet=sheet, header_row=header_row)
    except FindingError as error:
        reporting.say_report([error.finding], report)
        raise click.exceptions.Exit(Exit.FINDINGS) from error


def mapping_of(mapped: Sequence[str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping that `--map` gives, each field on top of that of the settings.

    Raises:
        click.UsageError: one of `mapped` has no `=`.
    """
    try:
        # One `--map` corrects one column of the settings, and the others stay.
        return {**settings, **mapping.parse_mapping(mapped)}
    except ValueError as error:
        raise usage_error("map-form", given=error) from error


def columns_or_exit(
    table: SheetTable,
    fields: Sequence[mapping.ColumnField],
    chosen: Mapping[str, str],
    confirm: str | None,
    section: str,
    report: str,
    lacking: Callable[[Mapping[str, str]], str] = lambda _proposal: "",
) -> mapping.Columns:
    """Return the column of each field; where they are not known, say why, show what is proposed, and exit.

    Args:
        table: what was read.
        fields: those there are.
        chosen: what `mapping_of` gives.
        confirm: the code of `--confirm`.
        section: the table of `segurdoc.toml` that holds such mappings.
        report: the form of the report; in every other than text the proposal goes to the standard error.
        lacking: says what a proposal lacks, to be given with options.
    """
    try:
        return mapping.columns_of(table, fields, chosen, confirm)
    except mapping.MappingError as error:
        # What is wrong with the file may be why its headers are not known.
        reporting.say_report([*table.findings, *error.findings], report)
        if any(
            found.kind in (mapping.CORRESPONDANCE_ABSENTE, mapping.CORRESPONDANCE_CHANGEE) for found in error.findings
        ):
            # A proposal is never used by itself: the user repeats the call with `--confirm`.
            proposal = mapping.propose(table, fields)
            shown = mapping.show_proposal(
                table, fields, proposal, section, current_language(), lacking=lacking(proposal)
            )
            # The proposal is for people: a program that reads the report must not meet it.
            click.echo(printable_lines(shown), err=report != "text")
        raise click.exceptions.Exit(Exit.FINDINGS) from error
