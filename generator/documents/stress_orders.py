"""Build stress orders: fictional orders that push a template to its limits.

They are the shortest and the longest order and every choice, for any AF record: an own record gives its own
prestations and questions.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appel, DocumentKind

# The shortest and the longest descriptor, without what depends on the AF. Names are fictional.
_FILE = Path(__file__).with_suffix(".json")
_INSTALLED = "2026-11-02"


@dataclass(frozen=True, slots=True)
class StressOrder:
    """A stress order: its name, the order, its AF record, and the kind of document."""

    name: str
    order: Order
    appel: Appel
    document: DocumentKind


def stress_orders(appel: Appel, document: DocumentKind) -> Iterator[StressOrder]:
    """Return the stress orders of a kind of document for an AF.

    They are the shortest, the longest, and orders with each other prestation, answer, choice of réserves and optional
    value.
    """
    prestations = [known.id for known in appel.prestations]
    values = (
        ("court", _short(appel, prestations[-1], document)),
        ("long", _long(appel, prestations[0], document)),
        *_choices(appel, prestations, document),
    )
    # Each has its own number, which is part of the file names.
    for number, (name, value) in enumerate(values, start=1):
        yield StressOrder(name, _order(name, {"numero": str(number), **value}), appel, document)


def longest_order(appel: Appel, document: DocumentKind) -> StressOrder:
    """Return the order that needs the most space."""
    return next(stress for stress in stress_orders(appel, document) if stress.name == "long")


def _order(name: str, value: dict[str, Any]) -> Order:
    # The order comes from no file: messages show its name instead.
    (read,) = parse_descriptors(json.dumps(value), f"« {name} »")
    assert isinstance(read, Descriptor), read
    draft = draft_order(read)
    # The values fit any record: a finding here is a fault of the program.
    assert not draft.findings, draft.findings
    return draft.order


def _short(appel: Appel, prestation: str, document: DocumentKind) -> dict[str, Any]:
    return _completed("short", appel, prestation, document, yes=False)


def _long(appel: Appel, prestation: str, document: DocumentKind) -> dict[str, Any]:
    value = _completed("long", appel, prestation, document, yes=True)
    # A record without the clause prints none.
    if appel.conditional_clause:
        value["sous_condition_referencement"] = True
    # What was installed differs from the order: a VA has answers of its own.
    if document is not DocumentKind.BDC:
        value["va"]["scenario"] = _answers(appel, yes=False)
    return value


def _completed(name: str, appel: Appel, prestation: str, document: DocumentKind, *, yes: bool) -> dict[str, Any]:
    """Return a descriptor of the file with what depends on the AF and the kind of document."""
    value: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))[name]
    value |= {"reference": appel.reference, "prestation": prestation, "scenario": _answers(appel, yes=yes)}
    va = value.pop("va")
    if document is not DocumentKind.BDC:
        value["va"] = {**va, "type": "va" if document is DocumentKind.VA else "pv_pilote"}
    return value


def _choices(appel: Appel, prestations: list[str], document: DocumentKind) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return orders with the choices that neither the shortest nor the longest order makes."""
    # The first and the last are those of the longest and of the shortest order.
    for prestation in prestations[1:-1]:
        yield f"prestation {prestation}", _short(appel, prestation, document)
    mixed = _completed("short", appel, prestations[0], document, yes=True)
    mixed["solution"] = {"nom": "DPI Exemple"}
    mixed["client"] |= {"responsable": {"nom": "Nom"}, "signataire": {"nom": "Nom"}}
    if document is not DocumentKind.BDC:
        # An empty list ticks « sans réserve »; the shortest order ticks no box.
        mixed["va"]["reserves"] = []
    yield "choix", mixed


def _answers(appel: Appel, *, yes: bool) -> dict[str, object]:
    return {question.id: _INSTALLED if question.is_date else yes for question in appel.questions}
