"""Batches: each has a folder and a process of `segurdoc batch`, whose manifest makes it go on after a restart."""

import asyncio
import json
import os
import re
import secrets
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.common.files import deliver
from generator.common.jsonio.source import MANIFEST_NAME
from generator.common.language import Lang

_INPUT, _OUTPUT, _STATE, _SOURCE, _REFUSED = "commandes.jsonl", "documents", "etat.json", "source", "refus.json"
_REPORTS = ("rapport.json", "rapport.html")
# 128 random bits in hexadecimal; nothing else of an address becomes part of a path.
_ID = re.compile(r"[0-9a-f]{32}")
# What `segurdoc batch` exits with where another process has locked its folder.
_LOCKED = 3
# Half an hour at most, and then the batch has failed.
_RETRY_SECONDS, _RETRIES = 2.0, 900
_DAY, _SWEEP_SECONDS = 86400.0, 600.0
# Batches run behind requests: a person who types does not wait for a thousand orders.
_NICENESS = 10

DRAFT, READY, WAITING, RUNNING = "draft", "ready", "waiting", "running"
# The state follows the exit code of `segurdoc batch`: 0, 1, or any other.
ENDED = frozenset({"done", "refused", "failed"})


@dataclass(frozen=True, slots=True)
class Orders:
    """What a batch is made of.

    Attributes:
        lines: descriptors as JSON Lines.
        count: how many there are.
        refused: findings on what was refused before, as JSON objects.
    """

    lines: bytes
    count: int
    refused: Sequence[Mapping[str, object]] = ()


class Batches:
    """The batches of a server, in a private folder; one runs at a time, on all cores."""

    def __init__(
        self,
        folder: Path,
        *,
        keep_days: int,
        command: Sequence[str] = ("--no-config", "batch"),
        most_waiting: int = 20,
        most_kept: int = 500,
    ) -> None:
        """Note the folder.

        Args:
            folder: where batches are.
            command: `batch` with its options, but for orders, output and language.
            keep_days: days after which the files of a batch are removed.
            most_waiting: how many batches may wait.
            most_kept: how many batches may exist.
        """
        self._folder, self._keep, self._command = folder, keep_days * _DAY, command
        self._most_waiting, self._most_kept = most_waiting, most_kept
        # A batch uses all cores: two at once would only share them.
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def resume(self) -> None:
        """Remove old batches, and go on with those that a server before this one did not end."""
        # The folder contains orders: nobody else on the machine may list it.
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.expire()
        for name in self._names():
            state = self.state(name)
            # Drafts and batches that are ready wait for a person, not for the server.
            if state and state["state"] in (WAITING, RUNNING):
                self._start(name)

    async def keep_expiring(self) -> None:
        """Remove batches as they become old, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self.expire()

    def expire(self) -> None:
        """Remove the batches that are older than the days they are kept."""
        for name in self._names():
            place = self._folder / name
            # A batch that waits or runs is never too old.
            if name not in self._tasks and time.time() - place.stat().st_mtime > self._keep:
                shutil.rmtree(place, ignore_errors=True)

    def create(self, orders: Orders, lang: Lang) -> str | None:
        """Start a batch and return its id; None where too many wait or exist."""
        name = self._new()
        # The caller answers 429: the client tries again later.
        if name is None or len(self._tasks) >= self._most_waiting:
            return None
        self.make_ready(name, orders)
        self.start(name, lang)
        return name

    def create_draft(self, file: str, data: bytes) -> str | None:
        """Keep an uploaded list whose columns are not known yet, and return the id; None where too many exist."""
        name = self._new()
        if name is not None:
            self._deliver(name, {_SOURCE: data})
            self._write(name, state=DRAFT, file=file, orders=0)
        return name

    def source(self, name: str) -> tuple[str, bytes] | None:
        """Return file name and content of the list that a batch was made of; None where it was made of none."""
        state = self.state(name)
        try:
            return (str(state["file"]), (self._folder / name / _SOURCE).read_bytes()) if state else None
        except (OSError, KeyError):
            return None

    def make_ready(self, name: str, orders: Orders) -> None:
        """Note the orders of a batch that was not started."""
        self._deliver(name, {_INPUT: orders.lines, _REFUSED: json.dumps(list(orders.refused)).encode()})
        self._write(name, state=READY, orders=orders.count)

    def start(self, name: str, lang: Lang) -> bool:
        """Start a batch that is ready, its report in a language; False where too many wait."""
        if len(self._tasks) >= self._most_waiting:
            return False
        self._write(name, state=WAITING, lang=lang)
        self._start(name)
        return True

    def state(self, name: str) -> dict[str, object] | None:
        """Return the state of a batch and how far it is; None where there is none of that name."""
        # The name comes from an address: `../..` must not reach another folder.
        if not _ID.fullmatch(name):
            return None
        try:
            # A folder that is removed at this moment has no state any more.
            state: dict[str, object] = json.loads((self._folder / name / _STATE).read_bytes())
        except (OSError, ValueError):
            return None
        done = 0
        with suppress(OSError):
            # The manifest has one line an order, and grows while the batch runs.
            done = (self._folder / name / _OUTPUT / MANIFEST_NAME).read_bytes().count(b"\n")
        return {"id": name, **state, "recorded": done}

    def refused(self, name: str) -> list[dict[str, object]]:
        """Return the findings on what was refused before a batch was started."""
        found = self._json(name, _REFUSED)
        return found if isinstance(found, list) else []

    def report(self, name: str) -> object:
        """Return the report of a batch that ended, None before."""
        return self._json(name, _REPORTS[0])

    def archive(self, name: str) -> Path:
        """Return the ZIP of a batch's documents and reports, made once."""
        place = self._folder / name
        path = place / "files.zip"
        if not path.exists():
            # Two requests may make the archive at the same time, each under its own name.
            unfinished = place / f"{secrets.token_hex(8)}.part"
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted((place / _OUTPUT).rglob("*")):
                    # Hidden files are locks and temporary files of the run.
                    if file.is_file() and not file.name.startswith("."):
                        archive.write(file, file.relative_to(place / _OUTPUT))
                # Reports are next to the folder of documents, not in it.
                for report in _REPORTS:
                    if (place / report).exists():
                        archive.write(place / report, report)
            unfinished.replace(path)
        return path

    async def remove(self, name: str) -> None:
        """End a batch, and remove its files."""
        # The process ends first: it would write into the folder that is removed.
        task = self._tasks.pop(name, None)
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(shutil.rmtree, self._folder / name, ignore_errors=True)

    async def close(self) -> None:
        """Interrupt the batches; the next server goes on with them."""
        # Each task removes itself from the dictionary when it ends.
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _names(self) -> Iterator[str]:
        yield from (each.name for each in sorted(self._folder.iterdir()) if _ID.fullmatch(each.name))

    def _new(self) -> str | None:
        self.expire()
        # After old ones were removed: they must not keep a new one out.
        if sum(1 for _ in self._names()) >= self._most_kept:
            return None
        name = secrets.token_hex(16)
        (self._folder / name).mkdir(mode=0o700)
        return name

    def _start(self, name: str) -> None:
        task = asyncio.create_task(self._run(name))
        # asyncio itself keeps only weak references to tasks.
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _run(self, name: str) -> None:
        async with self._turn:
            self._write(name, state=RUNNING)
            code = await self._segurdoc(name)
            for _ in range(_RETRIES):
                if code != _LOCKED:
                    break
                # The process of a server that was killed still works on this batch, and locks its folder.
                await asyncio.sleep(_RETRY_SECONDS)
                code = await self._segurdoc(name)
            self._write(name, state={0: "done", 1: "refused"}.get(code, "failed"))

    async def _segurdoc(self, name: str) -> int:
        """Run `segurdoc batch` on the orders of a batch, and return its exit code."""
        state = self.state(name) or {}
        reports = [part for report in _REPORTS for part in ("--report", report)]
        # A process of its own: its workers, locks and memory end with it, and a kill of the server leaves a manifest.
        process = await asyncio.create_subprocess_exec(
            # The same Python as the server's: `segurdoc` may be missing from the path of a service.
            *(sys.executable, "-m", "generator", *self._command, _INPUT, "--out", _OUTPUT, "--quiet"),
            *("--lang", str(state.get("lang", "fr")), *reports),
            # Names in findings and reports are relative: no answer contains a path of the server.
            cwd=self._folder / name,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        # Windows has none.
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        try:
            return await process.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                # SIGTERM lets the run end its workers and keep its manifest, with which the next server goes on.
                process.terminate()
            await process.wait()
            raise

    def _json(self, name: str, file: str) -> object:
        try:
            found: object = json.loads((self._folder / name / file).read_bytes())
        except (OSError, ValueError):
            return None
        return found

    def _deliver(self, name: str, files: Mapping[str, bytes]) -> None:
        deliver({self._folder / name / file: data for file, data in files.items()})

    def _write(self, name: str, **changed: object) -> None:
        # Other values of the state stay, such as the language and the number of orders.
        known = self._json(name, _STATE)
        state = {**(known if isinstance(known, dict) else {}), **changed}
        self._deliver(name, {_STATE: json.dumps(state).encode()})
