"""Reads the inline pictures of a DOCX (ECMA-376 part 1, 20.4 and 20.2)."""

from __future__ import annotations

from collections.abc import Mapping

from generator.render.pdf.typst.attributes import MAX_LENGTH, Element, W, note_value, number
from generator.render.pdf.typst.model import InlinePicture, RunFormat
from generator.render.pdf.typst.notes import Notes, xml_name
from generator.render.pdf.typst.package import Package, PartRelationship, R

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# The extensions in whose terms OnlyOffice writes plain pictures too; LibreOffice knows them, and takes the choice.
_KNOWN_EXTENSIONS = {
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_EMU_PER_POINT = 12700.0
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
_HARMLESS = frozenset(
    (
        *(_WP + name for name in ("inline", "extent", "effectExtent", "docPr", "cNvGraphicFramePr")),
        *(_A + name for name in ("graphicFrameLocks", "graphic", "graphicData", "blip", "stretch", "fillRect")),
        *(_A + name for name in ("xfrm", "off", "ext", "prstGeom", "avLst", "picLocks", "extLst", "noFill")),
        *(_A + name for name in ("srcRect", "ln", "hlinkClick")),
        *(_PIC + name for name in ("pic", "nvPicPr", "cNvPr", "cNvPicPr", "blipFill", "spPr")),
    )
)


def picture_in_choice(element: Element) -> Element | None:
    """Return the `w:drawing` of alternatives whose first choice is one inline picture and nothing else, else None."""
    choice = next(iter(element), None) if element.tag == f"{_MC}AlternateContent" else None
    if choice is None or choice.tag != f"{_MC}Choice" or len(choice) != 1 or choice[0].tag != f"{W}drawing":
        return None
    required = choice.get("Requires") or ""
    namespace = _KNOWN_EXTENSIONS.get(required)
    if namespace is None or choice.nsmap.get(required) != namespace:
        return None
    data = choice[0].find(f"{_WP}inline/{_A}graphic/{_A}graphicData")
    is_picture = data is not None and len(choice[0]) == 1 and [each.tag for each in data] == [f"{_PIC}pic"]
    return choice[0] if is_picture else None


def read_picture(
    drawing: Element, package: Package, relationships: Mapping[str, PartRelationship], format_: RunFormat, notes: Notes
) -> InlinePicture | None:
    """Return the picture of a `w:drawing`, None where it is noted as unsupported."""
    inline = drawing.find(f"{_WP}inline")
    blip = drawing.find(f".//{_A}blip")
    if inline is None or blip is None:
        child = next(iter(drawing), None)
        notes.add(xml_name(child.tag) if child is not None and child.tag != f"{_WP}inline" else "w:drawing")
        return None
    extent, described = inline.find(f"{_WP}extent"), inline.find(f"{_WP}docPr")
    _check(inline, notes)
    if described is not None and described.get("hidden") not in {None, "0", "false"}:
        notes.add("wp:docPr/@hidden")
    if extent is None:
        notes.add("wp:extent")
        return None
    data, kind = _data(blip, package, relationships)
    if not kind:
        notes.add("a:blip")
        return None
    return InlinePicture(
        data,
        kind,
        width=_length(extent, "cx", notes),
        height=_length(extent, "cy", notes),
        alt=(described.get("descr") or "") if described is not None else "",
        format=format_,
    )


def _length(extent: Element, name: str, notes: Notes) -> float:
    value = extent.get(name, "")
    length = number(value) / _EMU_PER_POINT
    if 0 < length <= MAX_LENGTH:
        return length
    note_value(extent, name, value, notes)
    return 1.0


def _data(blip: Element, package: Package, relationships: Mapping[str, PartRelationship]) -> tuple[bytes, str]:
    """Return the bytes of a picture and their format: its vectors where it has some, else its pixels."""
    vector = blip.find(f".//{_SVG}")
    if vector is not None and (related := relationships.get(vector.get(f"{R}embed") or "")):
        return package.read(related.target), "svg"
    found = relationships.get(blip.get(f"{R}embed") or "")
    data = package.read(found.target) if found and not found.external else b""
    return data, next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")


def _check(inline: Element, notes: Notes) -> None:
    """Note what an inline picture has besides its pixels: cropping, turning, effects, outlines."""
    for element in inline.iter():
        if element.tag in _HARMLESS or not isinstance(element.tag, str):
            if element.tag == f"{_A}srcRect" and element.keys():
                notes.add("a:srcRect")
            elif element.tag == f"{_A}xfrm" and any(element.get(name) not in {None, "0"} for name in
                                                    ("rot", "flipH", "flipV")):  # fmt: skip
                notes.add("a:xfrm/@rot")
            elif element.tag == f"{_A}prstGeom" and element.get("prst") != "rect":
                notes.add("a:prstGeom")
            elif element.tag == f"{_A}ln" and element.find(f"{_A}noFill") is None:
                notes.add("a:ln")
        elif not any(parent.tag == f"{_A}extLst" for parent in element.iterancestors()):
            notes.add(xml_name(element.tag))
