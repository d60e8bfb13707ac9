"""The heights of headers and footers, where it is sure how many lines they take.

Typst could measure them, but that takes as long as typesetting a page.
"""

from __future__ import annotations

import math

from generator.render.pdf.typst.fonts import FontSet
from generator.render.pdf.typst.model import (
    Block,
    Cell,
    Inline,
    InlinePicture,
    LineBreak,
    Paragraph,
    Tab,
    Table,
    TextRun,
)
from generator.render.pdf.typst.spacing import (
    LineMetrics,
    bottom_rule,
    gap_between,
    left_inset,
    right_inset,
    row_rules,
    shown_in_cell,
    top_rule,
)

# Widths are known without kerning: a line that fills more of its room than this may break or not.
_SURE_SHARE = 0.96
_PAGES_DIGITS = "000"


class Heights:
    """Works out heights of blocks whose number of lines is sure."""

    def __init__(self, fonts: FontSet, lines: LineMetrics) -> None:
        """Measure in these fonts."""
        self._fonts, self._lines = fonts, lines

    def of(self, blocks: tuple[Block, ...], room: float) -> float | None:
        """Return the height of blocks in a room of a width, None where only a layout tells."""
        total, tail = 0.0, 0.0
        previous: Block | None = None
        for block in blocks:
            height = self._table(block) if isinstance(block, Table) else self._paragraph(block, room)
            if height is None:
                return None
            total += gap_between(previous, block) + tail + top_rule(block) / 2 + height
            previous, tail = block, bottom_rule(block) / 2
        after = previous.format.after if isinstance(previous, Paragraph) else 0.0
        return total + after + tail

    def _paragraph(self, paragraph: Paragraph, room: float) -> float | None:
        given = paragraph.format
        if given.borders or paragraph.label or given.first_line:
            return None
        width, above, below = 0.0, 0.0, 0.0
        deepest = self._lines.deepest(paragraph)
        # A line that has only a picture is as high as that.
        texts = [each.format for each in paragraph.inlines if not isinstance(each, InlinePicture)]
        for format_ in texts if paragraph.inlines else [paragraph.mark]:
            edges = self._lines.edges(format_, given.line, deepest)
            above, below = max(above, edges.above), max(below, edges.below)
        for each in paragraph.inlines:
            taken = self._width(each)
            if taken is None:
                return None
            width += taken
            if isinstance(each, InlinePicture):
                above = max(above, each.height)
        lines = self._lines_of(paragraph, width, room - given.left - given.right)
        return lines * (above + below) if lines else None

    def _lines_of(self, paragraph: Paragraph, width: float, room: float) -> int:
        """Return how many lines a paragraph takes, 0 where only a layout tells."""
        if width <= room * _SURE_SHARE:
            return 1
        if len(paragraph.inlines) != 1 or not isinstance(only := paragraph.inlines[0], TextRun):
            return 0
        # No fewer than if lines broke anywhere, no more than if they broke at spaces alone.
        format_, taken, lines = only.format, 0.0, 1
        for word in only.text.split(" "):
            wide = self._width(TextRun(word + " ", format_)) or 0.0
            if wide > room * _SURE_SHARE:
                return 0
            if taken + wide > room * _SURE_SHARE:
                taken, lines = 0.0, lines + 1
            taken += wide
        return lines if lines == math.ceil(width * _SURE_SHARE / room) else 0

    def _width(self, inline: Inline) -> float | None:
        if isinstance(inline, InlinePicture):
            return inline.width
        if isinstance(inline, LineBreak):
            return None
        if isinstance(inline, Tab):
            return 0.0
        text = inline.text if isinstance(inline, TextRun) else _PAGES_DIGITS
        format_ = inline.format
        width = self._fonts.width(text, format_.font, format_.size, bold=format_.bold, italic=format_.italic)
        return width + len(text) * format_.tracking

    def _table(self, table: Table) -> float | None:
        rules = row_rules(table)
        total = 0.0
        for number, row in enumerate(table.rows):
            if any(cell.rows > 1 for cell in row.cells):
                return None
            rule = rules[number] / 2 + rules[number + 1] / 2
            least = row.height - rules[number] + rule if row.height else 0.0
            heights = [least]
            for cell in () if row.exact and row.height else row.cells:
                inner = self._cell(cell, table)
                if inner is None:
                    return None
                top = max(each.margins.top for each in row.cells)
                heights.append(inner + top + cell.margins.bottom + rule)
            total += max(heights)
        return total

    def _cell(self, cell: Cell, table: Table) -> float | None:
        insets = left_inset(cell.borders.left, cell.margins.left) + right_inset(cell.borders.right, cell.margins.right)
        return self.of(
            shown_in_cell(cell.blocks), sum(table.columns[cell.column : cell.column + cell.columns]) - insets
        )
