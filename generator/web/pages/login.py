"""The page that asks for the token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generator.web.api import read_form
from generator.web.guards import COOKIE, cookie_of, is_same_secret, lang_of
from generator.web.pages.view import page
from generator.web.state import state_of

_WEEK = 7 * 86400


async def home(request: Request) -> Response:
    """Lead to the pages in the language of the browser."""
    return RedirectResponse(f"/{lang_of(request)}/commande", 303)


async def login_page(request: Request) -> Response:
    """Ask for the token."""
    return page(request, "login", wrong=False)


async def login_posted(request: Request) -> Response:
    """Keep a proof of the token in a cookie that scripts and other sites cannot read."""
    lang, form, token = lang_of(request), await read_form(request), state_of(request).config.token
    if token is None or not is_same_secret(str(form.get("token") or ""), token):
        return page(request, "login", status=401, wrong=True)
    response = RedirectResponse(f"/{lang}/commande", 303)
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    response.set_cookie(COOKIE, cookie_of(token), max_age=_WEEK, httponly=True, samesite="strict", secure=secure)
    return response
