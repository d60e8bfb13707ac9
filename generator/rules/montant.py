"""Check the amounts: above zero, HT, VAT and TTC that agree to the cent, and the ceilings of the base."""

from collections.abc import Iterator

from generator.common.findings import ERROR, WARNING, define
from generator.common.language import Text
from generator.documents.printed import cents, euros, french_number
from generator.orders import Order
from generator.references import Appel
from generator.rules.eligibles.base import HT, TTC
from generator.rules.model import ContextRule, OrderRule, Problem, RuleContext, problem

# FAQ des industriels : « le montant réel, non nul, de la Prestation Ségur ».
MONTANT_NUL = define("MONTANT-NUL", ERROR)
# In wave 1, requests were refused because of differences between HT and TTC.
MONTANT_TTC = define("MONTANT-TTC", ERROR)
# « Avec en regard le montant correspondant, nécessairement inférieur ou égal au barème applicable et indiqué dans la
# base des établissements éligibles »
PLAFOND_DEPASSE = define("PLAFOND-DEPASSE", ERROR)
# The rule is certain, the ceiling is unknown: hence a warning.
PLAFOND_INCONNU = define("PLAFOND-INCONNU", WARNING)


def _check_above_zero(order: Order) -> Iterator[Problem]:
    if order.montant.ht <= 0:
        yield problem(MONTANT_NUL, "/montant/ht")


def _check_ttc(order: Order) -> Iterator[Problem]:
    montant = order.montant
    computed = cents(montant.ht * (1 + montant.taux_tva / 100))
    if computed != montant.ttc:
        amounts = {"ht": montant.ht, "taux": montant.taux_tva, "ttc": montant.ttc, "computed": computed}
        written = {name: Text(french_number(value), str(value)) for name, value in amounts.items()}
        yield problem(MONTANT_TTC, "/montant/ttc", **written)


def _check_ceiling_exists(order: Order, appel: Appel, context: RuleContext) -> Iterator[Problem]:
    """The base gives « le montant maximum » of each prestation."""
    known = context.base and context.base.get(order.client.finess_pmsi)
    if known and (order.reference, order.prestation) not in known.plafonds and appel.order_line(order.prestation):
        names = {"nom": known.nom, "reference": order.reference, "prestation": order.prestation}
        yield problem(PLAFOND_INCONNU, "/prestation", **names, row=str(known.ligne))


def _check_ht_ceiling(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """« Le montant HT du plafond » limits the amount without VAT."""
    yield from _check_ceiling(order, context, HT)


def _check_ttc_ceiling(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """« Le montant TTC de ce même plafond, dans l'hypothèse explicite d'une TVA applicable à 20% »."""
    yield from _check_ceiling(order, context, TTC)


def _check_ceiling(order: Order, context: RuleContext, basis: str) -> Iterator[Problem]:
    known = context.base and context.base.get(order.client.finess_pmsi)
    plafond = known and known.plafonds.get((order.reference, order.prestation))
    if not (known and plafond):
        return
    # One ceiling is never computed from the other: after rejections because of rounding, the ANS published both with
    # two decimals.
    amount, ceiling = getattr(order.montant, basis), getattr(plafond, basis)
    if ceiling is not None and amount is not None and amount > ceiling:
        names = {"nom": known.nom, "reference": order.reference, "prestation": order.prestation}
        # `quote` would show a no-break space as \u00a0.
        shown = (euros(each).replace("\N{NO-BREAK SPACE}", " ") for each in (amount, ceiling))
        amounts = {**dict(zip(("amount", "ceiling"), shown, strict=True)), "basis": basis.upper()}
        # At the rate 0 a descriptor may have no `ttc`: the finding is at `ht`.
        given = order.descriptor["montant"]
        written = basis if isinstance(given, dict) and basis in given else HT
        yield problem(PLAFOND_DEPASSE, f"/montant/{written}", **names, **amounts)


_NEEDS = ("/client/finess_pmsi", "/prestation")
RULES = (
    OrderRule(("/montant/ht",), _check_above_zero),
    OrderRule(("/montant/ht", "/montant/taux_tva", "/montant/ttc"), _check_ttc),
    ContextRule(_NEEDS, _check_ceiling_exists),
    ContextRule((*_NEEDS, "/montant/ht"), _check_ht_ceiling),
    # Not `/montant/ttc`, which is optional in a descriptor: the rule is skipped if the model has no TTC.
    ContextRule(_NEEDS, _check_ttc_ceiling),
)
