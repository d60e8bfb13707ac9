"""`segurdoc template list`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.cli.help import Command
from generator.cli.options import appel_option, appels_or_exit
from generator.cli.session import settings_or_exit
from generator.common.language import Lang, Text
from generator.common.resources import TEMPLATES
from generator.references import DocumentKind

_OWN, _BUILT_IN = Text("réglages", "settings"), Text("fourni", "built in")


@click.command("list", cls=Command)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@appel_option
@click.pass_obj
def command(lang: Lang, form: str, own_appels: tuple[Path, ...]) -> None:
    """List the templates of the settings and the built-in ones."""
    appels = appels_or_exit(own_appels, lang)
    settings = settings_or_exit(lang)
    found = []
    for kind in DocumentKind:
        serves = [each.reference for each in appels.values() if kind in (DocumentKind.BDC, *each.end_documents)]
        if kind in settings.templates:
            found.append((kind, _OWN, settings.templates[kind], serves))
        found.append((kind, _BUILT_IN, TEMPLATES / f"{kind.value}.docx", serves))
    if form == "json":
        listed = [
            {"document": kind.value, "built_in": origin is _BUILT_IN, "file": str(path), "references": references}
            for kind, origin, path, references in found
        ]
        click.echo(json.dumps(listed, indent=2))
        return
    for kind, origin, path, references in found:
        click.echo(f"{kind.value:<10} {origin.say(lang):<9} {path}  ({', '.join(references)})")
