"""`segurdoc explain`."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator

import click

from generator.cli import complete
from generator.cli.exits import Exit
from generator.findings import Kind
from generator.lang import Lang
from generator.lang import Text
from generator.reports.text import severity_style

_WIDEST = 100


@click.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=complete.codes)
@click.pass_obj
def command(lang: Lang, codes: tuple[str, ...]) -> None:
    """Say what a finding means, why it matters, where its rule comes from and how to mend it.

    Without CODE, list every finding that the program can give.
    """
    from generator.findings.catalogue import all_kinds
    from generator.findings.catalogue import near_codes

    kinds = {kind.code: kind for kind in all_kinds()}
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    unknown = [code for code in codes if code.upper() not in kinds]
    for code in unknown:
        near = near_codes(code, kinds.values())
        meant = Text(f" ; connus : {', '.join(near)}", f"; known are: {', '.join(near)}").say(lang) if near else ""
        said = Text(f"aucun constat n'a le code {code}{meant}", f"no finding has the code {code}{meant}")
        click.echo(said.say(lang), err=True)
    known = list(dict.fromkeys(code.upper() for code in codes if code not in unknown))
    if codes:
        click.echo("\n\n".join("\n".join(_explanation(kinds[code], lang, width)) for code in known), nl=bool(known))
    else:
        for line in _listed(kinds, lang, width if sys.stdout.isatty() else None):
            click.echo(line)
    if unknown:
        raise click.exceptions.Exit(Exit.USAGE)


def _explanation(kind: Kind, lang: Lang, width: int) -> Iterator[str]:
    from generator.findings.model import in_general
    from generator.findings.page import explained

    yield f"{click.style(kind.code, bold=True)}  {severity_style(kind.severity, lang)}"
    yield from _wrapped(in_general(kind.says.say(lang), "<{}>"), width)
    for heading, text in explained(kind, lang):
        yield ""
        yield click.style(heading, bold=True)
        yield from _wrapped(text, width)


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in text.splitlines():
        yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _listed(kinds: dict[str, Kind], lang: Lang, width: int | None) -> Iterator[str]:
    """Give one line a kind, cut to a terminal's width; whole where it goes to a file or a pipe."""
    from generator.findings.model import in_general

    column = max(map(len, kinds))
    for code, kind in kinds.items():
        said = in_general(kind.says.say(lang), "<{}>")
        room = width and width - column - 2
        cut = textwrap.shorten(said, room, placeholder="…") if room else said
        yield f"{severity_style(kind.severity, lang, code)}{' ' * (column - len(code))}  {cut}"
