"""The distances between lines, blocks and cells, as LibreOffice sets them; each rule was measured on its pages.

The heights of headers and footers follow from them where it is sure how many lines they take. Typst could measure
them, but that takes as long as typesetting a page.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from generator.render.pdf.typst import model
from generator.render.pdf.typst.fonts import FontSet, LineExtent

# This share of an exact line height is above the baseline.
_EXACT_ABOVE = 0.8
_TWIPS_PER_POINT = 20
# Word's own line height, in 240ths of a line.
_WORD_LINE, _WORD_PERCENT = 259, 108
# Widths are known without kerning: a line that fills more of its room than this may break or not.
_SURE_SHARE = 0.96
# Numbers of pages are taken to have three digits at most.
_PAGES_DIGITS = "000"


class LineMetrics:
    """How far lines reach above and below their baselines."""

    def __init__(self, fonts: FontSet) -> None:
        """Measure lines in these fonts."""
        self._fonts = fonts
        self._extents: dict[tuple[str, float, bool, bool], LineExtent] = {}

    def edges(self, format_: model.RunFormat, line: model.LineHeight, deepest: float) -> LineExtent:
        """Return how far a run reaches in a paragraph of this line height, of which `deepest` is the lowest reach."""
        if line.rule is model.LineRule.EXACT:
            return LineExtent(line.value * _EXACT_ABOVE, line.value * (1 - _EXACT_ABOVE))
        own = self._extent(format_)
        if line.rule is model.LineRule.AT_LEAST:
            return LineExtent(max(own.above, line.value - deepest), own.below)
        # In whole twips and whole percents, as LibreOffice counts.
        height = round((own.above + own.below) * _TWIPS_PER_POINT)
        added = height * _percent(line.value) // 100 - height
        return LineExtent(own.above, own.below + added / _TWIPS_PER_POINT)

    def rise(self, format_: model.RunFormat) -> float:
        """Return how far a script is raised: its top, or its bottom, is level with that of the text around."""
        # Typst does not move the edges of text with its baseline: lines keep their height, as in LibreOffice.
        if format_.script is model.Script.NONE:
            return 0.0
        own = self._extent(format_)
        return (1 - format_.scale) * (own.above if format_.script is model.Script.SUPER else -own.below)

    def deepest(self, paragraph: model.Paragraph) -> float:
        """Return the lowest reach of a paragraph's runs, which a minimum line height counts from."""
        if paragraph.format.line.rule is not model.LineRule.AT_LEAST:
            return 0.0
        formats = [each.format for each in paragraph.inlines] or [paragraph.mark]
        return max(self._extent(each).below for each in formats)

    def _extent(self, format_: model.RunFormat) -> LineExtent:
        key = (format_.font, format_.size, format_.bold, format_.italic)
        if key not in self._extents:
            self._extents[key] = self._fonts.extent(key[0], key[1], bold=key[2], italic=key[3])
        return self._extents[key]


def _percent(factor: float) -> int:
    """Return a line height in the whole percents that LibreOffice takes: Word's default of 1.08 is 108."""
    # Binary fractions: 1.15 × 100 is a little less than 115.
    return _WORD_PERCENT if round(factor * 240) == _WORD_LINE else int(factor * 100 + 0.001)


def gap_between(previous: model.Block | None, block: model.Block) -> float:
    """Return the space between two blocks: the larger of what one wants below and the other above."""
    above = block.format if isinstance(block, model.Paragraph) else None
    below = previous.format if isinstance(previous, model.Paragraph) else None
    before, after = above.before if above else 0.0, below.after if below else 0.0
    if above and below and above.style == below.style:
        before = 0.0 if above.contextual else before
        after = 0.0 if below.contextual else after
    return max(before, after)


def shown_in_cell(blocks: tuple[model.Block, ...]) -> tuple[model.Block, ...]:
    """Return the blocks of a cell that take room: not the empty paragraph that has to follow a table at its end."""
    if len(blocks) > 1 and isinstance(blocks[-2], model.Table):
        last = blocks[-1]
        if isinstance(last, model.Paragraph) and not last.inlines and not last.label:
            return blocks[:-1]
    return blocks


def bordered_together(blocks: tuple[model.Block, ...]) -> Iterator[list[model.Block]]:
    """Give blocks, those together whose borders are drawn as one box."""
    group: list[model.Block] = []
    for block in blocks:
        if group and not _shares_borders(group[-1], block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _shares_borders(one: model.Block, other: model.Block) -> bool:
    if not isinstance(one, model.Paragraph) or not isinstance(other, model.Paragraph):
        return False
    first, second = one.format, other.format
    return (
        first.borders is not None
        and not second.page_break_before
        and (first.borders, first.left, first.right) == (second.borders, second.left, second.right)
    )


def without_outer_gaps(paragraph: model.Paragraph, index: int, count: int) -> model.ParagraphFormat:
    """Return the format of a paragraph inside a box: the gaps at the ends are outside."""
    return replace(
        paragraph.format,
        before=0.0 if index == 0 else paragraph.format.before,
        after=0.0 if index == count - 1 else paragraph.format.after,
    )


def top_rule(block: model.Block) -> float:
    """Return the thickness of the rule at the top of a block."""
    if isinstance(block, model.Table):
        return row_rules(block)[0]
    return _width(block.format.borders.top) if block.format.borders else 0.0


def bottom_rule(block: model.Block) -> float:
    """Return the thickness of the rule at the bottom of a block."""
    if isinstance(block, model.Table):
        return row_rules(block)[-1]
    return _width(block.format.borders.bottom) if block.format.borders else 0.0


def row_rules(table: model.Table) -> list[float]:
    """Return the thickness of the rule above each row, and of the one below the last: the thickest of its cells."""
    rules = [0.0] * (len(table.rows) + 1)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            rules[number] = max(rules[number], _width(cell.borders.top))
            end = min(number + cell.rows, len(table.rows))
            rules[end] = max(rules[end], _width(cell.borders.bottom))
    return rules


def left_inset(border: model.Border | None, margin: float) -> float:
    """Return the distance of text from the left edge of its cell: margins are measured from the middle of the rule."""
    width = _width(border)
    return max(width, margin + width / 2)


def right_inset(border: model.Border | None, margin: float) -> float:
    """Return the distance of text from the right edge of its cell: the rule there belongs to the next."""
    return max(0.0, margin - _width(border) / 2)


def _width(border: model.Border | None) -> float:
    return border.width if border else 0.0


class Heights:
    """Works out heights of blocks whose number of lines is sure."""

    def __init__(self, fonts: FontSet, lines: LineMetrics) -> None:
        """Measure in these fonts."""
        self._fonts, self._lines = fonts, lines

    def of(self, blocks: tuple[model.Block, ...], room: float) -> float | None:
        """Return the height of blocks in a room of a width, None where only a layout tells."""
        total, tail = 0.0, 0.0
        previous: model.Block | None = None
        for block in blocks:
            height = self._table(block) if isinstance(block, model.Table) else self._paragraph(block, room)
            if height is None:
                return None
            # Typst centres a rule on its edge: half of it is outside.
            total += gap_between(previous, block) + tail + top_rule(block) / 2 + height
            previous, tail = block, bottom_rule(block) / 2
        after = previous.format.after if isinstance(previous, model.Paragraph) else 0.0
        return total + after + tail

    def _paragraph(self, paragraph: model.Paragraph, room: float) -> float | None:
        given = paragraph.format
        if given.borders or paragraph.label or given.first_line:
            return None
        width, above, below = 0.0, 0.0, 0.0
        deepest = self._lines.deepest(paragraph)
        # A line that has only a picture is as high as that.
        texts = [each.format for each in paragraph.inlines if not isinstance(each, model.InlinePicture)]
        for format_ in texts if paragraph.inlines else [paragraph.mark]:
            edges = self._lines.edges(format_, given.line, deepest)
            above, below = max(above, edges.above), max(below, edges.below)
        for each in paragraph.inlines:
            taken = self._width(each)
            if taken is None:
                return None
            width += taken
            if isinstance(each, model.InlinePicture):
                above = max(above, each.height)
        lines = self._lines_of(paragraph, width, room - given.left - given.right)
        return lines * (above + below) if lines else None

    def _lines_of(self, paragraph: model.Paragraph, width: float, room: float) -> int:
        """Return how many lines a paragraph takes, 0 where only a layout tells."""
        if width <= room * _SURE_SHARE:
            return 1
        if len(paragraph.inlines) != 1 or not isinstance(only := paragraph.inlines[0], model.TextRun):
            return 0
        # No fewer than if lines broke anywhere, no more than if they broke at spaces alone.
        format_, taken, lines = only.format, 0.0, 1
        for word in only.text.split(" "):
            wide = self._width(model.TextRun(word + " ", format_)) or 0.0
            if wide > room * _SURE_SHARE:
                return 0
            if taken + wide > room * _SURE_SHARE:
                taken, lines = 0.0, lines + 1
            taken += wide
        return lines if lines == math.ceil(width * _SURE_SHARE / room) else 0

    def _width(self, inline: model.Inline) -> float | None:
        if isinstance(inline, model.InlinePicture):
            return inline.width
        if isinstance(inline, model.LineBreak):
            return None
        if isinstance(inline, model.Tab):
            return 0.0
        text = inline.text if isinstance(inline, model.TextRun) else _PAGES_DIGITS
        format_ = inline.format
        width = self._fonts.width(text, format_.font, format_.size, bold=format_.bold, italic=format_.italic)
        return width + len(text) * format_.tracking

    def _table(self, table: model.Table) -> float | None:
        rules = row_rules(table)
        total = 0.0
        for number, row in enumerate(table.rows):
            # A cell over several rows makes them higher in ways that only a layout tells.
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

    def _cell(self, cell: model.Cell, table: model.Table) -> float | None:
        insets = left_inset(cell.borders.left, cell.margins.left) + right_inset(cell.borders.right, cell.margins.right)
        return self.of(
            shown_in_cell(cell.blocks), sum(table.columns[cell.column : cell.column + cell.columns]) - insets
        )
