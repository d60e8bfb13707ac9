"""The cause of a JSON syntax error, and what mends it: Python's reader says only where it stopped.

The sentences are in `generator/messages/sentences/json.toml`, by the names that `_Stop.cause` takes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public name of CPython's string scanner, unlisted

from generator.common.language import Text, text

_CURLY_QUOTES = "“”„«»‘’‚′″`´"
# No-break, narrow, figure and zero-width spaces, word joiners and byte order marks.
_ODD_SPACES = "\u00a0\u202f\u2007\u200b\u2060\ufeff"
_WORD = re.compile(r"[^\W\d]\w*")
# Python and French spreadsheets have other words for the three of JSON.
_PYTHON_WORDS = {"true": "true", "false": "false", "none": "null", "vrai": "true", "faux": "false"}
_CLOSING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class SyntaxCause:
    """Why a text is not JSON.

    Attributes:
        offset: where the cause is.
        reason: the cause.
        fix: what mends it.
    """

    offset: int
    reason: Text
    fix: Text


def syntax_cause(error: json.JSONDecodeError) -> SyntaxCause:
    """Return the likeliest cause of a syntax error."""
    at = _Stop(error.doc, error.pos, error.msg)
    return next(cause for find in _CAUSES if (cause := find(at)))


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where Python's reader stopped: the text, the offset, and its message."""

    text: str
    pos: int
    message: str

    @property
    def char(self) -> str:
        """The character at the offset; empty at the end of the text."""
        return self.text[self.pos : self.pos + 1]

    @property
    def before(self) -> int:
        """The offset of the last character before, spaces skipped; -1 at the start of the text."""
        return len(self.text[: self.pos].rstrip()) - 1

    @property
    def char_before(self) -> str:
        """The character at `before`."""
        return self.text[self.before] if self.before >= 0 else ""

    def cause(self, name: str, /, *, at: int | None = None, **values: str) -> SyntaxCause:
        """Return a cause of the catalogue, at the offset or at another one."""
        offset = self.pos if at is None else at
        last = max(len(self.text) - 1, 0)
        return SyntaxCause(min(offset, last), text(f"json.{name}.reason", **values), text(f"json.{name}.fix", **values))


def _start_of_file(at: _Stop) -> SyntaxCause | None:
    is_start = at.before < 0 and at.message.startswith("Expecting value")
    return at.cause("start-of-file") if is_start else None


def _within_a_text(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Unterminated string"):
        return at.cause("unclosed-text")
    if at.message.startswith("Invalid control character"):
        return at.cause({"\n": "unclosed-text", "\t": "tab"}.get(at.char, "control-character"))
    return at.cause("backslash") if at.message.startswith("Invalid \\") else None


def _comma(at: _Stop) -> SyntaxCause | None:
    # Python 3.13 names this cause; earlier versions stop at the bracket.
    if at.message.startswith("Illegal trailing comma"):
        return at.cause("trailing-comma")
    if at.char == "," and at.char_before in ",[{":
        return at.cause("extra-comma")
    if at.char_before == "," and at.char and at.char in "}]" and "Expecting" in at.message:
        return at.cause("trailing-comma", at=at.before)
    return None


def _end_of_text(at: _Stop) -> SyntaxCause | None:
    if at.text[at.pos :].strip():
        return None
    missing = "".join(_CLOSING[opened] for opened in reversed(_open_brackets(at.text)))
    return at.cause("end-of-file", at=at.before, missing=missing) if missing else None


def _open_brackets(text: str) -> list[str]:
    """Return the brackets that are open at the end of a text."""
    opened: list[str] = []
    offset = 0
    while offset < len(text):
        char = text[offset]
        offset += 1
        if char == '"':
            try:
                offset = scanstring(text, offset)[1]
            # A text that is not closed is the cause, not the brackets.
            except json.JSONDecodeError:
                return []
        elif char in _CLOSING:
            opened.append(char)
        elif opened and char == _CLOSING[opened[-1]]:
            opened.pop()
    return opened


def _odd_character(at: _Stop) -> SyntaxCause | None:
    if not at.char:
        return None
    if at.char == "'" or at.char in _CURLY_QUOTES:
        return at.cause("other-quote", char=at.char)
    if at.char in _ODD_SPACES:
        return at.cause("special-space", name=f"U+{ord(at.char):04X}")
    return at.cause("comment") if at.text.startswith(("#", "//", "/*"), at.pos) else None


def _word(at: _Stop) -> SyntaxCause | None:
    found = _WORD.match(at.text, at.pos)
    if not found or not at.message.startswith(("Expecting value", "Expecting property name")):
        return None
    known = _PYTHON_WORDS.get(found[0].casefold())
    if known and at.message.startswith("Expecting value"):
        return at.cause("other-word", word=found[0], known=known)
    return at.cause("unquoted-word", word=found[0])


def _number(at: _Stop) -> SyntaxCause | None:
    if not at.char.isdigit():
        return None
    # `json` takes the 0 of 010000024 for a whole number, and stops after it.
    if number := re.search(r"-?\d+$", at.text[: at.pos]):
        return at.cause("leading-zero", at=number.start())
    # In `"ht": 10000,00` the next key is expected after the comma.
    decimal = re.search(r"\d,\s*$", at.text[: at.pos])
    if decimal and at.message.startswith("Expecting property name"):
        return at.cause("decimal-comma", at=decimal.start() + 1)
    return None


def _value(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Expecting value"):
        is_missing = at.char_before in ":[," and at.char in ("}", "]", ",")
        return at.cause("missing-value" if is_missing else "no-value")
    return at.cause("no-key") if at.message.startswith("Expecting property name") else None


def _separator(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Expecting ':'"):
        return at.cause("missing-colon")
    if not at.message.startswith("Expecting ','"):
        return None
    if at.char in ("}", "]"):
        return at.cause("wrong-bracket", char=at.char)
    # In `"CH "Les Lilas""` the text ends before a letter.
    if at.char.isalnum() and at.char_before == '"':
        return at.cause("inner-quote", at=at.before)
    return at.cause("missing-comma")


def _extra(at: _Stop) -> SyntaxCause | None:
    if not at.message.startswith("Extra data"):
        return None
    return at.cause("extra-bracket", char=at.char) if at.char in ("}", "]") else at.cause("second-object")


def _unknown(at: _Stop) -> SyntaxCause:
    return at.cause("unknown", message=at.message)


# In this order: a stray quote explains a missing value, a missing value does not explain a stray quote.
_CAUSES: tuple[Callable[[_Stop], SyntaxCause | None], ...] = (
    _start_of_file, _within_a_text, _comma, _end_of_text, _odd_character, _word, _number,
    _value, _separator, _extra, _unknown,
)  # fmt: skip
