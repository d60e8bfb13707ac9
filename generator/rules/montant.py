"""Rules on the amounts: above zero, and HT, VAT and TTC that agree to the cent."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import ERROR
from generator.findings import define
from generator.orders import Order
from generator.printed import cents
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import problem

MONTANT_NUL = define(
    "MONTANT-NUL", ERROR,
    fr="le montant est nul", en="the amount is zero",
    fix_fr="écrire le montant réel de la Prestation Ségur, même si l'Etat la paie",
    fix_en="write the real amount of the prestation, even though the State pays it",
    source="FAQ des industriels : « Le bon de commande doit impérativement faire figurer le montant réel, non nul, "
    "de la Prestation Ségur. »",
)  # fmt: skip
MONTANT_TTC = define(
    "MONTANT-TTC", ERROR,
    fr="{ht} € HT à {taux} % font {computed} € TTC, pas {ttc} €",
    en="{ht} € without VAT at {taux} % makes {computed} € with VAT, not {ttc} €",
    fix_fr="corriger celui des trois qui est faux ; le TTC est arrondi au centime le plus proche",
    fix_en="correct the one of the three that is wrong; the amount with VAT is rounded to the nearest cent",
    source="ANS, avis sur les rejets : les plafonds portent toujours deux décimales « pour éviter tout problème "
    "potentiel d'arrondi »",
)  # fmt: skip


def _is_above_zero(order: Order) -> Iterator[Problem]:
    if order.montant.ht <= 0:
        yield problem(MONTANT_NUL, "/montant/ht")


def _ttc_agrees(order: Order) -> Iterator[Problem]:
    montant = order.montant
    computed = cents(montant.ht * (1 + montant.taux_tva / 100))
    if computed != montant.ttc:
        said = {"ht": montant.ht, "taux": montant.taux_tva, "ttc": montant.ttc, "computed": computed}
        yield problem(MONTANT_TTC, "/montant/ttc", **{name: str(value) for name, value in said.items()})


RULES = (
    OrderRule(("/montant/ht",), _is_above_zero),
    OrderRule(("/montant/ht", "/montant/taux_tva", "/montant/ttc"), _ttc_agrees),
)
