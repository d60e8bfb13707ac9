"""From files to orders: read, schema, rules. Every problem is a finding, and the sound orders go on."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.findings import Finding
from generator.findings import has_errors
from generator.jsonio.source import Descriptor
from generator.jsonio.source import read_descriptors
from generator.orders import Order
from generator.orders import draft_order
from generator.orders.defaults import complete
from generator.references import Appel
from generator.references import Appels
from generator.rules import check


@dataclass(frozen=True)
class Checked:
    """One descriptor, checked.

    Attributes:
        file: where it was read.
        order: the order; None where `findings` holds an error.
        appel: the record of its AF, where it is known.
        findings: everything that is to be said of it, errors, warnings and information; what is to be said of the AF's
            record is not (`generator.rules.review_appel`).
    """

    file: str
    order: Order | None
    appel: Appel | None
    findings: tuple[Finding, ...]


def validate(paths: Iterable[str | Path], appels: Appels, fournisseur: Descriptor | None = None) -> Iterator[Checked]:
    """Read and check descriptors one by one.

    Args:
        paths: files and folders, `-` for the standard input.
        appels: the records of the AF.
        fournisseur: what completes each descriptor's own (`Settings.fournisseur`).

    Yields:
        One `Checked` for each descriptor, and for each file that could not be read.
    """
    for read in read_descriptors(paths):
        yield (
            check_descriptor(read, appels, fournisseur)
            if isinstance(read, Descriptor)
            else Checked(read.place.file, None, None, (read,))
        )


def check_descriptor(descriptor: Descriptor, appels: Appels, fournisseur: Descriptor | None = None) -> Checked:
    """Check one descriptor: all that the schema and the rules say of it, in the order of the file."""
    draft = draft_order(complete(descriptor, fournisseur))
    findings = (*draft.findings, *check(draft, appels))
    ordered = tuple(sorted(findings, key=lambda found: (found.place.line or 0, found.place.column or 0)))
    appel = appels.get(draft.order.reference) if draft.is_sound("/reference") else None
    return Checked(descriptor.file, None if has_errors(ordered) else draft.order, appel, ordered)
