"""Share the orders of a run among workers, in chunks, and find the order that makes a worker die.

Whatever ends a run, no process of it survives, and its temporary files are removed.
"""

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from generator.batch.work import ChunkSettings, OrderOutcome, Task, lost, render_chunk
from generator.common.bounded_workers import BoundedError, Workers
from generator.common.missing_tools import MissingToolError
from generator.common.run_folder import end_recorded, record_outside

Chunk = tuple[Task, ...]
# A chunk that was rendered, and the outcome of each of its orders.
Worked = tuple[Chunk, list[OrderOutcome]]

# A chunk is what a killed run has to do again and the step of the progress bar, so the first and the last are small.
# Orders that typst does not support share a start of LibreOffice within a chunk, so the others are large.
SMALL_CHUNK, LARGE_CHUNK = 8, 64
# Deaths of workers in a row, without any outcome, after which the run stops.
_FRUITLESS_STARTS = 10
# The modules that a worker imports before its first chunk.
_NEEDED = (
    "generator.batch.work",
    "generator.render.pipeline",
    "generator.render.pdf.typst",
    "generator.verify.missing_mentions",
    "generator.verify.text",
    "qrcode",
    "phonenumbers",
    "typst",
)


class Pool(Protocol):
    """A pool of workers: processes of this machine, or a cluster."""

    @property
    def width(self) -> int:
        """The number of chunks that are rendered at once."""

    def warm(self) -> None:
        """Start the workers."""

    def executor(self) -> Executor:
        """Return the executor that takes chunks; after the death of a worker, one that works again."""

    def close(self) -> None:
        """End all work, done or not."""


class LocalPool:
    """Bounded workers of this machine, whose temporary files are all in one folder."""

    def __init__(self, jobs: int, folder: Path) -> None:
        self.width = jobs
        self._folder = folder
        self._workers: Workers | None = None

    def warm(self) -> None:
        """Start the processes, which import `_NEEDED`."""
        self.executor()

    def executor(self) -> Executor:
        """Return the processes, started now or before; they replace a worker that failed by themselves."""
        if self._workers is None:
            # Late, as in `common.bounded_workers`.
            import multiprocessing.util

            # Multiprocessing clears this up when the process ends, unless it is killed.
            record_outside(self._folder, Path(multiprocessing.util.get_temp_dir()))
            self._workers = Workers(self.width, modules=_NEEDED, folder=self._folder)
        return self._workers

    def close(self) -> None:
        """End the processes, and every program they started."""
        if self._workers:
            # The programs that the workers started are still recorded: `end_recorded` ends them too.
            self._workers.shutdown(wait=False, cancel_futures=True)
            self._workers = None
            end_recorded(self._folder)


class DaskPool:
    """A cluster of `dask.distributed`, whose workers have the output folder under the same path."""

    def __init__(self, address: str) -> None:
        """Connect to the cluster's scheduler.

        Args:
            address: `tcp://host:8786`.

        Raises:
            ImportError: the extra `dask` is not installed.
            OSError: there is no scheduler at the address.
        """
        from distributed import Client

        self._client: Any = Client(address)  # type: ignore[no-untyped-call]  # it publishes no types
        # A cluster may have no worker yet: its chunks wait.
        self.width = max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    def warm(self) -> None:
        """Its workers run already."""

    def executor(self) -> Executor:
        """Return the cluster as an executor; it replaces its dead workers by itself."""
        # Calls are not pure: without this, dask would take the result of an equal earlier call.
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def close(self) -> None:
        """Withdraw the chunks that are not done, and leave the cluster."""
        self._client.close()


class Work:
    """Renders the orders of a run in parallel, while others may still be checked.

    If a worker dies, each chunk under way is tried again alone. A chunk that kills a worker alone is halved, until the
    order at fault is alone: its outcome is the reason.
    """

    def __init__(self, pool: Pool, tasks: Iterator[Task], settings: ChunkSettings) -> None:
        """Prepare the work.

        Args:
            pool: the workers.
            tasks: the orders; read no further than `expect` allows.
            settings: the settings of the run.
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
        """Set the number of orders known so far, and whether these are all."""
        self._total, self._complete = total, complete

    def finish(self) -> Iterator[Worked]:
        """Render all orders, and return each chunk with its outcomes as soon as it ends."""
        while self._give():
            yield from self._take(None)

    def go_on(self) -> Iterator[Worked]:
        """Return the chunks that have ended, and submit the next ones, without waiting."""
        if self._give():
            yield from self._take(0)

    def _give(self) -> bool:
        """Submit chunks, and return whether any is under way."""
        if self._suspects:
            if not self._running:
                self._submit(self._suspects.popleft())
        else:
            # One chunk is queued for each worker, so that none waits for the next.
            while len(self._running) < 2 * self._pool.width and (chunk := self._next()):
                self._submit(chunk)
        return bool(self._running)

    def _next(self) -> Chunk:
        """Return the next chunk, a share of the orders left; it is empty if there are none, or not enough yet."""
        left, width = self._total - self._taken, self._pool.width
        # While others are checked, a few orders wait: more may join their chunk.
        if not self._complete and left < SMALL_CHUNK:
            return ()
        # Half of each worker's share: chunks become smaller towards the end, so that workers end together.
        least = min(SMALL_CHUNK, math.ceil(self._total / width))
        chunk = tuple(islice(self._tasks, min(max(left // (2 * width), least), LARGE_CHUNK, left)))
        self._taken += len(chunk)
        return chunk

    def _submit(self, chunk: Chunk) -> None:
        """Submit a chunk; if the executor is broken already, the future has the exception."""
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
            # A missing program stops every chunk alike: the run ends.
            if isinstance(error, MissingToolError):
                raise error
            yield from self._suspect(chunk, error)
            if not self._running:
                break

    def _suspect(self, chunk: Chunk, error: BaseException) -> Iterator[Worked]:
        """Queue the chunks under way when a worker died for another try; return an order that died alone."""
        suspected = [chunk]
        # The finding of a limit names the order that reached it: the others of its chunk go on.
        if isinstance(error, BoundedError):
            guilty = [task for task in chunk if len(chunk) == 1 or task.order.place == error.finding.place]
            if len(guilty) == 1:
                yield tuple(guilty), [OrderOutcome((), (error.finding,))]
                if rest := tuple(task for task in chunk if task is not guilty[0]):
                    self._submit(rest)
                return
        if isinstance(error, BrokenExecutor):
            # A broken pool ends every future, and does not name the chunk that broke it.
            suspected += self._running.values()
            self._running.clear()
            self._executor = self._pool.executor()
        self._fruitless += 1
        if len(suspected) > 1:
            # One by one, so that the next death names its chunk.
            self._suspects.extend(suspected)
        elif len(chunk) == 1 or self._fruitless >= _FRUITLESS_STARTS:
            yield chunk, [lost(f"{type(error).__name__}: {error}", task) for task in chunk]
        else:
            middle = len(chunk) // 2
            self._suspects.extendleft((chunk[middle:], chunk[:middle]))
