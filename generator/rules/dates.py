"""Check the dates of an order: their sequence, the deadlines of its AF record, the référencement, and the present day.

The slides say « signé avant » a day without an hour: a date on the day itself passes.
"""

import datetime
from collections.abc import Iterator

from generator.common.findings import INFO, WARNING, FindingKind, define
from generator.common.language import Text, joined, text
from generator.documents.printed import french_date
from generator.orders import Order
from generator.references import Appel, Status
from generator.references.model import Deadline
from generator.rules.appel import dated_answers
from generator.rules.model import AppelRule, ContextRule, OrderRule, Problem, RuleContext, problem

# No text states this sequence, only good sense does: hence warnings.
VA_AVANT_COMMANDE = define("DATE-VA-AVANT-COMMANDE", WARNING)
VA_AVANT_INSTALLATION = define("DATE-VA-AVANT-INSTALLATION", WARNING)
INSTALLATION_AVANT_COMMANDE = define("DATE-INSTALLATION-AVANT-COMMANDE", WARNING)
# The deadlines were postponed once already, and a later extension may be published: hence warnings.
COMMANDE_TARDIVE = define("DATE-COMMANDE-APRES-AVANCE", WARNING)
INSTALLATION_TARDIVE = define("DATE-INSTALLATION-APRES-FIN", WARNING)
VA_TARDIVE = define("DATE-VA-APRES-SOLDE", WARNING)
# A document may be prepared ahead; a mistyped year shows here.
DATE_A_VENIR = define("DATE-A-VENIR", INFO)
# ARS Occitanie quotes §4.4 of the AF documents for SONS in general. That wave 2 has the same rule could not be read:
# hence a warning.
COMMANDE_TROP_TOT = define("DATE-COMMANDE-AVANT-DOSSIER", WARNING)
# The FAQ of the ASP allows the clause; it does not say what happens to an order without it: hence a warning.
CLAUSE_ABSENTE = define("CLAUSE-REFERENCEMENT-ABSENTE", WARNING)

# The deadline of each finding kind, for `segurdoc explain`.
DEADLINES = {COMMANDE_TARDIVE: "avance", INSTALLATION_TARDIVE: "installation", VA_TARDIVE: "solde"}


def _check_va_after_order(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date < order.date_emission:
        dates = {"date": french_date(order.va.date), "order": french_date(order.date_emission)}
        yield problem(VA_AVANT_COMMANDE, "/va/date", **dates)


def _check_va_after_installation(order: Order) -> Iterator[Problem]:
    if order.va and order.va.date_installation and order.va.date < order.va.date_installation:
        dates = {"date": french_date(order.va.date), "installed": french_date(order.va.date_installation)}
        yield problem(VA_AVANT_INSTALLATION, "/va/date", **dates)


def _planned_installations(order: Order, appel: Appel) -> Iterator[tuple[str, datetime.date]]:
    """Return the dates of the installation that the order plans, each with its pointer."""
    return dated_answers(order.scenario, appel, "/scenario")


def _accepted_installations(order: Order, appel: Appel) -> Iterator[tuple[str, datetime.date]]:
    """Return the dates of the installation that the VA accepts, each with its pointer."""
    if order.va:
        yield from dated_answers(order.va.scenario, appel, "/va/scenario")
        if order.va.date_installation:
            yield "/va/date_installation", order.va.date_installation


def _check_plan_after_order(order: Order, appel: Appel) -> Iterator[Problem]:
    yield from _check_after_order(order, _planned_installations(order, appel))


def _check_installation_after_order(order: Order, appel: Appel) -> Iterator[Problem]:
    yield from _check_after_order(order, _accepted_installations(order, appel))


def _check_after_order(order: Order, installations: Iterator[tuple[str, datetime.date]]) -> Iterator[Problem]:
    for pointer, installed in installations:
        if installed < order.date_emission:
            dates = {"date": french_date(installed), "order": french_date(order.date_emission)}
            yield problem(INSTALLATION_AVANT_COMMANDE, pointer, **dates)


def _check_order_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """The order must be signed before the deadline for the avance."""
    yield from _check_deadline(COMMANDE_TARDIVE, appel, order.date_emission, "/date_emission")


def _check_plan_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """The installation planned by the order must end before the deadline of the record."""
    for pointer, date in _planned_installations(order, appel):
        yield from _check_deadline(INSTALLATION_TARDIVE, appel, date, pointer)


def _check_installation_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """The installation accepted by the VA must end before the same deadline."""
    for pointer, date in _accepted_installations(order, appel):
        yield from _check_deadline(INSTALLATION_TARDIVE, appel, date, pointer)


def _check_va_deadline(order: Order, appel: Appel) -> Iterator[Problem]:
    """« … l'ES doit avoir signé la VA avant »."""
    if order.va:
        yield from _check_deadline(VA_TARDIVE, appel, order.va.date, "/va/date")


def _check_deadline(kind: FindingKind, appel: Appel, date: datetime.date, pointer: str) -> Iterator[Problem]:
    due = appel.deadline(DEADLINES[kind])
    if due and date > due.date:
        dates = {"date": french_date(date), "due": french_date(due.date)}
        yield problem(kind, pointer, **dates, label=due.label, status=doubt(due))


def doubt(due: Deadline) -> Text:
    """Return, in brackets, that a deadline is to be confirmed or perhaps postponed; empty if neither."""
    doubts = [text("rules.deadline.to-confirm")] if due.status is Status.TO_CONFIRM else []
    doubts += [due.report] if due.report else []
    if not doubts:
        return Text("", "")
    listed = joined(doubts)
    return Text(f" ({listed.fr})", f" ({listed.en})")


def _check_order_is_past(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """A future date may have a mistyped year."""
    if context.today and order.date_emission > context.today:
        yield problem(DATE_A_VENIR, "/date_emission", date=french_date(order.date_emission))


def _check_va_is_past(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """A future date may have a mistyped year."""
    if context.today and order.va and order.va.date > context.today:
        yield problem(DATE_A_VENIR, "/va/date", date=french_date(order.va.date))


def _check_order_not_too_early(order: Order, appel: Appel) -> Iterator[Problem]:
    """« … pas antérieure de plus de 120 jours calendaires … »: the number of days is in the AF record."""
    proof = order.solution.date_dossier_preuves if order.solution else None
    if proof is None or appel.early_order is None:
        return
    first = proof - datetime.timedelta(days=appel.early_order.days)
    if order.date_emission < first:
        dates = {"date": order.date_emission, "proof": proof, "first": first}
        printed = {name: french_date(date) for name, date in dates.items()}
        yield problem(COMMANDE_TROP_TOT, "/date_emission", **printed, days=str(appel.early_order.days))


def _check_clause(order: Order) -> Iterator[Problem]:
    """« … signer des commandes sous condition de référencement en intégrant la mention ad hoc … »."""
    listed = order.solution.date_referencement if order.solution else None
    if listed and order.date_emission < listed and not order.sous_condition_referencement:
        dates = {"date": french_date(order.date_emission), "listed": french_date(listed)}
        yield problem(CLAUSE_ABSENTE, "/date_emission", **dates)


RULES = (
    OrderRule(("/va/date", "/date_emission"), _check_va_after_order),
    OrderRule(("/va/date", "/va/date_installation"), _check_va_after_installation),
    AppelRule(("/scenario", "/date_emission"), _check_plan_after_order),
    AppelRule(("/va", "/date_emission"), _check_installation_after_order),
    AppelRule(("/date_emission",), _check_order_deadline),
    AppelRule(("/scenario",), _check_plan_deadline),
    AppelRule(("/va",), _check_installation_deadline),
    AppelRule(("/va/date",), _check_va_deadline),
    ContextRule(("/date_emission",), _check_order_is_past),
    ContextRule(("/va/date",), _check_va_is_past),
    AppelRule(("/date_emission", "/solution/date_dossier_preuves"), _check_order_not_too_early),
    OrderRule(("/date_emission", "/solution/date_referencement"), _check_clause),
)
