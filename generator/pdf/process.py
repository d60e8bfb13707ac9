"""Outside programs: run in a session of their own, within a time limit, and ended with all their children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

# How much of a program's own words is kept for the report: a broken one can print without end.
KEPT_OUTPUT = 4000


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code, None where the time limit ended it, and the end of what it said."""

    code: int | None
    said: str


def run(
    command: Sequence[str], *, timeout: float, environ: Mapping[str, str] | None = None, keep: int | None = KEPT_OUTPUT
) -> Finished:
    """Run a program to its end, or to the time limit; whatever it started is ended with it.

    Args:
        command: the program and its arguments; no shell reads them.
        timeout: seconds, counted from the start.
        environ: its environment; by default this process's.
        keep: how many bytes of its output are kept, from the end; None keeps all.

    Raises:
        OSError: the program cannot be started.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environ,
            start_new_session=True,
        )
        code: int | None = None
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout)
        finally:
            _end(process)
        return Finished(code, _tail(output, keep))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its session; a program that has ended may have left children."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _tail(output: BinaryIO, keep: int | None) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(0 if keep is None else max(0, size - keep))
    return output.read().decode("utf-8", "replace").strip()
