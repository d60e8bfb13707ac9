"""`segurdoc validate`: check descriptors with the schema and the rules."""

import datetime
from collections import Counter
from pathlib import Path

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command
from generator.cli.paths import SourcePath
from generator.cli.session import Exit, echo
from generator.common.findings import ERROR, INFO, WARNING
from generator.common.jsonio.source import expand
from generator.common.language import text
from generator.documents.file_names import DEFAULT_NAME
from generator.rules import review_appel, review_context
from generator.rules.duplicates import mark_duplicates
from generator.rules.validation import validate


@click.command("validate", cls=Command)
@click.argument("paths", nargs=-1, type=SourcePath())
@options.appel_option
@options.context_options
@options.report_option
@reporting.reports_option
@options.limit_options
def command(
    paths: tuple[str, ...],
    own_appels: tuple[Path, ...],
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    report: str,
    reports: tuple[Path, ...],
) -> None:
    """Check descriptors with the schema and the rules."""
    # First of all: no work is done for a report that cannot be written.
    reporting.refuse_reports(reports, (*paths, *own_appels, eligibles))
    settings = inputs.settings_or_exit(report=report, reports=reports)
    if not paths and settings.file is None:
        # Without a path the settings file itself is checked, if there is one.
        # The sentence is that of click, which is translated.
        raise click.UsageError("Missing argument 'PATHS...'.")
    appels = inputs.appels_or_exit(own_appels, report=report, reports=reports)
    context = inputs.context_or_exit(eligibles, registers, today, report=report, reports=reports)
    name = settings.name or DEFAULT_NAME
    checked = list(mark_duplicates(validate(expand(paths), appels, settings.fournisseur, context), name))
    findings = [finding for each in checked for finding in each.findings]
    # What a record does not know is reported once, apart from the findings of orders.
    findings += [finding for appel in inputs.used_appels(checked) for finding in review_appel(appel)]
    findings += review_context(context) if paths else ()
    files = [each.file for each in checked]
    if said := reporting.report_text(findings, report, files):
        click.echo(said)
    reporting.write_reports(reports, findings, files)
    counts = Counter(finding.severity for finding in findings)
    # Other forms are read by programs: nothing may follow them.
    if report == "text":
        valid = sum(each.order is not None for each in checked)
        summary = text(
            "cli.validate.summary",
            read=len(checked),
            valid=valid,
            refused=len(checked) - valid,
            errors=counts[ERROR],
            warnings=counts[WARNING],
            notes=counts[INFO],
        )
        echo(summary)
    if counts[ERROR]:
        raise click.exceptions.Exit(Exit.FINDINGS)
