"""The small pieces of Typst code that a source is made of: strings, lengths, colours and rules."""

from __future__ import annotations

from generator.render.pdf.typst.model import Border, Borders

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = str.maketrans(_ESCAPES)


def literal(text: str) -> str:
    """Return a Typst string literal: no character of the text is taken for markup or code."""
    return f'"{text.translate(_ESCAPED)}"'


def pt(length: float) -> str:
    """Return a length in points."""
    return f"{length:.3f}".rstrip("0").rstrip(".") + "pt"


def _pen(border: Border) -> str:
    dash = f", dash: {literal(border.dash)}" if border.dash != "solid" else ""
    return f"(thickness: {pt(border.width)}, paint: {color(border.color)}{dash})"


def stroke(borders: Borders) -> str:
    """Return the rules of a cell, empty without any."""
    sides = {"top": borders.top, "left": borders.left, "bottom": borders.bottom, "right": borders.right}
    drawn = ", ".join(f"{side}: {_pen(border)}" for side, border in sides.items() if border)
    return f"({drawn})" if drawn else ""


def box_rules(borders: Borders | None) -> str:
    """Return the rules around paragraphs: above and below they push text away, at the sides they stand outside."""
    if borders is None:
        return ""
    inset = ", ".join(
        f"{side}: {pt(border.space + border.width / 2)}"
        for side, border in (("top", borders.top), ("bottom", borders.bottom))
        if border
    )
    outset = ", ".join(
        f"{side}: {pt(border.space + border.width / 2)}"
        for side, border in (("left", borders.left), ("right", borders.right))
        if border
    )
    return f"stroke: {stroke(borders)}, inset: ({inset or ':'}), outset: ({outset or ':'})"


def color(code: str) -> str:
    """Return a colour of `RRGGBB`; a grey as such, since readers unfold a profile for each colour space of a PDF."""
    if code[:2] == code[2:4] == code[4:]:
        return f"luma({int(code[:2], 16)})"
    return f"rgb({literal('#' + code)})"


def fill(code: str) -> str:
    """Return the argument that fills a block with a colour, empty without one."""
    return f"fill: {color(code)}" if code else ""
