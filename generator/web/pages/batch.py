"""The pages of many orders: upload, columns of a list, refused rows, progress, documents."""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generator.web.api import part, read_form
from generator.web.batches import DRAFT, ENDED, READY, Orders
from generator.web.jobs.answer import Answer, safe_name
from generator.web.jobs.lists import columns_job, import_job, upload_job
from generator.web.pages.view import page
from generator.web.state import lang_of, state_of

_DEFAULT_NUMBERING = "BC-{year}-{n:06}"


async def batch_page(request: Request) -> Response:
    """Show the form of an upload."""
    return page(request, "lot", refused=None, is_full=False)


async def batch_posted(request: Request) -> Response:
    """Take an upload: descriptors are ready to start, a list leads to the page of its columns."""
    lang, form, batches = lang_of(request), await read_form(request), state_of(request).batches
    file, settings = form.get("orders"), state_of(request).config.orders
    name = safe_name(file.filename or "", "commandes.json") if isinstance(file, UploadFile) else ""
    answer = await state_of(request).workers.run_on(name, upload_job, name, await part(form, "orders"), lang, settings)
    if listed := answer.data["list"]:
        made = batches.create_draft(str(listed), answer.files[""])
    elif answer.data["orders"]:
        made = batches.create_draft(name, b"")
        if made:
            batches.make_ready(made, _orders(answer))
    else:
        return page(request, "lot", status=422, refused=answer, is_full=False)
    if made is None:
        return _full(request)
    # 303: the browser asks for the page with GET, so that a reload sends the upload no second time.
    return RedirectResponse(f"/{lang}/lot/{made}", 303)


async def batch_state_page(request: Request) -> Response:
    """Show what is next for a batch; htmx asks for the part that changes alone."""
    name, batches = request.path_params["id"], state_of(request).batches
    state = batches.state(name)
    if state is None:
        return page(request, "introuvable", status=404)
    if state["state"] == DRAFT:
        return await _columns_page(request, name, {}, None)
    report = batches.report(name) if state["state"] in ENDED else None
    values: dict[str, Any] = {"batch": state, "failed": _failed(report)}
    # htmx asks for the part alone while the batch runs.
    if request.headers.get("hx-request"):
        return page(request, "lot_part", **values)
    return page(request, "lot_etat", refused=batches.refused(name), **values)


async def batch_columns_posted(request: Request) -> Response:
    """Read the list again with another sheet or header, or make orders of its rows."""
    name, batches, form = request.path_params["id"], state_of(request).batches, await read_form(request)
    state, source = batches.state(name), batches.source(name)
    # The columns of a batch that has started cannot change any more.
    if state is None or source is None or state["state"] not in (DRAFT, READY):
        return page(request, "introuvable", status=404)
    # Files of the form are read apart: the page shows the texts again.
    values = {key: value for key, value in form.items() if isinstance(value, str)}
    if values.get("action") == "read":
        return await _columns_page(request, name, values, None)
    answer = await state_of(request).workers.run_on(
        source[0],
        import_job,
        *source,
        lang_of(request),
        state_of(request).config.orders,
        place=_place(values),
        columns=_prefixed(values, "column."),
        constants=_prefixed(values, "value."),
        numbering=values.get("numbering", "").strip(),
        vendor=await part(form, "vendor"),
    )
    if not answer.data["orders"]:
        return await _columns_page(request, name, values, answer)
    batches.make_ready(name, _orders(answer))
    return RedirectResponse(f"/{lang_of(request)}/lot/{name}", 303)


async def batch_started(request: Request) -> Response:
    """Start a batch that is ready."""
    lang, name, batches = lang_of(request), request.path_params["id"], state_of(request).batches
    state = batches.state(name)
    if state is None:
        return page(request, "introuvable", status=404)
    # A second click on the button finds the batch started, and leads to its page.
    if state["state"] == READY and not batches.start(name, lang):
        return _full(request)
    return RedirectResponse(f"/{lang}/lot/{name}", 303)


async def _columns_page(request: Request, name: str, values: dict[str, str], answer: Answer | None) -> Response:
    """Show the columns of a list, with what was chosen and why it was refused."""
    state = state_of(request)
    source = state.batches.source(name)
    if source is None:
        return page(request, "introuvable", status=404)
    read = await state.workers.run_on(
        source[0], columns_job, *source, _place(values), lang_of(request), state.config.orders
    )
    status = 422 if answer or not read.data else 200
    numbering = values.get("numbering", _DEFAULT_NUMBERING)
    return page(
        request,
        "lot_colonnes",
        status=status,
        id=name,
        file=source[0],
        read=read,
        values=values,
        numbering=numbering,
        refused=answer,
    )


def _place(values: dict[str, str]) -> tuple[str | None, int | None]:
    """Return the sheet and the row of the header that were asked for."""
    row = values.get("header", "").strip()
    return values.get("sheet", "").strip() or None, int(row) if row.isdecimal() and int(row[:9]) > 0 else None


def _prefixed(values: dict[str, str], prefix: str) -> dict[str, str]:
    """Return what was entered in the fields whose names begin with a prefix, by the rest of their names."""
    found = ((key, value.strip()) for key, value in values.items() if key.startswith(prefix))
    return {key.removeprefix(prefix): value for key, value in found if value}


def _orders(answer: Answer) -> Orders:
    return Orders(answer.files[""], int(str(answer.data["orders"])), answer.findings)


def _failed(report: object) -> list[dict[str, Any]]:
    """Return the orders of a report that gave no document."""
    orders = report.get("orders", []) if isinstance(report, dict) else []
    return [each for each in orders if each["outcome"] in ("failed", "refused")]


def _full(request: Request) -> Response:
    return page(request, "lot", status=429, refused=None, is_full=True)
