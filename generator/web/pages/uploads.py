"""The pages of a file that one drops: a document that came back, a vendor's own template."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from generator.references import DocumentKind
from generator.web.api import TEMPLATE, name_of, names_of, part, read_form, uploads
from generator.web.guards import lang_of
from generator.web.jobs.documents import verify_job
from generator.web.jobs.template import template_job
from generator.web.pages.view import page
from generator.web.state import state_of


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
