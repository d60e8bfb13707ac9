"""`segurdoc pack`: gather the signed documents of orders in one archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.paths import SourcePath, refuse_overwriting
from generator.cli.session import Exit, echo
from generator.common.files import deliver, open_regular
from generator.common.findings import ERROR, Finding, Place
from generator.common.language import text
from generator.common.opc import DAMAGED_ZIP
from generator.rules.validation import CheckedOrder

if TYPE_CHECKING:
    from generator.dossier.pack import PackedOrder, Purpose
    from generator.dossier.signed import SignedDocument


@click.command("pack", cls=Command)
@click.argument("sources", nargs=-1, required=True, type=SourcePath(), metavar="ORDER...")
@options.signed_option(required=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.zip")
@click.option("--for", "purpose", type=click.Choice(["avance", "solde"]))
@options.reader_option
@options.trust_option
@options.appel_option
@options.limit_options
def command(
    sources: tuple[str, ...],
    signed: tuple[Path, ...],
    out: Path,
    purpose: str | None,
    reader: str | None,
    trust_roots: tuple[Path, ...],
    own_appels: tuple[Path, ...],
) -> None:
    """Gather the signed documents of orders in one archive."""
    refuse_overwriting(out, (*sources, *signed, *own_appels))
    # An earlier archive of this command may be replaced, no other file.
    if out.exists() and not _is_ours(out):
        raise usage_error("overwrite-other", file=out)
    appels = inputs.appels_or_exit(own_appels)
    readers = inputs.readers_or_exit(reader)
    roots = inputs.roots_or_exit(trust_roots)
    from generator.dossier.pack import CONTROLES_APRES_SOLDE, Purpose, build_archive, pack_order
    from generator.dossier.signed import SIGNE_INCONNU, recognised
    from generator.dossier.status import valid_orders

    settings = inputs.settings_or_exit()
    checked, findings = valid_orders(sources, appels, settings.fournisseur)
    orders = {name: each.order for name, each in checked.items() if each.order}
    documents, problems = recognised(signed, orders, appels)
    # A folder of signed documents usually holds those of other orders as well: they are counted, not listed.
    others = sum(found.kind == SIGNE_INCONNU for found in problems)
    findings += (found for found in problems if found.kind != SIGNE_INCONNU)
    asked = Purpose(purpose) if purpose else None
    templates = tuple(settings.templates.items())
    pack = partial(pack_order, readers=readers, appels=appels, roots=roots, templates=templates)
    dossiers, said = _packed(checked, documents, asked, pack)
    findings += said
    # Controls may follow a solde: the finding recalls which pieces to keep.
    if any(dossier.purpose is Purpose.SOLDE for dossier in dossiers):
        findings.append(CONTROLES_APRES_SOLDE.at(Place(str(out))))
    reporting.say_findings(reporting.errors_last(findings))
    if dossiers:
        deliver({out: build_archive(dossiers)})
        click.echo(out)
    _summarise(len(dossiers), skipped=len(orders) - len(dossiers), others=others)
    if len(dossiers) < len(orders) or any(finding.severity is ERROR for finding in findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _packed(
    checked: Mapping[str, CheckedOrder],
    documents: Sequence[SignedDocument],
    asked: Purpose | None,
    pack: Callable[..., PackedOrder | tuple[Finding, ...]],
) -> tuple[list[PackedOrder], list[Finding]]:
    """Return the orders whose documents can be sent, and the findings on all; without `asked`, the next payment."""
    from generator.dossier.pack import PackedOrder, next_purpose

    dossiers: list[PackedOrder] = []
    findings: list[Finding] = []
    for name, each in checked.items():
        # Its errors are among the findings already.
        if each.order is None:
            continue
        own = [document for document in documents if document.order == name]
        # An order is in the archive whole or not at all.
        gathered = pack(each, own, asked or next_purpose(each.order))
        if isinstance(gathered, PackedOrder):
            dossiers.append(gathered)
            findings += gathered.findings
        else:
            findings += gathered
    return dossiers, findings


def _summarise(packed: int, *, skipped: int, others: int) -> None:
    if others:
        echo(text("cli.pack.other-orders", count=others), err=True)
    summary = text("cli.pack.packed", packed=packed, skipped=skipped) if packed else text("cli.pack.nothing")
    echo(summary, err=True)


def _is_ours(path: Path) -> bool:
    """Tell whether a file is an archive that this command wrote."""
    from generator.dossier.pack import MANIFEST

    try:
        # The manifest marks an archive of this command.
        with open_regular(path) as stream, zipfile.ZipFile(stream) as archive:
            return MANIFEST in archive.namelist()
    # No readable ZIP: somebody else wrote the file.
    except (*DAMAGED_ZIP, OSError):
        return False
