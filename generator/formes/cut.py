"""Cutting: from the PDFs that LibreOffice makes of a probed template to a forme.

Three probings show what a place does. With the codes, where it is, and in which line. With a sign as narrow as any,
that nothing else moves, and which point of the line stays. With more words than a line can hold, how wide the line may
become. What moves otherwise, or is not as LibreOffice writes it, makes no forme: LibreOffice sets such documents.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from pypdf.errors import PyPdfError

from generator.formes.assemble import assemble
from generator.formes.content import ContentError
from generator.formes.content import Font
from generator.formes.content import Portion
from generator.formes.content import block_head
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
from generator.formes.forme import Room
from generator.formes.forme import Run
from generator.formes.forme import Wrap
from generator.formes.logo import Spot
from generator.formes.probe import CODE
from generator.formes.probe import NARROW
from generator.formes.probe import Place
from generator.formes.probe import code
from generator.formes.probed import ProbedPdf
from generator.formes.probed import Sheet
from generator.formes.probed import lines_of
from generator.formes.probed import up_to_code
from generator.formes.rooms import SAME_WIDTH
from generator.formes.rooms import STILL
from generator.formes.rooms import WideLine
from generator.formes.rooms import room_of
from generator.formes.rooms import wide_lines
from generator.formes.spoken import find_alts
from generator.formes.spots import ShownLogo
from generator.formes.spots import find_logo
from generator.formes.spots import part_at_logo
from generator.formes.wrap import MisfitError
from generator.formes.wrap import width_of
from generator.pictures import Picture

_THOUSAND = 1000
# Between a line and what stands beside it.
_BESIDE = 3.0


class WidePdf(NamedTuple):
    """The PDF of a template with wide probes, and the probe of each place."""

    pdf: ProbedPdf
    text_of: Callable[[int], str]


class CutError(Exception):
    """No forme can be made; `str()` says why."""


def cut(
    by_code: ProbedPdf,
    narrow: ProbedPdf,
    wide: Sequence[WidePdf],
    places: Sequence[Place],
    *,
    wraps: Mapping[int, str],
    logos: tuple[Picture, Picture] | None,
) -> Forme:
    """Return the forme of a template.

    Args:
        by_code: the PDF of the template with codes as probes.
        narrow: with narrow probes.
        wide: with probes that no line can hold, each with others.
        places: the places that were probed.
        wraps: the probe, among the codes, of each value that takes several lines.
        logos: the logo as it was probed with the codes, and with narrow probes; None where it is none or fixed.

    Raises:
        CutError: no forme can be made.
    """
    try:
        faces, indices = _faces(by_code, places)
        known = {code(place.number): place.number for place in places}
        for each in dict.fromkeys(found for text in wraps.values() for found in CODE.findall(text)):
            known.setdefault(each, len(known))
        rooms = [wide_lines(each.pdf, each.text_of, faces, indices) for each in wide]
        shown = find_logo(by_code.reader, logos[0]) if logos else None
        logo = (shown, logos) if shown and logos else None
        cutter = _Cutter(by_code, faces=faces, indices=indices, numbers=known, wide=rooms, wraps=wraps, logo=logo)
        leaves = cutter.compare(narrow)
        groups, wrapped = _wrapped(cutter.groups, cutter.owners, len(places))
        alts = find_alts(by_code.reader, len(places))
        if logo and any(len(places) - 1 in alt.pieces for alt in alts):
            raise CutError("the logo stands in the text, whose structure tells its size")
        pdf, qr_code = assemble(by_code.reader, faces, shown and shown.number)
    except (ContentError, FaceError, MisfitError, PyPdfError, KeyError, ValueError) as error:
        raise CutError(str(error)) from error
    return Forme(
        pdf, tuple(places), faces, groups, tuple(leaves), qr_code, shown and shown.number, alts=alts, wraps=wrapped
    )


class _Cutter:
    """Compares two probings, page by page: collects the lines that have places, and sets what is fixed."""

    def __init__(
        self,
        first: ProbedPdf,
        *,
        faces: tuple[Face, ...],
        indices: dict[str, int],
        numbers: dict[str, int],
        wide: Sequence[Mapping[str, list[WideLine]]],
        wraps: Mapping[int, str],
        logo: tuple[ShownLogo, tuple[Picture, Picture]] | None,
    ) -> None:
        self.groups: list[Group] = []
        # Of each code in the probe of a value that takes several lines: the value's place.
        self.owners = {numbers[found]: place for place, text in wraps.items() for found in CODE.findall(text)}
        self._wraps, self._logo = wraps, logo
        # Their probes are filled.
        self._filled = {found for text in wraps.values() for found in CODE.findall(text)}
        self._first, self._faces, self._indices, self._numbers, self._wide = first, faces, indices, numbers, wide

    def compare(self, second: ProbedPdf) -> list[Leaf]:
        """Return the pages around the lines that have places."""
        if len(self._first.sheets) != len(second.sheets):
            raise CutError("the number of pages depends on a value")
        return [self._leaf(*sheets) for sheets in zip(self._first.sheets, second.sheets, strict=True)]

    def _leaf(self, sheet: Sheet, other: Sheet) -> Leaf:
        if len(sheet.pieces) != len(other.pieces):
            raise CutError("the number of lines depends on a value")
        lines, narrow = lines_of(sheet.portions), iter(other.portions)
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
        pieces: list[bytes | tuple[int, int] | Spot] = []
        for piece, beside in zip(sheet.pieces, other.pieces, strict=True):
            for done in self._fixed_pieces(piece, beside) if isinstance(piece, bytes) else (made[id(piece)],):
                if isinstance(done, bytes) and pieces and isinstance(pieces[-1], bytes):
                    pieces[-1] += done
                else:
                    pieces.append(done)
        return Leaf(sheet.stream, tuple(pieces))

    def _fixed_pieces(self, piece: bytes, beside: bytes | Portion) -> Iterable[bytes | Spot]:
        """Return what stands between portions, which is the same whatever the values, but for the logo."""
        if self._logo and isinstance(beside, bytes):
            return part_at_logo(piece, beside, *self._logo)
        if piece != beside:
            raise CutError("a rule or a picture moves with a value")
        return (piece,)

    def _run(self, portion: Portion) -> Run:
        """Part a portion at its codes, what is fixed in the glyphs of the complete face."""
        font = self._first.fonts[portion.font]
        index = self._indices[font.name]
        parts: list[Fixed | int] = []
        position = 0
        for found in CODE.finditer(portion.text):
            if found[0] not in self._numbers:
                raise CutError(f"the template says {found[0]} itself")
            if found.start() < position:
                continue
            parts += [self._fixed(portion, font, position, found.start()), self._numbers[found[0]]]
            position = found.end()
            if found[0] in self._filled:
                position += self._filling(found[0], portion.text[position:])
        parts.append(self._fixed(portion, font, position, len(portion.text)))
        return Run(index, portion.size, tuple(part for part in parts if isinstance(part, int) or part.array))

    def _filling(self, begun: str, text: str) -> int:
        """Return how much of a text is the probe that goes on after a code: all the rest of it, or up to a break."""
        probe = self._wraps[self.owners[self._numbers[begun]]].partition(begun)[2]
        if text.startswith(probe):
            return len(probe)
        for further in CODE.finditer(probe):
            # The space before the break may hang out of the line.
            if text.rstrip(" ") == probe[: further.start()].rstrip(" "):
                return len(text)
        raise CutError("a value of several lines breaks elsewhere")

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
        width *= portion.size / _THOUSAND
        natural = face.set(portion.text[start:end])
        return Fixed(array.replace(b"><", b""), width, natural.measured(portion.size) if natural else width)

    def _group(
        self,
        line: Sequence[Portion],
        twin: Sequence[Portion],
        runs: tuple[Run, ...],
        lines: Sequence[Sequence[Portion]],
    ) -> Group:
        for portion, other in zip(line, twin, strict=True):
            same = CODE.findall(portion.text) == CODE.findall(other.text)
            is_line = same and bool(set(CODE.findall(portion.text)) & self._filled)
            if not is_line and CODE.sub(NARROW, portion.text) != other.text:
                raise CutError(f"a line breaks elsewhere with another value: {other.text!r}")
            if abs(portion.y - other.y) > STILL:
                raise CutError("a line's height depends on its value")
        filled = any(set(CODE.findall(portion.text)) & self._filled for portion in line)
        for of, probe in () if filled else ((line, code), (twin, lambda _: NARROW)):
            if abs(self._natural(runs, probe) - (of[-1].end - of[0].x)) > SAME_WIDTH:
                raise CutError(f"text is spaced in a way of its own: {of[0].text!r}")
        begin, end = line[0].x, line[-1].end
        other_begin, other_end = twin[0].x, twin[-1].end
        if self._is_broken(line):
            # The space after the word hangs out of the line, in a portion of its own where the line is set right.
            end, other_end = (of[0].x + self._without_hanging(of, runs) for of in (line, twin))
            if not line[-1].text.strip(" "):
                runs = (*runs[:-1], replace(runs[-1], parts=()))
        if abs(begin - other_begin) < STILL:
            anchor, at = Anchor.LEFT, begin
        elif abs(end - other_end) < SAME_WIDTH:
            anchor, at = Anchor.RIGHT, end
        elif abs(begin + end - other_begin - other_end) < SAME_WIDTH:
            anchor, at = Anchor.CENTRE, (begin + end) / 2
        else:
            raise CutError(f"a line moves in a way of its own: {line[0].text!r}")
        # What was not seen to become wider may be as wide as it was.
        room = room_of(self._wide, up_to_code(line), anchor, at) or Room(end - begin, float("inf"))
        return Group(anchor, at, line[0].y, room._replace(fits=min(room.fits, _clear(line, lines))), runs)

    def _is_broken(self, line: Sequence[Portion]) -> bool:
        """Tell whether a line ends where the probe of a value breaks."""
        text = "".join(portion.text for portion in line).rstrip(" ")
        codes = [found for found in CODE.finditer(text) if found[0] in self._filled]
        if not codes:
            return False
        probe = self._wraps[self.owners[self._numbers[codes[-1][0]]]].partition(codes[-1][0])[2]
        rest = text[codes[-1].end() :]
        breaks = (probe[: further.start()].rstrip(" ") for further in CODE.finditer(probe))
        return rest in breaks

    def _without_hanging(self, line: Sequence[Portion], runs: Sequence[Run]) -> float:
        """Return the width of a line by its glyphs, but for the spaces at its end."""
        texts = [portion.text for portion in line[:-1]] + [line[-1].text.rstrip(" ")]
        return sum(width_of(self._faces[run.face], run.size, text) for run, text in zip(runs, texts, strict=True))

    def _natural(self, runs: Sequence[Run], probe: Callable[[int], str]) -> float:
        """Return the width of a line as we set it."""
        return sum(
            part.width if isinstance(part, Fixed) else width_of(self._faces[run.face], run.size, probe(part))
            for run in runs
            for part in run.parts
        )


def _wrapped(
    groups: Sequence[Group], owners: Mapping[int, int], count: int
) -> tuple[tuple[Group, ...], tuple[Wrap, ...]]:
    """Number the lines of values that take several: each line of each use has a number of its own.

    Args:
        groups: the lines that have places.
        owners: the place of the value that each code of its probe belongs to.
        count: how many places there are.
    """
    uses: list[tuple[int, list[int]]] = []
    for index, group in enumerate(groups):
        for number in group.places:
            place = owners.get(number)
            if place == number:
                uses.append((place, [index]))
            elif place is not None:
                # A break: a line of the use that was last begun.
                begun = [use for use in uses if use[0] == place]
                if not begun or group.places[0] != number:
                    raise CutError("a value of several lines breaks elsewhere")
                begun[-1][1].append(index)
    done, wrapped = list(groups), []
    for place, indices in (use for use in uses if len(use[1]) > 1):
        first, second = groups[indices[0]], groups[indices[1]]
        numbers = tuple(range(count, count + len(indices)))
        count += len(indices)
        wrapped.append(Wrap(place, numbers))
        for number, index in zip(numbers, indices, strict=True):
            group = groups[index]
            moved = group.at - first.at if first.anchor is Anchor.LEFT else 0.0
            alike = group.anchor is first.anchor and abs(group.at - first.at - moved) < SAME_WIDTH
            if len(group.places) > 1 or not alike or (index != indices[0] and abs(group.at - second.at) > STILL):
                raise CutError("a value of several lines that do not begin or end at one edge")
            done[index] = replace(group, runs=_renumbered(group.runs, number), room=first.room.less(moved))
    return tuple(done), tuple(wrapped)


def _renumbered(runs: Sequence[Run], number: int) -> tuple[Run, ...]:
    """Return runs whose only place has another number."""
    return tuple(
        replace(run, parts=tuple(number if isinstance(part, int) else part for part in run.parts)) for run in runs
    )


def _fixed_block(portion: Portion, run: Run) -> bytes:
    array = b"".join(part.array for part in run.parts if isinstance(part, Fixed))
    return text_block(portion.x, block_head(portion.y, run.face, run.size), array)


def _check_still(line: Sequence[Portion], twin: Sequence[Portion]) -> None:
    for portion, other in zip(line, twin, strict=True):
        still = abs(portion.x - other.x) < STILL and abs(portion.y - other.y) < STILL
        if portion.text != other.text or not still or abs(portion.width - other.width) > STILL:
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


def _faces(probed: ProbedPdf, places: Sequence[Place]) -> tuple[tuple[Face, ...], dict[str, int]]:
    """Return the faces, complete where they take values, and the index of each by its name."""
    marks = {code(place.number) for place in places if place.is_box}
    wanted: dict[str, set[str]] = {}
    for font in probed.fonts.values():
        wanted.setdefault(font.name, {*BOXES, NARROW}).update("".join(font.texts.values()))
    for sheet in probed.sheets:
        for portion in sheet.portions:
            if set(CODE.findall(portion.text)) - marks:
                wanted[probed.fonts[portion.font].name] |= LATIN
    faces = [complete_face(find_face(name), name, "".join(sorted(chars))) for name, chars in wanted.items()]
    settled = tuple(min((face, replace(face, kerns=True)), key=partial(_error, probed)) for face in faces)
    return settled, {name: index for index, name in enumerate(wanted)}


def _error(probed: ProbedPdf, face: Face) -> float:
    """Return by how much the widths of LibreOffice's lines differ from those of a face."""
    error = 0.0
    for sheet in probed.sheets:
        for portion in sheet.portions:
            line = face.set(portion.text) if probed.fonts[portion.font].name == face.name else None
            error += abs(line.points(portion.size) - portion.width) if line else 0.0
    return error
