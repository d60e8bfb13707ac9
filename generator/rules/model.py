"""What rules are: the parts of the order they read, and the check itself."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass

from generator.findings import Kind
from generator.lang import Text
from generator.orders import Order
from generator.references import Appel
from generator.rules.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule has to say.

    Attributes:
        kind: the kind of finding.
        pointer: JSON pointer of what it speaks of.
        values: what the kind's sentences need.
        at_key: point at the key instead of its value.
    """

    kind: Kind
    pointer: str
    values: tuple[tuple[str, str | Text], ...] = ()
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class OrderRule:
    """A rule that looks at the order alone.

    Attributes:
        needs: JSON pointers of the parts it reads; where the schema has refused one, the rule is not run.
        check: gives the problems of an order.
    """

    needs: tuple[str, ...]
    check: Callable[[Order], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class AppelRule:
    """A rule that holds the order against its AF's record; without a known AF it is not run.

    Attributes:
        needs: as for `OrderRule`.
        check: gives the problems of an order under a record.
    """

    needs: tuple[str, ...]
    check: Callable[[Order, Appel], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class SurroundedRule:
    """A rule that holds the order against what surrounds it too; without a known AF it is not run.

    Attributes:
        needs: as for `OrderRule`.
        check: gives the problems of an order under a record, in its surroundings.
    """

    needs: tuple[str, ...]
    check: Callable[[Order, Appel, Surroundings], Iterator[Problem]]


def problem(kind: Kind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a value of the descriptor; `values` fill the sentences of its kind."""
    return Problem(kind, pointer, tuple(values.items()))


def key_problem(kind: Kind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a key of the descriptor."""
    return Problem(kind, pointer, tuple(values.items()), at_key=True)
