"""Pages as pictures: a PDF at any resolution, a scan unchanged."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from generator.common.language import text
from generator.documents.pictures import POINTS_PER_INCH
from generator.verify.text import Box, UnreadablePdfError, check_page_count

# An A4 page at 600 dpi has 35 million pixels.
MAX_PIXELS = 40_000_000
# What a scan without a resolution of its own is taken for.
ASSUMED_DPI = 200
LEAST_DPI, MOST_DPI = 50, 2400
# The shorter side of a page in pixels, and how many times longer the other may be.
MIN_SIDE, MAX_STRETCH = 100, 8
# Ink paler than this is none: stretching an empty page would only show its grain.
_PALEST = 204
_QUARTER = 0.25
# A page is even where nearly all of its paper is white, its letters black.
_WHITE = 248
_NEARLY_ALL = 0.995
_BLACK = 100
# White in pictures of floating point, and of 8, 12 and 16 bits.
_WHITES = (1.0, 255.0, 4095.0, 65535.0)
# Pixels that differ so much in height and width are no squares; more than so much, and the file is wrong.
_SQUARE, _MOST_FLAT = 1.03, 4.5
SIGNING_WORDS = "Signature et cachet"

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PageImage:
    """A page in grey.

    Attributes:
        pixels: rows of pixels from 0, black, to 255, white.
        dpi: dots per inch.
        signing: where the page is signed: left and top of the room under « Signature », in pixels. A scan has none.
    """

    pixels: Pixels
    dpi: int
    signing: tuple[tuple[int, int], ...] = ()


def rasterise(data: bytes, dpi: int, *, prints: bool = False) -> Iterator[PageImage]:
    """Draw the pages of a PDF, one at a time, with what forms and annotations show on them.

    Args:
        data: a PDF file.
        dpi: dots per inch.
        prints: as a printer draws them, not a screen.

    Raises:
        UnreadablePdfError: it is damaged, has no page or too many, or a page is too large at this resolution.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with document:
        # PDFium draws what is in form fields only if forms are initialised before pages are loaded.
        document.init_forms()
        check_page_count(len(document))
        for page in _loaded(document):
            width, height = (side * dpi / POINTS_PER_INCH for side in page.get_size())
            _check_size(width, height)
            bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True, optimize_mode="print" if prints else None)
            pixels = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            yield PageImage(pixels, dpi, tuple(_signing(page, dpi)))
            page.close()


def _loaded(document: pdfium.PdfDocument) -> Iterator[pdfium.PdfPage]:
    try:
        yield from document
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error


def _check_size(width: float, height: float) -> None:
    """Refuse a page that is too large to read, or no page of text at all: readers end the process on mere strips."""
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise UnreadablePdfError(text("verify.refused.page-size", width=width, height=height, limit=limit))
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_STRETCH * min(width, height):
        raise UnreadablePdfError(text("verify.refused.strip", width=width, height=height))


def _signing(page: pdfium.PdfPage, dpi: int) -> Iterator[tuple[int, int]]:
    """Find the room under each « Signature et cachet », the words of the built-in layouts; none where it is turned."""
    if page.get_rotation():
        return
    _, height = page.get_size()
    text = page.get_textpage()
    searcher = text.search(SIGNING_WORDS)
    while found := searcher.get_next():
        left, bottom, _, _ = text.get_charbox(found[0])
        yield round(left * dpi / POINTS_PER_INCH), round((height - bottom) * dpi / POINTS_PER_INCH)


def turn(page: PageImage, turns: int) -> PageImage:
    """Return a page turned by quarter turns, counter-clockwise; without any, the same object."""
    # The places to sign in are elsewhere then: a turned page has none.
    return PageImage(np.ascontiguousarray(np.rot90(page.pixels, turns)), page.dpi) if turns else page


def joined_regions(ink: Pixels, reach: tuple[int, int]) -> Iterator[Box]:
    """Give the boxes of ink; what is closer together than `reach` (across and down, in pixels) is in one."""
    if not ink.any():
        return
    across, down = reach
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((down, across), np.uint8)))
    x, y = across // 2, down // 2
    for left, top, wide, high, _ in stats[1:].tolist():
        yield left + x, top + y, left + wide - x, top + high - y


def rotated(pixels: Pixels, degrees: float, border: int, flags: int = cv2.INTER_LINEAR) -> Pixels:
    """Return a picture turned about its middle, in a frame of the same size.

    Args:
        pixels: the picture.
        degrees: how far, counter-clockwise.
        border: the grey of what comes in from outside of it.
        flags: how OpenCV works out pixels between pixels.
    """
    height, width = pixels.shape
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turned, (width, height), flags=flags, borderValue=border), np.uint8)


def enlarged(page: PageImage, factor: float) -> PageImage:
    """Return a page drawn larger: a reader that missed something may see it then."""
    height, width = page.pixels.shape
    if height * width * factor**2 > MAX_PIXELS:
        return page
    image = Image.fromarray(page.pixels).resize(
        (round(width * factor), round(height * factor)), Image.Resampling.BICUBIC
    )
    return PageImage(np.asarray(image), round(page.dpi * factor))


def levelled(page: PageImage) -> PageImage:
    """Return a page whose paper is white and whose ink is black everywhere, shadows and faded bands made even.

    A page that is so already comes back as it is, the same object.
    """
    pixels = page.pixels
    small = cv2.resize(pixels, None, fx=_QUARTER, fy=_QUARTER, interpolation=cv2.INTER_AREA)
    # The paper behind the letters: the lightest within some millimetres.
    lightest = cv2.dilate(small, np.ones((7, 7), np.uint8))
    ink = float(np.percentile(small, 1))
    if np.mean(lightest >= _WHITE) > _NEARLY_ALL and ink <= _BLACK:
        return page
    paper = cv2.medianBlur(lightest, 2 * (page.dpi // 16) + 1)
    behind = cv2.resize(paper, pixels.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ratio = cv2.divide(pixels, np.maximum(behind, 1), scale=255)
    darkest = min(float(np.percentile(ratio[::4, ::4], 1)), _PALEST)
    table = np.clip((np.arange(256) - darkest) * (255 / (255 - darkest)), 0, 255).astype(np.uint8)
    return PageImage(np.asarray(cv2.LUT(ratio, table), np.uint8), page.dpi, page.signing)


def open_scan(data: bytes) -> Iterator[PageImage]:
    """Open the pages of a scan: PNG, JPEG or TIFF, of one page or several, as they are.

    A picture turned by a camera is set as its EXIF says; what is transparent is laid on white.

    Raises:
        UnreadablePdfError: it is no picture, is damaged, or is too large.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of damaged EXIF and of large pictures on the standard error.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
                check_page_count(getattr(image, "n_frames", 1))
                for frame in ImageSequence.Iterator(image):
                    _check_size(frame.width, frame.height)
                    yield PageImage(_grey(frame), _dpi(frame))
    except Image.DecompressionBombError as error:
        raise UnreadablePdfError(text("verify.refused.pixels", limit=MAX_PIXELS // 1_000_000)) from error
    # Pillow raises all of these on damaged files: SyntaxError on a broken PNG.
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadablePdfError(str(error)) from error


def _grey(frame: Image.Image) -> Pixels:
    """Return a picture in grey of 8 bits, its pixels square, upright as its EXIF says."""
    plain = _squared(_of_8_bits(frame))
    # Conversions drop the EXIF data, which say how the camera was held.
    if plain is not frame:
        plain.info["exif"] = frame.getexif().tobytes()
    upright = ImageOps.exif_transpose(plain)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(upright.convert("L"))


def _of_8_bits(frame: Image.Image) -> Image.Image:
    # Pillow would make white of all but the blackest values of a grey picture of more than 8 bits.
    if not frame.mode.startswith(("I", "F")):
        return frame
    values = np.asarray(frame).astype(np.float64)
    white = next((each for each in _WHITES if each >= np.max(values)), np.max(values))
    grey = Image.fromarray(np.clip(values * (255 / white), 0, 255).astype(np.uint8))
    grey.info = dict(frame.info)
    return grey


def _squared(frame: Image.Image) -> Image.Image:
    # A fax has 204 dots an inch across and 98 down.
    # Where the unit is not said, their proportion is right.
    across, down = map(float, frame.info.get("dpi") or frame.info.get("resolution") or (0, 0))
    if not across or not down or not _SQUARE < max(across / down, down / across) < _MOST_FLAT:
        return frame
    width, height = frame.width, frame.height
    size = (width, round(height * across / down)) if across > down else (round(width * down / across), height)
    _check_size(*size)
    # Pillow resizes black and white without levels of grey between them.
    grey = frame.convert("L") if frame.mode == "1" else frame
    return grey.resize(size, Image.Resampling.BICUBIC)


def _dpi(frame: Image.Image) -> int:
    said = max(map(float, frame.info.get("dpi", (ASSUMED_DPI, ASSUMED_DPI))))
    return round(said) if LEAST_DPI <= said <= MOST_DPI else ASSUMED_DPI
