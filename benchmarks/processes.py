"""The processes that a benchmark has started."""

import os
from pathlib import Path

import psutil


def processes_of(temporary: Path) -> list[psutil.Process]:
    """Return the processes that have their temporary files in a folder, but this one: all that a command started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("TMPDIR", "").startswith(str(temporary)):
                found.append(process)
        except psutil.Error:
            continue
    return found
