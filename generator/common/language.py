"""Texts in French and English: the language of a user, the sentences of catalogues, the reasons of the system.

Sentences that are not findings come from the catalogues in `generator/messages/sentences/`.
"""

import errno
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from generator.common.resources import SENTENCE_CATALOGUES

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    fr: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.fr if lang == "fr" else self.en


def first_of(names: Sequence[str], most: int) -> str:
    """Return the first names of a list, separated by commas, with an ellipsis where there are more than `most`."""
    return ", ".join([*names[:most], "…"] if len(names) > most else names)


def joined(texts: Iterable[Text], sign: str = ",") -> Text:
    """Return texts as one list in each language."""
    listed = list(texts)
    # French has a space before a semicolon.
    before = " " if sign == ";" else ""
    return Text(f"{before}{sign} ".join(each.fr for each in listed), f"{sign} ".join(each.en for each in listed))


def quoted(values: Iterable[object]) -> Text:
    """Return values between the quotation marks of each language, separated by commas."""
    return joined(Text(f"« {value} »", f"“{value}”") for value in values)


def detect_lang(environ: Mapping[str, str] = os.environ) -> Lang:
    """Return the language of the user's locale: English for an English locale, else French."""
    # POSIX: LC_ALL counts before LC_MESSAGES, and LANG last.
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


@cache
def catalogue(name: str) -> Mapping[str, Any]:
    """Return a catalogue by its name, read when it is first needed."""
    content: dict[str, Any] = tomllib.loads((SENTENCE_CATALOGUES / f"{name}.toml").read_text("utf-8"))
    return content


def text(key: str, /, **values: object) -> Text:
    """Return a sentence of the catalogues, its values filled in.

    A number can bring the noun that agrees with it: `{count:file|files}` gives `1 file`, `2 files`.

    Args:
        key: the catalogue of the sentence, its tables and its name: `cli.batch.interrupted` is `interrupted` in the
            table `batch` of `cli.toml`.
        values: what the sentence names in braces; a `Text` is given in the language of the sentence.
    """
    name, *path = key.split(".")
    entry = catalogue(name)
    for step in path:
        entry = entry[step]
    french, english = (
        entry[lang].format_map({name: _value(value, lang) for name, value in values.items()}) for lang in LANGS
    )
    return Text(french, english)


class _Count:
    """A number that a sentence prints, alone or with a noun."""

    def __init__(self, number: int, lang: Lang) -> None:
        self._number, self._lang = number, lang

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if not bar:
            return format(self._number, spec)
        # In French nought is singular as well.
        is_singular = self._number in ((0, 1) if self._lang == "fr" else (1,))
        return f"{self._number} {one if is_singular else many}"


def _value(value: object, lang: Lang) -> object:
    if isinstance(value, Text):
        return value.say(lang)
    return _Count(value, lang) if isinstance(value, int) else value


def os_reason(error: OSError | ValueError) -> Text:
    """Return why a file cannot be opened, in both languages; a rare reason of the system in its own words."""
    # Python refuses a NUL in a path before it asks the system.
    if isinstance(error, ValueError):
        return text("common.nul-in-path")
    own = error.strerror or str(error)
    return _os_text(error, "reason") or Text(own, own)


def os_remedy(error: OSError) -> Text | None:
    """Return what to do about a refusal of the system; None where it is not known."""
    return _os_text(error, "remedy")


def _os_text(error: OSError, name: str) -> Text | None:
    # Windows names the errors of sockets twice: EADDRINUSE, WSAEADDRINUSE.
    code = errno.errorcode.get(error.errno or 0, "").removeprefix("WSA").lower()
    is_known = name in catalogue("common")["os-errors"].get(code, ())
    return text(f"common.os-errors.{code}.{name}") if is_known else None
