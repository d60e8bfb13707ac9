"""`segurdoc template check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import engines_or_exit
from generator.cli.options import reader_option
from generator.cli.options import report_option
from generator.cli.options import say_findings
from generator.cli.options import timeout_option
from generator.cli.options import wear_option
from generator.cli.options import wears_of
from generator.cli.reportfiles import refuse_reports
from generator.cli.reportfiles import reports_option
from generator.cli.reportfiles import write_reports
from generator.cli.session import settings_or_exit
from generator.cli.template.options import kind_option
from generator.cli.template.options import reference_option
from generator.cli.template.options import serving
from generator.delivery import deliver
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import FindingsError
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted
from generator.machine import LIBREOFFICE_ABSENT
from generator.machine import MOTEUR_ABSENT
from generator.references import DocumentKind
from generator.reports import report_of
from generator.reports.text import printable

if TYPE_CHECKING:
    from generator.checking.check import TemplateCheck
    from generator.checking.parts import Found
    from generator.settings.model import Ignore
    from generator.settings.model import Settings


@click.command("check")
@click.argument("templates", nargs=-1, type=click.Path(path_type=Path), metavar="FILE.docx...")
@kind_option
@reference_option
@click.option(
    "--static", is_flag=True, help="Leave LibreOffice out: look at the file and at the DOCX it gives, at no page."
)
@click.option("--ocr", is_flag=True, help="Also have an optical engine read the pages, worn by every profile.")
@reader_option
@wear_option
@report_option
@reports_option
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a copy of each template there, with what was found as comments of Word.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Leave out the warnings of this list: those that were there when it was made.",
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the list of today's warnings. It never holds an error.",
)
@timeout_option
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
    baseline: Path | None,
    write_baseline: Path | None,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Check templates: does each document they give conform, whatever the order?

    Without FILE those of the settings are checked. Each finding names the page, the paragraph or table cell, and what
    to do; `segurdoc explain CODE` says more. Warnings can be ignored in segurdoc.toml, with a reason.
    """
    refuse_reports(reports, (*templates, *own_appels))
    if static and ocr:
        raise click.UsageError("--static and --ocr exclude each other")
    settings = settings_or_exit(lang, report=report, reports=reports)
    files = templates or tuple(settings.templates.values())
    if not files:
        raise click.UsageError("Missing argument 'FILE.docx...': the settings name no template either.")
    appels = serving(reference, appels_or_exit(own_appels, lang))
    engines = engines_or_exit(reader, lang) if ocr or reader else ()
    # Late: what renders and reads takes longer to import than the help to be read.
    from generator.checking.check import CheckOptions
    from generator.checking.check import check_template

    named = {path.resolve(): kind for kind, path in settings.templates.items()}
    checks = [
        check_template(
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
    found = _accepted(checks, settings, baseline, lang)
    _write(checks, found, write_baseline, annotate, lang)
    findings = [each.finding for every in found for each in every]
    if said := report_of(report, findings, lang, [str(file) for file in files]):
        click.echo(said)
    write_reports(reports, findings, lang, [str(file) for file in files])
    if report == "text":
        click.echo("\n".join(_summary(*each).say(lang) for each in zip(checks, found, strict=False)))
    _exit(findings)


def _accepted(
    checks: Sequence[TemplateCheck], settings: Settings, baseline: Path | None, lang: Lang
) -> list[list[Found]]:
    """Return what is left of each check once what the user accepts is taken away, and then what that is no good for."""
    from generator.checking.accepted import read_baseline
    from generator.checking.accepted import unused
    from generator.checking.accepted import without_accepted
    from generator.checking.accepted import without_ignored
    from generator.settings.load import ignores_for

    found: list[list[Found]] = []
    used: list[Ignore] = []
    every: list[Ignore] = []
    try:
        known = read_baseline(baseline) if baseline else {}
        for check in checks:
            ignores = ignores_for(check.file, settings)
            kept, taken = without_ignored(check, ignores)
            found.append(without_accepted(check.file, kept, known))
            used += taken
            every += ignores
    except (FindingError, FindingsError) as error:
        say_findings([error.finding] if isinstance(error, FindingError) else error.findings, lang)
        raise click.exceptions.Exit(Exit.FINDINGS) from error
    errors = {each.finding.code for check in checks for each in check.found if each.finding.severity is ERROR}
    return [*found, list(unused(every, used, errors))]


def _write(
    checks: Sequence[TemplateCheck],
    found: Sequence[Sequence[Found]],
    baseline: Path | None,
    annotate: Path | None,
    lang: Lang,
) -> None:
    """Write the baseline and the annotated copies that are asked for."""
    from generator.checking.accepted import baseline_of
    from generator.checking.annotate import annotated

    pairs = list(zip(checks, found, strict=False))
    written: dict[Path, bytes] = {}
    if baseline and baseline.resolve() in {check.file.resolve() for check in checks}:
        raise click.UsageError(f"--write-baseline would overwrite {baseline}, which was checked")
    if baseline:
        written[baseline] = baseline_of([(check.file, each) for check, each in pairs]).encode()
    if annotate:
        for check, each in pairs:
            if check.layout and each:
                written[_free(annotate / f"{check.file.stem}.annote.docx", written)] = annotated(
                    check.layout, each, lang
                )
    deliver(written)


def _free(path: Path, taken: Collection[Path]) -> Path:
    """Return a path that none of this run has: templates of two folders may have one name."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if path not in taken else next(other for other in others if other not in taken)


def _summary(check: TemplateCheck, found: Iterable[Found]) -> Text:
    counts = Counter(each.finding.severity for each in found)
    errors, warnings = counts[ERROR], counts[WARNING]
    kind = check.document.label if check.document else Text("document inconnu", "unknown document")
    rendered = Text(
        f"rendu avec {counted(check.orders, 'commande', 'commandes')}" if check.orders else "non rendu",
        f"rendered with {check.orders} orders" if check.orders else "not rendered",
    )
    file = printable(str(check.file))
    return Text(
        f"{file} : {kind.fr}, {rendered.fr} ; {counted(errors, 'erreur', 'erreurs')}, "
        f"{counted(warnings, 'avertissement', 'avertissements')}",
        f"{file}: {kind.en}, {rendered.en}; {errors} error{'s'[: errors != 1]}, "
        f"{warnings} warning{'s'[: warnings != 1]}",
    )


def _exit(findings: Sequence[Finding]) -> None:
    if any(finding.kind in (LIBREOFFICE_ABSENT, MOTEUR_ABSENT) for finding in findings):
        raise click.exceptions.Exit(Exit.MACHINE)
    if any(finding.severity is ERROR for finding in findings):
        raise click.exceptions.Exit(Exit.FINDINGS)
