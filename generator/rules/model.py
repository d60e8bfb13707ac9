"""What a rule is: the parts of the order it reads, and the check itself."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass

from generator.findings import Kind
from generator.lang import Text
from generator.orders import Order
from generator.references import Appel


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule has to say.

    Attributes:
        kind: the kind of finding.
        pointer: JSON pointer of what it speaks of.
        values: what the kind's sentences need.
        at_key: point at the key instead of its value.
        record: file of the AF's record, where the problem stands there and not in the descriptor.
    """

    kind: Kind
    pointer: str
    values: tuple[tuple[str, str | Text], ...] = ()
    at_key: bool = False
    record: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the programme.

    Attributes:
        needs: JSON pointers of the parts it reads; where the schema has refused one, the rule is not run.
        check: gives the problems of an order under an AF's record.
    """

    needs: tuple[str, ...]
    check: Callable[[Order, Appel], Iterator[Problem]]


def problem(kind: Kind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a value of the descriptor; `values` fill the sentences of its kind."""
    return Problem(kind, pointer, tuple(values.items()))


def key_problem(kind: Kind, pointer: str, **values: str | Text) -> Problem:
    """Return a problem at a key of the descriptor."""
    return Problem(kind, pointer, tuple(values.items()), at_key=True)


def record_problem(kind: Kind, appel: Appel, pointer: str, **values: str | Text) -> Problem:
    """Return a problem of the AF's record: the same one for every order of the AF."""
    return Problem(kind, pointer, tuple(values.items()), record=appel.file)
