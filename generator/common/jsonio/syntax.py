"""The cause of a JSON syntax error, and what mends it: Python's reader says only where it stopped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public name of CPython's string scanner, unlisted

from generator.common.language import Text

_CURLY_QUOTES = "“”„«»‘’‚′″`´"
_ODD_SPACES = "\u00a0\u202f\u2007\u200b\u2060\ufeff"
_WORD = re.compile(r"[^\W\d]\w*")
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

    def cause(self, french: str, english: str, fix: str, fix_en: str, *, at: int | None = None) -> SyntaxCause:
        """Return a cause at the offset, or at another one."""
        offset = self.pos if at is None else at
        return SyntaxCause(min(offset, max(len(self.text) - 1, 0)), Text(french, english), Text(fix, fix_en))


def _start_of_file(at: _Stop) -> SyntaxCause | None:
    if at.before >= 0 or not at.message.startswith("Expecting value"):
        return None
    return at.cause(
        "le fichier ne commence pas par {", "the file does not begin with {",
        "donner un descripteur JSON ; une liste CSV passe d'abord par « segurdoc import »",
        "give a JSON descriptor; a CSV list goes through “segurdoc import” first",
    )  # fmt: skip


def _within_a_text(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Unterminated string"):
        return _unclosed(at)
    if at.message.startswith("Invalid control character"):
        if at.char == "\n":
            return _unclosed(at)
        name = ("une tabulation", "a tab") if at.char == "\t" else ("un caractère de contrôle", "a control character")
        return at.cause(
            f"{name[0]} est dans un texte", f"{name[1]} is inside a text", "la remplacer par une espace",
            "replace it with a space",
        )  # fmt: skip
    if at.message.startswith("Invalid \\"):
        return at.cause(
            "une barre oblique inverse \\ est dans un texte", "a backslash \\ is inside a text",
            "la doubler (\\\\) ; dans un chemin, écrire / à sa place", "double it (\\\\); in a path, write / instead",
        )  # fmt: skip
    return None


def _unclosed(at: _Stop) -> SyntaxCause:
    return at.cause(
        'le guillemet " qui ferme le texte manque', 'the quote " that closes the text is missing',
        'ajouter " à la fin du texte, sur la même ligne', 'add " at the end of the text, in the same line',
    )  # fmt: skip


def _comma(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Illegal trailing comma"):
        return _trailing_comma(at)
    if at.char == "," and at.char_before in ",[{":
        return at.cause("une virgule est de trop", "there is a comma too many", "la retirer", "remove it")
    if at.char_before == "," and at.char and at.char in "}]" and "Expecting" in at.message:
        return _trailing_comma(_Stop(at.text, at.before, at.message))
    return None


def _trailing_comma(at: _Stop) -> SyntaxCause:
    return at.cause(
        "une virgule est de trop : rien ne la suit", "there is a comma too many: nothing follows it",
        "retirer cette virgule", "remove this comma",
    )  # fmt: skip


def _end_of_text(at: _Stop) -> SyntaxCause | None:
    if at.text[at.pos :].strip():
        return None
    missing = "".join(_CLOSING[opened] for opened in reversed(_open_brackets(at.text)))
    if not missing:
        return None
    return at.cause(
        f"le fichier s'arrête avant la fin : {missing} manque",
        f"the file ends too early: {missing} is missing",
        f"ajouter {missing} à la fin, ou reprendre le fichier entier s'il a été coupé",
        f"add {missing} at the end, or take the whole file again where it was cut",
        at=at.before,
    )


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
            except json.JSONDecodeError:
                return []
        elif char in _CLOSING:
            opened.append(char)
        elif opened and char == _CLOSING[opened[-1]]:
            opened.pop()
    return opened


def _odd_character(at: _Stop) -> SyntaxCause | None:
    if at.char == "'" or (at.char in _CURLY_QUOTES and at.char):
        return at.cause(
            f'{at.char} n\'est pas le guillemet " du JSON', f'{at.char} is not the quote " of JSON',
            'écrire le texte entre guillemets droits doubles : "…"',
            'write the text between straight double quotes: "…"',
        )  # fmt: skip
    if at.char and at.char in _ODD_SPACES:
        name = f"U+{ord(at.char):04X}"
        return at.cause(
            f"une espace spéciale ({name}) est entre deux valeurs", f"a special space ({name}) is between two values",
            "la remplacer par une espace ordinaire", "replace it with an ordinary space",
        )  # fmt: skip
    if at.char == "#" or at.text.startswith(("//", "/*"), at.pos):
        return at.cause(
            "un commentaire est écrit ici : JSON n'en a pas", "a comment stands here: JSON has none",
            "le retirer, ou le mettre dans « metadata », qui n'est jamais imprimé",
            "remove it, or put it in “metadata”, which is never printed",
        )  # fmt: skip
    return None


def _word(at: _Stop) -> SyntaxCause | None:
    found = _WORD.match(at.text, at.pos)
    if not found or not at.message.startswith(("Expecting value", "Expecting property name")):
        return None
    known = _PYTHON_WORDS.get(found[0].casefold())
    if known and at.message.startswith("Expecting value"):
        return at.cause(
            f"{found[0]} n'est pas un mot du JSON", f"{found[0]} is no word of JSON",
            f"écrire {known}, en minuscules et sans guillemets", f"write {known}, in lower case and without quotes",
        )  # fmt: skip
    return at.cause(
        f"{found[0]} est écrit sans guillemets", f"{found[0]} is written without quotes",
        f'écrire "{found[0]}"', f'write "{found[0]}"',
    )  # fmt: skip


def _number(at: _Stop) -> SyntaxCause | None:
    number = re.search(r"-?\d+$", at.text[: at.pos])
    if number and at.char.isdigit():
        return at.cause(
            "un nombre ne commence pas par zéro", "a number does not begin with zero",
            'écrire les identifiants entre guillemets : "010000024"', 'write identifiers between quotes: "010000024"',
            at=number.start(),
        )  # fmt: skip
    decimal = re.search(r"\d,\s*$", at.text[: at.pos])
    if decimal and at.char.isdigit() and at.message.startswith("Expecting property name"):
        return at.cause(
            "la virgule d'un nombre sépare deux valeurs", "the comma in a number parts two values",
            'écrire les montants entre guillemets, avec un point : "10000.00"',
            'write amounts between quotes, with a point: "10000.00"', at=decimal.start() + 1,
        )  # fmt: skip
    return None


def _value(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Expecting value"):
        if at.char_before in ":[," and at.char in ("}", "]", ","):
            return at.cause(
                "une valeur manque", "a value is missing",
                "écrire la valeur, ou retirer la clé", "write the value, or remove the key",
            )  # fmt: skip
        return at.cause(
            "le texte ne commence pas comme une valeur JSON", "the text does not begin like a JSON value",
            'commencer un objet par {, une liste par [, un texte par "',
            'begin an object with {, a list with [, a text with "',
        )  # fmt: skip
    if at.message.startswith("Expecting property name"):
        return at.cause(
            "un nom de clé entre guillemets est attendu", "the name of a key between quotes is expected",
            'écrire "clé": valeur', 'write "key": value',
        )  # fmt: skip
    return None


def _separator(at: _Stop) -> SyntaxCause | None:
    if at.message.startswith("Expecting ':'"):
        return at.cause(
            "le deux-points manque après la clé", "the colon after the key is missing",
            "écrire : entre la clé et sa valeur", "write : between the key and its value",
        )  # fmt: skip
    if not at.message.startswith("Expecting ','"):
        return None
    if at.char in ("}", "]"):
        return at.cause(
            f"{at.char} ne ferme pas ce qui est ouvert", f"{at.char} does not close what is open",
            "fermer { par } et [ par ], dans l'ordre inverse", "close { with } and [ with ], in reverse order",
        )  # fmt: skip
    if at.char.isalnum() and at.char_before == '"':
        return at.cause(
            'un guillemet " est à l\'intérieur du texte', 'a quote " is inside the text',
            'l\'écrire \\", ou « » dans un nom', 'write it \\", or « » in a name', at=at.before,
        )  # fmt: skip
    return at.cause(
        "une virgule manque après la valeur précédente", "a comma is missing after the value before",
        "ajouter une virgule à la fin de la valeur précédente", "add a comma at the end of the value before",
    )  # fmt: skip


def _extra(at: _Stop) -> SyntaxCause | None:
    if not at.message.startswith("Extra data"):
        return None
    if at.char in ("}", "]"):
        return at.cause(
            f"{at.char} est de trop après la fin", f"there is a {at.char} too many after the end",
            f"retirer {at.char}", f"remove {at.char}",
        )  # fmt: skip
    return at.cause(
        "du texte suit la fin du premier objet", "text follows the end of the first object",
        "mettre plusieurs descripteurs dans une liste [ {…}, {…} ], ou un par ligne dans un fichier .jsonl",
        "put several descriptors in a list [ {…}, {…} ], or one a line in a .jsonl file",
    )  # fmt: skip


def _unknown(at: _Stop) -> SyntaxCause:
    return at.cause(at.message, at.message, "corriger le fichier ici", "correct the file here")


# In this order: a stray quote explains a missing value, a missing value does not explain a stray quote.
_CAUSES: tuple[Callable[[_Stop], SyntaxCause | None], ...] = (
    _start_of_file, _within_a_text, _comma, _end_of_text, _odd_character, _word, _number,
    _value, _separator, _extra, _unknown,
)  # fmt: skip
