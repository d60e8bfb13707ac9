"""`--report`: findings written to files, beside what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generator.cli.overwriting import refuse_overwriting
from generator.cli.usage import usage_error
from generator.common.files import deliver
from generator.common.findings import Finding
from generator.common.language import Lang
from generator.reports import SUFFIXES, report_of

reports_option = click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
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


def command_name() -> str:
    """Return the command that runs, such as `segurdoc template check`."""
    return click.get_current_context().command_path


def write_reports(reports: Sequence[Path], findings: Sequence[Finding], lang: Lang, checked: Sequence[str]) -> None:
    """Write findings to the files of `--report`, each in the form its name ends in.

    Args:
        reports: the files.
        findings: the findings to report.
        lang: the language.
        checked: the files that were checked, those without a finding as well; none of them is written over.
    """
    written = {}
    for path in reports:
        refuse_overwriting(path, checked, "--report")  # again: the files that a pattern stood for
        said = click.unstyle(report_of(SUFFIXES[path.suffix.lower()], findings, lang, checked, command_name()))
        written[path] = f"{said}\n".encode("utf-8", "replace")
    deliver(written)
