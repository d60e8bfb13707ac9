"""Numbers and bullets of list paragraphs (ECMA-376 part 1, 17.9)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from generator.common.opc import parse_xml
from generator.render.pdf.typst.reading.attributes import Element, Notes, W, is_on, read_choice, read_integer, value_of
from generator.render.pdf.typst.reading.properties import (
    MAX_LEVEL,
    ParagraphProperties,
    RunProperties,
    read_paragraph_properties,
    read_run_properties,
)

# Bullets of Word's symbol fonts, by their code there: the same signs of Unicode, which text fonts have.
_SYMBOL_FONTS = frozenset(("Symbol", "Wingdings", "OpenSymbol"))
_SYMBOLS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf02d": "–", "\uf0d8": "➢", "\uf0fc": "✔", "\uf06f": "◻"}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ROMAN_UNITS = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVEL_HARMLESS = frozenset(("tmpl", "nsid", "multiLevelType", "pStyle", "pPr", "rPr"))
_SUFFIXES = {each: each for each in ("tab", "space", "nothing")}
_LABEL_SIDES = {"left": True, "start": True}
# Word counts no further.
_MAX_NUMBER = 32767


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: how it counts, what its label says, and how the paragraph and the label look."""

    start: int
    count: str
    text: str
    suffix: str
    paragraph: ParagraphProperties
    run: RunProperties
    constructs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """A list instance: what it counts with, and the starts that it sets itself."""

    abstract: str
    starts: dict[int, int]
    constructs: tuple[str, ...]


class Lists:
    """The lists that a document defines.

    Attributes:
        instances: the lists by their numbers.
    """

    def __init__(self, numbering: bytes) -> None:
        """Read the numbering part, which may be empty."""
        self._levels: dict[str, dict[int, Level]] = {}
        self.instances: dict[str, _List] = {}
        root = parse_xml(numbering) if numbering else None
        for element in root if root is not None else ():
            if element.tag == f"{W}abstractNum":
                levels = map(_read_level, element.iterchildren(f"{W}lvl"))
                self._levels[value_of(element, "abstractNumId")] = dict(levels)
            elif element.tag == f"{W}num":
                self.instances[value_of(element, "numId")] = _read_list(element)

    def level(self, number: str, level: int, notes: Notes) -> Level | None:
        """Return a level of a list; None, noted, where the list or the level is not defined."""
        known = self.instances.get(number)
        found = self._levels.get(known.abstract, {}).get(level) if known else None
        if found is None:
            notes.add(f"w:numId={number}")
        for construct in (*(known.constructs if known else ()), *(found.constructs if found else ())):
            notes.add(construct)
        return found


def _read_list(element: Element) -> _List:
    abstract, starts, notes = "", dict[int, int](), Notes()
    for child in element:
        if child.tag == f"{W}abstractNumId":
            abstract = value_of(child)
        elif child.tag == f"{W}lvlOverride":
            start = child.find(f"{W}startOverride")
            if start is not None:
                level = read_integer(child, notes, "ilvl", most=MAX_LEVEL)
                starts[level] = read_integer(start, notes, most=_MAX_NUMBER)
            if child.find(f"{W}lvl") is not None:
                notes.add("w:lvlOverride/w:lvl")
    return _List(abstract, starts, tuple(each.construct for each in notes.found))


def _read_level(element: Element) -> tuple[int, Level]:
    notes = Notes()
    start, count, text, suffix = 1, "decimal", "", "tab"
    for child in element:
        name = str(child.tag).removeprefix(W)
        if name == "start":
            start = read_integer(child, notes, most=_MAX_NUMBER, default=start)
        elif name == "numFmt":
            count = read_choice(child, _COUNT_NAMES, notes, count)
        elif name == "lvlText":
            text = value_of(child)
        elif name == "suff":
            suffix = read_choice(child, _SUFFIXES, notes, suffix)
        elif name == "lvlJc":
            read_choice(child, _LABEL_SIDES, notes, default=True)
        elif name in {"isLgl", "legacy"}:
            if is_on(child, notes, "legacy" if name == "legacy" else "val"):
                notes.add(f"w:lvl/w:{name}")
        elif name not in _LEVEL_HARMLESS:
            notes.add(f"w:lvl/w:{name}")
    run = read_run_properties(element.find(f"{W}rPr"), notes)
    if run.get("font") in _SYMBOL_FONTS:
        text = "".join(_SYMBOLS.get(char, char) for char in text)
        # The sign is now one of Unicode, which text fonts have.
        del run["font"], run["theme_font"]
    if _PRIVATE.search(text):
        notes.add(f"w:lvlText={text}")
    return read_integer(element, notes, "ilvl", most=MAX_LEVEL), Level(
        start=start,
        count=count,
        text=text,
        suffix=suffix,
        paragraph=read_paragraph_properties(element.find(f"{W}pPr"), notes),
        run=run,
        constructs=tuple(each.construct for each in notes.found),
    )


class Counters:
    """The lists of a document, and the numbers that they have reached."""

    def __init__(self, lists: Lists) -> None:
        """Begin before the first paragraph."""
        self.lists = lists
        self._reached: dict[tuple[str, int], int] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, number: str, level: int, notes: Notes) -> str:
        """Count a paragraph of a list, and return the text of its label."""
        found = self.lists.level(number, level, notes)
        if found is None:
            return ""
        # Lists that count with the same abstract one go on counting.
        abstract = self.lists.instances[number].abstract
        # A list begins a level with a number of its own once, and counts on from there.
        restart = self.lists.instances[number].starts.get(level) if (number, level) not in self._begun else None
        self._begun.add((number, level))
        key = (abstract, level)
        if restart is not None:
            self._reached[key] = restart
        else:
            self._reached[key] = self._reached.get(key, found.start - 1) + 1
        # Deeper levels begin anew below each paragraph of this one.
        for deeper in [each for each in self._reached if each[0] == abstract and each[1] > level]:
            del self._reached[deeper]
        # Levels are counted from 1 in the text of a label, from 0 elsewhere.
        return re.sub(r"%(\d)", lambda match: self._shown(number, int(match[1]) - 1, notes), found.text)

    def _shown(self, number: str, level: int, notes: Notes) -> str:
        found = self.lists.level(number, level, notes)
        if found is None:
            return ""
        reached = self._reached.get((self.lists.instances[number].abstract, level), found.start)
        return _COUNTS[found.count](reached) if found.count in _COUNTS else ""


def _letters(number: int) -> str:
    # z is followed by aa and bb: the letter is repeated (17.18.59).
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, sign in (*_ROMAN, *_ROMAN_UNITS):
        text += sign * (number // value)
        number %= value
    return text


_COUNTS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "bullet": lambda _: "",
    "none": lambda _: "",
}
_COUNT_NAMES = {name: name for name in _COUNTS}


# Documents of one template share their lists, which are read once.
@lru_cache(maxsize=16)
def lists_of(numbering: bytes) -> Lists:
    """Return the lists of a numbering part, which may be empty."""
    return Lists(numbering)
