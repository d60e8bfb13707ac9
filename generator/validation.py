"""From files to orders: read, schema, rules. Every problem is a finding, and the sound orders go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from generator.findings import Finding
from generator.findings import has_errors
from generator.jsonio.source import Descriptor
from generator.jsonio.source import read_descriptors
from generator.orders import Order
from generator.orders.build import draft_order
from generator.orders.defaults import complete
from generator.references import Appel
from generator.references import Appels
from generator.rendered import DEFAULT_NAME
from generator.rules import NOWHERE
from generator.rules import Surroundings
from generator.rules import check
from generator.rules.twins import Twins


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


def validate(
    paths: Iterable[str | Path],
    appels: Appels,
    fournisseur: Descriptor | None = None,
    around: Surroundings = NOWHERE,
) -> Iterator[Checked]:
    """Read and check descriptors one by one.

    Args:
        paths: files and folders, `-` for the standard input.
        appels: the records of the AF.
        fournisseur: what completes each descriptor's own (`Settings.fournisseur`).
        around: the base of eligible establishments, the register, and the day to judge from.

    Yields:
        One `Checked` for each descriptor, and for each file that could not be read.
    """
    for read in read_descriptors(paths):
        yield (
            check_descriptor(read, appels, fournisseur, around)
            if isinstance(read, Descriptor)
            else Checked(read.place.file, None, None, (read,))
        )


def side_by_side(checked: Iterable[Checked], name: str = DEFAULT_NAME) -> Iterator[Checked]:
    """Add to each order what is to be said of it beside those before it; one in another's way is refused.

    Args:
        checked: what `validate` gives.
        name: the pattern of the files' names: no two orders may have one.
    """
    twins = Twins(name)
    for each in checked:
        if each.order is None:
            yield each
            continue
        said = json.dumps(each.order.descriptor, sort_keys=True)
        beside = twins.meet(each.order, hashlib.sha256(said.encode()).hexdigest())
        order = None if has_errors(beside) else each.order
        yield replace(each, order=order, findings=(*each.findings, *beside)) if beside else each


def check_descriptor(
    descriptor: Descriptor,
    appels: Appels,
    fournisseur: Descriptor | None = None,
    around: Surroundings = NOWHERE,
) -> Checked:
    """Check one descriptor: all that the schema and the rules say of it, in the order of the file."""
    draft = draft_order(complete(descriptor, fournisseur))
    findings = (*draft.findings, *check(draft, appels, around))
    ordered = tuple(sorted(findings, key=lambda found: (found.place.line or 0, found.place.column or 0)))
    appel = appels.get(draft.order.reference) if draft.is_sound("/reference") else None
    return Checked(descriptor.file, None if has_errors(ordered) else draft.order, appel, ordered)
