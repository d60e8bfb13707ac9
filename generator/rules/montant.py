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
    why_fr="L'Etat finance le montant commandé : à zéro, il n'y a rien à financer. La même FAQ dit d'une facture "
    "à 0 € qu'elle est « systématiquement rejetée ».",
    why_en="The State finances the amount ordered: at zero there is nothing to finance. The same FAQ says of an "
    "invoice of 0 € that it is “systématiquement rejetée”.",
)  # fmt: skip
MONTANT_TTC = define(
    "MONTANT-TTC", ERROR,
    fr="{ht} € HT à {taux} % font {computed} € TTC, pas {ttc} €",
    en="{ht} € without VAT at {taux} % makes {computed} € with VAT, not {ttc} €",
    fix_fr="corriger celui des trois qui est faux ; le TTC est arrondi au centime le plus proche",
    fix_en="correct the one of the three that is wrong; the amount with VAT is rounded to the nearest cent",
    source="ANS, avis sur les rejets : les plafonds portent toujours deux décimales « pour éviter tout problème "
    "potentiel d'arrondi »",
    why_fr="Le HT se compare au plafond HT et le TTC au plafond TTC : en vague 1, des écarts entre les deux ont fait "
    "rejeter des demandes.",
    why_en="HT is compared with the HT ceiling and TTC with the TTC ceiling: in wave 1, differences between the two "
    "had requests refused.",
    example='"montant": {"ht": "10000.00", "taux_tva": "20.00", "ttc": "12000.00"}',
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
