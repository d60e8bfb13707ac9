"""Where each value of a JSON text stands.

`json` reads the text; it does not say where a value was. This module walks the text a second time, only when a
finding needs a place, so that a sound descriptor never pays for it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json.decoder import scanstring  # type: ignore[attr-defined]  # public name of CPython's string scanner, unlisted

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Offsets of a value, and of its key where it is a member of an object."""

    value: int
    key: int | None


def join_pointer(parts: Iterator[str | int] | list[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def spots(text: str) -> dict[str, Spot]:
    """Return the offset of every value of the JSON text `text`, by JSON pointer.

    Args:
        text: JSON that `json.loads` accepts.
    """
    return dict(_walk(text))


def repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    """Find the keys that an object of the JSON text `text` writes again: their pointers, and offsets of the repeat."""
    seen: set[str] = set()
    for pointer, spot in _walk(text):
        if pointer in seen and spot.key is not None:
            yield pointer, spot.key
        seen.add(pointer)


class JsonText:
    """A JSON text and where its values stand, worked out once, when a finding first asks.

    Attributes:
        text: the text, which `json.loads` accepts.
        first_line: line of the file on which it starts.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line

    @cached_property
    def spots(self) -> dict[str, Spot]:
        """The offsets of every value, by JSON pointer."""
        return spots(self.text)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the line of the file and the column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return self.first_line + line - 1, offset - self._line_starts[line - 1] + 1

    def line_at(self, offset: int) -> str:
        """Return the text of the line an offset stands on, without its end."""
        start = self._line_starts[bisect_right(self._line_starts, offset) - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


def _walk(text: str) -> Iterator[tuple[str, Spot]]:
    # An own stack instead of recursion: json.loads has accepted the text, however deep it is.
    stack: list[tuple[str, int | None]] = []  # pointer of each open container, next index of a list
    at = _skip(text, 0)
    pointer, key = "", None
    while True:
        yield pointer, Spot(at, key)
        opener = text[at]
        if opener in "{[":
            stack.append((pointer, 0 if opener == "[" else None))
            at = _skip(text, at + 1)
            closed = text[at] in "]}"
        else:
            at = scanstring(text, at + 1)[1] if opener == '"' else _end_of_scalar(text, at)
            closed = False
            at, closed = _after_value(text, at, stack)
        while closed:
            stack.pop()
            at, closed = _after_value(text, at + 1, stack)
        if not stack:
            return
        pointer, key, at = _next_member(text, at, stack)


def _after_value(text: str, at: int, stack: list[tuple[str, int | None]]) -> tuple[int, bool]:
    """Return where the scan goes on after a value, and whether the container around it ends there."""
    at = _skip(text, at)
    if not stack or text[at] in "]}":
        return at, bool(stack)
    return _skip(text, at + 1), False


def _next_member(text: str, at: int, stack: list[tuple[str, int | None]]) -> tuple[str, int | None, int]:
    parent, index = stack[-1]
    if index is not None:
        stack[-1] = (parent, index + 1)
        return f"{parent}{join_pointer([index])}", None, at
    name, end = scanstring(text, at + 1)
    colon = _skip(text, end)
    return f"{parent}{join_pointer([name])}", at, _skip(text, colon + 1)


def _end_of_scalar(text: str, at: int) -> int:
    found = _SCALAR.match(text, at)
    return found.end() if found else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def syntax_offset(error: json.JSONDecodeError) -> int:
    """Return the offset a syntax error speaks of, kept inside the text."""
    return min(error.pos, max(len(error.doc) - 1, 0))
