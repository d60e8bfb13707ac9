"""Cutting: from the PDFs that LibreOffice makes of a probed template to a forme.

Three probings show what a place does. With the codes, where it is, and in which line. With a sign as narrow as any,
that nothing else moves, and which point of the line stays. With more words than a line can hold, how wide the line may
become. What moves otherwise, or is not as LibreOffice writes it, makes no forme: LibreOffice sets such documents.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any
from typing import cast

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject
from pypdf.generic import StreamObject

from generator.formes.assemble import assemble
from generator.formes.content import ContentError
from generator.formes.content import Font
from generator.formes.content import Portion
from generator.formes.content import read_font
from generator.formes.content import read_page
from generator.formes.content import text_block
from generator.formes.faces import BOXES
from generator.formes.faces import LATIN
from generator.formes.faces import Face
from generator.formes.faces import FaceError
from generator.formes.faces import complete_face
from generator.formes.faces import find_face
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.forme import Leaf
from generator.formes.forme import Run
from generator.formes.probe import NARROW
from generator.formes.probe import PREFIX
from generator.formes.probe import Place
from generator.formes.probe import code
from generator.formes.wrap import WIDE_WORD
from generator.formes.wrap import MisfitError
from generator.formes.wrap import width_of

# Points: portions that follow one another touch, what stays stays, widths agree with the face's own.
_TOUCHING, _STILL, _SAME_WIDTH = 0.8, 0.11, 0.6
_THOUSAND = 1000
# Between a line and what stands beside it.
_BESIDE = 3.0
_CODE = re.compile(rf"{PREFIX}[a-z]{{3}}")
_FILLING = re.compile(rf"(?:{WIDE_WORD})?(?: {NARROW}(?= |$))* ?")


class CutError(Exception):
    """No forme can be made; `str()` says why."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page of a probed PDF."""

    stream: int
    pieces: list[bytes | Portion]

    @property
    def portions(self) -> list[Portion]:
        return [piece for piece in self.pieces if isinstance(piece, Portion)]


@dataclass(frozen=True, slots=True)
class _Probed:
    """A probed PDF."""

    reader: PdfReader
    fonts: dict[str, Font]
    sheets: list[_Sheet]


def cut(
    by_code: bytes, narrow: bytes, wide: bytes, places: Sequence[Place], wraps: Sequence[tuple[int, ...]] = ()
) -> Forme:
    """Return the forme of a template.

    Args:
        by_code: the PDF of the template with codes as probes.
        narrow: with narrow probes.
        wide: with probes that no line can hold.
        places: the places that were probed.
        wraps: of each value that takes several lines, the places of its lines.

    Raises:
        CutError: no forme can be made.
    """
    try:
        first, second, third = (_read(data) for data in (by_code, narrow, wide))
        faces, indices = _faces(first, places)
        cutter = _Cutter(first, faces, indices, {code(place.number): place.number for place in places}, _rooms(third))
        cutter.lines = {code(place) for each in wraps for place in each}
        leaves = cutter.compare(second)
        groups = _with_rooms(cutter.groups, wraps)
        pdf, qr_code = assemble(first.reader, faces)
    except (ContentError, FaceError, MisfitError, PyPdfError, KeyError, ValueError) as error:
        raise CutError(str(error)) from error
    return Forme(pdf, tuple(places), faces, groups, tuple(leaves), qr_code, tuple(wraps))


def _read(pdf: bytes) -> _Probed:
    reader = PdfReader(io.BytesIO(pdf))
    fonts: dict[str, Font] = {}
    sheets = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for name, font in resources["/Font"].items():
            fonts.setdefault(name.lstrip("/"), read_font(font.get_object()))
        stream: Any = page.raw_get("/Contents")
        if not isinstance(stream, IndirectObject):
            raise CutError("a page of several streams")
        data = cast("StreamObject", stream.get_object()).get_data()
        sheets.append(_Sheet(stream.idnum, read_page(data, fonts)))
    return _Probed(reader, fonts, sheets)


def _rooms(wide: _Probed) -> dict[str, float]:
    """Return how wide each line became, by all that it says up to its first place."""
    rooms: dict[str, float] = {}
    for sheet in wide.sheets:
        for line in _lines(sheet.portions):
            said = _up_to_code(line)
            if said:
                rooms.setdefault(said, line[-1].end - line[0].x - _hanging(line[-1], wide.fonts))
    return rooms


def _hanging(portion: Portion, fonts: dict[str, Font]) -> float:
    """Return the width of the spaces at the end of a line: they hang out of it."""
    font = fonts[portion.font]
    space = next((font.widths[number] for number, text in font.texts.items() if text == " "), 0.0)
    count = len(portion.text) - len(portion.text.rstrip(" "))
    return count * space * portion.size / _THOUSAND


def _up_to_code(line: Sequence[Portion]) -> str:
    text = "".join(portion.text for portion in line)
    found = _CODE.search(text)
    return text[: found.end()] if found else ""


def _lines(portions: Sequence[Portion]) -> list[list[Portion]]:
    """Return portions by the lines they make: what touches, at one height."""
    lines: list[list[Portion]] = []
    for portion in portions:
        last = lines[-1][-1] if lines else None
        if last and last.y == portion.y and abs(last.end - portion.x) < _TOUCHING:
            lines[-1].append(portion)
        else:
            lines.append([portion])
    return lines


class _Cutter:
    """Compares two probings, page by page: collects the lines that have places, and sets what is fixed."""

    def __init__(
        self,
        first: _Probed,
        faces: tuple[Face, ...],
        indices: dict[str, int],
        numbers: dict[str, int],
        rooms: dict[str, float],
    ) -> None:
        self.groups: list[Group] = []
        # Codes of places that are lines of a value: their probes are filled.
        self.lines: set[str] = set()
        self._first, self._faces, self._indices, self._numbers, self._rooms = first, faces, indices, numbers, rooms

    def compare(self, second: _Probed) -> list[Leaf]:
        """Return the pages around the lines that have places."""
        if len(self._first.sheets) != len(second.sheets):
            raise CutError("the number of pages depends on a value")
        return [self._leaf(*sheets) for sheets in zip(self._first.sheets, second.sheets, strict=True)]

    def _leaf(self, sheet: _Sheet, other: _Sheet) -> Leaf:
        if len(sheet.pieces) != len(other.pieces):
            raise CutError("the number of lines depends on a value")
        lines, narrow = _lines(sheet.portions), iter(other.portions)
        made: dict[int, bytes | tuple[int, int]] = {}
        for line in lines:
            twin = list(islice(narrow, len(line)))
            runs = tuple(map(self._run, line))
            if any(isinstance(part, int) for run in runs for part in run.parts):
                made |= {id(portion): (len(self.groups), index) for index, portion in enumerate(line)}
                self.groups.append(self._group(line, twin, runs, lines))
            else:
                _check_still(line, twin)
                made |= {id(portion): _fixed_block(portion, run) for portion, run in zip(line, runs, strict=True)}
        pieces: list[bytes | tuple[int, int]] = []
        for piece, beside in zip(sheet.pieces, other.pieces, strict=True):
            if isinstance(piece, bytes) and piece != beside:
                raise CutError("a rule or a picture moves with a value")
            done = piece if isinstance(piece, bytes) else made[id(piece)]
            if isinstance(done, bytes) and pieces and isinstance(pieces[-1], bytes):
                pieces[-1] += done
            else:
                pieces.append(done)
        return Leaf(sheet.stream, tuple(pieces))

    def _run(self, portion: Portion) -> Run:
        """Part a portion at its codes, what is fixed in the glyphs of the complete face."""
        font = self._first.fonts[portion.font]
        index = self._indices[font.name]
        parts: list[Fixed | int] = []
        position = 0
        for found in _CODE.finditer(portion.text):
            if found[0] not in self._numbers:
                raise CutError(f"the template says {found[0]} itself")
            parts += [self._fixed(portion, font, position, found.start()), self._numbers[found[0]]]
            position = found.end()
            if found[0] in self.lines:
                filling = _FILLING.match(portion.text, position)
                position = filling.end() if filling else position
        parts.append(self._fixed(portion, font, position, len(portion.text)))
        return Run(index, portion.size, tuple(part for part in parts if isinstance(part, int) or part.array))

    def _fixed(self, portion: Portion, font: Font, start: int, end: int) -> Fixed:
        """Return a stretch of a portion in the complete face, each glyph where LibreOffice has set it."""
        face = self._faces[self._indices[font.name]]
        array, position, width = b"", 0, 0.0
        for item in portion.items:
            if isinstance(item, float):
                if start < position < end:
                    array += b"%g" % item
                    width -= item
                continue
            for number in item:
                text = font.texts[number]
                if start <= position < end:
                    glyph = face.glyph_of(text)
                    if glyph is None or abs(face.advances[glyph] - font.widths[number]) > 1:
                        raise CutError(f"{face.name}: {text!r} is not as LibreOffice has it")
                    array += b"<%04X>" % glyph
                    width += font.widths[number]
                position += len(text)
        return Fixed(array.replace(b"><", b""), width * portion.size / _THOUSAND)

    def _group(
        self,
        line: Sequence[Portion],
        twin: Sequence[Portion],
        runs: tuple[Run, ...],
        lines: Sequence[Sequence[Portion]],
    ) -> Group:
        for portion, other in zip(line, twin, strict=True):
            same = _CODE.findall(portion.text) == _CODE.findall(other.text)
            is_line = same and bool(set(_CODE.findall(portion.text)) & self.lines)
            if not is_line and _CODE.sub(NARROW, portion.text) != other.text:
                raise CutError(f"a line breaks elsewhere with another value: {other.text!r}")
            if abs(portion.y - other.y) > _STILL:
                raise CutError("a line's height depends on its value")
        filled = any(set(_CODE.findall(portion.text)) & self.lines for portion in line)
        for of, probe in () if filled else ((line, code), (twin, lambda _: NARROW)):
            if abs(self._natural(runs, probe) - (of[-1].end - of[0].x)) > _SAME_WIDTH:
                raise CutError(f"text is spaced in a way of its own: {of[0].text!r}")
        begin, end = line[0].x, line[-1].end
        other_begin, other_end = twin[0].x, twin[-1].end
        if abs(begin - other_begin) < _STILL:
            anchor, at = Anchor.LEFT, begin
        elif abs(end - other_end) < _SAME_WIDTH:
            anchor, at = Anchor.RIGHT, end
        elif abs(begin + end - other_begin - other_end) < _SAME_WIDTH:
            anchor, at = Anchor.CENTRE, (begin + end) / 2
        else:
            raise CutError(f"a line moves in a way of its own: {line[0].text!r}")
        if filled and anchor is not Anchor.LEFT:
            raise CutError("a value of several lines that does not begin at the left")
        # What was not seen to become wider may be as wide as it was.
        room = max(self._rooms.get(_up_to_code(line), 0.0), end - begin)
        return Group(anchor, at, line[0].y, min(room, _clear(line, lines)), runs)

    def _natural(self, runs: Sequence[Run], probe: Callable[[int], str]) -> float:
        """Return the width of a line as we set it."""
        return sum(
            part.width if isinstance(part, Fixed) else width_of(self._faces[run.face], run.size, probe(part))
            for run in runs
            for part in run.parts
        )


def _with_rooms(groups: Sequence[Group], wraps: Sequence[tuple[int, ...]]) -> tuple[Group, ...]:
    """Give the lines of a value the room of its first one: they end at the same edge."""
    firsts = {place: places[0] for places in wraps for place in places[1:]}
    homes = {place: group for group in groups for place in group.places}
    done = []
    for group in groups:
        first = next((firsts[place] for place in group.places if place in firsts), None)
        if first is None:
            done.append(group)
        else:
            done.append(replace(group, room=homes[first].at + homes[first].room - group.at))
    return tuple(done)


def _fixed_block(portion: Portion, run: Run) -> bytes:
    array = b"".join(part.array for part in run.parts if isinstance(part, Fixed))
    return text_block(portion.x, portion.y, run.face, run.size, array)


def _check_still(line: Sequence[Portion], twin: Sequence[Portion]) -> None:
    for portion, other in zip(line, twin, strict=True):
        still = abs(portion.x - other.x) < _STILL and abs(portion.y - other.y) < _STILL
        if portion.text != other.text or not still or abs(portion.width - other.width) > _STILL:
            raise CutError(f"what stands beside a value moves with it: {portion.text!r}")


def _clear(line: Sequence[Portion], lines: Sequence[Sequence[Portion]]) -> float:
    """Return how wide a line may become before it meets what stands beside it."""
    begin, end = line[0].x, line[-1].end
    rooms = [
        max(other[0].x - begin, end - other[-1].end) - _BESIDE
        for other in lines
        if other is not line and abs(other[0].y - line[0].y) < line[0].size
    ]
    return min(rooms, default=float("inf"))


def _faces(probed: _Probed, places: Sequence[Place]) -> tuple[tuple[Face, ...], dict[str, int]]:
    """Return the faces, complete where they take values, and the index of each by its name."""
    marks = {code(place.number) for place in places if place.is_box}
    wanted: dict[str, set[str]] = {}
    for font in probed.fonts.values():
        wanted.setdefault(font.name, {*BOXES, NARROW}).update("".join(font.texts.values()))
    for sheet in probed.sheets:
        for portion in sheet.portions:
            if set(_CODE.findall(portion.text)) - marks:
                wanted[probed.fonts[portion.font].name] |= LATIN
    faces = [complete_face(find_face(name), name, sorted(chars)) for name, chars in wanted.items()]
    settled = tuple(min((face, replace(face, kerns=True)), key=partial(_error, probed)) for face in faces)
    return settled, {name: index for index, name in enumerate(wanted)}


def _error(probed: _Probed, face: Face) -> float:
    """Return by how much the widths of LibreOffice's lines differ from those of a face."""
    error = 0.0
    for sheet in probed.sheets:
        for portion in sheet.portions:
            line = face.set(portion.text) if probed.fonts[portion.font].name == face.name else None
            error += abs(line.points(portion.size) - portion.width) if line else 0.0
    return error
