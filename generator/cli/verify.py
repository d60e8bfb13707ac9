"""`segurdoc verify`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import complete
from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import engine_option
from generator.cli.options import engines_or_exit
from generator.cli.options import say_findings
from generator.cli.options import wear_option
from generator.cli.options import wears_of
from generator.cli.session import settings_or_exit
from generator.delivery import deliver
from generator.findings import Place
from generator.findings import has_errors
from generator.lang import Lang
from generator.lang import Text
from generator.machine import MOTEUR_ABSENT
from generator.references import Appels
from generator.references import DocumentKind
from generator.validation import Checked
from generator.validation import validate

if TYPE_CHECKING:
    from generator.readback.verify import Verified

FORMS = ("text", "json", "junit", "sarif", "github")


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--order", type=click.Path(path_type=Path), metavar="FILE", help="Descriptor of the document's order.")
@click.option(
    "--orders",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of descriptors to find the order in, by the QR code or the text.",
)
@click.option(
    "--document", type=click.Choice([kind.value for kind in DocumentKind]), help="Kind of document.  [default: read]"
)
@click.option(
    "--reference",
    metavar="AF",
    shell_complete=complete.references,
    help="Appel à financement of a document without order.  [default: read]",
)
@engine_option
@wear_option
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="Form of the report."
)
@click.option(
    "--annotate", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png", help="Draw what was read."
)
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html", help="Write a page with pictures."
)
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    files: tuple[Path, ...],
    order: Path | None,
    orders: Path | None,
    document: str | None,
    reference: str | None,
    reader: str | None,
    wears: tuple[str, ...],
    form: str,
    annotate: Path | None,
    report: Path | None,
    own_appels: tuple[Path, ...],
) -> None:
    """Read documents back, PDFs and scans: is everything there, legible, and the order's?

    The order is the one given, or the one that the PDF carries. Without one, any vendor's document is held against
    the mandatory mentions of its appel à financement.
    """
    if order and orders:
        raise click.UsageError("--order and --orders exclude each other")
    if annotate and len(files) > 1:
        raise click.UsageError("--annotate takes one document; --report takes several")
    _refuse_overwriting(written=(annotate, report), read=(*files, order, orders))
    appels = appels_or_exit(own_appels, lang)
    if reference and reference not in appels:
        raise click.UsageError(f"--reference: known are {', '.join(sorted(appels))}")
    engines = engines_or_exit(reader, lang)
    from generator.readback.engines import EngineMissingError
    from generator.reports.verified import VERIFIED_REPORTERS
    from generator.verification import VerifyOptions
    from generator.verification import verify_files

    known = _orders(order or orders, appels, lang)
    options = VerifyOptions(
        engines=engines,
        wears=wears_of(wears),
        document=DocumentKind(document) if document else None,
        reference=reference,
        sought=orders is not None or len(known) > 1,
    )
    try:
        verified = list(verify_files(files, known, appels, options))
    except EngineMissingError as error:
        say_findings([MOTEUR_ABSENT.at(Place(), missing=str(error))], lang)
        raise click.exceptions.Exit(Exit.MACHINE) from error
    click.echo(VERIFIED_REPORTERS[form](verified, lang))
    if annotate:
        _annotate(verified[0], annotate, lang)
    if report:
        _report(verified, report, lang)
    if any(has_errors(each.findings) for each in verified):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _refuse_overwriting(*, written: Iterable[Path | None], read: Iterable[Path | None]) -> None:
    """Refuse to write a picture or a page over what is read, or over one another."""
    places = [path.resolve() for path in written if path]
    if len(set(places)) < len(places) or set(places) & {path.resolve() for path in read if path}:
        raise click.UsageError("--annotate and --report would overwrite a document, a descriptor, or each other")


def _orders(path: Path | None, appels: Appels, lang: Lang) -> list[Checked]:
    """Return the sound orders of a file or folder; without any, say why and exit."""
    if path is None:
        return []
    checked = list(validate([path], appels, settings_or_exit(lang).fournisseur))
    sound = [each for each in checked if each.order and each.appel]
    for each in checked:
        if each not in sound:
            say_findings(each.findings, lang)
    if not sound:
        raise click.exceptions.Exit(Exit.FINDINGS)
    return sound


def _annotate(verified: Verified, path: Path, lang: Lang) -> None:
    """Write the pages: one file for one page, else one each, numbered."""
    from generator.readback.annotate import annotated
    from generator.readback.annotate import png

    pictures = annotated(verified)
    if not pictures:
        click.echo(Text("aucune page à dessiner", "no page to draw").say(lang), err=True)
        return
    names = (
        [path]
        if len(pictures) == 1
        else [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(pictures) + 1)]
    )
    deliver({name: png(picture) for name, picture in zip(names, pictures, strict=True)})
    for name in names:
        click.echo(name, err=True)


def _report(verified: list[Verified], path: Path, lang: Lang) -> None:
    from generator.readback.annotate import annotated
    from generator.readback.annotate import png_url
    from generator.reports.html import Sheet
    from generator.reports.html import html_report
    from generator.reports.verified import summary

    sheets = [
        Sheet(each.file, summary(each, lang), each.findings, tuple(map(png_url, annotated(each)))) for each in verified
    ]
    title = Text("Lecture optique des documents", "Optical reading of documents").say(lang)
    deliver({path: html_report(title, sheets, lang).encode("utf-8")})
    click.echo(path, err=True)
