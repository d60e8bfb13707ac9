"""Rules on wave 1: V1 + V2 is for those who had neither its prestation nor its update."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import define
from generator.lang import Text
from generator.orders import Order
from generator.rules.model import OrderRule
from generator.rules.model import Problem
from generator.rules.model import problem

WITH_WAVE_1 = "V1+V2"
SOURCE = (
    "ANS, critères d'éligibilité à la prestation vague 1 + vague 2 : « n'ayant ni bénéficié d'une prestation Ségur "
    "dans "
    "le cadre du SONS HOP-DPI-VA1 ou HOP-PFI-VA1, ni financé à leurs frais la mise à jour de leur DPI/PFI vers une "
    "version référencée vague 1 »"
)
VAGUE_1_DEJA = define(
    "HISTORIQUE-VAGUE-1", ERROR,
    fr="l'établissement {found} : seule la prestation V2 lui est ouverte",
    en="the establishment {found}: the prestation V2 alone is open to it",
    fix_fr="commander V2, ou corriger « historique »", fix_en="order V2, or correct “historique”",
    source=SOURCE,
    why_fr="Le critère est écrit, et c'est l'établissement qui déclare : d'où une erreur.",
    why_en="The criterion is written, and the establishment itself declares: hence an error.",
    example='"prestation": "V2", "historique": {"vague_1_financee": true, "vague_1_a_ses_frais": false}',
)  # fmt: skip
HISTORIQUE_ABSENT = define(
    "HISTORIQUE-ABSENT", WARNING,
    fr="V1+V2 n'est ouverte qu'à qui n'a rien eu de la vague 1, et la commande ne le dit pas",
    en="V1+V2 is open to those alone who had nothing of wave 1, and the order does not say so",
    fix_fr="le demander à l'établissement, et ajouter « historique »",
    fix_en="ask the establishment, and add “historique”",
    source=SOURCE,
    why_fr="Le critère est sûr, le fait n'est pas dit : à regarder, d'où un avertissement.",
    why_en="The criterion is sure, the fact is not told: to be looked at, hence a warning.",
    example='"prestation": "V1+V2", "historique": {"vague_1_financee": false, "vague_1_a_ses_frais": false}',
)  # fmt: skip

_FINANCED = Text("a bénéficié d'une prestation de la vague 1", "has had a prestation of wave 1")
_OWN_COST = Text("a mis à jour à ses frais vers la vague 1", "has updated to wave 1 at its own cost")


def _history_allows_wave_1(order: Order) -> Iterator[Problem]:
    """« … n'ayant ni bénéficié d'une prestation Ségur … ni financé à leurs frais la mise à jour … »."""
    past = order.historique
    if order.prestation != WITH_WAVE_1 or past is None:
        return
    if past.vague_1_financee:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_financee", found=_FINANCED)
    if past.vague_1_a_ses_frais:
        yield problem(VAGUE_1_DEJA, "/historique/vague_1_a_ses_frais", found=_OWN_COST)


def _history_is_told(order: Order) -> Iterator[Problem]:
    """The criterion cannot be judged where nothing is declared."""
    if order.prestation == WITH_WAVE_1 and "historique" not in order.descriptor:
        yield problem(HISTORIQUE_ABSENT, "/prestation")


RULES = (
    OrderRule(("/prestation", "/historique"), _history_allows_wave_1),
    OrderRule(("/prestation",), _history_is_told),
)
