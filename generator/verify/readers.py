"""Optical readers, two unrelated ones behind one small interface. Each is loaded once a thread and kept.

Pages are read side by side, one a core; a reader keeps to one thread, or they would fight for the cores.

They come with `pip install segurdoc[ocr]`; Tesseract's French data come from the system (Debian: tesseract-ocr-fra).

Readers read a page line by line: a large title gets lost, and lines half a line apart are read as one. Such pieces are
read once more, alone: lines that were passed over, and the cells of tables.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.common.missing_tools import french_data
from generator.documents.pictures import MM_PER_INCH
from generator.verify.raster import PageImage, Pixels, enlarged, levelled
from generator.verify.rows import Rules
from generator.verify.text import Box, Line, Piece, union

# Fewer pieces than this do not tell how a page's slope changes.
_FEW_PIECES = 8
# A page that takes longer is no page of text.
PAGE_SECONDS = 60
# Tesseract's local threshold: a shadow swallows no line, and the accents of large capitals stay with their letters.
# With it, and pages made even, it reads 173 of 173 texts on pale toner instead of 103 (docs/ocr-layout.md).
THRESHOLD = {"thresholding_method": "2"}
# A reader serves one thread at a time: each thread has its own.
_THREAD = threading.local()
# RapidOCR fills some 0.8 GB while it reads a page: one page at once, however many cores there are.
_ONE_RAPID = threading.Lock()
# Ink is darker than this on a levelled page; around the lines that were read, this share of their height is theirs.
_INK, _AROUND = 140, 0.25
# In millimetres: how high a line of text is, at least and at most; how wide its ink is together; what joins letters.
_LOWEST, _HIGHEST, _NARROWEST, _JOIN = 1.5, 15.0, 4.0, 2.5
# In millimetres: how far an accent is above its letter; what is left around a piece.
_ACCENT, _PAD = 0.5, 0.4
# Of what a page shows, no more is read again; a cell is no wider than this share of the page.
_MOST, _MOST_CELLS, _CELL = 12, 80, 0.45
# In pixels: the white that is put around a piece that is read alone; what is left of the page around a cell.
_MARGIN, _CELL_PAD = 20, 3


class Reader(Protocol):
    """Reads a page."""

    name: str

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom."""


class ReaderMissingError(Exception):
    """The reader is not on this machine; `str()` says what is missing."""


class Tesseract:
    """Tesseract 5 with French data, in process: a start for each page would take as long as the reading."""

    name = "tesseract"

    def __init__(self) -> None:
        # Tesseract's own threads make one page a third quicker and two pages at once much slower.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        try:
            import tesserocr
        except ImportError as error:
            raise ReaderMissingError("pip install segurdoc[ocr]") from error
        data = french_data()
        if data is None:
            raise ReaderMissingError("fra.traineddata (Debian : apt-get install tesseract-ocr-fra)")
        self._levels = tesserocr.RIL
        # One block of text: in modes 3 and 4 Tesseract looks for columns, and parts labels from their values.
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(data), lang="fra", psm=tesserocr.PSM.SINGLE_BLOCK, variables=THRESHOLD
        )

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom."""
        even = levelled(page)
        height, width = page.pixels.shape
        self._api.SetImageBytes(even.pixels.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(page.dpi)
        if not self._api.Recognize(PAGE_SECONDS * 1000):
            return ()
        return tuple(line for line in self._lines() if line.text)

    def _lines(self) -> Iterator[Line]:
        line, word = self._levels.TEXTLINE, self._levels.WORD
        iterator = self._api.GetIterator()
        text, box, pieces = "", (0, 0, 0, 0), list[Piece]()
        while iterator:
            if not iterator.Empty(word):
                if iterator.IsAtBeginningOf(line):
                    yield Line(text, box, tuple(pieces))
                    text, box, pieces = iterator.GetUTF8Text(line).strip(), iterator.BoundingBox(line), []
                text_of_word = iterator.GetUTF8Text(word).strip()
                pieces.append(Piece(text_of_word, iterator.BoundingBox(word), iterator.Confidence(word)))
            if not iterator.Next(word):
                break
        yield Line(text, box, tuple(pieces))


class Rapid:
    """RapidOCR (PP-OCR) on ONNX Runtime; its models come in its wheel."""

    name = "rapidocr"

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise ReaderMissingError("pip install segurdoc[ocr]") from error
        # Its classifier of upside-down text turns long lines over: upright pages have no use for it.
        # Lines read one by one come out the same whatever stands beside them, and sooner than padded to one length.
        self._engine: Any = RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "Rec.rec_batch_num": 1,
            }
        )

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom; pieces of one line are joined from left to right."""
        with _ONE_RAPID:
            result = self._engine(page.pixels, use_cls=False)
        if result.boxes is None or result.txts is None:
            return ()
        return tuple(rows_of(np.asarray(result.boxes, dtype=np.float64), result.txts))


READERS: dict[str, Callable[[], Reader]] = {"tesseract": Tesseract, "rapidocr": Rapid}


def get_reader(name: str) -> Reader:
    """Return a reader, loaded once a thread.

    Raises:
        ReaderMissingError: it is not on this machine.
    """
    loaded: dict[str, Reader] = _THREAD.__dict__.setdefault("engines", {})
    if name not in loaded:
        loaded[name] = READERS[name]()
    return loaded[name]


def installed_readers() -> tuple[str, ...]:
    """Return the names of the readers that this machine has, without loading them."""
    present = {
        "tesseract": find_spec("tesserocr") is not None and french_data() is not None,
        "rapidocr": find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None,
    }
    return tuple(name for name in READERS if present[name])


def read_pages(name: str, pages: Iterable[PageImage]) -> list[tuple[Line, ...]]:
    """Return the lines of each page, read side by side on all cores.

    Raises:
        ReaderMissingError: the reader is not on this machine.
    """
    return list(_pool().map(lambda page: get_reader(name).read(page), pages))


@cache
def _pool() -> ThreadPoolExecutor:
    # Threads are kept, each with readers of its own: loading one takes a while.
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="reader")


def rows_of(corners: NDArray[np.float64], texts: Sequence[str]) -> Iterator[Line]:
    """Join the pieces that stand side by side, from left to right, on a page that may be askew.

    Args:
        corners: for each piece its four corners, from the top left clockwise.
        texts: for each piece what it says.
    """
    levels = _levels(corners)
    heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    row: list[int] = []
    for piece in np.argsort(levels, kind="stable"):
        if row and levels[piece] - levels[row[0]] > heights[row[0]] / 2:
            yield _row_line(row, corners, texts)
            row = []
        row.append(int(piece))
    if row:
        yield _row_line(row, corners, texts)


def _levels(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far down the page each piece's line begins.

    Lines run askew, and on a photo more so at one end of the page than at the other: their slope is taken to change
    evenly down the page, and long pieces tell it best.
    """
    left, right = (corners[:, 0] + corners[:, 3]) / 2, (corners[:, 1] + corners[:, 2]) / 2
    middle, run = (left + right) / 2, np.maximum(right[:, 0] - left[:, 0], 1)
    slopes = (right[:, 1] - left[:, 1]) / run
    degree = 1 if len(corners) > _FEW_PIECES else 0
    slope = np.polyval(np.polyfit(middle[:, 1], slopes, degree, w=run), middle[:, 1])
    levels: NDArray[np.float64] = middle[:, 1] - slope * middle[:, 0]
    return levels


def _row_line(row: list[int], corners: NDArray[np.float64], texts: Sequence[str]) -> Line:
    ordered = sorted(row, key=lambda piece: float(corners[piece][0][0]))
    pieces = []
    for piece in ordered:
        (left, top), (right, bottom) = corners[piece].min(axis=0), corners[piece].max(axis=0)
        pieces.append(Piece(texts[piece].strip(), (int(left), int(top), int(right), int(bottom))))
    return Line(" ".join(piece.text for piece in pieces), union([piece.box for piece in pieces]), tuple(pieces))


def read_whole(reader: str, pages: Sequence[PageImage]) -> list[tuple[Line, ...]]:
    """Return the lines of each page, those that the reader passes over at first included.

    Args:
        reader: the reader.
        pages: the pages, their lines level.

    Raises:
        ReaderMissingError: the reader is not on this machine.
    """
    return [
        tuple(_in_order((*lines, *_passed_over(reader, page, lines))))
        for page, lines in zip(pages, read_pages(reader, pages), strict=True)
    ]


def _in_order(lines: Iterable[Line]) -> Iterator[Line]:
    """Return lines from top to bottom; those next to one another are one line, from left to right."""
    # The words of a large title may be passed over one by one.
    level: list[Line] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if level and not all(_is_next_to(line, other) for other in level):
            yield _joined(level)
            level = []
        level.append(line)
    if level:
        yield _joined(level)


def _is_next_to(one: Line, other: Line) -> bool:
    is_apart = one.box[2] <= other.box[0] or other.box[2] <= one.box[0]
    return is_apart and abs(one.middle - other.middle) < min(one.height, other.height) / 2


def _joined(lines: Sequence[Line]) -> Line:
    ordered = sorted(lines, key=lambda line: line.box[0])
    pieces = tuple(piece for line in ordered for piece in line.pieces)
    return Line(" ".join(line.text for line in ordered), union([line.box for line in ordered]), pieces)


def read_cells(reader: str, page: PageImage, rules: Rules) -> tuple[Piece, ...]:
    """Return what stands on a page in narrow lines, as in the cells of tables, each read alone.

    Args:
        reader: the reader.
        page: the page, its lines level, without the rules of tables.
        rules: these rules; an upright one parts two cells.

    Raises:
        ReaderMissingError: the reader is not on this machine.
    """
    widest = _CELL * page.pixels.shape[1]
    boxes = [box for box in _text_boxes(_ink_of(page), page.dpi, rules.down) if box[2] - box[0] < widest][:_MOST_CELLS]
    read = _read_alone(reader, page, boxes)
    unit = page.dpi / MM_PER_INCH
    across, down = round(_PAD * unit), round((_PAD + _ACCENT / 2) * unit)
    return tuple(
        Piece(" ".join(line.text for line in lines), (left + across, top + down, right - across, bottom - down))
        for (left, top, right, bottom), lines in zip(boxes, read, strict=True)
        if lines
    )


def read_cell(reader: str, page: PageImage, box: Box) -> tuple[str, ...]:
    """Return what a reader reads in a box in several sizes, on white paper: the rules of a table are outside of it.

    Raises:
        ReaderMissingError: the reader is not on this machine.
    """
    left, top, right, bottom = box
    piece = page.pixels[max(top - _CELL_PAD, 0) : bottom + _CELL_PAD, max(left - _CELL_PAD, 0) : right + _CELL_PAD]
    cell = PageImage(np.pad(piece, _MARGIN, constant_values=255), page.dpi)
    read = (read_pages(reader, [enlarged(cell, factor) if factor > 1 else cell])[0] for factor in (1.0, 1.5, 2.0))
    return tuple("".join(line.text for line in lines) for lines in read)


def _passed_over(reader: str, page: PageImage, lines: Sequence[Line]) -> Iterator[Line]:
    boxes = list(_unread_boxes(page, lines))[:_MOST]
    for (left, top, _, _), read in zip(boxes, _read_alone(reader, page, boxes), strict=True):
        # Places within the piece become places on the page, of which the piece shows a part with a margin around it.
        for line in read:
            yield _moved(line, left - _MARGIN, top - _MARGIN)


def _read_alone(reader: str, page: PageImage, boxes: Sequence[Box]) -> list[tuple[Line, ...]]:
    pieces = (page.pixels[top:bottom, left:right] for left, top, right, bottom in boxes)
    return read_pages(reader, [PageImage(np.pad(piece, _MARGIN, constant_values=255), page.dpi) for piece in pieces])


def _ink_of(page: PageImage) -> Pixels:
    return (levelled(page).pixels < _INK).astype(np.uint8)


def _unread_boxes(page: PageImage, lines: Sequence[Line]) -> Iterator[Box]:
    """Return where ink stands in the form of a line of text, outside of what was read."""
    ink = _ink_of(page)
    for piece in (piece for line in lines for piece in line.pieces or (Piece(line.text, line.box),)):
        left, top, right, bottom = piece.box
        around = round(_AROUND * (bottom - top))
        ink[max(top - around, 0) : bottom + around, max(left - around, 0) : right + around] = 0
    narrowest = _NARROWEST / MM_PER_INCH * page.dpi
    yield from (box for box in _text_boxes(ink, page.dpi) if box[2] - box[0] >= narrowest)


def _text_boxes(ink: Pixels, dpi: int, apart: Pixels | None = None) -> Iterator[Box]:
    """Return the boxes of ink that has the form of a line of text, from top to bottom, parted where asked for."""
    height, width = ink.shape
    unit = dpi / MM_PER_INCH
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(round(_JOIN * unit), 1)), np.uint8))
    if apart is not None:
        joined = np.where(apart > 0, 0, joined).astype(np.uint8)
    # Accents and dots belong to the letters below them.
    joined = cv2.dilate(joined, np.ones((max(round(_ACCENT * unit), 1), 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    pad = round(_PAD * unit)
    for left, top, wide, high, _ in stats[1:].tolist():
        if _LOWEST * unit <= high <= _HIGHEST * unit and wide >= high / 2:
            yield max(left - pad, 0), max(top - pad, 0), min(left + wide + pad, width), min(top + high + pad, height)


def _moved(line: Line, right: int, down: int) -> Line:
    def shifted(box: Box) -> Box:
        return box[0] + right, box[1] + down, box[2] + right, box[3] + down

    return Line(line.text, shifted(line.box), tuple(Piece(each.text, shifted(each.box)) for each in line.pieces))
