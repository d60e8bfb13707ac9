"""Run the program on hostile inputs, and measure the whole process tree."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import ROOT

MOST_MEMORY = 2_500_000_000
_GLANCE_SECONDS = 0.1


@dataclass(frozen=True)
class Measured:
    """What a run did: its exit code (None where it had to be ended), and its time, memory, words and remains."""

    code: int | None
    seconds: float
    peak: int
    output: str
    left: tuple[str, ...]
    exits: tuple[int, ...] = (0, 1)

    @property
    def faults(self) -> list[str]:
        """What no input may cause."""
        found = []
        if self.code not in self.exits:
            found.append(f"exit code {self.code}")
        if "Traceback" in self.output or "panicked" in self.output:
            found.append("a traceback")
        if self.peak > MOST_MEMORY:
            found.append(f"{self.peak / 1e6:.0f} MB")
        return [*found, *(f"left behind: {each}" for each in self.left)]


def run_measured(
    arguments: Sequence[str | Path],
    folder: Path,
    *,
    timeout: float,
    temporary: Path | None = None,
    settings: Sequence[str] = ("--no-config",),
    exits: tuple[int, ...] = (0, 1),
) -> Measured:
    """Run segurdoc with temporary files of its own, and measure it.

    Args:
        arguments: the command and its options.
        folder: where it runs; its output lies there.
        timeout: seconds after which it is ended, and failed.
        temporary: an empty folder for its temporary files, if not one of its own.
        settings: the options that say which settings count.
        exits: the exit codes that are no fault.
    """
    if not temporary:
        with tempfile.TemporaryDirectory() as own:
            return run_measured(arguments, folder, timeout=timeout, temporary=Path(own), settings=settings, exits=exits)
    environ = {**os.environ, "TMPDIR": str(temporary), "XDG_DATA_HOME": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    start, peak, seen = time.monotonic(), 0, dict[int, psutil.Process]()
    with (folder / "words").open("w+b") as words:
        command = [sys.executable, "-m", "generator", *settings, "--lang", "en", *map(str, arguments)]
        with subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT, env=environ, cwd=folder) as process:
            while process.poll() is None and time.monotonic() < start + timeout:
                tree = _tree(process.pid)
                seen |= {each.pid: each for each in tree}
                peak = max(peak, sum(map(_filled, tree)))
                time.sleep(_GLANCE_SECONDS)
            code = process.poll()
            if code is None:
                process.terminate()
        seconds = time.monotonic() - start
        words.seek(0)
        output = words.read().decode("utf-8", "replace")
    left = [f"process {each.pid}" for each in seen.values() if _lives(each)]
    left += [
        str(path.relative_to(temporary)) for path in temporary.rglob("*") if path.is_file() and path.suffix != ".lock"
    ]
    return Measured(code, seconds, peak, output, tuple(left), exits)


def tree_memory(pid: int) -> int:
    """Return the bytes that a process and all that it started have filled."""
    return sum(map(_filled, _tree(pid)))


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _filled(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _lives(process: psutil.Process) -> bool:
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.Error:
            return False
        time.sleep(0.05)
    return True
