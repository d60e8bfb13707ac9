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
from generator.delivery import NOM_DOUBLE
from generator.delivery import order_name
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import define
from generator.findings import has_errors
from generator.jsonio.source import STDIN
from generator.orders import Order
from generator.references import Appel
from generator.references import Appels
from generator.validation import Checked

COMMANDE_DOUBLE = define(
    "COMMANDE-DOUBLE", ERROR,
    fr="l'établissement {finess} a déjà une commande pour {reference} dans ce lot : {other}",
    en="the establishment {finess} has an order for {reference} in this batch already: {other}",
    fix_fr="n'en garder qu'une : une seconde ne serait pas financée",
    fix_en="keep one of them: a second one would not be financed",
    source="« ne peut bénéficier que d'une seule Prestation Ségur financée par l'Etat, et ce par appel à financement »",
)  # fmt: skip
COMMANDE_REPETEE = define(
    "COMMANDE-REPETEE", WARNING,
    fr="cette commande est déjà dans ce lot, la même mot pour mot : {other}",
    en="this order is in this batch already, the same word for word: {other}",
    fix_fr="la retirer : ses documents ne sont faits qu'une fois", fix_en="remove it: its documents are made once",
)  # fmt: skip

Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
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


def task_of(number: int, inputs: str, order: Order, appel: Appel, findings: tuple[Finding, ...] = ()) -> Task:
    """Return the task to render an order."""
    return Task(number, order_name(order), order.file, inputs, pickle.dumps(order), appel, findings)


class Twins:
    """Finds orders that stand twice in a run."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        self._clients: dict[tuple[str, str], str] = {}

    def meet(self, order: Order, inputs: str) -> Finding | None:
        """Return what is wrong with an order beside those met before; None where nothing is."""
        name, finess, place = order_name(order), order.client.finess_pmsi, order.place
        # Two names that differ in capitals alone are one name on some disks.
        known = self._names.get(name.casefold())
        if known:
            kind = COMMANDE_REPETEE if known[1] == inputs else NOM_DOUBLE
            return kind.at(place, other=known[0], name=name)
        other = self._clients.get((order.reference, finess))
        if other:
            return COMMANDE_DOUBLE.at(place, finess=finess, reference=order.reference, other=other)
        self._names[name.casefold()] = (order.file, inputs)
        self._clients[order.reference, finess] = f"{order.numero} ({order.file})"
        return None


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
    find_done: Callable[[str, str], Known | None],
    tasks: BinaryIO,
) -> Iterator[tuple[int, Record | Known | None]]:
    """Decide what becomes of each order, in the order of the sources, and write those to render to `tasks`.

    Args:
        checked: what `validate` gives.
        digest: the digest of what an order's documents are made from.
        find_done: what is known of the order of this name, where it was delivered from these inputs and its files are
            whole; else None.
        tasks: where the tasks go: in memory there is one at a time, however many they are.

    Yields:
        For each its number in the run, and the record of one that is refused or repeated, what is known of one that is
        done, or None for one that is to be rendered.
    """
    twins = Twins()
    for number, each in enumerate(checked):
        if each.order is None or each.appel is None:
            yield number, Record(None, each.file, Status.REFUSED, findings=each.findings)
            continue
        inputs = digest(each.order, each.appel)
        twin = twins.meet(each.order, inputs)
        if twin:
            status = Status.REFUSED if has_errors([twin]) else Status.REPEATED
            yield number, Record(None, each.file, status, findings=(*each.findings, twin))
            continue
        name = order_name(each.order)
        known = find_done(name, inputs)
        if known is None:
            _Pickler(tasks).dump(task_of(number, inputs, each.order, each.appel, each.findings))
        yield number, known


def read_tasks(tasks: BinaryIO, appels: Appels) -> Iterator[Task]:
    """Give the tasks that `plan` wrote, their orders of these `appels`."""
    tasks.seek(0)
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
