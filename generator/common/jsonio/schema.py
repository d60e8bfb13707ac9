"""Check a JSON object against a draft 2020-12 schema, with one finding for each violation.

jsonschema-rs accepts valid objects, jsonschema lists the violations of the others. Both stay: with jsonschema alone
`segurdoc validate` takes 3.05 s of CPU time for 1,000 widely drawn orders instead of 2.45 s; the checks of 1,000 orders
without findings take 2.2 s instead of 0.65 s.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache, partial, reduce
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from generator.common.findings import ERROR, Finding, FindingKind, define
from generator.common.jsonio.positions import join_pointer
from generator.common.jsonio.source import Descriptor
from generator.common.language import Text, text

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

CLE_ABSENTE = define("SCHEMA-CLE-ABSENTE", ERROR)
CLE_INCONNUE = define("SCHEMA-CLE-INCONNUE", ERROR)
TYPE_FAUX = define("SCHEMA-TYPE", ERROR)
CHOIX_FAUX = define("SCHEMA-CHOIX", ERROR)
FORME_FAUSSE = define("SCHEMA-FORME", ERROR)
TROP_LONG = define("SCHEMA-LONGUEUR", ERROR)
NOMBRE_FAUX = define("SCHEMA-NOMBRE", ERROR)

_BOUNDS = frozenset(("minLength", "maxLength", "minItems", "maxItems", "maxProperties"))
# Keywords of a schema that are for people only.
_ANNOTATIONS = frozenset(("title", "description", "examples", "$comment"))
# Violations of one descriptor that are reported: it has some 60 values.
MAX_VIOLATIONS = 200


# Checks by name of format; a check raises `FormatProblem` to refuse a text.
Formats = Mapping[str, Callable[[str], None]]
# Results kept for each format: the orders of a vendor share most of their texts.
_REMEMBERED = 512
# Replaces the keyword `pattern` for jsonschema-rs, whose patterns do not treat white space as Python does.
_OWN_PATTERN = "x-pattern"


class FormatProblem(ValueError):  # noqa: N818  # no error of the program: it carries a finding out of jsonschema
    """A value that its format refuses: the finding kind, and the values of its message."""

    def __init__(self, kind: FindingKind, **values: str) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = values


class Schema:
    """A draft 2020-12 schema with the checks of its formats."""

    def __init__(self, file: Path, formats: Formats) -> None:
        """Read the file of a schema."""
        read = json.loads(file.read_text("utf-8"))
        self._schema = _inlined(read, read)
        self._formats = formats

    def accepts(self, value: object) -> bool:
        """Return whether a JSON value is valid; False if jsonschema-rs cannot decide."""
        try:
            return self._quick.is_valid(value)
        except ValueError:  # such as a lone half of a surrogate pair
            return False

    def format_problems(self, value: object) -> list[tuple[list[str | int], FormatProblem]] | None:
        """Return the values that their formats refuse, with their paths; None where anything else breaks the schema.

        Most of the orders that are not accepted are such. To find that out takes a tenth of the time of `errors`.
        """
        try:
            errors = list(self._quick.iter_errors(value))
        except ValueError:  # such as a half of a surrogate pair
            return None
        found = []
        for error in errors:
            problem = self._format_problem(value, error)
            if problem is None:
                return None
            found.append((list(error.instance_path), problem))
        return found

    def _format_problem(self, value: Any, error: jsonschema_rs.ValidationError) -> FormatProblem | None:
        if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Format):
            return None
        for key in error.instance_path:
            value = value[key]
        try:
            self._formats[error.kind.format](value)
        except FormatProblem as problem:
            return problem
        return None

    def errors(self, value: object) -> Iterator[ValidationError]:
        """Return all violations of the schema."""
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
        from jsonschema import Draft202012Validator, FormatChecker
        from jsonschema.validators import extend

        checker = FormatChecker(formats=())
        for name, check in self._formats.items():
            checker.checks(name, raises=FormatProblem)(_checking(check))
        return extend(Draft202012Validator, {"pattern": _pattern})(self._schema, format_checker=checker)  # type: ignore[no-untyped-call, no-any-return]


def _checking(check: Callable[[str], None]) -> Callable[[object], bool]:
    """Return a check in the form that jsonschema calls; the keyword `type` refuses other values than strings."""

    def checked(value: object) -> bool:
        if isinstance(value, str):
            check(value)
        return True

    return checked


def passes(check: Callable[[str], None], value: str) -> bool:
    """Return whether a check accepts a text."""
    try:
        check(value)
    except FormatProblem:
        return False
    return True


def _remembered(check: Callable[[str], None]) -> Callable[[str], bool]:
    """Return a check in the form that jsonschema-rs calls, with its last results kept."""
    return lru_cache(maxsize=_REMEMBERED)(partial(passes, check))


class _OwnPattern:
    """The keyword `pattern` for jsonschema-rs, equal to `_pattern` for jsonschema."""

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
    """Compile a pattern of JSON Schema, where `$` allows no newline after it, unlike in Python."""
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)


def _renamed(node: Any, keyword: str, name: str) -> Any:
    """Rename a keyword in a schema; a key of this name whose value is not a text is a property."""
    if isinstance(node, list):
        return [_renamed(each, keyword, name) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name if key == keyword and isinstance(each, str) else key: _renamed(each, keyword, name)
        for key, each in node.items()
    }


def _inlined(node: Any, root: dict[str, Any], *within: str) -> Any:
    """Replace the references of a schema by their definitions: resolving them takes half of the time of a check.

    Keywords next to a reference are added to the definition, unless both have the same keyword.
    """
    if isinstance(node, list):
        return [_inlined(each, root, *within) for each in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    # A definition that refers to itself keeps its reference.
    if name in root.get("$defs", {}) and name not in within:
        others = {key: each for key, each in node.items() if key != "$ref" and key not in _ANNOTATIONS}
        meant = _inlined(root["$defs"][name], root, *within, name)
        if not others.keys() & meant.keys():
            return meant | {key: _inlined(each, root, *within) for key, each in others.items()}
    return {key: _inlined(each, root, *within) for key, each in node.items()}


def check_schema(descriptor: Descriptor, schema: Schema) -> list[Finding]:
    """Return every violation of the schema, in the order of the file."""
    if schema.accepts(descriptor.value):
        return []
    refused = schema.format_problems(descriptor.value)
    if refused is None:
        every = (finding for error in schema.errors(descriptor.value) for finding in _explain(error, descriptor))
        found = list(islice(every, MAX_VIOLATIONS))
    else:
        found = [each.kind.at(descriptor.place(join_pointer(path)), **each.values) for path, each in refused]
    # The schema's order is of no use to a person who mends the file from top to bottom.
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
        # jsonschema reports each missing key apart, and names it in its message alone.
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
        bound = text(f"json.bounds.{keyword}", limit=expected)
        kind = TROP_LONG if keyword.endswith("Length") else NOMBRE_FAUX
        yield kind.at(place, length=len(found), expected=bound)
    elif keyword == "uniqueItems":
        yield NOMBRE_FAUX.at(place, length=len(found), expected=text("json.schema.all-different"))
    else:
        yield FORME_FAUSSE.at(place, value=_written(found), expected=_expected(schema))


def _unknown_keys(
    path: list[str | int], known: list[str], found: dict[str, object], descriptor: Descriptor
) -> Iterator[Finding]:
    for key in found:
        if key not in known:
            place = descriptor.place(join_pointer([*path, key]), at_key=True)
            # A key that the object has already was not meant.
            missing = [name for name in known if name not in found]
            yield CLE_INCONNUE.at(place, key=key, suggestion=suggest(key, missing))


def suggest(word: str, known: list[str]) -> Text:
    """Return « ; vouliez-vous … » with the known word most similar to `word`, or an empty text."""
    # A word may have a megabyte, and the time of difflib grows with its square.
    near = difflib.get_close_matches(word[:80], known, n=1, cutoff=0.6)
    return text("json.schema.suggestion", word=near[0]) if near else Text("", "")


def _expected(schema: dict[str, Any]) -> Text:
    # Our schemas say in words what a pattern accepts.
    expected = schema.get("x-expected")
    if expected:
        return Text(**expected)
    types = schema.get("type", "object")
    names = (text(f"json.types.{name}") for name in ([types] if isinstance(types, str) else types))
    return reduce(lambda first, other: text("json.schema.either", first=first, other=other), names)


def _type_of(value: object) -> Text:
    # By exact type: in Python, a boolean is a number as well.
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return text(f"json.types.{names.get(type(value), 'number')}")


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
