"""What people's devices do to pages: profiles of wear, two at once, resolutions, compressions, photos, handwriting."""

import io
import random
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generator.verify.raster import PageImage, rasterise
from generator.verify.wear import PROFILES, worn

Pixels = NDArray[np.uint8]
RESOLUTIONS = (150, 200, 240, 300, 400)
# The share of photos, and of files that say their resolution.
_PHOTOS, _TOLD = 0.15, 0.7


def worn_scan(pdf: bytes, seed: int) -> tuple[str, str, bytes]:
    """Return a document as people deliver it: what was done to it, the suffix and the bytes of its file."""
    draw = random.Random(seed)
    dpi, quality = draw.choice(RESOLUTIONS), draw.randint(30, 90)
    names = draw.sample([name for name in PROFILES if name not in ("net-300", "net-200")], draw.choice((1, 1, 2)))
    tone = draw.choice(("grey", "grey", "adaptive", "otsu"))
    is_photo, form = draw.random() < _PHOTOS, draw.choice((".tiff", ".tiff", ".tiff", ".pdf"))
    pages: list[Image.Image] = []
    for page in rasterise(pdf, dpi):
        seen = page
        for name in names[: 1 if is_photo else 2]:
            seen = worn(PageImage(seen.pixels, dpi, seen.signing), PROFILES[name], seed)
        pixels = photographed(seen.pixels, random.Random(f"{seed} {len(pages)}")) if is_photo else seen.pixels
        pages.append(_kept(pixels, quality, "grey" if is_photo else tone))
    told = dpi if form == ".pdf" or (draw.random() < _TOLD and not is_photo) else None
    what = f"{'photo of ' if is_photo else ''}{'+'.join(names)} q{quality} {'' if is_photo else tone}"
    return f"{dpi} {what} {'dpi' if told else 'no dpi'}", form, (pdf_of if form == ".pdf" else tiff_of)(pages, told)


def photographed(pixels: Pixels, draw: random.Random) -> Pixels:
    """Return a photo of a page on a table: perspective, a margin of the table, light from one side, a shadow."""
    height, width = pixels.shape
    margin = draw.uniform(0.02, 0.08)
    wide, high = round(width * (1 + 2 * margin)), round(height * (1 + 2 * margin))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    slack = margin * 0.7 * width
    moved = corners + np.array([margin * width, margin * height], np.float32)
    moved = (moved + np.array([[draw.uniform(-slack, slack) for _ in "xy"] for _ in corners])).astype(np.float32)
    table = np.full((high, wide), draw.choice((60, 110, 150)), np.uint8)
    home = cv2.getPerspectiveTransform(corners, moved)
    photo = cv2.warpPerspective(
        pixels, home, (wide, high), dst=table, borderMode=cv2.BORDER_TRANSPARENT, flags=cv2.INTER_AREA
    ).astype(np.float32)
    across = np.linspace(draw.uniform(0.6, 0.85), 1.0, wide)[np.newaxis, :]
    down = np.linspace(1.0, draw.uniform(0.75, 1.0), high)[:, np.newaxis]
    y, x = np.ogrid[:high, :wide]
    away = ((y - draw.uniform(0.3, 0.9) * high) / (0.4 * high)) ** 2
    away = away + ((x - draw.uniform(0.3, 0.9) * wide) / (0.4 * wide)) ** 2
    light = across * down * (1 - 0.35 * np.exp(-away))
    return np.asarray(np.clip(cv2.GaussianBlur(photo * light, (0, 0), 0.6), 0, 255), np.uint8)


def _kept(pixels: Pixels, quality: int, tone: str) -> Image.Image:
    if tone == "adaptive":
        # As devices do: each place compared with its surroundings.
        black = cv2.adaptiveThreshold(pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 61, 14)
        return Image.fromarray(black).convert("1")
    if tone == "otsu":
        return Image.fromarray(cv2.threshold(pixels, 0, 255, cv2.THRESH_OTSU)[1].astype(np.uint8)).convert("1")
    return Image.open(io.BytesIO(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()))


def pdf_of(pages: Sequence[Image.Image], dpi: int | None) -> bytes:
    """Return pages as a PDF of pictures."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=list(pages[1:]), resolution=dpi or 200)
    return out.getvalue()


def tiff_of(pages: Sequence[Image.Image], dpi: int | None) -> bytes:
    """Return pages as one TIFF file."""
    out = io.BytesIO()
    extra = {"dpi": (dpi, dpi)} if dpi else {}
    pages[0].save(out, "TIFF", save_all=True, append_images=list(pages[1:]), compression="tiff_deflate", **extra)
    return out.getvalue()


def signed_by_hand(pdf: bytes, seed: int, dpi: int = 200) -> bytes:
    """Return a scan of a document with names, dates, signatures and stamps in the frames under « Signature et cachet »."""
    draw = random.Random(seed)
    pages = []
    for page in rasterise(pdf, dpi):
        image = Image.fromarray(page.pixels)
        pen = ImageDraw.Draw(image)
        for left, top in page.signing:
            _scribble(pen, draw, left + 15, top + 30, dpi)
            if draw.random() < 0.7:
                centre, radius = (left + 0.9 * dpi, top + 0.6 * dpi), 0.45 * dpi
                box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
                pen.ellipse(box, outline=90, width=3)
        pages.append(Image.fromarray(worn(PageImage(np.asarray(image), dpi), PROFILES["bureau-200"], seed).pixels))
    return tiff_of(pages, dpi)


def _scribble(pen: ImageDraw.ImageDraw, draw: random.Random, left: float, top: float, dpi: int) -> None:
    points = [(left + step * dpi * 0.03, top + draw.uniform(-0.12, 0.25) * dpi) for step in range(40)]
    pen.line(points, fill=50, width=max(2, dpi // 80))
