"""Chunks given to engines that break; `test_run.py` has real processes."""

from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import pytest

from generator.batch.dispatch import LARGE_CHUNK, SMALL_CHUNK, Work
from generator.batch.work import ChunkSettings, OrderOutcome, Task, task_of
from generator.documents.file_names import order_name
from generator.documents.outputs import Output
from generator.references import Appels
from generator.render.options import Format, RenderOptions
from generator.rules.validation import check_descriptor
from tests.conftest import Json, descriptor


class FragileExecutor(Executor):
    """Does nothing with a chunk but die of one that holds a culprit: it breaks whole, as a pool of processes does."""

    def __init__(self, culprits: set[int], error: Exception) -> None:
        self._culprits, self._error = culprits, error
        self._broken = False

    def submit(self, _fn: object, /, *args: object, **_: object) -> Future[list[OrderOutcome]]:  # type: ignore[override]  # one kind of work
        chunk: Sequence[Task] = args[0]  # type: ignore[assignment]  # render_chunk's
        if self._broken:
            raise self._error
        future: Future[list[OrderOutcome]] = Future()
        if any(task.number in self._culprits for task in chunk):
            self._broken = isinstance(self._error, BrokenExecutor)
            future.set_exception(self._error)
        else:
            future.set_result([OrderOutcome((Output(f"{task.number}.pdf", 1, "0"),), ()) for task in chunk])
        return future


class FragilePool:
    """Counts how often it is started."""

    width = 2

    def __init__(self, culprits: set[int], error: Exception) -> None:
        self._culprits, self._error = culprits, error
        self.starts = 0

    def warm(self) -> None:
        """Nothing runs."""

    def executor(self) -> Executor:
        self.starts += 1
        return FragileExecutor(self._culprits, self._error)

    def close(self) -> None:
        """Nothing runs."""


SETTINGS = ChunkSettings(Path(), RenderOptions(formats=(Format.DOCX,)))


def tasks_of(order_json: Json, appels: Appels, count: int) -> list[Task]:
    checked = check_descriptor(descriptor(order_json), appels)
    assert checked.order
    assert checked.appel
    name = order_name(checked.order)
    return [task_of(number, checked.order, checked.appel, name=name, inputs="0") for number in range(count)]


def worked(
    order_json: Json, appels: Appels, pool: FragilePool, count: int = 40, *, step: int = 0
) -> dict[int, OrderOutcome]:
    """Return the outcomes of `count` orders, given all at once, or `step` at a time."""
    work = Work(pool, iter(tasks_of(order_json, appels, count)), SETTINGS)
    outcomes: dict[int, OrderOutcome] = {}

    def note(done: Iterable[tuple[Sequence[Task], Sequence[OrderOutcome]]]) -> None:
        for chunk, given in done:
            for task, outcome in zip(chunk, given, strict=True):
                assert task.number not in outcomes, "made twice"
                outcomes[task.number] = outcome

    for total in range(step, count, step) if step else ():
        work.expect(total, complete=False)
        note(work.go_on())
        assert max(outcomes, default=0) < total
    work.expect(count, complete=True)
    note(work.finish())
    return outcomes


@pytest.mark.parametrize("culprits", [set(), {0}, {13}, {39}, {3, 4, 20}])
@pytest.mark.parametrize("error", [BrokenExecutor("a worker died"), RuntimeError("KilledWorker")])
@pytest.mark.parametrize("step", [0, 7])
def test_who_kills_worker_ends_up_alone_and_others_are_made_once(
    order_json: Json, appels: Appels, culprits: set[int], error: Exception, step: int
) -> None:
    outcomes = worked(order_json, appels, FragilePool(culprits, error), step=step)
    assert sorted(outcomes) == list(range(40))
    for number, outcome in outcomes.items():
        assert [found.code for found in outcome.findings] == ["COMMANDE-ECHEC"] * (number in culprits)
        assert bool(outcome.outputs) is (number not in culprits)


def test_where_no_worker_can_live_the_run_ends_and_says_so(order_json: Json, appels: Appels) -> None:
    pool = FragilePool(set(range(1000)), BrokenExecutor("no worker starts"))
    outcomes = worked(order_json, appels, pool, count=1000)
    assert {outcome.findings[0].code for outcome in outcomes.values()} == {"COMMANDE-ECHEC"}
    assert len(outcomes) == 1000
    assert pool.starts < 200


def chunk_sizes(order_json: Json, appels: Appels, count: int, *, complete: bool = True) -> list[int]:
    """Return the sizes of the chunks that orders are given out in, the first given out first."""
    work = Work(FragilePool(set(), RuntimeError()), iter(tasks_of(order_json, appels, count)), SETTINGS)
    work.expect(count, complete=complete)
    sizes: list[int] = []
    while chunks := list(work.go_on()):
        sizes += [len(chunk) for chunk, _ in chunks]
    return sizes


def test_chunks_end_small_and_hold_every_order(order_json: Json, appels: Appels) -> None:
    sizes = chunk_sizes(order_json, appels, 1000)
    assert sum(sizes) == 1000
    assert max(sizes) == LARGE_CHUNK
    assert sizes[-1] <= SMALL_CHUNK
    assert chunk_sizes(order_json, appels, 8) == [4, 4]


def test_chunks_are_whole_while_more_orders_may_come(order_json: Json, appels: Appels) -> None:
    assert chunk_sizes(order_json, appels, SMALL_CHUNK - 1, complete=False) == []
    assert chunk_sizes(order_json, appels, 3 * SMALL_CHUNK + 5, complete=False) == [SMALL_CHUNK] * 3
