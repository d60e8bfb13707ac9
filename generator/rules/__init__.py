"""The programme's rules: what a schema cannot say of an order."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import Finding
from generator.findings import Place
from generator.jsonio.schema import suggest
from generator.orders import Draft
from generator.references import Appel
from generator.references import Appels
from generator.rules import appel as appel_rules
from generator.rules import dates
from generator.rules import montant
from generator.rules import scenario
from generator.rules.appel import REFERENCE_INCONNUE
from generator.rules.model import Problem
from generator.rules.model import problem

RULES = (*appel_rules.RULES, *montant.RULES, *dates.RULES, *scenario.RULES)


def check(draft: Draft, appels: Appels) -> list[Finding]:
    """Return what the rules say of an order; a rule that reads a part the schema refused is not run."""
    return [found.kind.at(_place(draft, found), **dict(found.values)) for found in _problems(draft, appels)]


def _place(draft: Draft, found: Problem) -> Place:
    if found.record:
        return Place(found.record, pointer=found.pointer)
    return draft.descriptor.place(found.pointer, at_key=found.at_key)


def _problems(draft: Draft, appels: Appels) -> Iterator[Problem]:
    if not draft.is_sound("/reference"):
        return
    reference = draft.order.reference
    appel: Appel | None = appels.get(reference)
    if appel is None:
        near = suggest(reference, list(appels))
        yield problem(REFERENCE_INCONNUE, "/reference", reference=reference, suggestion=near)
        return
    for rule in RULES:
        if all(draft.is_sound(pointer) for pointer in rule.needs):
            yield from rule.check(draft.order, appel)
