"""Resolve the styles of a template: size, colour, font, alignment and visibility of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from generator.common.language import Text, text
from generator.render.docx.archive import W, row_cells, table_rows
from generator.template_check.parts import Layout, TemplateParagraph

# The size of Word without a size in the file.
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
# The colours of a theme that text and paper are made of, in Office's own; themes keep these four black and white.
_THEME = dict.fromkeys(("background1", "light1", "bg1", "lt1"), _WHITE) | dict.fromkeys(
    ("text1", "dark1", "tx1", "dk1"), _BLACK
)
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# The relative size of superscript and subscript in Word.
_RAISED_SIZE = 0.58
# Effects that are on or off.
_TOGGLES = {
    "struck": ("strike", "dstrike"),
    "embossed": ("emboss",),
    "engraved": ("imprint",),
}
# The accepted ranges: the width of letters in per cent, the space between them in twentieths of a point, and their
# rise in half points.
_RANGES = {"w": (85.0, 130.0), "spacing": (-8.0, 30.0), "position": (-4.0, 4.0)}
# The values by which OOXML switches a property off; a property without a value is on.
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class RunStyle:
    """The resolved style of a run.

    Attributes:
        size: the printed size in points.
        contrast: the contrast with its background, from 1 to 21.
        hidden: whether it is hidden text.
        font: the name of the font family; empty if the file has none.
        effects: effects on its letters that readers do not expect.
    """

    size: float
    contrast: float
    hidden: bool
    font: str
    effects: tuple[Text, ...]


class Looks:
    """Resolves styles: properties of a run or paragraph first, then of its style and base styles."""

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

    def of_run(self, paragraph: TemplateParagraph, run: etree._Element) -> RunStyle:
        """Return the resolved style of a run."""
        found = list(self._run_properties(paragraph, run))
        size = _points(_first(found, "sz", "val"))
        # Word prints scripts smaller than the size of their run.
        if _first(found, "vertAlign", "val") in ("superscript", "subscript"):
            size *= _RAISED_SIZE
        # Text effects of Word 2010 have a namespace of their own.
        filled = next((each.get(f"{_W14}val") for each in self._fills(found)), None)
        ink = filled or next((self._ink(each) for each in _each(found, "color")), None) or _BLACK
        hidden = _is_set(found, "vanish")
        font = _first(found, "rFonts", "ascii") or _first(found, "rFonts", "hAnsi") or ""
        return RunStyle(size, _contrast(ink, self._behind(paragraph, found)), hidden, font, _effects(found))

    @staticmethod
    def _fills(properties: list[etree._Element]) -> Iterator[etree._Element]:
        """Return the colours of Word's text effects: they win over the plain colour."""
        return (
            found for each in properties for found in each.iterfind(f"{_W14}textFill/{_W14}solidFill/{_W14}srgbClr")
        )

    def _ink(self, colour: etree._Element) -> str | None:
        """Return a colour; that of a theme wins over the value next to it, which other programs read."""
        named = colour.get(f"{W}themeColor")
        if named in _THEME:
            return _THEME[str(named)]
        value = colour.get(f"{W}val")
        return None if value in (None, "auto") else value

    def is_justified(self, paragraph: TemplateParagraph) -> bool:
        """Return whether a paragraph's lines are stretched to both margins."""
        return _first(self._of_paragraph(paragraph), "jc", "val") in ("both", "distribute", "thaiDistribute")

    def exact_line(self, paragraph: TemplateParagraph) -> float | None:
        """Return the height of a paragraph's lines in points if it is fixed, whatever their letters; else None."""
        properties = self._of_paragraph(paragraph)
        # In twentieths of a point.
        height = _number(_first(properties, "spacing", "line"))
        return height / 20 if height and _first(properties, "spacing", "lineRule") == "exact" else None

    def is_hyphenated(self, paragraph: TemplateParagraph) -> bool:
        """Return whether words may be split at the ends of a paragraph's lines."""
        return self._hyphenates and not _is_set(self._of_paragraph(paragraph), "suppressAutoHyphens")

    def is_framed(self, paragraph: TemplateParagraph) -> bool:
        """Return whether a paragraph is in a frame, apart from the others."""
        return next(_each(self._of_paragraph(paragraph), "framePr"), None) is not None

    def _run_properties(self, paragraph: TemplateParagraph, run: etree._Element) -> Iterator[etree._Element]:
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            style = own.find(f"{W}rStyle")
            if style is not None:
                yield from self._styled(str(style.get(f"{W}val")), "rPr")
        yield from self._styled(self.style_name(paragraph), "rPr")
        yield from self._table_styled(paragraph, "rPr")
        if self._run_defaults is not None:
            yield self._run_defaults

    def _of_paragraph(self, paragraph: TemplateParagraph) -> list[etree._Element]:
        """Return the properties of a paragraph, those that win first."""
        own, last = paragraph.element.find(f"{W}pPr"), self._paragraph_defaults
        return [
            *([own] if own is not None else []),
            *self._styled(self.style_name(paragraph), "pPr"),
            *self._table_styled(paragraph, "pPr"),
            *([last] if last is not None else []),
        ]

    def style_name(self, paragraph: TemplateParagraph) -> str:
        """Return the identifier of a paragraph's style."""
        named = paragraph.element.find(f"{W}pPr/{W}pStyle")
        return self._default_style if named is None else str(named.get(f"{W}val"))

    def _table_styled(self, paragraph: TemplateParagraph, properties: str) -> Iterator[etree._Element]:
        """Return the properties in the styles of the tables around a paragraph: for its row or column, then for all."""
        for cell in paragraph.element.iterancestors(f"{W}tc"):
            row, table = next(cell.iterancestors(f"{W}tr"), None), next(cell.iterancestors(f"{W}tbl"), None)
            style = table.find(f"{W}tblPr/{W}tblStyle") if table is not None else None
            if style is None or row is None or table is None:
                continue
            name = str(style.get(f"{W}val"))
            # A region of a table style wins over the whole table.
            for region in _regions(table, row, cell):
                yield from self._styled(name, f"tblStylePr[@{W}type='{region}']/{W}{properties}")
            yield from self._styled(name, properties)

    def _styled(self, name: str, properties: str) -> Iterator[etree._Element]:
        """Return the properties of a style and of its base styles; a circle of styles ends where it began."""
        # A style may be based on itself, in a damaged file or one from outside.
        passed: set[str] = set()
        while name in self._styles and name not in passed:
            passed.add(name)
            found = self._styles[name].find(f"{W}{properties}")
            if found is not None:
                yield found
            based = self._styles[name].find(f"{W}basedOn")
            name = "" if based is None else str(based.get(f"{W}val"))

    def _behind(self, paragraph: TemplateParagraph, run_properties: list[etree._Element]) -> str:
        """Return the colour behind a run: its own, its paragraph's, its table cell's, else white."""
        highlight = _first(run_properties, "highlight", "val")
        if highlight and highlight != "none":
            return _HIGHLIGHTS.get(highlight, _BLACK)
        cells = [cell.find(f"{W}tcPr") for cell in paragraph.element.iterancestors(f"{W}tc")]
        around = [
            *run_properties,
            *self._of_paragraph(paragraph),
            *(each for each in cells if each is not None),
            *self._table_styled(paragraph, "tcPr"),
        ]
        return next((fill for each in _each(around, "shd") if (fill := _shade(each))), _WHITE)


def _shade(shading: etree._Element) -> str | None:
    """Return the colour of a shading: its fill, mixed with the colour of its pattern by the share that it covers."""
    theme = shading.get(f"{W}themeFill")
    fill = _THEME.get(str(theme)) or shading.get(f"{W}fill") or "auto"
    pattern = shading.get(f"{W}val") or "clear"
    # `pct20` is a pattern that covers 20 per cent of the paper.
    share = 1.0 if pattern == "solid" else int(pattern[3:]) / 100 if re.fullmatch(r"pct\d+", pattern) else 0.0
    if not share:
        return None if fill == "auto" else fill
    paper, dots = (_channels(each) for each in (_WHITE if fill == "auto" else fill, shading.get(f"{W}color") or "auto"))
    mixed = (round(255 * (below + (above - below) * share)) for below, above in zip(paper, dots, strict=True))
    return "".join(f"{each:02X}" for each in mixed)


def _regions(table: etree._Element, row: etree._Element, cell: etree._Element) -> Iterator[str]:
    """Return the regions of a table style that a cell belongs to and that the table switches on."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    rows, cells = table_rows(table), row_cells(row)
    said_mask = "" if look is None else look.get(f"{W}val") or ""
    # Word wrote the options of a table as one hexadecimal number before it had an attribute for each.
    mask = int(said_mask, 16) if re.fullmatch("[0-9A-Fa-f]{1,8}", said_mask) else 0
    for name, flag, bit, inside in (
        ("firstRow", "firstRow", 0x0020, row is rows[0]),
        ("lastRow", "lastRow", 0x0040, row is rows[-1]),
        ("firstCol", "firstColumn", 0x0080, cell is cells[0]),
        ("lastCol", "lastColumn", 0x0100, cell is cells[-1]),
    ):
        said = look.get(f"{W}{flag}") if look is not None else None
        if inside and (said not in (None, *_OFF) or (said is None and mask & bit)):
            yield name
    # Bands are on unless the table switches them off.
    banded = look is None or not (mask & 0x0200 or look.get(f"{W}noHBand") in ("1", "true", "on"))
    if banded:
        yield "band1Horz" if rows.index(row) % 2 else "band2Horz"


def _effects(properties: list[etree._Element]) -> tuple[Text, ...]:
    """Return the effects that make letters hard to read, or mark them as deleted."""
    found = [
        text(f"template_check.effects.{effect}")
        for effect, names in _TOGGLES.items()
        if any(_is_set(properties, name) for name in names)
    ]
    for name, (least, most) in _RANGES.items():
        value = _number(_first(properties, name, "val"))
        if value is not None and not least <= value <= most:
            found.append(text(f"template_check.ranges.{name}", value=f"{value:g}"))
    return tuple(found)


def _number(value: str | None) -> float | None:
    try:
        return float(value.removesuffix("%")) if value else None
    except ValueError:
        return None


def _each(properties: list[etree._Element], name: str) -> Iterator[etree._Element]:
    return (found for each in properties if (found := each.find(f"{W}{name}")) is not None)


def _first(properties: list[etree._Element], name: str, attribute: str) -> str | None:
    values = (each.get(f"{W}{attribute}") for each in _each(properties, name))
    return next((value for value in values if value), None)


def _is_set(properties: list[etree._Element], name: str) -> bool:
    return next((_is_on(each) for each in _each(properties, name)), False)


def _is_on(toggle: etree._Element) -> bool:
    return toggle.get(f"{W}val") not in _OFF


def _points(half_points: str | None) -> float:
    """Return a size in points; to Word an invalid size is a missing one."""
    try:
        return float(half_points) / 2 if half_points else _DEFAULT_POINTS
    except ValueError:
        return _DEFAULT_POINTS


def _contrast(ink: str, paper: str) -> float:
    """Return the contrast of two colours, from 1 (none) to 21 (black on white), as WCAG 2.2 defines it.

    Light on dark has none: readers and scanners expect dark ink.
    """
    # WCAG 2.2, 1.4.3: the contrast ratio is (L1 + 0.05) / (L2 + 0.05).
    return max((_luminance(paper) + 0.05) / (_luminance(ink) + 0.05), 1.0)


def _channels(colour: str) -> list[float]:
    """Return red, green and blue, from 0 to 1; an invalid colour is black."""
    try:
        return [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    except ValueError:
        return [0.0, 0.0, 0.0]


def _luminance(colour: str) -> float:
    linear = (each / 12.92 if each <= _LINEAR else ((each + 0.055) / 1.055) ** 2.4 for each in _channels(colour))
    red, green, blue = linear
    # Relative luminance of sRGB, as WCAG 2.2 defines it.
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
