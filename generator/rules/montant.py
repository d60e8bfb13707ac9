"""Check the amounts: above zero, and HT, VAT and TTC that agree to the cent."""

from __future__ import annotations

from collections.abc import Iterator

from generator.common.findings import ERROR, define
from generator.common.language import Text
from generator.documents.printed import cents, french_number
from generator.orders import Order
from generator.rules.model import OrderRule, Problem, problem

MONTANT_NUL = define("MONTANT-NUL", ERROR)
MONTANT_TTC = define("MONTANT-TTC", ERROR)


def _check_above_zero(order: Order) -> Iterator[Problem]:
    if order.montant.ht <= 0:
        yield problem(MONTANT_NUL, "/montant/ht")


def _check_ttc(order: Order) -> Iterator[Problem]:
    montant = order.montant
    computed = cents(montant.ht * (1 + montant.taux_tva / 100))
    if computed != montant.ttc:
        amounts = {"ht": montant.ht, "taux": montant.taux_tva, "ttc": montant.ttc, "computed": computed}
        written = {name: Text(french_number(value), str(value)) for name, value in amounts.items()}
        yield problem(MONTANT_TTC, "/montant/ttc", **written)


RULES = (
    OrderRule(("/montant/ht",), _check_above_zero),
    OrderRule(("/montant/ht", "/montant/taux_tva", "/montant/ttc"), _check_ttc),
)
