"""Chunks of orders, given to the workers, and what becomes of one whose worker dies."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED
from concurrent.futures import BrokenExecutor
from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import wait
from dataclasses import replace
from itertools import islice

from generator.batch.pool import Pool
from generator.batch.tasks import Task
from generator.batch.work import Outcome
from generator.batch.work import Settings
from generator.batch.work import lost
from generator.batch.work import render_chunk
from generator.machine import MissingToolError

Chunk = tuple[Task, ...]
# A chunk that was worked on, and what became of each of its orders.
Worked = tuple[Chunk, list[Outcome]]

# A start of LibreOffice costs as much as a dozen documents: a chunk that is large makes little of it. It is also what
# a run that is killed has to do again, and the step of the progress bar: the first chunks are small.
FIRST_CHUNK, LAST_CHUNK = 8, 64
# Orders that wait for LibreOffice are begun while this share of the others is still to be done, but no more than take
# the other processes as long as a start of it.
_LATE, _MOST = 1 / 8, 192
# After so many deaths of workers in a row without an outcome, no worker can live here.
_FRUITLESS_STARTS = 10


class Work:
    """The orders of a run, worked on side by side, while others may still be checked.

    Where a worker dies, whatever was under way is suspected, and tried again alone: what kills a worker alone is
    halved, until the order at fault stands alone and has that as its outcome.
    """

    def __init__(self, pool: Pool, tasks: Iterator[Task], settings: Settings) -> None:
        """Take up work.

        Args:
            pool: who works.
            tasks: the orders; read no further than `expect` says.
            settings: what they are worked on with.
        """
        self._pool = pool
        self._executor = pool.executor()
        self._supply = Supply(tasks, pool.width, settings)
        self._running: dict[Future[list[Outcome]], Chunk] = {}
        self._suspects: deque[Chunk] = deque()
        self._fruitless = 0

    def expect(self, total: int, *, complete: bool) -> None:
        """Say how many orders there are by now, and whether these are all."""
        self._supply.expect(total, complete=complete)

    def finish(self) -> Iterator[Worked]:
        """Work on all that there is, and give each chunk with its outcomes as it ends."""
        while self._give():
            yield from self._take(None)

    def go_on(self) -> Iterator[Worked]:
        """Give what has ended by now, and give out what comes next, without waiting."""
        if self._give():
            yield from self._take(0)

    def _give(self) -> bool:
        """Give out chunks, and tell whether any is under way."""
        if self._suspects:
            given = [] if self._running else [self._suspects.popleft()]
        else:
            given = self._supply.give(len(self._running))
        for chunk in given:
            self._running[_submit(self._executor, chunk, self._supply.settings_for(chunk))] = chunk
        return bool(self._running)

    def _take(self, timeout: float | None) -> Iterator[Worked]:
        for future in wait(self._running, timeout, return_when=FIRST_COMPLETED).done:
            chunk = self._running.pop(future)
            error = future.exception()
            if error is None:
                self._fruitless = 0
                yield self._supply.sort(chunk, future.result())
                continue
            if isinstance(error, MissingToolError):
                raise error
            yield from self._suspect(chunk, error)
            if not self._running:
                break

    def _suspect(self, chunk: Chunk, error: BaseException) -> Iterator[Worked]:
        """Have what was under way when a worker died tried again; give an order that died alone, and its outcome."""
        suspected = [chunk]
        if isinstance(error, BrokenExecutor):
            suspected += self._running.values()
            self._running.clear()
            self._executor = self._pool.restart()
        self._fruitless += 1
        if len(suspected) > 1:
            self._suspects.extend(suspected)
        elif len(chunk) == 1 or self._fruitless >= _FRUITLESS_STARTS:
            yield chunk, [lost(f"{type(error).__name__}: {error}", task) for task in chunk]
        else:
            middle = len(chunk) // 2
            self._suspects.extendleft((chunk[middle:], chunk[:middle]))


class Supply:
    """Chunks to be given out: small ones first, so that progress shows, and last, so that all end together.

    Orders among them that no forme can make are gathered: a start of LibreOffice costs as much as a dozen documents.
    """

    def __init__(self, tasks: Iterator[Task], width: int, settings: Settings) -> None:
        self._tasks = tasks
        self._width = width
        self._total = self._taken = 0
        self._complete = False
        self._size = FIRST_CHUNK
        self._last = settings
        self._first = replace(settings, options=replace(settings.options, defer=True))
        self._deferred: list[Task] = []
        self._began = False
        self._given: set[int] = set()

    def expect(self, total: int, *, complete: bool) -> None:
        """Say how many orders there are by now, and whether these are all."""
        self._total, self._complete = total, complete

    def give(self, running: int) -> list[Chunk]:
        """Return chunks to be worked on beside so many that are: one waits beside each, so that no process does."""
        some: list[Chunk] = []
        while running + len(some) < 2 * self._width and (chunk := self._next()):
            some.append(chunk)
        return some + self._due(idle=not some and running < self._width) if self._complete else some

    def sort(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> Worked:
        """Keep the orders that were left for later, and return the others."""
        pairs = list(zip(chunk, outcomes, strict=True))
        self._deferred += [task for task, outcome in pairs if outcome.deferred]
        done = [pair for pair in pairs if not pair[1].deferred]
        return tuple(task for task, _ in done), [outcome for _, outcome in done]

    def settings_for(self, chunk: Chunk) -> Settings:
        """Return what a chunk is worked on with."""
        return self._last if chunk[0].number in self._given else self._first

    def _next(self) -> Chunk:
        """Return the next chunk; an empty one where there is none, or not enough yet."""
        left, size = self._total - self._taken, self._size
        if self._complete:
            size = min(size, max(_share(left, 2 * self._width), min(FIRST_CHUNK, _share(self._total, self._width))))
        elif left < size:
            return ()
        chunk = tuple(islice(self._tasks, min(size, left)))
        self._taken += len(chunk)
        self._size = min(2 * self._size, LAST_CHUNK)
        return chunk

    def _due(self, *, idle: bool) -> list[Chunk]:
        """Return the orders gathered, where they are enough, or nothing else is to be done.

        Once before the end as well, so that not all processes but one wait for LibreOffice then.
        """
        late = self._total - self._taken <= min(_LATE * self._total, _MOST)
        early = late and bool(self._deferred) and not self._began
        if not idle and not early and len(self._deferred) < LAST_CHUNK:
            return []
        self._began = self._began or early
        # Where the other processes have work, one start of LibreOffice does for all.
        size = LAST_CHUNK if early else max(_share(len(self._deferred), self._width), FIRST_CHUNK)
        chunks = [tuple(self._deferred[start : start + size]) for start in range(0, len(self._deferred), size)]
        self._given.update(task.number for task in self._deferred)
        self._deferred = []
        return chunks


def _share(orders: int, among: int) -> int:
    return max(math.ceil(orders / among), 1)


def _submit(executor: Executor, chunk: Chunk, settings: Settings) -> Future[list[Outcome]]:
    """Give a chunk to an engine; one that is broken already is told by the future, as all its failures are."""
    try:
        return executor.submit(render_chunk, chunk, settings)
    except BrokenExecutor as error:
        refused: Future[list[Outcome]] = Future()
        refused.set_exception(error)
        return refused
