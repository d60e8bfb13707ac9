"""Rules on ceilings: an amount is at most that of the base, HT against HT and TTC against TTC."""

from __future__ import annotations

from collections.abc import Iterator

from generator.eligibles.model import HT
from generator.eligibles.model import TTC
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.printed import euros
from generator.references import Appel
from generator.rules.model import Problem
from generator.rules.model import SurroundedRule
from generator.rules.model import problem
from generator.rules.surroundings import Surroundings

SOURCE = (
    "« Avec en regard le montant correspondant, nécessairement inférieur ou égal au barème applicable et indiqué dans "
    "la base des établissements éligibles »"
)
PLAFOND_DEPASSE = define(
    "PLAFOND-DEPASSE", ERROR,
    fr="le montant {basis} de {amount} dépasse le plafond {basis} de {ceiling} de {nom} pour {reference}, {prestation}",
    en="the amount {basis} of {amount} exceeds the ceiling {basis} of {ceiling} of {nom} for {reference}, {prestation}",
    fix_fr="ramener le montant au plafond ou dessous ; ce qui dépasse va sur un autre bon de commande",
    fix_en="bring the amount to the ceiling or below; what exceeds it goes on another order",
    source=SOURCE,
    why_fr="« nécessairement inférieur ou égal » est écrit : d'où une erreur. HT se compare à HT et TTC à TTC, sans "
    "recalcul : après des rejets, l'ANS a publié les deux plafonds avec deux décimales, à cause des arrondis.",
    why_en="“necessarily lower or equal” is written: hence an error. HT is compared with HT and TTC with TTC, never "
    "recomputed: after rejections the ANS published both ceilings with two decimals, because of rounding.",
)  # fmt: skip
PLAFOND_INCONNU = define(
    "PLAFOND-INCONNU", WARNING,
    fr="la base n'a pas de plafond de {nom} pour {reference}, {prestation} : le montant n'est comparé à aucun",
    en="the base has no ceiling of {nom} for {reference}, {prestation}: the amount is compared with none",
    fix_fr="vérifier que la colonne de ce plafond a été désignée à l'import (ligne {row} du classeur)",
    fix_en="check that this ceiling's column was named at the import (row {row} of the workbook)",
    source=SOURCE,
    why_fr="La règle est sûre, le plafond n'est pas connu : à regarder, d'où un avertissement.",
    why_en="The rule is sure, the ceiling is not known: to be looked at, hence a warning.",
)  # fmt: skip


def _has_a_ceiling(order: Order, appel: Appel, around: Surroundings) -> Iterator[Problem]:
    """The base says « le montant maximum » of each prestation."""
    known = around.base and around.base.get(order.client.finess_pmsi)
    if known and (order.reference, order.prestation) not in known.plafonds and appel.line_of(order.prestation):
        said = {"nom": known.nom, "reference": order.reference, "prestation": order.prestation}
        yield problem(PLAFOND_INCONNU, "/prestation", **said, row=str(known.ligne))


def _ht_is_at_most_the_ceiling(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """« Le montant HT du plafond » bounds the amount without VAT."""
    yield from _compare(order, around, HT)


def _ttc_is_at_most_the_ceiling(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """« Le montant TTC de ce même plafond, dans l'hypothèse explicite d'une TVA applicable à 20% »."""
    yield from _compare(order, around, TTC)


def _compare(order: Order, around: Surroundings, basis: str) -> Iterator[Problem]:
    known = around.base and around.base.get(order.client.finess_pmsi)
    plafond = known and known.plafonds.get((order.reference, order.prestation))
    if not (known and plafond):
        return
    amount, ceiling = getattr(order.montant, basis), getattr(plafond, basis)
    if ceiling is not None and amount > ceiling:
        said = {"nom": known.nom, "reference": order.reference, "prestation": order.prestation}
        # Messages show as it is what is no plain space.
        shown = (euros(each).replace("\N{NO-BREAK SPACE}", " ") for each in (amount, ceiling))
        amounts = {**dict(zip(("amount", "ceiling"), shown, strict=True)), "basis": basis.upper()}
        yield problem(PLAFOND_DEPASSE, f"/montant/{basis}", **said, **amounts)


_NEEDS = ("/client/finess_pmsi", "/prestation")
RULES = (
    SurroundedRule(_NEEDS, _has_a_ceiling),
    SurroundedRule((*_NEEDS, "/montant/ht"), _ht_is_at_most_the_ceiling),
    SurroundedRule((*_NEEDS, "/montant/ttc"), _ttc_is_at_most_the_ceiling),
)
