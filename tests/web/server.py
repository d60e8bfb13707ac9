"""Real servers on free ports."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.conftest import ROOT

ORDER = (ROOT / "samples/valid/bdc-dpi-fusion.json").read_bytes()
TEMPLATE = (ROOT / "templates/bdc.docx").read_bytes()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _settings(file: Path | None) -> tuple[str, ...]:
    return ("--config", str(file)) if file else ("--no-config",)


class Served:
    """A server that runs in a process group of its own."""

    def __init__(self, state: Path, *options: str, settings: Path | None = None) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log, self.out = state.parent / f"{self.port}.log", state.parent / f"{self.port}.out"
        command = [sys.executable, "-m", "generator", *_settings(settings), "serve", "--port", str(self.port)]
        with self.log.open("wb") as log, self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--state", str(state), *options],
                cwd=ROOT,
                # `--open` finds a browser that shows nothing.
                env={**os.environ, "BROWSER": "true"},
                stdout=out,
                stderr=log,
                start_new_session=True,
            )
        self._await_health()

    def _await_health(self) -> None:
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.address}/api/v1/health").raise_for_status()
                return
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError("the server does not answer")

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=120)

    def kill(self, *, group: bool) -> None:
        """Kill the server, and with `group` everything that it started."""
        if group:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(120) == 0


@contextlib.contextmanager
def served(state: Path, *options: str, settings: Path | None = None) -> Iterator[Served]:
    server = Served(state, *options, settings=settings)
    try:
        yield server
    finally:
        server.stop()
