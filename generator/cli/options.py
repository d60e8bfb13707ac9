"""Options that several commands take, and the values made of them."""

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.decorators import FC

from generator.cli.paths import ExistingPath
from generator.cli.session import current_language
from generator.common.bounded_workers import set_limits
from generator.common.language import text
from generator.common.worker_process import DEFAULT_MEMORY, DEFAULT_SECONDS, MEGABYTE
from generator.references import DocumentKind
from generator.render.options import DEFAULT_FORMATS, Engine, Format
from generator.reports import REPORTERS
from generator.verify.installed import READER_NAMES

# Where neither `--out` nor the settings name a folder.
DEFAULT_OUT = Path("out")
# Known before the libraries are imported, so that `--help` works without them; a test holds them together.
WEAR_NAMES = ("net-300", "net-200", "fax", "bureau-200", "copie-200", "toner-200", "photo-200", "signe-200")


class IsoDate(click.DateTime):
    """A day as `2026-05-22`; for anything else the error says so in words."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day."""
        try:
            return super().convert(value, param, ctx)
        # click's own error quotes the pattern `%Y-%m-%d`, over which a vendor stumbled in a trial.
        except click.BadParameter:
            self.fail(text("cli.usage.date", value=value).say(current_language(ctx)), param, ctx)


def joined(*options: Callable[[FC], FC]) -> Callable[[FC], FC]:
    """Return the decorator that adds several options, which help shows in their order."""

    def add(command: FC) -> FC:
        # Decorators apply from the last to the first.
        for option in reversed(options):
            command = option(command)
        return command

    return add


def choice_of(kinds: Iterable[DocumentKind | Engine | Format]) -> click.Choice[str]:
    """Return the type of an option that names members of an enumeration by their values."""
    return click.Choice([kind.value for kind in kinds])


def _limit_seconds(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    set_limits(seconds=value)
    return value


def _timeout_option(*, expose_value: bool) -> Callable[[FC], FC]:
    return click.option(
        "--timeout",
        type=click.FloatRange(min=1),
        default=DEFAULT_SECONDS,
        show_default=True,
        metavar="SECONDS",
        expose_value=expose_value,
        callback=_limit_seconds,
    )


appel_option = click.option("--appel", "own_appels", multiple=True, type=ExistingPath(dir_okay=False), metavar="FILE")
eligibles_option = click.option("--eligibles", type=ExistingPath(dir_okay=False), metavar="FILE")
register_option = click.option(
    "--register", "registers", multiple=True, type=ExistingPath(file_okay=False), metavar="DIR"
)
# A test or a repeated run gives the day, so that the findings about deadlines stay the same.
today_option = click.option(
    "--today",
    type=IsoDate(),
    metavar="DATE",
    callback=lambda _context, _parameter, value: value.date() if value else datetime.date.today(),  # noqa: DTZ011  # the user's own day
)
context_options = joined(eligibles_option, register_option, today_option)

report_option = click.option(
    "--format", "report", type=click.Choice(list(REPORTERS)), default="text", show_default=True
)
out_option = click.option("-o", "--out", type=click.Path(path_type=Path, file_okay=False))
document_option = click.option("--document", type=choice_of(DocumentKind))
documents_option = click.option("--document", "documents", multiple=True, type=choice_of(DocumentKind))
format_option = click.option("--format", "formats", multiple=True, type=choice_of(Format))
template_option = click.option("--template", type=ExistingPath(dir_okay=False), metavar="FILE")
# An engine makes PDFs; a reader reads pages.
engine_option = click.option("--engine", type=choice_of(Engine), default=Engine.AUTO.value, show_default=True)
attach_option = click.option("--no-attach", is_flag=True)

reader_option = click.option("--reader", type=click.Choice([*READER_NAMES, "all"]))
wear_option = click.option("--wear", "wears", multiple=True, type=click.Choice([*WEAR_NAMES, "all", "none"]))
trust_option = click.option("--trust-roots", multiple=True, type=ExistingPath(dir_okay=False), metavar="FILE")

memory_option = click.option(
    "--memory",
    type=click.IntRange(min=200),
    default=DEFAULT_MEMORY // MEGABYTE,
    show_default=True,
    metavar="MB",
    expose_value=False,
    callback=lambda _context, _parameter, value: set_limits(memory=value * MEGABYTE),
)
timeout_option = _timeout_option(expose_value=True)
# For commands that do not use the values themselves.
limit_options = joined(memory_option, _timeout_option(expose_value=False))


def signed_option(*, required: bool = False) -> Callable[[FC], FC]:
    """Return the option of folders with signed documents."""
    return click.option("--signed", required=required, multiple=True, type=ExistingPath(), metavar="DIR")


def kinds_of(documents: Iterable[str]) -> tuple[DocumentKind, ...]:
    """Return the kinds that `--document` names, each once."""
    return tuple(dict.fromkeys(map(DocumentKind, documents)))


def formats_of(formats: Iterable[str]) -> tuple[Format, ...]:
    """Return the forms that `--format` names, each once."""
    return tuple(dict.fromkeys(map(Format, formats))) or DEFAULT_FORMATS


def wears_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the profiles that `--wear` names, each once."""
    names = tuple(dict.fromkeys(asked))
    return WEAR_NAMES if "all" in names else tuple(name for name in names if name != "none")
