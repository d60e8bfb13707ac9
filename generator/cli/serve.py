"""`segurdoc serve`: serve the HTTP API and the pages."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import webbrowser
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from platformdirs import user_state_path

from generator.cli import inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.paths import ExistingPath
from generator.cli.session import Exit, echo, is_trusted, settings_file
from generator.common.files import open_regular
from generator.common.findings import Place
from generator.common.jsonio.source import FICHIER_ILLISIBLE
from generator.common.language import os_reason, text
from generator.common.worker_process import DEFAULT_MEMORY, MEGABYTE
from generator.documents.file_names import DEFAULT_NAME
from generator.web.config import LOOPBACK, Config, Followup, OrderSettings

if TYPE_CHECKING:
    from generator.cli.settings.load import Settings
    from generator.rules.eligibles import Base

# The extra `web`: the command names what is missing before it reads anything.
_LIBRARIES = ("starlette", "uvicorn", "python_multipart")
# A short token can be guessed. No more than the second number is read, for a wrong file may be large.
_SHORTEST_TOKEN, _LONGEST_TOKEN = 16, 4096
# Connections that wait to be accepted, as uvicorn has it.
_BACKLOG = 2048
_MEMORY = DEFAULT_MEMORY // MEGABYTE


@click.command("serve", cls=Command)
@click.option("--host", metavar="NAME", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", default=8765, show_default=True)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME")
@click.option("--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N")
@click.option("--waiting", type=click.IntRange(min=0), metavar="N", default=64, show_default=True)
@click.option("--timeout", type=click.FloatRange(min=1), metavar="SECONDS", default=60.0, show_default=True)
@click.option("--memory", type=click.IntRange(min=200), default=_MEMORY, show_default=True, metavar="MB")
@click.option("--max-size", type=click.IntRange(1, 1024), default=20, show_default=True, metavar="MB")
@click.option("--keep", type=click.IntRange(1), default=7, show_default=True, metavar="DAYS")
@options.eligibles_option
@click.option("--orders", type=ExistingPath(file_okay=False), metavar="DIR")
@options.signed_option()
@options.register_option
@click.option("--suivi", "journal", type=ExistingPath(dir_okay=False), metavar="FILE")
@click.option("--log-format", type=click.Choice(["none", "json"]), default="none", show_default=True)
@click.option("--open", "opens", is_flag=True)
def command(
    host: str,
    port: int,
    hosts: tuple[str, ...],
    token_file: Path | None,
    state: Path | None,
    jobs: int | None,
    waiting: int,
    timeout: float,
    memory: int,
    max_size: int,
    keep: int,
    eligibles: Path | None,
    orders: Path | None,
    signed: tuple[Path, ...],
    registers: tuple[Path, ...],
    journal: Path | None,
    log_format: str,
    opens: bool,
) -> None:
    """Serve the HTTP API and the pages."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        echo(text("cli.serve.extra", missing=", ".join(missing)), err=True)
        raise click.exceptions.Exit(Exit.MACHINE)

    token = _token_or_exit(token_file)
    settings, base = inputs.settings_or_exit(), inputs.base_or_exit(eligibles)
    # An own record with an error stops the server at its start, not each request later.
    inputs.appels_or_exit(())
    if (signed or registers or journal) and orders is None:
        raise usage_error("orders-needed")
    # Whoever reaches another address could read and make documents without a secret.
    if host not in LOOPBACK and token is None:
        raise usage_error("token-needed", host=host)
    # Batches outlive the server, so that a restarted one goes on with them.
    folder = state or user_state_path("segurdoc") / "serve"
    width = jobs or os.cpu_count() or 1
    config = Config(
        host=host,
        port=port,
        state=folder,
        hosts=hosts,
        token=token,
        jobs=width,
        waiting=waiting,
        timeout=timeout,
        memory=memory * MEGABYTE,
        # `--max-size` counts in units of 1,024 × 1,024 bytes.
        max_bytes=max_size << 20,
        keep_days=keep,
        orders=_order_settings(settings, base),
        batch_command=_batch_command(base),
        followup=_followup(orders, signed, registers, journal) if orders else None,
    )
    # Method, route, status and duration: no address, name or content of a request.
    if log_format == "json":
        _log_requests()
    _run(config, opens=opens)


def _run(config: Config, *, opens: bool) -> None:
    from generator.web.server import Server

    # The folder contains orders: nobody else on the machine may list it.
    config.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The socket comes first: a port that is taken is reported before the address is announced.
    with _listening(config) as sock:
        # No browser takes the address that stands for all.
        host = "127.0.0.1" if config.is_everywhere else config.host
        address = f"http://{f'[{host}]' if ':' in host else host}:{config.port}/"
        echo(text("cli.serve.answers", address=address))
        # A supervisor that reads a pipe learns the address now, and not when the server ends.
        sys.stdout.flush()
        if opens:
            webbrowser.open(address)
        try:
            Server(config).run(sockets=[sock])
        except SystemExit as stopped:
            # Asked to stop, it has stopped: that is no failure (systemd).
            # `main` turns a SIGTERM into this exit code.
            if stopped.code != 128 + signal.SIGTERM:
                raise


def _listening(config: Config) -> socket.socket:
    """Return a socket at the address of a server.

    Raises:
        OSError: another program has it, or it is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # The sentence about an error of the system names its file: here that is the address.
        error.filename = f"{config.host}:{config.port}"
        raise


def _order_settings(settings: Settings, base: Base | None) -> OrderSettings:
    """Return what the settings say of every order; jobs have a current folder of their own."""
    vendor = settings.fournisseur
    return OrderSettings(
        eligibles=Path(base.file).resolve() if base else None,
        own_appels=settings.appels,
        # The file of a logo is sought next to the file that names it, and a job has another current folder.
        fournisseur=replace(vendor, file=str(Path(vendor.file).resolve())) if vendor else None,
        templates=tuple(settings.templates.items()),
        name=settings.name or DEFAULT_NAME,
    )


def _batch_command(base: Base | None) -> tuple[str, ...]:
    """Return `batch` with the options that give batches the settings of this command."""
    file = settings_file()
    # Without a file a batch must not find one by itself, from the folder that it runs in.
    config = ("--config", str(file.resolve())) if file else ("--no-config",)
    trust = ("--trust",) if is_trusted() else ()
    return (*config, *trust, "batch", *(("--eligibles", str(Path(base.file).resolve())) if base else ()))


def _followup(orders: Path, signed: tuple[Path, ...], registers: tuple[Path, ...], journal: Path | None) -> Followup:
    """Return the folders of the page "Suivi"; their paths are absolute, for jobs."""
    return Followup(
        orders.resolve(),
        signed=tuple(path.resolve() for path in signed),
        registers=tuple(path.resolve() for path in registers),
        journal=journal.resolve() if journal else None,
    )


def _token_or_exit(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        with open_regular(file) as stream:
            # An editor ends a file with a line end, which is no part of the token.
            token = stream.read(_LONGEST_TOKEN).decode("utf-8", "replace").strip()
    except OSError as error:
        reporting.end_run([FICHIER_ILLISIBLE.at(Place(str(file)), reason=os_reason(error))])
    if len(token) < _SHORTEST_TOKEN:
        raise usage_error("token-short", file=file, length=_SHORTEST_TOKEN)
    return token


def _log_requests() -> None:
    handler = logging.StreamHandler()
    # The message is JSON already.
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("segurdoc.access")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    # uvicorn or a library may configure the root logger, which would print each line again.
    log.propagate = False
