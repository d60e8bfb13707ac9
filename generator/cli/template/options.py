"""Options that several commands about templates take."""

from __future__ import annotations

import click

from generator.cli import complete
from generator.references import Appel
from generator.references import Appels
from generator.references import DocumentKind

kind_option = click.option(
    "--document",
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="Kind of document that the template lays out.  [default: seen from its title]",
)
reference_option = click.option(
    "--reference", metavar="AF", shell_complete=complete.references, help="Appel à financement.  [default: all known]"
)


def page_number(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """Return the page that `--page` names, from 1; None for `all`."""
    if value == "all":
        return None
    if value.isdecimal() and int(value):
        return int(value)
    raise click.BadParameter(f"{value!r} is neither a number from 1 nor “all”.", ctx, param)


def serving(reference: str | None, appels: Appels) -> list[Appel]:
    """Return the record of `--reference`, by default all of them."""
    if reference is None:
        return list(appels.values())
    if reference not in appels:
        raise click.UsageError(f"--reference: known are {', '.join(sorted(appels))}")
    return [appels[reference]]
