"""Read how much memory and time processes take, and which ones a process has started.

On Linux it is read from /proc: psutil takes 8 ms to import and walks over all processes, as long as a small document.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

# Files that name the processes of a run: the next run ends those that outlived a killed one.
PROCESS_PREFIX = "process-"
# A process has one run folder: the programs that it starts are recorded there.
_records: Path | None = None

_STAT_BEGIN = 3  # the field after the name, which may have spaces, in proc(5)
_START_TIME, _USER_TIME, _SYSTEM_TIME, _THREADS = (number - _STAT_BEGIN for number in (22, 14, 15, 20))


def memory_of(pid: int) -> int:
    """Return the bytes that a process has filled; 0 where it has ended."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, IndexError):
            # proc(5): all pages of its addresses come first, then those in memory.
            return int(_read(pid, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return 0
    import psutil

    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def addresses_of(pid: int) -> int:
    """Return the bytes of a Linux process's address space."""
    return int(_read(pid, "statm").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def processor_time_of(pid: int) -> float:
    """Return the seconds of processors that a process has had; 0 where it has ended."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, IndexError):
            stat = _stat(pid)
            return (int(stat[_USER_TIME]) + int(stat[_SYSTEM_TIME])) / os.sysconf("SC_CLK_TCK")
        return 0.0
    import psutil

    with contextlib.suppress(psutil.Error):
        used = psutil.Process(pid).cpu_times()
        return float(used.user + used.system)
    return 0.0


def thread_count() -> int:
    """Return how many threads this Linux process has, those of libraries included."""
    return int(_stat(os.getpid())[_THREADS])


def start_of(pid: int) -> str:
    """Return the start time of a process of this user, in the units of the system; empty for other processes."""
    if sys.platform == "linux":
        # In clock ticks since the machine started: setting the clock does not change it.
        with contextlib.suppress(OSError, IndexError):
            return _stat(pid)[_START_TIME] if Path(f"/proc/{pid}").stat().st_uid == os.geteuid() else ""
        return ""
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        # Numbers of processes are used again: a process of another user is none of ours.
        if not hasattr(os, "geteuid") or process.uids().real == os.geteuid():
            return f"{process.create_time():.2f}"
    return ""


def descendants_of(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    # Kernels built without CONFIG_PROC_CHILDREN do not list children.
    if sys.platform == "linux" and Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists():
        found, left = list[int](), [pid]
        while left:
            started = _children(left.pop())
            found += started
            left += started
        return found
    import psutil

    with contextlib.suppress(psutil.Error):
        return [each.pid for each in psutil.Process(pid).children(recursive=True)]
    return []


def kill_tree(pid: int) -> None:
    """Kill a process with its group and the programs that it started, in whichever groups."""
    # They are listed first: the children of a killed process get another parent.
    pids = [pid, *descendants_of(pid)]
    if hasattr(os, "killpg"):
        for each in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(each, signal.SIGKILL)
    kill_all(pids)


def kill_all(pids: list[int]) -> None:
    """Kill processes, as far as they still are."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Windows has no SIGKILL; its SIGTERM ends a process at once.
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def record_in(folder: Path) -> None:
    """Record in a folder each program that this process runs from now on, while it runs."""
    global _records  # noqa: PLW0603  # the process has one run folder
    _records = folder


def record(pid: int) -> None:
    """Record a process: the next run ends it if this one is killed."""
    if _records:
        with contextlib.suppress(OSError):
            (_records / f"{PROCESS_PREFIX}{pid}").write_text(start_of(pid), "ascii")


def forget(pid: int) -> None:
    """Remove the record of a process that has ended."""
    if _records:
        (_records / f"{PROCESS_PREFIX}{pid}").unlink(missing_ok=True)


def _children(pid: int) -> list[int]:
    found = list[int]()
    with contextlib.suppress(OSError):
        # Each thread has its own list of children.
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text("ascii").split())
    return found


def _stat(pid: int) -> list[str]:
    # The name of a program is in brackets, and may contain brackets itself.
    return _read(pid, "stat").rpartition(")")[2].split()


def _read(pid: int, name: str) -> str:
    # The name of a program need not be UTF-8.
    return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace")
