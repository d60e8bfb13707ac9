"""Optical reading engines, two unrelated ones behind one small interface. Each is loaded once and kept.

They come with `pip install segurdoc[ocr]`; Tesseract's French data come from the system (Debian: tesseract-ocr-fra).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Protocol

if TYPE_CHECKING:
    from generator.readback.raster import PageImage

_TESSDATA = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/opt/homebrew/share/tessdata")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that an engine read, and where: left, top, right and bottom, in pixels."""

    text: str
    box: tuple[int, int, int, int]


class Engine(Protocol):
    """Reads a page."""

    name: str

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom."""


class EngineMissingError(Exception):
    """The engine is not on this machine; `str()` says what is missing."""


class Tesseract:
    """Tesseract 5 with French data, in process: a start for each page would take as long as the reading."""

    name = "tesseract"

    def __init__(self) -> None:
        try:
            import tesserocr
        except ImportError as error:
            raise EngineMissingError("pip install segurdoc[ocr]") from error
        data = french_data()
        if data is None:
            raise EngineMissingError("fra.traineddata (Debian : apt-get install tesseract-ocr-fra)")
        self._levels = tesserocr.RIL
        self._api: Any = tesserocr.PyTessBaseAPI(path=str(data), lang="fra", psm=tesserocr.PSM.SINGLE_COLUMN)

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom."""
        height, width = page.pixels.shape
        self._api.SetImageBytes(page.pixels.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(page.dpi)
        self._api.Recognize()
        lines = []
        iterator = self._api.GetIterator()
        while iterator:
            if not iterator.Empty(self._levels.TEXTLINE):
                text = iterator.GetUTF8Text(self._levels.TEXTLINE).strip()
                lines.append(Line(text, iterator.BoundingBox(self._levels.TEXTLINE)))
            if not iterator.Next(self._levels.TEXTLINE):
                break
        return tuple(line for line in lines if line.text)


class Rapid:
    """RapidOCR (PP-OCR) on ONNX Runtime; its models come in its wheel."""

    name = "rapidocr"

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise EngineMissingError("pip install segurdoc[ocr]") from error
        # Its classifier of upside-down text turns long lines over: upright pages have no use for it.
        self._engine: Any = RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})

    def read(self, page: PageImage) -> tuple[Line, ...]:
        """Return the lines of a page, from top to bottom; pieces of one line are joined from left to right."""
        result = self._engine(page.pixels, use_cls=False)
        if result.boxes is None or result.txts is None:
            return ()
        pieces = []
        for corners, text in zip(result.boxes, result.txts, strict=True):
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            pieces.append(Line(text.strip(), (int(left), int(top), int(right), int(bottom))))
        return tuple(_rows(pieces))


ENGINES: dict[str, Callable[[], Engine]] = {"tesseract": Tesseract, "rapidocr": Rapid}


@cache
def engine(name: str) -> Engine:
    """Return an engine, loaded once a process.

    Raises:
        EngineMissingError: it is not on this machine.
    """
    return ENGINES[name]()


def french_data() -> Path | None:
    """Return the folder of Tesseract's French data, None where there is none."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    found = (path for pattern in _TESSDATA for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    folders = [Path(prefix)] if prefix else found
    return next((folder for folder in folders if (folder / "fra.traineddata").is_file()), None)


def _rows(pieces: Iterable[Line]) -> Iterable[Line]:
    """Join the pieces that stand side by side: those whose middle is within the height of the row's first one."""
    row: list[Line] = []
    for piece in sorted(pieces, key=lambda found: found.box[1] + found.box[3]):
        middle = (piece.box[1] + piece.box[3]) / 2
        if row and not row[0].box[1] <= middle <= row[0].box[3]:
            yield _joined(row)
            row = []
        row.append(piece)
    if row:
        yield _joined(row)


def _joined(row: list[Line]) -> Line:
    ordered = sorted(row, key=lambda found: found.box[0])
    lefts, tops, rights, bottoms = zip(*(piece.box for piece in ordered), strict=True)
    return Line(" ".join(piece.text for piece in ordered), (min(lefts), min(tops), max(rights), max(bottoms)))
