"""What runs in a worker: the jobs that come through its pipe, one after the other, within limits of the system."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.findings import Place
from generator.common.language import Text, text
from generator.common.locks import leave_locks
from generator.common.processes import addresses_of, descendants_of, kill_all, record, record_in

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from multiprocessing import connection

MEGABYTE = 1_000_000
# A page fills some 0.8 GB in RapidOCR: a worker reads one at once.
DEFAULT_MEMORY, DEFAULT_SECONDS = 2_000 * MEGABYTE, 60.0
# The largest answer of a worker, and the largest file that one may write.
MAX_ANSWER, MAX_FILE = 128 * MEGABYTE, 1_000 * MEGABYTE
MAX_OPEN_FILES = 512
# Sent in place of a job, to end the worker.
NO_JOB = b""
# The processor time that a worker may take when nobody measures it, in multiples of the time limit.
_CPU_MULTIPLE = 4
# The addresses that a thread of a library reserves and never fills: a stack and a heap of glibc.
_THREAD_BYTES = 72 * MEGABYTE
# What is filled is measured; addresses, of which libraries reserve more than they fill, are bounded by this multiple.
_ADDRESSED = 1.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What the work on one file may take.

    Attributes:
        total_memory: bytes that all workers of this process may fill together.
        worker_memory: bytes that one worker may fill.
        seconds: time for one file, or for one step (`step`) of a longer work.
    """

    total_memory: int = DEFAULT_MEMORY
    worker_memory: int = DEFAULT_MEMORY
    seconds: float = DEFAULT_SECONDS


# The limits of the job at work, and the pipe to the process that waits for its answer.
_NOW = [Limits()]
_OWN_PIPE: list[connection.Connection] = []
_ONE_SENDER = threading.Lock()


def step(place: Place | None = None, *, seconds: float | None = None) -> None:
    """Report from a worker that the next part of its work begins: the time limit starts anew.

    Args:
        place: the place that findings name from now on, where the call names no file; None for the one before.
        seconds: the time limit of this step; by default that of a file.
    """
    if _OWN_PIPE:
        with _ONE_SENDER:
            _OWN_PIPE[0].send_bytes(b"s" + pickle.dumps((place, seconds)))
        # The limit of processor time follows: it would end a long work of many short steps.
        _limit_processor(_NOW[0], seconds)


def is_worker() -> bool:
    """Tell whether this process is a worker, ours or of another library."""
    # Workers of dask are daemons, too, and may start no process of multiprocessing.
    process = sys.modules.get("multiprocessing.process")
    return bool(_OWN_PIPE) or bool(process and process.current_process().daemon)


def serve(pipe: connection.Connection, folder: str) -> None:
    """Do the jobs that come through a pipe, one after the other, until `NO_JOB` comes or the pipe is closed."""
    _prepare(folder)
    _OWN_PIPE[:] = [pipe]
    while True:
        try:
            received = pipe.recv_bytes()
        # The parent has closed the pipe, or has ended.
        except (EOFError, OSError):
            return
        if received == NO_JOB:
            # A program that a job started and left may not outlive the worker.
            kill_all(descendants_of(os.getpid()))
            return
        job, cwd, environ, limits = pickle.loads(received)  # noqa: S301  # from our parent
        # What runs in a worker sees the variables of the call, such as SOURCE_DATE_EPOCH.
        if environ != dict(os.environ):
            os.environ.clear()
            os.environ.update(environ)
        with contextlib.suppress(OSError):
            # Relative names of files are those of the caller; its folder may have been removed since.
            os.chdir(cwd)
        _NOW[0] = limits
        kind, answer = _done(job, limits)
        with _ONE_SENDER:
            pipe.send_bytes(kind + answer)


def _done(job: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Return the kind of a job's answer, and the answer."""
    try:
        # Anew for each job: the worker has filled more addresses since, and limits may have changed.
        _limit_memory(limits)
        _limit_processor(limits)
        function, args, kwargs = pickle.loads(job)  # noqa: S301  # from our parent
        return _packed(b"a", function(*args, **kwargs))
    except MemoryError:
        return b"m", pickle.dumps(None)
    except BaseException as error:  # noqa: BLE001  # a panic of Rust is no Exception, and nothing else may end the worker
        if _is_memory(error):
            return b"m", pickle.dumps(None)
        # An exception of this program, or of the system, is an answer. Any other is a failure on this file.
        if isinstance(error, OSError) or type(error).__module__.startswith("generator."):
            return _packed(b"e", error)
        reason = f"{type(error).__name__}: {error}"
        return b"f", pickle.dumps(Text(reason, reason))


def _packed(kind: bytes, answer: object) -> tuple[bytes, bytes]:
    data = pickle.dumps(answer)
    return (kind, data) if len(data) <= MAX_ANSWER else (b"f", pickle.dumps(text("common.workers.too-large")))


def _is_memory(error: BaseException) -> bool:
    """Tell whether a library could not get memory, and says so in an exception of its own."""
    while error is not None:
        words = str(error).lower()
        if isinstance(error, MemoryError) or "out of memory" in words or "bad_alloc" in words:
            return True
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return True
        error = error.__context__  # type: ignore[assignment]  # None ends it
    return False


def _prepare(folder: str) -> None:
    """Give the worker a process group, temporary folder and limits of its own; let it end with its parent."""
    # What it shares with its parent is no garbage: a search for some would copy each page of that memory.
    gc.freeze()
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            # Whoever ends the worker ends its process group with it.
            os.setsid()
    # A forked worker has copies of its parent's locks, which would outlive a killed parent.
    leave_locks()
    tempfile.tempdir = folder
    # The next run ends what this worker starts, and the worker itself, if both are killed.
    record_in(Path(folder))
    record(os.getpid())
    # The parent answers Ctrl-C and requests to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if not os.environ.get("SEGURDOC_DEBUG"):
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
    if sys.platform != "win32":
        for number, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, MAX_FILE),
            (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        ):
            _set_limit(number, value)
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        threading.Thread(target=_watch, args=(parent.sentinel, folder), daemon=True).start()


def _limit_memory(limits: Limits) -> None:
    """Bound the address space of the worker, and of the programs that it starts."""
    if sys.platform == "linux":
        # Forked or not, a worker has addresses of libraries before its first job: they do not count.
        reserved = addresses_of(os.getpid()) + _THREAD_BYTES * (os.cpu_count() or 1)
        _set_limit(resource.RLIMIT_AS, reserved + int(limits.worker_memory * _ADDRESSED))


def _limit_processor(limits: Limits, seconds: float | None = None) -> None:
    """Bound the processor time, for a worker that nobody measures any more."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = _CPU_MULTIPLE * (seconds or limits.seconds)
        _set_limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + allowed) + 1)


def _set_limit(number: int, value: int) -> None:
    """Set a soft limit, at most the hard one."""
    # Without special rights, nobody may raise a hard limit again.
    hard = resource.getrlimit(number)[1]
    resource.setrlimit(number, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _watch(sentinel: int, folder: str) -> None:
    """Wait for the end of the parent, and end with it."""
    from multiprocessing import connection

    connection.wait([sentinel])
    kill_all(descendants_of(os.getpid()))
    shutil.rmtree(folder, ignore_errors=True)
    # Once more: the job goes on meanwhile, and may have started others.
    kill_all(descendants_of(os.getpid()))
    os._exit(1)
