"""Compare an order with its AF record, and report what the record does not know for sure."""

from __future__ import annotations

from collections.abc import Iterator

from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define
from generator.orders import Order
from generator.references import Appel, DocumentKind, Status
from generator.rules.model import AppelRule, Problem, problem

REFERENCE_INCONNUE = define("REFERENCE-INCONNUE", ERROR)
PRESTATION_ABSENTE = define("PRESTATION-ABSENTE", ERROR)
FIN_ABSENTE = define("VA-TYPE-ABSENT", ERROR)
CLAUSE_INCONNUE = define("CLAUSE-REFERENCEMENT-INCONNUE", ERROR)
SCENARIO_A_CONFIRMER = define("APPEL-SCENARIO-A-CONFIRMER", WARNING)
MENTIONS_A_CONFIRMER = define("APPEL-MENTIONS-A-CONFIRMER", INFO)


def _check_prestation(order: Order, appel: Appel) -> Iterator[Problem]:
    if appel.order_line(order.prestation) is None:
        names = {"reference": appel.reference, "prestation": order.prestation}
        yield problem(PRESTATION_ABSENTE, "/prestation", **names)


def _check_end_document(order: Order, appel: Appel) -> Iterator[Problem]:
    kind = DocumentKind.PV_PILOTE if order.va and order.va.pv_pilote else DocumentKind.VA
    if kind not in appel.end_documents:
        yield problem(FIN_ABSENTE, "/va/type", reference=appel.reference, type=kind.value)


def _check_clause(order: Order, appel: Appel) -> Iterator[Problem]:
    if order.sous_condition_referencement and appel.conditional_clause is None:
        yield problem(CLAUSE_INCONNUE, "/sous_condition_referencement", reference=appel.reference)


def review_appel(appel: Appel) -> list[Finding]:
    """Return findings on the facts of an AF record that are to be confirmed: once a run, not once an order."""
    found = []
    if appel.questions_status is Status.TO_CONFIRM:
        place = Place(appel.file, pointer="/questions_status")
        found.append(SCENARIO_A_CONFIRMER.at(place, reference=appel.reference))
    count = sum(mention.status is Status.TO_CONFIRM for mention in appel.mentions)
    if count:
        place = Place(appel.file, pointer="/mentions")
        found.append(MENTIONS_A_CONFIRMER.at(place, reference=appel.reference, count=count))
    return found


RULES = (
    AppelRule(("/prestation",), _check_prestation),
    AppelRule(("/va/type",), _check_end_document),
    AppelRule(("/sous_condition_referencement",), _check_clause),
)
