"""The glyphs of the expected pages: what each character looks like in their own fonts, and which one a piece shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from generator.verify.synthesis.expected import ExpectedPage, Ink

# Glyphs as high as the one sought, to this share, are of its size.
_AS_HIGH = 0.12
# So many examples of a character in a size: each lies otherwise on the raster of pixels.
_EXAMPLES = 3
# In pixels: the paper that is kept around a glyph.
PAD = 2
# A box that is not ticked, and two that are.
EMPTY_BOX, TICKED_BOXES = "☐", "☒☑"
# A piece whose ink varies less shows nothing.
_FLAT = 0.05


@dataclass(frozen=True, slots=True)
class Wear:
    """How a page is worn: the blur of its strokes in pixels, and how much darker they are than blur alone leaves them.

    A copy or a threshold makes soft edges black: its strokes are thick, as those of a blurred picture that saturates.
    """

    blur: float
    gain: float

    def on(self, ink: Ink) -> Ink:
        """Return ink as a page worn like this shows it."""
        return np.asarray(np.clip(blurred(ink, self.blur) * self.gain, 0, 1), np.float32)


class Glyphs:
    """What each character looks like, cut out of the expected pages."""

    def __init__(self, pages: Iterable[ExpectedPage]) -> None:
        self._of_char: defaultdict[str, list[Ink]] = defaultdict(list)
        seen: defaultdict[tuple[str, int], int] = defaultdict(int)
        for page in pages:
            for word in page.words:
                for char, (left, top, right, bottom) in zip(word.text, word.glyphs, strict=False):
                    key = (char, bottom - top)
                    if seen[key] < _EXAMPLES and _kind(char):
                        seen[key] += 1
                        rows, columns = slice(max(top - PAD, 0), bottom + PAD), slice(max(left - PAD, 0), right + PAD)
                        self._of_char[char].append(page.ink[rows, columns])

    def closest(self, piece: Ink, high: int, wear: Wear, than: str, among: str = "") -> tuple[str, float]:
        """Return which other character a piece of a page shows best, and how alike both are.

        Args:
            piece: the ink around a glyph.
            high: how high the glyph is.
            wear: how the page is worn.
            than: the character that is expected.
            among: the characters that it may be; by default all of its kind.
        """
        best = ("", 0.0)
        for char, pictures in self._of_char.items():
            if char != than and (char in among if among else _kind(char) == _kind(than)):
                for picture in _sized(pictures, high, scaled=than.isdigit()):
                    alike = alikeness(wear.on(picture), piece)
                    if alike > best[1]:
                        best = (char, alike)
        return best


def _kind(char: str) -> str:
    """Return what a character is mistaken for: digits for digits, boxes for boxes; empty for signs."""
    if char in EMPTY_BOX + TICKED_BOXES:
        return "box"
    return "digit" if char.isdigit() else "letter" if char.isalnum() else ""


def _sized(pictures: Iterable[Ink], high: int, *, scaled: bool) -> Iterator[Ink]:
    for picture in pictures:
        own = picture.shape[0] - 2 * PAD
        if abs(own - high) <= max(_AS_HIGH * high, 1):
            yield picture
        elif scaled:
            # Digits are as high as one another: those of another size stand for those that this size lacks.
            factor = high / own
            yield np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)


def blurred(ink: Ink, blur: float) -> Ink:
    """Return ink as a blurred page shows it."""
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.float32) if blur else ink


def alikeness(picture: Ink, piece: Ink) -> float:
    """Return how alike a picture is to the place in a piece that shows it best, from -1 to 1."""
    high, wide = max(picture.shape[0] - piece.shape[0], 0), max(picture.shape[1] - piece.shape[1], 0)
    if high or wide:
        piece = np.pad(piece, ((high // 2, high - high // 2), (wide // 2, wide - wide // 2)))
    if float(piece.max() - piece.min()) < _FLAT:
        return 0.0
    scores = cv2.matchTemplate(piece, picture, cv2.TM_CCOEFF_NORMED)
    best = float(scores.max())
    return best if np.isfinite(best) else 0.0
