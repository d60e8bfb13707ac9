"""`segurdoc batch`."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.exits import Exit
from generator.cli.options import DEFAULT_OUT
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import attach_option
from generator.cli.options import document_option
from generator.cli.options import eligibles_option
from generator.cli.options import engines_or_exit
from generator.cli.options import format_option
from generator.cli.options import formats_of
from generator.cli.options import kinds_of
from generator.cli.options import making_option
from generator.cli.options import out_option
from generator.cli.options import reader_option
from generator.cli.options import register_option
from generator.cli.options import say_findings
from generator.cli.options import surroundings_or_exit
from generator.cli.options import template_option
from generator.cli.options import timeout_option
from generator.cli.options import today_option
from generator.cli.overwriting import refuse_overwriting
from generator.cli.session import settings_or_exit
from generator.findings import ERROR
from generator.findings import FindingError
from generator.findings import has_errors
from generator.lang import Lang
from generator.lang import Text
from generator.rendered import DEFAULT_NAME
from generator.rendered import Engine
from generator.rendered import RenderOptions
from generator.reports.text import text_report

if TYPE_CHECKING:
    from generator.batch.run import Batch
    from generator.batch.run import Done
    from generator.cli.progress import Display
    from generator.reports.batch import Tally

# Known before the modules are imported, so that `--help` is quick; a test holds them together.
REPORT_SUFFIXES = (".html", ".json", ".xml")
# Errors printed while the run goes on; the rest is counted, and in the report.
_PRINTED_ERRORS = 50
_MORE = Text("… la suite est comptée, et dans le rapport", "… the rest is counted, and in the report")


@click.command("batch")
@click.argument("sources", nargs=-1, type=click.Path(allow_dash=True), metavar="SOURCE...")
@out_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: one for each core]")
@document_option
@format_option
@template_option
@click.option(
    "--verify",
    type=click.Choice(["text", "ocr", "none"]),
    default="text",
    show_default=True,
    help="How each document is read back before delivery: its text, also by an optical engine, or not at all.",
)
@reader_option
@making_option
@click.option(
    "--sample",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="Share of the documents that the optical engine reads, the same ones in each run.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a report: .html, .json or .xml (JUnit); may be repeated.",
)
@click.option(
    "--resume/--fresh", default=True, help="Go on where the last run ended, or make all anew.  [default: resume]"
)
@click.option("--fail-fast", is_flag=True, help="Render nothing where an order is refused.")
@click.option(
    "--executor",
    default="local",
    show_default=True,
    metavar="WHERE",
    help="Where the work is done: local, or dask://host:port.",
)
@attach_option
@timeout_option
@appel_option
@eligibles_option
@register_option
@today_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option(
    "--check",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="Prove that the files of an output folder are those of its manifest, and end.",
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
    """Render many orders: files, folders, patterns, lists, JSON Lines, or - for the standard input.

    All are checked, and the sound ones rendered, side by side. OUT/manifest.jsonl records what became of
    each: a second run does only what changed, an interrupted one goes on.
    """
    if check:
        _check(check, lang)
        return
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...'.")
    for report in reports:
        if report.suffix.lower() not in REPORT_SUFFIXES:
            raise click.UsageError(f"--report: {report.name} does not end in {', '.join(REPORT_SUFFIXES)}")
        refuse_overwriting(report, (*sources, *own_appels, eligibles), "--report")
    settings = settings_or_exit(lang)
    appels = appels_or_exit(own_appels, lang)
    from generator.batch.run import DASK
    from generator.batch.run import LOCAL
    from generator.batch.run import Batch
    from generator.batch.run import BatchOptions

    if executor != LOCAL and not executor.startswith(DASK):
        raise click.UsageError("--executor: local, or dask://host:port")
    if executor != LOCAL and find_spec("distributed") is None:
        raise click.UsageError("--executor dask://… needs the extra: pip install 'segurdoc[dask]'")
    options = BatchOptions(
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
        around=surroundings_or_exit(eligibles, registers, today, lang),
    )
    try:
        with Batch(options, appels) as batch:
            tally = _run(batch, sources, lang, fail_fast=fail_fast, quiet=quiet)
            _write_reports(reports, batch, tally, lang, quiet=quiet)
            say_findings([] if quiet else batch.reviews(), lang)
            batch.tidy()
    except FindingError as error:
        say_findings([error.finding], lang)
        raise click.exceptions.Exit(Exit.MACHINE) from error
    if tally.bad:
        raise click.exceptions.Exit(Exit.FINDINGS)


def _run(batch: Batch, sources: tuple[str, ...], lang: Lang, *, fail_fast: bool, quiet: bool) -> Tally:
    """Plan and render, and show how it goes; return the counts."""
    from generator.cli.progress import CHECKING
    from generator.cli.progress import RENDERING
    from generator.cli.progress import display
    from generator.reports.batch import Tally

    tally, start = Tally(), time.monotonic()
    try:
        with display(lang, quiet=quiet) as shown:
            note = _noting(tally, shown, lang)
            shown.begin(CHECKING, None)
            for done in batch.plan(sources, ahead=not fail_fast):
                note(done)
            if not (fail_fast and tally.bad):
                shown.begin(RENDERING, batch.waiting)
                for done in batch.render():
                    note(done)
    except KeyboardInterrupt:
        said = Text(
            f"{tally.total} commandes traitées, {batch.waiting} restent ; la même commande reprend là où elle en était",
            f"{tally.total} orders done, {batch.waiting} left; the same command goes on from there",
        )
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
                    shown.say(_MORE.say(lang))
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
    click.echo(Text("les fichiers sont ceux du manifeste", "the files are those of the manifest").say(lang))


def _cores() -> int:
    """Return how many cores this process may use: a container or `taskset` may give it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
