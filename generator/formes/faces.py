"""Faces, complete: a subset with every letter that a value may have, set into formes as one font of the PDF.

What LibreOffice embeds has the glyphs of one document; a forme's font has those of all.
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from functools import lru_cache
from pathlib import Path

from generator.pdf.process import run

# Latin letters with the accents of Europe, and the signs of French typography.
LATIN = frozenset(
    (
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0xA0, 0x180)),
        *"\u2010\u2011\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2021\u2022\u2026\u2030\u2032\u2033",
        *"\u2039\u203a\u202f\u20ac\u2116\u2122\u2212\u2264\u2265",
    )
)
BOXES = frozenset("\u2610\u2611\u2612")
_FC_SECONDS = 20.0
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
_THOUSAND = 1000
# Dots a point.
_DOTS = 120
# A no-break space and a no-break hyphen are portions of their own in LibreOffice.
_PARTED = ("\u00a0", "\u2011")
# Orders share most of what they say: their vendor, their dates, their answers.
_REMEMBERED = 4096


class FaceError(Exception):
    """A face cannot be had, or cannot be embedded; `str()` says why."""


@dataclass(frozen=True, eq=False)
class Face:
    """A face of a forme.

    Attributes:
        name: its PostScript name.
        packed: the subset as it is embedded, a TrueType file, compressed as in a PDF.
        layout: the same glyphs, with the tables that say how they kern and join.
        texts: the text of each glyph, for ToUnicode.
        kerns: whether pairs of letters are kerned; LibreOffice does so where the template asks for it.
    """

    name: str
    packed: bytes
    layout: bytes
    texts: tuple[str, ...]
    kerns: bool = False

    @cached_property
    def _font(self) -> object:
        import uharfbuzz

        return uharfbuzz.Font(uharfbuzz.Face(self.layout))

    @cached_property
    def units(self) -> int:
        """Units of an em."""
        return int(self._font.face.upem)  # type: ignore[attr-defined]

    @cached_property
    def advances(self) -> tuple[float, ...]:
        """The width of each glyph, in thousandths of an em."""
        font = self._font
        units = self.units
        return tuple(font.get_glyph_h_advance(glyph) * _THOUSAND / units for glyph in range(len(self.texts)))  # type: ignore[attr-defined]

    @cached_property
    def _codes(self) -> tuple[bytes, ...]:
        """How each glyph is written in a TJ operator."""
        return tuple(b"%04X" % glyph for glyph in range(len(self.texts)))

    @cached_property
    def _glyphs(self) -> dict[str, int]:
        return {text: glyph for glyph, text in reversed(tuple(enumerate(self.texts))) if text}

    def glyph_of(self, text: str) -> int | None:
        """Return the glyph of a character, or of several that it joins; None where there is none."""
        return self._glyphs.get(text)

    def set(self, text: str) -> Line | None:
        """Return a text set in one line; None where the face does not have all of it."""
        lines = self._lines
        try:
            return lines[text]
        except KeyError:
            if len(lines) >= _REMEMBERED:
                lines.clear()
            lines[text] = line = self._set(text)
            return line

    @cached_property
    def _lines(self) -> dict[str, Line | None]:
        return {}

    def _set(self, text: str) -> Line | None:
        import uharfbuzz

        if not text:
            return Line(b"", 0.0, (), self.units)
        # Signs that are not seen, such as the soft hyphen, have rules of their own.
        if not text.isprintable() and any(unicodedata.category(char) in _UNSEEN for char in text):
            return None
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Latn", "fr"
        uharfbuzz.shape(self._font, buffer, {"kern": self.kerns})
        scale = _THOUSAND / self.units
        codes, advances = self._codes, self.advances
        array, width, moves = bytearray(b"<"), 0.0, []
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyph = info.codepoint
            x_offset, y_offset, x_advance, y_advance = place.position
            if not glyph or x_offset or y_offset or y_advance:
                return None
            advance = x_advance * scale
            width += advance
            moves.append(x_advance)
            array += codes[glyph]
            shift = advances[glyph] - advance
            if shift:
                array += b">%g<" % round(shift, 2)
        joints = sum(map(text.count, _PARTED))
        return Line(bytes(array + b">").removesuffix(b"<>"), width, tuple(moves), self.units, joints)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Glyphs in a line.

    Attributes:
        array: what a TJ operator takes.
        width: its width in thousandths of an em.
        advances: the width of each glyph, in so many units an em.
        units: how many.
        joints: how many of its signs LibreOffice sets apart from those beside them.
    """

    array: bytes
    width: float
    advances: tuple[int, ...]
    units: int
    joints: int = 0
    _measured: dict[float, float] = field(default_factory=dict, repr=False)

    def points(self, size: float) -> float:
        """Return its width at a size, both in points."""
        return self.width * size / _THOUSAND

    def measured(self, size: float) -> float:
        """Return its width as LibreOffice measures it to break lines, at a size, both in points.

        It lays out on a device of 8,640 dots an inch, where each glyph is so many whole dots wide
        (`python -m benchmarks.breaks` holds the two together).
        """
        try:
            return self._measured[size]
        except KeyError:
            scale = size * _DOTS / self.units
            self._measured[size] = width = sum([int(advance * scale + 0.5) for advance in self.advances]) / _DOTS
            return width


def find_face(name: str) -> Path:
    """Return the file of a face by its PostScript name.

    Raises:
        FaceError: fontconfig does not know it.
    """
    try:
        listed = run(["fc-list", f":postscriptname={name}", "file"], timeout=_FC_SECONDS, keep=None).said
    except OSError as error:
        raise FaceError(f"{name}: {error}") from error
    paths = [Path(line.rstrip(": ")) for line in sorted(listed.splitlines()) if line.strip()]
    if not paths:
        raise FaceError(f"{name}: no file")
    return paths[0]


# The formes of a template have the same faces, and a subset takes a good part of a second.
@lru_cache(maxsize=16)
def complete_face(path: Path, name: str, wanted: str) -> Face:
    """Return the subset of a face that has the characters of `wanted` that the face has.

    Raises:
        FaceError: it is no TrueType font, or its licence does not let it be embedded.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.ttLib import TTLibError

    try:
        # With its own date: the same subset has the same bytes, and is kept once.
        font = TTFont(io.BytesIO(path.read_bytes()), lazy=True, recalcTimestamp=False)
    except (OSError, TTLibError) as error:
        raise FaceError(f"{name}: {error}") from error
    if "glyf" not in font or "fvar" in font or font["OS/2"].fsType & 0x0002:
        raise FaceError(f"{name}: no TrueType outlines, variable, or not to be embedded")
    options = subset.Options(hinting=False, layout_features=["kern", "liga", "ccmp", "locl", "mark", "mkmk"])
    options.notdef_outline = True
    options.name_IDs = []
    options.drop_tables += ["DSIG", "meta", "STAT", "FFTM"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in wanted])
    subsetter.subset(font)
    layout = io.BytesIO()
    font.save(layout)
    texts = _texts(layout.getvalue())
    for table in ("GSUB", "GPOS", "GDEF"):
        if table in font:
            del font[table]
    program = io.BytesIO()
    font.save(program)
    return Face(name, zlib.compress(program.getvalue(), 9), layout.getvalue(), texts)


def _texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each glyph: its character, or those it joins."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data))
    order = font.getGlyphOrder()
    texts = {name: chr(char) for char, name in sorted(font.getBestCmap().items(), reverse=True)}
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
    for lookup in lookups:
        for table in lookup.SubTable:
            inner = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(inner, "ligatures", {}).items():
                for ligature in ligatures:
                    parts = [texts.get(name, "") for name in (first, *ligature.Component)]
                    if all(parts):
                        texts.setdefault(ligature.LigGlyph, "".join(parts))
    return tuple(texts.get(name, "") for name in order)
