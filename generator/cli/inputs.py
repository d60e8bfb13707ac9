"""What commands read before their work: settings, AF records, base, registers. An unusable one ends the run."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli import session
from generator.cli.commands import usage_error
from generator.cli.reporting import end_run, say_findings
from generator.common.findings import FindingError, FindingsError, Place, has_errors
from generator.common.missing_tools import MOTEUR_ABSENT
from generator.references import Appel, Appels, load_appels
from generator.verify.installed import find_readers

if TYPE_CHECKING:
    from generator.cli.settings.load import Settings
    from generator.rules import RuleContext
    from generator.rules.eligibles import Base
    from generator.rules.validation import CheckedOrder

_SETTINGS = "segurdoc.settings"


def settings_or_exit(*, report: str = "text", reports: Sequence[Path] = (), sought: bool = True) -> Settings:
    """Return the settings, read once; where they are invalid, end the run (`end_run`).

    Args:
        report: as `end_run` takes it.
        reports: as `end_run` takes them.
        sought: also ask for the files that the settings name; not where the command makes them.
    """
    # Late: most of the time there is no file, and the help needs none.
    from generator.cli.settings.load import load_settings, missing_files

    # Several functions of a command ask for the settings; the file is read once a call.
    meta = click.get_current_context().meta
    try:
        settings: Settings = meta.get(_SETTINGS) or load_settings(session.settings_file(), trusted=session.is_trusted())
        missing = missing_files(settings) if sought else []
        if missing:
            raise FindingsError(missing)
    except FindingsError as error:
        end_run(error.findings, report, reports)
    meta[_SETTINGS] = settings
    return settings


def appels_or_exit(own: Sequence[Path], report: str = "text", reports: Sequence[Path] = ()) -> Appels:
    """Return the records, those of the settings and those given; where one is invalid, end the run (`end_run`)."""
    try:
        return load_appels((*settings_or_exit(report=report, reports=reports).appels, *own))
    except FindingsError as error:
        end_run(error.findings, report, reports)


def choose_appels(reference: str | None, appels: Appels) -> list[Appel]:
    """Return the record of `--reference`, by default all of them."""
    if reference is None:
        return list(appels.values())
    if reference not in appels:
        raise usage_error("unknown-reference", known=", ".join(sorted(appels)))
    return [appels[reference]]


def used_appels(checked: Iterable[CheckedOrder]) -> list[Appel]:
    """Return the records that orders name, in the order they come."""
    # What a record does not know is reported once a run, not once an order.
    return list({each.appel.reference: each.appel for each in checked if each.appel}.values())


def base_or_exit(given: Path | None, report: str = "text", reports: Sequence[Path] = ()) -> Base | None:
    """Return the base: the one given, else that of the settings, else the user's own, where there is one.

    Where one is named and cannot be used, end the run (`end_run`).
    """
    # Late: commands without a base, and the help, need none of it.
    from generator.rules.eligibles import load_base
    from generator.rules.eligibles.base import default_path

    # `eligibles import` without `--out` saves the user's own base; nothing has to be named to use it.
    path = given or settings_or_exit().eligibles
    if path is None:
        path = default_path()
        # Nobody is obliged to have a base: the rules about it are skipped.
        if not path.exists():
            return None
    try:
        return load_base(path)
    except FindingError as error:
        end_run([error.finding], report, reports)


def context_or_exit(
    eligibles: Path | None,
    registers: Sequence[Path],
    today: datetime.date,
    report: str = "text",
    reports: Sequence[Path] = (),
) -> RuleContext:
    """Return the context that rules need; where a part of it cannot be read, end the run (`end_run`)."""
    # Late: the commands about templates have no rules, and the help needs none.
    from generator.rules import RuleContext
    from generator.rules.past_orders import read_register

    register = read_register(registers)
    if has_errors(register.findings):
        end_run(register.findings, report, reports)
    say_findings(register.findings)
    return RuleContext(base_or_exit(eligibles, report, reports), register, today)


def readers_or_exit(asked: str | None) -> tuple[str, ...]:
    """Return the readers asked for: those of `all` that are installed; where one is missing, report it and exit."""
    readers, absent = find_readers(asked)
    if absent:
        end_missing(absent)
    return readers


def end_missing(missing: str) -> NoReturn:
    """Report what an optical reading or a check of signatures lacks on this machine, and exit."""
    say_findings([MOTEUR_ABSENT.at(Place(), missing=missing)])
    raise click.exceptions.Exit(session.Exit.MACHINE)


def roots_or_exit(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """Return the certificates of `--trust-roots`; where they cannot be read, report why and exit."""
    # Without `--trust-roots` the extra `signatures` is not needed.
    if not paths:
        return ()
    # Late: pyhanko is optional.
    from generator.verify.signatures import can_verify, read_roots

    if not can_verify():
        end_missing("pip install 'segurdoc[signatures]'")
    try:
        return read_roots(paths)
    except FindingError as error:
        end_run([error.finding])
