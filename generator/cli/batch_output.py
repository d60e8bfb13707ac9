"""One run of `segurdoc batch`: its progress, its errors as they come, its reports, and the table at its end."""

from __future__ import annotations

import io
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as RichText

from generator.batch.run import LOCAL, Batch, BatchOptions
from generator.cli.reporting import say_findings
from generator.cli.session import Exit, current_language, echo
from generator.common.bounded_workers import warm
from generator.common.findings import ERROR, FindingError, Severity, severity_word
from generator.common.language import Lang, Text, first_of, text
from generator.common.missing_tools import libreoffice_missing
from generator.documents.manifest_line import Done
from generator.references import Appels
from generator.render.options import Engine, Format
from generator.render.pdf.libreoffice import probe_libreoffice
from generator.reports import text_report
from generator.reports.batch import NAMED_PLACES, OUTCOMES, Tally, write_report
from generator.reports.text import printable

# Errors printed while the run goes on; the rest is counted, and in the report.
_PRINTED_ERRORS = 50
# Seconds between two lines of a log.
_LINE_SECONDS = 10.0


def keep_docx(options: BatchOptions) -> BatchOptions:
    """Return the options; where LibreOffice is missing and has to make the PDFs, report it, and keep the DOCX alone."""
    render = options.render
    # With `auto` LibreOffice makes the PDFs of some templates only; workers of a cluster are other machines.
    needed = render.engine is Engine.LIBREOFFICE and Format.PDF in render.formats and options.executor == LOCAL
    if not needed or probe_libreoffice() is not None:
        return options
    say_findings([libreoffice_missing()])
    docx_alone = tuple(form for form in render.formats if form is Format.DOCX)
    # Only PDFs were asked for, and nothing here can make them.
    if not docx_alone:
        raise click.exceptions.Exit(Exit.MACHINE)
    return replace(options, render=replace(render, formats=docx_alone))


def render_all(
    options: BatchOptions,
    appels: Appels,
    sources: tuple[str, ...],
    reports: tuple[Path, ...],
    *,
    fail_fast: bool,
    quiet: bool,
) -> Tally:
    """Render the orders and write the reports; return the counts."""
    # It decodes logos; later this process has threads.
    warm()
    try:
        with Batch(options, appels) as batch:
            tally = _run(batch, sources, fail_fast=fail_fast, quiet=quiet)
            for report in reports:
                write_report(report, batch.results, tally, current_language())
                if not quiet:
                    click.echo(report, err=True)
            # What records and base do not know is reported once a run, after the reports are safe on the disk.
            say_findings([] if quiet else batch.reviews())
            batch.tidy()
    except FindingError as error:
        say_findings([error.finding])
        raise click.exceptions.Exit(Exit.MACHINE) from error
    return tally


def _run(batch: Batch, sources: tuple[str, ...], *, fail_fast: bool, quiet: bool) -> Tally:
    """Plan and render, and show how it goes; return the counts."""
    lang, tally, start = current_language(), Tally(), time.monotonic()
    # While orders are still read, nobody knows how many remain: the interruption says another sentence.
    is_counted = False
    try:
        with display(lang, quiet=quiet) as shown:
            note = _noting(tally, shown, lang)
            # Orders that passed are rendered meanwhile, unless `--fail-fast` waits for the checks of all.
            shown.begin(text("cli.batch.checking"), None)
            for done in batch.plan(sources, ahead=not fail_fast):
                note(done)
            is_counted = True
            if not (fail_fast and tally.bad):
                shown.begin(text("cli.batch.rendering"), batch.waiting)
                for done in batch.render():
                    note(done)
    # SIGTERM and SIGHUP arrive as SystemExit: a scheduler learns how to go on as well as a person.
    except (KeyboardInterrupt, SystemExit):
        said = text("cli.batch.interrupted", done=tally.total, waiting=batch.waiting)
        if not is_counted:
            said = text("cli.batch.interrupted-reading", done=tally.total)
        echo(said, err=True)
        raise
    if not quiet:
        click.echo(summary(tally, batch.waiting, time.monotonic() - start, batch.manifest_path, lang))
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
                    shown.say(text("cli.batch.more-errors").say(lang))
        shown.advance(tally.bad)

    return note


class Display(Protocol):
    """Shows the progress of a batch."""

    def __enter__(self) -> Display:
        """Start showing progress."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Restore the terminal."""

    def begin(self, step: Text, total: int | None) -> None:
        """Begin a step; `total` is its number of orders, None where it is not known yet."""

    def advance(self, bad: int) -> None:
        """Count one more order; `bad` is the number of orders that lack a document so far."""

    def say(self, line: str) -> None:
        """Print a line that the progress does not overwrite."""


def display(lang: Lang, *, quiet: bool) -> Display:
    """Return the display that suits the standard error."""
    if quiet:
        return _Silent()
    # A log keeps each drawing of a bar as a line of its own.
    return _Bar(lang) if sys.stderr.isatty() else _Lines(lang)


class _Silent:
    def __enter__(self) -> Display:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was begun."""

    def begin(self, step: Text, total: int | None) -> None:
        """Show nothing."""

    def advance(self, bad: int) -> None:
        """Show nothing."""

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class _Lines(_Silent):
    """A line every ten seconds."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._step, self._total, self._count, self._started, self._printed = Text("", ""), 0, 0, 0.0, 0.0

    def begin(self, step: Text, total: int | None) -> None:
        self._step, self._total, self._count = step, total or 0, 0
        self._started = self._printed = time.monotonic()

    def advance(self, bad: int) -> None:
        self._count += 1
        now = time.monotonic()
        if now - self._printed < _LINE_SECONDS:
            return
        self._printed = now
        # At least `_LINE_SECONDS` have passed: the divisor is not zero.
        rate = self._count / (now - self._started)
        done = f"{self._count}/{self._total}" if self._total else str(self._count)
        parts = [text("cli.batch.progress", step=self._step, done=done, rate=f"{rate:.1f}")]
        if self._total:
            parts.append(text("cli.batch.left", seconds=round((self._total - self._count) / rate)))
        parts.append(text("cli.batch.bad", orders=bad))
        self.say(", ".join(part.say(self._lang) for part in parts))


class _Bar:
    """A bar with rate, time left and failures."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[failures]}"),
            console=Console(stderr=True),
            # The bar leaves the screen to the table of the summary.
            transient=True,
        )
        self._task = self._progress.add_task("", visible=False, rate="", failures="")
        self._started = 0.0

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, step: Text, total: int | None) -> None:
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(step.say(self._lang), total=total, rate="", failures="")
        self._started = time.monotonic()

    def advance(self, bad: int) -> None:
        task = self._progress.tasks[0]
        # The first order may be done within the resolution of the clock.
        rate = (task.completed + 1) / max(time.monotonic() - self._started, 0.001)
        failures = text("cli.batch.bad", orders=bad).say(self._lang) if bad else ""
        self._progress.update(self._task, advance=1, rate=f"{rate:.1f}/s", failures=failures)

    def say(self, line: str) -> None:
        # Above the bar, with the colours of click; the terminal wraps long lines, so that a copied path stays whole.
        self._progress.console.print(RichText.from_ansi(line), soft_wrap=True)


def summary(tally: Tally, waiting: int, seconds: float, manifest: Path, lang: Lang) -> str:
    """Return the table: orders by outcome, files, time, and findings by code.

    Args:
        tally: the counts.
        waiting: orders that were not rendered.
        seconds: how long the run took.
        manifest: where it is written down.
        lang: the language.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=shutil.get_terminal_size((100, 24)).columns, color_system=None)
    orders = Table("", text("cli.batch.summary.orders").say(lang), box=SIMPLE_HEAD)
    orders.columns[1].justify = "right"
    for outcome in OUTCOMES:
        if tally.outcomes[outcome]:
            word = text(f"reports.batch.outcomes-counted.{outcome}").say(lang)
            orders.add_row(word, str(tally.outcomes[outcome]))
    if waiting:
        orders.add_row(text("cli.batch.summary.waiting").say(lang), str(waiting))
    orders.add_row(text("cli.batch.summary.files").say(lang), str(tally.files))
    orders.add_row(text("cli.batch.summary.new-files").say(lang), str(tally.new_files))
    console.print(orders)
    if tally.codes:
        findings = Table("", text("cli.batch.summary.findings").say(lang), "", "", box=SIMPLE_HEAD)
        findings.columns[2].justify = "right"
        weights = list(Severity)
        # Errors come first, and of each severity the most frequent codes.
        ranked = sorted(tally.codes.items(), key=lambda item: (weights.index(item[0][0]), -item[1]))
        for (severity, code), count in ranked:
            places = tally.places.get((severity, code), [])
            named = first_of([printable(place) for place in places], NAMED_PLACES)
            # A file name may contain brackets, which rich reads as markup.
            findings.add_row(severity_word(severity, lang), code, str(count), escape(named))
        console.print(findings)
    # A path that is broken over lines cannot be copied.
    console.print(f"{manifest}, {seconds:.1f} s", soft_wrap=True)
    return stream.getvalue().strip("\n")
