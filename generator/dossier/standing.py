"""Where an order stands between its issue and its solde, and how long it has to each deadline of its AF.

Nothing is kept of it anywhere: it is worked out anew from the descriptor, the register, the signed documents and the
journal. The furthest step that one of them shows counts; what they date after the day asked about has not happened.
"""

from __future__ import annotations

import datetime
import enum
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from generator.dossier.journal import Event
from generator.dossier.journal import Step
from generator.dossier.signed import Signed
from generator.lang import Text
from generator.orders import Order
from generator.references import Appel
from generator.references import DocumentKind
from generator.references.model import Deadline
from generator.register import Delivered
from generator.register import Register


class State(enum.Enum):
    """Where an order stands; in their order, an order goes from one to the next."""

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
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    State.TO_ISSUE: Text("à émettre", "to issue"),
    State.ISSUED: Text("émise, à signer", "issued, to sign"),
    State.SIGNED: Text("signée", "signed"),
    State.AVANCE_TO_REQUEST: Text("avance à demander", "avance to request"),
    State.TO_INSTALL: Text("à installer", "to install"),
    State.VA_TO_SIGN: Text("VA à signer", "VA to sign"),
    State.SOLDE_TO_REQUEST: Text("solde à demander", "solde to request"),
    State.DONE: Text("terminée", "done"),
    State.CANCELLED: Text("annulée", "cancelled"),
}
_RANKS = {state: rank for rank, state in enumerate(State)}
# The deadlines that records name, and the state from which each is kept.
_KEPT_FROM = {
    "avance": State.TO_INSTALL,
    "installation": State.VA_TO_SIGN,
    "solde": State.DONE,
}
_END_DOCUMENTS = frozenset((DocumentKind.VA, DocumentKind.PV_PILOTE))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an order beside its descriptor.

    Attributes:
        delivered: what past runs delivered of it.
        signed: its signed documents.
        events: its lines of the journal.
        has_journal: there is a journal, so that what it does not say has not happened.
    """

    delivered: Sequence[Delivered] = ()
    signed: Sequence[Signed] = ()
    events: Sequence[Event] = ()
    has_journal: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of an order: how many days are left (less than 0: it is over), and whether it is still to be kept."""

    deadline: Deadline
    days: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands on a day."""

    order: Order
    state: State
    dues: tuple[Due, ...]
    signed: tuple[Signed, ...]

    @property
    def next_due(self) -> Due | None:
        """The soonest deadline that is still to be kept."""
        return min((due for due in self.dues if due.is_open), key=lambda due: due.days, default=None)


def standing_of(order: Order, appel: Appel, evidence: Evidence, today: datetime.date) -> Standing:
    """Return where an order stands.

    Args:
        order: the order.
        appel: the record of its AF.
        evidence: what is known beside the descriptor.
        today: the day asked about.
    """
    state = _state(order, evidence, today)
    dues = tuple(Due(deadline, (deadline.date - today).days, _is_open(deadline, state)) for deadline in appel.deadlines)
    return Standing(order, state, dues, tuple(evidence.signed))


def standings_of(
    orders: Mapping[str, tuple[Order, Appel]],
    register: Register,
    signed: Iterable[Signed],
    events: Iterable[tuple[str, Event]] | None,
    today: datetime.date,
) -> list[Standing]:
    """Return where orders stand, the most urgent first.

    Args:
        orders: each with the record of its AF, by the names that `delivery.name_of` gives.
        register: what past runs delivered.
        signed: the signed documents.
        events: the journal's, each with the name of its order; None without a journal.
        today: the day asked about.
    """
    signed_of: defaultdict[str, list[Signed]] = defaultdict(list)
    for document in signed:
        signed_of[document.order].append(document)
    events_of: defaultdict[str, list[Event]] = defaultdict(list)
    for name, event in events or ():
        events_of[name].append(event)
    return by_urgency(
        standing_of(
            order,
            appel,
            Evidence(register.of_order(order), signed_of[name], events_of[name], events is not None),
            today,
        )
        for name, (order, appel) in orders.items()
    )


def by_urgency(standings: Iterable[Standing]) -> list[Standing]:
    """Return standings sorted: the soonest deadline first, those that have none left last."""

    def key(each: Standing) -> tuple[bool, int, int, str, str]:
        due = each.next_due
        rank = _RANKS[each.state]
        return (due is None, due.days if due else 0, rank, each.order.reference, each.order.numero)

    return sorted(standings, key=key)


def _is_open(deadline: Deadline, state: State) -> bool:
    return _RANKS[state] < _RANKS[_KEPT_FROM[deadline.id]]


def _state(order: Order, evidence: Evidence, today: datetime.date) -> State:
    steps = {event.step for event in evidence.events if event.date is None or event.date <= today}
    signed = {each.document for each in evidence.signed}
    # Without a journal nobody knows whether the avance was requested.
    after_signature = State.AVANCE_TO_REQUEST if evidence.has_journal else State.SIGNED
    furthest_first = (
        (State.CANCELLED, Step.ANNULE in steps),
        (State.DONE, bool(steps & {Step.SOLDE_DEMANDE, Step.SOLDE_PAYE})),
        (State.SOLDE_TO_REQUEST, Step.VA_SIGNEE in steps or bool(signed & _END_DOCUMENTS)),
        (State.VA_TO_SIGN, Step.INSTALLE in steps or _is_installed(order, today)),
        (State.TO_INSTALL, bool(steps & {Step.AVANCE_DEMANDEE, Step.AVANCE_PAYEE})),
        (after_signature, Step.BDC_SIGNE in steps or DocumentKind.BDC in signed),
        (State.ISSUED, any(DocumentKind.BDC in each.documents for each in evidence.delivered)),
    )
    return next((state for state, reached in furthest_first if reached), State.TO_ISSUE)


def _is_installed(order: Order, today: datetime.date) -> bool:
    """Tell whether the descriptor says so: by the date of the installation, else by that of the VA."""
    return order.va is not None and (order.va.date_installation or order.va.date) <= today
