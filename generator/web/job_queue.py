"""The bounded workers of the server, with a bounded queue in front of them.

Whatever parses, renders or reads files from outside runs in a worker, never in the server's own process.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from generator.common.bounded_workers import TRAITEMENT_INTERROMPU, BoundedError, Workers
from generator.common.findings import Finding, Place
from generator.common.language import text

# What a worker needs, imported before the first job comes.
_NEEDED = ("generator.web.jobs", "generator.render.pipeline", "generator.render.pdf.typst", "pypdf", "typst")

P = ParamSpec("P")
R = TypeVar("R")


class BusyError(Exception):
    """The server stops, or every worker is busy and enough jobs wait already."""


class JobError(Exception):
    """A job ended without an answer; `finding` has the limit that it reached, or that it failed."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class JobQueue:
    """A fixed number of processes, each with one job at a time, and a bounded queue.

    Attributes:
        running: how many jobs run or wait.
        stopping: no more jobs are taken.
    """

    def __init__(self, count: int, *, waiting: int) -> None:
        """Start the processes.

        Args:
            count: how many processes.
            waiting: how many jobs may wait for one.
        """
        self.running = 0
        self.stopping = False
        self._count, self._most = count, count + waiting
        self._workers = Workers(count, modules=_NEEDED)

    async def run(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job in a worker; `run_on` names the file at work."""
        return await self.run_on("", job, *args, **kwargs)

    async def run_on(self, file: str, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job in a worker, in an empty folder that is removed afterwards.

        Args:
            file: the uploaded file at work, for findings.
            job: a function of a module.
            args: its arguments.
            kwargs: its arguments by name.

        Raises:
            BusyError: too many jobs wait, or the server stops.
            JobError: the job reached a limit, or its process failed.
        """
        if self.stopping or self.running >= self._most:
            raise BusyError
        # Jobs that wait count as well: the queue is bounded by both together.
        self.running += 1
        call = partial(job, *args, **kwargs)
        try:
            return await asyncio.wrap_future(self._workers.submit_for(Place(file), in_empty_folder, call))
        except BoundedError as error:
            raise JobError(_without_details(error.finding)) from error
        finally:
            self.running -= 1

    async def warm(self) -> None:
        """Have every process import what jobs need, so that the first visitor does not wait for it."""
        # A worker that fails to import now fails again with its first job, which reports it.
        await asyncio.gather(*(self.run(_import_needed) for _ in range(self._count)), return_exceptions=True)

    def close(self) -> None:
        """Wait for the jobs that run, then end the processes."""
        self._workers.shutdown()


def _without_details(finding: Finding) -> Finding:
    """Return a finding without the words of an exception: they may name files of the server."""
    if finding.kind != TRAITEMENT_INTERROMPU:
        return finding
    return TRAITEMENT_INTERROMPU.at(finding.place, reason=text("pages.errors.job-failed"))


def in_empty_folder(job: Callable[[], R]) -> R:
    """Call a job in a new folder, which becomes the current one and is removed with all that the job wrote."""
    # Nothing of a request stays behind, and no job sees the files of another.
    with tempfile.TemporaryDirectory(prefix="segurdoc-web-") as folder, contextlib.chdir(Path(folder)):
        return job()


def _import_needed() -> None:
    import importlib

    for name in _NEEDED:
        importlib.import_module(name)
