"""Lines of text of a PDF with their positions, and two PDFs compared line by line.

A line is a piece of text on one baseline without a wide gap in it. Spaces are not compared: PDFium guesses them from
gaps. Positions are in points from the upper left corner of the page.
"""

import ctypes
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

# Two characters are on one line when their baselines differ by less than this, in points.
_SAME_BASELINE = 0.6
# A gap wider than this share of the size of the type, or than this in points, begins another line.
_GAP_OF_SIZE, _GAP = 1.1, 9.0
# How PDFium gives a hyphen at the end of a line, the hyphens that look alike, and the bullets of symbol fonts.
_ALIKE = str.maketrans({
    "\x02": "-", "\ufffe": "-", "\xad": "-", "\u2010": "-", "\u2011": "-",
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its page from 1, where it starts and ends, and its baseline."""

    page: int
    text: str
    left: float
    right: float
    y: float
    size: float

    @property
    def key(self) -> str:
        """The text as it is compared."""
        return _comparable(self.text)


@dataclass(frozen=True, slots=True)
class Box:
    """A picture's place on a page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What is compared of a PDF: the sizes of its pages, its lines of text, its pictures."""

    sizes: tuple[tuple[float, float], ...]
    lines: tuple[Line, ...]
    pictures: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One line in both PDFs."""

    expected: Line
    got: Line

    @property
    def start(self) -> float:
        """How far apart the two start, the larger of across and down."""
        return max(abs(self.got.left - self.expected.left), abs(self.got.y - self.expected.y))

    @property
    def end(self) -> float:
        """How far apart the two end."""
        return abs(self.got.right - self.expected.right)

    @property
    def off(self) -> float:
        """The larger of the two."""
        return max(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A PDF compared with the expected one: lines that are in both on the same page, and those that are in one alone.

    Attributes:
        expected: how many pages, lines and pictures there should be.
        got: how many there are.
        pairs: lines with the same text on the same page.
        missing: lines of the expected PDF alone.
        surplus: lines of the other alone.
        picture_offs: how far the sides of pictures are apart, by pair; infinite where one has no counterpart.
    """

    expected: Pages
    got: Pages
    pairs: tuple[Pair, ...]
    missing: tuple[Line, ...]
    surplus: tuple[Line, ...]
    picture_offs: tuple[float, ...]

    @property
    def has_same_pages(self) -> bool:
        """Whether both have as many pages, of the same sizes."""
        sizes = zip(self.expected.sizes, self.got.sizes, strict=False)
        alike = all(abs(a - b) < 1 for one, other in sizes for a, b in zip(one, other, strict=True))
        return alike and len(self.expected.sizes) == len(self.got.sizes)

    @property
    def has_same_lines(self) -> bool:
        """Whether every line is in both, on the same page."""
        return self.has_same_pages and not self.missing and not self.surplus

    @property
    def most_off(self) -> float:
        """The largest deviation of a line's start or end, or of a picture's side."""
        return max([pair.off for pair in self.pairs] + list(self.picture_offs), default=0.0)


@dataclass(slots=True)
class _Char:
    """A character that prints; `follows_space` where PDFium has a space before it."""

    text: str
    index: int
    left: float
    y: float
    follows_space: bool


def read_pages(pdf: bytes) -> Pages:
    """Return the lines, pictures and page sizes of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes: list[tuple[float, float]] = []
        lines: list[Line] = []
        pictures: list[Box] = []
        for number in range(len(document)):
            page = document[number]
            sizes.append((page.get_width(), page.get_height()))
            lines += _PageText(page, number + 1).lines()
            pictures += _pictures(number + 1, page)
        return Pages(tuple(sizes), tuple(lines), tuple(pictures))
    finally:
        document.close()


class _PageText:
    """The text of a page. PDFium is asked no more of a character than is needed: a document has thousands."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self._text_page = page.get_textpage()
        self._height = page.get_height()
        self._number = number

    def lines(self) -> Iterator[Line]:
        """Group characters by baseline, from the top, then part each baseline at its wide gaps."""
        rows: list[list[_Char]] = []
        for char in sorted(self._characters(), key=lambda char: char.y):
            if rows and char.y - rows[-1][-1].y < _SAME_BASELINE:
                rows[-1].append(char)
            else:
                rows.append([char])
        for row in rows:
            # A ligature's letters share an origin: the sort is stable and keeps their order.
            row.sort(key=lambda char: char.left)
            first = 0
            for index in range(1, len(row) + 1):
                if index == len(row) or self._is_gap(row[index - 1], row[index]):
                    yield self._line(row[first:index])
                    first = index

    def _characters(self) -> Iterator[_Char]:
        x, y = ctypes.c_double(), ctypes.c_double()
        follows_space = False
        for index in range(pdfium.FPDFText_CountChars(self._text_page)):
            text = chr(pdfium.FPDFText_GetUnicode(self._text_page, index))
            if text.isspace() or text == "\0":
                follows_space = True
                continue
            pdfium.FPDFText_GetCharOrigin(self._text_page, index, x, y)
            yield _Char(text, index, x.value, self._height - y.value, follows_space)
            follows_space = False

    def _is_gap(self, one: _Char, other: _Char) -> bool:
        if other.left - one.left <= _GAP:
            return False
        size = max(self._size(one), self._size(other))
        return other.left - self._right(one) > max(_GAP, _GAP_OF_SIZE * size)

    def _right(self, char: _Char) -> float:
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._text_page, char.index, box)
        return max(float(box.right), char.left)

    def _size(self, char: _Char) -> float:
        return float(pdfium.FPDFText_GetFontSize(self._text_page, char.index))

    def _line(self, chars: Sequence[_Char]) -> Line:
        text = "".join(f" {char.text}" if char.follows_space else char.text for char in chars).strip()
        right, size = self._right(chars[-1]), self._size(chars[0])
        return Line(self._number, text, chars[0].left, right, chars[0].y, size)


# Points: a QR code of the documents has at least 86.
_LEAST_CODE = 80.0


def _pictures(number: int, page: pypdfium2.PdfPage) -> Iterator[Box]:
    height = page.get_height()
    for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=8):
        left, bottom, right, top = found.get_bounds()
        yield Box(number, left, height - top, right, height - bottom)
    # A QR code drawn as vectors is a white square with its modules on it; nothing else is square and as large.
    squares = []
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=8):
        left, bottom, right, top = path.get_bounds()
        if right - left > _LEAST_CODE and abs((right - left) - (top - bottom)) < 1:
            squares.append(Box(number, left, height - top, right, height - bottom))
    yield from squares[:1]


def _comparable(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text.translate(_ALIKE)).split())


def compare_pages(expected: Pages, got: Pages) -> Comparison:
    """Pair the lines of two PDFs that have the same text on the same page, each with the nearest."""
    pairs, missing, surplus = _pair(expected.lines, got.lines)
    # What one engine parts at a gap, the other may not: the rest is compared by whole baselines.
    more, missing, surplus = _pair(list(_joined(missing)), list(_joined(surplus)))
    offs = tuple(_picture_offs(expected.pictures, got.pictures))
    return Comparison(expected, got, (*pairs, *more), tuple(missing), tuple(surplus), offs)


def _pair(expected: Sequence[Line], got: Sequence[Line]) -> tuple[list[Pair], list[Line], list[Line]]:
    waiting: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in got:
        waiting[line.page, line.key].append(line)
    pairs, missing = [], []
    for line in expected:
        same = waiting[line.page, line.key]
        if not same:
            missing.append(line)
            continue
        nearest = min(same, key=lambda other: abs(other.y - line.y) + abs(other.left - line.left))
        same.remove(nearest)
        pairs.append(Pair(line, nearest))
    return pairs, missing, sorted((line for rest in waiting.values() for line in rest), key=_order)


def _order(line: Line) -> tuple[int, float, float]:
    return line.page, line.y, line.left


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    row: list[Line] = []
    for line in sorted(lines, key=_order):
        if row and (line.page != row[-1].page or line.y - row[-1].y >= _SAME_BASELINE):
            yield _join(row)
            row = []
        row.append(line)
    if row:
        yield _join(row)


def _join(row: Sequence[Line]) -> Line:
    parts = sorted(row, key=lambda line: line.left)
    text = " ".join(line.text for line in parts)
    return Line(row[0].page, text, parts[0].left, parts[-1].right, parts[0].y, parts[0].size)


def _picture_offs(expected: Sequence[Box], got: Sequence[Box]) -> Iterator[float]:
    rest = list(got)
    for box in expected:
        offs = [(_apart(box, other), index) for index, other in enumerate(rest) if other.page == box.page]
        off, index = min(offs, default=(float("inf"), -1))
        yield off
        if index >= 0:
            rest.pop(index)
    yield from (float("inf") for _ in rest)


def _apart(one: Box, other: Box) -> float:
    sides = zip(
        (one.left, one.top, one.right, one.bottom), (other.left, other.top, other.right, other.bottom), strict=True
    )
    return max(abs(a - b) for a, b in sides)
