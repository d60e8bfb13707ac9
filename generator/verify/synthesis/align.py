"""A delivered page laid over the page it should be: found in it however it lies, and drawn anew in its frame."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.verify.raster import PageImage
from generator.verify.synthesis.expected import ExpectedPage, Ink, Word, ink_of, plain_ink
from generator.verify.text import Box

# Features are sought in pictures of about this many pixels: A4 at 100 dpi.
_SOUGHT_IN = 1_000_000
_FEATURES = 1800
# Fewer pairs of features or words that agree on a plane tell nothing.
_LEAST_INLIERS = 30
# In pixels of the expected page: how far a word is sought from its place, at first and when its surroundings fit.
_FAR, _NEAR = 24, 6
# How far a word is sought that is this much less alike in its place: another amount moves the words of a line that is
# aligned right.
_STRAY, _WORSE = 40, 0.12
# Of a word's ink, what makes a place worth comparing.
_BLANK = 0.1
_PAD = 2
# Words that tell how the page lies: at least so long, and so alike.
_TELLING, _ALIKE = 4, 0.6
# The page is the expected one where this share of its words is found, as alike as that. On a thick copy of a right page
# nine words of ten are; on the same page of another layout six of ten at most.
_KNOWN, FOUND = 0.75, 0.5
# Largest stretch of a straight page (a coarse fax has half the rows), and the number of words that show it.
_STRETCH, _SAMPLE, _TRIED = 2.2, 60, 0.55
# A page that covers so much of a picture is alone on it.
_MOST = 0.7
# The longer side of a delivered page in pixels: A4 at 200 dpi; of a sheet that may hold two, 280 dpi.
_LONGEST, _LONGEST_WIDE = 2400, 3300
# In pixels: the mesh in which a page that bends is drawn anew, and how far a word moves what is around it.
_CELL, _REACH = 48, 160.0


@dataclass(frozen=True)
class Fit:
    """How a word came back: where it was found beside its place, and how alike it is, from -1 to 1."""

    word: Word
    shift: tuple[int, int]
    alike: float


@dataclass(frozen=True, eq=False)
class Registered:
    """A delivered page in the frame of the expected one.

    Attributes:
        page: the expected page.
        ink: the delivered ink, laid over the expected.
        fits: how each word came back.
        covers: the share of the delivered picture that it covers.
        is_drawn: it was drawn from a PDF: nothing on it is worn.
        is_exact: and it lies as it was drawn, to the pixel.
    """

    page: ExpectedPage
    ink: Ink
    fits: tuple[Fit, ...]
    covers: float = 1.0
    is_drawn: bool = False
    is_exact: bool = False

    @property
    def share(self) -> float:
        """The share of words that came back."""
        return sum(fit.alike > FOUND for fit in self.fits) / max(len(self.fits), 1)


class Delivered:
    """A delivered page, and its features."""

    def __init__(self, number: int, page: PageImage, *, is_drawn: bool = False) -> None:
        self.number = number
        self.image = page
        self.is_drawn = is_drawn

    @cached_property
    def ink(self) -> Ink:
        """Its ink, drawn no larger than the expected pages are."""
        if self.is_drawn:
            return plain_ink(self.image)
        height, width = self.image.pixels.shape
        scale = (_LONGEST_WIDE if width > height else _LONGEST) / max(height, width)
        if scale >= 1:
            return ink_of(self.image)
        pixels = cv2.resize(self.image.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return ink_of(PageImage(np.asarray(pixels, np.uint8), round(self.image.dpi * scale)))

    @cached_property
    def features(self) -> tuple[float, NDArray[np.float32], NDArray[np.uint8]]:
        """The scale they were sought at, where they are, and what they look like."""
        return _features(self.ink)


def _features(ink: Ink) -> tuple[float, NDArray[np.float32], NDArray[np.uint8]]:
    scale = min((_SOUGHT_IN / ink.size) ** 0.5, 1.0)
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = (255 - 255 * cv2.GaussianBlur(small, (0, 0), 0.8)).astype(np.uint8)
    detector = cv2.ORB_create(_FEATURES, fastThreshold=8)  # type: ignore[attr-defined]
    points, descriptors = detector.detectAndCompute(grey, None)
    places = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
    return scale, places, descriptors if descriptors is not None else np.zeros((0, 32), np.uint8)


class Registrar:
    """Finds expected pages in delivered ones."""

    def __init__(self, pages: Sequence[ExpectedPage]) -> None:
        self.pages = pages
        self._features = [_features(page.ink) for page in pages]

    def find(self, delivered: Delivered) -> list[Registered]:
        """Return the expected pages that a delivered one shows, laid over them: one, or two of a sheet of two."""
        found: list[Registered] = []
        # Most often pages come in their order, one a sheet.
        order = sorted(range(len(self.pages)), key=lambda index: (index != delivered.number, index))
        for index in order:
            laid = (_laid_over(delivered, self.pages[index], home) for home in self._homes(delivered, index))
            registered = next((each for each in laid if each.share >= _KNOWN), None)
            if registered:
                found.append(registered)
                if registered.covers > _MOST:
                    break
        return found

    def _homes(self, delivered: Delivered, index: int) -> Iterator[NDArray[np.float64]]:
        # A PDF that is drawn and a page from a flatbed lie straight: they need no features.
        straight = _straight(delivered, self.pages[index])
        if straight is not None:
            yield straight
        by_features = _homography(self._features[index], delivered.features)
        if by_features is not None:
            yield by_features


def _straight(delivered: Delivered, page: ExpectedPage) -> NDArray[np.float64] | None:
    """Return the homography of a page that fills the delivered picture and lies straight in it, None otherwise."""
    (high, wide), (height, width) = delivered.ink.shape, page.ink.shape
    home = np.diag([wide / width, high / height, 1.0])
    if not 1 / _STRETCH < (wide / width) / (high / height) < _STRETCH:
        return None
    ink = delivered.ink if (high, wide) == (height, width) else _warped(delivered.ink, home, page)
    sample = page.words[:: max(len(page.words) // _SAMPLE, 1)]
    fits = [_fit(word, page.ink, ink, _FAR) for word in sample]
    return home if sum(fit.alike > _ALIKE for fit in fits) >= _TRIED * len(fits) else None


def _homography(expected: Any, delivered: Any) -> NDArray[np.float64] | None:
    """Return what takes a place on the expected page to its place on the delivered one."""
    (scale, places, looks), (other_scale, other_places, other_looks) = expected, delivered
    if min(len(places), len(other_places)) < _LEAST_INLIERS:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(looks, other_looks)
    if len(matches) < _LEAST_INLIERS:
        return None
    ours = places[[match.queryIdx for match in matches]] / scale
    theirs = other_places[[match.trainIdx for match in matches]] / other_scale
    home, inliers = cv2.findHomography(ours, theirs, cv2.USAC_MAGSAC, 4 / scale, maxIters=5000, confidence=0.9999)
    if home is None or int(inliers.sum()) < _LEAST_INLIERS:
        return None
    return np.asarray(home, np.float64)


def _laid_over(delivered: Delivered, page: ExpectedPage, home: NDArray[np.float64]) -> Registered:
    """Lay a page over the expected one: as a plane first, then as the words say that it bends."""
    # A drawn page whose words are all in their places is compared as it is, to the pixel: drawing it anew blurs it.
    if np.array_equal(home, np.eye(3)):
        fits = _strays_found(page, delivered.ink, fits_of(page, delivered.ink, _NEAR))
        near = (fit for fit in _telling(fits) if max(map(abs, fit.shift)) <= _NEAR)
        if all(fit.shift == (0, 0) for fit in near):
            return Registered(page, delivered.ink, fits, is_drawn=delivered.is_drawn, is_exact=delivered.is_drawn)
    ink = _warped(delivered.ink, home, page)
    better = _refined(home, fits_of(page, ink, _FAR))
    if better is not None:
        home = better
        ink = _warped(delivered.ink, home, page)
    ink = _bent(delivered.ink, home, page, fits_of(page, ink, 2 * _NEAR))
    height, width = page.ink.shape
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float64)
    covers = cv2.contourArea(cv2.perspectiveTransform(corners, home).astype(np.float32)) / delivered.ink.size
    fits = _strays_found(page, ink, fits_of(page, ink, _NEAR))
    return Registered(page, ink, fits, covers, is_drawn=delivered.is_drawn)


def _warped(ink: Ink, home: NDArray[np.float64], page: ExpectedPage) -> Ink:
    height, width = page.ink.shape
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(ink, home, (width, height), flags=flags), np.float32)


def fits_of(page: ExpectedPage, ink: Ink, reach: int) -> tuple[Fit, ...]:
    """Return how each word of a page came back, sought as far from its place as `reach`."""
    return tuple(_fit(word, page.ink, ink, reach) for word in page.words)


def _fit(word: Word, expected: Ink, ink: Ink, reach: int) -> Fit:
    height, width = expected.shape
    left, top = max(word.box[0] - _PAD, 0), max(word.box[1] - _PAD, 0)
    right, bottom = min(word.box[2] + _PAD, width), min(word.box[3] + _PAD, height)
    x, y = max(left - reach, 0), max(top - reach, 0)
    window = ink[y : bottom + reach, x : right + reach]
    piece = expected[top:bottom, left:right]
    if not piece.size or window.shape[0] < piece.shape[0] or window.shape[1] < piece.shape[1]:
        return Fit(word, (0, 0), 0.0)
    scores = cv2.matchTemplate(window, piece, cv2.TM_CCOEFF_NORMED)
    # On blank paper the quotient is of two numbers that are nearly nought: it may be anything.
    inked = cv2.boxFilter(window, -1, piece.shape[::-1], anchor=(0, 0))[: scores.shape[0], : scores.shape[1]]
    scores[inked < _BLANK * float(piece.mean())] = 0
    _, best, _, at = cv2.minMaxLoc(scores)
    return Fit(word, (x + at[0] - left, y + at[1] - top), float(best) if np.isfinite(best) else 0.0)


def _strays_found(page: ExpectedPage, ink: Ink, fits: Sequence[Fit]) -> tuple[Fit, ...]:
    # Readers set some lines a little otherwise: a word that is not in its place is sought around it.
    usual = float(np.median([fit.alike for fit in fits])) if fits else 1.0
    found = []
    for fit in fits:
        stray = _fit(fit.word, page.ink, ink, _STRAY) if fit.alike < usual - _WORSE else fit
        found.append(stray if stray.alike > usual - _WORSE else fit)
    return tuple(found)


def _telling(fits: Iterable[Fit]) -> list[Fit]:
    return [fit for fit in fits if fit.alike > _ALIKE and len(fit.word.text) >= _TELLING]


def _refined(home: NDArray[np.float64], fits: Iterable[Fit]) -> NDArray[np.float64] | None:
    telling = _telling(fits)
    if len(telling) < _LEAST_INLIERS:
        return None
    ours = np.array([_middle(fit.word.box) for fit in telling], np.float64)
    seen = ours + np.array([fit.shift for fit in telling], np.float64)
    theirs = cv2.perspectiveTransform(seen.reshape(-1, 1, 2), home).reshape(-1, 2)
    better, inliers = cv2.findHomography(ours, theirs, cv2.USAC_MAGSAC, 4.0, maxIters=5000, confidence=0.9999)
    return np.asarray(better, np.float64) if better is not None and inliers.sum() >= _LEAST_INLIERS else None


def _middle(box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2


def _bent(ink: Ink, home: NDArray[np.float64], page: ExpectedPage, fits: Iterable[Fit]) -> Ink:
    """Draw a page in the expected frame, each place moved as the words around it are."""
    telling = _telling(fits)
    height, width = page.ink.shape
    if not telling:
        return _warped(ink, home, page)
    at = np.array([_middle(fit.word.box) for fit in telling], np.float32)
    shifts = np.array([fit.shift for fit in telling], np.float32)
    shifts = _smoothed(at, shifts, at)
    columns, rows = np.meshgrid(np.arange(0, width + _CELL, _CELL), np.arange(0, height + _CELL, _CELL))
    grid = np.stack((columns, rows), axis=-1).reshape(-1, 2).astype(np.float32)
    moved = grid + _smoothed(at, shifts, grid)
    theirs = cv2.perspectiveTransform(moved.reshape(-1, 1, 2).astype(np.float64), home).reshape(*columns.shape, 2)
    map_ = _interpolated(theirs.astype(np.float32), (width, height))
    return np.asarray(cv2.remap(ink, map_[..., 0], map_[..., 1], cv2.INTER_LINEAR), np.float32)


def _smoothed(at: NDArray[np.float32], shifts: NDArray[np.float32], where: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the shift of the words around each place; those near it count most, a stray one little."""
    middle = np.median(shifts, axis=0)
    apart = np.linalg.norm(where[:, None] - at[None], axis=-1)
    weights = np.exp(-((apart / _REACH) ** 2)) + 1e-6
    return np.asarray((weights @ (shifts - middle)) / weights.sum(axis=1, keepdims=True) + middle, np.float32)


def _interpolated(grid: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return a grid's values, one each `_CELL` pixels, at every pixel."""
    width, height = size
    rows, columns = np.arange(height, dtype=np.float32) / _CELL, np.arange(width, dtype=np.float32) / _CELL
    x, y = np.meshgrid(columns, rows)
    return np.stack([cv2.remap(np.ascontiguousarray(grid[..., k]), x, y, cv2.INTER_LINEAR) for k in (0, 1)], axis=-1)
