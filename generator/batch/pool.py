"""Where chunks are worked on: processes of this machine, or an engine that stands behind `concurrent.futures.Executor`.

Whatever ends a run, no process of it survives, and what it put aside for the time of the run goes.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.context
import multiprocessing.util
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Executor
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from typing import Protocol

import psutil

from generator.pdf.process import end_running

PREFIX = "segurdoc-batch-"
# In the run's folder: where multiprocessing keeps its sockets, and how it names that folder.
_SOCKETS, _SOCKETS_PREFIX = "sockets", "pymp-"
# What a worker has to end by itself, before it is killed.
_GRACE_SECONDS = 1.0


class Pool(Protocol):
    """Where chunks are worked on."""

    @property
    def width(self) -> int:
        """How many chunks are worked on at once."""

    def warm(self) -> None:
        """Let the workers get ready."""

    def executor(self) -> Executor:
        """Return the engine that takes work."""

    def restart(self) -> Executor:
        """Return another, after a worker's death."""

    def close(self) -> None:
        """End all work, done or not."""


class LocalPool:
    """Processes of this machine, whose temporary files all lie in one folder."""

    def __init__(self, jobs: int, folder: Path) -> None:
        self.width = jobs
        self._folder = folder
        self._executor: ProcessPoolExecutor | None = None

    def warm(self) -> None:
        """Start the processes, and have them import what they will need."""
        for _ in range(self.width):
            self.executor().submit(_import_pipeline)

    def executor(self) -> Executor:
        """Return the processes, started now or before."""
        if self._executor is None:
            context = _context()
            # Multiprocessing clears this up when the process ends, unless it is killed.
            (self._folder / _SOCKETS).write_text(multiprocessing.util.get_temp_dir(), "utf-8")
            self._executor = ProcessPoolExecutor(
                self.width, mp_context=context, initializer=_begin, initargs=(self._folder,)
            )
        return self._executor

    def restart(self) -> Executor:
        """End the processes, and start others."""
        self.close()
        return self.executor()

    def close(self) -> None:
        """End the processes, and every program they started."""
        if self._executor is None:
            return
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None
        workers = multiprocessing.active_children()
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(_GRACE_SECONDS)
            worker.kill()
        end_strays(self._folder)


class DaskPool:
    """A cluster of `dask.distributed`; its workers see the output folder under the same path."""

    def __init__(self, address: str) -> None:
        """Reach the cluster's scheduler.

        Args:
            address: `tcp://host:8786`.

        Raises:
            ImportError: the extra `dask` is not installed.
            OSError: there is no scheduler at the address.
        """
        from distributed import Client

        self._client: Any = Client(address)  # type: ignore[no-untyped-call]  # it publishes no types
        self.width = max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    def warm(self) -> None:
        """Its workers run already."""

    def executor(self) -> Executor:
        """Return the cluster as an executor."""
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def restart(self) -> Executor:
        """Return the cluster again: it replaces its dead workers by itself."""
        return self.executor()

    def close(self) -> None:
        """Withdraw what is not done, and leave the cluster."""
        self._client.close()


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """Give a folder for a run's temporary files.

    It goes at the end, or when the next run finds that its run is no more.
    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        yield folder
    finally:
        _remove(folder)


def sweep() -> None:
    """Remove what runs that were killed have left: their folders, and the programs that still work there."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not _is_running(int(pid), folder):
            _remove_sockets(folder)
            _remove(folder)


def end_strays(folder: Path) -> None:
    """End the programs that name `folder` on their command line: a killed worker does not end its LibreOffice."""
    mark = str(folder)
    for process in psutil.process_iter(["cmdline"]):
        if process.pid != os.getpid() and any(mark in word for word in process.info["cmdline"] or ()):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _remove_sockets(folder: Path) -> None:
    """Remove the folder that a killed run's processes were started through: it lies beside the run's own."""
    with contextlib.suppress(OSError, ValueError):
        sockets = Path((folder / _SOCKETS).read_text("utf-8"))
        if sockets.name.startswith(_SOCKETS_PREFIX) and sockets.parent == folder.parent:
            shutil.rmtree(sockets, ignore_errors=True)


def _remove(folder: Path) -> None:
    end_strays(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int, folder: Path) -> bool:
    """Tell whether the process that made a folder still runs: its number may be another's by now."""
    try:
        return psutil.Process(pid).create_time() <= folder.stat().st_ctime
    except (psutil.Error, OSError):
        return False


def _begin(folder: Path) -> None:
    """Prepare a worker: its temporary files lie in the run's folder, and it ends when the run does."""
    tempfile.tempdir = str(folder)
    # Ctrl-C reaches every process of the terminal: the run alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_watch, args=(parent.sentinel, folder), daemon=True).start()


# What a worker needs, imported before the first chunk comes.
_NEEDED = (
    "generator.batch.work",
    "generator.pipeline",
    "generator.formes.press",
    "generator.readback.check",
    "generator.readback.text",
    "qrcode",
    "phonenumbers",
    "pypdf",
    "uharfbuzz",
)


def _context() -> multiprocessing.context.BaseContext:
    """Return how workers are started: as copies of a process that has imported what they need, where there are such.

    Not of this one: a child would begin with its threads and locks as they stand.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_NEEDED))
    return context


def _import_pipeline() -> None:
    for name in _NEEDED:
        importlib.import_module(name)


def _watch(sentinel: int, folder: Path) -> None:
    """Wait for the end of the run's own process; without it nobody ends this one."""
    multiprocessing.connection.wait([sentinel])
    end_running()
    _remove_sockets(folder)
    shutil.rmtree(folder, ignore_errors=True)
    _leave()


def _leave() -> None:
    end_running()
    os._exit(1)
