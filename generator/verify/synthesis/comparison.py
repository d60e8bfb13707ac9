"""Compare the ink of a delivered page with that of the expected page, worn alike: what is missing, what was added."""

import enum
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from generator.verify.raster import Pixels
from generator.verify.synthesis.align import Registered
from generator.verify.synthesis.expected import ExpectedPage, Ink
from generator.verify.synthesis.glyphs import PAD, Wear, alikeness, blurred
from generator.verify.text import Box

# In pixels at which the expected page is compared after blurring: a sharp scan to a bad copy.
_BLURS = (0.0, 0.5, 0.8, 1.1, 1.5, 2.0)
# How dark ink is that nothing explains: on a scan, on a drawn page, and where it may be pale.
_UNEXPLAINED, _UNEXPLAINED_DRAWN, _FAINTEST = 0.45, 0.06, 0.12
# Its longer side, its pixels and its shorter side: on a scan, on a drawn page, on one that lies to the pixel.
_LEAST, _LEAST_DRAWN, _LEAST_EXACT = (8, 20, 3), (5, 8, 2), (2, 2, 1)
# In pixels: how far ink may stray from its place.
_STRAY, _STRAY_EXACT = 7, 3
# A copy is swollen where its words have this much more ink than the expected ones as worn: it strays farther, too.
_SWOLLEN, _SWOLLEN_STRAY, _LEAST_SWOLLEN = 1.2, 11, (12, 40, 4)
# In pixels, around rooms; a stroke of a pen or a stamp is longer than a letter.
AROUND_ROOM, _LEAST_STROKE = 60, (30, 60, 3)
# Of a frame, what is its edge; the ink that makes it written in.
_FRAME, _LEAST_WRITTEN = 8, 60


class Shown(enum.Enum):
    """What a region shows in the place of what is expected."""

    OTHER = "other"
    MISSING = "missing"
    ADDED = "added"
    MARK = "mark"
    WORDED = "worded"
    UNREADABLE = "unreadable"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Difference:
    """A region that is not as expected.

    Attributes:
        seen: what it shows.
        page: the number of the expected page.
        box: where, in pixels of the expected page.
        line: the number of the expected line it is on; None beside all lines.
        expected: the words that should be there; for an addition, the line nearest to it.
        read: what is there, as far as it reads.
    """

    seen: Shown
    page: int
    box: Box
    line: int | None = None
    expected: str = ""
    read: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """An expected page as worn as the delivered one; `explained` has each word where it was found, too."""

    page: ExpectedPage
    worn: Ink
    explained: Ink
    ink: Ink
    wear: Wear
    is_drawn: bool
    is_exact: bool
    is_swollen: bool

    @cached_property
    def rest(self) -> Pixels:
        """Where ink is that nothing explains."""
        return (self._unexplained > (_UNEXPLAINED_DRAWN if self.is_drawn else _UNEXPLAINED)).astype(np.uint8)

    @cached_property
    def faint(self) -> Pixels:
        """The same, however pale the ink is: paper has grain, and stains."""
        return (blurred(self._unexplained, 1.0) > _FAINTEST).astype(np.uint8)

    @cached_property
    def _unexplained(self) -> Ink:
        stray = _STRAY_EXACT if self.is_exact else _SWOLLEN_STRAY if self.is_swollen else _STRAY
        explained = cv2.dilate(self.explained, np.ones((stray, stray), np.uint8))
        return np.asarray(np.clip(self.ink - explained, 0, 1), np.float32)

    @cached_property
    def written(self) -> Pixels:
        """Where a pen or a stamp wrote in the rooms for it, and a little around them."""
        inside = np.zeros_like(self.rest)
        for left, top, right, bottom in (wider(room, AROUND_ROOM) for room in self.page.rooms):
            inside[max(top, 0) : bottom, max(left, 0) : right] = 1
        return without_specks(self.rest * inside, *_LEAST_STROKE)

    @cached_property
    def inked_rooms(self) -> tuple[bool, ...]:
        """For each room of the page whether something is written or pressed in it."""
        cleaned = without_specks(self.rest, *least_ink(self))
        return tuple(
            int(cleaned[top + _FRAME : bottom - _FRAME, left + _FRAME : right - _FRAME].sum()) >= _LEAST_WRITTEN
            for left, top, right, bottom in self.page.rooms
        )


def compare_page(registered: Registered) -> Comparison:
    """Return a page, and the expected page with the same wear.

    Args:
        registered: the page, laid over the expected one.
    """
    page, ink = registered.page, registered.ink
    sample = [fit.word for fit in registered.fits if fit.alike > 0][::6]

    def alike(blur: float) -> float:
        worn = blurred(page.ink, blur)
        return sum(alikeness(worn[around(word.box, 1)], ink[around(word.box, 2)]) for word in sample)

    blur = 0.0 if registered.is_exact else max(_BLURS, key=alike)
    soft = blurred(page.ink, blur)
    inked = soft > 0.5 * float(soft.max())
    # A copy that makes soft edges black has thick strokes: the expected page saturates as it does.
    gain = float(np.median(ink[inked]) / np.median(soft[inked])) if inked.any() else 1.0
    # Elsewhere on the raster of pixels a drawn stroke is as dark as it can be, however soft the page is as a whole.
    explained = np.maximum(soft * max(gain, 1.0), page.ink if registered.is_drawn else 0)
    # A word that readers set a little elsewhere explains the ink where it was found, too.
    for fit in registered.fits:
        if fit.shift != (0, 0):
            place, own = around(fit.word.box, PAD, fit.shift), explained[around(fit.word.box, PAD)].copy()
            if explained[place].shape == own.shape:
                explained[place] = np.maximum(explained[place], own)
    wear = Wear(blur, gain)
    worn = wear.on(page.ink)
    is_swollen = not registered.is_drawn and _swelling(registered, worn) > _SWOLLEN
    return Comparison(page, worn, explained, ink, wear, registered.is_drawn, registered.is_exact, is_swollen)


def _swelling(registered: Registered, worn: Ink) -> float:
    # In multiples of the expected ink, as worn.
    ratios = (ink_ratio(wider(fit.word.box, 2), fit.shift, worn, registered.ink) for fit in registered.fits)
    found = [ratio for ratio in ratios if ratio is not None]
    return float(np.median(found)) if found else 1.0


def ink_ratio(box: Box, shift: tuple[int, int], worn: Ink, ink: Ink) -> float | None:
    """Return the ink of a box, elsewhere by a shift, in multiples of the expected; None where none is expected."""
    own, seen = worn[around(box, 0)], ink[around(box, 0, shift)]
    return float(seen.sum() / own.sum()) if own.shape == seen.shape and own.any() else None


def least_ink(compared: Comparison) -> tuple[int, int, int]:
    """Return how large ink must be that nothing explains."""
    if compared.is_drawn:
        return _LEAST_EXACT if compared.is_exact else _LEAST_DRAWN
    return _LEAST_SWOLLEN if compared.is_swollen else _LEAST


def without_specks(rest: Pixels, side: int, area: int, thin: int) -> Pixels:
    """Take away what is too small for a character."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    wide, high, inked = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    kept = (np.maximum(wide, high) >= side) & (inked >= area) & (np.minimum(wide, high) >= thin)
    # The first component is the paper.
    kept[0] = False
    return np.asarray(kept.astype(np.uint8)[labels], np.uint8)


def around(box: Box, pad: int, shift: tuple[int, int] = (0, 0)) -> tuple[slice, slice]:
    """Return the rows and columns of a box, this much wider, elsewhere by a shift."""
    (left, top, right, bottom), (x, y) = box, shift
    rows = slice(max(top - pad + y, 0), max(bottom + pad + y, 0))
    return rows, slice(max(left - pad + x, 0), max(right + pad + x, 0))


def wider(box: Box, by: int) -> Box:
    """Return a box with this many pixels more on each side."""
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by
