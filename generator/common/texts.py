"""Sentences that are not findings, from the catalogues in `generator/messages/interface/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from generator.common.language import LANGS, Lang, Text
from generator.common.resources import INTERFACE


@cache
def catalogue(name: str) -> Mapping[str, Any]:
    """Return a catalogue by its name, read when it is first needed."""
    content: dict[str, Any] = tomllib.loads((INTERFACE / f"{name}.toml").read_text("utf-8"))
    return content


def text(key: str, /, **values: object) -> Text:
    """Return a sentence of `texts.toml`, its values filled in.

    A number can bring the noun that agrees with it: `{count:file|files}` gives `1 file`, `2 files`.

    Args:
        key: the table of the sentence and its name in that table, such as `batch.interrupted`.
        values: what the sentence names in braces; a `Text` is given in the language of the sentence.
    """
    return _filled("texts", key, values)


def page_text(key: str, /, **values: object) -> Text:
    """Return a sentence of `pages.toml`, the catalogue of the pages of `segurdoc serve`; see `text`."""
    return _filled("pages", key, values)


def json_text(key: str, /, **values: object) -> Text:
    """Return a sentence of `json.toml`, the causes of JSON syntax errors; see `text`."""
    return _filled("json", key, values)


def _filled(name: str, key: str, values: Mapping[str, object]) -> Text:
    table, _, sentence = key.partition(".")
    entry = catalogue(name)[table][sentence]
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
