"""`segurdoc explain`: what a finding means and what to do about it; all findings."""

import shutil
import sys
import textwrap
from collections.abc import Iterator

import click

from generator.cli import completion
from generator.cli.commands import Command
from generator.cli.session import Exit, echo
from generator.common.explain import all_kinds, explained, near_codes
from generator.common.findings import FindingKind, in_general
from generator.common.language import Lang, text
from generator.documents.printed import french_date
from generator.reports.text import severity_style

_WIDEST = 100


@click.command("explain", cls=Command)
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=completion.codes)
@click.pass_obj
def command(lang: Lang, codes: tuple[str, ...]) -> None:
    """Explain findings, or list every finding kind."""
    kinds = {kind.code: kind for kind in all_kinds()}
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    # All known codes are explained, and the exit code tells of the others.
    unknown = [code for code in codes if code.upper() not in kinds]
    for code in unknown:
        near = near_codes(code, kinds.values())
        known_codes = text("cli.explain.near", codes=", ".join(near)) if near else ""
        echo(text("cli.explain.unknown", code=code, near=known_codes), err=True)
    known = list(dict.fromkeys(code.upper() for code in codes if code not in unknown))
    if codes:
        click.echo("\n\n".join("\n".join(_explanation(kinds[code], lang, width)) for code in known), nl=bool(known))
    else:
        # A pipe gets whole lines, which `grep` can search.
        for line in _listed(kinds, lang, width if sys.stdout.isatty() else None):
            click.echo(line)
    if unknown:
        raise click.exceptions.Exit(Exit.USAGE)


def _explanation(kind: FindingKind, lang: Lang, width: int) -> Iterator[str]:
    yield f"{click.style(kind.code, bold=True)}  {severity_style(kind.severity, lang)}"
    yield from _wrapped(in_general(kind.message.text.say(lang), "<{}>"), width)
    for heading, explanation in (*explained(kind, lang), *_deadlines(kind, lang)):
        yield ""
        yield click.style(heading, bold=True)
        yield from _wrapped(explanation, width)


def _deadlines(kind: FindingKind, lang: Lang) -> Iterator[tuple[str, str]]:
    """Return the dates that a kind of finding is about: they are data of the records, its sentences name none."""
    # Late: the list of kinds needs neither settings nor records.
    from generator.cli import inputs
    from generator.rules.dates import DEADLINES, doubt

    if kind not in DEADLINES:
        return
    dues = [(name, appel.deadline(DEADLINES[kind])) for name, appel in inputs.appels_or_exit(()).items()]
    lines = [
        text("common.labelled", label=name, value=f"{french_date(due.date)}{doubt(due).say(lang)}")
        for name, due in dues
        if due
    ]
    yield text("cli.explain.deadline").say(lang), "\n".join(line.say(lang) for line in lines)


def _wrapped(paragraph: str, width: int) -> Iterator[str]:
    for line in paragraph.splitlines():
        # A code or an option that is broken over two lines cannot be copied.
        yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _listed(kinds: dict[str, FindingKind], lang: Lang, width: int | None) -> Iterator[str]:
    """Give one line a kind, cut to a terminal's width; whole where it goes to a file or a pipe."""
    column = max(map(len, kinds))
    for code, kind in kinds.items():
        said = in_general(kind.message.text.say(lang), "<{}>")
        room = width and width - column - 2
        cut = textwrap.shorten(said, room, placeholder="…") if room else said
        yield f"{severity_style(kind.severity, lang, code)}{' ' * (column - len(code))}  {cut}"
