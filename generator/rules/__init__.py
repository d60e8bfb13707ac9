"""The programme's rules: what a schema cannot say of an order."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import Finding
from generator.jsonio.schema import suggest
from generator.orders.build import Draft
from generator.references import Appels
from generator.rules import appel as appel_rules
from generator.rules import dates
from generator.rules import dossier
from generator.rules import echeances
from generator.rules import eligibilite
from generator.rules import historique
from generator.rules import montant
from generator.rules import plafond
from generator.rules import referencement
from generator.rules import registre
from generator.rules import scenario
from generator.rules.appel import REFERENCE_INCONNUE
from generator.rules.appel import review_appel
from generator.rules.eligibilite import review_surroundings
from generator.rules.model import AppelRule
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import SurroundedRule
from generator.rules.model import problem
from generator.rules.surroundings import Surroundings

__all__ = ["NOWHERE", "RULES", "Surroundings", "check", "review_appel", "review_surroundings"]

RULES: tuple[AppelRule | OrderRule | SurroundedRule, ...] = (
    *appel_rules.RULES,
    *eligibilite.RULES,
    *dossier.RULES,
    *montant.RULES,
    *plafond.RULES,
    *historique.RULES,
    *dates.RULES,
    *echeances.RULES,
    *referencement.RULES,
    *scenario.RULES,
    *registre.RULES,
)
NOWHERE = Surroundings()


def check(draft: Draft, appels: Appels, around: Surroundings = NOWHERE) -> list[Finding]:
    """Return what the rules say of an order; a rule that reads a part the schema refused is not run.

    Args:
        draft: the order.
        appels: the records of the AF.
        around: the base of eligible establishments, the register, and the day; none by default.
    """
    place = draft.descriptor.place
    return [
        found.kind.at(place(found.pointer, at_key=found.at_key), **dict(found.values))
        for found in _problems(draft, appels, around)
    ]


def _problems(draft: Draft, appels: Appels, around: Surroundings) -> Iterator[Problem]:
    order = draft.order
    appel = appels.get(order.reference) if draft.is_sound("/reference") else None
    if draft.is_sound("/reference") and appel is None:
        near = suggest(order.reference, list(appels))
        yield problem(REFERENCE_INCONNUE, "/reference", reference=order.reference, suggestion=near)
    for rule in RULES:
        if not all(draft.is_sound(pointer) for pointer in rule.needs):
            continue
        if isinstance(rule, OrderRule):
            yield from rule.check(order)
        elif appel is None:
            continue
        elif isinstance(rule, SurroundedRule):
            yield from rule.check(order, appel, around)
        else:
            yield from rule.check(order, appel)
