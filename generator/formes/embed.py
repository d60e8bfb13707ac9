"""A face in a PDF: a Type 0 font whose codes are the numbers of its glyphs (ISO 32000-1, 9.7)."""

from __future__ import annotations

import io
import zlib

from pypdf.generic import ArrayObject
from pypdf.generic import DictionaryObject
from pypdf.generic import FloatObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject
from pypdf.generic import NumberObject
from pypdf.generic import TextStringObject

from generator.formes.faces import Face
from generator.pdf.objects import PdfCopy
from generator.pdf.objects import packed
from generator.pdf.objects import stream

# ISO 32000-1, 9.6.4: a subset's name has a tag of six letters.
_TAG = "SEGURD"
_SYMBOLIC, _BOLD_STEM, _STEM, _BOLD_WEIGHT = 4, 140, 80, 600


def embed_face(copy: PdfCopy, face: Face) -> IndirectObject:
    """Add a face to a PDF, and return the reference to its font."""
    from fontTools.ttLib import TTFont

    data = zlib.decompress(face.packed)
    font = TTFont(io.BytesIO(data))
    scale = 1000 / face.units
    name = NameObject(f"/{_TAG}+{face.name}")
    # The same bytes, wherever they were compressed.
    program = stream(face.packed, Filter=b"/FlateDecode", Length1=b"%d" % len(data))
    head, lines, weight = font["head"], font["hhea"], font["OS/2"].usWeightClass
    descriptor = _dictionary(
        Type=NameObject("/FontDescriptor"),
        FontName=name,
        Flags=NumberObject(_SYMBOLIC),
        FontBBox=ArrayObject(
            NumberObject(round(side * scale)) for side in (head.xMin, head.yMin, head.xMax, head.yMax)
        ),
        ItalicAngle=FloatObject(font["post"].italicAngle),
        Ascent=NumberObject(round(lines.ascent * scale)),
        Descent=NumberObject(round(lines.descent * scale)),
        CapHeight=NumberObject(round(getattr(font["OS/2"], "sCapHeight", lines.ascent) * scale)),
        StemV=NumberObject(_BOLD_STEM if weight >= _BOLD_WEIGHT else _STEM),
        FontFile2=copy.add(program),
    )
    widths = ArrayObject(FloatObject(round(width, 2)) for width in face.advances)
    descendant = _dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/CIDFontType2"),
        BaseFont=name,
        CIDSystemInfo=_dictionary(
            Registry=TextStringObject("Adobe"), Ordering=TextStringObject("Identity"), Supplement=NumberObject(0)
        ),
        FontDescriptor=copy.add(descriptor),
        CIDToGIDMap=NameObject("/Identity"),
        W=ArrayObject((NumberObject(0), widths)),
    )
    return copy.add(
        _dictionary(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type0"),
            BaseFont=name,
            Encoding=NameObject("/Identity-H"),
            DescendantFonts=ArrayObject((copy.add(descendant),)),
            ToUnicode=copy.add(packed(_to_unicode(face))),
        )
    )


def _dictionary(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def _to_unicode(face: Face) -> bytes:
    pairs = [(glyph, text) for glyph, text in enumerate(face.texts) if text]
    lines = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap"]
    lines.append("/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def")
    lines.append("/CMapName /Adobe-Identity-UCS def /CMapType 2 def")
    lines.append("1 begincodespacerange <0000> <FFFF> endcodespacerange")
    # A section has a hundred entries at most (Adobe's CMap specification).
    for start in range(0, len(pairs), 100):
        section = pairs[start : start + 100]
        lines.append(f"{len(section)} beginbfchar")
        lines += [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in section]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
