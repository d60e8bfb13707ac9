"""Probing: a template is filled with short unique texts instead of an order's values, to see where they come out."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import fields
from dataclasses import is_dataclass
from dataclasses import replace
from functools import cache
from functools import lru_cache
from hashlib import sha256
from typing import Any
from typing import NamedTuple

from generator.docx.render import Contents
from generator.pictures import EMU_PER_MM
from generator.pictures import LOGO_BOX_MM
from generator.pictures import LOGO_MIN_MM
from generator.pictures import Picture
from generator.templates import Template

# Texts of the AF's record and of the program: the same in all orders of a kind, and long enough to fill lines.
STATIC_NAMES = frozenset(
    ("changed", "choice", "clause", "document", "id", "kind", "label", "line", "reference", "text")
)
# Names of marks of a choice: one sign each.
BOX_SUFFIX = "box"
# No ligature, no accent, none that a reader might take for a word; a template's own text has none of them.
_LETTERS = "acdeghmnou"
_CODE_LENGTH = 3
_PREFIX = "zq"
CODE = re.compile(rf"{_PREFIX}[a-z]{{{_CODE_LENGTH}}}")
MAX_PLACES = len(_LETTERS) ** _CODE_LENGTH


class Style(enum.Enum):
    """How a probe looks: its code alone, a sign as narrow as any, or the code and more words than a line can hold."""

    CODE = "code"
    NARROW = "narrow"
    WIDE = "wide"


NARROW = "i"
_FILLING = f" {NARROW}" * 130
# A wide probe ends within one narrow word of the room of its line. Probes that begin with so many of these, one with
# none, one with one…, end elsewhere, and together they tell the room more nearly: in many faces of text « aa » is a
# sixth of a narrow word wider than one. Then so many are made for what is still open.
PHASES, _PHASE, FINE_PHASES = 6, "aa", 10
# A logo as large as one may be, and as small, in English Metric Units: about, since no picture of a template should be.
_LARGE_LOGO = tuple(int(side * EMU_PER_MM) + 7 for side in LOGO_BOX_MM)
_SMALL_LOGO = tuple(int(LOGO_MIN_MM * EMU_PER_MM) - less for less in (7, 11))


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a value: its number, and whether it takes the mark of a choice alone, or describes a picture."""

    number: int
    is_box: bool = False
    is_description: bool = False


@dataclass(frozen=True, slots=True)
class Probed:
    """Contents with probes, and the places that they hold."""

    contents: Contents
    places: tuple[Place, ...]


class Values(NamedTuple):
    """The values of contents, in the order of their places, and all that documents of a kind have in common."""

    texts: tuple[str, ...]
    rest: tuple[object, ...]


# A text, with numbers of values between its pieces.
Pieces = tuple[str | int, ...]


class TooManyValuesError(Exception):
    """There are more values than codes."""


def code(number: int) -> str:
    """Return the code of a place, such as `zqaac`."""
    letters = ""
    for _ in range(_CODE_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return _PREFIX + letters


def number_of(text: str) -> int | None:
    """Return the number of a code; None where the text is none."""
    letters = text.removeprefix(_PREFIX)
    if len(letters) != _CODE_LENGTH or not set(letters) <= set(_LETTERS):
        return None
    number = 0
    for letter in letters:
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    return number


def wide_text(number: int, phase: int = 0) -> str:
    """Return a wide probe of a phase, from 0 to `PHASES` - 1."""
    return code(number) + _PHASE * phase + _FILLING


def fine_text(number: int, words: int, last: str) -> str:
    """Return a wide probe that begins with so many narrow words and another one."""
    return f"{code(number)}{f' {NARROW}' * words} {last}{_FILLING}"


def pieces_of(text: str, count: int) -> Pieces:
    """Cut a text at the codes of so many places."""
    pieces: list[str | int] = []
    position = 0
    for found in CODE.finditer(text):
        number = number_of(found[0])
        if number is not None and number < count:
            pieces += [text[position : found.start()], number]
            position = found.end()
    return (*pieces, text[position:])


def joined(pieces: Pieces, values: Sequence[str]) -> str:
    """Return a text with the values in it."""
    return "".join([piece if isinstance(piece, str) else values[piece] for piece in pieces])


def logo_probe(logo: Picture, style: Style) -> Picture:
    """Return a logo in the size of a probe."""
    extent = _SMALL_LOGO if style is Style.NARROW else _LARGE_LOGO
    width, height = ((side + 0.5) / EMU_PER_MM for side in extent)
    return replace(logo, width_mm=width, height_mm=height)


def probe(
    contents: Contents,
    numero: str,
    style: Style,
    wraps: Mapping[int, Callable[[Style], str]] | None = None,
    wide: Callable[[int], str] | None = None,
    *,
    logo_stays: bool = False,
) -> Probed:
    """Return contents with probes in place of values; texts that all orders share, and empty ones, stay.

    Args:
        contents: what a template is filled with.
        numero: the order's number, which the QR code's description says as well.
        style: how the probes look.
        wraps: the probes of places whose values take several lines.
        wide: the wide probe of each place; that of the first phase without it.
        logo_stays: leave the logo in its size.

    Raises:
        TooManyValuesError: there are more values than codes.
    """
    places: list[Place] = []

    def place(name: str) -> str:
        number = len(places)
        if number >= MAX_PLACES:
            raise TooManyValuesError
        is_box = name.endswith(BOX_SUFFIX)
        places.append(Place(number, is_box))
        if wraps and number in wraps and style is not Style.WIDE:
            return wraps[number](style)
        if style is Style.NARROW:
            return NARROW
        return (wide or wide_text)(number) if style is Style.WIDE and not is_box else code(number)

    names = {name: _walk(value, name, place) for name, value in contents.names.items()}
    qr, logo = contents.qr_code, contents.logo
    described = qr.description.removesuffix(numero) + (code(len(places)) if qr.description.endswith(numero) else "")
    places.append(Place(len(places), is_description=True))
    if logo:
        logo = replace(logo if logo_stays else logo_probe(logo, style), description=code(len(places)))
        places.append(Place(len(places), is_description=True))
    return Probed(Contents(names, replace(qr, description=described), logo), tuple(places))


def values_of(contents: Contents, numero: str) -> Values:
    """Return the values that `probe` finds places for, and all else.

    Args:
        contents: what a template is filled with.
        numero: the order's number.

    Raises:
        TooManyValuesError: there are more values than codes.
    """
    texts: list[str] = []
    rest: list[object] = []
    for name, value in contents.names.items():
        rest.append(name)
        _sort_out(value, name, texts, rest)
    described = (contents.logo.description,) if contents.logo else ()
    if len(texts) > MAX_PLACES:
        raise TooManyValuesError
    return Values((*texts, numero, *described), tuple(rest))


def key_of(template: Template, contents: Contents, numero: str, rest: tuple[object, ...]) -> str:
    """Return the name of the kind of a document: of its template, and of all that it is given but the values.

    Args:
        template: the layout.
        contents: what it is filled with.
        numero: the order's number.
        rest: what `values_of` gives beside the values.

    Raises:
        TooManyValuesError: there are more values than codes.
    """
    qr, shown = contents.qr_code, contents.logo is not None
    described = qr.description.removesuffix(numero)
    known = (template.data, rest, qr.width_mm, qr.height_mm, described, shown)
    if known not in _KEYS:
        probed = probe(contents, numero, Style.CODE).contents
        shared = (_digest(template.data), probed.names, (qr.width_mm, qr.height_mm, probed.qr_code.description), shown)
        while len(_KEYS) >= _REMEMBERED:
            del _KEYS[next(iter(_KEYS))]
        _KEYS[known] = sha256(repr(shared).encode()).hexdigest()[:32]
    return _KEYS[known]


# The names of kinds, by all that documents of a kind share: to probe takes as long as to print.
_KEYS: dict[tuple[object, ...], str] = {}
_REMEMBERED = 256


# Orders share their templates and their logos.
@lru_cache(maxsize=64)
def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def digest_of(logo: Picture) -> str:
    """Return what tells a logo, in its size, from another."""
    return sha256(repr((_digest(logo.data), logo.extent)).encode()).hexdigest()[:16]


def _walk(value: Any, name: str, place: Callable[[str], str]) -> Any:
    """Return `value` with each text that may be another order's replaced; what holds it keeps its form."""
    if isinstance(value, str):
        return value if not value or name in STATIC_NAMES or isinstance(value, enum.Enum) else place(name)
    if isinstance(value, tuple):
        return tuple([_walk(inner, name, place) for inner in value])
    if isinstance(value, dict):
        return {key: _walk(inner, str(key), place) for key, inner in value.items()}
    names = None if value is None or name in STATIC_NAMES else _names_of(value.__class__)
    if names is None:
        return value
    return type(value)(**{each: _walk(getattr(value, each), each, place) for each in names})


def _sort_out(value: Any, name: str, texts: list[str], rest: list[object]) -> None:
    """Part `value` into the texts that `_walk` replaces and all else, in which None stands for each of them."""
    kind = value.__class__
    if kind is str or (isinstance(value, str) and not isinstance(value, enum.Enum)):
        if value and name not in STATIC_NAMES:
            texts.append(value)
            rest.append(None)
        else:
            rest.append(value)
    elif value is None:
        rest.append(kind)
    elif isinstance(value, tuple):
        rest.append(len(value))
        for inner in value:
            _sort_out(inner, name, texts, rest)
    elif isinstance(value, dict):
        rest += (dict, len(value))
        for key, inner in value.items():
            rest.append(key)
            _sort_out(inner, str(key), texts, rest)
    elif name in STATIC_NAMES or (names := _names_of(kind)) is None:
        rest += (kind, value)
    else:
        rest.append(kind)
        for each in names:
            _sort_out(getattr(value, each), each, texts, rest)


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields; None for what is none."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else None
