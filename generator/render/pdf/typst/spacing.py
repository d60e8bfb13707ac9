"""The distances between lines, blocks and cells, as LibreOffice sets them; each rule was measured on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.render.pdf.typst.fonts import FontSet, LineExtent
from generator.render.pdf.typst.model import (
    Block,
    Border,
    LineHeight,
    LineRule,
    Paragraph,
    ParagraphFormat,
    RunFormat,
    Script,
    Table,
)

# This share of an exact line height is above the baseline.
_EXACT_ABOVE = 0.8
_TWIPS_PER_POINT = 20
# Word's own line height, in 240ths of a line.
_WORD_LINE, _WORD_PERCENT = 259, 108


class LineMetrics:
    """How far lines reach above and below their baselines."""

    def __init__(self, fonts: FontSet) -> None:
        """Measure lines in these fonts."""
        self._fonts = fonts
        self._extents: dict[tuple[str, float, bool, bool], LineExtent] = {}

    def edges(self, format_: RunFormat, line: LineHeight, deepest: float) -> LineExtent:
        """Return how far a run reaches in a paragraph of this line height, of which `deepest` is the lowest reach."""
        if line.rule is LineRule.EXACT:
            return LineExtent(line.value * _EXACT_ABOVE, line.value * (1 - _EXACT_ABOVE))
        own = self._extent(format_)
        if line.rule is LineRule.AT_LEAST:
            return LineExtent(max(own.above, line.value - deepest), own.below)
        height = round((own.above + own.below) * _TWIPS_PER_POINT)
        added = height * _percent(line.value) // 100 - height
        return LineExtent(own.above, own.below + added / _TWIPS_PER_POINT)

    def rise(self, format_: RunFormat) -> float:
        """Return how far a script is raised: its top, or its bottom, is level with that of the text around."""
        if format_.script is Script.NONE:
            return 0.0
        own = self._extent(format_)
        return (1 - format_.scale) * (own.above if format_.script is Script.SUPER else -own.below)

    def deepest(self, paragraph: Paragraph) -> float:
        """Return the lowest reach of a paragraph's runs, which a minimum line height counts from."""
        if paragraph.format.line.rule is not LineRule.AT_LEAST:
            return 0.0
        formats = [each.format for each in paragraph.inlines] or [paragraph.mark]
        return max(self._extent(each).below for each in formats)

    def _extent(self, format_: RunFormat) -> LineExtent:
        key = (format_.font, format_.size, format_.bold, format_.italic)
        if key not in self._extents:
            self._extents[key] = self._fonts.extent(key[0], key[1], bold=key[2], italic=key[3])
        return self._extents[key]


def _percent(factor: float) -> int:
    """Return a line height in the whole percents that LibreOffice takes: Word's default of 1.08 is 108."""
    return _WORD_PERCENT if round(factor * 240) == _WORD_LINE else int(factor * 100 + 0.001)


def gap_between(previous: Block | None, block: Block) -> float:
    """Return the space between two blocks: the larger of what one wants below and the other above."""
    above = block.format if isinstance(block, Paragraph) else None
    below = previous.format if isinstance(previous, Paragraph) else None
    before, after = above.before if above else 0.0, below.after if below else 0.0
    if above and below and above.style == below.style:
        before = 0.0 if above.contextual else before
        after = 0.0 if below.contextual else after
    return max(before, after)


def shown_in_cell(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks of a cell that take room: not the empty paragraph that has to follow a table at its end."""
    if len(blocks) > 1 and isinstance(blocks[-2], Table):
        last = blocks[-1]
        if isinstance(last, Paragraph) and not last.inlines and not last.label:
            return blocks[:-1]
    return blocks


def bordered_together(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    """Give blocks, those together whose borders are drawn as one box."""
    group: list[Block] = []
    for block in blocks:
        if group and not _shares_borders(group[-1], block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _shares_borders(one: Block, other: Block) -> bool:
    if not isinstance(one, Paragraph) or not isinstance(other, Paragraph):
        return False
    first, second = one.format, other.format
    return (
        first.borders is not None
        and not second.page_break_before
        and (first.borders, first.left, first.right) == (second.borders, second.left, second.right)
    )


def without_outer_gaps(paragraph: Paragraph, index: int, count: int) -> ParagraphFormat:
    """Return the format of a paragraph inside a box: the gaps at the ends are outside."""
    return replace(
        paragraph.format,
        before=0.0 if index == 0 else paragraph.format.before,
        after=0.0 if index == count - 1 else paragraph.format.after,
    )


def top_rule(block: Block) -> float:
    """Return the thickness of the rule at the top of a block."""
    if isinstance(block, Table):
        return row_rules(block)[0]
    return _width(block.format.borders.top) if block.format.borders else 0.0


def bottom_rule(block: Block) -> float:
    """Return the thickness of the rule at the bottom of a block."""
    if isinstance(block, Table):
        return row_rules(block)[-1]
    return _width(block.format.borders.bottom) if block.format.borders else 0.0


def row_rules(table: Table) -> list[float]:
    """Return the thickness of the rule above each row, and of the one below the last: the thickest of its cells."""
    rules = [0.0] * (len(table.rows) + 1)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            rules[number] = max(rules[number], _width(cell.borders.top))
            end = min(number + cell.rows, len(table.rows))
            rules[end] = max(rules[end], _width(cell.borders.bottom))
    return rules


def left_inset(border: Border | None, margin: float) -> float:
    """Return the distance of text from the left edge of its cell: margins are measured from the middle of the rule."""
    width = _width(border)
    return max(width, margin + width / 2)


def right_inset(border: Border | None, margin: float) -> float:
    """Return the distance of text from the right edge of its cell: the rule there belongs to the next."""
    return max(0.0, margin - _width(border) / 2)


def _width(border: Border | None) -> float:
    return border.width if border else 0.0
