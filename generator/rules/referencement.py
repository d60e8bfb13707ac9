"""Rules on orders signed before the software was référencé: how long before, and under which clause."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.printed import french_date
from generator.references import Appel
from generator.rules.model import AppelRule
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import problem

COMMANDE_TROP_TOT = define(
    "DATE-COMMANDE-AVANT-DOSSIER", WARNING,
    fr="le bon de commande est du {date}, plus de {days} jours avant le dossier de preuves du {proof}",
    en="the order is dated {date}, more than {days} days before the proof file of {proof}",
    fix_fr="vérifier les deux dates ; une commande d'avant le {first} risque de ne pas être financée",
    fix_en="check both dates; an order from before {first} may not be financed",
    source="ARS Occitanie, §4.4 des AF : « lorsque sa conclusion n'est pas antérieure de plus de 120 jours "
    "calendaires à "
    "la date à laquelle un dossier complet des preuves de conformité de la Solution logicielle est réputé avoir été "
    "soumis pour son référencement »",
    why_fr="La règle est écrite pour SONS en général ; qu'elle vaille pour l'AF de la vague 2 n'a pas été lu. D'où un "
    "avertissement.",
    why_en="The rule is written for SONS at large; that it holds for wave 2's AF could not be read. Hence a warning.",
)  # fmt: skip
CLAUSE_ABSENTE = define(
    "CLAUSE-REFERENCEMENT-ABSENTE", WARNING,
    fr="le bon de commande est du {date}, avant le référencement du {listed}, et n'est pas sous condition de "
    "référencement",
    en="the order is dated {date}, before the référencement of {listed}, and is not subject to it",
    fix_fr="mettre « sous_condition_referencement » à true : la clause vient du dossier de l'AF",
    fix_en="set “sous_condition_referencement” to true: the clause comes from the AF's record",
    source="FAQ de l'ASP : « Vous pouvez cependant signer des commandes sous condition de référencement en intégrant "
    "la "
    "mention ad hoc décrite dans l'Appel à Financement correspondant »",
    why_fr="La phrase permet la clause, elle ne dit pas ce que devient une commande sans elle : d'où un avertissement.",
    why_en="The sentence allows the clause, it does not say what becomes of an order without: hence a warning.",
)  # fmt: skip


def _ordered_soon_enough_before_the_proof_file(order: Order, appel: Appel) -> Iterator[Problem]:
    """« … pas antérieure de plus de 120 jours calendaires … »: the record tells the number of days."""
    proof = order.solution.date_dossier_preuves if order.solution else None
    if proof is None or appel.early_order is None:
        return
    first = proof - datetime.timedelta(days=appel.early_order.days)
    if order.date_emission < first:
        dates = {"date": order.date_emission, "proof": proof, "first": first}
        said = {name: french_date(date) for name, date in dates.items()}
        yield problem(COMMANDE_TROP_TOT, "/date_emission", **said, days=str(appel.early_order.days))


def _early_order_is_conditional(order: Order) -> Iterator[Problem]:
    """« … signer des commandes sous condition de référencement en intégrant la mention ad hoc … »."""
    listed = order.solution.date_referencement if order.solution else None
    if listed and order.date_emission < listed and not order.sous_condition_referencement:
        said = {"date": french_date(order.date_emission), "listed": french_date(listed)}
        yield problem(CLAUSE_ABSENTE, "/date_emission", **said)


RULES = (
    AppelRule(("/date_emission", "/solution/date_dossier_preuves"), _ordered_soon_enough_before_the_proof_file),
    OrderRule(("/date_emission", "/solution/date_referencement"), _early_order_is_conditional),
)
