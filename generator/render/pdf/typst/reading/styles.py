"""Styles, document defaults and theme fonts of a DOCX (ECMA-376 part 1, 17.7), resolved to whole formats."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from generator.common.opc import parse_xml
from generator.render.docx.archive import theme_fonts
from generator.render.pdf.typst.model import Borders, ParagraphFormat, RunFormat, Script
from generator.render.pdf.typst.reading.attributes import Element, Notes, W, is_on, read_choice, read_name, value_of
from generator.render.pdf.typst.reading.properties import (
    ParagraphProperties,
    RunProperties,
    merged_paragraph,
    read_paragraph_properties,
    read_run_properties,
)

# What LibreOffice and Word set where a document has no defaults.
_NO_DEFAULTS: RunProperties = {"font": "Times New Roman", "size": 10.0}
# Where a style is bold and so is the character style on it, the text is not (17.7.3).
_TOGGLES = ("bold", "italic", "caps", "small_caps", "strike")
# LibreOffice and Word draw superscripts and subscripts at this share of the size.
_SCRIPT_SCALE = 0.58
_MAX_HEADING = 6
_STYLE_KINDS = {each: each for each in ("paragraph", "character", "table", "numbering")}
# An outline level of 9 is text.
_NO_HEADING = 9
# Formats are kept for documents of one template; a hostile one shall not fill the memory.
_MAX_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Style:
    """A style as it is written, and the constructs in it that are not supported."""

    based_on: str
    paragraph: ParagraphProperties
    run: RunProperties
    element: Element
    constructs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A style with all that it is based on, or several styles on one another.

    `key` is what identifies it in its style sheet.
    """

    key: tuple[str, ...]
    paragraph: ParagraphProperties
    run: RunProperties
    constructs: tuple[str, ...] = ()


PLAIN = Resolved((), {}, {})


@dataclass(frozen=True, slots=True)
class Condition:
    """What a table style gives to some cells, such as those of the first row: to their text, and to themselves."""

    style: Resolved
    cells: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class RunLook:
    """The format of a run, and whether its letters are drawn as `caps` or `small_caps`."""

    format: RunFormat
    capitals: str


class StyleSheet:
    """The styles of a document."""

    def __init__(self, styles: bytes, theme: bytes) -> None:
        """Read the styles part and the theme part; either may be empty."""
        self._styles: dict[str, Style] = {}
        self._defaults: dict[str, str] = {}
        self._resolved: dict[tuple[str, ...], Resolved] = {(): PLAIN}
        self._conditions: dict[tuple[str, str], Condition | None] = {}
        self._looks: dict[object, RunLook] = {}
        self._formats: dict[object, ParagraphFormat] = {}
        self._theme = theme_fonts(theme)
        self.paragraph_defaults: ParagraphProperties = {}
        self.run_defaults: RunProperties = {**_NO_DEFAULTS}
        self.constructs: tuple[str, ...] = ()
        if styles:
            self._read(parse_xml(styles))

    def _read(self, root: Element) -> None:
        notes = Notes()
        defaults = root.find(f"{W}docDefaults")
        if defaults is not None:
            self.run_defaults |= read_run_properties(defaults.find(f"{W}rPrDefault/{W}rPr"), notes)
            self.paragraph_defaults = read_paragraph_properties(defaults.find(f"{W}pPrDefault/{W}pPr"), notes)
        self.constructs = tuple(each.construct for each in notes.found)
        for element in root.iterchildren(f"{W}style"):
            notes = Notes()
            kind, identifier = read_choice(element, _STYLE_KINDS, notes, "", "type"), value_of(element, "styleId")
            based_on = element.find(f"{W}basedOn")
            # `is_on` takes a missing value for on, and most styles are no defaults.
            is_default = element.get(f"{W}default") is not None and is_on(element, notes, "default")
            self._styles[identifier] = Style(
                read_name(based_on, notes) if based_on is not None else "",
                read_paragraph_properties(element.find(f"{W}pPr"), notes),
                read_run_properties(element.find(f"{W}rPr"), notes),
                element,
                tuple(each.construct for each in notes.found),
            )
            if is_default:
                self._defaults[kind] = identifier

    def default(self, kind: str) -> str:
        """Return the identifier of the default style of a kind, such as `paragraph`."""
        return self._defaults.get(kind, "")

    def chain(self, identifier: str) -> list[Style]:
        """Return a style and those it is based on, the most general first; nothing for an unknown one."""
        chain: list[Style] = []
        # Styles that are based on each other would go on for ever.
        while (style := self._styles.get(identifier)) and style not in chain:
            chain.insert(0, style)
            identifier = style.based_on
        return chain

    def use(self, identifier: str, notes: Notes) -> Resolved:
        """Return a style, and note the constructs in it at the place that uses it; no style for no identifier."""
        key = (identifier,)
        resolved = self._resolved.get(key)
        if resolved is None:
            chain = self.chain(identifier)
            run: RunProperties = {}
            for style in chain:
                run |= style.run
            constructs = tuple(dict.fromkeys(each for style in chain for each in style.constructs))
            if lost := chain[0].based_on if chain else identifier:
                constructs = (*constructs, f"w:styleId={lost}")
            resolved = Resolved(key, merged_paragraph(*(style.paragraph for style in chain)), run, constructs)
            self._resolved[key] = resolved
        for construct in resolved.constructs:
            notes.add(construct)
        return resolved

    def conditional(self, identifier: str, condition: str, notes: Notes) -> Condition | None:
        """Return what a table style gives under a condition, such as `firstRow`; None where it gives nothing."""
        key = (identifier, condition)
        if key not in self._conditions:
            own = Notes()
            given = [
                each
                for style in self.chain(identifier)
                for each in style.element.iterchildren(f"{W}tblStylePr")
                if value_of(each, "type") == condition and len(each)
            ]
            run: RunProperties = {}
            for each in given:
                run |= read_run_properties(each.find(f"{W}rPr"), own)
            paragraph = merged_paragraph(*(read_paragraph_properties(each.find(f"{W}pPr"), own) for each in given))
            constructs = tuple(each.construct for each in own.found)
            cells = tuple(cell for each in given if (cell := each.find(f"{W}tcPr")) is not None)
            style = Resolved((f"{identifier}\0{condition}",), paragraph, run, constructs)
            self._conditions[key] = Condition(style, cells) if given else None
        found = self._conditions[key]
        for construct in found.style.constructs if found else ():
            notes.add(construct)
        return found

    def stack(self, under: Resolved, over: Resolved) -> Resolved:
        """Return a style on another of a higher level: that of a paragraph on that of its table."""
        # The marks tell the two ways to combine styles apart.
        return self._combined(under, over, "\0", self._toggled(under.run, over.run))

    def overlay(self, under: Resolved, over: Resolved) -> Resolved:
        """Return a style on another of the same level: a condition of a table style on what it says of all cells."""
        return self._combined(under, over, "\1", over.run)

    def _combined(self, under: Resolved, over: Resolved, how: str, run: RunProperties) -> Resolved:
        if not under.key or not over.key:
            return over if over.key else under
        key = (*under.key, how, *over.key)
        combined = self._resolved.get(key)
        if combined is None:
            combined = Resolved(key, merged_paragraph(under.paragraph, over.paragraph), {**under.run, **run})
            self._resolved[key] = combined
        return combined

    @staticmethod
    def _toggled(under: RunProperties, over: RunProperties) -> RunProperties:
        """Return properties of a style with those off that the style under it has on as well."""
        twice = [toggle for toggle in _TOGGLES if under.get(toggle) and over.get(toggle)]
        return over | dict.fromkeys(twice, False) if twice else over  # type: ignore[return-value]  # toggles are keys

    def run_look(self, style: Resolved, direct: RunProperties, notes: Notes) -> RunLook:
        """Return how a run looks.

        Args:
            style: the styles on it, stacked.
            direct: its own properties.
            notes: where a value that is not supported is noted.
        """
        key = (style.key, *direct.items())
        look = self._looks.get(key)
        if look is None:
            merged: RunProperties = {**self.run_defaults, **self._toggled(self.run_defaults, style.run), **direct}
            font = self._font(merged, notes)
            capitals = "caps" if merged.get("caps") else "small_caps" if merged.get("small_caps") else ""
            look = RunLook(_run_format(merged, font), capitals)
            # A font that is missing from the theme is noted wherever it is used: such looks are not kept.
            if font and len(self._looks) < _MAX_KEPT:
                self._looks[key] = look
        return look

    def _font(self, merged: RunProperties, notes: Notes) -> str:
        theme_font = merged.get("theme_font")
        font = self._theme.get(theme_font, "") if theme_font else merged["font"]
        if not font:
            notes.add(f"w:rFonts/@w:asciiTheme={theme_font}")
        return font

    def paragraph_format(
        self, name: str, style: Resolved, direct: ParagraphProperties, level: ParagraphProperties, *, listed: bool
    ) -> ParagraphFormat:
        """Return the format of a paragraph.

        Args:
            name: the identifier of its style.
            style: its styles, stacked.
            direct: its own properties.
            level: what the level of its list gives.
            listed: its own properties name the list, so that the list's indents replace those of its style.
        """
        key = (name, style.key, tuple(direct.items()), tuple(level.items()), listed)
        format_ = self._formats.get(key)
        if format_ is None:
            layers = (style.paragraph, level) if listed else (level, style.paragraph)
            format_ = _paragraph_format(name, merged_paragraph(self.paragraph_defaults, *layers, direct))
            if len(self._formats) < _MAX_KEPT:
                self._formats[key] = format_
        return format_


def _run_format(merged: RunProperties, font: str) -> RunFormat:
    given = _values_of(RunFormat, merged)
    given["font"], given["background"] = font, merged.get("highlight") or merged.get("background", "")
    if merged.get("script", Script.NONE) is not Script.NONE:
        given["scale"] = _SCRIPT_SCALE
    return RunFormat(**given)


def _paragraph_format(name: str, merged: ParagraphProperties) -> ParagraphFormat:
    given = _values_of(ParagraphFormat, merged)
    sides = Borders(
        merged.get("border_top"),
        merged.get("border_left"),
        merged.get("border_bottom"),
        merged.get("border_right"),
        merged.get("border_between"),
    )
    tabs = sorted((stop for _, stop in merged.get("tabs", ()) if stop), key=lambda stop: stop.position)
    outline = merged.get("outline", _NO_HEADING)
    given |= {
        "style": name,
        "borders": sides if sides != Borders() else None,
        "tabs": tuple(tabs),
        "heading": outline + 1 if outline < _MAX_HEADING else 0,
        "hyphenates": not merged.get("no_hyphens", False),
    }
    return ParagraphFormat(**given)


def _values_of(kind: type[RunFormat | ParagraphFormat], merged: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that a format has under the same name; the others keep the format's defaults."""
    return {each.name: merged[each.name] for each in fields(kind) if each.name in merged}


# Documents of one template share their styles, which are read once.
@lru_cache(maxsize=16)
def style_sheet(styles: bytes, theme: bytes) -> StyleSheet:
    """Return the styles of a styles part and a theme part; either may be empty."""
    return StyleSheet(styles, theme)
