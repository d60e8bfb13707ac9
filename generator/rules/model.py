"""Define what a rule is, and the data that rules need besides the order: the register, the base, the day."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from generator.common.findings import Finding, FindingKind
from generator.common.language import Text
from generator.documents import file_names, manifest_line, outputs
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.rules.eligibles.base import Base

Key = TypeVar("Key", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class DeliveredOrder:
    """An order with documents delivered by a past run.

    Attributes:
        name: its standard name (`standard_order_name`).
        reference: its AF.
        finess_pmsi: its client.
        numero: its number; if `prestation` is None, the number in its file name, with hyphens for other characters.
        prestation: its prestation; None if neither manifest nor descriptor gives it.
        merged: the establishments merged into its client, from the manifest.
        folder: the output folder.
        files: the files delivered.
        documents: the kinds of document delivered.
        source: the file of the descriptor; empty if unknown.
        perimeter: its date and amounts; None if the manifest does not give them (a PDF may carry them).
    """

    name: str
    reference: str
    finess_pmsi: str
    numero: str
    prestation: str | None
    folder: Path
    files: tuple[outputs.Output, ...]
    documents: frozenset[DocumentKind]
    source: str = ""
    merged: tuple[str, ...] = ()
    perimeter: manifest_line.Perimeter | None = None


@dataclass(frozen=True)
class Register:
    """The orders delivered by past runs, and findings on their folders; empty without `--register`."""

    delivered: tuple[DeliveredOrder, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    def of_order(self, order: Order) -> tuple[DeliveredOrder, ...]:
        """Return the deliveries of an order."""
        name = file_names.standard_order_name(order.reference, order.client.finess_pmsi, order.numero)
        return tuple(self._by_name.get(name.casefold(), ()))

    def of_client(self, reference: str, finess_pmsi: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered to a client for an AF, whatever their number."""
        return tuple(self._by_client.get((reference, finess_pmsi), ()))

    def of_part(self, reference: str, finess_pmsi: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered for an AF to an establishment, alone or merged with others."""
        return tuple(self._by_part.get((reference, finess_pmsi), ()))

    def of_number(self, numero: str) -> tuple[DeliveredOrder, ...]:
        """Return the orders delivered under a number, whatever their AF and client."""
        return tuple(self._by_number.get(numero.casefold(), ()))

    @cached_property
    def _by_number(self) -> Mapping[str, Sequence[DeliveredOrder]]:
        return _index((each.numero.casefold(), each) for each in self.delivered)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[DeliveredOrder]]:
        return _index((each.name.casefold(), each) for each in self.delivered)

    @cached_property
    def _by_client(self) -> Mapping[tuple[str, str], Sequence[DeliveredOrder]]:
        return _index(((each.reference, each.finess_pmsi), each) for each in self.delivered)

    @cached_property
    def _by_part(self) -> Mapping[tuple[str, str], Sequence[DeliveredOrder]]:
        return _index(
            ((each.reference, finess), each) for each in self.delivered for finess in (each.finess_pmsi, *each.merged)
        )


def _index(keyed: Iterable[tuple[Key, DeliveredOrder]]) -> Mapping[Key, Sequence[DeliveredOrder]]:
    found: dict[Key, list[DeliveredOrder]] = {}
    for key, each in keyed:
        found.setdefault(key, []).append(each)
    return found


@dataclass(frozen=True)
class RuleContext:
    """The data that rules need besides the order; a rule whose data is missing reports nothing.

    Attributes:
        base: the base of eligible establishments.
        register: the orders that past runs delivered; empty without `--register`.
        today: the day to compare dates with; None skips the rules on future dates.
    """

    base: Base | None = None
    register: Register = field(default_factory=Register)
    today: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that a rule found.

    Attributes:
        kind: the finding kind.
        pointer: JSON pointer of the value with the problem.
        values: the values of the kind's message.
        at_key: point at the key instead of its value.
    """

    kind: FindingKind
    pointer: str
    values: tuple[tuple[str, str | Text], ...] = ()
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class OrderRule:
    """A rule that looks at the order alone.

    Attributes:
        needs: JSON pointers of the parts that the rule reads; it is skipped where the schema refused one of them.
        check: return the problems of an order.
    """

    needs: tuple[str, ...]
    check: Callable[[Order], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class AppelRule:
    """A rule that compares the order with its AF record, with attributes as `OrderRule`; skipped without a known AF."""

    needs: tuple[str, ...]
    check: Callable[[Order, Appel], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class ContextRule:
    """A rule that compares the order with its AF record and the context; otherwise like `AppelRule`."""

    needs: tuple[str, ...]
    check: Callable[[Order, Appel, RuleContext], Iterator[Problem]]


def problem(kind: FindingKind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a value of the descriptor; `values` fill the sentences of its kind."""
    return Problem(kind, pointer, tuple(values.items()))


def key_problem(kind: FindingKind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a key of the descriptor."""
    return Problem(kind, pointer, tuple(values.items()), at_key=True)
