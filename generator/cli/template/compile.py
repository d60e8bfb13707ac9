"""`segurdoc template compile`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import kinds_of
from generator.cli.options import say_findings
from generator.cli.options import timeout_option
from generator.cli.session import settings_or_exit
from generator.findings import FindingError
from generator.lang import Lang
from generator.lang import Text
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import RenderOptions


@click.command("compile")
@click.argument("template", type=click.Path(path_type=Path), metavar="FILE.docx")
@click.argument("orders", nargs=-1, required=True, type=click.Path(), metavar="ORDER.json...")
@click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="Kind of document that the template lays out.  [default: all that the dossier has]",
)
@appel_option
@timeout_option
@click.pass_obj
def command(
    lang: Lang,
    template: Path,
    orders: tuple[str, ...],
    documents: tuple[str, ...],
    own_appels: tuple[Path, ...],
    timeout: float,
) -> None:
    """Make the formes of a template now, for orders like those given.

    A forme serves all orders that have the same optional values. They are made by themselves as well, when a batch
    first needs one.
    """
    appels = appels_or_exit(own_appels, lang)
    # Late: the fonts and the PDF libraries take longer to import than the help to be read.
    import tempfile

    from generator.formes.store import user_formes
    from generator.pipeline import render_order
    from generator.validation import validate

    options = RenderOptions(
        documents=kinds_of(documents),
        formats=(Format.PDF,),
        template=template.absolute(),
        timeout=timeout,
        engine=Engine.FORME,
        read_back=False,
    )
    made = missed = 0
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        for checked in validate(orders, appels, settings_or_exit(lang).fournisseur):
            say_findings(checked.findings, lang)
            if checked.order is None or checked.appel is None:
                missed += 1
                continue
            try:
                results = render_order(checked.order, checked.appel, Path(temporary), options)
            except FindingError as error:
                say_findings([error.finding], lang)
                raise click.exceptions.Exit(Exit.MACHINE) from error
            for result in results:
                say_findings(result.findings, lang)
                made += bool(result.files)
                missed += not result.files
    said = Text(
        f"{made} documents ont leur forme, {missed} n'en ont pas : {user_formes()}",
        f"{made} documents have their forme, {missed} have none: {user_formes()}",
    )
    click.echo(said.say(lang), err=True)
    if missed:
        raise click.exceptions.Exit(Exit.FINDINGS)
