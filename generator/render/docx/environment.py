"""Where templates run: Jinja in a sandbox, strict about names, within bounds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2 import Template as JinjaTemplate

from generator.render.docx.package import MAX_BYTES
from generator.render.docx.sandbox import MAX_SECONDS, BoundedEnvironment, EndlessError

# A built-in template gives some 500 pieces.
MAX_PIECES = 1_000_000
# Pieces of output between two checks of the bounds.
_PIECES_AT_ONCE = 64


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


class TemplateEnvironment(BoundedEnvironment):
    """Where templates run: no way to Python, no silent blank for a missing value, XML escaped; each is compiled once.

    Compiling takes two thirds of the time that a document takes.
    """

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, finalize=self._printable)
        self._compiled = lru_cache(maxsize=64)(super().from_string)

    def _printable(self, value: object) -> object:
        if value is None:
            raise MissingValueError
        self.text_length(value)
        return value

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


__all__ = ["EndlessError", "MissingValueError", "TemplateEnvironment", "bounded", "environment"]


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


class MissingValueError(UndefinedError):
    """A template prints an optional value that the order does not have."""
