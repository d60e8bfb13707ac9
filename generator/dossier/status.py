"""Find the standings of orders: their state between issue and solde, and the days to each deadline of their AF.

A standing is not stored. It is computed from the descriptor, the register, the signed documents and the journal: the
most advanced step in one of them counts, except steps dated after the day of the standing.
"""

import datetime
import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.common.findings import Finding
from generator.common.jsonio.source import Descriptor, expand
from generator.common.language import Text, text
from generator.documents.file_names import NOM_DOUBLE, standard_order_name
from generator.dossier.journal import Event, Step, assign, read_journal
from generator.dossier.signed import SignedDocument, recognised, without_unsigned
from generator.orders import Order
from generator.references import Appel, Appels, DocumentKind
from generator.references.model import Deadline
from generator.rules.model import DeliveredOrder, Register
from generator.rules.past_orders import read_register
from generator.rules.validation import CheckedOrder, validate

# A deadline is near from this number of days on: reports mark it.
NEAR_DAYS = 30


class OrderState(enum.Enum):
    """The states of an order, in the order in which it goes through them."""

    TO_ISSUE = "to-issue"
    ISSUED = "issued"
    SIGNED = "signed"
    AVANCE_TO_REQUEST = "avance-to-request"
    TO_INSTALL = "to-install"
    VA_TO_SIGN = "va-to-sign"
    SOLDE_TO_REQUEST = "solde-to-request"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Text:
        """Its name for people."""
        return text(f"dossier.states.{self.value}")


_RANKS = {state: rank for rank, state in enumerate(OrderState)}
# The state from which a deadline is met, by the id of the deadline.
_KEPT_FROM = {
    "avance": OrderState.TO_INSTALL,
    "installation": OrderState.VA_TO_SIGN,
    "solde": OrderState.DONE,
}
_END_DOCUMENTS = frozenset((DocumentKind.VA, DocumentKind.PV_PILOTE))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence about an order besides its descriptor.

    Attributes:
        delivered: its deliveries by past runs.
        signed: its signed documents.
        events: its lines in the journal.
        has_journal: whether there is a journal; a step that is not in it has not happened.
    """

    delivered: Sequence[DeliveredOrder] = ()
    signed: Sequence[SignedDocument] = ()
    events: Sequence[Event] = ()
    has_journal: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of an order: the days left (negative if it is over), and whether the order still has to meet it."""

    deadline: Deadline
    days: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The state and deadlines of an order on a day."""

    order: Order
    state: OrderState
    dues: tuple[Due, ...]
    signed: tuple[SignedDocument, ...]

    @property
    def next_due(self) -> Due | None:
        """The earliest deadline that the order still has to meet."""
        return min((due for due in self.dues if due.is_open), key=lambda due: due.days, default=None)


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
    known = {name: (each.order, each.appel) for name, each in checked.items() if each.order and each.appel}
    orders = {name: order for name, (order, _) in known.items()}
    register = read_register(registers)
    findings += register.findings
    documents, problems = recognised(signed, orders, appels)
    findings += problems
    documents, problems = without_unsigned(documents)
    findings += problems
    events: list[tuple[str, Event]] = []
    if journal:
        read = list(read_journal(journal))
        findings += (each for each in read if isinstance(each, Finding))
        for each in assign((event for event in read if isinstance(event, Event)), orders):
            if isinstance(each, Finding):
                findings.append(each)
            else:
                events.append(each)
    standings = _find_standings(known, register, documents, events if journal else None, today)
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
    # Standard names, whatever `--name` was: the register and signed documents use them.
    orders: dict[str, CheckedOrder] = {}
    findings: list[Finding] = []
    for each in validate(expand(sources), appels, fournisseur):
        if each.order is None or each.appel is None:
            findings += each.findings
            continue
        name = standard_order_name(each.order.reference, each.order.client.finess_pmsi, each.order.numero)
        # The first descriptor of a name counts; the others are reported.
        other = orders.setdefault(name, each)
        if other is not each:
            findings.append(NOM_DOUBLE.at(each.order.place, other=other.file, name=name))
    return orders, findings


def find_standing(order: Order, appel: Appel, evidence: Evidence, today: datetime.date) -> Standing:
    """Return the standing of an order.

    Args:
        order: the order.
        appel: its AF record.
        evidence: the evidence besides the descriptor.
        today: the day of the standing.
    """
    state = _state(order, evidence, today)
    dues = tuple(
        Due(deadline, (deadline.date - today).days, _RANKS[state] < _RANKS[_KEPT_FROM[deadline.id]])
        for deadline in appel.deadlines
    )
    return Standing(order, state, dues, tuple(evidence.signed))


def _find_standings(
    orders: Mapping[str, tuple[Order, Appel]],
    register: Register,
    signed: Iterable[SignedDocument],
    events: Iterable[tuple[str, Event]] | None,
    today: datetime.date,
) -> list[Standing]:
    """Return the standings of orders by name, most urgent first; `events` is None without a journal."""
    signed_of: defaultdict[str, list[SignedDocument]] = defaultdict(list)
    for document in signed:
        signed_of[document.order].append(document)
    events_of: defaultdict[str, list[Event]] = defaultdict(list)
    for name, event in events or ():
        events_of[name].append(event)
    return by_urgency(
        find_standing(
            order,
            appel,
            Evidence(register.of_order(order), signed_of[name], events_of[name], events is not None),
            today,
        )
        for name, (order, appel) in orders.items()
    )


def by_urgency(standings: Iterable[Standing]) -> list[Standing]:
    """Sort standings by their next deadline; standings without a next deadline are last."""

    def key(each: Standing) -> tuple[bool, int, int, str, str]:
        # Standings without a deadline come last; equal ones are sorted, so that two runs agree.
        due = each.next_due
        rank = _RANKS[each.state]
        return (due is None, due.days if due else 0, rank, each.order.reference, each.order.numero)

    return sorted(standings, key=key)


def _state(order: Order, evidence: Evidence, today: datetime.date) -> OrderState:
    # A step that is only planned has not happened; without a date it has.
    steps = {event.step for event in evidence.events if event.date is None or event.date <= today}
    signed = {each.document for each in evidence.signed}
    # Without a journal it is unknown whether the avance was requested.
    after_signature = OrderState.AVANCE_TO_REQUEST if evidence.has_journal else OrderState.SIGNED
    # Each step implies the steps before it: the first that was reached counts.
    furthest_first = (
        (OrderState.CANCELLED, Step.ANNULE in steps),
        (OrderState.DONE, bool(steps & {Step.SOLDE_DEMANDE, Step.SOLDE_PAYE})),
        (OrderState.SOLDE_TO_REQUEST, Step.VA_SIGNEE in steps or bool(signed & _END_DOCUMENTS)),
        (OrderState.VA_TO_SIGN, Step.INSTALLE in steps or _is_installed(order, today)),
        (OrderState.TO_INSTALL, bool(steps & {Step.AVANCE_DEMANDEE, Step.AVANCE_PAYEE})),
        (after_signature, Step.BDC_SIGNE in steps or DocumentKind.BDC in signed),
        # A register may have the VA alone: it does not prove that the BDC was issued.
        (OrderState.ISSUED, any(DocumentKind.BDC in each.documents for each in evidence.delivered)),
    )
    return next((state for state, reached in furthest_first if reached), OrderState.TO_ISSUE)


def _is_installed(order: Order, today: datetime.date) -> bool:
    """Return whether the software is installed: by the date of the installation, else by that of the VA."""
    return order.va is not None and (order.va.date_installation or order.va.date) <= today
