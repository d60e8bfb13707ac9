"""The OpenAPI 3.1 description of the API."""

from collections.abc import Sequence
from typing import Any

from generator import __version__
from generator.references import DocumentKind

Json = dict[str, Any]

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCUMENTS = {"type": "string", "enum": [kind.value for kind in DocumentKind]}
_LANG = {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["fr", "en"], "default": "fr"}}
_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
_PICTURE = {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}
_TEXT, _WHOLE, _FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
# OpenAPI 3.1 takes JSON Schema 2020-12, where null is a type; 3.0 had `nullable`.
_MAYBE_TEXT, _MAYBE_WHOLE = {"type": ["string", "null"]}, {"type": ["integer", "null"]}


def _object(properties: Json, *optional: str) -> Json:
    """Return the schema of an object; `optional` names the members that it may lack."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_FINDINGS = _list(_ref("Finding"))
_SCHEMAS = {
    "Finding": _object(
        {
            "code": _TEXT,
            "severity": {"enum": ["error", "warning", "info"]},
            "file": _MAYBE_TEXT,
            "line": _MAYBE_WHOLE,
            "column": _MAYBE_WHOLE,
            "pointer": _MAYBE_TEXT,
            "part": _MAYBE_TEXT,
            "message": _TEXT,
            "fix": _TEXT,
            "values": {"type": "object", "additionalProperties": _TEXT},
            "source": _MAYBE_TEXT,
        }
    ),
    "Problem": _object(
        {"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT, "findings": _FINDINGS}, "detail", "findings"
    ),
    "Validation": _object(
        {"valid": _FLAG, "orders": _list(_object({"file": _TEXT, "valid": _FLAG})), "findings": _FINDINGS}
    ),
    "Mention": _object(
        {
            "id": _TEXT,
            "text": _TEXT,
            "value": _TEXT,
            "fine": _FLAG,
            "page": _MAYBE_WHOLE,
            "crop": {"oneOf": [_PICTURE, {"type": "null"}]},
            "width": _MAYBE_WHOLE,
        }
    ),
    "Document": _object(
        {
            "file": _TEXT,
            "verdict": {"enum": ["compliant", "check", "not-compliant", "not-read"]},
            "label": _TEXT,
            "summary": _TEXT,
            "signature": _MAYBE_TEXT,
            "findings": _FINDINGS,
            "mentions": _list(_ref("Mention")),
            "pages": _list(_PICTURE),
        }
    ),
    "Verification": _object({"compliant": _FLAG, "documents": _list(_ref("Document"))}),
    "TemplateCheck": _object(
        {
            "valid": _FLAG,
            "document": {"oneOf": [_DOCUMENTS, {"type": "null"}]},
            "orders": _WHOLE,
            "marks": _list(_object({"finding": _WHOLE, "page": _WHOLE})),
            "pages": _list(_PICTURE),
            "previews": {"type": "object", "additionalProperties": _list(_PICTURE)},
            "findings": _FINDINGS,
        }
    ),
    "NewBatch": _object({"id": _TEXT, "orders": _WHOLE, "findings": _FINDINGS}),
    "Batch": _object(
        {
            "id": _TEXT,
            "state": {"enum": ["draft", "ready", "waiting", "running", "done", "refused", "failed"]},
            "orders": _WHOLE,
            "recorded": _WHOLE,
            "report": {"type": ["object", "null"]},
        }
    ),
    "FindingKind": _object(
        {"code": _TEXT, "severity": {"enum": ["error", "warning", "info"]}, "message": _TEXT, "fix": _TEXT}
    ),
    "Health": _object({"status": {"enum": ["ok", "stopping"]}, "version": _TEXT}),
}


# The body itself is unspecified: a descriptor that the schema refuses is answered with findings.
_ORDERS: Json = {
    "application/json": {"schema": {}},
    "application/x-ndjson": {"schema": _TEXT},
    "multipart/form-data": {"schema": {"type": "object", "properties": {"order": _BINARY}, "required": ["order"]}},
}


def description(references: Sequence[str]) -> Json:
    """Return the description.

    Args:
        references: the appels à financement that are known.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "segurdoc",
            "version": __version__,
            "description": f"Appels à financement: {', '.join(references)}.",
        },
        "servers": [{"url": "/"}],
        # Starlette's routes have no schemas: a test sends generated requests and compares the answers with this.
        "paths": {f"/api/v1{path}": operations for path, operations in {**_work(), **_batches(), **_data()}.items()},
        "components": {"schemas": _SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        # A server on a loopback address needs no token.
        "security": [{}, {"token": []}],
    }


def _work() -> dict[str, Json]:
    rendered_order = _form({"order": _BINARY, "template": _BINARY}, "order")
    template = {**_form({"template": _BINARY}, "template"), _DOCX: {"schema": _BINARY}}
    files = _form({"file": {"type": "array", "minItems": 1, "items": _BINARY}, "order": _BINARY}, "file")
    documents = {"name": "document", "in": "query", "schema": {"type": "array", "items": _DOCUMENTS}}
    form = {"name": "format", "in": "query", "schema": {"enum": ["pdf", "docx", "zip"], "default": "pdf"}}
    content = {media: {"schema": _BINARY} for media in ("application/pdf", _DOCX, "application/zip")}
    tag = {"ETag": {"schema": _TEXT}}
    rendered = {
        "200": {"description": "The document", "content": content, "headers": tag},
        "304": {"description": "Unchanged: If-None-Match has the ETag of these inputs", "headers": tag},
    }
    one = {"name": "document", "in": "query", "schema": _DOCUMENTS}
    return {
        "/validate": {"post": _operation("validate", "Check descriptors", _json("Validation"), body=_ORDERS)},
        "/render": {
            "post": _operation(
                "render", "Render an order", rendered, form, documents, body={**_ORDERS, **rendered_order}
            )
        },
        "/verify": {"post": _operation("verify", "Verify documents", _json("Verification"), body=files)},
        "/templates/check": {
            "post": _operation("checkTemplate", "Check a template", _json("TemplateCheck"), one, body=template)
        },
    }


def _batches() -> dict[str, Json]:
    name = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
    events = {"200": {"description": "Progress", "content": {"text/event-stream": {"schema": _TEXT}}}}
    archive = {"200": {"description": "The documents", "content": {"application/zip": {"schema": _BINARY}}}}
    return {
        "/batches": {"post": _operation("createBatch", "Start a batch", _json("NewBatch", "202"), body=_ORDERS)},
        "/batches/{id}": {
            "get": _operation("showBatch", "Show a batch", _json("Batch"), name),
            "delete": _operation("deleteBatch", "Remove a batch", {"204": {"description": "Removed"}}, name),
        },
        "/batches/{id}/events": {"get": _operation("batchEvents", "Follow a batch", events, name)},
        "/batches/{id}/files.zip": {"get": _operation("batchFiles", "Take the documents", archive, name)},
    }


def _data() -> dict[str, Json]:
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z0-9-]+$"}}
    records = {"application/json": {"schema": _list({"type": "object"})}}
    schema = {"200": {"description": "JSON Schema", "content": {"application/schema+json": {"schema": {}}}}}
    text = {"200": {"description": "Prometheus text", "content": {"text/plain": {"schema": _TEXT}}}}
    known = {"200": {"description": "The records", "content": records}}
    health = {**_json("Health"), **_json("Health", "503")}
    return {
        "/references": {"get": _operation("references", "List appels à financement", known)},
        "/schema": {"get": _operation("schema", "Give the descriptor's schema", schema)},
        "/findings/{code}": {"get": _operation("finding", "Explain a finding", _json("FindingKind"), code)},
        "/health": {"get": _operation("health", "Tell whether jobs are taken", health)},
        "/metrics": {"get": _operation("metrics", "Give counts", text)},
    }


def _operation(name: str, summary: str, responses: Json, *parameters: Json, body: Json | None = None) -> Json:
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "parameters": [_LANG, *parameters],
        "responses": {**responses, "default": {"description": "Problem", "content": problem}},
    }
    return {**operation, "requestBody": {"required": True, "content": body}} if body else operation


def _json(schema: str, status: str = "200") -> Json:
    content = {"application/json": {"schema": _ref(schema)}}
    return {status: {"description": schema, "content": content}}


def _form(parts: Json, *required: str) -> Json:
    return {"multipart/form-data": {"schema": {"type": "object", "properties": parts, "required": list(required)}}}
