"""`segurdoc eligibles show`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import base_or_exit, eligibles_option
from generator.common.language import Lang
from generator.common.texts import text
from generator.reports.text import printable_lines


@click.command("show", cls=Command)
@click.argument("asked", metavar="FINESS|NAME", nargs=-1, required=True)
@eligibles_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(lang: Lang, asked: tuple[str, ...], eligibles: Path | None, form: str) -> None:
    """Print the establishments of the base that have a FINESS or a name."""
    from generator.rules.eligibles.search import as_object, as_text, search

    base = base_or_exit(eligibles, lang)
    if base is None:
        click.echo(text("eligibles.no-base").say(lang), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    found = search(base, " ".join(asked))
    if form == "json":
        click.echo(json.dumps([as_object(each) for each in found], ensure_ascii=True, indent=2))
    elif found:
        click.echo(printable_lines("\n\n".join(as_text(each, lang) for each in found)))
    if not found:
        nothing = text("eligibles.not-found", asked=" ".join(asked), source=base.source).say(lang)
        click.echo(printable_lines(nothing), err=True)
        raise click.exceptions.Exit(Exit.FINDINGS)
    if form == "text":
        click.echo(printable_lines(f"\n{base.source}"))
