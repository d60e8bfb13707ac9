"""Chunks of orders, given to the workers, and what becomes of one whose worker dies."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from itertools import islice

from generator.batch.pool import Pool
from generator.batch.tasks import Task
from generator.batch.work import ChunkSettings, OrderOutcome, lost, render_chunk
from generator.common.bounded_workers import BoundedError
from generator.common.machine import MissingToolError

Chunk = tuple[Task, ...]
# A chunk that was worked on, and what became of each of its orders.
Worked = tuple[Chunk, list[OrderOutcome]]

# A chunk is what a killed run has to do again and the step of the progress bar, so the first and the last are small.
# Orders that typst does not support share a start of LibreOffice within a chunk, so the others are large.
SMALL_CHUNK, LARGE_CHUNK = 8, 64
# Deaths of workers in a row, without any outcome, after which the run stops.
_FRUITLESS_STARTS = 10


class Work:
    """The orders of a run, worked on side by side, while others may still be checked.

    Where a worker dies, whatever was under way is suspected, and tried again alone: what kills a worker alone is
    halved, until the order at fault stands alone and has that as its outcome.
    """

    def __init__(self, pool: Pool, tasks: Iterator[Task], settings: ChunkSettings) -> None:
        """Take up work.

        Args:
            pool: who works.
            tasks: the orders; read no further than `expect` says.
            settings: what they are worked on with.
        """
        self._pool = pool
        self._executor = pool.executor()
        self._tasks = tasks
        self._settings = settings
        self._total = self._taken = 0
        self._complete = False
        self._running: dict[Future[list[OrderOutcome]], Chunk] = {}
        self._suspects: deque[Chunk] = deque()
        self._fruitless = 0

    def expect(self, total: int, *, complete: bool) -> None:
        """Say how many orders there are by now, and whether these are all."""
        self._total, self._complete = total, complete

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
            if not self._running:
                self._submit(self._suspects.popleft())
        else:
            # One chunk is queued for each worker, so that none waits for the next.
            while len(self._running) < 2 * self._pool.width and (chunk := self._next()):
                self._submit(chunk)
        return bool(self._running)

    def _next(self) -> Chunk:
        """Return the next chunk: a share of the orders left; an empty one where there is none, or not enough yet."""
        left, width = self._total - self._taken, self._pool.width
        if not self._complete and left < SMALL_CHUNK:
            return ()
        least = min(SMALL_CHUNK, math.ceil(self._total / width))
        chunk = tuple(islice(self._tasks, min(max(left // (2 * width), least), LARGE_CHUNK, left)))
        self._taken += len(chunk)
        return chunk

    def _submit(self, chunk: Chunk) -> None:
        """Submit a chunk; where the executor is broken already, the future has the exception."""
        try:
            future = self._executor.submit(render_chunk, chunk, self._settings)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        self._running[future] = chunk

    def _take(self, timeout: float | None) -> Iterator[Worked]:
        for future in wait(self._running, timeout, return_when=FIRST_COMPLETED).done:
            chunk = self._running.pop(future)
            error = future.exception()
            if error is None:
                self._fruitless = 0
                yield chunk, future.result()
                continue
            if isinstance(error, MissingToolError):
                raise error
            yield from self._suspect(chunk, error)
            if not self._running:
                break

    def _suspect(self, chunk: Chunk, error: BaseException) -> Iterator[Worked]:
        """Have what was under way when a worker died tried again; give an order that died alone, and its outcome."""
        suspected = [chunk]
        if isinstance(error, BoundedError):
            guilty = [task for task in chunk if len(chunk) == 1 or task.order.place == error.finding.place]
            if len(guilty) == 1:
                yield tuple(guilty), [OrderOutcome((), (error.finding,))]
                if rest := tuple(task for task in chunk if task is not guilty[0]):
                    self._submit(rest)
                return
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
