"""`segurdoc template new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from generator.cli.help import Command
from generator.cli.options import appel_option
from generator.cli.session import settings_or_exit
from generator.cli.template.options import reference_option, serving
from generator.cli.usage import usage_error
from generator.common.language import Lang
from generator.common.resources import TEMPLATES
from generator.common.texts import text
from generator.references import DocumentKind, load_appels


@click.command("new", cls=Command)
@click.option(
    "--document",
    required=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
)
@reference_option
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.docx",
)
@click.option("--force", is_flag=True)
@appel_option
@click.pass_obj
def command(
    lang: Lang, document: str, reference: str | None, out: Path, force: bool, own_appels: tuple[Path, ...]
) -> None:
    """Copy a built-in template."""
    if out.suffix.lower() != ".docx":
        raise usage_error("ending", option="-o", file=out.name, endings=".docx")
    # The settings may name the very file that is made here.
    settings = settings_or_exit(lang, sought=False)
    serving(reference, load_appels([*(path for path in settings.appels if path.exists()), *own_appels]))
    if out.exists() and not force:
        raise usage_error("exists-force", file=out)
    from generator.common.files import deliver

    deliver({out: (TEMPLATES / f"{document}.docx").read_bytes()})
    click.echo(out)
    options = f"--document {document}" + (f" --reference {reference}" if reference else "")
    click.echo(text("template.next-steps", options=options, file=shlex.quote(str(out))).say(lang), err=True)
