"""Report placeholders in the texts of an order: documents would print them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.common.findings import WARNING, define
from generator.common.jsonio.positions import join_pointer
from generator.orders import Order
from generator.rules.model import OrderRule, Problem, problem

VALEUR_A_COMPLETER = define("VALEUR-A-COMPLETER", WARNING)

# The parts of a descriptor that documents print, and the keys in them that no document prints.
_PRINTED = ("numero", "fournisseur", "client", "solution", "va")
_NOT_PRINTED = frozenset({"logo", "nom_facture"})
# A réserve is a sentence that may contain « à compléter »: only a whole réserve can be a placeholder.
_SENTENCES = "reserves"
_WORDS = r"[àa] (?:compl[ée]ter|d[ée]finir|pr[ée]ciser|renseigner)"
_PLACEHOLDER = re.compile(rf"\b{_WORDS}\b|\bx{{3,}}\b|…|\.{{3}}|\?{{2,}}|_{{3,}}|\b(?-i:TODO|TBD)\b", re.IGNORECASE)
# How programs write that there is no value.
_EMPTY = re.compile(r"n/?a|n\.a\.|null|none|vide|néant|sans objet|lorem ipsum.*", re.IGNORECASE)
_WHOLE = re.compile(rf"\W*(?:{_WORDS}|x{{3,}}|todo|tbd)\W*|[\W_]+", re.IGNORECASE)


def _check_placeholders(order: Order) -> Iterator[Problem]:
    for keys, text in printed_texts(order):
        found = _WHOLE.fullmatch(text) if _SENTENCES in keys else _PLACEHOLDER.search(text) or _EMPTY.fullmatch(text)
        if found:
            yield problem(VALEUR_A_COMPLETER, join_pointer(list(keys)), value=text)


def printed_texts(order: Order) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return the texts of an order that documents print, each with its path of keys."""
    for name in _PRINTED:
        yield from _texts(order.descriptor.get(name), (name,))


def _texts(value: object, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return the texts in a part of a descriptor, each with its path of keys."""
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*keys, number))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_PRINTED:
                yield from _texts(item, (*keys, key))


RULES = (OrderRule((), _check_placeholders),)
