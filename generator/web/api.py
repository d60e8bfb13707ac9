"""The HTTP API, `/api/v1`."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from generator import __version__
from generator.common.jsonio.source import Descriptor, read_descriptors
from generator.common.language import Lang, Text, first_of, text
from generator.common.resources import SCHEMAS
from generator.references import DocumentKind
from generator.render.options import Format
from generator.web.batches import ENDED, Orders
from generator.web.jobs.answer import Answer, safe_name
from generator.web.jobs.documents import template_job, verify_job
from generator.web.jobs.orders import etag, render_job, split_job, validate_job, zipped
from generator.web.openapi import description
from generator.web.responses import JsonAnswer, problem
from generator.web.state import lang_of, state_of

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
FORMATS = {"pdf": (Format.PDF,), "docx": (Format.DOCX,), "zip": (Format.DOCX, Format.PDF)}
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MAX_FILES, _MAX_FIELDS = 20, 1000
_EVENT_SECONDS = 0.5
# How many documents a finding names.
_NAMED = 3
# The names in findings of files that come without a name.
DESCRIPTOR, DOCUMENT, TEMPLATE = "commande.json", "document.pdf", "modele.docx"


class RequestError(Exception):
    """A request that no job can be made of; `detail` says why."""

    def __init__(self, detail: Text) -> None:
        super().__init__(detail.en)
        self.detail = detail


async def validate(request: Request) -> Response:
    """Check descriptors; the answer is 200 where they could be checked, sound or not."""
    state = state_of(request)
    (body, _), lang = await _order_and_template(request), lang_of(request)
    answer = await state.workers.run_on(DESCRIPTOR, validate_job, body, lang, state.config.orders)
    return JsonAnswer({"valid": answer.is_fine, **answer.data, "findings": answer.findings})


async def render(request: Request) -> Response:
    """Render an order."""
    lang, (body, template) = lang_of(request), await _order_and_template(request)
    form, documents = _format_and_documents(request)
    state = state_of(request)
    # The version too: another one may set the same order otherwise.
    tag = etag(
        __version__.encode(), state.config.orders.tag, body, template or b"", form.encode(), *map(str.encode, documents)
    )
    # An order system that asks again gets no document, and no worker is used.
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    answer = await state.workers.run_on(
        DESCRIPTOR,
        render_job,
        body,
        lang,
        state.config.orders,
        FORMATS[form],
        documents=documents,
        template=template,
    )
    if not answer.files:
        return _refused(answer, lang)
    # An answer of one media type holds one document.
    if form != "zip" and len(answer.files) > 1:
        raise RequestError(text("pages.errors.several-documents"))
    name, data = next(iter(answer.files.items()))
    if form == "zip":
        # In a thread: compressing documents would keep other requests waiting.
        name, data = f"{name.rpartition('.')[0]}.zip", await asyncio.to_thread(zipped, answer.files)
    headers = {
        "ETag": tag,
        # The document names people: no shared cache keeps it, and a private one asks each time.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(data, 200, headers, MEDIA[form])


def _format_and_documents(request: Request) -> tuple[str, tuple[str, ...]]:
    form = request.query_params.get("format", "pdf")
    documents = tuple(request.query_params.getlist("document"))
    if form not in FORMATS:
        raise RequestError(text("pages.errors.format"))
    if set(documents) - set(DocumentKind):
        raise RequestError(text("pages.errors.document"))
    return form, documents


async def verify(request: Request) -> Response:
    """Verify documents: a multipart form with `file` parts and perhaps one `order`."""
    form = await read_form(request)
    files = await uploads(form)
    if not files:
        raise RequestError(text("pages.errors.file-missing"))
    lang = lang_of(request)
    order = await part(form, "order") or None
    state = state_of(request)
    answer = await state.workers.run_on(names_of(files), verify_job, files, order, lang, state.config.orders)
    # The order was refused, so that nothing was compared.
    if not answer.data:
        return _refused(answer, lang)
    return JsonAnswer({"compliant": answer.is_fine, **answer.data})


async def check_template(request: Request) -> Response:
    """Check a template: a multipart form with `template`, or the DOCX itself."""
    _, template = await _order_and_template(request)
    name = await _template_name(request)
    document = request.query_params.get("document")
    if document and document not in set(DocumentKind):
        raise RequestError(text("pages.errors.document"))
    if not template:
        raise RequestError(text("pages.errors.template-missing"))
    state = state_of(request)
    answer = await state.workers.run_on(name, template_job, template, document, lang_of(request), state.config.orders)
    return JsonAnswer({"valid": answer.is_fine, **answer.data, "findings": answer.findings})


async def create_batch(request: Request) -> Response:
    """Start a batch."""
    state, lang = state_of(request), lang_of(request)
    body, _ = await _order_and_template(request)
    answer = await state.workers.run_on(DESCRIPTOR, split_job, body, lang, state.config.orders)
    if not answer.data["orders"]:
        return _refused(answer, lang)
    # Answers of jobs are plain data, whose values have no type.
    total = int(str(answer.data["orders"]))
    made = state.batches.create(Orders(answer.files[""], total, answer.findings), lang)
    if made is None:
        raise HTTPException(429)
    address = f"/api/v1/batches/{made}"
    content = {"id": made, "orders": total, "findings": answer.findings}
    return JsonAnswer(content, 202, {"Location": address})


async def show_batch(request: Request) -> Response:
    """Show how far a batch is, with its report once it ended."""
    name, state = _known_batch(request)
    return JsonAnswer({**state, "report": state_of(request).batches.report(name)})


async def batch_events(request: Request) -> Response:
    """Send the state of a batch whenever it changes, as server-sent events, until it ends."""
    (name, _), batches = _known_batch(request), state_of(request).batches

    async def events() -> AsyncIterator[str]:
        shown = None
        # The server waits for open requests when it stops: this one would last as long as the batch.
        while not state_of(request).workers.stopping:
            state = batches.state(name)
            if state != shown:
                yield f"event: progress\ndata: {json.dumps(state)}\n\n"
                shown = state
            if state is None or state["state"] in ENDED:
                return
            await asyncio.sleep(_EVENT_SECONDS)

    return StreamingResponse(events(), media_type="text/event-stream")


async def batch_files(request: Request) -> Response:
    """Give the documents of a batch that ended."""
    name, state = _known_batch(request)
    if state["state"] not in ENDED:
        raise HTTPException(409)
    path = await asyncio.to_thread(state_of(request).batches.archive, name)
    return FileResponse(path, media_type=MEDIA["zip"], filename=f"lot-{name[:8]}.zip")


async def delete_batch(request: Request) -> Response:
    """Stop a batch, and remove its files."""
    name, _ = _known_batch(request)
    await state_of(request).batches.remove(name)
    return Response(status_code=204)


async def references(request: Request) -> Response:
    """List the appels à financement that are known."""
    files = [*sorted((SCHEMAS / "appels").glob("*.json")), *state_of(request).config.orders.own_appels]
    records = {
        str(each.value["reference"]): each.value for each in read_descriptors(files) if isinstance(each, Descriptor)
    }
    return JsonAnswer([records[name] for name in sorted(records)])


async def schema(request: Request) -> Response:
    """Give the descriptor's schema."""
    del request
    return Response((SCHEMAS / "order.schema.json").read_bytes(), media_type="application/schema+json")


async def finding(request: Request) -> Response:
    """Explain a code of a finding."""
    # Late: it imports every module that defines a finding.
    from generator.common.explain import all_kinds
    from generator.common.findings import in_general

    lang, code = lang_of(request), request.path_params["code"].upper()
    kind = next((each for each in all_kinds() if each.code == code), None)
    if kind is None:
        raise HTTPException(404)
    message = in_general(kind.message.text.say(lang), "<{}>")
    fix = in_general(kind.message.fix.say(lang), "<{}>")
    return JsonAnswer({"code": code, "severity": kind.severity, "message": message, "fix": fix})


async def health(request: Request) -> Response:
    """Tell that the server takes jobs, or that it stops."""
    # A load balancer sends no more requests once the server stops.
    is_open = not state_of(request).workers.stopping
    return JsonAnswer({"status": "ok" if is_open else "stopping", "version": __version__}, 200 if is_open else 503)


async def metrics(request: Request) -> Response:
    """Give counts to Prometheus."""
    state = state_of(request)
    return PlainTextResponse(state.metrics.text(state.workers.running), media_type="text/plain; version=0.0.4")


async def openapi(request: Request) -> Response:
    """Give the description of this API."""
    return JsonAnswer(description(sorted(state_of(request).config.orders.appels)))


async def read_form(request: Request) -> FormData:
    """Return a multipart form, with a bounded number of parts."""
    # starlette takes another body for an empty form, which would be reported as missing parts.
    if not request.headers.get("content-type", "").startswith(_FORMS):
        raise RequestError(text("pages.errors.form-expected"))
    limit = state_of(request).config.max_bytes
    return await request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=limit)


async def part(form: FormData, name: str) -> bytes:
    """Return the content of a part, a file or a field; empty where it is missing."""
    # A program may send an order as a file or as a field.
    value = form.get(name)
    return await value.read() if isinstance(value, UploadFile) else (value or "").encode()


async def uploads(form: FormData) -> tuple[tuple[str, bytes], ...]:
    """Return the names and contents of the parts `file`."""
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    # A list first: a generator with `await` would be asynchronous.
    return tuple([(each.filename or "", await each.read()) for each in files])


def name_of(form: FormData, name: str, default: str) -> str:
    """Return the name of an uploaded file, without folders."""
    value = form.get(name)
    return safe_name(value.filename or "", default) if isinstance(value, UploadFile) else default


def names_of(files: Sequence[tuple[str, bytes]]) -> str:
    """Return the names of uploaded documents, without folders; of many documents the first names."""
    return first_of([safe_name(name, DOCUMENT) for name, _ in files], _NAMED)


async def _template_name(request: Request) -> str:
    """Return the name of the template that a request has, if it has one."""
    # The form was parsed before: starlette keeps it with the request.
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    return name_of(await read_form(request), "template", TEMPLATE) if is_form else TEMPLATE


async def _order_and_template(request: Request) -> tuple[bytes, bytes | None]:
    """Return the parts of a request; a body that is no form is the order, or a DOCX the template."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        form = await read_form(request)
        return await part(form, "order"), await part(form, "template") or None
    body = await request.body()
    # The content type tells a template alone from an order.
    return (b"", body) if kind.startswith(MEDIA["docx"]) else (body, None)


def _known_batch(request: Request) -> tuple[str, dict[str, object]]:
    """Return the id and the state of the batch that an address names.

    Raises:
        HTTPException: there is none (404).
    """
    name: str = request.path_params["id"]
    state = state_of(request).batches.state(name)
    if state is None:
        raise HTTPException(404)
    return name, state


def _refused(answer: Answer, lang: Lang) -> Response:
    # A refusal without an error has one reason: the body has another number of orders than one.
    detail = text("pages.errors.several-orders") if answer.is_fine else None
    return problem(422, lang, findings=answer.findings, detail=detail)


ROUTES = [
    Route("/api/openapi.json", openapi),
    Route("/api/v1/validate", validate, methods=["POST"]),
    Route("/api/v1/render", render, methods=["POST"]),
    Route("/api/v1/verify", verify, methods=["POST"]),
    Route("/api/v1/templates/check", check_template, methods=["POST"]),
    Route("/api/v1/batches", create_batch, methods=["POST"]),
    Route("/api/v1/batches/{id}", show_batch, methods=["GET"]),
    Route("/api/v1/batches/{id}", delete_batch, methods=["DELETE"]),
    Route("/api/v1/batches/{id}/events", batch_events),
    Route("/api/v1/batches/{id}/files.zip", batch_files),
    Route("/api/v1/references", references),
    Route("/api/v1/schema", schema),
    Route("/api/v1/findings/{code}", finding),
    Route("/api/v1/health", health),
    Route("/api/v1/metrics", metrics),
]
