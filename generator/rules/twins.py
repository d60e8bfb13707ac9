"""Rules on orders beside each other: one order for an establishment and an AF, one number for an order."""

from __future__ import annotations

from collections.abc import Iterator

from generator.delivery import NOM_DOUBLE
from generator.delivery import order_name
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import define
from generator.orders import Order
from generator.rendered import DEFAULT_NAME
from generator.rules.registre import COMMANDE_FUSION
from generator.rules.registre import NUMERO_SOURCE
from generator.rules.registre import ONE_PRESTATION

COMMANDE_DOUBLE = define(
    "COMMANDE-DOUBLE", ERROR,
    fr="l'établissement {finess} a déjà une commande pour {reference} dans ce lot : {other}",
    en="the establishment {finess} has an order for {reference} in this batch already: {other}",
    fix_fr="n'en garder qu'une : une seconde ne serait pas financée",
    fix_en="keep one of them: a second one would not be financed",
    source=ONE_PRESTATION,
    why_fr="La phrase est sur le modèle de bon de commande lui-même : d'où une erreur.",
    why_en="The sentence stands on the model of the order itself: hence an error.",
)  # fmt: skip
COMMANDE_REPETEE = define(
    "COMMANDE-REPETEE", WARNING,
    fr="cette commande est déjà dans ce lot, la même mot pour mot : {other}",
    en="this order is in this batch already, the same word for word: {other}",
    fix_fr="la retirer : ses documents ne sont faits qu'une fois", fix_en="remove it: its documents are made once",
    why_fr="Rien n'est faux dans la commande ; un fichier est sans doute de trop.",
    why_en="Nothing is wrong with the order; a file is probably one too many.",
)  # fmt: skip
NUMERO_DOUBLE = define(
    "NUMERO-DOUBLE", WARNING,
    fr="le numéro {numero} est déjà celui d'une autre commande de ce lot : {other}",
    en="the number {numero} is another order's in this batch already: {other}",
    fix_fr="donner un autre « numero » à l'une des deux", fix_en="give one of the two another “numero”",
    source=NUMERO_SOURCE,
    why_fr="Aucun texte n'interdit deux commandes de même numéro, mais une VA ne dirait plus laquelle elle clôt.",
    why_en="No text forbids two orders of one number, but a VA would no longer tell which one it ends.",
)  # fmt: skip


class Twins:
    """Meets the sound orders of a run one by one, and tells those that are in each other's way.

    An order in the way of one met before (an error, or the same word for word) is not remembered itself.
    """

    def __init__(self, name: str = DEFAULT_NAME) -> None:
        self._name = name
        self._names: dict[str, tuple[str, str]] = {}
        self._clients: dict[tuple[str, str], str] = {}
        self._parts: dict[tuple[str, str], str] = {}
        self._numbers: dict[tuple[str, str], str] = {}

    def meet(self, order: Order, inputs: str) -> tuple[Finding, ...]:
        """Return what is wrong with an order beside those met before.

        Args:
            order: the next one.
            inputs: stands for all that it is made from: the same for the same order, word for word.
        """
        name, finess, place = order_name(order, self._name), order.client.finess_pmsi, order.place
        # Two names that differ in capitals alone are one name on some disks.
        known = self._names.get(name.casefold())
        if known:
            kind = COMMANDE_REPETEE if known[1] == inputs else NOM_DOUBLE
            return (kind.at(place, other=known[0], name=name),)
        other = self._clients.get((order.reference, finess))
        if other:
            return (COMMANDE_DOUBLE.at(place, finess=finess, reference=order.reference, other=other),)
        self._names[name.casefold()] = (order.file, inputs)
        self._clients[order.reference, finess] = f"{order.numero} ({order.file})"
        return (*self._merger(order), *self._number(order))

    def _merger(self, order: Order) -> Iterator[Finding]:
        """Tell that the client, or one it was merged of, has an order by itself, or merged."""
        own = self._clients[order.reference, order.client.finess_pmsi]
        others = [
            (finess, other)
            for finess, _ in order.parts
            if (other := self._parts.setdefault((order.reference, finess), own)) != own
        ]
        for finess, other in others[:1]:
            yield COMMANDE_FUSION.at(order.place, finess=finess, reference=order.reference, other=other)

    def _number(self, order: Order) -> Iterator[Finding]:
        """Tell that another order of the vendor has the number."""
        own = f"{order.reference}, {order.client.finess_pmsi} ({order.file})"
        other = self._numbers.setdefault((order.fournisseur.siret, order.numero.casefold()), own)
        if other != own:
            yield NUMERO_DOUBLE.at(order.place, numero=order.numero, other=other)
