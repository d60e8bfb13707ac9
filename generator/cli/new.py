"""`segurdoc new`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import eligibles_option
from generator.cli.options import register_option
from generator.cli.options import say_findings
from generator.cli.options import surroundings_or_exit
from generator.cli.options import today_option
from generator.cli.session import settings_or_exit
from generator.delivery import deliver
from generator.findings import Finding
from generator.findings import has_errors
from generator.jsonio.source import Descriptor
from generator.lang import Lang
from generator.lang import Text


@click.command("new")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Descriptor to write.  [default: named after the order, in this folder]",
)
@eligibles_option
@register_option
@today_option
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    out: Path | None,
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    own_appels: tuple[Path, ...],
) -> None:
    """Ask for what one order needs, and write its descriptor.

    Establishments of the base are offered by number or name, each answer is checked while it is typed, and the amount
    with VAT is proposed. Ctrl-C writes nothing.
    """
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise click.UsageError("new asks on a terminal; descriptors are made of lists with `segurdoc import`")
    if out and out.exists():
        raise click.UsageError(f"{out} is there already")
    settings = settings_or_exit(lang)
    appels = appels_or_exit(own_appels, lang)
    around = surroundings_or_exit(eligibles, registers, today, lang)
    from generator.clients.folder import as_file
    from generator.clients.folder import read_folder
    from generator.clients.numbering import Numbering
    from generator.clients.numbering import is_pattern
    from generator.interview.ask import Asker
    from generator.interview.check import Checker
    from generator.interview.questions import Known
    from generator.interview.run import interview

    folder = read_folder(out.parent if out else Path())
    taken = [*folder.numbers, *(each.numero for each in around.register.delivered)]
    pattern = settings.numbering
    if pattern and not is_pattern(pattern):
        raise click.UsageError("import.numero of the settings: a pattern such as BC-{year}-{n:06}")

    def numero(year: int) -> str:
        return Numbering(pattern, 1, taken).next(year) if pattern else ""

    known = Known(appels, around.base, numero, today, _keys(settings.fournisseur))
    asker = Asker(Checker(appels, around, settings.fournisseur, lang), around.base, lang)
    try:
        answered = interview(asker, known, lambda told: _say(told, lang))
    except EOFError as error:
        raise click.Abort from error
    if has_errors(answered.findings):
        say_findings(answered.findings, lang)
        raise click.exceptions.Exit(Exit.FINDINGS)
    file = out or folder.file_of(answered.value)
    if file.exists():
        said = Text(f"{file} existe déjà : rien n'est écrit", f"{file} is there already: nothing is written")
        click.echo(said.say(lang), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    deliver({file: as_file(answered.value)})
    click.echo(file)


def _keys(fournisseur: Descriptor | None) -> frozenset[str]:
    given = fournisseur.value.get("fournisseur") if fournisseur else None
    return frozenset(given if isinstance(given, dict) else ())


def _say(told: Text | Finding, lang: Lang) -> None:
    if isinstance(told, Finding):
        say_findings([told], lang)
    else:
        click.echo(f"\n{click.style(told.say(lang), bold=True, underline=True)}")
