"""Where each value of a TOML text stands: `tomllib` reads the text, and does not say."""

import re
import tomllib
from collections.abc import Callable
from functools import cached_property

from generator.common.jsonio.positions import JsonText, Offsets, join_pointer

_SPACE = re.compile(r"[ \t]*")
# Spaces, line ends and comments, in any number.
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
    \"{3}(?:\\.|[^\\])*?\"{3}(?!\")  # several lines, with escapes
    | '{3}.*?'{3}(?!')               # several lines, as they are
    | \"(?:\\.|[^"\\])*\" | '[^']*'  # one line
    """,
    re.DOTALL | re.VERBOSE,
)
# A number, a date or a boolean: it ends at a comma, a bracket, a comment or the line.
_SCALAR = re.compile(r"[^,\]}\r\n#]*")


class TomlText(JsonText):
    """A TOML text and where its values stand, by JSON pointer, worked out once, when a finding first asks."""

    def locate(self, pointer: str) -> tuple[Offsets, bool]:
        """Return the offsets of a value, else of its nearest parent; and whether it is the value's own."""
        known = pointer
        while known not in self.offsets and known:
            known = known.rpartition("/")[0]
        return self.offsets[known], known == pointer

    @cached_property
    def offsets(self) -> dict[str, Offsets]:
        """The offsets of every value; a table's are those of its header."""
        return _Walk(self.text).offsets


class _Walk:
    """Walks a text that `tomllib` has accepted, so that nothing has to be checked again."""

    def __init__(self, text: str) -> None:
        self.offsets = {"": Offsets(0, None)}
        self._text, self._at = text, 0
        # How many tables each array of tables has so far.
        self._counts: dict[str, int] = {}
        table = ""
        self._skip(_BLANK)
        while self._at < len(text):
            if text[self._at] == "[":
                table = self._header("[[" if text.startswith("[[", self._at) else "[")
            else:
                self._member(table)
            self._skip(_BLANK)

    def _header(self, brackets: str) -> str:
        """Read `[a.b]` or `[[a.b]]`, and return the pointer of the table it opens."""
        self._at += len(brackets)
        self._skip(_SPACE)
        start = self._at
        *parents, last = self._key()
        self._at += len(brackets)
        pointer = ""
        for part in parents:
            pointer += join_pointer([part])
            self._note(pointer, start, start)
            if pointer in self._counts:
                pointer += f"/{self._counts[pointer] - 1}"
        pointer += join_pointer([last])
        self._note(pointer, start, start)
        if brackets == "[[":
            count = self._counts[pointer] = self._counts.get(pointer, 0) + 1
            pointer += f"/{count - 1}"
            self._note(pointer, start, start)
        return pointer

    def _member(self, table: str) -> None:
        """Read `key = value`."""
        start = self._at
        *parents, last = self._key()
        pointer = table
        for part in parents:
            pointer += join_pointer([part])
            self._note(pointer, start, start)
        self._at = self._text.index("=", self._at) + 1
        self._skip(_SPACE)
        self._value(pointer + join_pointer([last]), start)

    def _value(self, pointer: str, key: int | None) -> None:
        self._note(pointer, self._at, key)
        opener = self._text[self._at]
        if opener == "[":
            self._inside("]", lambda number: self._value(f"{pointer}/{number}", None))
        elif opener == "{":
            self._inside("}", lambda _: self._member(pointer))
        else:
            self._skip(_STRING if opener in "\"'" else _SCALAR)

    def _inside(self, closer: str, read: Callable[[int], None]) -> None:
        """Read what stands between brackets, parted by commas."""
        self._at += 1
        number = 0
        self._skip(_BLANK)
        while self._text[self._at] != closer:
            if self._text[self._at] == ",":
                self._at += 1
            else:
                read(number)
                number += 1
            self._skip(_BLANK)
        self._at += 1

    def _key(self) -> list[str]:
        """Read `a."b.c".d`, and the space after it."""
        parts = []
        while True:
            quoted = self._text[self._at] in "\"'"
            start = self._at
            self._skip(_STRING if quoted else _BARE_KEY)
            written = self._text[start : self._at]
            parts.append(str(tomllib.loads(f"key = {written}")["key"]) if quoted else written)
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1
            self._skip(_SPACE)

    def _note(self, pointer: str, value: int, key: int | None) -> None:
        self.offsets.setdefault(pointer, Offsets(value, key))

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
