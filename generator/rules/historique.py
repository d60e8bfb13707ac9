"""Check the history of wave 1: `V1+V2` is for clients that had neither its prestation nor its update."""

from __future__ import annotations

from collections.abc import Iterator

from generator.common.findings import ERROR, WARNING, define
from generator.common.language import Text
from generator.orders import Order
from generator.rules.model import OrderRule, Problem, problem

WITH_WAVE_1 = "V1+V2"
SOURCE = (
    "ANS, critères d'éligibilité à la prestation vague 1 + vague 2 : « n'ayant ni bénéficié d'une prestation Ségur "
    "dans "
    "le cadre du SONS HOP-DPI-VA1 ou HOP-PFI-VA1, ni financé à leurs frais la mise à jour de leur DPI/PFI vers une "
    "version référencée vague 1 »"
)
VAGUE_1_DEJA = define("HISTORIQUE-VAGUE-1", ERROR)
HISTORIQUE_ABSENT = define("HISTORIQUE-ABSENT", WARNING)

_FINANCED = Text("a bénéficié d'une prestation de la vague 1", "has had a prestation of wave 1")
_OWN_COST = Text("a mis à jour à ses frais vers la vague 1", "has updated to wave 1 at its own cost")


def _check_history(order: Order) -> Iterator[Problem]:
    """« … n'ayant ni bénéficié d'une prestation Ségur … ni financé à leurs frais la mise à jour … »."""
    past = order.historique
    if order.prestation != WITH_WAVE_1 or past is None:
        return
    if past.vague_1_financee:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_financee", found=_FINANCED)
    if past.vague_1_a_ses_frais:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_a_ses_frais", found=_OWN_COST)


def _check_history_is_declared(order: Order) -> Iterator[Problem]:
    """Without a declared history the criterion cannot be checked."""
    if order.prestation == WITH_WAVE_1 and "historique" not in order.descriptor:
        yield problem(HISTORIQUE_ABSENT, "/prestation")


RULES = (
    OrderRule(("/prestation", "/historique"), _check_history),
    OrderRule(("/prestation",), _check_history_is_declared),
)
