"""The addresses of the pages, and the pages of few lines: token, document that came back, own template."""

from pathlib import Path

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from generator.references import DocumentKind
from generator.web.api import TEMPLATE, name_of, names_of, part, read_form, uploads
from generator.web.guards import COOKIE, cookie_of, is_same_secret
from generator.web.jobs.documents import template_job, verify_job
from generator.web.pages import batch, followup, order
from generator.web.pages.view import page
from generator.web.state import lang_of, state_of

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
    # Behind a reverse proxy the request itself is not encrypted; the header tells how the browser asked.
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    # Strict and httponly: no other site sends the cookie, and no script reads it.
    response.set_cookie(COOKIE, cookie_of(token), max_age=_WEEK, httponly=True, samesite="strict", secure=secure)
    return response


async def verify_page(request: Request) -> Response:
    """Show the form of documents to verify."""
    return page(request, "verifier", answer=None, missing=False)


async def verify_posted(request: Request) -> Response:
    """Verify documents, and show their pages."""
    form = await read_form(request)
    files = await uploads(form)
    if not files:
        return page(request, "verifier", status=422, answer=None, missing=True)
    order = await part(form, "order") or None
    state = state_of(request)
    answer = await state.workers.run_on(
        names_of(files), verify_job, files, order, lang_of(request), state.config.orders
    )
    return page(request, "verifier", answer=answer, missing=False)


async def template_page(request: Request) -> Response:
    """Show the form of a template to check."""
    return page(request, "modele", answer=None, missing=False, document="")


async def template_posted(request: Request) -> Response:
    """Check a template, and show its pages."""
    form = await read_form(request)
    template, document = await part(form, "template"), str(form.get("document") or "")
    if not template:
        return page(request, "modele", status=422, answer=None, missing=True, document=document)
    kind = document if document in set(DocumentKind) else None
    state = state_of(request)
    name = name_of(form, "template", TEMPLATE)
    answer = await state.workers.run_on(name, template_job, template, kind, lang_of(request), state.config.orders)
    return page(request, "modele", answer=answer, missing=False, document=document)


# An address in another language is unknown, and answered with 404.
class _LangConvertor(StringConvertor):
    regex = "fr|en"


register_url_convertor("lang", _LangConvertor())

ROUTES = [
    Route("/", home),
    Route("/login", login_page),
    Route("/login", login_posted, methods=["POST"]),
    Mount("/static", StaticFiles(directory=Path(__file__).parents[1] / "static")),
    Route("/{lang:lang}/commande", order.order_page),
    Route("/{lang:lang}/commande", order.order_posted, methods=["POST"]),
    Route("/{lang:lang}/verifier", verify_page),
    Route("/{lang:lang}/verifier", verify_posted, methods=["POST"]),
    Route("/{lang:lang}/modele", template_page),
    Route("/{lang:lang}/modele", template_posted, methods=["POST"]),
    Route("/{lang:lang}/lot", batch.batch_page),
    Route("/{lang:lang}/lot", batch.batch_posted, methods=["POST"]),
    Route("/{lang:lang}/lot/{id}", batch.batch_state_page),
    Route("/{lang:lang}/lot/{id}/colonnes", batch.batch_columns_posted, methods=["POST"]),
    Route("/{lang:lang}/lot/{id}/lancer", batch.batch_started, methods=["POST"]),
    Route("/{lang:lang}/suivi", followup.followup_page),
    Route("/{lang:lang}/suivi.csv", followup.followup_csv),
    Route("/{lang:lang}/suivi.ics", followup.followup_ics),
]
