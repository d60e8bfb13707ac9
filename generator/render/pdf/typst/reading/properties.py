"""Paragraph and run properties as a DOCX writes them (ECMA-376 part 1, 17.3), read into typed dictionaries.

Styles and direct formatting are merged by key: a later one replaces an earlier one. Every element, attribute and value
is on a list of what the engine typesets or of what changes nothing on paper; the rest is noted as unsupported.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from generator.render.pdf.typst.model import Align, Border, LineHeight, LineRule, Script, TabStop, Underline
from generator.render.pdf.typst.reading.attributes import (
    MAX_LENGTH,
    NO_COLOR,
    W14,
    Element,
    Notes,
    W,
    check_attributes,
    is_on,
    note_value,
    read_choice,
    read_color,
    read_integer,
    read_length,
    read_name,
    value_of,
    xml_name,
)

# Border styles and the dash that Typst draws for them. Double, wave and art borders are not among them.
_DASHES = {
    "nil": "",
    "none": "",
    "single": "solid",
    "thick": "solid",
    "dotted": "dotted",
    "dashed": "dashed",
    "dashSmallGap": "dashed",
}
_ALIGNS = {
    "left": Align.LEFT,
    "start": Align.LEFT,
    "center": Align.CENTER,
    "right": Align.RIGHT,
    "end": Align.RIGHT,
    "both": Align.JUSTIFY,
}
_TAB_ALIGNS: dict[str, Align | None] = {
    "clear": None,
    "left": Align.LEFT,
    "start": Align.LEFT,
    "num": Align.LEFT,
    "center": Align.CENTER,
    "right": Align.RIGHT,
    "end": Align.RIGHT,
    "decimal": Align.DECIMAL,
}
_UNDERLINES = {kind.value: kind for kind in Underline}
_SCRIPTS = {kind.value: kind for kind in Script}
_LINE_RULES = {rule.value: rule for rule in LineRule}
# What shadings without a pattern are called.
_PLAIN_SHADINGS = {"clear": True, "nil": True}
# The largest font size of Word, in points; the deepest level of an outline, and of a list.
MAX_SIZE, _MAX_OUTLINE, MAX_LEVEL = 1638.0, 9, 8
_LIST_NUMBER = re.compile(r"\d{1,10}")
_LEADERS = {"none": "", "dot": ".", "hyphen": "-", "underscore": "_", "middleDot": "·"}
# ECMA-376 part 1, 17.18.40 ST_HighlightColor.
_HIGHLIGHTS = {
    "none": "",
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "green": "00FF00",
    "magenta": "FF00FF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}


class RunProperties(TypedDict, total=False):
    """Properties of a run, those that are given."""

    style: str
    font: str
    theme_font: str
    size: float
    bold: bool
    italic: bool
    caps: bool
    small_caps: bool
    underline: Underline
    strike: bool
    color: str
    highlight: str
    background: str
    tracking: float
    kerning: bool
    script: Script


class ParagraphProperties(TypedDict, total=False):
    """Properties of a paragraph, those that are given."""

    style: str
    before: float
    after: float
    line: LineHeight
    left: float
    right: float
    first_line: float
    align: Align
    keep_next: bool
    keep_lines: bool
    page_break_before: bool
    widow_control: bool
    border_top: Border | None
    border_left: Border | None
    border_bottom: Border | None
    border_right: Border | None
    border_between: Border | None
    background: str
    tabs: tuple[tuple[float, TabStop | None], ...]
    outline: int
    contextual: bool
    no_hyphens: bool
    number: str
    level: int


def merged_paragraph(*layers: ParagraphProperties) -> ParagraphProperties:
    """Return properties in which each layer replaces those before it; tab stops add up."""
    merged: ParagraphProperties = {}
    tabs: dict[float, TabStop | None] = {}
    for layer in layers:
        merged |= layer
        tabs |= dict(layer.get("tabs", ()))
    if tabs:
        # A stop that is cleared stays, as None, until all layers are known.
        merged["tabs"] = tuple(tabs.items())
    return merged


def read_border(element: Element | None, notes: Notes) -> Border | None:
    """Return a border, None where there is none."""
    if element is None:
        return None
    check_attributes(element, _BORDER, notes)
    dash = read_choice(element, _DASHES, notes, "")
    for effect in ("shadow", "frame"):
        if element.get(W + effect) is not None and is_on(element, notes, effect):
            notes.add(f"{xml_name(element.tag)}/@w:{effect}")
    border = Border(
        # Borders are measured in eighths of a point.
        width=read_length(element, notes, "sz", per_point=8.0, default=0.5),
        color=read_color(element, notes, "color") or "000000",
        dash=dash,
        space=read_length(element, notes, "space", per_point=1.0),
    )
    return border if dash else None


_BORDER = frozenset(("val", "sz", "space", "color", "shadow", "frame", "themeColor", "themeTint", "themeShade"))
_SHADING = frozenset(
    (
        *("val", "color", "fill", "themeColor", "themeTint", "themeShade"),
        *("themeFill", "themeFillTint", "themeFillShade"),
    )
)


def read_shading(element: Element, notes: Notes) -> str:
    """Return the colour of a shading, empty for none; patterns are noted."""
    check_attributes(element, _SHADING, notes)
    read_choice(element, _PLAIN_SHADINGS, notes, default=True)
    return read_color(element, notes, "fill")


# --- runs ---

_FONT_KEYS = ("ascii", "hAnsi", "asciiTheme", "hAnsiTheme")
_FONTS = frozenset((*_FONT_KEYS, "eastAsia", "cs", "eastAsiaTheme", "cstheme", "hint"))
_VAL = frozenset(("val",))
_COLOR = frozenset(("val", "themeColor", "themeTint", "themeShade"))


def _run_fonts(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _FONTS, notes)
    for each in _given(element).intersection(_FONT_KEYS):
        read_name(element, notes, each)
    name, other = value_of(element, "ascii"), value_of(element, "hAnsi")
    theme, other_theme = value_of(element, "asciiTheme"), value_of(element, "hAnsiTheme")
    if (name and other and name != other) or (theme and other_theme and theme != other_theme):
        notes.add("w:rFonts/@w:hAnsi")
    if theme or other_theme:
        out["theme_font"] = theme or other_theme
    elif name or other:
        # A font that is named replaces that of the theme, which would win otherwise (17.3.2.26).
        out["font"], out["theme_font"] = name or other, ""


def _style(element: Element, out: RunProperties | ParagraphProperties, notes: Notes) -> None:
    check_attributes(element, _VAL, notes)
    out["style"] = read_name(element, notes)


def _shading(element: Element, out: RunProperties | ParagraphProperties, notes: Notes) -> None:
    out["background"] = read_shading(element, notes)


def _choice(key: str, choices: Mapping[str, object], default: object) -> Callable[[Element, Any, Notes], None]:
    """Return a reader of a property that has one of several values."""

    def read(element: Element, out: Any, notes: Notes) -> None:
        check_attributes(element, _VAL, notes)
        out[key] = read_choice(element, choices, notes, default)

    return read


def _only(*harmless: str, construct: str = "") -> Callable[[Element, object, Notes], None]:
    """Return a reader that notes all but some values, as `construct` or with the value."""

    def read(element: Element, _: object, notes: Notes) -> None:
        if value_of(element) not in harmless:
            notes.add(construct or f"{xml_name(element.tag)}={value_of(element)}")

    return read


def _run_underline(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _VAL | {"color"}, notes)
    out["underline"] = read_choice(element, _UNDERLINES, notes, Underline.NONE)
    if value_of(element, "color") not in NO_COLOR:
        notes.add("w:u/@w:color")


def _run_color(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _COLOR, notes)
    out["color"] = read_color(element, notes) or "000000"


def _run_size(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _VAL, notes)
    # Sizes are in half points (17.3.2.38).
    out["size"] = read_length(element, notes, per_point=2.0, least=0.5, most=MAX_SIZE, default=10.0)


def _run_tracking(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _VAL, notes)
    out["tracking"] = read_length(element, notes, least=-MAX_LENGTH)


def _run_kerning(element: Element, out: RunProperties, notes: Notes) -> None:
    check_attributes(element, _VAL, notes)
    out["kerning"] = read_length(element, notes, per_point=2.0, most=MAX_SIZE) > 0


RunReader = Callable[[Element, RunProperties, Notes], None]
_RUN: dict[str, RunReader] = {
    "rFonts": _run_fonts,
    "u": _run_underline,
    "color": _run_color,
    "highlight": _choice("highlight", _HIGHLIGHTS, ""),
    "vertAlign": _choice("script", _SCRIPTS, Script.NONE),
    "sz": _run_size,
    "spacing": _run_tracking,
    "kern": _run_kerning,
    "shd": _shading,
    "rStyle": _style,
    "w": _only("100", "100%", construct="w:w"),
    "position": _only("0", construct="w:position"),
    "bdr": _only("none", "nil", construct="w:bdr"),
}
_RUN_TOGGLES = {"b": "bold", "i": "italic", "caps": "caps", "smallCaps": "small_caps", "strike": "strike"}
# They change nothing on paper, or only text of Asian and complex scripts.
_RUN_IGNORED = frozenset(
    (
        *("bCs", "iCs", "szCs", "lang", "noProof", "snapToGrid", "webHidden"),
        *(W14 + name for name in ("ligatures", "cntxtAlts", "numForm", "numSpacing")),
    )
)
# Off is how text is without them.
_RUN_OFF_ONLY = frozenset(
    ("dstrike", "outline", "shadow", "emboss", "imprint", "vanish", "specVanish", "effect", "rtl", "cs", "em", "oMath")
)
_OFF_OR_NONE = frozenset(("0", "false", "off", "none"))


def read_run_properties(element: Element | None, notes: Notes) -> RunProperties:
    """Return the properties that a `w:rPr` gives."""
    out: RunProperties = {}
    for child in element if element is not None else ():
        name = str(child.tag).removeprefix(W)
        if name in _RUN_TOGGLES:
            check_attributes(child, _VAL, notes)
            out[_RUN_TOGGLES[name]] = is_on(child, notes)  # type: ignore[literal-required]  # the table has its keys
        elif name in _RUN:
            _RUN[name](child, out, notes)
        elif name in _RUN_OFF_ONLY:
            if value_of(child) not in _OFF_OR_NONE:
                notes.add(xml_name(child.tag))
        elif name not in _RUN_IGNORED:
            notes.add(xml_name(child.tag))
    return out


# --- paragraphs ---

_SPACING = frozenset(
    (*("before", "after", "line", "lineRule", "beforeLines", "afterLines"), *("beforeAutospacing", "afterAutospacing"))
)
_INDENT = frozenset(
    (
        *("left", "start", "right", "end", "hanging", "firstLine"),
        *("leftChars", "startChars", "rightChars", "endChars", "hangingChars", "firstLineChars"),
    )
)


def _given(element: Element) -> frozenset[str]:
    """Return the attributes that an element has."""
    return frozenset(str(name).removeprefix(W) for name in element.keys())  # noqa: SIM118  # it iterates over children


def _paragraph_spacing(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    check_attributes(element, _SPACING, notes)
    given = _given(element)
    # Automatic spacing, and spacing in lines, would replace the lengths that are given (17.3.1.33).
    for name in ("beforeAutospacing", "afterAutospacing", "beforeLines", "afterLines"):
        if element.get(W + name) not in {None, "0", "false", "off"}:
            notes.add(f"w:spacing/@w:{name}")
    if "before" in given:
        out["before"] = read_length(element, notes, "before")
    if "after" in given:
        out["after"] = read_length(element, notes, "after")
    rule = read_choice(element, _LINE_RULES, notes, LineRule.AUTO, "lineRule")
    if "line" in given:
        factor = rule is LineRule.AUTO
        # In 240ths of a line, or else in twentieths of a point.
        height = read_length(element, notes, "line", per_point=240.0 if factor else 20.0, default=1.0)
        out["line"] = LineHeight(rule, height)
        if factor and height < 1:
            notes.add("w:spacing/@w:line<240")
    elif "lineRule" in given:
        # LibreOffice takes a rule without a height for single spacing.
        out["line"] = LineHeight()


def _paragraph_indent(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    check_attributes(element, _INDENT, notes)
    for name in _INDENT:
        if name.endswith("Chars") and element.get(W + name) not in {None, "0"}:
            notes.add(f"w:ind/@w:{name}")
    given = _given(element)
    for name in ("start", "left"):
        if name in given:
            out["left"] = read_length(element, notes, name, least=-MAX_LENGTH)
    for name in ("end", "right"):
        if name in given:
            out["right"] = read_length(element, notes, name, least=-MAX_LENGTH)
    if "firstLine" in given:
        out["first_line"] = read_length(element, notes, "firstLine")
    # After `firstLine`: where both are given, `hanging` counts (17.3.1.12).
    if "hanging" in given:
        out["first_line"] = -read_length(element, notes, "hanging")


def _paragraph_borders(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    for child in element:
        name = str(child.tag).removeprefix(W)
        if name in {"top", "left", "bottom", "right", "between"}:
            out[f"border_{name}"] = read_border(child, notes)  # type: ignore[literal-required]  # these are its keys
        elif value_of(child) not in {"none", "nil"}:
            notes.add(xml_name(child.tag))


def _paragraph_tabs(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    tabs: dict[float, TabStop | None] = {}
    for child in element:
        align = read_choice(child, _TAB_ALIGNS, notes, None)
        leader = read_choice(child, _LEADERS, notes, "", "leader")
        position = read_length(child, notes, "pos", least=-MAX_LENGTH)
        tabs[position] = TabStop(position, align, leader) if align else None
    out["tabs"] = tuple(tabs.items())


def _paragraph_number(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    for child in element:
        if child.tag == f"{W}numId":
            out["number"] = value_of(child)
            if not _LIST_NUMBER.fullmatch(out["number"]):
                note_value(child, f"{W}val", out["number"], notes)
        elif child.tag == f"{W}ilvl":
            out["level"] = read_integer(child, notes, most=MAX_LEVEL)
        else:
            notes.add(xml_name(child.tag))


def _paragraph_outline(element: Element, out: ParagraphProperties, notes: Notes) -> None:
    out["outline"] = read_integer(element, notes, most=_MAX_OUTLINE, default=_MAX_OUTLINE)


ParagraphReader = Callable[[Element, ParagraphProperties, Notes], None]
_PARAGRAPH: dict[str, ParagraphReader] = {
    "pStyle": _style,
    "spacing": _paragraph_spacing,
    "ind": _paragraph_indent,
    "jc": _choice("align", _ALIGNS, Align.LEFT),
    "pBdr": _paragraph_borders,
    "shd": _shading,
    "tabs": _paragraph_tabs,
    "numPr": _paragraph_number,
    "outlineLvl": _paragraph_outline,
    "textAlignment": _only("auto", "baseline"),
    "textDirection": _only("lrTb", "lr"),
    "bidi": _only("0", "false", "off"),
    "mirrorIndents": _only("0", "false", "off"),
}
_PARAGRAPH_TOGGLES = {
    "keepNext": "keep_next",
    "keepLines": "keep_lines",
    "pageBreakBefore": "page_break_before",
    "widowControl": "widow_control",
    "contextualSpacing": "contextual",
    "suppressAutoHyphens": "no_hyphens",
}
# Line numbers, rules of Asian scripts, what a table style selects, what the reader
# of the document takes elsewhere.
_PARAGRAPH_IGNORED = frozenset(
    (
        *("suppressLineNumbers", "kinsoku", "overflowPunct", "topLinePunct", "autoSpaceDE"),
        *("autoSpaceDN", "adjustRightInd", "snapToGrid", "suppressOverlap", "divId", "cnfStyle", "rPr", "sectPr"),
    )
)


def read_paragraph_properties(element: Element | None, notes: Notes) -> ParagraphProperties:
    """Return the properties that a `w:pPr` gives."""
    out: ParagraphProperties = {}
    for child in element if element is not None else ():
        name = str(child.tag).removeprefix(W)
        if name in _PARAGRAPH_TOGGLES:
            check_attributes(child, _VAL, notes)
            out[_PARAGRAPH_TOGGLES[name]] = is_on(child, notes)  # type: ignore[literal-required]  # the table has its keys
        elif name in _PARAGRAPH:
            _PARAGRAPH[name](child, out, notes)
        elif name == "wordWrap":
            if not is_on(child, notes):
                notes.add("w:wordWrap=0")
        elif name not in _PARAGRAPH_IGNORED:
            notes.add(xml_name(child.tag))
    return out
