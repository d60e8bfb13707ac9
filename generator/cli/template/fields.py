"""`segurdoc template fields`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.help import Command
from generator.cli.options import appel_option, appels_or_exit
from generator.cli.template.options import kind_option, reference_option, serving
from generator.common.language import Lang
from generator.references import DocumentKind

# Known before the module is imported; a test holds them together.
FORMS = ("text", "json", "markdown")


@click.command("fields", cls=Command)
@kind_option
@reference_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@appel_option
@click.pass_obj
def command(lang: Lang, document: str | None, reference: str | None, form: str, own_appels: tuple[Path, ...]) -> None:
    """List the names that a template can use."""
    appels = serving(reference, appels_or_exit(own_appels, lang))
    from generator.render.docx.fields import all_fields
    from generator.reports.fields import FIELD_REPORTERS

    kinds = [DocumentKind(document)] if document else [*DocumentKind]
    click.echo(FIELD_REPORTERS[form](all_fields(kinds, appels), lang))
