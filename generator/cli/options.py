"""Options that several commands take, and the values made of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.decorators import FC

from generator.cli.exits import Exit
from generator.cli.language import current_language
from generator.cli.paths import ExistingPath
from generator.cli.session import end_run, settings_or_exit
from generator.common.bounded_workers import set_limits
from generator.common.findings import ERROR, Finding, FindingError, FindingsError, Place, has_errors
from generator.common.language import Lang
from generator.common.machine import MOTEUR_ABSENT
from generator.common.texts import text
from generator.common.worker_process import DEFAULT_MEMORY, DEFAULT_SECONDS, MEGABYTE
from generator.references import Appel, Appels, DocumentKind, load_appels
from generator.render.options import DEFAULT_FORMATS, Engine, Format
from generator.reports import REPORTERS, text_report
from generator.rules import RuleContext
from generator.rules.registre import read_register
from generator.rules.validation import CheckedOrder
from generator.verify.installed import READERS, find_readers

if TYPE_CHECKING:
    from generator.rules.eligibles import Base

appel_option = click.option(
    "--appel",
    "own_appels",
    multiple=True,
    type=ExistingPath(dir_okay=False),
    metavar="FILE",
)
report_option = click.option(
    "--format",
    "report",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
)

eligibles_option = click.option(
    "--eligibles",
    type=ExistingPath(dir_okay=False),
    metavar="FILE",
)
register_option = click.option(
    "--register",
    "registers",
    multiple=True,
    type=ExistingPath(file_okay=False),
    metavar="DIR",
)


trust_option = click.option(
    "--trust-roots",
    "trust_roots",
    multiple=True,
    type=ExistingPath(dir_okay=False),
    metavar="FILE",
)


def roots_or_exit(paths: Sequence[Path], lang: Lang) -> tuple[bytes, ...]:
    """Return the certificates of `--trust-roots`; where they cannot be read, say why and exit."""
    if not paths:
        return ()
    from generator.verify.signatures import can_verify, read_roots

    if not can_verify():
        say_findings([MOTEUR_ABSENT.at(Place(), missing="pip install 'segurdoc[signatures]'")], lang)
        raise click.exceptions.Exit(Exit.MACHINE)
    try:
        return read_roots(paths)
    except FindingError as error:
        end_run([error.finding], lang)


def signed_option(*, required: bool = False) -> Callable[[FC], FC]:
    """Return the option of folders with signed documents."""
    return click.option(
        "--signed",
        "signed",
        required=required,
        multiple=True,
        type=ExistingPath(),
        metavar="DIR",
    )


class IsoDate(click.DateTime):
    """A day as `2026-05-22`; for anything else the error says so in words."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(text("usage.date", value=value).say(current_language(ctx)), param, ctx)


today_option = click.option(
    "--today",
    type=IsoDate(),
    metavar="DATE",
    callback=lambda _context, _parameter, value: value.date() if value else datetime.date.today(),  # noqa: DTZ011  # the user's own day
)

DEFAULT_OUT = Path("out")

# Known before the libraries are imported, so that `--help` works without them; a test holds them together.
PROFILES = ("net-300", "net-200", "fax", "bureau-200", "copie-200", "toner-200", "photo-200", "signe-200")


reader_option = click.option(
    "--reader",
    "reader",
    type=click.Choice([*READERS, "all"]),
)
# What `verify` called it before; to other commands the engine is what makes PDFs.
old_reader_option = click.option("--engine", "old_reader", type=click.Choice([*READERS, "all"]), hidden=True)
strict_option = click.option("--strict", is_flag=True)

wear_option = click.option(
    "--wear",
    "wears",
    multiple=True,
    type=click.Choice([*PROFILES, "all", "none"]),
)

out_option = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
)
document_option = click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
)
format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([form.value for form in Format]),
)
template_option = click.option(
    "--template",
    type=ExistingPath(dir_okay=False),
    metavar="FILE",
)
making_option = click.option(
    "--engine",
    type=click.Choice([engine.value for engine in Engine]),
    default=Engine.AUTO.value,
    show_default=True,
)
attach_option = click.option("--no-attach", is_flag=True)
memory_option = click.option(
    "--memory",
    type=click.IntRange(min=200),
    default=DEFAULT_MEMORY // MEGABYTE,
    show_default=True,
    metavar="MB",
    expose_value=False,
    callback=lambda _context, _parameter, value: set_limits(memory=value * MEGABYTE),
)


def _limit_seconds(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    set_limits(seconds=value)
    return value


timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=DEFAULT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    callback=_limit_seconds,
)


def limit_options(command: FC) -> FC:
    """Add `--memory` and `--timeout` to a command that does not use their values itself."""
    timeout = click.option(
        "--timeout",
        type=click.FloatRange(min=1),
        default=DEFAULT_SECONDS,
        show_default=True,
        metavar="SECONDS",
        expose_value=False,
        callback=_limit_seconds,
    )
    return memory_option(timeout(command))


def kinds_of(documents: Iterable[str]) -> tuple[DocumentKind, ...]:
    """Return the kinds that `--document` names, each once."""
    return tuple(dict.fromkeys(map(DocumentKind, documents)))


def formats_of(formats: Iterable[str]) -> tuple[Format, ...]:
    """Return the forms that `--format` names, each once."""
    return tuple(dict.fromkeys(map(Format, formats))) or DEFAULT_FORMATS


def wears_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the profiles that `--wear` names, each once."""
    names = tuple(dict.fromkeys(asked))
    return PROFILES if "all" in names else tuple(name for name in names if name != "none")


def appels_or_exit(own: Sequence[Path], lang: Lang, *, report: str = "text", reports: Sequence[Path] = ()) -> Appels:
    """Return the records, those of the settings and those given; where one is not sound, end the run (`end_run`)."""
    try:
        return load_appels((*settings_or_exit(lang, report=report, reports=reports).appels, *own))
    except FindingsError as error:
        end_run(error.findings, lang, report=report, reports=reports)


def base_or_exit(given: Path | None, lang: Lang, *, report: str = "text", reports: Sequence[Path] = ()) -> Base | None:
    """Return the base: the one given, else that of the settings, else the user's own, where there is one.

    Where one is named and cannot be used, end the run (`end_run`).
    """
    from generator.rules.eligibles import load_base
    from generator.rules.eligibles.base import default_path

    path = given or settings_or_exit(lang).eligibles
    if path is None:
        path = default_path()
        if not path.exists():
            return None
    try:
        return load_base(path)
    except FindingError as error:
        end_run([error.finding], lang, report=report, reports=reports)


def context_or_exit(
    eligibles: Path | None,
    registers: Sequence[Path],
    today: datetime.date,
    lang: Lang,
    *,
    report: str = "text",
    reports: Sequence[Path] = (),
) -> RuleContext:
    """Return the context that rules need; where a part of it cannot be read, end the run (`end_run`)."""
    register = read_register(registers)
    if has_errors(register.findings):
        end_run(register.findings, lang, report=report, reports=reports)
    say_findings(register.findings, lang)
    return RuleContext(base_or_exit(eligibles, lang, report=report, reports=reports), register, today)


def used_appels(checked: Iterable[CheckedOrder]) -> list[Appel]:
    """Return the records that orders name, in the order they come."""
    return list({each.appel.reference: each.appel for each in checked if each.appel}.values())


def errors_last(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the errors last: people read the end of the screen."""
    return sorted(findings, key=lambda finding: finding.severity is ERROR)


def say_findings(findings: Sequence[Finding], lang: Lang, *, err: bool = True) -> None:
    """Print findings as text, by default on the standard error."""
    if findings:
        click.echo(text_report(findings, lang), err=err)


def engines_or_exit(asked: str | None, lang: Lang) -> tuple[str, ...]:
    """Return the engines asked for: those of `all` that are installed; where one is missing, say so and exit."""
    engines, absent = find_readers(asked)
    if absent:
        say_findings([MOTEUR_ABSENT.at(Place(), missing=absent)], lang)
        raise click.exceptions.Exit(Exit.MACHINE)
    return engines
