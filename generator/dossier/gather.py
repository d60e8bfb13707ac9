"""Gather what is known of orders: descriptors, register, signed documents, journal."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.findings import Finding, Place
from generator.common.jsonio.source import Descriptor, expand
from generator.common.language import first_of
from generator.documents.file_names import NOM_DOUBLE, standard_order_name
from generator.dossier.journal import Event, assign, read_journal
from generator.dossier.signed import SIGNE_A_VERIFIER, SIGNE_SANS_SIGNATURE, Recogniser, SignedDocument, reads_pages
from generator.dossier.status import Standing, find_standings
from generator.orders import Order
from generator.references import Appels
from generator.rules.past_orders import read_register
from generator.rules.validation import CheckedOrder, validate

# How many files a message names.
_NAMED = 5


@dataclass(frozen=True)
class GatheredStandings:
    """The standings of orders, most urgent first, and the findings on the files read."""

    standings: list[Standing]
    findings: tuple[Finding, ...]


def gather(
    sources: Iterable[str],
    appels: Appels,
    fournisseur: Descriptor | None,
    *,
    registers: Sequence[Path] = (),
    signed: Sequence[Path] = (),
    journal: Path | None = None,
    today: datetime.date,
) -> GatheredStandings:
    """Read all files, and find the standing of each order.

    Args:
        sources: descriptors: files, folders, patterns, `-` for the standard input.
        appels: the AF records.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
        registers: folders of past runs.
        signed: folders of signed documents.
        journal: the journal.
        today: the day of the standings.
    """
    checked, findings = valid_orders(sources, appels, fournisseur)
    orders = {name: (each.order, each.appel) for name, each in checked.items() if each.order and each.appel}
    register = read_register(registers)
    findings += register.findings
    documents, problems = recognised(signed, {name: order for name, (order, _) in orders.items()}, appels)
    findings += problems
    documents, problems = _without_unsigned(documents)
    findings += problems
    events: list[tuple[str, Event]] = []
    if journal:
        read = list(read_journal(journal))
        assigned = assign((each for each in read if isinstance(each, Event)), {n: o for n, (o, _) in orders.items()})
        for each in [*(found for found in read if isinstance(found, Finding)), *assigned]:
            if isinstance(each, Finding):
                findings.append(each)
            else:
                events.append(each)
    standings = find_standings(orders, register, documents, events if journal else None, today)
    return GatheredStandings(standings, tuple(findings))


def valid_orders(
    sources: Iterable[str], appels: Appels, fournisseur: Descriptor | None
) -> tuple[dict[str, CheckedOrder], list[Finding]]:
    """Return the valid orders by name, and the findings on the others.

    Args:
        sources: descriptors: files, folders, patterns, `-` for the standard input.
        appels: the AF records.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
    """
    orders: dict[str, CheckedOrder] = {}
    findings: list[Finding] = []
    for each in validate(expand(sources), appels, fournisseur):
        if each.order is None or each.appel is None:
            findings += each.findings
            continue
        name = standard_order_name(each.order.reference, each.order.client.finess_pmsi, each.order.numero)
        other = orders.setdefault(name, each)
        if other is not each:
            findings.append(NOM_DOUBLE.at(each.order.place, other=other.file, name=name))
    return orders, findings


def recognised(
    folders: Iterable[Path], orders: Mapping[str, Order], appels: Appels
) -> tuple[list[SignedDocument], list[Finding]]:
    """Return the signed documents of these orders in folders, and the findings on the other documents."""
    recogniser = Recogniser(orders, appels)
    read = [each for folder in folders for each in recogniser.read(folder)]
    return [each for each in read if isinstance(each, SignedDocument)], [
        each for each in read if isinstance(each, Finding)
    ]


def _without_unsigned(documents: Iterable[SignedDocument]) -> tuple[list[SignedDocument], list[Finding]]:
    """Return the documents that show a signature or cannot be checked, and findings on the others."""
    if not reads_pages():
        return list(documents), []
    kept, findings, unchecked = [], list[Finding](), list[Path]()
    for each in documents:
        try:
            is_signed = run_bounded(each.path, _is_signed, each.path)
        except BoundedError as error:
            findings.append(error.finding)
            continue
        if is_signed is False:
            findings.append(SIGNE_SANS_SIGNATURE.at(Place(str(each.path))))
            continue
        kept.append(each)
        if is_signed is None:
            unchecked.append(each.path)
    if unchecked:
        names = first_of([path.name for path in unchecked], _NAMED)
        findings.append(SIGNE_A_VERIFIER.at(Place(), count=len(unchecked), names=names))
    return kept, findings


def _is_signed(path: Path) -> bool | None:
    """Tell whether something is in the frames for signatures of a document; None where they are not looked for."""
    from generator.verify.opened import UnreadableDocumentError, open_document
    from generator.verify.signing import Trace, signing_of

    try:
        trace = signing_of(open_document(path)).trace
    except UnreadableDocumentError:
        return None
    return None if trace is Trace.NOT_CHECKED else trace is not Trace.NONE_SEEN
