"""`segurdoc validate`."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import eligibles_option
from generator.cli.options import register_option
from generator.cli.options import report_option
from generator.cli.options import surroundings_or_exit
from generator.cli.options import today_option
from generator.cli.options import used_appels
from generator.cli.reportfiles import refuse_reports
from generator.cli.reportfiles import reports_option
from generator.cli.reportfiles import write_reports
from generator.cli.session import settings_or_exit
from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Severity
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted
from generator.rendered import DEFAULT_NAME
from generator.reports import report_of
from generator.rules import review_appel
from generator.rules import review_surroundings
from generator.validation import side_by_side
from generator.validation import validate


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True))
@appel_option
@eligibles_option
@register_option
@today_option
@report_option
@reports_option
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
    """Check descriptors: files, folders, lists, JSON Lines, or - for the standard input.

    Everything that is wrong is said in one go, each with its file, line and column. Without PATHS the settings alone
    are checked.
    """
    refuse_reports(reports, (*paths, *own_appels, eligibles))
    settings = settings_or_exit(lang, report=report, reports=reports)
    if not paths and settings.file is None:
        raise click.UsageError("Missing argument 'PATHS...'.")
    appels = appels_or_exit(own_appels, lang, report=report, reports=reports)
    around = surroundings_or_exit(eligibles, registers, today, lang, report=report, reports=reports)
    checked = list(side_by_side(validate(paths, appels, settings.fournisseur, around), settings.name or DEFAULT_NAME))
    findings = [finding for each in checked for finding in each.findings]
    findings += [finding for appel in used_appels(checked) for finding in review_appel(appel)]
    findings += review_surroundings(around) if paths else ()
    files = [each.file for each in checked]
    if said := report_of(report, findings, lang, files):
        click.echo(said)
    write_reports(reports, findings, lang, files)
    counts = Counter(finding.severity for finding in findings)
    if report == "text":
        click.echo(_summary(len(checked), sum(each.order is not None for each in checked), counts).say(lang))
    if counts[ERROR]:
        raise click.exceptions.Exit(Exit.FINDINGS)


def _summary(total: int, sound: int, counts: Counter[Severity]) -> Text:
    refused = total - sound
    errors, warnings, notes = counts[ERROR], counts[WARNING], counts[INFO]
    return Text(
        f"{counted(total, 'descripteur lu', 'descripteurs lus')} : {counted(sound, 'valide', 'valides')}, "
        f"{counted(refused, 'refusé', 'refusés')} ; {counted(errors, 'erreur', 'erreurs')}, "
        f"{counted(warnings, 'avertissement', 'avertissements')}, {counted(notes, 'information', 'informations')}",
        f"{total} read: {sound} valid, {refused} refused; "
        f"{errors} error{'s'[: errors != 1]}, {warnings} warning{'s'[: warnings != 1]}, "
        f"{notes} note{'s'[: notes != 1]}",
    )
