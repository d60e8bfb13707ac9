"""Find orders of one run that exclude each other: one order for a client and an AF, one number for an order."""

from __future__ import annotations

from collections.abc import Iterator

from generator.common.findings import ERROR, WARNING, Finding, define
from generator.documents.file_names import DEFAULT_NAME, NOM_DOUBLE, order_name
from generator.orders import Order
from generator.rules.registre import COMMANDE_FUSION

COMMANDE_DOUBLE = define("COMMANDE-DOUBLE", ERROR)
COMMANDE_REPETEE = define("COMMANDE-REPETEE", WARNING)
NUMERO_DOUBLE = define("NUMERO-DOUBLE", WARNING)


class DuplicateFinder:
    """Compares each valid order of a run with the orders before it.

    An order that is refused, or repeats another word for word, is not compared with the orders after it.
    """

    def __init__(self, name: str = DEFAULT_NAME) -> None:
        self._name = name
        self._names: dict[str, tuple[str, str]] = {}
        self._clients: dict[tuple[str, str], str] = {}
        self._parts: dict[tuple[str, str], str] = {}
        self._numbers: dict[tuple[str, str], str] = {}

    def check(self, order: Order, inputs: str) -> tuple[Finding, ...]:
        """Return the findings on an order compared with the orders before it.

        Args:
            order: the next order.
            inputs: a digest of its content: equal for orders that are equal word for word.
        """
        name, finess, place = order_name(order, self._name), order.client.finess_pmsi, order.place
        # File systems of Windows and macOS do not distinguish capitals.
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
        """Report that the client, or an establishment merged into it, has another order."""
        own = self._clients[order.reference, order.client.finess_pmsi]
        others = [
            (finess, other)
            for finess, _ in order.parts
            if (other := self._parts.setdefault((order.reference, finess), own)) != own
        ]
        for finess, other in others[:1]:
            yield COMMANDE_FUSION.at(order.place, finess=finess, reference=order.reference, other=other)

    def _number(self, order: Order) -> Iterator[Finding]:
        """Report that another order of the vendor has the same number."""
        own = f"{order.reference}, {order.client.finess_pmsi} ({order.file})"
        other = self._numbers.setdefault((order.fournisseur.siret, order.numero.casefold()), own)
        if other != own:
            yield NUMERO_DOUBLE.at(order.place, numero=order.numero, other=other)
