"""Measure a server under load: many clients at once, mixed calls, some of them hostile.

    python -m benchmarks.serve --clients 200 --seconds 60

Starts a server, sends renders, verifications, pages and batches, and compares the documents a second with those of
`segurdoc batch` on the same machine. Exits with 1 where a document is wrong, a batch is lost, or an answer is 5xx
but 503.
"""

import argparse
import asyncio
import contextlib
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.web.server import ORDER, TEMPLATE, Served, served
from tests.web.test_batches import orders

_HOSTILE_SHARE, _BATCH_SHARE, _VERIFY_SHARE, _PAGE_SHARE = 0.05, 0.005, 0.01, 0.1
_BATCH_ORDERS, _COMPARED_ORDERS = 20, 400
_SAMPLE_SECONDS = 3.0


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(50 << 20))
    return stream.getvalue()


_HOSTILE: list[tuple[str, dict[str, object]]] = [
    ("/api/v1/templates/check", {"files": {"template": ("m.docx", _bomb())}}),
    ("/api/v1/templates/check", {"files": {"template": ("m.docx", TEMPLATE[:3000])}}),
    ("/api/v1/verify", {"files": {"file": ("a.pdf", b"%PDF-1.7\n" + bytes(5000))}}),
    ("/api/v1/render", {"content": b"[" * 100_000}),
    ("/api/v1/validate", {"content": b"\xff\xfe" * 1000}),
    ("/api/v1/render", {"content": ORDER.replace(b"10000.00", b"1e999")}),
]


@dataclass
class Seen:
    """What clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)
    batch_documents: int = 0
    wrong: int = 0


@dataclass
class Client:
    """One client, and the numbers of its orders."""

    http: httpx.AsyncClient
    seen: Seen
    number: int
    chance: random.Random

    async def work(self, end: float, pdf: bytes) -> None:
        """Send calls until the time is over."""
        while time.monotonic() < end:
            drawn = self.chance.random()
            kinds: list[tuple[float, str, Callable[[], Awaitable[httpx.Response]]]] = [
                (_HOSTILE_SHARE, "hostile", self._hostile),
                (_BATCH_SHARE, "batch", self._batch),
                (_VERIFY_SHARE, "verify", lambda: self._verify(pdf)),
                (_PAGE_SHARE, "page", lambda: self.http.get("/fr/commande")),
                (1.0, "render", self._render),
            ]
            for share, name, call in kinds:
                drawn -= share
                if drawn < 0:
                    await self._counted(name, call)
                    break

    async def _counted(self, name: str, call: Callable[[], Awaitable[httpx.Response]]) -> None:
        try:
            answer = await call()
        except httpx.HTTPError as error:
            self.seen.answers[f"{name} {type(error).__name__}"] += 1
            return
        self.seen.answers[f"{name} {answer.status_code}"] += 1
        if answer.status_code in {429, 503}:
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    async def _hostile(self) -> httpx.Response:
        path, options = self.chance.choice(_HOSTILE)
        return await self.http.post(path, **options)  # type: ignore[arg-type]

    async def _batch(self) -> httpx.Response:
        answer = await self.http.post("/api/v1/batches", content=orders(_BATCH_ORDERS))
        if answer.status_code == httpx.codes.ACCEPTED:
            self.seen.batches.append(answer.json()["id"])
        return answer

    async def _verify(self, pdf: bytes) -> httpx.Response:
        answer = await self.http.post("/api/v1/verify", files={"file": ("bdc.pdf", pdf)})
        if answer.status_code == httpx.codes.OK:
            self.seen.wrong += not answer.json()["compliant"]
        return answer

    async def _render(self) -> httpx.Response:
        self.number += 1
        numero = f"BC-2026-{self.number:09}"
        began = time.monotonic()
        answer = await self.http.post("/api/v1/render", content=ORDER.replace(b"BC-2026-000130", numero.encode()))
        if answer.status_code == httpx.codes.OK:
            self.seen.times.append(time.monotonic() - began)
            # The attached descriptor is compressed: the title of the PDF and its file's name have the number.
            self.seen.wrong += numero not in answer.headers["content-disposition"] or answer.content[:5] != b"%PDF-"
        return answer


async def _load(server: Served, clients: int, seconds: float) -> tuple[Seen, list[float], dict[str, float]]:
    seen, memory, process = Seen(), [], psutil.Process(server.process.pid)
    async with contextlib.AsyncExitStack() as stack:
        # One pool for all would be searched for each call: that takes a third of the processors.
        http, *https = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=server.address, timeout=120, verify=False)
            )  # no TLS
            for _ in range(clients + 1)
        ]
        pdf = (await http.post("/api/v1/render", content=ORDER)).content
        before, end = _processor_seconds(process), time.monotonic() + seconds
        working = [
            asyncio.create_task(Client(own, seen, each * 1_000_007, random.Random(each)).work(end, pdf))
            for each, own in enumerate(https, 1)
        ]
        while not all(task.done() for task in working):
            memory.append(_megabytes(server.process.pid))
            await asyncio.sleep(_SAMPLE_SECONDS)
        await asyncio.gather(*working)
        after = _processor_seconds(process)
        for batch in seen.batches:
            seen.batch_documents += (await http.get(f"/api/v1/batches/{batch}")).json()["recorded"]
        for batch in seen.batches:
            await _ended(http, seen, batch)
    return seen, memory, {name: after[name] - before[name] for name in after}


async def _ended(http: httpx.AsyncClient, seen: Seen, batch: str) -> None:
    """Wait for a batch; count it as lost where it is not done with all of its orders."""
    state: dict[str, object] = {"state": "waiting"}
    while state["state"] in {"waiting", "running"}:
        await asyncio.sleep(0.2)
        state = (await http.get(f"/api/v1/batches/{batch}")).json()
    is_whole = state["state"] == "done" and state["recorded"] == _BATCH_ORDERS
    seen.answers["batch done" if is_whole else "batch lost"] += 1


def _processor_seconds(server: psutil.Process) -> dict[str, float]:
    """Return the processor time so far of the clients, the server and its workers; that of batches ends with them."""
    workers = 0.0
    for process in server.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            workers += sum(process.cpu_times()[:2])
    clients, own = (sum(each.cpu_times()[:2]) for each in (psutil.Process(), server))
    return {"clients": clients, "server": own, "workers and batches": workers}


def _megabytes(pid: int) -> float:
    server = psutil.Process(pid)
    total = 0
    for process in [server, *server.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def _batch_command(folder: Path) -> float:
    """Return the documents a second of `segurdoc batch`, its start included."""
    (folder / "orders.jsonl").write_text(orders(_COMPARED_ORDERS), "utf-8")
    command = [sys.executable, "-m", "generator", "--no-config", "batch", str(folder / "orders.jsonl")]
    began = time.monotonic()
    subprocess.run([*command, "--format", "pdf", "--out", str(folder / "out"), "--quiet"], check=True)
    return _COMPARED_ORDERS / (time.monotonic() - began)


def main() -> int:
    """Print the figures; return 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alone = _batch_command(Path(folder))
        with served(Path(folder) / "state") as server:
            seen, memory, used = asyncio.run(_load(server, asked.clients, asked.seconds))
    rate = (len(seen.times) + seen.batch_documents) / asked.seconds
    print(json.dumps(dict(sorted(seen.answers.items()))))
    print(f"{rate:.1f} documents/s; segurdoc batch: {alone:.1f}; ratio {rate / alone:.2f}")
    print(f"processor seconds: {', '.join(f'{name} {value:.1f}' for name, value in used.items())}")
    print(f"render: median {statistics.median(seen.times):.2f} s; wrong documents: {seen.wrong}")
    quarters = [memory[len(memory) * part // 4 : len(memory) * (part + 1) // 4] for part in range(4)]
    print(f"memory by quarter: {', '.join(f'{statistics.mean(part):.0f}' for part in quarters if part)} MB")
    codes = {name.rpartition(" ")[2] for name in seen.answers} - {str(httpx.codes.SERVICE_UNAVAILABLE)}
    is_broken = seen.wrong or seen.answers["batch lost"] or any(code.startswith("5") for code in codes)
    return int(bool(is_broken))


if __name__ == "__main__":
    sys.exit(main())
