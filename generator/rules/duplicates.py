"""Compare the orders of a run with each other: their names, clients and numbers."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator.common.findings import ERROR, WARNING, Finding, define, has_errors
from generator.documents.file_names import DEFAULT_NAME, NOM_DOUBLE, order_name
from generator.orders import Order
from generator.rules.past_orders import COMMANDE_FUSION
from generator.rules.validation import CheckedOrder

COMMANDE_DOUBLE = define("COMMANDE-DOUBLE", ERROR)
# Nothing is wrong with a repeated order; one file is probably too many.
COMMANDE_REPETEE = define("COMMANDE-REPETEE", WARNING)
# No text forbids two orders with one number, but a VA names its order by it.
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
        own = self._clients[order.reference, order.client.finess_pmsi]
        # Each establishment is noted, also after the first that has another order.
        noted = [(finess, self._parts.setdefault((order.reference, finess), own)) for finess, _ in order.parts]
        for finess, other in noted:
            if other != own:
                yield COMMANDE_FUSION.at(order.place, finess=finess, reference=order.reference, other=other)
                return

    def _number(self, order: Order) -> Iterator[Finding]:
        own = f"{order.reference}, {order.client.finess_pmsi} ({order.file})"
        other = self._numbers.setdefault((order.fournisseur.siret, order.numero.casefold()), own)
        if other != own:
            yield NUMERO_DOUBLE.at(order.place, numero=order.numero, other=other)


def mark_duplicates(checked: Iterable[CheckedOrder], name: str = DEFAULT_NAME) -> Iterator[CheckedOrder]:
    """Compare each order with the orders before it, and refuse those that exclude each other.

    Args:
        checked: the orders that `validate` returns.
        name: the pattern of file names; two orders may not have the same name.
    """
    duplicates = DuplicateFinder(name)
    for each in checked:
        if each.order is None:
            yield each
            continue
        # Keys are sorted: two files with the same values in another sequence are the same order.
        content = json.dumps(each.order.descriptor, sort_keys=True)
        found = duplicates.check(each.order, hashlib.sha256(content.encode()).hexdigest())
        order = None if has_errors(found) else each.order
        yield replace(each, order=order, findings=(*each.findings, *found)) if found else each
