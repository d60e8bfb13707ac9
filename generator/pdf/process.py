"""Outside programs: run in a session of their own, within a time limit, and ended with all their children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

# How much of a program's own words is kept for the report: a broken one can print without end.
KEPT_OUTPUT = 4000
_CHUNK = 65536
_DRAIN_SECONDS = 2.0
# How often progress is looked at.
_GLANCE_SECONDS = 1.0
# The programs that run now; whoever ends this process without unwinding ends them first.
_RUNNING: set[subprocess.Popen[bytes]] = set()
_ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code, None where the time limit ended it, and the end of what it said."""

    code: int | None
    said: str


def run(
    command: Sequence[str],
    *,
    timeout: float,
    environ: Mapping[str, str] | None = None,
    keep: int | None = KEPT_OUTPUT,
    progress: Callable[[], object] | None = None,
) -> Finished:
    """Run a program to its end, or to the time limit; whatever it started is ended with it.

    Args:
        command: the program and its arguments; no shell reads them.
        timeout: seconds, counted from the start, and anew from each step of its progress.
        environ: its environment; by default this process's.
        keep: how many bytes of its output are kept, from the end; None keeps all.
        progress: tells how far it has come: another answer than before is a step.

    Raises:
        OSError: the program cannot be started.
    """
    said = bytearray()
    process: subprocess.Popen[bytes] | None = None
    reader: threading.Thread | None = None
    code: int | None = None
    try:
        with _held_signals():
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environ,
                start_new_session=True,
            )
            _RUNNING.add(process)
            # Read as it comes: a program that prints without end must fill neither the pipe nor a disk.
            reader = threading.Thread(target=_drain, args=(process, said, keep), daemon=True)
            reader.start()
        code = _wait(process, timeout, progress)
    finally:
        if process:
            _end(process)
        if reader:
            # A child that has left the session may hold the pipe open: it is not waited for.
            reader.join(_DRAIN_SECONDS)
    return Finished(code, bytes(said).decode("utf-8", "replace").strip())


def end_running() -> None:
    """End every program that this process runs, with its children: for a process that is about to leave at once."""
    for process in list(_RUNNING):
        _kill(process)


def _wait(process: subprocess.Popen[bytes], timeout: float, progress: Callable[[], object] | None) -> int | None:
    """Return the exit code, None where the time limit comes first."""
    reached = progress() if progress else None
    limit = time.monotonic() + timeout
    while True:
        left = limit - time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(max(min(left, _GLANCE_SECONDS) if progress else left, 0))
        now = progress() if progress else None
        if now != reached:
            reached, limit = now, time.monotonic() + timeout
        elif time.monotonic() >= limit:
            return None


@contextlib.contextmanager
def _held_signals() -> Iterator[None]:
    """Hold back the signals that end this process until its child is known, and can be ended with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    handlers = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    for number in handlers:
        signal.signal(number, lambda got, _: caught.append(got))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)
    for number in caught:
        signal.raise_signal(number)


def _drain(process: subprocess.Popen[bytes], said: bytearray, keep: int | None) -> None:
    if process.stdout is None:
        return
    with process.stdout as output:
        while chunk := os.read(output.fileno(), _CHUNK):
            said += chunk
            if keep is not None and len(said) > keep:
                del said[:-keep]


def _end(process: subprocess.Popen[bytes]) -> None:
    _kill(process)
    process.wait()
    _RUNNING.discard(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its session; a program that has ended may have left children."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
