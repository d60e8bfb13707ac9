"""Read descriptor files, and check them with schema and rules."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from generator.common.findings import ERROR, Finding, Place, has_errors
from generator.common.jsonio import source
from generator.common.jsonio.source import Descriptor
from generator.orders import Order
from generator.orders.build import complete, draft_order
from generator.references import Appel, Appels
from generator.rules import NO_CONTEXT, RuleContext, check

# Beyond this number of findings in a file, a descriptor in error keeps its first error alone.
MAX_FINDINGS = 10_000
# A file in which this number of descriptors in a row are in error is not read further: 64 MB may hold millions.
MAX_REFUSED = 5_000


@dataclass(frozen=True)
class CheckedOrder:
    """A descriptor with the findings of schema and rules.

    Attributes:
        file: the file of the descriptor.
        order: the order; None if `findings` has an error.
        appel: its AF record; None if the AF is unknown.
        findings: the findings on the descriptor; those on the AF record are in `generator.rules.review_appel`.
    """

    file: str
    order: Order | None
    appel: Appel | None
    findings: tuple[Finding, ...]


def validate(
    paths: Iterable[str | Path],
    appels: Appels,
    fournisseur: Descriptor | None = None,
    context: RuleContext = NO_CONTEXT,
) -> Iterator[CheckedOrder]:
    """Read and check descriptors one by one.

    Args:
        paths: files and folders, `-` for the standard input.
        appels: the records of the AF.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
        context: the base of eligible establishments, the register, and the day.

    Yields:
        A `CheckedOrder` for each descriptor, and for each file that cannot be read.
    """
    refused = set[str]()
    return check_each(source.read_descriptors(paths, refused), appels, fournisseur, context, refused)


def check_each(
    found: Iterable[Descriptor | Finding],
    appels: Appels,
    fournisseur: Descriptor | None = None,
    context: RuleContext = NO_CONTEXT,
    given_up: set[str] | None = None,
) -> Iterator[CheckedOrder]:
    """Check descriptors that were read, as `validate` does.

    Args:
        found: the descriptors; a finding is the result of a file or line that could not be read.
        appels: the records of the AF.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
        context: the base of eligible establishments, the register, and the day.
        given_up: receives the names of files that are not read further.

    Yields:
        A `CheckedOrder` for each descriptor and finding.
    """
    counts, refused = Counter[str](), Counter[str]()
    given_up = set() if given_up is None else given_up
    for read in found:
        file = read.place.file if isinstance(read, Finding) else read.file
        if file in given_up:
            continue
        checked = _check_one(read, appels, fournisseur, context)
        if checked.order is None and counts[file] >= MAX_FINDINGS:
            # A file of a megabyte may hold 300,000 empty objects, with ten findings each.
            first = next(found for found in checked.findings if found.severity is ERROR)
            checked = replace(checked, findings=(first,))
        counts[file] += len(checked.findings)
        refused[file] = 0 if checked.order else refused[file] + 1
        if refused[file] >= MAX_REFUSED:
            given_up.add(file)
        yield checked
        if file in given_up:
            yield CheckedOrder(file, None, None, (source.FICHIER_TROP_FAUX.at(Place(file), limit=MAX_REFUSED),))


def _check_one(
    read: Descriptor | Finding, appels: Appels, fournisseur: Descriptor | None, context: RuleContext
) -> CheckedOrder:
    if isinstance(read, Finding):
        return CheckedOrder(read.place.file, None, None, (read,))
    if read.is_vendor_file:
        return CheckedOrder(read.file, None, None, (source.FICHIER_FOURNISSEUR.at(read.whole),))
    return check_descriptor(read, appels, fournisseur, context)


def check_descriptor(
    descriptor: Descriptor,
    appels: Appels,
    fournisseur: Descriptor | None = None,
    context: RuleContext = NO_CONTEXT,
) -> CheckedOrder:
    """Check one descriptor with schema and rules; findings are in the order of the file."""
    draft = draft_order(complete(descriptor, fournisseur))
    findings = (*draft.findings, *check(draft, appels, context))
    ordered = tuple(sorted(findings, key=lambda found: (found.place.line or 0, found.place.column or 0)))
    appel = appels.get(draft.order.reference) if draft.is_valid("/reference") else None
    return CheckedOrder(descriptor.file, None if has_errors(ordered) else draft.order, appel, ordered)
