"""List the names that a template can print, each with its kind, meaning and an example.

Only the meanings are written by hand (`generator/messages/sentences/template_fields.toml`). The names are those of the
template context (`generator.render.docx.context`); the examples are its values for the order that the descriptor's
schema gives.
"""

import dataclasses
import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.language import Text, catalogue
from generator.common.resources import SCHEMAS
from generator.documents.mentions import PrintedMention
from generator.documents.stress_orders import stress_orders
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appel, DocumentKind
from generator.render.docx.context import template_context


class FieldKind(enum.StrEnum):
    """The kind of a name: a text, a list for `for`, a flag for `if`, or a picture."""

    TEXT = "text"
    LIST = "list"
    FLAG = "flag"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A name that a template can use.

    Attributes:
        path: the name in a tag; `questions[].text` is `text` of each item of `questions`.
        kind: the kind of its value.
        meaning: what it means.
        example: its value for an ordinary order; empty for a list or a picture.
        optional: whether an order may lack it. It is empty then, or must not be printed outside an `if`.
    """

    path: str
    kind: FieldKind
    meaning: Text
    example: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ListedField:
    """A name, with the documents and the AF that have it.

    Attributes:
        field: the name; optional if one of the documents may lack it.
        documents: the kinds of document that have it.
        references: the AF.
        is_partial: whether some of the documents and AF asked for lack it.
    """

    field: TemplateField
    documents: tuple[DocumentKind, ...]
    references: tuple[str, ...]
    is_partial: bool


# The attributes of a mention that templates can print; the others are for the read-back.
_MENTION = ("text", "value", "whole")
# An order may have no logo; it always has a QR code.
_PICTURES = {"logo": True, "qr_code": False}


def fields(document: DocumentKind, appel: Appel) -> tuple[TemplateField, ...]:
    """Return every name that a template of a document can use for an AF, in the context's order.

    Args:
        document: the kind of document.
        appel: the AF record, which has the mentions.
    """
    # The shortest order shows which names may be absent.
    short = next(stress.order for stress in stress_orders(appel, document) if stress.name == "court")
    contexts = [
        template_context(order, appel, document, frozenset()) for order in (example_order(appel, document), short)
    ]
    full, scarce = ([*_walk("", context)] for context in contexts)
    named: dict[str, list[object]] = {}
    for path, value in full:
        named.setdefault(path, []).append(value)
    absent = {path for path, value in (*full, *scarce) if not value and value is not False}
    absent |= named.keys() - {path for path, _ in scarce}
    pictures = (
        TemplateField(path, FieldKind.PICTURE, _meaning(path, appel), "", optional)
        for path, optional in _PICTURES.items()
    )
    return (*(_field(path, values, appel, optional=path in absent) for path, values in named.items()), *pictures)


def all_fields(documents: Sequence[DocumentKind], appels: Sequence[Appel]) -> tuple[ListedField, ...]:
    """Return every name that templates of these documents can use for these AF, each once.

    Args:
        documents: the kinds of document.
        appels: the records of the AF.
    """
    met: dict[str, list[tuple[TemplateField, DocumentKind, str]]] = {}
    pairs = [(document, appel) for document in documents for appel in appels]
    for document, appel in pairs:
        for field in fields(document, appel):
            met.setdefault(field.path, []).append((field, document, appel.reference))
    listed = []
    for uses in met.values():
        shown = next((field for field, _, _ in uses if field.example), uses[0][0])
        field = dataclasses.replace(shown, optional=any(field.optional for field, _, _ in uses))
        kinds = dict.fromkeys(document for _, document, _ in uses)
        references = dict.fromkeys(reference for _, _, reference in uses)
        listed.append(ListedField(field, tuple(kinds), tuple(references), is_partial=len(uses) < len(pairs)))
    return tuple(listed)


def _field(path: str, values: list[object], appel: Appel, *, optional: bool) -> TemplateField:
    value = next((value for value in values if value), values[0])
    kind = {bool: FieldKind.FLAG, tuple: FieldKind.LIST}.get(type(value), FieldKind.TEXT)
    example = value if isinstance(value, str) else json.dumps(value) if kind is FieldKind.FLAG else ""
    return TemplateField(path, kind, _meaning(path, appel), example, optional)


def _meaning(path: str, appel: Appel) -> Text:
    """Return what a name means; for one of a mention, such as `mention.finess.text`, by the text of the mention."""
    meanings = catalogue("template_fields")
    if path in meanings:
        return Text(**meanings[path])
    _, name, part = path.split(".")
    mention = appel.mention_text(name) or name
    return Text(**{lang: said.format(mention=mention) for lang, said in meanings[f"mention[].{part}"].items()})


def _walk(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Return every name inside a value of a context, with its value; an item of a list is named `[]`."""
    if isinstance(value, PrintedMention):
        yield from ((f"{path}.{name}", getattr(value, name)) for name in _MENTION)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, tuple):
        yield path, value
        for item in value:
            yield from _walk(f"{path}[]", item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _walk(f"{path}.{field.name}", getattr(value, field.name))
    else:
        yield path, value


def example_order(appel: Appel, document: DocumentKind) -> Order:
    """Return an ordinary order built from the examples of the schema, with every optional value except the logo."""
    value = _example(_schema())
    answers = {question.id: "2026-11-02" if question.is_date else True for question in appel.questions}
    value |= {"reference": appel.reference, "prestation": appel.prestations[0].id, "scenario": answers}
    value["sous_condition_referencement"] = appel.conditional_clause is not None
    del value["fournisseur"]["logo"]
    if document is DocumentKind.BDC:
        del value["va"]
    else:
        # Two answers differ from the order's, so that `questions[].ordered` and `changed` have examples.
        changed = {name: False if answer is True else "2027-02-01" for name, answer in [*answers.items()][:2]}
        kind = "va" if document is DocumentKind.VA else "pv_pilote"
        value["va"] |= {"type": kind, "scenario": changed, "reserves": ["Deux postes restent à équiper."]}
    (read,) = parse_descriptors(json.dumps(value))
    assert isinstance(read, Descriptor), read
    draft = draft_order(read)
    assert not draft.findings, draft.findings
    return draft.order


def _example(schema: dict[str, Any]) -> Any:
    """Return the example of a schema, with every property."""
    whole = {**_schema()["$defs"][schema["$ref"].rpartition("/")[2]], **schema} if "$ref" in schema else schema
    if "properties" not in whole:
        return whole["examples"][0]
    return {name: _example(inner) for name, inner in whole["properties"].items() if not name.startswith("$")}


@cache
def _schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / "order.schema.json").read_text("utf-8"))
    return loaded
