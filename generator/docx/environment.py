"""Where templates run: Jinja in a sandbox, strict about names, within bounds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import fields
from dataclasses import is_dataclass
from functools import cache
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined
from jinja2 import Template as JinjaTemplate
from jinja2 import TemplateError
from jinja2 import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.docx.archive import MAX_BYTES

# A built-in template takes some 50 ms and gives some 500 pieces.
MAX_SECONDS, MAX_PIECES = 20.0, 1_000_000
# Bounds are looked at after so many.
_PIECES_AT_ONCE = 64


def text_of_story(source: str, names: Mapping[str, object]) -> str:
    """Return what Jinja makes of a part as it reads it (`Story.source`).

    Raises:
        Exception: whatever an expression of the template makes Python raise.
    """
    return bounded(environment().from_string(source).generate(names))


class EndlessError(TemplateError):
    """A template goes on and on; `str()` says how far it came."""


def bounded(pieces: Iterable[str]) -> str:
    """Join what a template gives, as long as it stays within bounds: a loop in a loop may never end.

    Raises:
        EndlessError: it gives too much, or takes too long.
    """
    kept: list[str] = []
    size = 0
    limit = time.monotonic() + MAX_SECONDS
    given = iter(pieces)
    while some := list(islice(given, _PIECES_AT_ONCE)):
        kept += some
        size += sum(map(len, some))
        if size > MAX_BYTES or len(kept) > MAX_PIECES or time.monotonic() > limit:
            raise EndlessError(f"{len(kept)} × , {size} octets")
    return "".join(kept)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Where templates run: no way to Python, no silent blank for a missing value, XML escaped; each is compiled once.

    Compiling takes two thirds of the time that a document takes.
    """

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, finalize=_printable)
        self._compiled = lru_cache(maxsize=64)(super().from_string)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute as the sandbox does, at once where it is one of the values that templates are given."""
        if attribute in _fields_of(obj.__class__):
            return getattr(obj, attribute)
        if type(obj) is dict:
            if attribute == "get":
                return obj.get
            if attribute in obj and not hasattr(dict, attribute):
                return obj[attribute]
        return super().getattr(obj, attribute)

    def from_string(self, source: str, *_: object, **__: object) -> JinjaTemplate:  # type: ignore[override]  # docxtpl gives the source alone
        """Return a template, compiled now or before."""
        return self._compiled(source)


@cache
def _fields_of(kind: type[Any]) -> frozenset[str]:
    """Return the names of a dataclass's public values; none of another type."""
    return (
        frozenset(each.name for each in fields(kind) if not each.name.startswith("_"))
        if is_dataclass(kind)
        else frozenset()
    )


@cache
def environment() -> TemplateEnvironment:
    """Return where the templates of this process run."""
    return TemplateEnvironment()


def _printable(value: object) -> object:
    if value is None:
        raise MissingValueError
    return value


class MissingValueError(UndefinedError):
    """A template prints an optional value that the order does not have."""
