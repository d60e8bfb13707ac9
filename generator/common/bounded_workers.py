"""Run work on files that come from outside in worker processes, within limits.

A worker is started once and used again. A limit, a crash or an abort ends it with everything that it started, becomes
a finding that names the file, and the next call has a new worker. On Linux a worker is forked from a process of one
thread, so that it costs some milliseconds. Elsewhere, and where there are threads, multiprocessing starts it.

A worker bounds accidents and floods. It is no sandbox: code that takes over a worker has the rights of the user.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from generator.common.findings import ERROR, FindingError, Place, define
from generator.common.language import text
from generator.common.processes import descendants_of, kill_tree, memory_of, processor_time_of, thread_count
from generator.common.worker_process import MAX_ANSWER, MEGABYTE, NO_JOB, Limits, is_worker, serve

if TYPE_CHECKING:
    from multiprocessing import context

LIMITE_MEMOIRE = define("LIMITE-MEMOIRE", ERROR)
LIMITE_DUREE = define("LIMITE-DUREE", ERROR)
TRAITEMENT_INTERROMPU = define("TRAITEMENT-INTERROMPU", ERROR)

# How often memory is measured: a worker fills some 100 MB meanwhile. Children need a walk over all processes.
_GLANCE_SECONDS, _CHILDREN_SECONDS = 0.05, 0.5
# A worker that others starve of the processor has this multiple of the time limit more.
_STARVED = 2
# A worker that keeps this share of the memory after a call is replaced.
_KEPT_SHARE = 0.5
# An idle worker ends in some milliseconds; one that does not is killed.
_DISMISS_SECONDS = 1.0
# The path of a socket has at most 103 bytes on macOS; that of a forkserver has 32 more than the temporary folder.
_MAX_SOCKET_FOLDER = 71
_PREFIX = "segurdoc-worker-"

P = ParamSpec("P")
R = TypeVar("R")


class BoundedError(FindingError):
    """The work on a file ended without an answer; `finding` names the file, and the limit or the failure.

    `is_shared` tells that the worker was the largest of several, and within the limit by itself.
    """

    is_shared = False


class _KilledError(BoundedError):
    """Somebody else ended the worker."""


# A list, so that `set_limits` changes what calls of other threads read next.
_LIMITS = [Limits()]


def set_limits(*, memory: int | None = None, workers: int = 1, seconds: float | None = None) -> None:
    """Set the limits of the calls that follow.

    Args:
        memory: bytes that one worker may fill.
        workers: how many workers may fill that much at once; with 1 all workers share it.
        seconds: time for one file.
    """
    now = _LIMITS[0]
    # Two limits: with the sum alone, one job of the server could fill what was meant for several.
    one, together = (memory, memory * workers) if memory else (now.worker_memory, now.total_memory)
    _LIMITS[0] = Limits(together, one, seconds or now.seconds)


def run_bounded(file: object, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function in a worker, and return its answer or raise its exception.

    Args:
        file: the file at work, for findings.
        function: a function of a module; its arguments, answer and exceptions are pickled.
        args: its arguments.
        kwargs: its arguments by name.

    Raises:
        BoundedError: a limit was reached, or the worker failed.
    """
    # A worker is bounded already. As a daemon, it may start no process of multiprocessing.
    if is_worker() or _IN_PROCESS.get():
        return function(*args, **kwargs)
    with _ONE_CALL:
        if not _SINGLE:
            _SINGLE.append(_Worker(()))
        answer: R = _SINGLE[0].call(Place(str(file)), pickle.dumps((function, args, kwargs)))
    return answer


@contextlib.contextmanager
def in_process() -> Iterator[None]:
    """Have this process do the work of `run_bounded`, without limits: a script may not be able to start workers."""
    token = _IN_PROCESS.set(True)
    try:
        yield
    finally:
        _IN_PROCESS.reset(token)


def warm() -> None:
    """Start the worker of `run_bounded`: while this process has one thread, that costs some milliseconds."""
    if not is_worker():
        with _ONE_CALL:
            if not _SINGLE:
                _SINGLE.append(_Worker(()))
            _SINGLE[0].start()


class Workers(Executor):
    """Several workers; each call waits for a free one."""

    def __init__(self, width: int, *, modules: Sequence[str] = (), folder: Path | None = None) -> None:
        """Start the workers.

        Args:
            width: how many calls run at once.
            modules: what the workers need, imported once where they are forked from a process of multiprocessing.
            folder: where they have their temporary files.
        """
        # They start before the threads of this pool do: a process of several threads is not forked.
        self._all = [_Worker(modules, folder) for _ in range(width)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            worker.start()
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(width)
        self._alone = threading.Lock()

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call a function in a worker; findings name the place of its last step."""
        return self.submit_for(Place(), function, *args, **kwargs)

    def submit_for(self, place: Place, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call a function in a worker; `place` is the file of its findings."""
        return self._threads.submit(self._call, place, pickle.dumps((function, args, kwargs)))

    def _call(self, place: Place, job: bytes) -> Any:
        worker = self._idle.get()
        try:
            try:
                return worker.call(place, job)
            except BoundedError as error:
                if not error.is_shared:
                    raise
            # Not at fault for certain: once more, when no other such file is at work.
            with self._alone:
                return worker.call(place, job)
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # Executor's
        """End the workers; with `wait`, after the calls that were submitted."""
        if wait and not cancel_futures:
            self._threads.shutdown()
        for worker in self._all:
            worker.close()
        # After the workers: a thread that waits for an answer ends when its worker does.
        self._threads.shutdown(wait=True, cancel_futures=True)


class _Worker:
    """A worker process, started when it is first needed and again after it has failed."""

    def __init__(self, modules: Sequence[str], folder: Path | None = None) -> None:
        self._modules, self._parent_folder = modules, folder
        self._process: Any = None
        self._pipe: Any = None
        self._folder = ""
        self._closed = False
        # Its processor time when the step began.
        self._used = 0.0
        self._busy, self._starting = threading.Lock(), threading.Lock()

    def start(self) -> None:
        """Start the process, unless it runs."""
        # Calls start it as well, from other threads.
        with self._starting:
            if self._process is not None and self._process.is_alive():
                return
            self.end()
            if self._closed:
                raise BoundedError(TRAITEMENT_INTERROMPU.at(Place(), reason=text("common.workers.closed")))
            context: Any = _context(self._modules)
            self._folder = tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent_folder)
            self._pipe, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, self._folder), daemon=True)
            # A fork goes on where this process is; every other way to start imports the script first.
            with contextlib.nullcontext() if context.get_start_method() == "fork" else _without_main():
                process.start()
            self._process = process
            # Only the worker keeps this end: the pipe breaks when the worker ends.
            theirs.close()
            _WORKERS.add(self)
            # Last, so that it runs before the folder of temporary files is removed.
            atexit.unregister(end_workers)
            atexit.register(end_workers)

    def call(self, place: Place, job: bytes) -> Any:
        """Have a job done; return its answer, or raise what it raised.

        Raises:
            BoundedError: a limit was reached, or the worker failed.
        """
        with self._busy:
            try:
                return self._call(place, job, _LIMITS[0])
            except _KilledError:
                # By somebody else: that proves nothing about the file.
                return self._call(place, job, _LIMITS[0])

    def _call(self, place: Place, job: bytes, limits: Limits) -> Any:
        self.start()
        try:
            # A worker outlives a call: folder, environment and limits may have changed since it started.
            self._pipe.send_bytes(pickle.dumps((job, _folder(), dict(os.environ), limits)))
            kind, answer, place = self._answer(place, limits)
            # Memory that a library keeps would count against the next file.
            if memory_of(self._process.pid) > limits.worker_memory * _KEPT_SHARE:
                self.end()
        except (EOFError, OSError) as error:
            raise self._failed(place, error) from error
        except BaseException:
            # Such as Ctrl-C: the next call would get the answer to this one.
            self.end()
            raise
        finally:
            _MEMORY.pop(self, None)
        if kind == b"a":
            return answer
        if kind == b"m":
            raise _memory_error(place, limits)
        if kind == b"e":
            raise answer
        raise BoundedError(TRAITEMENT_INTERROMPU.at(place, reason=answer))

    def _answer(self, place: Place, limits: Limits) -> tuple[bytes, Any, Place]:
        """Wait for the answer, and measure time and memory meanwhile."""
        from multiprocessing import connection

        began, is_named = time.monotonic(), bool(place.file)
        deadline, next_walk = began + limits.seconds, began + _CHILDREN_SECONDS
        children = list[int]()
        self._used = processor_time_of(self._process.pid)
        while True:
            if connection.wait([self._pipe, self._process.sentinel], _GLANCE_SECONDS):
                # The first byte says what the message is.
                data = self._pipe.recv_bytes(MAX_ANSWER + 1)
                # A step is no answer: the worker goes on, and its time begins anew.
                if data[:1] != b"s":
                    return data[:1], pickle.loads(data[1:]), place  # noqa: S301  # written by our worker
                begun, seconds = pickle.loads(data[1:])  # noqa: S301
                place, deadline = place if is_named else begun or place, time.monotonic() + (seconds or limits.seconds)
                self._used = processor_time_of(self._process.pid)
                continue
            now = time.monotonic()
            if now >= deadline and (now >= deadline + limits.seconds * _STARVED or not self._is_starved(limits)):
                self.end()
                raise BoundedError(LIMITE_DUREE.at(place, seconds=f"{limits.seconds:g}"))
            # The memory of programs that the worker started, such as LibreOffice, counts as well.
            if now >= next_walk:
                children, next_walk = descendants_of(self._process.pid), now + _CHILDREN_SECONDS
            self._check_memory(children, place, limits)

    def _is_starved(self, limits: Limits) -> bool:
        """Tell whether the machine has given the worker less than half of its time."""
        return processor_time_of(self._process.pid) - self._used < limits.seconds / 2

    def _check_memory(self, children: Sequence[int], place: Place, limits: Limits) -> None:
        """End the worker over its own limit, or the largest where all workers together are over theirs."""
        own = _MEMORY[self] = sum(map(memory_of, (self._process.pid, *children)))
        known = list(_MEMORY.values())
        if own > limits.worker_memory or (sum(known) > limits.total_memory and own >= max(known)):
            self.end()
            raise _memory_error(place, limits, is_shared=own <= limits.worker_memory)

    def _failed(self, place: Place, error: Exception) -> BoundedError:
        """Return the finding about a process that ended without an answer."""
        # The pipe may break a moment before the exit code is known.
        self._process.join(1)
        code = self._process.exitcode
        # A message longer than `recv_bytes` may take raises an OSError without a number.
        too_long = isinstance(error, OSError) and error.errno is None and code is None
        self.end()
        ending = _ending(code)
        # The system ended it at the limit of processor time.
        if ending == "SIGXCPU":
            return BoundedError(LIMITE_DUREE.at(place, seconds=f"{_LIMITS[0].seconds:g}"))
        reason = text("common.workers.too-large") if too_long else text("common.workers.ended", ending=ending)
        kind = _KilledError if ending == "SIGKILL" else BoundedError
        return kind(TRAITEMENT_INTERROMPU.at(place, reason=reason))

    def close(self) -> None:
        """End the process for good; a call that waits for it fails."""
        self._closed = True
        if self._busy.acquire(blocking=False):
            self._dismiss()
            self.end()
            self._busy.release()
        # A call is at work: it meets the end of its process, and removes what that leaves.
        elif self._process is not None:
            kill_tree(self._process.pid)

    def _dismiss(self) -> None:
        """Let an idle process end by itself, so that it does what waits for its end, such as saving its coverage."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._pipe.send_bytes(NO_JOB)
                self._process.join(_DISMISS_SECONDS)

    def end(self) -> None:
        """End the process with everything that it started, and remove its temporary files."""
        if self._process is None:
            return
        if self._process.is_alive():
            kill_tree(self._process.pid)
        self._process.join()
        self._process = None
        self._pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        _WORKERS.discard(self)


_SINGLE: list[_Worker] = []
_IN_PROCESS = ContextVar("_IN_PROCESS", default=False)
# One worker answers one call at a time, and its start hides the script from all threads.
_ONE_CALL, _ONE_START = threading.Lock(), threading.Lock()
_WORKERS: set[_Worker] = set()
# What each worker at work has filled, in bytes.
_MEMORY: dict[_Worker, int] = {}


def end_workers() -> None:
    """End all workers of this process; a later call starts new ones."""
    for worker in list(_WORKERS):
        worker.close()
    _SINGLE.clear()


def _forget_workers() -> None:
    """In a forked process: the workers are its parent's, which alone may use and end them."""
    _SINGLE.clear()
    _WORKERS.clear()
    _MEMORY.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_workers)


def _memory_error(place: Place, limits: Limits, *, is_shared: bool = False) -> BoundedError:
    error = BoundedError(LIMITE_MEMOIRE.at(place, megabytes=limits.worker_memory // MEGABYTE))
    error.is_shared = is_shared
    return error


def _ending(code: int | None) -> str:
    """Return the name of the signal that ended a process, else its exit code."""
    try:
        return signal.Signals(-(code or 0)).name
    except ValueError:
        return str(code)


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  # as text
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep a worker from running the script of the program anew: nothing that it does is defined there.

    multiprocessing imports the script of its parent by its path; one that does not guard itself would start again.
    """
    main = sys.modules["__main__"]
    with _ONE_START:
        kept: dict[str, Any] = {name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)}
        main.__spec__ = None
        try:
            yield
        finally:
            vars(main).update(kept)


def _context(modules: Sequence[str]) -> context.BaseContext:
    """Return how a worker is started: by fork where this process has one thread, whose locks it could not copy."""
    # Late: what it removes at the end lies in the folder of temporary files, which has to be known first.
    import multiprocessing

    # A forked worker has all modules already: it costs some milliseconds.
    if sys.platform == "linux" and thread_count() == 1:
        return multiprocessing.get_context("fork")
    is_short = len(os.fsencode(tempfile.gettempdir())) <= _MAX_SOCKET_FOLDER
    if not is_short or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    if modules:
        server.set_forkserver_preload(list(modules))
    return server
