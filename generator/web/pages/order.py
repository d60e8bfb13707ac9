"""The page of one order: a form, its findings, and the document next to it."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from generator.render.options import Format
from generator.web.api import DESCRIPTOR, FORMATS, MEDIA, part, read_form
from generator.web.form import Field, Group, Json, descriptor, groups, values_of
from generator.web.jobs import orders as jobs
from generator.web.jobs.answer import Answer, Findings
from generator.web.pages.view import download, page
from generator.web.state import lang_of, state_of

# An order has five levels; a JSON text of thousands would end the recursion of Python.
_DEEPEST = 20
_FINESS, _NAME = "/client/finess_pmsi", "/client/denomination_sociale"


async def order_page(request: Request) -> Response:
    """Show the empty form."""
    reference, vendor = request.query_params.get("reference", ""), state_of(request).config.orders.vendor
    return _shown(request, values_of({"fournisseur": vendor}, _all_fields(request, reference)), {}, None, reference)


async def order_posted(request: Request) -> Response:
    """Load, check, or render what the form holds."""
    form = await read_form(request)
    action = str(form.get("action") or "check")
    if action == "load":
        return await _loaded(request, await part(form, "load"))
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    # A click on a proposed establishment fills in both fields.
    finess, _, name = values.pop("pick", "").partition("|")
    if finess:
        values |= {_FINESS: finess, _NAME: name}
    base, reference = _object(values.get("base", "")), values.get("/reference", "")
    made = descriptor(values, base, _all_fields(request, reference))
    # A form may contain halves of characters, which UTF-8 does not have.
    body = json.dumps(made, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    if action == "json":
        return download(body, "commande.json", "application/json")
    if action in FORMATS:
        answer = await _rendered(request, body, FORMATS[action])
        if answer.files:
            return _given(answer.files, action)
    else:
        answer = await _preview(request, body, values)
    if request.headers.get("hx-request"):
        # While somebody types, a field that is still empty is no error yet.
        shown = _by_field(answer.findings, _all_fields(request, reference), values)
        return page(request, "commande_apercu", answer=answer, fields=_all_fields(request, reference), errors=shown)
    return _shown(request, values, base, answer, reference)


async def _rendered(request: Request, body: bytes, formats: tuple[Format, ...]) -> Answer:
    state = state_of(request)
    return await state.workers.run_on(DESCRIPTOR, jobs.render_job, body, lang_of(request), state.config.orders, formats)


async def _preview(request: Request, body: bytes, values: Mapping[str, str]) -> Answer:
    state = state_of(request)
    asked = values.get(_FINESS, "").strip() or values.get(_NAME, "").strip()
    return await state.workers.run_on(DESCRIPTOR, jobs.preview_job, body, lang_of(request), state.config.orders, asked)


async def _loaded(request: Request, body: bytes) -> Response:
    # Editors of Windows write a byte order mark in front.
    base = _object(body.decode("utf-8", "replace").removeprefix("\ufeff"))
    vendor = base.get("fournisseur")
    # The file of a logo is not uploaded with its order: the page goes on without it, or with the server's own.
    has_logo = isinstance(vendor, dict) and vendor.pop("logo", None) is not None
    if has_logo:
        body = json.dumps(base, ensure_ascii=False).encode("utf-8", "replace")
    reference = str(base.get("reference", ""))
    answer = await _preview(request, body, {})
    values = values_of(base, _all_fields(request, reference))
    return _shown(
        request,
        values,
        base,
        answer,
        reference,
        lost_logo=has_logo and "logo" not in state_of(request).config.orders.vendor,
    )


def _shown(
    request: Request,
    values: Mapping[str, str],
    base: Json,
    answer: Answer | None,
    reference: str,
    *,
    lost_logo: bool = False,
) -> Response:
    fields = _all_fields(request, reference)
    return page(
        request,
        "commande",
        groups=_groups(request, reference),
        values=values,
        base=json.dumps(base, ensure_ascii=False) if base else "",
        answer=answer,
        errors=_by_field(answer.findings, fields, None) if answer else {},
        lost_logo=lost_logo,
    )


def _all_fields(request: Request, reference: str) -> list[Field]:
    return [field for group in _groups(request, reference) for field in group.fields]


def _groups(request: Request, reference: str) -> list[Group]:
    return groups(state_of(request).config.orders.appels, reference)


def _by_field(findings: Findings, fields: list[Field], values: Mapping[str, str] | None) -> dict[str, list[str]]:
    """Return messages by the field they are about; with `values`, only of fields that were filled in."""
    named: dict[str, list[str]] = {}
    pointers = {field.pointer for field in fields}
    for finding in findings:
        pointer = str(finding["pointer"] or "")
        # A finding about a part of a value belongs to the field of the whole.
        while pointer and pointer not in pointers:
            pointer = pointer.rpartition("/")[0]
        if pointer and (values is None or values.get(pointer)):
            named.setdefault(pointer, []).append(f"{finding['message']} ; {finding['fix']}".strip(" ;"))
    return named


def _object(text: str) -> Json:
    """Return the object that a text holds, an empty one where it holds none: the job reports why."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) and _is_shallow(value, _DEEPEST) else {}


def _is_shallow(value: object, depth: int) -> bool:
    """Return whether a value is nested no deeper than `depth`: an order has five levels."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_shallow(each, depth - 1) for each in inner)


def _given(files: Mapping[str, bytes], action: str) -> Response:
    if action == "zip" or len(files) > 1:
        name = next(iter(files)).rpartition(".")[0]
        return download(jobs.zipped(files), f"{name}.zip", MEDIA["zip"])
    name, data = next(iter(files.items()))
    return download(data, name, MEDIA[action])
