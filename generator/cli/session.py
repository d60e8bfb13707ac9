"""What one call of the command keeps in click's context beside the language: the settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli.exits import Exit
from generator.common.findings import Finding, FindingsError
from generator.common.language import Lang

if TYPE_CHECKING:
    from generator.cli.settings.model import Settings

_FILE, _SETTINGS, _TRUST = "segurdoc.settings_file", "segurdoc.settings", "segurdoc.trust"


def keep_settings_file(file: Path | None, *, trusted: bool = False) -> None:
    """Note which settings file was given or found, and whether its paths may lead anywhere."""
    meta = click.get_current_context().meta
    meta[_FILE], meta[_TRUST] = file, trusted


def settings_file() -> Path | None:
    """Return the settings file that was given or found."""
    file: Path | None = click.get_current_context().meta.get(_FILE)
    return file


def is_trusted() -> bool:
    """Tell whether the paths of the settings may lead anywhere."""
    return bool(click.get_current_context().meta.get(_TRUST))


def end_run(findings: Sequence[Finding], lang: Lang, *, report: str = "text", reports: Sequence[Path] = ()) -> NoReturn:
    """Say why nothing can be done, and exit.

    Args:
        findings: why.
        lang: the language.
        report: the form in which to say it; every other than text goes to the standard output, as the report does.
        reports: the files of `--report`, to say it in as well.
    """
    # Late: most of the time nothing is wrong, and the help needs neither.
    from generator.cli.reportfiles import write_reports
    from generator.reports import REPORTERS

    click.echo(REPORTERS[report](findings, lang), err=report == "text")
    write_reports(reports, findings, lang, ())
    raise click.exceptions.Exit(Exit.FINDINGS)


def settings_or_exit(
    lang: Lang, *, report: str = "text", reports: Sequence[Path] = (), sought: bool = True
) -> Settings:
    """Return the settings, read once; where they are not sound, say why and exit.

    Args:
        lang: the language.
        report: as `end_run` takes it.
        reports: as `end_run` takes them.
        sought: also ask for the files that the settings name; not where the command makes them.
    """
    # Late: most of the time there is no file, and the help needs none.
    from generator.cli.settings.load import load_settings, missing_files

    meta = click.get_current_context().meta
    try:
        settings: Settings = meta.get(_SETTINGS) or load_settings(settings_file(), trusted=meta.get(_TRUST, False))
        missing = missing_files(settings) if sought else []
        if missing:
            raise FindingsError(missing)
    except FindingsError as error:
        end_run(error.findings, lang, report=report, reports=reports)
    meta[_SETTINGS] = settings
    return settings
