"""Report placeholders and spoilt texts in an order, with the likely cause and the text meant: documents print them."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from generator.common.findings import WARNING, FindingKind, define
from generator.common.jsonio.positions import join_pointer
from generator.common.language import Text
from generator.orders import Order
from generator.rules.model import OrderRule, Problem, problem

# Each of these texts may be meant, in a brand for example: nothing is refused, hence warnings.
VALEUR_A_COMPLETER = define("VALEUR-A-COMPLETER", WARNING)
VALEUR_ENTITES = define("VALEUR-ENTITES-HTML", WARNING)
VALEUR_ENCODAGE = define("VALEUR-ENCODAGE", WARNING)
VALEUR_ALPHABETS = define("VALEUR-ALPHABETS", WARNING)
VALEUR_BALISE = define("VALEUR-BALISE", WARNING)
VALEUR_BARREE = define("VALEUR-BARREE", WARNING)

# The parts of a descriptor that documents print, and the keys in them that no document prints.
_PRINTED = ("numero", "fournisseur", "client", "solution", "va")
_NOT_PRINTED = frozenset({"logo", "nom_facture"})
# A réserve is a sentence that may contain « à compléter »: only a whole réserve can be a placeholder.
_SENTENCES = "reserves"
# « à compléter », « a définir »: with or without accents.
_WORDS = r"[àa] (?:compl[ée]ter|d[ée]finir|pr[ée]ciser|renseigner)"
# Anywhere in a text: the words above, « xxx », « … », « ... », « ?? », « ___ », and TODO or TBD in capitals.
_PLACEHOLDER = re.compile(rf"\b{_WORDS}\b|\bx{{3,}}\b|…|\.{{3}}|\?{{2,}}|_{{3,}}|\b(?-i:TODO|TBD)\b", re.IGNORECASE)
# How programs write that there is no value.
_EMPTY = re.compile(r"n/?a|n\.a\.|null|none|vide|néant|sans objet|lorem ipsum.*", re.IGNORECASE)
# A whole réserve: one of these words, between signs or not, or nothing but signs, such as « --- ».
_WHOLE = re.compile(rf"\W*(?:{_WORDS}|x{{3,}}|todo|tbd)\W*|[\W_]+", re.IGNORECASE)

# An entity of HTML by name or number: `&amp;`, `&#39;`, `&#x27;`.
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
# How the first bytes of a UTF-8 letter look in Latin-1 or Windows-1252, and the byte that follows.
_MOJIBAKE = re.compile(r"[Ã-ô][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[ÃÂ] ")
# Word and Jinja fields, fields of mailings, tags of HTML, errors of spreadsheets.
_TAG = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<<.*?>>|</?[a-zA-Z]+/?>|#(?:REF|N/A|VALEUR|VALUE|NOM|NAME|DIV/0|NUL|NUM)[!?]?"
    r"|\{[a-z_.]+\}|%[A-Z_]+%|\[object Object\]|\b(?:undefined|NaN)\b"
)
# Greek and Cyrillic.
_FOREIGN = re.compile(r"[\u0370-\u052f\u1f00-\u1fff]")
_WORD = re.compile(r"[^\W_]+")
# Marks that strike a character out.
_STRIKES = re.compile(r"[\u0334-\u0338\u20d2\u20d3\u20d8-\u20e5]")


def _check_placeholders(order: Order) -> Iterator[Problem]:
    for keys, text in _printed_texts(order):
        found = _WHOLE.fullmatch(text) if _SENTENCES in keys else _PLACEHOLDER.search(text) or _EMPTY.fullmatch(text)
        if found:
            yield problem(VALEUR_A_COMPLETER, join_pointer(list(keys)), value=text)


def _printed_texts(order: Order) -> Iterator[tuple[tuple[str | int, ...], str]]:
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


def _check_spoilt(order: Order) -> Iterator[Problem]:
    for keys, text in _printed_texts(order):
        for find in _CHECKS:
            found = find(text)
            if found:
                kind, values = found
                yield problem(kind, join_pointer(list(keys)), value=text, **values)
                break


_Found = tuple[FindingKind, dict[str, str | Text]]


def _tag(text: str) -> _Found | None:
    found = _TAG.search(text)
    return (VALEUR_BALISE, {"tag": found[0]}) if found else None


def _entities(text: str) -> _Found | None:
    meant = html.unescape(text)
    return (VALEUR_ENTITES, {"meant": meant}) if _ENTITY.search(text) and meant != text else None


def _mojibake(text: str) -> _Found | None:
    if text.isascii() or not _MOJIBAKE.search(text):
        return None
    import ftfy  # late: it takes longer to import than an order to check

    meant = ftfy.fix_encoding(text)
    return (VALEUR_ENCODAGE, {"meant": meant}) if meant != text else None


def _strikes(text: str) -> _Found | None:
    plain = _STRIKES.sub("", text)
    return (VALEUR_BARREE, {"meant": plain}) if plain != text else None


def _alphabets(text: str) -> _Found | None:
    # A text in one alphabet is a name in Greek or Cyrillic: « Больница Святого Луки ».
    if not _FOREIGN.search(text) or not any(char.isascii() and char.isalpha() for char in text):
        return None
    for word in _WORD.findall(text):
        foreign = [char for char in word if _script(char) in ("CYRILLIC", "GREEK")]
        # A letter alone is a name, as in « Clinique Ω ».
        if not foreign or (len(foreign) == len(word) and len(word) == 1):
            continue
        latin = _look_alikes(foreign)
        if latin:
            name = unicodedata.name(foreign[0])
            meant = "".join(latin.get(char, char) for char in text)
            return VALEUR_ALPHABETS, {"char": f"U+{ord(foreign[0]):04X}", "name": name, "word": word, "meant": meant}
    return None


def _look_alikes(chars: list[str]) -> dict[str, str]:
    """Return the Latin letter that each character looks like; nothing where one looks like none."""
    from confusable_homoglyphs import confusables

    found = {
        each["character"]: each["homoglyphs"][0]["c"]
        for each in confusables.is_confusable("".join(chars), preferred_aliases=["latin"], greedy=True) or ()
    }
    return found if all(char in found for char in chars) else {}


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


_CHECKS: tuple[Callable[[str], _Found | None], ...] = (_tag, _entities, _mojibake, _strikes, _alphabets)

RULES = (OrderRule((), _check_placeholders), OrderRule((), _check_spoilt))
