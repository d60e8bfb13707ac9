"""Optical reading engines, two unrelated ones behind one small interface. Each is loaded once a thread and kept.

Pages are read side by side, one a core; an engine keeps to one thread, or they would fight for the cores.

They come with `pip install segurdoc[ocr]`; Tesseract's French data come from the system (Debian: tesseract-ocr-fra).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from generator.common.machine import french_data
from generator.verify.raster import levelled
from generator.verify.text import Line, Piece

if TYPE_CHECKING:
    from generator.verify.raster import PageImage

# Fewer pieces than this do not tell how a page's slope changes.
_FEW_PIECES = 8
# A page that takes longer is no page of text.
PAGE_SECONDS = 60
# Tesseract's local threshold: a shadow swallows no line, and the accents of large capitals stay with their letters.
THRESHOLD = {"thresholding_method": "2"}
_THREAD = threading.local()
# RapidOCR fills some 0.8 GB while it reads a page: one page at once, however many cores there are.
_ONE_RAPID = threading.Lock()


class Reader(Protocol):
    """Reads a page."""

    name: str

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom."""


class ReaderMissingError(Exception):
    """The engine is not on this machine; `str()` says what is missing."""


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
    """Return the names of the engines that this machine has, without loading them."""
    present = {
        "tesseract": find_spec("tesserocr") is not None and french_data() is not None,
        "rapidocr": find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None,
    }
    return tuple(name for name in READERS if present[name])


def read_pages(name: str, pages: Iterable[PageImage]) -> list[tuple[Line, ...]]:
    """Return the lines of each page, read side by side on all cores.

    Raises:
        ReaderMissingError: the engine is not on this machine.
    """
    return list(_pool().map(lambda page: get_reader(name).read(page), pages))


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads that read, each with engines of its own: they are kept, for loading one takes a while."""
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
            yield _joined(row, corners, texts)
            row = []
        row.append(int(piece))
    if row:
        yield _joined(row, corners, texts)


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


def _joined(row: list[int], corners: NDArray[np.float64], texts: Sequence[str]) -> Line:
    ordered = sorted(row, key=lambda piece: float(corners[piece][0][0]))
    points = corners[ordered].reshape(-1, 2)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    pieces = tuple(Piece(texts[piece].strip(), _box_of(corners[piece])) for piece in ordered)
    return Line(" ".join(piece.text for piece in pieces), (int(left), int(top), int(right), int(bottom)), pieces)


def _box_of(points: NDArray[np.float64]) -> tuple[int, int, int, int]:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return int(left), int(top), int(right), int(bottom)
