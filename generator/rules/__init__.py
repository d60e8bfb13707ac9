"""Check orders with the programme's rules, which a JSON schema cannot express."""

from collections.abc import Iterator

from generator.common.findings import Finding
from generator.common.jsonio.schema import suggest
from generator.orders.build import Draft
from generator.references import Appels
from generator.rules import appel as appel_rules
from generator.rules import dates, eligibilite, logo, montant, past_orders, spoilt_texts, va
from generator.rules.appel import review_appel
from generator.rules.eligibilite import review_context
from generator.rules.model import AppelRule, ContextRule, OrderRule, Problem, RuleContext, problem

__all__ = ["NO_CONTEXT", "RULES", "RuleContext", "check", "review_appel", "review_context"]

# Findings at one place are reported in this sequence.
RULES: tuple[AppelRule | OrderRule | ContextRule, ...] = (
    *appel_rules.RULES,
    *eligibilite.RULES,
    *va.RULES,
    *logo.RULES,
    *montant.RULES,
    *eligibilite.HISTORY_RULES,
    *dates.RULES,
    *appel_rules.SCENARIO_RULES,
    *past_orders.RULES,
    *spoilt_texts.RULES,
)
NO_CONTEXT = RuleContext()


def check(draft: Draft, appels: Appels, context: RuleContext = NO_CONTEXT) -> list[Finding]:
    """Return the findings of the rules; a rule that reads a part refused by the schema is skipped.

    Args:
        draft: the order.
        appels: the AF records.
        context: the base of eligible establishments, the register, and the day; empty by default.
    """
    place = draft.descriptor.place
    return [
        found.kind.at(place(found.pointer, at_key=found.at_key), **dict(found.values))
        for found in _problems(draft, appels, context)
    ]


def _problems(draft: Draft, appels: Appels, context: RuleContext) -> Iterator[Problem]:
    order = draft.order
    appel = appels.get(order.reference) if draft.is_valid("/reference") else None
    # An unknown AF does not silence the rules that need no AF record: all findings come in one go.
    if draft.is_valid("/reference") and appel is None:
        near = suggest(order.reference, list(appels))
        yield problem(appel_rules.REFERENCE_INCONNUE, "/reference", reference=order.reference, suggestion=near)
    for rule in RULES:
        if not all(draft.is_valid(pointer) for pointer in rule.needs):
            continue
        if isinstance(rule, OrderRule):
            yield from rule.check(order)
        elif appel is None:
            continue
        elif isinstance(rule, ContextRule):
            yield from rule.check(order, appel, context)
        else:
            yield from rule.check(order, appel)
