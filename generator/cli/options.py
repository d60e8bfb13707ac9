"""Options that several commands take, and what they are made into."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.decorators import FC

from generator.cli.exits import Exit
from generator.cli.session import end_run
from generator.cli.session import settings_or_exit
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import FindingError
from generator.findings import FindingsError
from generator.findings import Place
from generator.findings import has_errors
from generator.lang import Lang
from generator.machine import MOTEUR_ABSENT
from generator.references import Appel
from generator.references import Appels
from generator.references import DocumentKind
from generator.references import load_appels
from generator.register import read_register
from generator.rendered import DEFAULT_FORMATS
from generator.rendered import DEFAULT_TIMEOUT
from generator.rendered import Engine
from generator.rendered import Format
from generator.reports import REPORTERS
from generator.reports import text_report
from generator.rules import Surroundings
from generator.validation import Checked

if TYPE_CHECKING:
    from generator.eligibles import Base

appel_option = click.option(
    "--appel",
    "own_appels",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Add or replace the record of an appel à financement. May be repeated.",
)
report_option = click.option(
    "--format",
    "report",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
    help="Form of the report.",
)

eligibles_option = click.option(
    "--eligibles",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Base of eligible establishments.  [default: that of the settings, else the one that was imported, if any]",
)
register_option = click.option(
    "--register",
    "registers",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Output folder of past runs: no establishment is ordered for twice. May be repeated.",
)


def signed_option(*, required: bool = False) -> Callable[[FC], FC]:
    """Return the option of folders with signed documents."""
    return click.option(
        "--signed",
        "signed",
        required=required,
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder of signed documents, PDFs and scans. May be repeated.",
    )


today_option = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    callback=lambda _context, _parameter, value: value.date() if value else datetime.date.today(),  # noqa: DTZ011  # the user's own day
    help="Day to judge by, YYYY-MM-DD.  [default: today]",
)

DEFAULT_OUT = Path("out")

# What the extra `ocr` brings; the engines themselves are asked for apart.
_LIBRARIES = ("cv2", "numpy", "rapidfuzz", "zxingcpp")
# Known before the libraries are imported, so that `--help` works without them; a test holds them together.
ENGINES = ("tesseract", "rapidocr")
PROFILES = ("net-300", "net-200", "fax", "bureau-200", "copie-200", "toner-200", "photo-200", "signe-200")


def _reading_option(name: str) -> Callable[[FC], FC]:
    return click.option(
        name,
        "reader",
        type=click.Choice([*ENGINES, "all"]),
        help="Engine that reads; all: each that is installed.  [default: the first installed]",
    )


# To `verify` the engine is what reads, to the others what makes the PDFs.
engine_option, reader_option = _reading_option("--engine"), _reading_option("--reader")

wear_option = click.option(
    "--wear",
    "wears",
    multiple=True,
    type=click.Choice([*PROFILES, "all", "none"]),
    help="Also read it as this wear leaves it; may be repeated.",
)

out_option = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder the documents go to.  [default: that of the settings, else out]",
)
document_option = click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="Kind of document; may be repeated.  [default: all that the dossier has]",
)
format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([form.value for form in Format]),
    help="Form of each document; may be repeated.  [default: docx and pdf]",
)
template_option = click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Own layout, a DOCX template.  [default: that of the settings, else the built-in one]",
)
making_option = click.option(
    "--engine",
    type=click.Choice([engine.value for engine in Engine]),
    default=Engine.AUTO.value,
    show_default=True,
    help="What makes the PDFs: formes where they may stand for LibreOffice, formes alone, or LibreOffice alone.",
)
attach_option = click.option("--no-attach", is_flag=True, help="Leave the descriptor out of the PDF.")
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=DEFAULT_TIMEOUT,
    show_default=True,
    help="Seconds LibreOffice has for a document.",
)


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
    from generator.eligibles import load_base
    from generator.eligibles.store import default_path

    path = given or settings_or_exit(lang).eligibles
    if path is None:
        path = default_path()
        if not path.exists():
            return None
    try:
        return load_base(path)
    except FindingError as error:
        end_run([error.finding], lang, report=report, reports=reports)


def surroundings_or_exit(
    eligibles: Path | None,
    registers: Sequence[Path],
    today: datetime.date,
    lang: Lang,
    *,
    report: str = "text",
    reports: Sequence[Path] = (),
) -> Surroundings:
    """Return what orders are held against; where a part of it cannot be read, end the run (`end_run`)."""
    register = read_register(registers)
    if has_errors(register.findings):
        end_run(register.findings, lang, report=report, reports=reports)
    say_findings(register.findings, lang)
    return Surroundings(base_or_exit(eligibles, lang, report=report, reports=reports), register, today)


def used_appels(checked: Iterable[Checked]) -> list[Appel]:
    """Return the records that orders name, in the order they come."""
    return list({each.appel.reference: each.appel for each in checked if each.appel}.values())


def errors_last(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, the errors last: the end of the screen is what is read."""
    return sorted(findings, key=lambda finding: finding.severity is ERROR)


def say_findings(findings: Sequence[Finding], lang: Lang, *, err: bool = True) -> None:
    """Print findings as text, by default on the standard error."""
    if findings:
        click.echo(text_report(findings, lang), err=err)


def engines_or_exit(asked: str | None, lang: Lang) -> tuple[str, ...]:
    """Return the engines asked for: those of `all` that are installed; where one is missing, say so and exit."""
    absent = [name for name in _LIBRARIES if find_spec(name) is None]
    if not absent:
        from generator.readback.engines import installed_engines

        installed = installed_engines()
        if asked in installed:
            return (asked,)
        if installed and asked not in ENGINES:
            return installed if asked == "all" else installed[:1]
        absent = [asked] if asked in ENGINES else [*ENGINES]
    say_findings([MOTEUR_ABSENT.at(Place(), missing=", ".join(map(str, absent)))], lang)
    raise click.exceptions.Exit(Exit.MACHINE)
