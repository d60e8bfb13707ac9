"""Chunks given to engines that break; `test_run.py` has real processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from concurrent.futures import Executor
from concurrent.futures import Future
from pathlib import Path

import pytest

from generator.batch.dispatch import FIRST_CHUNK
from generator.batch.dispatch import LAST_CHUNK
from generator.batch.dispatch import cut
from generator.batch.dispatch import work_through
from generator.batch.plan import Task
from generator.batch.plan import task_of
from generator.batch.record import Output
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


def worked(order_json: Json, appels: Appels, pool: FragilePool, count: int = 40) -> dict[int, Outcome]:
    checked = check_descriptor(descriptor(order_json), appels)
    assert checked.order
    assert checked.appel
    name = order_name(checked.order)
    tasks = [task_of(number, checked.order, checked.appel, name=name, inputs="0") for number in range(count)]
    chunks = cut(iter(tasks), count, pool.width)
    outcomes: dict[int, Outcome] = {}
    for chunk, given in work_through(pool, chunks, count, Settings(Path(), RenderOptions(formats=(Format.DOCX,)))):
        for task, outcome in zip(chunk, given, strict=True):
            assert task.number not in outcomes, "made twice"
            outcomes[task.number] = outcome
    return outcomes


@pytest.mark.parametrize("culprits", [set(), {0}, {13}, {39}, {3, 4, 20}])
@pytest.mark.parametrize("error", [BrokenExecutor("a worker died"), RuntimeError("KilledWorker")])
def test_who_kills_a_worker_ends_up_alone_and_the_others_are_made_once(
    order_json: Json, appels: Appels, culprits: set[int], error: Exception
) -> None:
    outcomes = worked(order_json, appels, FragilePool(culprits, error))
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


def test_chunks_are_small_first_and_last_and_hold_every_order() -> None:
    chunks = list(cut(iter(range(1000)), 1000, 2))  # type: ignore[arg-type]  # any value will do
    sizes = [len(chunk) for chunk in chunks]
    assert [number for chunk in chunks for number in chunk] == list(range(1000))  # type: ignore[comparison-overlap]
    assert sizes[0] == FIRST_CHUNK
    assert max(sizes) == LAST_CHUNK
    assert sizes[-1] <= FIRST_CHUNK
    assert [len(chunk) for chunk in cut(iter(range(8)), 8, 2)] == [4, 4]  # type: ignore[arg-type]
