"""What a run has to do: each source is read and checked, and the orders that are to be rendered are written down."""

from __future__ import annotations

import glob
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from typing import TypeVar

from generator.batch.record import Record
from generator.batch.record import Status
from generator.batch.tasks import task_of
from generator.batch.tasks import write_task
from generator.delivery import order_name
from generator.findings import Finding
from generator.findings import has_errors
from generator.jsonio.source import STDIN
from generator.orders import Order
from generator.references import Appel
from generator.rendered import DEFAULT_NAME
from generator.rules.twins import COMMANDE_REPETEE
from generator.rules.twins import Twins
from generator.validation import Checked

Known = TypeVar("Known")


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
            write_task(tasks, task_of(number, each.order, each.appel, name=name, inputs=inputs, findings=findings))
        yield number, known
