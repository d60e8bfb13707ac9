"""`segurdoc template check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import (
    appel_option,
    appels_or_exit,
    engines_or_exit,
    memory_option,
    reader_option,
    report_option,
    say_findings,
    timeout_option,
    wear_option,
    wears_of,
)
from generator.cli.paths import ExistingPath
from generator.cli.reportfiles import command_name, refuse_reports, reports_option, write_reports
from generator.cli.session import settings_or_exit
from generator.cli.template.options import kind_option, reference_option, serving
from generator.cli.usage import usage_error
from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import deliver
from generator.common.findings import ERROR, WARNING, Finding, FindingsError, Place
from generator.common.language import Lang, Text
from generator.common.machine import MOTEUR_ABSENT
from generator.common.texts import text
from generator.references import Appel, DocumentKind
from generator.reports import report_of
from generator.reports.text import printable

if TYPE_CHECKING:
    from generator.cli.settings.model import Settings
    from generator.template_check.check import CheckOptions, Ignore, TemplateCheck
    from generator.template_check.parts import TemplateFinding


# Codes of what is missing on the machine; the module of the first one is too slow to import for `--help`.
_MACHINE = ("LIBREOFFICE-NECESSAIRE", MOTEUR_ABSENT.code)


@click.command("check", cls=Command)
@click.argument("templates", nargs=-1, type=ExistingPath(dir_okay=False), metavar="FILE.docx...")
@kind_option
@reference_option
@click.option("--static", is_flag=True)
@click.option("--ocr", is_flag=True)
@reader_option
@wear_option
@report_option
@reports_option
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
)
@timeout_option
@memory_option
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    templates: tuple[Path, ...],
    document: str | None,
    reference: str | None,
    static: bool,
    ocr: bool,
    reader: str | None,
    wears: tuple[str, ...],
    report: str,
    reports: tuple[Path, ...],
    annotate: Path | None,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Check templates."""
    refuse_reports(reports, (*templates, *own_appels))
    if static and ocr:
        raise usage_error("exclusive", first="--static", second="--ocr")
    settings = settings_or_exit(lang, report=report, reports=reports)
    files = templates or tuple(settings.templates.values())
    if not files:
        raise usage_error("no-template")
    appels = serving(reference, appels_or_exit(own_appels, lang))
    engines = engines_or_exit(reader, lang) if ocr or reader else ()
    # Late: what renders and reads takes longer to import than the help to be read.
    from generator.template_check.check import CheckOptions

    named = {path.resolve(): kind for kind, path in settings.templates.items()}
    checks = [
        _bounded_check(
            file,
            appels,
            CheckOptions(
                document=DocumentKind(document) if document else named.get(file.resolve()),
                rendered=not static,
                engines=engines,
                wears=wears_of(wears or ("all",)),
                timeout=timeout,
            ),
        )
        for file in files
    ]
    found = _not_ignored(checks, settings, lang)
    if annotate:
        _write_annotated(checks, found, annotate, lang)
    findings = [each.finding for every in found for each in every]
    if said := report_of(report, findings, lang, [str(file) for file in files], command_name()):
        click.echo(said)
    write_reports(reports, findings, lang, [str(file) for file in files])
    if report == "text":
        click.echo("\n".join(_summary(*each).say(lang) for each in zip(checks, found, strict=False)))
    _exit(findings)


def _bounded_check(file: Path, appels: Sequence[Appel], options: CheckOptions) -> TemplateCheck:
    """Check a template in a worker; a limit that it reaches is a finding."""
    from generator.template_check.check import TemplateCheck, check_template
    from generator.template_check.parts import TemplateFinding

    try:
        return run_bounded(file, check_template, file, appels, options)
    except BoundedError as error:
        return TemplateCheck(file, (TemplateFinding(replace(error.finding, place=Place(str(file)))),))


def _not_ignored(checks: Sequence[TemplateCheck], settings: Settings, lang: Lang) -> list[list[TemplateFinding]]:
    """Return the findings of each check that the settings do not ignore, then those about the ignores themselves."""
    from generator.cli.settings.load import ignores_for
    from generator.template_check.check import unused, without_ignored

    found: list[list[TemplateFinding]] = []
    used: list[Ignore] = []
    every: list[Ignore] = []
    try:
        for check in checks:
            ignores = ignores_for(check.file, settings)
            kept, taken = without_ignored(check, ignores)
            found.append(kept)
            used += taken
            every += ignores
    except FindingsError as error:
        say_findings(error.findings, lang)
        raise click.exceptions.Exit(Exit.FINDINGS) from error
    errors = {each.finding.code for check in checks for each in check.found if each.finding.severity is ERROR}
    return [*found, list(unused(every, used, errors))]


def _write_annotated(
    checks: Sequence[TemplateCheck], found: Sequence[Sequence[TemplateFinding]], folder: Path, lang: Lang
) -> None:
    """Write a copy of each template with findings, which are its comments."""
    from generator.template_check.annotate import annotated

    written: dict[Path, bytes] = {}
    for check, each in zip(checks, found, strict=False):
        if check.layout and each:
            path = _free(folder / f"{check.file.stem}.annote.docx", written)
            written[path] = run_bounded(check.file, annotated, check.layout, each, lang)
    deliver(written)


def _free(path: Path, taken: Collection[Path]) -> Path:
    """Return a path that none of this run has: templates of two folders may have one name."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if path not in taken else next(other for other in others if other not in taken)


def _summary(check: TemplateCheck, found: Iterable[TemplateFinding]) -> Text:
    counts = Counter(each.finding.severity for each in found)
    return text(
        "template.checked",
        file=printable(str(check.file)),
        document=check.document.label if check.document else text("template.unknown-document"),
        rendered=text("template.rendered", orders=check.orders) if check.orders else text("template.not-rendered"),
        errors=counts[ERROR],
        warnings=counts[WARNING],
    )


def _exit(findings: Sequence[Finding]) -> None:
    if any(finding.code in _MACHINE for finding in findings):
        raise click.exceptions.Exit(Exit.MACHINE)
    if any(finding.severity is ERROR for finding in findings):
        raise click.exceptions.Exit(Exit.FINDINGS)
