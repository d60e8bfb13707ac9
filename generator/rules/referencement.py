"""Check orders signed before the référencement of the software: how early, and with which clause."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from generator.common.findings import WARNING, define
from generator.documents.printed import french_date
from generator.orders import Order
from generator.references import Appel
from generator.rules.model import AppelRule, OrderRule, Problem, problem

COMMANDE_TROP_TOT = define("DATE-COMMANDE-AVANT-DOSSIER", WARNING)
CLAUSE_ABSENTE = define("CLAUSE-REFERENCEMENT-ABSENTE", WARNING)


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
    AppelRule(("/date_emission", "/solution/date_dossier_preuves"), _check_order_not_too_early),
    OrderRule(("/date_emission", "/solution/date_referencement"), _check_clause),
)
