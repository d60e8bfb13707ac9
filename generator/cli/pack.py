"""`segurdoc pack`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import engines_or_exit
from generator.cli.options import errors_last
from generator.cli.options import reader_option
from generator.cli.options import say_findings
from generator.cli.options import signed_option
from generator.cli.overwriting import refuse_overwriting
from generator.cli.session import settings_or_exit
from generator.delivery import deliver
from generator.findings import ERROR
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted


@click.command("pack")
@click.argument("sources", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="ORDER...")
@signed_option(required=True)
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="The archive to write.",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["avance", "solde"]),
    help="What is requested.  [default: solde for orders with a VA, avance for the others]",
)
@reader_option
@appel_option
@click.pass_obj
def command(
    lang: Lang,
    sources: tuple[str, ...],
    signed: tuple[Path, ...],
    out: Path,
    purpose: str | None,
    reader: str | None,
    own_appels: tuple[Path, ...],
) -> None:
    """Gather what requests for avance or solde need: signed documents, verified, descriptors, and their digests.

    An order whose signed document is missing or does not verify is told and left out; where none is left, nothing is
    written.
    """
    refuse_overwriting(out, (*sources, *signed, *own_appels))
    if out.exists() and not _is_ours(out):
        raise click.UsageError(f"-o would overwrite {out}, which is no archive of this command: give another name")
    appels = appels_or_exit(own_appels, lang)
    engines = engines_or_exit(reader, lang)
    from generator.dossier.gather import recognised
    from generator.dossier.gather import sound_orders
    from generator.dossier.pack import Dossier
    from generator.dossier.pack import Purpose
    from generator.dossier.pack import archive_of
    from generator.dossier.pack import gather_dossier
    from generator.dossier.pack import purpose_of
    from generator.dossier.signed import SIGNE_INCONNU

    checked, findings = sound_orders(sources, appels, settings_or_exit(lang).fournisseur)
    orders = {name: each.order for name, each in checked.items() if each.order}
    documents, problems = recognised(signed, orders, appels)
    others = sum(found.kind is SIGNE_INCONNU for found in problems)
    findings += (found for found in problems if found.kind is not SIGNE_INCONNU)
    dossiers: list[Dossier] = []
    for name, order in orders.items():
        own = [document for document in documents if document.order == name]
        asked = Purpose(purpose) if purpose else purpose_of(order)
        gathered = gather_dossier(checked[name], own, asked, engines=engines, appels=appels)
        if isinstance(gathered, Dossier):
            dossiers.append(gathered)
            findings += gathered.findings
        else:
            findings += gathered
    say_findings(errors_last(findings), lang)
    if dossiers:
        deliver({out: archive_of(dossiers)})
        click.echo(out)
    if others:
        said = Text(f"documents signés d'autres commandes : {others}", f"signed documents of other orders: {others}")
        click.echo(said.say(lang), err=True)
    click.echo(_summary(len(dossiers), len(orders)).say(lang), err=True)
    if len(dossiers) < len(orders) or any(finding.severity is ERROR for finding in findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _is_ours(path: Path) -> bool:
    """Tell whether a file is an archive that this command wrote."""
    from generator.dossier.pack import MANIFEST

    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _summary(packed: int, total: int) -> Text:
    left = total - packed
    return Text(
        f"{counted(packed, 'dossier', 'dossiers')} dans l'archive, {counted(left, 'laissé', 'laissés')} de côté"
        if packed
        else "aucun dossier complet : rien n'est écrit",
        f"{packed} dossier{'s'[: packed != 1]} in the archive, {left} left out"
        if packed
        else "no dossier is whole: nothing is written",
    )
