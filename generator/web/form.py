"""The form of an order, generated from the schema and the questions of the AF record."""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from generator.common.language import Text, text
from generator.common.resources import SCHEMAS
from generator.references import Appels

Json = dict[str, Any]

# Descriptions of the schema are French, then English behind this mark.
_SEPARATOR = " — EN: "
# They are written by programs, or say nothing of the order.
_HIDDEN = frozenset({"/$schema", "/metadata", "/fournisseur/logo"})
# The description of a field says so in these words; a page marks the others.
_NOT_PRINTED = "non imprimé"
_NOTHING = Text("", "")
# Parts a description from its first words, which are the label.
_AFTER_LABEL = re.compile(r"\s*[;:]\s+|,\s+|\.\s+")
# What says in a list of texts that there is none.
_NONE = frozenset({"aucune", "aucun", "none"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    Attributes:
        pointer: JSON pointer of its value; the name of the input.
        label: its label.
        help: what else is to be known of it; may be empty.
        is_printed: a document prints its value.
        kind: `text`, `date`, `choice`, `flag` or `lines`.
        required: an order without it is refused.
        choices: values and labels of a choice.
        example: a value it may have.
        limit: the longest value.
    """

    pointer: str
    label: Text
    kind: str
    required: bool
    choices: tuple[tuple[str, Text], ...] = ()
    example: str = ""
    limit: int | None = None
    help: Text = _NOTHING
    is_printed: bool = True

    @property
    def id(self) -> str:
        """The id of its input."""
        return "f" + self.pointer.replace("/", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; `optional` where an order may have none of them."""

    id: str
    label: Text
    fields: tuple[Field, ...]
    optional: bool


# The schema is a file of the package: it does not change while the server runs.
@cache
def _schema() -> Json:
    schema: Json = json.loads((SCHEMAS / "order.schema.json").read_bytes())
    return schema


def groups(appels: Appels, reference: str) -> list[Group]:
    """Return the form's groups.

    Args:
        appels: the records of the AF.
        reference: the AF whose questions are asked; the first where it is unknown.
    """
    schema, required = _schema(), set(_schema()["required"])
    first: list[Field] = []
    made: list[Group] = []
    for name, raw in schema["properties"].items():
        node, pointer = _resolved(raw), f"/{name}"
        if pointer in _HIDDEN:
            continue
        if name == "scenario":
            # The schema leaves the answers open: the record of the AF has the questions.
            made.append(Group(name, text("pages.order.scenario"), _questions(appels, reference), optional=False))
        elif node.get("type") == "object":
            fields = tuple(_fields(node, pointer, name in required, is_printed=_is_printed(node)))
            made.append(Group(name, Text(*(said.rstrip(".") for said in _said(node))), fields, name not in required))
        elif field := _field(node, pointer, name in required):
            first.append(replace(_of_record(field, appels, reference), help=_help(node)))
    return [Group("commande", text("pages.order.group"), tuple(first), optional=False), *(g for g in made if g.fields)]


def descriptor(values: Mapping[str, str], base: Json, fields: list[Field]) -> Json:
    """Return the descriptor that a form describes; an empty field is missing from it.

    Args:
        values: what was entered, by pointer.
        base: a descriptor that was loaded, for what the form does not show.
        fields: the form's fields.
    """
    # The descriptor that was loaded may have parts that the form does not show, such as `metadata`.
    whole = copy.deepcopy(base)
    # Answers to the questions of another AF must not stay.
    whole["scenario"] = {}
    for field in fields:
        entered = values.get(field.pointer, "").strip()
        _put(whole, field.pointer.split("/")[1:], _typed(field, entered))
    return {name: value for name, value in whole.items() if value not in ({}, None)}


def values_of(value: Json, fields: list[Field]) -> dict[str, str]:
    """Return what the form shows of a descriptor."""
    shown = {}
    for field in fields:
        found: Any = value
        for name in field.pointer.split("/")[1:]:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, bool):
            shown[field.pointer] = "true" if found else "false"
        elif isinstance(found, list):
            # An empty list says that there are none, which differs from a list that is missing.
            shown[field.pointer] = "\n".join(map(str, found)) or "aucune"
        elif found is not None:
            shown[field.pointer] = str(found)
    return shown


def _typed(field: Field, entered: str) -> object:
    if not entered:
        return None
    if field.kind == "flag":
        # A loaded descriptor may have a text here: it goes back unchanged, and the schema reports it.
        return {"true": True, "false": False}.get(entered, entered)
    if field.kind == "lines":
        lines = [line.strip() for line in entered.splitlines() if line.strip()]
        return [] if [line.casefold() for line in lines] in [[each] for each in _NONE] else lines
    return entered


def _put(whole: Json, names: list[str], value: object) -> None:
    """Set or remove a value; an object that is left empty goes."""
    *parents, last = names
    path = [whole]
    for name in parents:
        inner = path[-1].setdefault(name, {})
        if not isinstance(inner, dict):
            # A loaded descriptor may have a text or a list where the schema has an object.
            inner = path[-1][name] = {}
        path.append(inner)
    if value is None:
        path[-1].pop(last, None)
    else:
        path[-1][last] = value
    # From the innermost: an object may be empty only because the one in it went.
    for name, parent, inner in reversed(list(zip(parents, path, path[1:], strict=False))):
        if not inner:
            del parent[name]


def _fields(
    node: Json, pointer: str, required: bool, prefix: Text | None = None, *, is_printed: bool = True
) -> list[Field]:
    needed = set(node.get("required", ()))
    fields: list[Field] = []
    for name, raw in node.get("properties", {}).items():
        inner, place = _resolved(raw), f"{pointer}/{name}"
        if place in _HIDDEN:
            continue
        prints = is_printed and _is_printed(inner)
        if inner.get("type") == "object":
            fields += _fields(inner, place, required and name in needed, _label(inner), is_printed=prints)
        elif field := _field(inner, place, required and name in needed, prefix):
            fields.append(replace(field, help=_help(inner), is_printed=prints))
    return fields


def _field(node: Json, pointer: str, required: bool, prefix: Text | None = None) -> Field | None:
    label = _label(node)
    if prefix:
        label = text("common.labelled", label=prefix, value=Text(_lower(label.fr), _lower(label.en)))
    example = str(next(iter(node.get("examples", ())), ""))
    limit = node.get("maxLength")
    if "enum" in node:
        choices = tuple((value, Text(value, value)) for value in node["enum"] if isinstance(value, str))
        return Field(pointer, label, "choice", required, choices)
    if node.get("type") == "boolean":
        return Field(pointer, label, "flag", required, _yes_no())
    if node.get("type") == "array":
        is_text = _resolved(node.get("items", {})).get("type") == "string"
        return Field(pointer, label, "lines", required) if is_text else None
    kind = "date" if node.get("format") == "date" else "text"
    return Field(pointer, label, kind, required, example=example, limit=limit)


def _yes_no() -> tuple[tuple[str, Text], ...]:
    return ("true", text("common.yes")), ("false", text("common.no"))


def _questions(appels: Appels, reference: str) -> tuple[Field, ...]:
    # The page opens before an AF is chosen: it shows the questions of the first.
    appel = appels.get(reference) or next(iter(appels.values()))
    return tuple(
        Field(
            f"/scenario/{question.id}",
            Text(question.text, question.text),
            "date" if question.is_date else "flag",
            True,
            () if question.is_date else _yes_no(),
        )
        for question in appel.questions
    )


def _of_record(field: Field, appels: Appels, reference: str) -> Field:
    """Return a field whose choices are those of the records."""
    if field.pointer == "/reference":
        choices = tuple(
            (name, Text(f"{name} – {each.label.fr}", f"{name} – {each.label.en}"))
            for name, each in sorted(appels.items())
        )
        return replace(field, kind="choice", choices=choices)
    if field.pointer == "/prestation":
        appel = appels.get(reference) or next(iter(appels.values()))
        return replace(field, choices=tuple((each.id, Text(each.line, each.line)) for each in appel.prestations))
    return field


def _resolved(node: Json) -> Json:
    """Return a part of the schema with what it refers to; its own members win."""
    # A definition may refer to another one.
    while "$ref" in node:
        target: Any = _schema()
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        # A description beside `$ref` is that of the field; the one of the definition is general.
        node = {**target, **{name: value for name, value in node.items() if name != "$ref"}}
    return node


def _label(node: Json) -> Text:
    return Text(*(_cut(said)[0] for said in _said(node)))


def _help(node: Json) -> Text:
    return Text(*(_cut(said)[1] for said in _said(node)))


def _said(node: Json) -> tuple[str, str]:
    """Return the description of a part of the schema in French and English."""
    french, _, english = str(node.get("description", "")).partition(_SEPARATOR)
    return french, english or french


def _cut(sentence: str) -> tuple[str, str]:
    """Return the first words of a description, and what comes after them."""
    # The label is what stands before the first of these marks; what follows is the help.
    first, *rest = _AFTER_LABEL.split(sentence.rstrip("."), maxsplit=1)
    return first, "".join(rest)


def _is_printed(node: Json) -> bool:
    return _NOT_PRINTED not in _said(node)[0]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
