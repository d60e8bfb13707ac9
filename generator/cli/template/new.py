"""`segurdoc template new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from generator.cli.options import appel_option
from generator.cli.session import settings_or_exit
from generator.cli.template.options import reference_option
from generator.cli.template.options import serving
from generator.lang import Lang
from generator.lang import Text
from generator.references import DocumentKind
from generator.references import load_appels
from generator.resources import TEMPLATES


@click.command("new")
@click.option(
    "--document",
    required=True,
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="Kind of document to lay out.",
)
@reference_option
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.docx",
    help="Where the copy goes.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@appel_option
@click.pass_obj
def command(
    lang: Lang, document: str, reference: str | None, out: Path, force: bool, own_appels: tuple[Path, ...]
) -> None:
    """Copy a built-in template, to be changed in Word.

    A built-in template serves every appel à financement: it prints the mentions that the record of each has.
    """
    if out.suffix.lower() != ".docx":
        raise click.UsageError(f"-o: {out.name} does not end in .docx")
    # The settings may name the very file that is made here.
    settings = settings_or_exit(lang, sought=False)
    serving(reference, load_appels([*(path for path in settings.appels if path.exists()), *own_appels]))
    if out.exists() and not force:
        raise click.UsageError(f"{out} exists; --force replaces it")
    from generator.delivery import deliver

    deliver({out: (TEMPLATES / f"{document}.docx").read_bytes()})
    click.echo(out)
    options = f"--document {document}" + (f" --reference {reference}" if reference else "")
    name = shlex.quote(str(out))
    said = Text(
        f"Ensuite : l'ouvrir dans Word et le changer (docs/own-templates.md)\n"
        f"  segurdoc template fields {options}\n    ce qu'il peut imprimer\n"
        f"  segurdoc template preview {name} {options} -o page.png\n    ce que cela donne\n"
        f"  segurdoc template check {name} {options}\n    s'il est encore conforme",
        f"Next: open it in Word and change it (docs/own-templates.md)\n"
        f"  segurdoc template fields {options}\n    what it can print\n"
        f"  segurdoc template preview {name} {options} -o page.png\n    what it looks like\n"
        f"  segurdoc template check {name} {options}\n    whether it still conforms",
    )
    click.echo(said.say(lang), err=True)
