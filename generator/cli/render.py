"""`segurdoc render`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import say_findings
from generator.delivery import NOM_DOUBLE
from generator.delivery import file_stem
from generator.findings import Finding
from generator.findings import Place
from generator.findings import has_errors
from generator.lang import Lang
from generator.machine import MissingToolError
from generator.orders import Order
from generator.pipeline import DEFAULT_FORMATS
from generator.pipeline import DEFAULT_TIMEOUT
from generator.pipeline import Format
from generator.pipeline import RenderOptions
from generator.pipeline import render_order
from generator.references import DocumentKind
from generator.validation import validate


@click.command("render")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="ORDER.json...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder the documents go to.",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="Kind of document; may be repeated.  [default: all that the dossier has]",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([form.value for form in Format]),
    help="Form of each document; may be repeated.  [default: docx and pdf]",
)
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE", help="Own layout, a DOCX template.")
@click.option("--no-attach", is_flag=True, help="Leave the descriptor out of the PDF.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=DEFAULT_TIMEOUT,
    show_default=True,
    help="Seconds LibreOffice has for an order.",
)
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    paths: tuple[str, ...],
    out: Path,
    documents: tuple[str, ...],
    formats: tuple[str, ...],
    template: Path | None,
    no_attach: bool,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Render orders to DOCX and PDF.

    Each document is read back before it is delivered: one that lacks a mention is an error and is not written. The
    files written are printed, one a line; everything else goes to the standard error.
    """  # fmt: skip
    appels = appels_or_exit(own_appels, lang)
    options = RenderOptions(
        documents=tuple(dict.fromkeys(map(DocumentKind, documents))),
        formats=tuple(map(Format, formats)) or DEFAULT_FORMATS,
        template=template,
        attach=not no_attach,
        timeout=timeout,
    )
    failed = False
    said: set[Finding] = set()
    names: dict[str, Order] = {}
    for checked in validate(paths, appels):
        # What is wrong with an AF's record is said once, not once an order.
        say_findings([finding for finding in checked.findings if finding not in said], lang)
        said.update(checked.findings)
        if checked.order is None:
            failed = True
            continue
        stem = file_stem(checked.order, DocumentKind.BDC)
        if names.setdefault(stem, checked.order).descriptor != checked.order.descriptor:
            say_findings((NOM_DOUBLE.at(Place(checked.file), name=stem, other=names[stem].file),), lang)
            failed = True
            continue
        try:
            rendered = render_order(checked.order, appels[checked.order.reference], out, options)
        except MissingToolError as error:
            say_findings((error.finding,), lang)
            raise click.exceptions.Exit(Exit.MACHINE) from error
        for each in rendered:
            say_findings(each.findings, lang)
            failed = failed or has_errors(each.findings)
            for file in each.files:
                click.echo(file)
    if failed:
        raise click.exceptions.Exit(Exit.FINDINGS)
