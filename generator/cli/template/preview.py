"""`segurdoc template preview`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.help import Command
from generator.cli.options import appel_option, appels_or_exit, memory_option, say_findings, timeout_option
from generator.cli.overwriting import refuse_overwriting
from generator.cli.paths import ExistingPath
from generator.cli.template.options import kind_option, page_number, reference_option, serving
from generator.cli.usage import usage_error
from generator.common.bounded_workers import run_bounded
from generator.common.language import Lang
from generator.references import DocumentKind


@click.command("preview", cls=Command)
@click.argument("template", type=ExistingPath(dir_okay=False), metavar="FILE.docx")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.png",
)
@kind_option
@reference_option
@click.option("--page", callback=page_number, default="1", show_default=True, metavar="N|all")
@timeout_option
@memory_option
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
    """Draw a template with the fullest order."""
    if out.suffix.lower() != ".png":
        raise usage_error("ending", option="-o", file=out.name, endings=".png")
    refuse_overwriting(out, (template,))
    appels = serving(reference, appels_or_exit(own_appels, lang))
    from generator.common.files import deliver
    from generator.template_check.preview import preview

    seen = run_bounded(template, preview, template, appels, DocumentKind(document) if document else None, timeout)
    say_findings(seen.findings, lang)
    if not seen.pages:
        raise click.exceptions.Exit(Exit.FINDINGS)
    if page and page > len(seen.pages):
        raise usage_error("page-count", page=page, pages=len(seen.pages))
    pages = seen.pages[page - 1 : page] if page else seen.pages
    names = [out.with_stem(f"{out.stem}-{number}") for number in range(1, len(pages) + 1)] if len(pages) > 1 else [out]
    deliver(dict(zip(names, pages, strict=True)))
    for name in names:
        click.echo(name)
