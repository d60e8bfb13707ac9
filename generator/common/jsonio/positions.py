"""Where each value of a JSON text stands.

`json` reads the text; it does not say where a value was. This module walks the text a second time, only when a
finding needs a place, so that a sound descriptor never pays for it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json.decoder import scanstring  # type: ignore[attr-defined]  # public name of CPython's string scanner, unlisted

# White space of JSON (RFC 8259, section 2); Python's `\s` accepts more.
_SPACE = re.compile(r"[ \t\n\r]*")
# A number or a word up to what follows it, such as `-1.5e3` or `true`.
_SCALAR = re.compile(r"[^\s,\]}]+")


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets of a value, and of its key where it is a member of an object."""

    value: int
    key: int | None


def join_pointer(parts: Iterator[str | int] | list[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    """Find the keys that an object of the JSON text `text` writes again: their pointers, and offsets of the repeat."""
    path: list[tuple[str | int, set[str | int]]] = []
    for found in _walk(text):
        del path[found.depth :]
        if path and isinstance(found.name, str):
            seen = path[-1][1]
            if found.name in seen:
                parts = [name for name, _ in path[1:]]
                assert found.key is not None
                yield join_pointer([*parts, found.name]), found.key
            seen.add(found.name)
        path.append((found.name, set()))


class JsonText:
    """A JSON text and where its values stand, worked out once, when a finding first asks.

    Attributes:
        text: the text, which `json.loads` accepts.
        first_line: line of the file on which it starts.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line

    def locate(self, pointer: str) -> tuple[Offsets, bool]:
        """Return the offsets of a value, else of its nearest parent; and whether it is the value's own.

        Args:
            pointer: the JSON pointer of the value.
        """
        tree, node, is_own = self._tree, 0, True
        for part in pointer.split("/")[1:]:
            # RFC 6901, section 4: `~1` is replaced first, so that `~01` stays `~1`.
            child = tree.children(node).get(part.replace("~1", "/").replace("~0", "~"))
            if child is None:
                is_own = False
                break
            node = child
        key = tree.keys[node]
        return Offsets(tree.values[node], key if key >= 0 else None), is_own

    @cached_property
    def _tree(self) -> _Tree:
        return _Tree(self.text)

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


@dataclass(frozen=True, slots=True)
class _Found:
    """A value as the walk meets it: its depth, its key or index, and the offsets of itself and of its key."""

    depth: int
    name: str | int
    value: int
    key: int | None


class _Tree:
    """The values of a text in its order: three numbers each, whatever their pointers are."""

    def __init__(self, text: str) -> None:
        self._text = text
        # Arrays of numbers: objects for all values of a hostile megabyte would fill gigabytes.
        self.values, self.keys, self._ends = array("q"), array("q"), array("q")
        self._children: dict[int, dict[str, int]] = {}
        opened: list[int] = []
        for found in _walk(text):
            self._close(opened, found.depth)
            opened.append(len(self.values))
            self.values.append(found.value)
            self.keys.append(-1 if found.key is None else found.key)
            self._ends.append(0)
        self._close(opened, 0)

    def _close(self, opened: list[int], depth: int) -> None:
        while len(opened) > depth:
            self._ends[opened.pop()] = len(self.values)

    def children(self, node: int) -> dict[str, int]:
        """Return the values of a container by key or index, read when they are first asked for."""
        known = self._children.get(node)
        if known is None:
            known, child = {}, node + 1
            while child < self._ends[node]:
                key = self.keys[child]
                known[str(len(known)) if key < 0 else scanstring(self._text, key + 1)[0]] = child
                child = self._ends[child]
            self._children[node] = known
        return known


def _walk(text: str) -> Iterator[_Found]:
    # An own stack instead of recursion: json.loads has accepted the text, however deep it is.
    stack: list[int | None] = []  # next index of each open list, None for an object
    at = _skip(text, 0)
    name: str | int = ""
    key = None
    while True:
        yield _Found(len(stack), name, at, key)
        opener = text[at]
        if opener in "{[":
            stack.append(0 if opener == "[" else None)
            at = _skip(text, at + 1)
            closed = text[at] in "]}"
        else:
            at = scanstring(text, at + 1)[1] if opener == '"' else _skip(text, at, _SCALAR)
            closed = False
            at, closed = _after_value(text, at, stack)
        while closed:
            stack.pop()
            at, closed = _after_value(text, at + 1, stack)
        if not stack:
            return
        name, key, at = _next_member(text, at, stack)


def _after_value(text: str, at: int, stack: list[int | None]) -> tuple[int, bool]:
    """Return where the scan goes on after a value, and whether the container around it ends there."""
    at = _skip(text, at)
    if not stack or text[at] in "]}":
        return at, bool(stack)
    return _skip(text, at + 1), False


def _next_member(text: str, at: int, stack: list[int | None]) -> tuple[str | int, int | None, int]:
    index = stack[-1]
    if index is not None:
        stack[-1] = index + 1
        return index, None, at
    name, end = scanstring(text, at + 1)
    colon = _skip(text, end)
    return name, at, _skip(text, colon + 1)


def _skip(text: str, at: int, skipped: re.Pattern[str] = _SPACE) -> int:
    found = skipped.match(text, at)
    return found.end() if found else at
