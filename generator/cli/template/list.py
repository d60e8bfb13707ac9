"""`segurdoc template list`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.session import settings_or_exit
from generator.lang import Lang
from generator.lang import Text
from generator.references import DocumentKind
from generator.resources import TEMPLATES

_OWN, _BUILT_IN = Text("réglages", "settings"), Text("fourni", "built in")


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the list.")
@appel_option
@click.pass_obj
def command(lang: Lang, form: str, own_appels: tuple[Path, ...]) -> None:
    """List the templates: those of the settings, and the built-in ones; the first of a document is the one used."""
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
