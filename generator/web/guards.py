"""What every request passes: Host and Origin, token, size, time, headers of safety, counts and the access log."""

import asyncio
import hmac
import json
import logging
import time
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generator.web.config import Config
from generator.web.responses import problem
from generator.web.state import Metrics, lang_of

COOKIE = "segurdoc_token"
# Without the token one may ask whether the server lives, and give the token on a page with its style.
_OPEN_PATHS = ("/api/v1/health", "/login", "/static/")
# They change nothing (RFC 9110, 9.2.1): a page of another site may cause them, and cannot read the answer.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# No inline script or style: markup that a value smuggled in would not run.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With no-referrer browsers send forms with "Origin: null", even to their own server.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_LOG = logging.getLogger("segurdoc.access")


class _TooLargeError(Exception):
    pass


class _TooSlowError(Exception):
    pass


class Guard:
    """ASGI middleware that refuses what no handler should see."""

    def __init__(self, app: ASGIApp, config: Config, metrics: Metrics) -> None:
        """Note what is let through."""
        self._app, self._config, self._metrics = app, config, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass, or answer it."""
        # uvicorn also sends the start and the end of the server through here.
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, started, status = Request(scope), time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = list(message.get("headers", []))
                named = {name.lower() for name, _ in kept}
                # Answers contain orders: browsers and proxies keep none, unless a handler says otherwise.
                if b"cache-control" not in named:
                    kept.append((b"cache-control", b"no-store"))
                message = {**message, "headers": [*kept, *_HEADERS]}
            await send(message)

        refused = self._refuse(request)
        try:
            if refused:
                await refused(scope, receive, answer)
            else:
                await self._pass(scope, receive, answer)
        finally:
            # The route and not the address, which may contain an id or what a user typed.
            route = scope.get("route")
            # A request that was refused has no route.
            path = getattr(route, "path", "other")
            seconds = time.perf_counter() - started
            self._metrics.requests[_method(request), path, status] += 1
            self._metrics.seconds[path] += seconds
            said = {"method": _method(request), "route": path, "status": status, "ms": round(seconds * 1000)}
            _LOG.info("%s", json.dumps(said))

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        lang, begun = lang_of(Request(scope)), False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, self._bounded(receive), answer)
        except _TooLargeError:
            await problem(413, lang)(scope, receive, answer)
        except _TooSlowError:
            await problem(408, lang)(scope, receive, answer)

    def _bounded(self, receive: Receive) -> Receive:
        """Bound the size of a body, and the time that it takes to arrive."""
        taken, is_whole = 0, False
        # One end for the whole body: a client that sends a byte a second would never reach a limit for each part.
        end = time.monotonic() + self._config.body_timeout

        async def bounded() -> Message:
            nonlocal taken, is_whole
            if is_whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(end - time.monotonic(), 0.001))
            except TimeoutError as error:
                raise _TooSlowError from error
            # A body in pieces has no length in its header: it is counted as it comes.
            taken += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if taken > self._config.max_bytes:
                raise _TooLargeError
            return message

        return bounded

    def _refuse(self, request: Request) -> Response | None:
        """Return the answer to a request that must not reach a handler."""
        lang = lang_of(request)
        # A name that leads to this machine would let another site's page read answers (DNS rebinding).
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if host not in self._config.known_hosts:
            return problem(421, lang)
        # A form of another site would be sent with the cookie of this one (CSRF).
        if request.method not in _SAFE_METHODS and not self._is_own_origin(request):
            return problem(403, lang)
        length = request.headers.get("content-length", "0")
        # Before a byte of it is read.
        if not length.isdigit() or int(length) > self._config.max_bytes:
            return problem(413 if length.isdigit() else 400, lang)
        if self._config.token and not request.url.path.startswith(_OPEN_PATHS) and not self._is_known(request):
            if request.method in _SAFE_METHODS and not request.url.path.startswith("/api/"):
                # A person gets the page for the token, a program the error.
                return Response(status_code=303, headers={"Location": "/login"})
            return problem(401, lang)
        return None

    def _is_own_origin(self, request: Request) -> bool:
        """Return whether a request that changes something comes from a page of this server, or from no page."""
        # Browsers say so; programs do not send the header.
        if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return False
        # Programs send none, and have no cookie that another site could use.
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc == request.headers.get("host")

    def _is_known(self, request: Request) -> bool:
        token, header = self._config.token or "", request.headers.get("authorization", "")
        if header.startswith("Bearer "):
            return is_same_secret(header.removeprefix("Bearer "), token)
        return is_same_secret(request.cookies.get(COOKIE, ""), cookie_of(token))


def is_same_secret(given: str, secret: str) -> bool:
    """Return whether two secrets are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(), secret.encode())


def cookie_of(token: str) -> str:
    """Return the cookie of a browser that gave the token: it proves the token, and does not contain it."""
    return hmac.new(token.encode(), COOKIE.encode(), "sha256").hexdigest()


def _method(request: Request) -> str:
    # A method that a client made up would make a new series of counts each time.
    return request.method if request.method in {*_SAFE_METHODS, "POST", "DELETE", "PUT", "PATCH"} else "other"
