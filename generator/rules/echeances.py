"""Compare the dates of an order with the deadlines of its AF record, whatever day it is.

The slides say « signé avant » a day without an hour: a date on the day itself passes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from generator.common.findings import INFO, WARNING, FindingKind, define
from generator.common.language import Text
from generator.documents.printed import french_date
from generator.orders import Order
from generator.orders.model import Answer
from generator.references import Appel, Status
from generator.references.model import Deadline
from generator.rules.context import RuleContext
from generator.rules.model import AppelRule, ContextRule, Problem, problem
from generator.rules.scenario import dated_answers

COMMANDE_TARDIVE = define("DATE-COMMANDE-APRES-AVANCE", WARNING)
INSTALLATION_TARDIVE = define("DATE-INSTALLATION-APRES-FIN", WARNING)
VA_TARDIVE = define("DATE-VA-APRES-SOLDE", WARNING)
DATE_A_VENIR = define("DATE-A-VENIR", INFO)

# The deadline of each finding kind, for `segurdoc explain`.
DEADLINES = {COMMANDE_TARDIVE: "avance", INSTALLATION_TARDIVE: "installation", VA_TARDIVE: "solde"}


def _check_order_date(order: Order, appel: Appel) -> Iterator[Problem]:
    """The order must be signed before the deadline for the avance."""
    yield from _check_deadline(COMMANDE_TARDIVE, appel, "avance", order.date_emission, "/date_emission")


def _check_planned_installation(order: Order, appel: Appel) -> Iterator[Problem]:
    """The installation planned by the order must end before the deadline of the record."""
    yield from _check_answers(order.scenario, appel, "/scenario")


def _check_installation(order: Order, appel: Appel) -> Iterator[Problem]:
    """The installation accepted by the VA must end before the same deadline."""
    if order.va:
        yield from _check_answers(order.va.scenario, appel, "/va/scenario")
        if order.va.date_installation:
            date = order.va.date_installation
            yield from _check_deadline(INSTALLATION_TARDIVE, appel, "installation", date, "/va/date_installation")


def _check_va_date(order: Order, appel: Appel) -> Iterator[Problem]:
    """« … l'ES doit avoir signé la VA avant »."""
    if order.va:
        yield from _check_deadline(VA_TARDIVE, appel, "solde", order.va.date, "/va/date")


def _check_answers(answers: Mapping[str, Answer], appel: Appel, pointer: str) -> Iterator[Problem]:
    for where, date in dated_answers(answers, appel, pointer):
        yield from _check_deadline(INSTALLATION_TARDIVE, appel, "installation", date, where)


def _check_deadline(
    kind: FindingKind, appel: Appel, deadline: str, date: datetime.date, pointer: str
) -> Iterator[Problem]:
    due = appel.deadline(deadline)
    if due and date > due.date:
        dates = {"date": french_date(date), "due": french_date(due.date)}
        yield problem(kind, pointer, **dates, label=due.label, status=doubt(due))


def doubt(due: Deadline) -> Text:
    """Return, in brackets, that a deadline is to be confirmed or perhaps postponed; empty if neither."""
    doubts = [Text("date à confirmer", "date to be confirmed")] if due.status is Status.TO_CONFIRM else []
    doubts += [due.report] if due.report else []
    if not doubts:
        return Text("", "")
    return Text(f" ({', '.join(each.fr for each in doubts)})", f" ({', '.join(each.en for each in doubts)})")


def _check_order_is_past(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """A future date may have a mistyped year."""
    if context.today and order.date_emission > context.today:
        yield problem(DATE_A_VENIR, "/date_emission", date=french_date(order.date_emission))


def _check_va_is_past(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """A future date may have a mistyped year."""
    if context.today and order.va and order.va.date > context.today:
        yield problem(DATE_A_VENIR, "/va/date", date=french_date(order.va.date))


RULES = (
    AppelRule(("/date_emission",), _check_order_date),
    AppelRule(("/scenario",), _check_planned_installation),
    AppelRule(("/va",), _check_installation),
    AppelRule(("/va/date",), _check_va_date),
    ContextRule(("/date_emission",), _check_order_is_past),
    ContextRule(("/va/date",), _check_va_is_past),
)
