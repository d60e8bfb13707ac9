"""`segurdoc validate`."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import (
    appel_option,
    appels_or_exit,
    context_or_exit,
    eligibles_option,
    limit_options,
    register_option,
    report_option,
    today_option,
    used_appels,
)
from generator.cli.paths import SourcePath
from generator.cli.reportfiles import command_name, refuse_reports, reports_option, write_reports
from generator.cli.session import settings_or_exit
from generator.common.findings import ERROR, INFO, WARNING
from generator.common.jsonio.source import expand
from generator.common.language import Lang
from generator.common.texts import text
from generator.documents.file_names import DEFAULT_NAME
from generator.reports import report_of
from generator.rules import review_appel, review_context
from generator.rules.validation import mark_duplicates, validate


@click.command("validate", cls=Command)
@click.argument("paths", nargs=-1, type=SourcePath())
@appel_option
@eligibles_option
@register_option
@today_option
@report_option
@reports_option
@limit_options
@click.pass_obj
def command(
    lang: Lang,
    paths: tuple[str, ...],
    own_appels: tuple[Path, ...],
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    report: str,
    reports: tuple[Path, ...],
) -> None:
    """Check descriptors with the schema and the rules."""
    refuse_reports(reports, (*paths, *own_appels, eligibles))
    settings = settings_or_exit(lang, report=report, reports=reports)
    if not paths and settings.file is None:
        raise click.UsageError("Missing argument 'PATHS...'.")
    appels = appels_or_exit(own_appels, lang, report=report, reports=reports)
    context = context_or_exit(eligibles, registers, today, lang, report=report, reports=reports)
    name = settings.name or DEFAULT_NAME
    checked = list(mark_duplicates(validate(expand(paths), appels, settings.fournisseur, context), name))
    findings = [finding for each in checked for finding in each.findings]
    findings += [finding for appel in used_appels(checked) for finding in review_appel(appel)]
    findings += review_context(context) if paths else ()
    files = [each.file for each in checked]
    if said := report_of(report, findings, lang, files, command_name()):
        click.echo(said)
    write_reports(reports, findings, lang, files)
    counts = Counter(finding.severity for finding in findings)
    if report == "text":
        valid = sum(each.order is not None for each in checked)
        summary = text(
            "validate.summary",
            read=len(checked),
            valid=valid,
            refused=len(checked) - valid,
            errors=counts[ERROR],
            warnings=counts[WARNING],
            notes=counts[INFO],
        )
        click.echo(summary.say(lang))
    if counts[ERROR]:
        raise click.exceptions.Exit(Exit.FINDINGS)
