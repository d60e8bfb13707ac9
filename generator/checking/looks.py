"""How a template's text looks once its styles are worked out: size, colour, alignment, whether it is seen at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from generator.checking.parts import Layout
from generator.checking.parts import Paragraph
from generator.docx.archive import W

# What Word takes where a file says nothing.
_DEFAULT_POINTS = 10.0
_WHITE, _BLACK = "FFFFFF", "000000"
# The names that Word gives its highlighters; others are dark.
_HIGHLIGHTS = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000",
    "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0", "black": "000000", "white": "FFFFFF",
}  # fmt: skip
# Below it sRGB is linear (IEC 61966-2-1).
_LINEAR = 0.04045
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class RunLook:
    """How a run looks: its size in points, its contrast with what is behind it (1 to 21), and its face."""

    size: float
    contrast: float
    hidden: bool
    face: str


class Looks:
    """Works styles out: what stands on a run or a paragraph, else in its style and those it is based on."""

    def __init__(self, layout: Layout) -> None:
        root = layout.styles
        self._styles = {} if root is None else {str(each.get(f"{W}styleId")): each for each in root.iter(f"{W}style")}
        defaults = None if root is None else root.find(f"{W}docDefaults")
        self._run_defaults = None if defaults is None else defaults.find(f"{W}rPrDefault/{W}rPr")
        self._paragraph_defaults = None if defaults is None else defaults.find(f"{W}pPrDefault/{W}pPr")
        self._default_style = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") not in (None, *_OFF)
            ),
            "",
        )
        hyphenation = None if layout.settings is None else layout.settings.find(f"{W}autoHyphenation")
        self._hyphenates = hyphenation is not None and _is_on(hyphenation)

    def of_run(self, paragraph: Paragraph, run: etree._Element) -> RunLook:
        """Return how a run of a paragraph looks."""
        found = list(self._run_properties(paragraph, run))
        size = _points(_first(found, "sz", "val"))
        colour = _first(found, "color", "val")
        ink = _BLACK if colour in (None, "auto") else str(colour)
        hidden = next((_is_on(each) for each in _each(found, "vanish")), False)
        face = _first(found, "rFonts", "ascii") or _first(found, "rFonts", "hAnsi") or ""
        return RunLook(size, _contrast(ink, self._behind(paragraph, found)), hidden, face)

    def is_justified(self, paragraph: Paragraph) -> bool:
        """Tell whether a paragraph's lines are stretched to both margins."""
        return _first(list(self._paragraph_properties(paragraph)), "jc", "val") in (
            "both",
            "distribute",
            "thaiDistribute",
        )

    def is_hyphenated(self, paragraph: Paragraph) -> bool:
        """Tell whether words may be cut at the ends of a paragraph's lines."""
        off = next(
            (_is_on(each) for each in _each(list(self._paragraph_properties(paragraph)), "suppressAutoHyphens")), False
        )
        return self._hyphenates and not off

    def is_framed(self, paragraph: Paragraph) -> bool:
        """Tell whether a paragraph stands in a frame, aside from the others."""
        return next(_each(list(self._paragraph_properties(paragraph)), "framePr"), None) is not None

    def _run_properties(self, paragraph: Paragraph, run: etree._Element) -> Iterator[etree._Element]:
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            style = own.find(f"{W}rStyle")
            if style is not None:
                yield from self._styled(str(style.get(f"{W}val")), "rPr")
        yield from self._styled(self.style_of(paragraph), "rPr")
        yield from self._table_styled(paragraph, "rPr")
        if self._run_defaults is not None:
            yield self._run_defaults

    def _paragraph_properties(self, paragraph: Paragraph) -> Iterator[etree._Element]:
        own = paragraph.element.find(f"{W}pPr")
        if own is not None:
            yield own
        yield from self._styled(self.style_of(paragraph), "pPr")
        yield from self._table_styled(paragraph, "pPr")
        if self._paragraph_defaults is not None:
            yield self._paragraph_defaults

    def style_of(self, paragraph: Paragraph) -> str:
        """Return the identifier of a paragraph's style."""
        named = paragraph.element.find(f"{W}pPr/{W}pStyle")
        return self._default_style if named is None else str(named.get(f"{W}val"))

    def _table_styled(self, paragraph: Paragraph, properties: str) -> Iterator[etree._Element]:
        for table in paragraph.element.iterancestors(f"{W}tbl"):
            style = table.find(f"{W}tblPr/{W}tblStyle")
            if style is not None:
                yield from self._styled(str(style.get(f"{W}val")), properties)

    def _styled(self, name: str, properties: str) -> Iterator[etree._Element]:
        """Return the properties of a style and of those it is based on; a circle of styles ends where it began."""
        passed: set[str] = set()
        while name in self._styles and name not in passed:
            passed.add(name)
            found = self._styles[name].find(f"{W}{properties}")
            if found is not None:
                yield found
            based = self._styles[name].find(f"{W}basedOn")
            name = "" if based is None else str(based.get(f"{W}val"))

    def _behind(self, paragraph: Paragraph, run_properties: list[etree._Element]) -> str:
        """Return the colour behind a run: its own, its paragraph's, its table cell's, else white."""
        highlight = _first(run_properties, "highlight", "val")
        if highlight and highlight != "none":
            return _HIGHLIGHTS.get(highlight, _BLACK)
        cells = [cell.find(f"{W}tcPr") for cell in paragraph.element.iterancestors(f"{W}tc")]
        around = [
            *run_properties,
            *self._paragraph_properties(paragraph),
            *(each for each in cells if each is not None),
        ]
        fills = (each.get(f"{W}fill") for each in _each(around, "shd"))
        return next((fill for fill in fills if fill and fill != "auto"), _WHITE)


def _each(properties: list[etree._Element], name: str) -> Iterator[etree._Element]:
    return (found for each in properties if (found := each.find(f"{W}{name}")) is not None)


def _first(properties: list[etree._Element], name: str, attribute: str) -> str | None:
    values = (each.get(f"{W}{attribute}") for each in _each(properties, name))
    return next((value for value in values if value), None)


def _is_on(toggle: etree._Element) -> bool:
    return toggle.get(f"{W}val") not in _OFF


def _points(half_points: str | None) -> float:
    """Return a size in points; what is no size counts for Word as none said."""
    try:
        return float(half_points) / 2 if half_points else _DEFAULT_POINTS
    except ValueError:
        return _DEFAULT_POINTS


def _contrast(ink: str, paper: str) -> float:
    """Return the contrast of two colours, from 1 (none) to 21 (black on white), as WCAG 2.2 defines it.

    Light on dark has none: readers and scanners expect dark ink.
    """
    return max((_luminance(paper) + 0.05) / (_luminance(ink) + 0.05), 1.0)


def _luminance(colour: str) -> float:
    try:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    except ValueError:
        channels = [0.0, 0.0, 0.0]
    red, green, blue = (each / 12.92 if each <= _LINEAR else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
