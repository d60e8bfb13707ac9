"""Typed readers of the attributes of a DOCX, and notes of what the engine does not typeset.

Every attribute that changes pages is read here: a value that is not known is noted, and a neutral one taken, so that no
value of a hostile or damaged document is dropped silently or raises anything.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from generator.common.findings import quote
from generator.common.language import Text, catalogue
from generator.render.docx.locate import in_part, words_of

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A construct of a DOCX that the Typst engine does not typeset, such as `w:footnoteReference`, and its place."""

    construct: str
    place: Text

    @property
    def named(self) -> Text:
        """The construct, after what Word calls it where that is known: `colonnes [w:cols=2]`."""
        names = catalogue("constructs")
        # `w:cols=2` has the name of `w:cols` where it has none of its own.
        name = names.get(self.construct) or names.get(self.construct.partition("=")[0])
        shown = quote(self.construct)
        return Text(f"{name['fr']} [{shown}]", f"{name['en']} [{shown}]") if name else Text(shown, shown)


class UnsupportedError(Exception):
    """A DOCX uses constructs that the Typst engine does not typeset; `reasons` names them, in document order."""

    def __init__(self, reasons: tuple[Unsupported, ...]) -> None:
        super().__init__(", ".join(f"{reason.construct} ({reason.place.en})" for reason in reasons))
        self.reasons = reasons


class Notes:
    """Collects unsupported constructs, with the part and the paragraph that is being read."""

    def __init__(self) -> None:
        self._part = ""
        self._root: etree._Element | None = None
        self._paragraph: etree._Element | None = None
        # A dictionary keeps the order, and has each construct once.
        self._found: dict[Unsupported, None] = {}

    def enter(self, part: str, root: etree._Element | None) -> None:
        """Set the part that is read from now on; None for one that is no text."""
        self._part, self._root, self._paragraph = part, root, None

    def at(self, paragraph: etree._Element | None) -> None:
        """Set the paragraph that is read from now on."""
        self._paragraph = paragraph

    def add(self, construct: str) -> None:
        """Record a construct at the current place, once."""
        self._found[Unsupported(construct, self._place())] = None

    def _place(self) -> Text:
        if self._root is None or self._paragraph is None:
            return Text(self._part, self._part)
        return in_part(self._part, words_of(self._root, self._paragraph))

    @property
    def found(self) -> tuple[Unsupported, ...]:
        """The constructs recorded so far, in order."""
        return tuple(self._found)


def xml_name(tag: object) -> str:
    """Return the usual name of an element or attribute: `w:p` for `{http://…/main}p`."""
    namespace, _, local = str(tag).lstrip("{").rpartition("}")
    prefix = _PREFIXES.get(namespace, namespace.rstrip("/").rpartition("/")[2])
    return f"{prefix}:{local}" if prefix else local


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# lxml publishes the type of its elements under this name alone.
Element = etree._Element  # noqa: SLF001
# Word takes no length beyond 22 inches; a longer one would make Typst fill the memory with pages.
MAX_LENGTH = 1584.0
NO_COLOR = frozenset(("auto", ""))
_ON, _OFF = frozenset(("1", "true", "on")), frozenset(("0", "false", "off"))
# `12`, `-3`, `+1.5`: `float` would also take `inf`, `nan` and `1e400`.
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_COLOR = re.compile(r"[0-9A-Fa-f]{6}")

Value = TypeVar("Value")


def value_of(element: Element, name: str = "val") -> str:
    """Return an attribute of the `w` namespace, empty where it is missing."""
    return element.get(W + name) or ""


def read_name(element: Element, notes: Notes, name: str = "val") -> str:
    """Return a name or an identifier; an empty one is noted."""
    value = element.get(W + name)
    if not value:
        note_value(element, W + name, "", notes)
    return value or ""


def is_on(element: Element, notes: Notes, name: str = "val") -> bool:
    """Tell whether a property that is either on or off is on; it is so where its value is missing."""
    value = element.get(W + name)
    # `<w:b/>` alone means bold.
    if value is None or value in _ON:
        return True
    if value not in _OFF:
        note_value(element, W + name, value, notes)
    return False


def read_choice(
    element: Element, choices: Mapping[str, Value], notes: Notes, default: Value, name: str = "val"
) -> Value:
    """Return what one of several values means; `default` where it is missing or noted as unknown."""
    value = element.get(W + name)
    if value is None:
        return default
    if value not in choices:
        note_value(element, W + name, value, notes)
        return default
    return choices[value]


def read_length(
    element: Element,
    notes: Notes,
    name: str = "val",
    *,
    per_point: float = 20.0,
    least: float = 0.0,
    most: float = MAX_LENGTH,
    default: float = 0.0,
) -> float:
    """Return a length in points.

    Args:
        element: what has the attribute.
        notes: where a value is noted that is no number, has a unit, which Word does not write, or is out of bounds.
        name: the attribute, of the `w` namespace.
        per_point: units in a point.
        least: the smallest length.
        most: the largest length.
        default: the length where the attribute is missing or noted.
    """
    value = element.get(W + name)
    if value is None:
        return default
    length = number(value) / per_point
    if least <= length <= most:
        return length
    note_value(element, W + name, value, notes)
    return default


def read_integer(
    element: Element, notes: Notes, name: str = "val", *, least: int = 0, most: int, default: int = 0
) -> int:
    """Return a whole number within bounds; `default` where it is missing or noted."""
    value = read_length(element, notes, name, per_point=1.0, least=least, most=most, default=default)
    if value != int(value):
        note_value(element, W + name, str(value), notes)
    return int(value)


def read_color(element: Element, notes: Notes, name: str = "val") -> str:
    """Return a colour as `RRGGBB`, empty for the automatic one."""
    value = element.get(W + name)
    if value is None or value == "auto":
        return ""
    if _COLOR.fullmatch(value):
        return value
    note_value(element, W + name, value, notes)
    return ""


def number(text: str) -> float:
    """Return a decimal number, NaN for any other text: it is within no bounds."""
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def note_value(element: Element, name: str, value: str, notes: Notes) -> None:
    """Note a value that is not known: `w:jc=distribute`, or `w:ind/@w:left=foo` for another attribute than `w:val`."""
    attribute = "" if name == f"{W}val" else f"/@{xml_name(name)}"
    notes.add(f"{xml_name(element.tag)}{attribute}={value}")


def check_attributes(element: Element, known: frozenset[str], notes: Notes) -> None:
    """Note the attributes of an element that are not known; those that number revisions change nothing."""
    for name in element.keys():  # noqa: SIM118  # an element of lxml iterates over its children
        local = str(name).removeprefix(W)
        if local not in known and not local.startswith("rsid"):
            notes.add(f"{xml_name(element.tag)}/@{xml_name(name)}")
