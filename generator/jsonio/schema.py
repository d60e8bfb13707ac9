"""A JSON object against a draft 2020-12 schema: every violation, each as one finding."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema import FormatChecker
from jsonschema import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Kind
from generator.findings import define
from generator.jsonio.positions import join_pointer
from generator.jsonio.source import Descriptor
from generator.lang import Text

CLE_ABSENTE = define(
    "SCHEMA-CLE-ABSENTE", ERROR,
    fr="la clé « {key} » manque", en="the key “{key}” is missing",
    fix_fr="l'ajouter ; « segurdoc schema » décrit chaque clé", fix_en="add it; “segurdoc schema” describes every key",
)  # fmt: skip
CLE_INCONNUE = define(
    "SCHEMA-CLE-INCONNUE", ERROR,
    fr="la clé « {key} » est inconnue ici{suggestion}", en="the key “{key}” is unknown here{suggestion}",
    fix_fr="la corriger, ou la ranger dans « metadata »", fix_en="correct it, or put it in “metadata”",
)  # fmt: skip
TYPE_FAUX = define(
    "SCHEMA-TYPE", ERROR,
    fr="{found} se trouve ici", en="{found} stands here",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
    why_fr="Un identifiant écrit comme un nombre perd ses zéros de tête, un montant peut perdre ses centimes : "
    "les deux s'écrivent entre guillemets.",
    why_en="An identifier written as a number loses its leading zeros, an amount may lose its cents: both are "
    "written between quotes.",
    example='"finess_pmsi": "010000024"',
)  # fmt: skip
CHOIX_FAUX = define(
    "SCHEMA-CHOIX", ERROR,
    fr="{value} n'est pas un des choix{suggestion}", en="{value} is not one of the choices{suggestion}",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip
FORME_FAUSSE = define(
    "SCHEMA-FORME", ERROR,
    fr="{value} n'a pas la forme attendue", en="{value} does not have the form expected",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip
TROP_LONG = define(
    "SCHEMA-LONGUEUR", ERROR,
    fr="le texte compte {length} caractères", en="the text has {length} characters",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
    source="Bornes de la mise en page : au-delà, un texte ne tient plus dans le document",
)  # fmt: skip
NOMBRE_FAUX = define(
    "SCHEMA-NOMBRE", ERROR,
    fr="{length} éléments se trouvent ici", en="{length} items stand here",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip

_TYPES = {
    "object": Text("un objet { … }", "an object { … }"),
    "array": Text("une liste [ … ]", "a list [ … ]"),
    "string": Text("un texte entre guillemets", "a string between quotes"),
    "boolean": Text("true ou false", "true or false"),
    "number": Text("un nombre", "a number"),
    "integer": Text("un nombre entier", "a whole number"),
    "null": Text("null", "null"),
}
_BOUNDS = {
    "minLength": Text("au moins {}", "at least {}"),
    "maxLength": Text("au plus {} caractères", "at most {} characters"),
    "minItems": Text("au moins {}", "at least {}"),
    "maxItems": Text("au plus {}", "at most {}"),
    "maxProperties": Text("au plus {}", "at most {}"),
}
_ALL_DIFFERENT = Text("des éléments tous différents", "items that are all different")
# What a schema says to people alone.
_TOLD_ONLY = frozenset(("title", "description", "examples", "$comment"))


class FormatProblem(ValueError):  # noqa: N818  # no error of the program: it carries a finding out of jsonschema
    """A value that its format refuses: the kind of finding, and the values of its sentences."""

    def __init__(self, kind: Kind, **values: str) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = values


def _pattern(validator: Validator, pattern: str, instance: Any, _schema: object) -> Iterator[ValidationError]:
    """Check `pattern` as JSON Schema means it: in Python, `$` lets a newline follow."""
    exact = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if validator.is_type(instance, "string") and not re.search(exact, str(instance)):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: type[Validator] = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def load_validator(schema: Path, formats: FormatChecker | None = None) -> Validator:
    """Return the validator of a schema file.

    Args:
        schema: a draft 2020-12 schema.
        formats: the checks of its formats; they raise `FormatProblem`.
    """
    read = json.loads(schema.read_text("utf-8"))
    return _Validator(_inlined(read, read), format_checker=formats)


def _inlined(node: Any, root: dict[str, Any], *within: str) -> Any:
    """Return a schema with its definitions in the places that refer to them: looking them up takes half of the time.

    What a reference has beside it joins the definition, unless both have it.
    """
    if isinstance(node, list):
        return [_inlined(each, root, *within) for each in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name in root.get("$defs", {}) and name not in within:
        beside = {key: each for key, each in node.items() if key != "$ref" and key not in _TOLD_ONLY}
        meant = _inlined(root["$defs"][name], root, *within, name)
        if not beside.keys() & meant.keys():
            return meant | {key: _inlined(each, root, *within) for key, each in beside.items()}
    return {key: _inlined(each, root, *within) for key, each in node.items()}


def check_schema(descriptor: Descriptor, validator: Validator) -> list[Finding]:
    """Return every violation of the schema, in the order of the file."""
    value: Any = descriptor.value
    errors = validator.iter_errors(value)
    found = [finding for error in errors for finding in _explain(error, descriptor)]
    return sorted(found, key=lambda finding: (finding.place.line or 0, finding.place.column or 0))


def _explain(error: ValidationError, descriptor: Descriptor) -> Iterator[Finding]:
    path = list(error.absolute_path)
    place = descriptor.place(join_pointer(path))
    keyword = str(error.validator)
    expected: Any = error.validator_value
    found: Any = error.instance
    schema: Any = error.schema
    if isinstance(error.cause, FormatProblem):
        yield error.cause.kind.at(place, **error.cause.values)
    elif keyword == "required":
        missing = next(key for key in expected if key not in found and f"'{key}'" in error.message)
        yield CLE_ABSENTE.at(place, key=missing)
    elif keyword == "additionalProperties":
        yield from _unknown_keys(path, list(schema["properties"]), found, descriptor)
    elif keyword == "type":
        yield TYPE_FAUX.at(place, found=_type_of(found), expected=_expected(schema))
    elif keyword == "enum":
        choices = [str(choice) for choice in expected]
        written = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
        yield CHOIX_FAUX.at(place, value=_written(found), suggestion=suggest(str(found), choices), expected=written)
    elif keyword in _BOUNDS:
        bound = Text(_BOUNDS[keyword].fr.format(expected), _BOUNDS[keyword].en.format(expected))
        kind = TROP_LONG if keyword.endswith("Length") else NOMBRE_FAUX
        yield kind.at(place, length=len(found), expected=bound)
    elif keyword == "uniqueItems":
        yield NOMBRE_FAUX.at(place, length=len(found), expected=_ALL_DIFFERENT)
    else:
        yield FORME_FAUSSE.at(place, value=_written(found), expected=_expected(schema))


def _unknown_keys(
    path: list[str | int], known: list[str], found: dict[str, object], descriptor: Descriptor
) -> Iterator[Finding]:
    for key in found:
        if key not in known:
            place = descriptor.place(join_pointer([*path, key]), at_key=True)
            missing = [name for name in known if name not in found]
            yield CLE_INCONNUE.at(place, key=key, suggestion=suggest(key, missing))


def suggest(word: str, known: list[str]) -> Text:
    """Return « ; vouliez-vous … » with the known word nearest to `word`, or an empty text."""
    near = difflib.get_close_matches(word[:80], known, n=1, cutoff=0.6)
    return Text(f" ; vouliez-vous « {near[0]} » ?", f"; did you mean “{near[0]}”?") if near else Text("", "")


def _expected(schema: dict[str, Any]) -> Text:
    said = schema.get("x-expected")
    if said:
        return Text(said["fr"], said["en"])
    types = schema.get("type", "object")
    names = [_TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    return Text(" ou ".join(name.fr for name in names), " or ".join(name.en for name in names))


def _type_of(value: object) -> Text:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return _TYPES[names.get(type(value), "number")]


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
