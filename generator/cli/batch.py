"""`segurdoc batch`."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import (
    DEFAULT_OUT,
    appel_option,
    appels_or_exit,
    attach_option,
    context_or_exit,
    document_option,
    eligibles_option,
    engines_or_exit,
    format_option,
    formats_of,
    kinds_of,
    making_option,
    memory_option,
    out_option,
    reader_option,
    register_option,
    say_findings,
    template_option,
    timeout_option,
    today_option,
)
from generator.cli.overwriting import refuse_overwriting
from generator.cli.paths import ExistingPath, SourcePath
from generator.cli.session import settings_or_exit
from generator.cli.usage import usage_error
from generator.common.bounded_workers import warm
from generator.common.findings import ERROR, Finding, FindingError, has_errors
from generator.common.language import Lang
from generator.common.machine import libreoffice_missing
from generator.common.texts import text
from generator.documents.file_names import DEFAULT_NAME
from generator.references import Appels
from generator.render.options import Engine, Format, RenderOptions
from generator.reports.text import text_report

if TYPE_CHECKING:
    from generator.batch.run import Batch, BatchOptions, Done
    from generator.cli.progress import Display
    from generator.reports.batch import Tally

# Known before the modules are imported, so that `--help` is quick; a test holds them together.
REPORT_SUFFIXES = (".html", ".json", ".xml")
# Errors printed while the run goes on; the rest is counted, and in the report.
_PRINTED_ERRORS = 50


@click.command("batch", cls=Command)
@click.argument("sources", nargs=-1, type=SourcePath(), metavar="SOURCE...")
@out_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N")
@document_option
@format_option
@template_option
@click.option(
    "--verify",
    type=click.Choice(["text", "ocr", "none"]),
    default="text",
    show_default=True,
)
@reader_option
@making_option
@click.option(
    "--sample",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    default=1.0,
    show_default=True,
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
)
@click.option("--resume/--fresh", default=True)
@click.option("--fail-fast", is_flag=True)
@click.option(
    "--executor",
    default="local",
    show_default=True,
    metavar="WHERE",
)
@attach_option
@timeout_option
@memory_option
@appel_option
@eligibles_option
@register_option
@today_option
@click.option("--quiet", is_flag=True)
@click.option(
    "--check",
    type=ExistingPath(file_okay=False),
    metavar="OUT",
)
@click.pass_obj
def command(
    lang: Lang,
    sources: tuple[str, ...],
    out: Path | None,
    jobs: int | None,
    documents: tuple[str, ...],
    formats: tuple[str, ...],
    template: Path | None,
    verify: str,
    reader: str | None,
    engine: str,
    sample: float,
    reports: tuple[Path, ...],
    resume: bool,
    fail_fast: bool,
    executor: str,
    no_attach: bool,
    timeout: float,
    own_appels: tuple[Path, ...],
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    quiet: bool,
    check: Path | None,
) -> None:
    """Render many orders in parallel, and record the result of each."""
    if check:
        _check(check, lang)
        return
    _check_arguments(sources, reports, (*own_appels, eligibles), executor)
    settings = settings_or_exit(lang)
    appels = appels_or_exit(own_appels, lang)
    from generator.batch.run import BatchOptions

    asked = BatchOptions(
        out=out or settings.out or DEFAULT_OUT,
        render=RenderOptions(
            documents=kinds_of(documents),
            formats=formats_of(formats),
            template=template.absolute() if template else None,
            templates=tuple(settings.templates.items()),
            name=settings.name or DEFAULT_NAME,
            attach=not no_attach,
            timeout=timeout,
            engine=Engine(engine),
            engines=engines_or_exit(reader, lang) if verify == "ocr" else (),
            sample=sample,
            read_back=verify != "none",
        ),
        jobs=jobs or _cores(),
        fresh=not resume,
        executor=executor,
        fournisseur=settings.fournisseur,
        context=context_or_exit(eligibles, registers, today, lang),
    )
    options = _possible(asked, lang)
    tally = _render_all(options, appels, sources, reports, lang, fail_fast=fail_fast, quiet=quiet)
    if options is not asked:
        raise click.exceptions.Exit(Exit.MACHINE)
    if tally.bad:
        raise click.exceptions.Exit(Exit.FINDINGS)


def _check_arguments(
    sources: tuple[str, ...], reports: tuple[Path, ...], read: tuple[Path | None, ...], executor: str
) -> None:
    """Refuse arguments that lack something or do not fit; `read` are the files that no report may replace."""
    from generator.batch.run import DASK, LOCAL

    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...'.")
    for report in reports:
        if report.suffix.lower() not in REPORT_SUFFIXES:
            raise usage_error("ending", option="--report", file=report.name, endings=", ".join(REPORT_SUFFIXES))
        refuse_overwriting(report, (*sources, *read), "--report")
    if executor != LOCAL and not executor.startswith(DASK):
        raise usage_error("executor")
    if executor != LOCAL and find_spec("distributed") is None:
        raise usage_error("executor-extra")


def _possible(options: BatchOptions, lang: Lang) -> BatchOptions:
    """Return the options; where LibreOffice is missing and has to make the PDFs, say so, and keep the DOCX alone."""
    missing = _missing_engine(options)
    if missing is None:
        return options
    say_findings([missing], lang)
    docx_alone = tuple(form for form in options.render.formats if form is Format.DOCX)
    if not docx_alone:
        raise click.exceptions.Exit(Exit.MACHINE)
    return replace(options, render=replace(options.render, formats=docx_alone))


def _render_all(
    options: BatchOptions,
    appels: Appels,
    sources: tuple[str, ...],
    reports: tuple[Path, ...],
    lang: Lang,
    *,
    fail_fast: bool,
    quiet: bool,
) -> Tally:
    """Render the orders and write the reports; return the counts."""
    from generator.batch.run import Batch

    # It decodes logos; later this process has threads.
    warm()
    try:
        with Batch(options, appels) as batch:
            tally = _run(batch, sources, lang, fail_fast=fail_fast, quiet=quiet)
            _write_reports(reports, batch, tally, lang, quiet=quiet)
            say_findings([] if quiet else batch.reviews(), lang)
            batch.tidy()
    except FindingError as error:
        say_findings([error.finding], lang)
        raise click.exceptions.Exit(Exit.MACHINE) from error
    return tally


def _missing_engine(options: BatchOptions) -> Finding | None:
    """Return the finding for a LibreOffice that alone is to make the PDFs and is missing from this machine."""
    from generator.batch.run import LOCAL
    from generator.render.pdf.libreoffice import probe_libreoffice

    render = options.render
    needed = render.engine is Engine.LIBREOFFICE and Format.PDF in render.formats and options.executor == LOCAL
    return libreoffice_missing() if needed and probe_libreoffice() is None else None


def _run(batch: Batch, sources: tuple[str, ...], lang: Lang, *, fail_fast: bool, quiet: bool) -> Tally:
    """Plan and render, and show how it goes; return the counts."""
    from generator.cli.progress import display
    from generator.reports.batch import Tally

    tally, start = Tally(), time.monotonic()
    is_counted = False
    try:
        with display(lang, quiet=quiet) as shown:
            note = _noting(tally, shown, lang)
            shown.begin(text("batch.checking"), None)
            for done in batch.plan(sources, ahead=not fail_fast):
                note(done)
            is_counted = True
            if not (fail_fast and tally.bad):
                shown.begin(text("batch.rendering"), batch.waiting)
                for done in batch.render():
                    note(done)
    except (KeyboardInterrupt, SystemExit):
        said = text("batch.interrupted", done=tally.total, waiting=batch.waiting)
        if not is_counted:
            said = text("batch.interrupted-reading", done=tally.total)
        click.echo(said.say(lang), err=True)
        raise
    if not quiet:
        _summarise(tally, batch, time.monotonic() - start, lang)
    return tally


def _noting(tally: Tally, shown: Display, lang: Lang) -> Callable[[Done | None], None]:
    """Return what counts an order, shows it, and prints its errors."""
    printed = 0

    def note(done: Done | None) -> None:
        nonlocal printed
        if done:
            tally.add(done)
            errors = [finding for finding in done.record.findings if finding.severity is ERROR]
            if errors and printed < _PRINTED_ERRORS:
                shown.say(text_report(errors, lang))
                printed += len(errors)
                if printed >= _PRINTED_ERRORS:
                    shown.say(text("batch.more-errors").say(lang))
        shown.advance(tally.bad)

    return note


def _summarise(tally: Tally, batch: Batch, seconds: float, lang: Lang) -> None:
    from generator.cli.summary import summary

    click.echo(summary(tally, batch.waiting, seconds, batch.manifest_path, lang))


def _write_reports(reports: tuple[Path, ...], batch: Batch, tally: Tally, lang: Lang, *, quiet: bool) -> None:
    from generator.reports.batch import write_report

    for report in reports:
        write_report(report, batch.results, tally, lang)
        if not quiet:
            click.echo(report, err=True)


def _check(out: Path, lang: Lang) -> None:
    from generator.batch.manifest import check_outputs

    findings = tuple(check_outputs(out))
    say_findings(findings, lang, err=False)
    if has_errors(findings):
        raise click.exceptions.Exit(Exit.FINDINGS)
    if not findings:
        click.echo(text("batch.files-match").say(lang))


def _cores() -> int:
    """Return how many cores this process may use: a container or `taskset` may give it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
