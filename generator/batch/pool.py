"""Where chunks are worked on: processes of this machine, or an engine that stands behind `concurrent.futures.Executor`.

Whatever ends a run, no process of it survives, and what it put aside for the time of the run goes.
"""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Protocol

from generator.common.bounded_workers import Workers
from generator.common.run_folder import end_recorded, record_outside

# What a worker needs, imported before the first chunk comes.
_NEEDED = (
    "generator.batch.work",
    "generator.render.pipeline",
    "generator.render.pdf.typst",
    "generator.verify.missing_mentions",
    "generator.verify.text",
    "qrcode",
    "phonenumbers",
    "pypdf",
    "typst",
)


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
    """Bounded workers of this machine, whose temporary files all lie in one folder."""

    def __init__(self, jobs: int, folder: Path) -> None:
        self.width = jobs
        self._folder = folder
        self._workers: Workers | None = None

    def warm(self) -> None:
        """Start the processes, and have them import what they will need."""
        self.executor()

    def executor(self) -> Executor:
        """Return the processes, started now or before."""
        if self._workers is None:
            # Late, as in `common.bounded_workers`.
            import multiprocessing.util

            # Multiprocessing clears this up when the process ends, unless it is killed.
            record_outside(self._folder, Path(multiprocessing.util.get_temp_dir()))
            self._workers = Workers(self.width, modules=_NEEDED, folder=self._folder)
        return self._workers

    def restart(self) -> Executor:
        """Return the processes again: a worker that failed is replaced."""
        return self.executor()

    def close(self) -> None:
        """End the processes, and every program they started."""
        if self._workers:
            self._workers.shutdown(wait=False, cancel_futures=True)
            self._workers = None
            end_recorded(self._folder)


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
