"""Options that several commands about templates take."""

from __future__ import annotations

import click

from generator.cli import complete
from generator.cli.language import current_language
from generator.cli.usage import usage_error
from generator.common.texts import text
from generator.references import Appel, Appels, DocumentKind

kind_option = click.option(
    "--document",
    type=click.Choice([kind.value for kind in DocumentKind]),
)
reference_option = click.option("--reference", metavar="AF", shell_complete=complete.references)


def page_number(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """Return the page that `--page` names, from 1; None for `all`."""
    if value == "all":
        return None
    if value.isdecimal() and int(value):
        return int(value)
    raise click.BadParameter(text("usage.page-number", value=repr(value)).say(current_language(ctx)), ctx, param)


def serving(reference: str | None, appels: Appels) -> list[Appel]:
    """Return the record of `--reference`, by default all of them."""
    if reference is None:
        return list(appels.values())
    if reference not in appels:
        raise usage_error("unknown-reference", known=", ".join(sorted(appels)))
    return [appels[reference]]
