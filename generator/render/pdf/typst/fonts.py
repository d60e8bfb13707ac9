"""The fonts that documents are set in: those of the package, or those installed; and their vertical metrics."""

import struct
import unicodedata
from collections.abc import Iterable, KeysView, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import typst

from generator.common.missing_tools import METRIC_ALIASES
from generator.common.resources import FONTS

# What has the signs that a document's own font lacks, such as the boxes that answers tick.
FALLBACK = "DejaVu Sans"
# LibreOffice lays text out in dots of 1/8640 inch, and its lines in twips of 1/1440 inch: six dots each.
_DOTS_PER_POINT, _DOTS_PER_TWIP, _TWIPS_PER_POINT = 120, 6, 20
# The weight from which a font is taken for bold: OpenType calls 600 semibold.
_BOLD = 600
# Bit 7 of `fsSelection`.
_USE_TYPO_METRICS = 1 << 7


@dataclass(frozen=True, slots=True)
class FontMetrics:
    """Heights of a font, in units of its em: above and below the baseline, and between lines; widths of characters."""

    units: int
    ascent: int
    descent: int
    gap: int
    advances: dict[int, int]


@dataclass(frozen=True, slots=True)
class LineExtent:
    """How far a line of a font and size reaches above and below its baseline, in points."""

    above: float
    below: float


class FontSet:
    """Fonts that Typst can set text in."""

    def __init__(self, *, installed: bool) -> None:
        """Load the fonts of the package, and those installed on the machine where they are needed."""
        self.fonts = typst.Fonts(include_system_fonts=installed, include_embedded_fonts=False, font_paths=[str(FONTS)])
        self._known: dict[tuple[str, bool, bool], FontMetrics] = {}

    @cached_property
    def families(self) -> frozenset[str]:
        """The names of the families."""
        return frozenset(self.fonts.families())

    @cached_property
    def _files(self) -> dict[tuple[str, bool, bool], typst.FontInfo]:
        files: dict[tuple[str, bool, bool], typst.FontInfo] = {}
        # Of several fonts with one name, those of usual width and weight come first.
        for info in sorted(self.fonts.fonts(), key=lambda info: (abs(info.stretch - 1), info.weight not in {400, 700})):
            files.setdefault((info.family.lower(), info.weight >= _BOLD, info.style != "normal"), info)
        return files

    def family(self, name: str) -> str:
        """Return the family that stands for a font: itself, or one of the same widths; empty where neither is there."""
        return next((each for each in (name, METRIC_ALIASES.get(name, "")) if each in self.families), "")

    def extent(self, name: str, size: float, *, bold: bool, italic: bool) -> LineExtent:
        """Return how far a line reaches, rounded as LibreOffice rounds it."""
        metrics = self._metrics(self.family(name) or name, bold=bold, italic=italic)
        above = _dots(metrics.ascent, metrics.units, size)
        below = _dots(metrics.descent, metrics.units, size)
        gap = _dots(metrics.gap, metrics.units, size)
        height = _twips(above + below) + _twips(gap)
        return LineExtent(_twips(above) / _TWIPS_PER_POINT, (height - _twips(above)) / _TWIPS_PER_POINT)

    def width(self, text: str, name: str, size: float, *, bold: bool, italic: bool) -> float:
        """Return the width of text without kerning, in points; a character that the font lacks is as wide as its em."""
        metrics = self._metrics(self.family(name) or name, bold=bold, italic=italic)
        units = sum(metrics.advances.get(ord(char), metrics.units) for char in text)
        return units * size / metrics.units

    def characters(self, name: str) -> KeysView[int]:
        """Return the characters of the Basic Multilingual Plane that a font has."""
        return self._metrics(self.family(name) or name, bold=False, italic=False).advances.keys()

    def pieces(self, text: str, name: str, other: str) -> list[tuple[str, bool]]:
        """Return text in pieces, each with whether its characters are missing in one font and known in another.

        Marks stay with the character that they are set on.
        """
        if text.isascii() or self.characters(name) >= set(map(ord, text)):
            return [(text, False)]
        known, others = self.characters(name), self.characters(other)
        pieces: list[tuple[str, bool]] = []
        for char in text:
            is_foreign = ord(char) not in known and ord(char) in others
            if pieces and (pieces[-1][1] == is_foreign or unicodedata.combining(char)):
                pieces[-1] = (pieces[-1][0] + char, pieces[-1][1])
            else:
                pieces.append((char, is_foreign))
        return pieces

    def _metrics(self, family: str, *, bold: bool, italic: bool) -> FontMetrics:
        key = (family, bold, italic)
        if key not in self._known:
            self._known[key] = self._read(family, bold=bold, italic=italic)
        return self._known[key]

    def _read(self, family: str, *, bold: bool, italic: bool) -> FontMetrics:
        for key in ((bold, italic), (False, italic), (bold, False), (False, False)):
            info = self._files.get((family.lower(), *key))
            if info and info.path:
                return _read_metrics(Path(info.path), info.index)
        # Without a file to read, heights are guessed, and each character is as wide as its em.
        return FontMetrics(1000, 1000, 250, 0, {})


def _dots(units: int, per_em: int, size: float) -> int:
    return round(units * size * _DOTS_PER_POINT / per_em)


def _twips(dots: int) -> int:
    # Rounded half up, in whole numbers.
    return (2 * dots // _DOTS_PER_TWIP + 1) // 2


@lru_cache(maxsize=64)
def _read_metrics(path: Path, index: int) -> FontMetrics:
    """Return the metrics of a font file as LibreOffice and Typst take them."""
    # fontTools takes five times as long: 5.5 ms of CPU for Noto Sans, and this 1.1 ms.
    data = path.read_bytes()
    # A collection of fonts (`ttcf`) begins with the offset of each.
    offset = struct.unpack_from(">L", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">4xH", data, offset)
    tables = dict(struct.unpack_from(">4s4xL", data, offset + 12 + 16 * n) for n in range(count))
    # `unitsPerEm`, and `ascender`, `descender` and `lineGap`.
    (units,) = struct.unpack_from(">H", data, tables[b"head"] + 18)
    ascent, descent, gap = struct.unpack_from(">hhh", data, tables[b"hhea"] + 4)
    if b"OS/2" in tables:
        # `fsSelection`, and `sTypoAscender` to `usWinDescent`.
        (selection,) = struct.unpack_from(">H", data, tables[b"OS/2"] + 62)
        typographic = struct.unpack_from(">hhhHH", data, tables[b"OS/2"] + 68)
        # `hhea` counts, unless OS/2 says that its own typographic metrics do (OpenType 1.9).
        if selection & _USE_TYPO_METRICS:
            ascent, descent, gap = typographic[:3]
        elif not ascent and not descent:
            ascent, descent, gap = typographic[3], -typographic[4], 0
    return FontMetrics(units, ascent, -descent, gap, _advances(data, tables))


def _advances(data: bytes, tables: Mapping[bytes, int]) -> dict[int, int]:
    """Return the advance widths of the characters of the Basic Multilingual Plane (OpenType 1.9, `cmap` format 4)."""
    cmap = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">2xH", data, cmap)
    places = [cmap + struct.unpack_from(">4xL", data, cmap + 4 + 8 * n)[0] for n in range(subtables)]
    place = next((each for each in places if struct.unpack_from(">H", data, each)[0] == 4), None)  # noqa: PLR2004
    if place is None:
        return {}
    (twice,) = struct.unpack_from(">H", data, place + 6)
    number = twice // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{number}H", data, place + at) for at in (14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice)
    )
    # `numberOfHMetrics`: glyphs from there on are as wide as the last of them.
    (long,) = struct.unpack_from(">H", data, tables[b"hhea"] + 34)
    widths = struct.unpack_from(">" + "H2x" * long, data, tables[b"hmtx"])
    advances: dict[int, int] = {}
    for segment in range(number):
        for char in range(starts[segment], ends[segment] + 1):
            glyph = char
            if offsets[segment]:
                # The offset of a segment counts from its own place to the array of glyphs behind it.
                at = place + 16 + 3 * twice + 2 * segment + offsets[segment] + 2 * (char - starts[segment])
                (glyph,) = struct.unpack_from(">H", data, at) if at + 2 <= len(data) else (0,)
            if glyph:
                # Modulo 65,536, as the format says.
                glyph = (glyph + deltas[segment]) & 0xFFFF
                advances[char] = widths[min(glyph, long - 1)]
    return advances


# Two sets: the fonts of the package, and those with all that are installed.
@lru_cache(maxsize=2)
def _font_set(*, installed: bool) -> FontSet:
    return FontSet(installed=installed)


def fonts_for(names: Iterable[str], *, installed: bool = False) -> FontSet:
    """Return a set with the fonts of these names: the package's own where they are enough, which loads faster."""
    own = _font_set(installed=False)
    if not installed and all(name in own.families for name in names):
        return own
    return _font_set(installed=True)


def foreign_characters(characters: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Return the characters that none of these fonts has: another font prints them.

    Those outside the Basic Multilingual Plane are taken for such.
    """
    wanted = tuple(names)
    fonts = fonts_for(wanted)
    known = [fonts.characters(name) for name in wanted]
    return frozenset(char for char in characters if not any(ord(char) in each for each in known))
