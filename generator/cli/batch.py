"""`segurdoc batch`: render many orders in parallel, and record the result of each."""

import datetime
import os
from importlib.util import find_spec
from pathlib import Path

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.paths import ExistingPath, SourcePath, refuse_overwriting
from generator.cli.session import Exit, echo
from generator.common.findings import has_errors
from generator.common.language import text
from generator.documents.file_names import DEFAULT_NAME
from generator.render.options import Engine, RenderOptions

# Known before the modules are imported, so that `--help` is quick; a test holds them together.
REPORT_SUFFIXES = (".html", ".json", ".xml")


@click.command("batch", cls=Command)
@click.argument("sources", nargs=-1, type=SourcePath(), metavar="SOURCE...")
@options.out_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N")
@options.documents_option
@options.format_option
@options.template_option
@click.option("--verify", type=click.Choice(["text", "ocr", "none"]), default="text", show_default=True)
@options.reader_option
@options.engine_option
@click.option("--sample", type=click.FloatRange(0, 1), metavar="SHARE", default=1.0, show_default=True)
@click.option("--report", "reports", multiple=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--resume/--fresh", default=True)
@click.option("--fail-fast", is_flag=True)
@click.option("--executor", default="local", show_default=True, metavar="WHERE")
@options.attach_option
@options.timeout_option
@options.memory_option
@options.appel_option
@options.context_options
@click.option("--quiet", is_flag=True)
@click.option("--check", type=ExistingPath(file_okay=False), metavar="OUT")
def command(
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
        _check(check)
        return
    _check_arguments(sources, reports, (*own_appels, eligibles), executor)
    settings = inputs.settings_or_exit()
    appels = inputs.appels_or_exit(own_appels)
    # Late: the run needs engines and pools, which take longer to import than the help to be read.
    from generator.batch.run import BatchOptions
    from generator.cli.batch_output import keep_docx, render_all

    asked = BatchOptions(
        out=out or settings.out or options.DEFAULT_OUT,
        render=RenderOptions(
            documents=options.kinds_of(documents),
            formats=options.formats_of(formats),
            template=template.absolute() if template else None,
            templates=tuple(settings.templates.items()),
            name=settings.name or DEFAULT_NAME,
            attach=not no_attach,
            timeout=timeout,
            engine=Engine(engine),
            readers=inputs.readers_or_exit(reader) if verify == "ocr" else (),
            sample=sample,
            read_back=verify != "none",
        ),
        jobs=jobs or _cores(),
        fresh=not resume,
        executor=executor,
        fournisseur=settings.fournisseur,
        context=inputs.context_or_exit(eligibles, registers, today),
    )
    possible = keep_docx(asked)
    tally = render_all(possible, appels, sources, reports, fail_fast=fail_fast, quiet=quiet)
    # The DOCX were made without their PDFs: the code says that the machine lacks an engine.
    if possible is not asked:
        raise click.exceptions.Exit(Exit.MACHINE)
    if tally.bad:
        raise click.exceptions.Exit(Exit.FINDINGS)


def _check_arguments(
    sources: tuple[str, ...], reports: tuple[Path, ...], read: tuple[Path | None, ...], executor: str
) -> None:
    """Refuse arguments that lack something or do not fit; `read` are the files that no report may replace."""
    from generator.batch.run import DASK, LOCAL

    if not sources:
        # click does not require it, for `--check` takes none. Its own sentence is used, which the catalogue translates.
        raise click.UsageError("Missing argument 'SOURCE...'.")
    for report in reports:
        if report.suffix.lower() not in REPORT_SUFFIXES:
            raise usage_error("ending", option="--report", file=report.name, endings=", ".join(REPORT_SUFFIXES))
        # Before the run: a report is written at its end, over what was read at its start.
        refuse_overwriting(report, (*sources, *read), "--report")
    if executor != LOCAL and not executor.startswith(DASK):
        raise usage_error("executor")
    # dask is an extra: the error names what to install before any order is read.
    if executor != LOCAL and find_spec("distributed") is None:
        raise usage_error("executor-extra")


def _check(out: Path) -> None:
    from generator.batch.manifest import check_outputs

    findings = tuple(check_outputs(out))
    reporting.say_findings(findings, err=False)
    if has_errors(findings):
        raise click.exceptions.Exit(Exit.FINDINGS)
    if not findings:
        echo(text("cli.batch.files-match"))


def _cores() -> int:
    """Return how many cores this process may use: a container or `taskset` may give it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
