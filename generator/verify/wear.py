"""What printing, copying, scanning, faxing and photographing do to a page.

Each profile is named, seeded and documented: the same page, profile and seed give the same pixels. The figures come
from the devices' own standards where they have one (the fax: ITU-T T.4, 204 × 196 dots per inch, black and white) and
stand otherwise for a mediocre, not an extreme, case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.verify.raster import PageImage, Pixels, rotated

WHITE = 255
# ITU-T T.4, fine: the rows of a fax for each of its columns.
_FAX_VERTICAL = 196 / 204
# Dots in each speck of a copier.
_SPECKS = 0.0004


@dataclass(frozen=True)
class Profile:
    """A way pages get worn.

    Attributes:
        name: what the command line and reports call it.
        dpi: the resolution the page is drawn at, to begin with.
        wear: from a clean page and a generator of random numbers to the pixels of the worn one.
    """

    name: str
    dpi: int
    wear: Callable[[PageImage, np.random.Generator], Pixels]


def worn(page: PageImage, profile: Profile, seed: int = 0) -> PageImage:
    """Return a page as the profile leaves it.

    Args:
        page: a clean page, drawn at the profile's resolution.
        profile: what happens to it.
        seed: another seed gives other noise, skew and shadows, of the same strength.
    """
    return PageImage(profile.wear(page, np.random.default_rng(seed)), page.dpi)


def _clean(page: PageImage, _: np.random.Generator) -> Pixels:
    return page.pixels


def _fax(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Send by fax: 204 dots across, 196 down, black or white, a lost line here and there."""
    pixels = page.pixels
    height, width = pixels.shape
    sent = cv2.resize(pixels, (width, round(height * _FAX_VERTICAL)), interpolation=cv2.INTER_AREA)
    black = _threshold(_noisy(sent, rng, 4), 140)
    for row in rng.integers(0, black.shape[0], size=2):
        black[row] = black[max(row - 1, 0)]
    return _grey(cv2.resize(black, (width, height), interpolation=cv2.INTER_NEAREST))


def _office(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Scan on an office device: a little askew, soft, noisy, kept as JPEG."""
    skewed = rotated(page.pixels, rng.uniform(0.4, 0.9) * rng.choice((-1, 1)), WHITE)
    return _jpeg(_noisy(cv2.GaussianBlur(skewed, (0, 0), 0.6), rng, 6), 60)


def _copy(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Copy a copy: strokes thicken, specks come, the second copier makes it black and white."""
    thick = _grey(cv2.erode(cv2.GaussianBlur(page.pixels, (0, 0), 0.7), np.ones((2, 2), np.uint8)))
    specks = rng.random(thick.shape) < _SPECKS
    thick[specks] = 0
    again = cv2.GaussianBlur(rotated(thick, rng.uniform(-0.3, 0.3), WHITE), (0, 0), 0.6)
    return _threshold(_noisy(again, rng, 5), 150)


def _faded(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Print with toner that runs out: black is grey, paler in bands down the page."""
    pixels = page.pixels
    width = pixels.shape[1]
    bands = np.interp(np.arange(width), np.linspace(0, width, 7), rng.uniform(0.3, 0.5, 7))
    ink = (WHITE - pixels.astype(np.float32)) * bands[np.newaxis, :]
    return _noisy(_grey(WHITE - ink), rng, 4)


def _photo(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Photograph with a phone: perspective, light from one side, the shadow of a hand, JPEG."""
    pixels = page.pixels
    height, width = pixels.shape
    margin = 0.02 * np.array([width, height])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = (corners + rng.uniform(-1, 1, (4, 2)) * margin).astype(np.float32)
    warped = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, moved), (width, height), borderValue=WHITE
    )
    across = np.linspace(rng.uniform(0.7, 0.8), 1.0, width)[np.newaxis, :]
    y, x = np.ogrid[:height, :width]
    centre = rng.uniform(0.6, 0.9) * height, rng.uniform(0.6, 0.9) * width
    away = ((y - centre[0]) / (0.5 * height)) ** 2 + ((x - centre[1]) / (0.5 * width)) ** 2
    light = across * (1 - 0.3 * np.exp(-away))
    return _jpeg(_noisy(cv2.GaussianBlur(_grey(warped * light), (0, 0), 0.7), rng, 5), 70)


def _signed(page: PageImage, rng: np.random.Generator) -> Pixels:
    """Sign and stamp where the page asks for it, then scan; a page that is not signed is only scanned."""
    signed = page.pixels.copy()
    for left, top in page.signing:
        _draw_signature(signed, (left, top), page.dpi, rng)
        signed = _stamped(signed, (left, top), page.dpi, rng)
    return _office(PageImage(signed, page.dpi), rng)


def _draw_signature(pixels: Pixels, at: tuple[int, int], dpi: int, rng: np.random.Generator) -> None:
    """Draw a stroke that wanders to the right over some five centimetres."""
    start = np.array(at) + np.array([0.1, 0.35]) * dpi
    across = np.linspace(0, 2 * dpi, 60)
    up_and_down = 0.22 * dpi * np.sin(np.linspace(0, rng.uniform(14, 22), 60)) * rng.uniform(0.4, 1, 60)
    stroke = (start + np.stack((across, up_and_down), axis=1)).astype(np.int32)
    cv2.polylines(pixels, [stroke], isClosed=False, color=60, thickness=max(1, dpi // 70), lineType=cv2.LINE_AA)


def _stamped(pixels: Pixels, at: tuple[int, int], dpi: int, rng: np.random.Generator) -> Pixels:
    """Press a round stamp of 32 mm, pale, over the signature's end; it may touch the words above."""
    ink = np.full_like(pixels, WHITE)
    middle = np.array(at) + np.array([1.9 + rng.uniform(-0.2, 0.2), 0.45 + rng.uniform(-0.15, 0.1)]) * dpi
    x, y = (round(float(value)) for value in middle)
    for radius in (0.63, 0.56):
        cv2.circle(ink, (x, y), round(radius * dpi), 110, max(1, dpi // 60), cv2.LINE_AA)
    cv2.putText(ink, "CACHET", (x - round(0.4 * dpi), y), cv2.FONT_HERSHEY_SIMPLEX, dpi / 210, 110, 2, cv2.LINE_AA)
    return np.minimum(pixels, ink)


def _noisy(pixels: NDArray[Any], rng: np.random.Generator, strength: float) -> Pixels:
    return _grey(pixels + rng.normal(0, strength, pixels.shape))


def _threshold(pixels: Pixels, level: int) -> Pixels:
    return _grey(np.where(pixels < level, 0, WHITE))


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _grey(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _grey(values: object) -> Pixels:
    kept: Pixels = np.clip(np.asarray(values), 0, WHITE).astype(np.uint8)
    return kept


_ALL = (
    # Printed and scanned in grey, at two resolutions.
    Profile("net-300", 300, _clean),
    Profile("net-200", 200, _clean),
    Profile("fax", 204, _fax),
    Profile("bureau-200", 200, _office),
    Profile("copie-200", 200, _copy),
    Profile("toner-200", 200, _faded),
    Profile("photo-200", 200, _photo),
    Profile("signe-200", 200, _signed),
)
PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ALL}
