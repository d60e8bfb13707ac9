"""Chunks given to engines that break; `test_run.py` has real processes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from concurrent.futures import Executor
from concurrent.futures import Future
from pathlib import Path

import pytest

from generator.batch.dispatch import FIRST_CHUNK
from generator.batch.dispatch import LAST_CHUNK
from generator.batch.dispatch import Supply
from generator.batch.dispatch import Work
from generator.batch.outputs import Output
from generator.batch.tasks import Task
from generator.batch.tasks import task_of
from generator.batch.work import Outcome
from generator.batch.work import Settings
from generator.delivery import order_name
from generator.references import Appels
from generator.rendered import Format
from generator.rendered import RenderOptions
from generator.validation import check_descriptor
from tests.conftest import Json
from tests.conftest import descriptor


class FragileExecutor(Executor):
    """Does nothing with a chunk but die of one that holds a culprit: it breaks whole, as a pool of processes does."""

    def __init__(self, culprits: set[int], error: Exception) -> None:
        self._culprits, self._error = culprits, error
        self._broken = False

    def submit(self, _fn: object, /, *args: object, **_: object) -> Future[list[Outcome]]:  # type: ignore[override]  # one kind of work
        chunk: Sequence[Task] = args[0]  # type: ignore[assignment]  # render_chunk's
        if self._broken:
            raise self._error
        future: Future[list[Outcome]] = Future()
        if any(task.number in self._culprits for task in chunk):
            self._broken = isinstance(self._error, BrokenExecutor)
            future.set_exception(self._error)
        else:
            future.set_result([Outcome((Output(f"{task.number}.pdf", 1, "0"),), ()) for task in chunk])
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
        return self.restart()

    def restart(self) -> Executor:
        self.starts += 1
        return FragileExecutor(self._culprits, self._error)

    def close(self) -> None:
        """Nothing runs."""


SETTINGS = Settings(Path(), RenderOptions(formats=(Format.DOCX,)))


def tasks_of(order_json: Json, appels: Appels, count: int) -> list[Task]:
    checked = check_descriptor(descriptor(order_json), appels)
    assert checked.order
    assert checked.appel
    name = order_name(checked.order)
    return [task_of(number, checked.order, checked.appel, name=name, inputs="0") for number in range(count)]


def worked(
    order_json: Json, appels: Appels, pool: FragilePool, count: int = 40, *, step: int = 0
) -> dict[int, Outcome]:
    """Return what became of so many orders, all there at once, or so many at a step."""
    work = Work(pool, iter(tasks_of(order_json, appels, count)), SETTINGS)
    outcomes: dict[int, Outcome] = {}

    def note(done: Iterable[tuple[Sequence[Task], Sequence[Outcome]]]) -> None:
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
def test_who_kills_a_worker_ends_up_alone_and_the_others_are_made_once(
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


def chunks_of(tasks: Sequence[Task], *, known: int | None = None) -> list[list[int]]:
    supply = Supply(iter(tasks), 2, SETTINGS)
    supply.expect(len(tasks) if known is None else known, complete=known is None)
    given: list[list[int]] = []
    while some := supply.give(running=3):
        given += [[task.number for task in chunk] for chunk in some]
    return given


def test_chunks_are_small_first_and_last_and_hold_every_order(order_json: Json, appels: Appels) -> None:
    chunks = chunks_of(tasks_of(order_json, appels, 1000))
    sizes = [len(chunk) for chunk in chunks]
    assert [number for chunk in chunks for number in chunk] == list(range(1000))
    assert sizes[0] == FIRST_CHUNK
    assert max(sizes) == LAST_CHUNK
    assert sizes[-1] <= FIRST_CHUNK
    assert [len(chunk) for chunk in chunks_of(tasks_of(order_json, appels, 8))] == [4, 4]


def test_while_more_may_come_only_whole_chunks_are_given_out(order_json: Json, appels: Appels) -> None:
    tasks = tasks_of(order_json, appels, 100)
    assert chunks_of(tasks, known=FIRST_CHUNK - 1) == []
    assert [len(chunk) for chunk in chunks_of(tasks, known=3 * FIRST_CHUNK + 5)] == [FIRST_CHUNK, 2 * FIRST_CHUNK]
