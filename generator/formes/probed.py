"""The PDF of a probed template, read: its fonts, and its pages as portions of text in lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import cast

from pypdf import PdfReader
from pypdf.generic import IndirectObject
from pypdf.generic import StreamObject

from generator.formes.content import ContentError
from generator.formes.content import Font
from generator.formes.content import Portion
from generator.formes.content import read_font
from generator.formes.content import read_page
from generator.formes.probe import CODE

# Points: portions that follow one another touch.
_TOUCHING = 0.8


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a probed PDF."""

    stream: int
    pieces: list[bytes | Portion]

    @property
    def portions(self) -> list[Portion]:
        """Its text."""
        return [piece for piece in self.pieces if isinstance(piece, Portion)]


@dataclass(frozen=True, slots=True)
class ProbedPdf:
    """A probed PDF."""

    reader: PdfReader
    fonts: dict[str, Font]
    sheets: list[Sheet]


def read_probed(pdf: bytes) -> ProbedPdf:
    """Return the PDF of a probed template.

    Raises:
        ContentError: it is not as LibreOffice writes it.
    """
    reader = PdfReader(io.BytesIO(pdf))
    fonts: dict[str, Font] = {}
    sheets = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for name, font in resources["/Font"].items():
            fonts.setdefault(name.lstrip("/"), read_font(font.get_object()))
        stream: Any = page.raw_get("/Contents")
        if not isinstance(stream, IndirectObject):
            raise ContentError("a page of several streams")
        data = cast("StreamObject", stream.get_object()).get_data()
        sheets.append(Sheet(stream.idnum, read_page(data, fonts)))
    return ProbedPdf(reader, fonts, sheets)


def up_to_code(line: Sequence[Portion]) -> str:
    """Return what a line says up to its first code; nothing without one."""
    text = "".join(portion.text for portion in line)
    found = CODE.search(text)
    return text[: found.end()] if found else ""


def lines_of(portions: Sequence[Portion]) -> list[list[Portion]]:
    """Return portions by the lines they make: what touches, at one height."""
    lines: list[list[Portion]] = []
    for portion in portions:
        last = lines[-1][-1] if lines else None
        if last and last.y == portion.y and abs(last.end - portion.x) < _TOUCHING:
            lines[-1].append(portion)
        else:
            lines.append([portion])
    return lines
