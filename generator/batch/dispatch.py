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

from generator.batch.plan import Task
from generator.batch.pool import Pool
from generator.batch.work import Outcome
from generator.batch.work import Settings
from generator.batch.work import lost
from generator.batch.work import render_chunk
from generator.machine import MissingToolError

Chunk = tuple[Task, ...]

# A start of LibreOffice costs as much as a dozen documents: a chunk that is large makes little of it. It is also what
# a run that is killed has to do again, and the step of the progress bar: the first chunks are small.
FIRST_CHUNK, LAST_CHUNK = 8, 64
# Orders that wait for LibreOffice are begun while this share of the others is still to be done.
_LATE = 1 / 8
# After so many deaths of workers in a row without an outcome, no worker can live here.
_FRUITLESS_STARTS = 10


def cut(tasks: Iterator[Task], total: int, width: int) -> Iterator[Chunk]:
    """Cut the work into chunks: small ones first, so that progress shows, and last, so that all end together."""
    left, size, least = total, FIRST_CHUNK, min(FIRST_CHUNK, _share(total, width))
    while chunk := tuple(islice(tasks, min(size, max(_share(left, 2 * width), least)))):
        yield chunk
        left -= len(chunk)
        size = min(2 * size, LAST_CHUNK)


def _share(orders: int, among: int) -> int:
    return max(math.ceil(orders / among), 1)


def work_through(
    pool: Pool, chunks: Iterator[Chunk], total: int, settings: Settings
) -> Iterator[tuple[Chunk, list[Outcome]]]:
    """Have chunks worked on side by side, and give each with its outcomes as it ends.

    Where a worker dies, whatever was under way is suspected, and tried again alone: what kills a worker alone is
    halved, until the order at fault stands alone and has that as its outcome.

    Args:
        pool: who works.
        chunks: what `cut` gives.
        total: how many orders they have in all.
        settings: what they are worked on with.
    """
    executor = pool.executor()
    running: dict[Future[list[Outcome]], Chunk] = {}
    supply = _Supply(chunks, total, pool.width, settings)
    suspects: deque[Chunk] = deque()
    fruitless = 0
    while True:
        given = ([] if running else [suspects.popleft()]) if suspects else supply.give(len(running))
        for chunk in given:
            running[_submit(executor, chunk, supply.settings_for(chunk))] = chunk
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            chunk = running.pop(future)
            error = future.exception()
            if error is None:
                fruitless = 0
                yield supply.sort(chunk, future.result())
                continue
            if isinstance(error, MissingToolError):
                raise error
            suspected = [chunk]
            if isinstance(error, BrokenExecutor):
                suspected += running.values()
                running.clear()
                executor = pool.restart()
            fruitless += 1
            if len(suspected) > 1:
                suspects.extend(suspected)
            elif len(chunk) == 1 or fruitless >= _FRUITLESS_STARTS:
                yield chunk, [lost(f"{type(error).__name__}: {error}", task) for task in chunk]
            else:
                middle = len(chunk) // 2
                suspects.extendleft((chunk[middle:], chunk[:middle]))
            if not running:
                break


class _Supply:
    """Chunks to be given out, and orders among them that no forme can make.

    Those are gathered: a start of LibreOffice costs as much as a dozen documents.
    """

    def __init__(self, chunks: Iterator[Chunk], total: int, width: int, settings: Settings) -> None:
        self._chunks = chunks
        self._total = self._left = total
        self._width = width
        self._last = settings
        self._first = replace(settings, options=replace(settings.options, defer=True))
        self._tasks: list[Task] = []
        self._began = False
        self._given: set[int] = set()

    def give(self, running: int) -> list[Chunk]:
        """Return chunks to be worked on beside so many that are: one waits beside each, so that no process does."""
        some = list(islice(self._chunks, max(2 * self._width - running, 0)))
        self._left -= sum(map(len, some))
        return some + self._due(idle=not some and running < self._width)

    def sort(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> tuple[Chunk, list[Outcome]]:
        """Keep the orders that were left for later, and return the others."""
        pairs = list(zip(chunk, outcomes, strict=True))
        self._tasks += [task for task, outcome in pairs if outcome.deferred]
        done = [pair for pair in pairs if not pair[1].deferred]
        return tuple(task for task, _ in done), [outcome for _, outcome in done]

    def _due(self, *, idle: bool) -> list[Chunk]:
        """Return the orders gathered, where they are enough, or nothing else is to be done.

        Once before the end as well, so that not all processes but one wait for LibreOffice then.
        """
        early = self._left <= _LATE * self._total and bool(self._tasks) and not self._began
        if not idle and not early and len(self._tasks) < LAST_CHUNK:
            return []
        self._began = self._began or early
        # Where the other processes have work, one start of LibreOffice does for all.
        size = LAST_CHUNK if early else max(_share(len(self._tasks), self._width), FIRST_CHUNK)
        chunks = [tuple(self._tasks[start : start + size]) for start in range(0, len(self._tasks), size)]
        self._given.update(task.number for task in self._tasks)
        self._tasks = []
        return chunks

    def settings_for(self, chunk: Chunk) -> Settings:
        """Return what a chunk is worked on with."""
        return self._last if chunk[0].number in self._given else self._first


def _submit(executor: Executor, chunk: Chunk, settings: Settings) -> Future[list[Outcome]]:
    """Give a chunk to an engine; one that is broken already is told by the future, as all its failures are."""
    try:
        return executor.submit(render_chunk, chunk, settings)
    except BrokenExecutor as error:
        refused: Future[list[Outcome]] = Future()
        refused.set_exception(error)
        return refused
