"""The priced rows of a page's tables, by geometry: cells, labels that wrap, amounts with or without a currency."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from generator.documents.pictures import MM_PER_INCH
from generator.verify.raster import PageImage, Pixels, levelled
from generator.verify.text import CURRENCY, Box, Line, Piece, union

# « 67 412 », « 1.234 » or « 12000 »; « € » or « EUR »; « HT » or « T.T.C. ».
_NUMBER = r"\d{1,3}(?:[\s.]?\d{3})*|\d+"
_TAX = r"(?:\s*(?:H\.?T\.?|T\.?T\.?C\.?))?"
# A cell that says an amount and nothing else: with cents, or with a currency.
_AMOUNT = re.compile(
    rf"(?:{CURRENCY}\s*)?(?P<whole>{_NUMBER})[.,](?P<cents>\d{{2}})\s*{CURRENCY}?{_TAX}"
    rf"|(?P<round>{_NUMBER})\s*{CURRENCY}{_TAX}|{CURRENCY}\s*(?P<before>{_NUMBER}){_TAX}",
    re.IGNORECASE,
)
# One with cents, after which no figure belongs to it.
_WHOLE_AMOUNT = re.compile(rf"(?:{_NUMBER})[.,]\d{{2}}(?:\s*{CURRENCY}{_TAX})?", re.IGNORECASE)
# A cell that counts, numbers or rates something.
_COUNT = re.compile(r"[\d\s.,]+%?|\d+\s*(?:u|unités?|jours?|j|forfaits?|mois)", re.IGNORECASE)
# The 1 of « 1 67 412,98 »: a quantity before an amount.
_COUNTED = re.compile(r"\d{1,3}\s+(?=\d)")
# What heads a column of counts.
_QUANTITY = re.compile(r"(?:qt[ée]s?|quantités?|quantite|nbre?|nombre)\.?", re.IGNORECASE)
# Of a line's height: words of one cell are nearer than this; lines of one cell than that, from top to top.
_ONE_CELL, _ONE_LABEL = 0.9, 2.3
# Texts are on one line up to the first; an amount whose currency wraps is half a line higher, up to the second.
_SAME_LINE, _HALF_HIGHER = 0.5, 0.9
# A label of two lines beside an amount in the middle of them.
_ASTRIDE = 1.3
# An amount that is misread has more digits than this; a name has more characters than this, and two letters in a row.
_FEW_DIGITS = 2
_SHORTEST_NAME, _NAME = 2, re.compile(r"[^\W\d_]{2}")
# In millimetres: the shortest rule of a table. Dark enough to be one, on a levelled page: a scanner leaves fine rules
# grey, and in steps of a pixel.
_RULE_MM, _DARK, _ASKEW = 12, 190, 3
_PAD = 2


@dataclass(frozen=True, slots=True)
class PricedRow:
    """A row of a table.

    Attributes:
        label: what it is the price of; it may wrap.
        amounts: its amounts in cents, from left to right.
        place: where its label is, in pixels of the page, to read it once more.
        readings: what readers read there, alone; it may hold words of the rows above and below.
        box: where its amounts are.
    """

    label: str
    amounts: tuple[int, ...]
    place: Box = field(default=(0, 0, 0, 0), compare=False)
    readings: tuple[str, ...] = ()
    box: Box = field(default=(0, 0, 0, 0), compare=False)

    def is_crossed_by(self, line: Line) -> bool:
        """Return whether a line runs over its amounts: a reader reads the cells of a row as one line."""
        left, top, right, bottom = self.box
        return line.box[0] < right and left < line.box[2] and top <= line.middle <= bottom


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a page: for each pixel whether a horizontal or a vertical one crosses it."""

    across: Pixels
    down: Pixels


def rules_of(page: PageImage) -> Rules:
    """Return the rules of a page's tables."""
    length = round(_RULE_MM / MM_PER_INCH * page.dpi)
    dark = (levelled(page).pixels < _DARK).astype(np.uint8)
    across, down = _strokes(dark, (1, length)), _strokes(dark, (max(length // 2, 1), 1))
    # A row is hardly higher than the capitals of a title: what is no part of a frame is a letter.
    count, labels = cv2.connectedComponents(cv2.dilate(np.maximum(across, down), np.ones((5, 5), np.uint8)))
    framed = np.bincount(labels.ravel(), weights=across.ravel(), minlength=count) > 0
    framed[0] = False
    down = np.where(framed[labels], down, 0)
    return Rules(across, np.asarray(down, np.uint8))


def _strokes(dark: Pixels, size: tuple[int, int]) -> Pixels:
    # A scan leaves a fine rule a little askew: it is thickened before long strokes are sought.
    high, wide = size
    thick = cv2.dilate(dark, np.ones((_ASKEW, 1) if high < wide else (1, _ASKEW), np.uint8))
    strokes = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(size, np.uint8))
    return np.minimum(np.asarray(strokes, np.uint8), dark)


def unruled(page: PageImage) -> PageImage:
    """Return a page without the rules of its tables: readers misread what stands between them."""
    rules = rules_of(page)
    lines = cv2.dilate(np.maximum(rules.across, rules.down), np.ones((3, 3), np.uint8))
    return replace(page, pixels=np.where(lines > 0, 255, page.pixels).astype(np.uint8))


def priced_rows(pieces: Sequence[Piece], rules: Rules) -> tuple[PricedRow, ...]:
    """Return the priced rows of a page.

    Args:
        pieces: its words or cells.
        rules: the rules of its tables.
    """
    cells = list(map(_without_count, _cells(pieces, rules)))
    priced = [cell for cell in cells if _AMOUNT.fullmatch(cell.text)]
    rows: list[list[Piece]] = []
    for cell in sorted(priced, key=lambda piece: piece.middle):
        if rows and _is_same_row(cell, rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    found = []
    for row in rows:
        others = [other[0].middle for other in rows if other is not row]
        found.append(_Row(min(row, key=lambda cell: cell.box[0]), cells, others, rules).priced(row))
    return tuple(found)


def down_columns(cells: Iterable[Piece]) -> list[Piece]:
    """Return the cells of a page column by column, each from top to bottom."""
    columns: list[list[Piece]] = []
    for cell in sorted(cells, key=lambda piece: piece.box[1]):
        for column in columns:
            above = column[-1]
            if abs(cell.box[0] - above.box[0]) < min(cell.height, above.height):
                column.append(cell)
                break
        else:
            columns.append([cell])
    return [cell for column in columns for cell in column]


def is_misread_amount(text: str) -> bool:
    """Return whether a cell is mostly made of digits and says no amount, count or rate."""
    digits = sum(char.isdigit() for char in text)
    return digits > _FEW_DIGITS and 2 * digits >= len(text) and not (says_amount(text) or _COUNT.fullmatch(text))


def says_amount(text: str) -> bool:
    """Return whether a cell says an amount and nothing else."""
    return bool(_AMOUNT.fullmatch(text))


def _without_count(cell: Piece) -> Piece:
    # « 1 67 412,98 » is a quantity and an amount, and no number.
    counted = None if _AMOUNT.fullmatch(cell.text) else _COUNTED.match(cell.text)
    rest = cell.text[counted.end() :] if counted else ""
    return replace(cell, text=rest) if _AMOUNT.fullmatch(rest) else cell


def _is_same_row(cell: Piece, row: Sequence[Piece]) -> bool:
    # A currency may wrap, so that its amount is half a line higher than others of the row.
    apart = max(abs(cell.middle - other.middle) / max(cell.height, other.height) for other in row)
    return apart < _SAME_LINE or (apart < _HALF_HIGHER and not any(_overlap(cell, other) for other in row))


def cents_in(text: str) -> int:
    """Return the amount that a cell says, in cents."""
    found = _AMOUNT.fullmatch(text)
    assert found
    whole = found["whole"] or found["round"] or found["before"]
    return int(re.sub(r"\D", "", whole)) * 100 + int(found["cents"] or 0)


def _cells(pieces: Sequence[Piece], rules: Rules) -> Iterator[Piece]:
    """Join the words that stand next to one another in a cell: one line of it each."""
    heads = [piece for piece in pieces if _QUANTITY.fullmatch(piece.text)]
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if lines and _is_level(piece.middle, lines[-1][0], max(piece.height, lines[-1][0].height)):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for line in lines:
        yield from _cells_of(sorted(line, key=lambda piece: piece.box[0]), heads, rules)


def _cells_of(line: Sequence[Piece], heads: Sequence[Piece], rules: Rules) -> Iterator[Piece]:
    cell = line[0]
    high = max(piece.height for piece in line)
    for piece in line[1:]:
        between = rules.down[round(piece.middle), cell.box[2] : piece.box[0]]
        # Two amounts may stand close.
        is_whole = any(map(_WHOLE_AMOUNT.fullmatch, (cell.text, _COUNTED.sub("", cell.text, count=1))))
        is_next = (is_whole and piece.text[:1].isdigit()) or _is_counted_below(piece, heads)
        if piece.box[0] - cell.box[2] > _ONE_CELL * high or between.any() or is_next:
            yield cell
            cell = piece
        else:
            box = (cell.box[0], min(cell.box[1], piece.box[1]), piece.box[2], max(cell.box[3], piece.box[3]))
            cell = Piece(f"{cell.text} {piece.text}", box)
    yield cell


def _is_counted_below(piece: Piece, heads: Sequence[Piece]) -> bool:
    # A long label may come close to a column of counts.
    # One that begins left of the column ends with the count: « 21 » is the 2 of the label and the 1 of the column.
    begins = piece.box[0] + piece.height / 2
    below = (head for head in heads if _overlap(piece, head) and head.middle < piece.middle)
    return piece.text.isdigit() and any(begins > head.box[0] for head in below)


@dataclass(frozen=True)
class _Row:
    """A row of a table, to find its label.

    Attributes:
        first: the leftmost of its amounts.
        cells: all cells of the page.
        others: how far down the page the amounts of other rows are.
        rules: the rules of the page.
    """

    first: Piece
    cells: Sequence[Piece]
    others: Sequence[float]
    rules: Rules

    def priced(self, row: Sequence[Piece]) -> PricedRow:
        """Return the row with its label; `row` is its amounts."""
        label = self._label()
        amounts = tuple(cents_in(cell.text) for cell in sorted(row, key=lambda piece: piece.box[0]))
        text, place = " ".join(cell.text for cell in label), self._place(label)
        return PricedRow(text, amounts, place, box=union([cell.box for cell in row]))

    def _label(self) -> list[Piece]:
        """Return what the amounts are the price of: the text left of them, the lines it wraps to included."""
        first = self.first
        left = [cell for cell in self.cells if cell.box[2] <= first.box[0]]
        level = (cell for cell in left if _is_level(cell.middle, first, max(cell.height, first.height)))
        # A count or an amount that a reader misread is no name.
        words = [cell for cell in level if len(cell.text) > _SHORTEST_NAME and _NAME.search(cell.text)]
        column = self._column(words)
        # A line that runs on below the amounts is of another paragraph.
        wrapped = {*words, column, *self._wrapped(column, words, left)} if column else set(words)
        if not (column and self._own_band(column)):
            wrapped -= _headings(wrapped, first)
        return sorted(wrapped, key=lambda cell: (cell.box[1], cell.box[0]))

    def _column(self, words: Sequence[Piece]) -> Piece | None:
        """Return a cell of the label's column: one next to the amounts, else one above or below between their rules."""
        if words:
            return max(words, key=lambda cell: len(cell.text))
        first = self.first
        reach = _ASTRIDE * first.height
        low, high = self._own_band(first) or (first.middle - reach, first.middle + reach)
        inside = [cell for cell in self.cells if low < cell.middle < high and cell.box[2] <= first.box[0]]
        named = [cell for cell in inside if not _COUNT.fullmatch(cell.text) and not _AMOUNT.fullmatch(cell.text)]
        free = [cell for cell in named if not self._is_priced(cell)]
        return max(free, key=lambda cell: len(cell.text), default=None)

    def _wrapped(self, column: Piece, words: Sequence[Piece], left: Sequence[Piece]) -> Iterator[Piece]:
        """Return the other lines of a label: between the same rules, or close enough above and below."""
        own = [cell for cell in left if _overlap(cell, column) and cell not in words]
        band = self._own_band(column)
        if band is not None:
            yield from (cell for cell in own if band[0] < cell.middle < band[1])
            return
        for step in (1, -1):
            last = column
            for cell in sorted(own, key=lambda piece: step * piece.middle):
                apart = step * (cell.middle - last.middle)
                if apart <= 0:
                    continue
                is_far = apart > _ONE_LABEL * min(column.height, cell.height)
                if is_far or self._is_priced(cell) or _AMOUNT.fullmatch(cell.text):
                    break
                yield cell
                last = cell

    def _place(self, label: Sequence[Piece]) -> Box:
        """Return where the label is: left of its amounts, between its rules, else where its lines are.

        Of a label that is not read at all, it is two lines around the amount.
        """
        first = self.first
        reach = 0 if label else round(_ASTRIDE * first.height)
        _, low, _, high = union([cell.box for cell in (first, *label)])
        top, bottom = self._own_band(first) or (low - reach - 2 * _PAD, high + reach + 2 * _PAD)
        inside = [cell for cell in self.cells if top <= cell.middle <= bottom]
        # A figure below the beginning of the label is its last word.
        left = min(cell.box[0] for cell in [first, *inside]) + first.height
        counts = [cell.box[0] for cell in inside if _COUNT.fullmatch(cell.text) and cell.box[0] > left]
        right = min([first.box[0], *counts])
        return 0, max(top + _PAD, 0), max(right - _PAD, 1), bottom - _PAD

    def _is_priced(self, cell: Piece) -> bool:
        return any(_is_level(level, cell, cell.height) for level in self.others)

    def _own_band(self, cell: Piece) -> tuple[int, int] | None:
        """Return the rules above and below a cell; None without them, or with amounts of other rows between them."""
        left, top, right, bottom = cell.box
        crossed = np.flatnonzero(self.rules.across[:, left:right].mean(axis=1) > _SAME_LINE)
        above, below = crossed[crossed <= top + _PAD], crossed[crossed >= bottom - _PAD]
        if not (above.size and below.size):
            return None
        high, low = int(above[-1]), int(below[0])
        return None if any(high < level < low for level in self.others) else (high, low)


def _is_level(level: float, cell: Piece, high: int) -> bool:
    return abs(level - cell.middle) < _SAME_LINE * high


def _headings(lines: Iterable[Piece], first: Piece) -> set[Piece]:
    """Return the lines that are no part of a label: it is next to and below its amount, or in the middle of it."""
    apart = _SAME_LINE * first.height
    below = sum(line.middle > first.middle + apart for line in lines)
    above = sorted((line for line in lines if line.middle < first.middle - apart), key=lambda line: -line.middle)
    return set(above[below:])


def _overlap(one: Piece, other: Piece) -> bool:
    return one.box[0] < other.box[2] and other.box[0] < one.box[2]
