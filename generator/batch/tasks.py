"""Orders on their way to the workers."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from generator.common.findings import Finding
from generator.orders import Order
from generator.references import Appel, Appels


@dataclass(frozen=True)
class Task:
    """An order to render: its place in the run, its name and file, and the digest of what its documents are made from.

    It is packed here and unpacked by the worker: on the way its twenty objects are one.
    """

    number: int
    name: str
    file: str
    inputs: str
    packed: bytes
    appel: Appel
    findings: tuple[Finding, ...]

    @property
    def order(self) -> Order:
        """The order, unpacked."""
        order: Order = pickle.loads(self.packed)  # noqa: S301  # this run packed it
        return order


def task_of(
    number: int, order: Order, appel: Appel, *, name: str, inputs: str, findings: tuple[Finding, ...] = ()
) -> Task:
    """Return the task to render an order."""
    return Task(number, name, order.file, inputs, pickle.dumps(order), appel, findings)


def write_task(tasks: BinaryIO, task: Task) -> None:
    """Add a task to those in a file."""
    _Pickler(tasks).dump(task)


def read_tasks(tasks: BinaryIO, appels: Appels) -> Iterator[Task]:
    """Give the tasks of a file, their orders of these `appels`; others may be written to it meanwhile."""
    while True:
        try:
            yield _Unpickler(tasks, appels).load()
        except EOFError:
            return


class _Pickler(pickle.Pickler):
    """Writes tasks with the names of their AF: the record weighs ten times the order, and all orders share it."""

    def persistent_id(self, value: object) -> str | None:
        """Return what is written instead of a record."""
        return value.reference if isinstance(value, Appel) else None


class _Unpickler(pickle.Unpickler):
    """Reads what `_Pickler` wrote: this run did, to a file of its own."""

    def __init__(self, stream: BinaryIO, appels: Appels) -> None:
        super().__init__(stream)
        self._appels = appels

    def persistent_load(self, name: str) -> Appel:
        """Return the record of a name."""
        return self._appels[name]
