"""What a run has to do: every source is read and checked before the first document is made."""

from __future__ import annotations

import glob
import pickle
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from typing import TypeVar

from generator.batch.record import Record
from generator.batch.record import Status
from generator.delivery import order_name
from generator.findings import Finding
from generator.findings import has_errors
from generator.jsonio.source import STDIN
from generator.orders import Order
from generator.references import Appel
from generator.references import Appels
from generator.rendered import DEFAULT_NAME
from generator.rules.twins import COMMANDE_REPETEE
from generator.rules.twins import Twins
from generator.validation import Checked

Known = TypeVar("Known")


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


def expand(sources: Iterable[str]) -> Iterator[str]:
    """Give the files and folders of sources, each pattern such as `orders/**/*.json` replaced by what it matches.

    A name with a bracket that is there is no pattern; a pattern that nothing matches is given as it is, to be reported.
    """
    for source in sources:
        matched = [] if source == STDIN or Path(source).exists() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207  # absolute, or from here
        yield from matched or [source]


def plan(
    checked: Iterable[Checked],
    digest: Callable[[Order, Appel], str],
    find_done: Callable[[str, str, tuple[Finding, ...]], Known | None],
    tasks: BinaryIO,
    pattern: str = DEFAULT_NAME,
) -> Iterator[tuple[int, Record | Known | None]]:
    """Decide what becomes of each order, in the order of the sources, and write those to render to `tasks`.

    Args:
        checked: what `validate` gives.
        digest: the digest of what an order's documents are made from.
        find_done: what is known of the order of this name, where it was delivered from these inputs and its files are
            whole; else None. It is told what the checks say of the order now.
        tasks: where the tasks go: in memory there is one at a time, however many they are.
        pattern: that of the files' names: no two orders may have one.

    Yields:
        For each its number in the run, and the record of one that is refused or repeated, what is known of one that is
        done, or None for one that is to be rendered.
    """
    twins = Twins(pattern)
    for number, each in enumerate(checked):
        if each.order is None or each.appel is None:
            yield number, Record(None, each.file, Status.REFUSED, findings=each.findings)
            continue
        inputs = digest(each.order, each.appel)
        beside = twins.meet(each.order, inputs)
        findings = (*each.findings, *beside)
        if has_errors(beside) or any(found.kind is COMMANDE_REPETEE for found in beside):
            status = Status.REFUSED if has_errors(beside) else Status.REPEATED
            yield number, Record(None, each.file, status, findings=findings)
            continue
        name = order_name(each.order, pattern)
        known = find_done(name, inputs, findings)
        if known is None:
            _Pickler(tasks).dump(task_of(number, each.order, each.appel, name=name, inputs=inputs, findings=findings))
        yield number, known


def read_tasks(tasks: BinaryIO, appels: Appels) -> Iterator[Task]:
    """Give the tasks that `plan` wrote, their orders of these `appels`; it may go on to write while they are read."""
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
