"""Where pages draw the vendor's logo.

Two probings show it in two sizes, one as large as a logo may be. Where nothing else moves between them, and one point
of the logo stays, any logo can be set there. Where something moves, as what stands below a logo that has no box of its
own, the forme is of one logo.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

from pypdf import PdfReader

from generator.formes.content import ContentError
from generator.formes.logo import Spot
from generator.formes.logo import size_of
from generator.formes.rooms import STILL
from generator.pictures import Picture

# The numbers of what is cut off around it, then its width, its height, and its place.
_DRAWING = r"{0} {0} {0} {0} re\nW\* n\nq {0} 0 0 {0} {0} {0} cm\n/{1} Do Q"
_NUMBER = r"(-?[\d.]+)"
# Points: LibreOffice rounds the edges of what it cuts off to tenths, and sizes to twentieths.
_ROUNDED = 0.3


class ShownLogo(NamedTuple):
    """The logo in a PDF: the number of its object, and what the pages call it."""

    number: int
    name: str


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def find_logo(reader: PdfReader, logo: Picture) -> ShownLogo | None:
    """Return the logo in the PDF of a probed template; None where no page shows it.

    Raises:
        ContentError: it is not to be told from the other pictures.
    """
    from PIL import Image

    with Image.open(io.BytesIO(logo.data)) as image:
        size = image.size
    found: set[ShownLogo] = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for name, held in resources.get("/XObject", {}).items():
            picture: Any = held.get_object()
            if (picture.get("/Width"), picture.get("/Height")) == size and picture.get("/ColorSpace") == "/DeviceRGB":
                found.add(ShownLogo(resources["/XObject"].raw_get(name).idnum, str(name).lstrip("/")))
    if len(found) > 1:
        raise ContentError("the logo is not to be told from the other pictures")
    return next(iter(found), None)


def part_at_logo(
    piece: bytes, beside: bytes, shown: ShownLogo, logos: tuple[Picture, Picture]
) -> Iterator[bytes | Spot]:
    """Part a piece of a page at the drawings of the logo.

    Args:
        piece: the piece as the first probing has it.
        beside: as the second has it, with a logo of another size.
        shown: the logo.
        logos: the logo as the first and the second have it.

    Raises:
        ContentError: something moves with the logo.
    """
    drawing = re.compile(_DRAWING.format(_NUMBER, shown.name).encode())
    fixed, others = (drawing.split(each)[:: drawing.groups + 1] for each in (piece, beside))
    if fixed != others:
        raise ContentError("a rule or a picture moves with a value")
    for before, one, two in zip(fixed[:-1], drawing.finditer(piece), drawing.finditer(beside), strict=True):
        yield before
        yield _spot(shown.name, _box(one, logos[0]), _box(two, logos[1]))
    yield fixed[-1]


def _box(drawing: re.Match[bytes], logo: Picture) -> _Box:
    left, bottom, right, top, width, height, x, y = map(float, drawing.groups())
    seen, given = (left, bottom, right, top, width, height), (x, y, width, height, *size_of(logo))
    if any(abs(one - two) > _ROUNDED for one, two in zip(seen, given, strict=True)):
        raise ContentError("the logo is cut off")
    return _Box(x, y, width, height)


def _spot(name: str, one: _Box, two: _Box) -> Spot:
    across, x = _still(one.x, one.width, two.x, two.width)
    up, y = _still(one.y, one.height, two.y, two.height)
    return Spot(name, x, y, across, up)


def _still(begin: float, length: float, other_begin: float, other_length: float) -> tuple[float, float]:
    """Return which share of a length stays where it is, and where."""
    for share in (0.0, 0.5, 1.0):
        at = begin + share * length
        if abs(at - other_begin - share * other_length) <= STILL:
            return share, at
    raise ContentError("the logo moves in a way of its own")
