"""The text of a DOCX that a reader sees, without hidden text, text of no size and text in the colour of its background.

A format comes from the run, else its character style, else the paragraph's style, else the defaults (ECMA-376 part 1,
17.7.2).
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from generator.common.opc import parse_xml
from generator.render.docx.archive import W, read_parts, text_paragraphs

Element = etree._Element  # noqa: SLF001  # lxml publishes its type under this name alone

_STYLES = "word/styles.xml"
# In half points: nobody reads two points.
_LEAST_SIZE = 4
# Two colours whose channels differ by less than this are one to the eye.
_LEAST_CONTRAST = 24
_WHITE, _BLACK = "FFFFFF", "000000"
_WHITE_THEMES = ("background1", "light1", "bg1", "lt1")
# How a flag that is off is written.
_OFF = ("0", "false", "off")
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
# What deep chains of styles come from is a loop, or an attack.
_MAX_CHAIN = 20


def visible_text(data: bytes) -> str:
    """Return the text of a DOCX that can be seen, one line a paragraph: body first, then headers and footers."""
    parts = read_parts(data)
    styles = _Styles(parts[_STYLES]) if _STYLES in parts else _Styles(b"<x/>")
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(f"{W}t") if not styles.hides(text))
        for paragraph in text_paragraphs(data)
    )


class _Styles:
    """The styles of a document, and what they hide."""

    def __init__(self, data: bytes) -> None:
        root = parse_xml(data)
        self._styles: Mapping[str, Element] = {str(each.get(f"{W}styleId")): each for each in root.iter(f"{W}style")}
        self._default = next(
            (
                name
                for name, each in self._styles.items()
                if each.get(f"{W}type") == "paragraph" and each.get(f"{W}default") not in (None, *_OFF)
            ),
            "",
        )
        self._document = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def hides(self, text: Element) -> bool:
        """Return whether a text cannot be seen."""
        run = text.getparent()
        if run is None or run.tag != f"{W}r":
            return False
        formats = [*self._formats(run)]
        if _is_on(_first(formats, "vanish")) or _is_on(_first(formats, "specVanish")):
            return True
        size = _first(formats, "sz")
        if size is not None and _number(size) < _LEAST_SIZE:
            return True
        return self._has_colour_of_ground(run, formats)

    def _formats(self, run: Element) -> Iterator[Element]:
        """Give the formats that count for a run, the nearest first."""
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            yield from self._of_style(_value(own.find(f"{W}rStyle")))
        paragraph = next(run.iterancestors(f"{W}p"), None)
        named = paragraph.find(f"{W}pPr/{W}pStyle") if paragraph is not None else None
        yield from self._of_style(_value(named) or self._default)
        if self._document is not None:
            yield self._document

    def _of_style(self, name: str, path: str = "rPr") -> Iterator[Element]:
        for _ in range(_MAX_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            found = style.find(f"{W}{path}")
            if found is not None:
                yield found
            name = _value(style.find(f"{W}basedOn"))

    def _has_colour_of_ground(self, run: Element, formats: list[Element]) -> bool:
        colour = _first(formats, "color")
        shown = _colour(colour) if colour is not None else _BLACK
        ground = self._ground(run, formats)
        return ground is not None and _differ(shown, ground) < _LEAST_CONTRAST

    def _ground(self, run: Element, formats: list[Element]) -> str | None:
        """Return the colour behind a run; None where a table's style may shade it."""
        shadings = [_first(formats, "shd")]
        for paragraph in run.iterancestors(f"{W}p"):
            own = paragraph.find(f"{W}pPr")
            if own is not None:
                in_style = (each.find(f"{W}shd") for each in self._of_style(_value(own.find(f"{W}pStyle")), "pPr"))
                shadings += [own.find(f"{W}shd"), *in_style]
        for cell in run.iterancestors(f"{W}tc"):
            shadings.append(cell.find(f"{W}tcPr/{W}shd"))
        for table in run.iterancestors(f"{W}tbl"):
            shadings.append(table.find(f"{W}tblPr/{W}shd"))
        fills = (_fill(each) for each in shadings if each is not None)
        found = next(filter(None, fills), "")
        if found:
            return found
        return None if any(self._may_shade(table) for table in run.iterancestors(f"{W}tbl")) else _WHITE

    def _may_shade(self, table: Element) -> bool:
        name = _value(table.find(f"{W}tblPr/{W}tblStyle"))
        for _ in range(_MAX_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return False
            if any(True for _ in style.iter(f"{W}shd")):
                return True
            name = _value(style.find(f"{W}basedOn"))
        return True


def _first(formats: list[Element], name: str) -> Element | None:
    return next((found for each in formats if (found := each.find(f"{W}{name}")) is not None), None)


def _value(element: Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val") or "")


def _is_on(element: Element | None) -> bool:
    return element is not None and _value(element) not in _OFF


def _number(element: Element) -> float:
    try:
        return float(_value(element))
    # What is no number hides nothing.
    except ValueError:
        return _LEAST_SIZE


def _colour(element: Element) -> str:
    # A shade makes the white of a theme darker.
    if element.get(f"{W}themeColor") in _WHITE_THEMES and element.get(f"{W}themeShade") is None:
        return _WHITE
    return _value(element) if _HEX.fullmatch(_value(element)) else _BLACK


def _fill(element: Element) -> str:
    fill = str(element.get(f"{W}fill") or "")
    return fill if _HEX.fullmatch(fill) else ""


def _differ(first: str, second: str) -> int:
    """Return the largest difference between the channels of two colours."""
    return max(abs(int(first[at : at + 2], 16) - int(second[at : at + 2], 16)) for at in (0, 2, 4))
