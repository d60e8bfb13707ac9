"""`segurdoc template fields`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.template.options import kind_option
from generator.cli.template.options import reference_option
from generator.cli.template.options import serving
from generator.lang import Lang
from generator.references import DocumentKind

# Known before the module is imported; a test holds them together.
FORMS = ("text", "json", "markdown")


@click.command("fields")
@kind_option
@reference_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form of the list.")
@appel_option
@click.pass_obj
def command(lang: Lang, document: str | None, reference: str | None, form: str, own_appels: tuple[Path, ...]) -> None:
    """List every name that a template can use: its kind, whether it may be missing, an example, its meaning."""
    appels = serving(reference, appels_or_exit(own_appels, lang))
    from generator.fields import all_fields
    from generator.reports.fields import FIELD_REPORTERS

    kinds = [DocumentKind(document)] if document else [*DocumentKind]
    click.echo(FIELD_REPORTERS[form](all_fields(kinds, appels), lang))
