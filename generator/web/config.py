"""The settings of a server: address, limits, folders, and those of orders."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from generator.common.jsonio.source import Descriptor, JsonObject
from generator.common.worker_process import DEFAULT_MEMORY, DEFAULT_SECONDS
from generator.documents.file_names import DEFAULT_NAME
from generator.orders.build import vendor_of
from generator.references import Appels, DocumentKind, load_appels

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Addresses that stand for all of the machine, in IPv4 and IPv6.
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared, not bound


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
class OrderSettings:
    """What a server's settings say of every order, as the commands take it from `segurdoc.toml`; paths are absolute.

    Attributes:
        eligibles: the base of eligible establishments; None without one.
        own_appels: the files of the vendor's own records.
        fournisseur: `fournisseur` of every descriptor that does not give its own, logo included.
        templates: own layouts, by the kind of document they lay out.
        name: the pattern of the documents' file names.
    """

    eligibles: Path | None = None
    own_appels: tuple[Path, ...] = ()
    fournisseur: Descriptor | None = None
    templates: tuple[tuple[DocumentKind, Path], ...] = ()
    name: str = DEFAULT_NAME

    @property
    def appels(self) -> Appels:
        """The records of the AF, read once in each process."""
        return _appels(self.own_appels)

    @property
    def vendor(self) -> JsonObject:
        """`fournisseur` as the settings give it; empty where they do not."""
        return vendor_of(self.fournisseur.value) if self.fournisseur else {}

    @property
    def tag(self) -> bytes:
        """What changes with the settings and their files, for the ETags of documents."""
        logo = self.vendor.get("logo")
        # Their contents are not in the settings: a changed file must change the ETag, and its time tells.
        files = [*self.own_appels, *(path for _, path in self.templates)]
        files += [self.eligibles] if self.eligibles else []
        files += [self.fournisseur.folder / str(logo)] if self.fournisseur and logo else []
        return repr((self, self.vendor, [path.stat().st_mtime_ns for path in files if path.exists()])).encode()


@lru_cache(maxsize=1)
def _appels(own: tuple[Path, ...]) -> Appels:
    return load_appels(own)


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
        memory: bytes that one job may fill.
        max_bytes: the largest body.
        body_timeout: seconds that a body has to arrive.
        keep_days: days that the files of a batch are kept.
        orders: what the settings say of every order.
        batch_command: `batch` with the options that give batches the same settings.
        followup: the folders of the page "Suivi"; None without it.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    state: Path = field(default_factory=lambda: Path("segurdoc-serve"))
    hosts: tuple[str, ...] = ()
    # Never in a trace or a log.
    token: str | None = field(default=None, repr=False)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    waiting: int = 64
    timeout: float = DEFAULT_SECONDS
    memory: int = DEFAULT_MEMORY
    max_bytes: int = 20 << 20
    body_timeout: float = 30.0
    keep_days: int = 7
    orders: OrderSettings = field(default_factory=OrderSettings)
    batch_command: tuple[str, ...] = ("--no-config", "batch")
    followup: Followup | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens on every address of the machine, that of the machine itself among them."""
        return self.host in _EVERYWHERE

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names that a Host header may have, without port."""
        # A server that listens everywhere is also called by the names of its own machine.
        local = LOOPBACK if self.host in LOOPBACK or self.is_everywhere else {self.host}
        return frozenset({*local, *self.hosts})
