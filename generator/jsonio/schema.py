"""A JSON object against a draft 2020-12 schema: every violation, each as one finding.

jsonschema-rs tells in a hundredth of the time whether there is any; jsonschema, which takes as long to import as to
check some hundred orders, is asked what they are.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import cached_property
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import jsonschema_rs

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import Kind
from generator.findings import define
from generator.jsonio.positions import join_pointer
from generator.jsonio.source import Descriptor
from generator.lang import Text

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

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


# The checks of formats by their names: each refuses a text by raising `FormatProblem`.
Formats = Mapping[str, Callable[[str], None]]
# Texts whose check is remembered, for each format: orders share their vendor's.
_REMEMBERED = 512
# Stands for `pattern` where jsonschema-rs checks it, in whose patterns white space is not Python's.
_OWN_PATTERN = "x-pattern"


class FormatProblem(ValueError):  # noqa: N818  # no error of the program: it carries a finding out of jsonschema
    """A value that its format refuses: the kind of finding, and the values of its sentences."""

    def __init__(self, kind: Kind, **values: str) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = values


class Schema:
    """A draft 2020-12 schema and the checks of its formats."""

    def __init__(self, file: Path, formats: Formats) -> None:
        """Read a schema's file."""
        read = json.loads(file.read_text("utf-8"))
        self._schema = _inlined(read, read)
        self._formats = formats

    def accepts(self, value: object) -> bool:
        """Tell whether nothing in a JSON value breaks the schema; no where that cannot be told here."""
        try:
            return self._quick.is_valid(value)
        except ValueError:  # such as a half of a surrogate pair
            return False

    def errors(self, value: object) -> Iterator[ValidationError]:
        """Find all that breaks the schema."""
        return self._thorough.iter_errors(value)  # type: ignore[arg-type]  # any JSON

    @cached_property
    def _quick(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(
            _renamed(self._schema, "pattern", _OWN_PATTERN),
            formats={name: _remembered(check) for name, check in self._formats.items()},
            validate_formats=True,
            keywords={_OWN_PATTERN: _OwnPattern},
        )

    @cached_property
    def _thorough(self) -> Validator:
        from jsonschema import Draft202012Validator
        from jsonschema import FormatChecker
        from jsonschema.validators import extend

        checker = FormatChecker(formats=())
        for name, check in self._formats.items():
            checker.checks(name, raises=FormatProblem)(_checking(check))
        return extend(Draft202012Validator, {"pattern": _pattern})(self._schema, format_checker=checker)  # type: ignore[no-untyped-call, no-any-return]


def _checking(check: Callable[[str], None]) -> Callable[[object], bool]:
    """Return a check as jsonschema calls it; the schema's `type` speaks of what is no string."""

    def checked(value: object) -> bool:
        if isinstance(value, str):
            check(value)
        return True

    return checked


def _remembered(check: Callable[[str], None]) -> Callable[[str], bool]:
    """Return a check as jsonschema-rs calls it."""

    @lru_cache(maxsize=_REMEMBERED)
    def checked(value: str) -> bool:
        try:
            check(value)
        except FormatProblem:
            return False
        return True

    return checked


class _OwnPattern:
    """A pattern, as `_pattern` checks it."""

    def __init__(self, _parent: dict[str, Any], pattern: str, _path: list[str | int]) -> None:
        self._pattern = _compiled(pattern)

    def validate(self, instance: object) -> None:
        """Refuse a text by raising `ValueError`."""
        if isinstance(instance, str) and not self._pattern.search(instance):
            raise ValueError


def _pattern(validator: Validator, pattern: str, instance: Any, _schema: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if validator.is_type(instance, "string") and not _compiled(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern as JSON Schema means it: in Python, `$` lets a newline follow."""
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)


def _renamed(node: Any, keyword: str, name: str) -> Any:
    """Return a schema with another name for a keyword; what has the keyword's name and no text is no keyword."""
    if isinstance(node, list):
        return [_renamed(each, keyword, name) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name if key == keyword and isinstance(each, str) else key: _renamed(each, keyword, name)
        for key, each in node.items()
    }


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


def check_schema(descriptor: Descriptor, schema: Schema) -> list[Finding]:
    """Return every violation of the schema, in the order of the file."""
    if schema.accepts(descriptor.value):
        return []
    found = [finding for error in schema.errors(descriptor.value) for finding in _explain(error, descriptor)]
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
