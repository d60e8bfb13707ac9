"""Setting: an order's values are put into the places of a forme."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from functools import lru_cache

from pypdf import PdfReader

from generator.formes.content import text_block
from generator.formes.forme import Anchor
from generator.formes.forme import Fixed
from generator.formes.forme import Forme
from generator.formes.forme import Group
from generator.formes.logo import Spot
from generator.formes.logo import drawn
from generator.formes.logo import place_logo
from generator.formes.probe import joined
from generator.formes.wrap import MisfitError
from generator.formes.wrap import fits_line
from generator.formes.wrap import line_of
from generator.formes.wrap import spread
from generator.modules import Modules
from generator.pdf.finish import finish_copy
from generator.pdf.objects import PdfBase
from generator.pdf.objects import PdfCopy
from generator.pdf.objects import packed
from generator.pdf.objects import text
from generator.pdf.properties import Attachment
from generator.pdf.properties import PdfProperties
from generator.pictures import Picture

# A kilobyte more in two fifths of the time.
_LEVEL = 1
# A row of modules is drawn in pieces of so many: there are not many different ones.
_CUT = 8


def set_forme(
    forme: Forme,
    values: Sequence[str],
    *,
    qr_code: Modules,
    logo: Picture | None,
    properties: PdfProperties,
    attachment: Attachment | None,
) -> bytes:
    """Return the PDF of an order.

    Args:
        forme: the forme of its kind.
        values: the value of each place.
        qr_code: the modules of its QR code.
        logo: the vendor's.
        properties: what the PDF says of itself.
        attachment: what it carries.

    Raises:
        MisfitError: a value is too wide for its place, or has a sign that the forme's faces do not have.
    """
    values = spread(forme, values)
    blocks = [_set_group(forme, group, values) for group in forme.groups]

    def set_piece(piece: bytes | tuple[int, int] | Spot) -> bytes:
        if isinstance(piece, bytes):
            return piece
        if isinstance(piece, Spot):
            return drawn(piece, logo) if logo else b""
        return blocks[piece[0]][piece[1]]

    base = _base(forme.pdf)
    copy = PdfCopy(base)
    for leaf in forme.leaves:
        copy.replace(copy.reference(leaf.stream), packed(b"".join(map(set_piece, leaf.pieces)), _LEVEL))
    copy.replace(copy.reference(forme.qr_code), _squares(qr_code))
    if forme.logo is not None and logo:
        place_logo(copy, forme.logo, logo)
    for alt in forme.alts:
        copy.replace(copy.reference(alt.number), alt.head + text(joined(alt.pieces, values)) + alt.tail)
    return finish_copy(copy, base.reader, properties, attachment)


def _set_group(forme: Forme, group: Group, values: Sequence[str]) -> list[bytes]:
    arrays: list[bytes] = []
    widths: list[float] = []
    for run in group.runs:
        array, width = b"", 0.0
        for part in run.parts:
            if isinstance(part, Fixed):
                array += part.array
                width += part.width
                continue
            line = line_of(forme.faces[run.face], values[part])
            array += line.array
            width += line.points(run.size)
        arrays.append(array)
        widths.append(width)
    if not fits_line(forme, group, values):
        raise MisfitError(f"as wide as its line of {group.room.fits:.1f} pt, or wider")
    whole = sum(widths)
    x = group.at - {Anchor.LEFT: 0.0, Anchor.CENTRE: whole / 2, Anchor.RIGHT: whole}[group.anchor]
    blocks = []
    for array, width, head in zip(arrays, widths, group.heads, strict=True):
        blocks.append(text_block(x, head, array))
        x += width
    return blocks


def _squares(modules: Modules) -> bytes:
    """Return a drawing of a QR code that fills the unit square: all squares are one path, so that no seams show."""
    size = len(modules)
    lines = [
        "".join([_dashes(start, row[start : start + _CUT]) for start in range(0, size, _CUT)]).replace("y", str(height))
        for height, row in zip(range(size - 1, -1, -1), modules, strict=True)
    ]
    scale = f"{1 / size:.8f}"
    drawing = f"{scale} 0 0 {scale} 0 0 cm 0 g\n{''.join(lines)}f".encode()
    return packed(drawing, _LEVEL, Type=b"/XObject", Subtype=b"/Form", BBox=b"[ 0 0 1 1 ]")


@cache
def _dashes(start: int, modules: str) -> str:
    """Return the rectangles of the dark ones of some modules of a row, `y` for its height."""
    return "".join([f"{start + dark.start()} y {len(dark[0])} 1 re " for dark in re.finditer("1+", modules)])


@lru_cache(maxsize=8)
def _base(pdf: bytes) -> PdfBase:
    return PdfBase(PdfReader(io.BytesIO(pdf)))
