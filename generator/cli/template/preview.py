"""`segurdoc template preview`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import say_findings
from generator.cli.options import timeout_option
from generator.cli.template.options import kind_option
from generator.cli.template.options import page_number
from generator.cli.template.options import reference_option
from generator.cli.template.options import serving
from generator.findings import FindingError
from generator.lang import Lang
from generator.lang import Text
from generator.references import DocumentKind


@click.command("preview")
@click.argument("template", type=click.Path(path_type=Path), metavar="FILE.docx")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.png",
    help="Where the picture goes; with --page all and several pages, each with its number behind the name.",
)
@kind_option
@reference_option
@click.option(
    "--page", callback=page_number, default="1", show_default=True, metavar="N|all", help="Which page, or all of them."
)
@timeout_option
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    template: Path,
    out: Path,
    document: str | None,
    reference: str | None,
    page: int | None,
    timeout: float,
    own_appels: tuple[Path, ...],
) -> None:
    """Draw a template with the order that strains it most: the longest names, addresses and answers.

    The files written are printed, one a line.
    """
    if out.suffix.lower() != ".png":
        raise click.UsageError(f"-o: {out.name} does not end in .png")
    if out.resolve() == template.resolve():
        raise click.UsageError("-o would overwrite the template")
    appels = serving(reference, appels_or_exit(own_appels, lang))
    from generator.checking.preview import preview
    from generator.delivery import deliver

    try:
        seen = preview(template, appels, DocumentKind(document) if document else None, timeout)
    except FindingError as error:
        say_findings([error.finding], lang)
        raise click.exceptions.Exit(Exit.MACHINE) from error
    say_findings(seen.findings, lang)
    if not seen.pages:
        raise click.exceptions.Exit(Exit.FINDINGS)
    if page and page > len(seen.pages):
        said = Text(f"le document a {len(seen.pages)} pages", f"the document has {len(seen.pages)} pages").say(lang)
        raise click.UsageError(f"--page {page}: {said}")
    pages = seen.pages[page - 1 : page] if page else seen.pages
    names = [out.with_stem(f"{out.stem}-{number}") for number in range(1, len(pages) + 1)] if len(pages) > 1 else [out]
    deliver(dict(zip(names, pages, strict=True)))
    for name in names:
        click.echo(name)
