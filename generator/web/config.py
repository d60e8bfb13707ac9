"""What a server is started with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from generator.common.bounded_workers import DEFAULT_MEMORY, DEFAULT_SECONDS

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Followup:
    """The folders whose orders the page "Suivi" shows.

    Attributes:
        orders: descriptors.
        signed: folders of signed documents.
        registers: folders of past runs.
        journal: the journal of steps; None without one.
    """

    orders: Path
    signed: tuple[Path, ...] = ()
    registers: tuple[Path, ...] = ()
    journal: Path | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Address, limits and folders of a server.

    Attributes:
        host: the address it listens on.
        port: the port it listens on.
        state: the private folder of batches.
        hosts: names that the Host header may have besides the address, such as that of a reverse proxy.
        token: the secret that every call needs; None on a loopback address.
        jobs: worker processes.
        waiting: jobs that may wait for a worker.
        timeout: seconds that a job has.
        memory: bytes that all jobs may fill together.
        max_bytes: the largest body.
        body_timeout: seconds that a body has to arrive.
        keep_days: days that the files of a batch are kept.
        eligibles: the base of eligible establishments; None without one.
        followup: the folders of the page "Suivi"; None without it.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    state: Path = field(default_factory=lambda: Path("segurdoc-serve"))
    hosts: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    waiting: int = 64
    timeout: float = DEFAULT_SECONDS
    memory: int = DEFAULT_MEMORY
    max_bytes: int = 20 << 20
    body_timeout: float = 30.0
    keep_days: int = 7
    eligibles: Path | None = None
    followup: Followup | None = None

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names that a Host header may have, without port."""
        local = LOOPBACK if self.host in LOOPBACK else {self.host}
        return frozenset({*local, *self.hosts})
