"""Everything that is known of orders, gathered: descriptors, register, signed documents, journal."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.batch.plan import expand
from generator.delivery import NOM_DOUBLE
from generator.delivery import name_of
from generator.dossier.journal import Event
from generator.dossier.journal import assign
from generator.dossier.journal import read_journal
from generator.dossier.signed import Recogniser
from generator.dossier.signed import Signed
from generator.dossier.standing import Standing
from generator.dossier.standing import standings_of
from generator.findings import Finding
from generator.jsonio.source import Descriptor
from generator.orders import Order
from generator.references import Appels
from generator.register import read_register
from generator.validation import Checked
from generator.validation import validate


@dataclass(frozen=True)
class Gathered:
    """Where orders stand, the most urgent first, and what is to be said of what was read."""

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
) -> Gathered:
    """Read everything, and work out where each order stands.

    Args:
        sources: descriptors: files, folders, patterns, `-` for the standard input.
        appels: the records of the AF.
        fournisseur: what completes each descriptor's own.
        registers: folders of past runs.
        signed: folders of signed documents.
        journal: the journal.
        today: the day asked about.
    """
    checked, findings = sound_orders(sources, appels, fournisseur)
    orders = {name: (each.order, each.appel) for name, each in checked.items() if each.order and each.appel}
    register = read_register(registers)
    findings += register.findings
    documents, problems = recognised(signed, {name: order for name, (order, _) in orders.items()}, appels)
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
    standings = standings_of(orders, register, documents, events if journal else None, today)
    return Gathered(standings, tuple(findings))


def sound_orders(
    sources: Iterable[str], appels: Appels, fournisseur: Descriptor | None
) -> tuple[dict[str, Checked], list[Finding]]:
    """Return the orders without errors by name, and what is wrong with the others.

    Args:
        sources: descriptors: files, folders, patterns, `-` for the standard input.
        appels: the records of the AF.
        fournisseur: what completes each descriptor's own.
    """
    orders: dict[str, Checked] = {}
    findings: list[Finding] = []
    for each in validate(expand(sources), appels, fournisseur):
        if each.order is None or each.appel is None:
            findings += each.findings
            continue
        name = name_of(each.order.reference, each.order.client.finess_pmsi, each.order.numero)
        other = orders.setdefault(name, each)
        if other is not each:
            findings.append(NOM_DOUBLE.at(each.order.place, other=other.file, name=name))
    return orders, findings


def recognised(
    folders: Iterable[Path], orders: Mapping[str, Order], appels: Appels
) -> tuple[list[Signed], list[Finding]]:
    """Return the signed documents of folders that are of these orders, and what is to be said of the others."""
    recogniser = Recogniser(orders, appels)
    read = [each for folder in folders for each in recogniser.read(folder)]
    return [each for each in read if isinstance(each, Signed)], [each for each in read if isinstance(each, Finding)]
