"""`segurdoc render`: render orders to DOCX and PDF, one after the other."""

import datetime
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command
from generator.cli.paths import SourcePath
from generator.cli.session import Exit, echo
from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.findings import ERROR, Finding, FindingKind, Place
from generator.common.jsonio.source import expand
from generator.common.language import text
from generator.common.locks import SHARED, FileLock
from generator.common.missing_tools import MissingToolError
from generator.documents.file_names import DEFAULT_NAME, order_name
from generator.documents.outputs import MANIFESTE_PRIS, lock_folder
from generator.orders import Order
from generator.references import Appel
from generator.render.options import Engine, Format, Rendered, RenderOptions
from generator.render.pipeline import SORTIE_IMPOSSIBLE, render_order
from generator.rules import RuleContext, review_appel, review_context
from generator.rules.duplicates import mark_duplicates
from generator.rules.validation import CheckedOrder, validate

# The end of a batch is worth waiting for; the middle of one is not.
_LOCK_SECONDS = 2.0


@click.command("render", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=SourcePath(), metavar="ORDER.json...")
@options.out_option
@options.documents_option
@options.format_option
@options.template_option
@click.option("--verify", "verified", is_flag=True)
@options.reader_option
@options.engine_option
@options.attach_option
@options.timeout_option
@options.memory_option
@options.appel_option
@options.context_options
@click.option("--verbose", is_flag=True)
def command(
    paths: tuple[str, ...],
    out: Path | None,
    documents: tuple[str, ...],
    formats: tuple[str, ...],
    template: Path | None,
    verified: bool,
    reader: str | None,
    engine: str,
    no_attach: bool,
    timeout: float,
    own_appels: tuple[Path, ...],
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    verbose: bool,
) -> None:
    """Render orders to DOCX and PDF."""
    settings = inputs.settings_or_exit()
    appels = inputs.appels_or_exit(own_appels)
    render_options = RenderOptions(
        documents=options.kinds_of(documents),
        formats=options.formats_of(formats),
        template=template,
        templates=tuple(settings.templates.items()),
        name=settings.name or DEFAULT_NAME,
        attach=not no_attach,
        timeout=timeout,
        engine=Engine(engine),
        readers=inputs.readers_or_exit(reader) if verified or reader else (),
    )
    context = inputs.context_or_exit(eligibles, registers, today)
    run = _Run(out or settings.out or options.DEFAULT_OUT, render_options, verbose=verbose)
    with run:
        # Orders come one by one: the first is rendered before the last is read.
        for checked in mark_duplicates(
            validate(expand(paths), appels, settings.fournisseur, context), render_options.name
        ):
            run.render(checked)
    run.close(context)
    # A file that cannot be written, as on a full disk, is the fault of the machine.
    if run.lacks_engine or SORTIE_IMPOSSIBLE in run.found:
        raise click.exceptions.Exit(Exit.MACHINE)
    if any(kind.severity is ERROR for kind in run.found):
        raise click.exceptions.Exit(Exit.FINDINGS)


class _Run:
    """One call of the command: the files and records so far, which its last lines need."""

    def __init__(self, out: Path, options: RenderOptions, *, verbose: bool) -> None:
        self.found = set[FindingKind]()
        self.lacks_engine = False
        self._out, self._options, self._verbose = out, options, verbose
        self._used: dict[str, Appel] = {}
        self._files = 0
        # A refused order creates no folder: the lock is taken with the first order to render.
        self._lock: FileLock | None = None
        self._made_folder = False

    def __enter__(self) -> None:
        """Begin; the output folder is locked with the first sound order."""

    def __exit__(self, *_: object) -> None:
        if self._lock:
            self._lock.release()
        # An empty folder is left neither after an interrupt nor where nothing was delivered.
        if self._made_folder:
            with suppress(OSError):  # it has documents
                self._out.rmdir()

    def render(self, checked: CheckedOrder) -> None:
        """Render one order, and print its findings and files."""
        self._say(checked.findings)
        if checked.appel:
            self._used[checked.appel.reference] = checked.appel
        if checked.order is None or checked.appel is None:
            return
        self._lock_folder()
        rendered = self._rendered(checked.file, checked.order, checked.appel)
        for each in rendered:
            self._say(each.findings)
            if self._verbose and each.made_by:
                name = order_name(checked.order, self._options.name)
                made_by = text("cli.render.made-by", order=name, document=each.document, engine=each.made_by)
                echo(made_by, err=True)
            self._files += len(each.files)
            for file in each.files:
                click.echo(file)

    def _rendered(self, file: str, order: Order, appel: Appel) -> tuple[Rendered, ...]:
        """Render an order; where the engine asked for is missing, report it once and make the DOCX alone."""
        options = self._options
        if self.lacks_engine:
            # The next orders do not try an engine that the first one missed.
            options = replace(options, formats=tuple(form for form in options.formats if form is Format.DOCX))
        if not options.formats:
            return ()
        try:
            return tuple(run_bounded(file, render_order, order, appel, self._out, options))
        # The next order is rendered: a limit concerns one file.
        except BoundedError as error:
            self._say([error.finding])
            return ()
        except MissingToolError as error:
            self._say([error.finding])
            self.lacks_engine = True
            # Once more, for the DOCX alone.
            return self._rendered(file, order, appel)

    def close(self, context: RuleContext) -> None:
        """Print the findings about records and base, once each, and the number of files."""
        self._say([finding for appel in self._used.values() for finding in review_appel(appel)])
        self._say(review_context(context))
        echo(text("cli.render.written", files=self._files, folder=self._out), err=True)

    def _lock_folder(self) -> None:
        """Share the output folder with other renderings, and keep batches out."""
        if self._lock is None:
            self._made_folder = not self._out.exists()
            self._out.mkdir(parents=True, exist_ok=True)
            # Renderings may share a folder; a batch keeps a manifest of it and wants it alone.
            self._lock = lock_folder(self._out, SHARED, patience=_LOCK_SECONDS)
        if self._lock is None:
            self._say([MANIFESTE_PRIS.at(Place(str(self._out)))])
            raise click.exceptions.Exit(Exit.MACHINE)

    def _say(self, findings: Sequence[Finding]) -> None:
        self.found.update(finding.kind for finding in findings)
        reporting.say_findings(findings)
