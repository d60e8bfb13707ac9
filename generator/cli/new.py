"""`segurdoc new`: ask for one order, or for the vendor alone, question by question."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.session import Exit, current_language, echo
from generator.common.files import deliver
from generator.common.findings import Finding, FindingsError, Place, has_errors
from generator.common.jsonio.source import STDIN, Descriptor, JsonObject
from generator.common.language import Text, text
from generator.intake.clients.folder import Folder, Numbering, as_file, is_pattern, read_folder
from generator.intake.clients.vendor import merged, read_fournisseur, read_vendor_file, vendor_answers
from generator.orders.build import complete, vendor_of

if TYPE_CHECKING:
    from generator.cli.settings.load import Settings
    from generator.intake.interview.questions import Known
    from generator.references import Appels
    from generator.rules import RuleContext

_VENDOR, _VENDOR_FILE = "fournisseur", Path("fournisseur.json")


@click.command("new", cls=Command)
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--fournisseur", "vendor_only", is_flag=True)
@options.context_options
@options.appel_option
def command(
    out: Path | None,
    vendor_only: bool,
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
    own_appels: tuple[Path, ...],
) -> None:
    """Ask for what one order needs, and write its descriptor."""
    # The questions need a terminal: in a pipe they would wait for ever.
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise usage_error("terminal")
    if out and out.exists() and not vendor_only:
        raise usage_error("exists", file=out)
    settings = inputs.settings_or_exit()
    appels = inputs.appels_or_exit(own_appels)
    context = inputs.context_or_exit(eligibles, registers, today)
    if vendor_only:
        _ask_vendor(out or _VENDOR_FILE, settings, appels, context, today)
    else:
        _ask_order(out, settings, appels, context, today)


def _ask_order(
    out: Path | None, settings: Settings, appels: Appels, context: RuleContext, today: datetime.date
) -> None:
    """Ask for one order, whose vendor the settings or the folder's `fournisseur.json` may give, and write it."""
    from generator.intake.interview.questions import Known

    folder = read_folder(out.parent if out else Path())
    number = _numbering(folder, settings, context)
    set_vendor = settings.fournisseur
    found = _vendor_or_exit(folder.path / _VENDOR_FILE, appels, context)
    # The settings win over the file of the folder, key by key.
    keys = vendor_of(set_vendor.value) if set_vendor else {}
    taken = {key: value for key, value in (vendor_of(found.value) if found else {}).items() if key not in keys}
    vendor = complete(set_vendor, found) if set_vendor else found
    if found and taken:
        echo(text("cli.new.vendor-taken", file=found.file), err=True)
    known = Known(appels, context.base, number, today, frozenset({*keys, *taken}))
    value = _interview_or_exit(known, context, vendor)
    if taken:
        # `import` and `render` know the settings, but not the file of the folder: its values go into the descriptor.
        value = {**value, _VENDOR: {**taken, **vendor_of(value)}}
    file = out or folder.descriptor_file(value)
    if file.exists():
        echo(text("cli.new.exists", file=file), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    deliver({file: as_file(value)})
    click.echo(file)
    # On the error output: a script that reads the name of the file gets nothing else.
    echo(text("cli.new.next-steps", file=shlex.quote(str(file))), err=True)


def _ask_vendor(file: Path, settings: Settings, appels: Appels, context: RuleContext, today: datetime.date) -> None:
    """Ask for the vendor alone, and write its file; the values of an existing one are proposed."""
    from generator.intake.interview.questions import Known

    before = read_vendor_file(file) if file.exists() else None
    if file.exists() and before is None:
        raise usage_error("exists", file=file)
    if before:
        echo(text("cli.new.vendor-proposed", file=file), err=True)
    proposed = vendor_answers(before) if before else {}
    # Without an order there is no number to propose.
    known = Known(appels, context.base, lambda _: "", today, vendor_only=True, proposed=proposed)
    value = _interview_or_exit(known, context, settings.fournisseur)
    if before:
        # Values that the questions do not ask for, such as a logo, stay.
        value = {_VENDOR: merged(before.value[_VENDOR], value[_VENDOR])}
    deliver({file: as_file(value)})
    click.echo(file)
    # Only there does `new` find it by itself.
    if file == _VENDOR_FILE:
        echo(text("cli.new.next-new"), err=True)
    echo(text("cli.new.next-import", file=shlex.quote(str(file))), err=True)


def _numbering(folder: Folder, settings: Settings, context: RuleContext) -> Callable[[int], str]:
    """Return what proposes the number of an order of a year, by the pattern of the settings."""
    pattern = settings.numbering
    if pattern and not is_pattern(pattern):
        raise usage_error("numero", where=text("cli.usage.numero-settings"))
    # Numbers of the folder and of past runs are not given again.
    taken = [*folder.numbers, *(each.numero for each in context.register.delivered)]
    return lambda year: Numbering(pattern, 1, taken).next(year) if pattern else ""


def _vendor_or_exit(file: Path, appels: Appels, context: RuleContext) -> Descriptor | None:
    """Return the vendor's part of a file, None without a file; where it has an error, say so and exit."""
    from generator.intake.interview.check import vendor_findings

    if not file.is_file():
        return None
    try:
        vendor = read_fournisseur(file)
    except FindingsError as error:
        reporting.end_run(error.findings)
    findings = vendor_findings(vendor, appels, context)
    if has_errors(findings):
        reporting.end_run(findings)
    return vendor


def _interview_or_exit(known: Known, context: RuleContext, vendor: Descriptor | None) -> JsonObject:
    """Ask the questions and return the descriptor; with an error that no question corrects, say so and exit."""
    from generator.intake.interview.ask import Asker, interview
    from generator.intake.interview.check import Checker

    lang = current_language()
    part = f"/{_VENDOR}" if known.vendor_only else ""
    asker = Asker(Checker(known.appels, context, vendor, lang, part=part), context.base, lang)
    try:
        answered = interview(asker, known, _say)
    except EOFError:
        # Ctrl-D ends the questions as Ctrl-C does.
        raise click.Abort from None
    if has_errors(answered.findings):
        _say_findings(answered.findings)
        raise click.exceptions.Exit(Exit.FINDINGS)
    return answered.value


def _say(told: Text | Finding) -> None:
    if isinstance(told, Finding):
        _say_findings([told])
    else:
        click.echo(f"\n{click.style(told.say(current_language()), bold=True, underline=True)}")


def _say_findings(findings: Sequence[Finding]) -> None:
    """Print findings; those on the answers without a place: the user never wrote that JSON."""
    reporting.say_findings([replace(each, place=Place()) if each.place.file == STDIN else each for each in findings])
