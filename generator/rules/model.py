"""Define what a rule is: the parts of the order that it reads, and its check."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from generator.common.findings import FindingKind
from generator.common.language import Text
from generator.orders import Order
from generator.references import Appel
from generator.rules.eligibles.base import Base
from generator.rules.past_orders import Register


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
    """A rule that compares the order with its AF record; skipped without a known AF.

    Attributes:
        needs: as for `OrderRule`.
        check: return the problems of an order.
    """

    needs: tuple[str, ...]
    check: Callable[[Order, Appel], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class ContextRule:
    """A rule that compares the order with its AF record and the context; skipped without a known AF.

    Attributes:
        needs: as for `OrderRule`.
        check: return the problems of an order.
    """

    needs: tuple[str, ...]
    check: Callable[[Order, Appel, RuleContext], Iterator[Problem]]


def problem(kind: FindingKind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a value of the descriptor; `values` fill the sentences of its kind."""
    return Problem(kind, pointer, tuple(values.items()))


def key_problem(kind: FindingKind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a key of the descriptor."""
    return Problem(kind, pointer, tuple(values.items()), at_key=True)
