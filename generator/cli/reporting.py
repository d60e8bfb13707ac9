"""What a command reports: findings on the terminal, in the form of `--format`, and in the files of `--report`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click

from generator.cli.commands import usage_error
from generator.cli.paths import refuse_overwriting
from generator.cli.session import Exit, current_language
from generator.common.files import deliver
from generator.common.findings import ERROR, Finding
from generator.reports import REPORTERS, SUFFIXES, report_of, text_report

reports_option = click.option(
    "--report", "reports", multiple=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE"
)


def refuse_reports(reports: Sequence[Path], read: Sequence[str | Path | None]) -> None:
    """Refuse at once a report whose form its name does not tell, or that would overwrite what is read.

    Args:
        reports: the files of `--report`.
        read: files and folders that the command reads.
    """
    for path in reports:
        refuse_overwriting(path, read, "--report")
        if path.suffix.lower() not in SUFFIXES:
            raise usage_error("ending", option="--report", file=path.name, endings=", ".join(SUFFIXES))


def report_text(findings: Sequence[Finding], form: str, checked: Sequence[str]) -> str:
    """Return findings in a form of `REPORTERS`, with what passed where the form counts.

    Args:
        findings: the findings to report.
        form: a name of `REPORTERS`.
        checked: the files that were checked, those without a finding as well.
    """
    # SARIF names the command: code hosts keep `validate` and `template check` of one commit apart by it.
    ctx = click.get_current_context()
    return report_of(form, findings, current_language(ctx), checked, ctx.command_path)


def write_reports(reports: Sequence[Path], findings: Sequence[Finding], checked: Sequence[str]) -> None:
    """Write findings to the files of `--report`, each in the form its name ends in.

    Args:
        reports: the files.
        findings: the findings to report.
        checked: the files that were checked, those without a finding as well; none of them is written over.
    """
    # All texts are made before the first file is written: a failure leaves no half of the reports.
    written = {}
    for path in reports:
        refuse_overwriting(path, checked, "--report")  # again: the files that a pattern stood for
        # A file is no terminal: it gets no escape codes for colours.
        said = click.unstyle(report_text(findings, SUFFIXES[path.suffix.lower()], checked))
        # A file name may contain bytes that are no UTF-8, which Python keeps as lone surrogates.
        written[path] = f"{said}\n".encode("utf-8", "replace")
    deliver(written)


def write_pages(path: Path, pages: Sequence[bytes], *, err: bool) -> None:
    """Write pictures of pages, one page to `path`, several to numbered names next to it, and print the names."""
    # `x.png` becomes `x-1.png`, `x-2.png`.
    numbered = [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(pages) + 1)]
    names = numbered if len(pages) > 1 else [path]
    deliver(dict(zip(names, pages, strict=True)))
    for name in names:
        click.echo(name, err=err)


def say_findings(findings: Sequence[Finding], *, err: bool = True) -> None:
    """Print findings as text, by default on the standard error."""
    # Without findings nothing is printed, not even an empty line.
    if findings:
        click.echo(text_report(findings, current_language()), err=err)


def say_report(findings: Sequence[Finding], report: str) -> None:
    """Print findings on the standard output, in the form asked for."""
    said = REPORTERS[report](findings, current_language())
    if said:
        click.echo(said)


def errors_last(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the errors last: people read the end of the screen."""
    return sorted(findings, key=lambda finding: finding.severity is ERROR)


def end_run(findings: Sequence[Finding], report: str = "text", reports: Sequence[Path] = ()) -> NoReturn:
    """Report why nothing can be done, and exit.

    Args:
        findings: why.
        report: the form of the report; every other than text goes to the standard output, as the report does.
        reports: the files of `--report`, which get the findings as well.
    """
    # A program that asked for JSON reads the standard output, also where the run ends early.
    click.echo(REPORTERS[report](findings, current_language()), err=report == "text")
    write_reports(reports, findings, ())
    raise click.exceptions.Exit(Exit.FINDINGS)
