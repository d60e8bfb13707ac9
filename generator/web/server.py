"""The application, and the server that runs it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from generator.common.bounded_workers import set_limits
from generator.common.findings import Finding
from generator.common.language import Text
from generator.reports.machine_readable import finding_object
from generator.web import api
from generator.web.batches import Batches
from generator.web.config import Config
from generator.web.guards import Guard
from generator.web.job_queue import BusyError, JobError, JobQueue
from generator.web.pages import routes
from generator.web.pages.view import page
from generator.web.responses import RETRY_SECONDS, known_status, problem, title
from generator.web.state import State, lang_of

_LOG = logging.getLogger("segurdoc.serve")


def create_app(config: Config) -> Starlette:
    """Return the ASGI application."""
    # Before the event loop runs: a process of one thread is forked in some milliseconds.
    set_limits(memory=config.memory, workers=config.jobs, seconds=config.timeout)
    workers = JobQueue(config.jobs, waiting=config.waiting)
    state = State(config, workers, Batches(config.state, keep_days=config.keep_days, command=config.batch_command))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # The first visitor must not wait for the imports of the workers.
        await state.workers.warm()
        state.batches.resume()
        # The name keeps the task alive: asyncio itself has only a weak reference.
        sweeper = asyncio.create_task(state.batches.keep_expiring())
        yield
        sweeper.cancel()
        state.workers.stopping = True
        await state.batches.close()
        await asyncio.to_thread(state.workers.close)

    app = Starlette(
        routes=[*api.ROUTES, *routes.ROUTES],
        middleware=[Middleware(Guard, config=config, metrics=state.metrics)],
        exception_handlers={
            HTTPException: _http_error,
            api.RequestError: _request_error,
            BusyError: _busy,
            JobError: _job_error,
            ClientDisconnect: _disconnected,
        },
        lifespan=lifespan,
    )
    app.state.parts = state
    return app


class Server(uvicorn.Server):
    """A uvicorn server that takes no more jobs once it is asked to stop, and stops when those that run have ended."""

    def __init__(self, config: Config) -> None:
        """Make the application of a configuration."""
        app = create_app(config)
        self._workers: JobQueue = app.state.parts.workers
        self._asked: tuple[int, FrameType | None] | None = None
        super().__init__(
            uvicorn.Config(
                app,
                host=config.host,
                port=config.port,
                # Its lines have the client's address; the access log of `guards` has none.
                access_log=False,
                # It warns of each client that offers HTTP/2, as Java's does.
                log_level="error",
                server_header=False,
                limit_concurrency=1000,
                # The longest that a job may take.
                timeout_graceful_shutdown=int(config.timeout),
                # Longer than clients keep an idle connection: the server must not be the one that closes it.
                timeout_keep_alive=75,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take no more jobs, and stop when those that run have ended; stop at once when asked again."""
        # Asked again, as by a second Ctrl-C.
        if self._workers.stopping:
            super().handle_exit(sig, frame)
        self._workers.stopping = True
        self._asked = (sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Return whether the server stops now; uvicorn asks ten times a second."""
        if self._asked and not self._workers.running:
            super().handle_exit(*self._asked)
        return await super().on_tick(counter)


async def _http_error(request: Request, error: Exception) -> Response:
    # starlette's own errors are HTTPException as well: an unknown address, a method that is not allowed.
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(request, known_status(status))


async def _request_error(request: Request, error: Exception) -> Response:
    detail = error.detail if isinstance(error, api.RequestError) else None
    return _answer(request, 400, detail)


async def _busy(request: Request, error: Exception) -> Response:
    del error
    return _answer(request, 503)


async def _disconnected(request: Request, error: Exception) -> Response:
    """Give up a request whose client left before it was whole: nobody reads the answer."""
    del request, error
    return Response(status_code=400)


async def _job_error(request: Request, error: Exception) -> Response:
    """Answer with the limit that the request reached; the log has its code alone, for a message may quote a value."""
    assert isinstance(error, JobError)
    _LOG.warning("%s", error.finding.code)
    return _answer(request, 422, findings=[error.finding])


def _answer(request: Request, status: int, detail: Text | None = None, findings: Sequence[Finding] = ()) -> Response:
    """Return an error: a page for people, problem+json for programs."""
    lang = lang_of(request)
    if request.url.path.startswith("/api/"):
        return problem(status, lang, detail=detail, findings=[finding_object(each, lang) for each in findings])
    said = " ".join([*([detail.say(lang)] if detail else []), *(each.message(lang) for each in findings)])
    # htmx puts the answer into the page: a whole page would appear inside it.
    name = "erreur_part" if request.headers.get("hx-request") else "erreur"
    shown = page(request, name, status=status, title=title(status, lang), detail=said)
    if status == 503:  # noqa: PLR2004
        shown.headers["Retry-After"] = RETRY_SECONDS
    return shown
