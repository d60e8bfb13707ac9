"""Run programs in their own session, with a time limit, and kill them with all their children."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.common.processes import forget, record
from generator.common.worker_process import step

# Bytes kept of a program output: a broken program can print without end.
KEPT_OUTPUT = 4000
_CHUNK = 65536
# Not for ever: a child that left the session may keep the pipe open.
_DRAIN_SECONDS = 2.0
# A worker that waits for a program has more time than the program.
_GRACE_SECONDS = 10.0
# Interval between two looks at the progress.
_POLL_SECONDS = 1.0
# Ctrl-C, a request to end, and a closed terminal; Windows has no SIGHUP.
_ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a program: its exit code (None at the time limit), and the end of its output."""

    code: int | None
    output: str


def run(
    command: Sequence[str],
    *,
    timeout: float,
    environ: Mapping[str, str] | None = None,
    keep: int | None = KEPT_OUTPUT,
    progress: Callable[[], object] | None = None,
) -> Finished:
    """Run a program, and kill it with its children at its end or at the time limit.

    Args:
        command: the program and its arguments; no shell reads them.
        timeout: seconds from the start, or from the last change of `progress`.
        environ: its environment; by default that of this process.
        keep: the number of bytes kept from the end of its output; None keeps all.
        progress: returns a value that changes as the program advances.

    Raises:
        OSError: the program cannot be started.
    """
    output = bytearray()
    process: subprocess.Popen[bytes] | None = None
    reader: threading.Thread | None = None
    try:
        # A signal between start and record would leave a program that nobody knows.
        with _held_signals():
            process = _start(command, environ)
            record(process.pid)
            # A thread reads the output at once: a program that prints without end fills neither the pipe nor a disk.
            reader = threading.Thread(target=_drain, args=(process, output, keep), daemon=True)
            reader.start()
        code = _wait(process, timeout, progress)
        step()
    finally:
        if process:
            _end(process)
        if reader:
            reader.join(_DRAIN_SECONDS)
    return Finished(code, bytes(output).decode("utf-8", "replace").strip())


def _start(command: Sequence[str], environ: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environ,
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes], timeout: float, progress: Callable[[], object] | None) -> int | None:
    """Return the exit code, None at the time limit."""
    # A start of LibreOffice converts up to 64 documents: each of them has the whole limit.
    reached = progress() if progress else None
    limit = time.monotonic() + timeout
    step(seconds=timeout + _GRACE_SECONDS)
    while True:
        left = limit - time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            # Without `progress`, one wait lasts until the limit.
            return process.wait(max(min(left, _POLL_SECONDS) if progress else left, 0))
        now = progress() if progress else None
        if now != reached:
            reached, limit = now, time.monotonic() + timeout
            step(seconds=timeout + _GRACE_SECONDS)
        elif time.monotonic() >= limit:
            return None


@contextlib.contextmanager
def _held_signals() -> Iterator[None]:
    """Delay the signals that stop this process until its child is recorded, and is killed with it."""
    # Signals arrive in the main thread, and only there may handlers be set.
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
            # None is a handler that was set outside Python, which nobody can set again.
            signal.signal(number, handler or signal.SIG_DFL)
    for number in caught:
        signal.raise_signal(number)


def _drain(process: subprocess.Popen[bytes], output: bytearray, keep: int | None) -> None:
    if process.stdout is None:
        return
    with process.stdout as stream:
        while chunk := os.read(stream.fileno(), _CHUNK):
            output += chunk
            if keep is not None and len(output) > keep:
                # The last words of a program say why it failed.
                del output[:-keep]


def _end(process: subprocess.Popen[bytes]) -> None:
    # The whole session, even of a program that has exited: it may have left children.
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    forget(process.pid)
