"""What a run has to do: each source is read and checked, and the orders that are to be rendered are written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, TypeVar

from generator.batch.tasks import task_of, write_task
from generator.common.findings import Finding, has_errors
from generator.documents.file_names import DEFAULT_NAME, order_name
from generator.documents.manifest_line import ManifestLine, OrderStatus
from generator.orders import Order
from generator.references import Appel
from generator.rules.validation import COMMANDE_REPETEE, CheckedOrder, DuplicateFinder

Known = TypeVar("Known")


def plan(
    checked: Iterable[CheckedOrder],
    digest: Callable[[Order, Appel], str],
    find_done: Callable[[str, str, tuple[Finding, ...]], Known | None],
    tasks: BinaryIO,
    *,
    pattern: str = DEFAULT_NAME,
    obstacles: Callable[[Order, str], tuple[Finding, ...]] = lambda *_: (),
) -> Iterator[tuple[int, ManifestLine | Known | None]]:
    """Decide what becomes of each order, in the order of the sources, and write those to render to `tasks`.

    Args:
        checked: what `validate` gives.
        digest: the digest of what an order's documents are made from.
        find_done: what is known of the order of this name, where it was delivered from these inputs and its files are
            whole; else None. It receives the findings of the order.
        tasks: where the tasks go: in memory there is one at a time, however many they are.
        pattern: that of the files' names: no two orders may have one.
        obstacles: the findings of an order of this name whose files another order has in the output folder.

    Yields:
        For each its number in the run, and the record of one that is refused or repeated, what is known of one that is
        done, or None for one that is to be rendered.
    """
    duplicates = DuplicateFinder(pattern)
    for number, each in enumerate(checked):
        if each.order is None or each.appel is None:
            yield number, ManifestLine(None, each.file, OrderStatus.REFUSED, findings=each.findings)
            continue
        inputs = digest(each.order, each.appel)
        name = order_name(each.order, pattern)
        beside = duplicates.check(each.order, inputs) or obstacles(each.order, name)
        findings = (*each.findings, *beside)
        if has_errors(beside) or any(found.kind == COMMANDE_REPETEE for found in beside):
            status = OrderStatus.REFUSED if has_errors(beside) else OrderStatus.REPEATED
            yield number, ManifestLine(None, each.file, status, findings=findings)
            continue
        known = find_done(name, inputs, findings)
        if known is None:
            write_task(tasks, task_of(number, each.order, each.appel, name=name, inputs=inputs, findings=findings))
        yield number, known
