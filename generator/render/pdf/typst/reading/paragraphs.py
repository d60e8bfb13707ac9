"""Reads the paragraphs of a DOCX: runs, breaks, fields, links and inline pictures.

ECMA-376 part 1: 17.3 (paragraphs), 17.16 (fields), 20.2 and 20.4 (pictures).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lxml import etree

from generator.render.docx.archive import Package, PartRelationship, R
from generator.render.pdf.typst.model import (
    Inline,
    InlinePicture,
    Label,
    LineBreak,
    PageNumber,
    Paragraph,
    RunFormat,
    Tab,
    TextRun,
)
from generator.render.pdf.typst.reading.attributes import (
    MAX_LENGTH,
    Element,
    Notes,
    W,
    note_value,
    number,
    read_choice,
    value_of,
    xml_name,
)
from generator.render.pdf.typst.reading.numbering import Counters, Level
from generator.render.pdf.typst.reading.properties import RunProperties, read_paragraph_properties, read_run_properties
from generator.render.pdf.typst.reading.styles import PLAIN, Resolved, RunLook, StyleSheet

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_R, _T, _RUN_PROPERTIES = f"{W}r", f"{W}t", f"{W}rPr"
# Marks that show nothing: bookmarks, ranges of comments that are not printed, what the spelling checker noted.
MARKS = frozenset(
    W + name
    for name in (
        *("bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "commentRangeStart"),
        *("commentRangeEnd", "commentReference", "annotationRef", "lastRenderedPageBreak"),
    )
)
_PROPERTIES = frozenset(W + name for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr"))
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# The fields that are worked out anew, with the switches that keep or plainly format their result.
# `PAGE`, or `NUMPAGES \* MERGEFORMAT`.
_FIELD = re.compile(r'\s*(PAGE|NUMPAGES)(\s+\\\*\s*("?)(MERGEFORMAT|Arabic|CHARFORMAT)\3)*\s*', re.IGNORECASE)
_FIELD_MARKS = {each: each for each in ("begin", "separate", "end")}
_BREAKS = {each: each for each in ("textWrapping", "page")}
_NO_CLEARING = {"none": True}
# LibreOffice and Word draw small capitals at four fifths.
_SMALL_CAPS = 0.8

# --- pictures ---

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
# The extensions in whose terms OnlyOffice writes plain pictures too; LibreOffice knows them, and takes the choice.
_KNOWN_EXTENSIONS = {
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_EMU_PER_POINT = 12700.0
# How PNG and JPEG files begin; others are for LibreOffice.
_PICTURE_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
_PICTURE_HARMLESS = frozenset(
    (
        *(_WP + name for name in ("inline", "extent", "effectExtent", "docPr", "cNvGraphicFramePr")),
        *(_A + name for name in ("graphicFrameLocks", "graphic", "graphicData", "blip", "stretch", "fillRect")),
        *(_A + name for name in ("xfrm", "off", "ext", "prstGeom", "avLst", "picLocks", "extLst", "noFill")),
        *(_A + name for name in ("srcRect", "ln", "hlinkClick")),
        *(_PIC + name for name in ("pic", "nvPicPr", "cNvPr", "cNvPicPr", "blipFill", "spPr")),
    )
)


class _PageBreak:
    """A page break among the inlines of a paragraph."""


Part = Inline | _PageBreak


class ParagraphReader:
    """Reads the paragraphs of one part.

    Attributes:
        table: what the style of the table around gives to paragraphs.
        breaks_after: the paragraph read last ends with a page break.
    """

    def __init__(self, package: Package, part: str, sheet: StyleSheet, counters: Counters, notes: Notes) -> None:
        """Begin at the top of a part.

        Args:
            package: the DOCX.
            part: the name of the part.
            sheet: the styles.
            counters: the lists, and how far they have counted; paragraphs of lists count on.
            notes: where unsupported constructs go.
        """
        self._package, self._sheet = package, sheet
        self._counters, self.notes = counters, notes
        self._relationships = package.relationships(part)
        self.table: Resolved = PLAIN
        self.breaks_after = False

    def read(self, element: Element) -> Paragraph:
        """Return the paragraph of a `w:p`."""
        self.notes.at(element)
        given = element.find(f"{W}pPr")
        direct = read_paragraph_properties(given, self.notes)
        name = direct.get("style", self._sheet.default("paragraph"))
        style = self._sheet.stack(self.table, self._sheet.use(name, self.notes))
        mark = read_run_properties(given.find(_RUN_PROPERTIES) if given is not None else None, self.notes)
        number = direct.get("number", style.paragraph.get("number", ""))
        depth = direct.get("level", style.paragraph.get("level", 0))
        # `w:numId` 0 takes a paragraph out of the list of its style.
        level = self._counters.lists.level(number, depth, self.notes) if number not in {"", "0"} else None
        format_ = self._sheet.paragraph_format(
            name, style, direct, level.paragraph if level else {}, listed="number" in direct
        )
        label = self._label(level, self._counters.label(number, depth, self.notes), style, mark) if level else None
        parts = self._parts(element, style)
        paragraph = Paragraph(_joined(parts), format_, self._look(style, mark).format, label)
        return self._without_breaks(paragraph, parts) if any(type(each) is _PageBreak for each in parts) else paragraph

    def _without_breaks(self, paragraph: Paragraph, parts: list[Part]) -> Paragraph:
        """Return a paragraph with its page break as one before it, or before the next paragraph."""
        breaks = sum(type(each) is _PageBreak for each in parts)
        if breaks == 1 and len(parts) > 1 and type(parts[0]) is _PageBreak:
            return replace(paragraph, format=replace(paragraph.format, page_break_before=True))
        if breaks > 1 or type(parts[-1]) is not _PageBreak:
            self.notes.add("w:br=page")
        self.breaks_after = True
        return paragraph

    def _label(self, level: Level, text: str, style: Resolved, mark: RunProperties) -> Label | None:
        if not text:
            return None
        look = self._look(style, {**mark, **level.run})
        return Label(text + (" " if level.suffix == "space" else ""), look.format, level.suffix == "tab")

    def _look(self, style: Resolved, direct: RunProperties) -> RunLook:
        character = direct.get("style")
        if character:
            style = self._sheet.stack(style, self._sheet.use(character, self.notes))
        return self._sheet.run_look(style, direct, self.notes)

    # --- what is in a paragraph ---

    def _parts(self, element: Element, style: Resolved) -> list[Part]:
        """Return the contents of a paragraph, with fields worked out."""
        parts: list[Part] = []
        field: _Field | None = None
        for run, link, instruction in self._runs(element, ""):
            look = self._look(style, read_run_properties(run.find(_RUN_PROPERTIES), self.notes))
            if instruction:
                parts += self._field(instruction, look.format)
                continue
            for child in run:
                if child.tag == _T and field is None:
                    parts += _drawn(_text_of(child, self.notes), look, link)
                elif child.tag in {f"{W}fldChar", f"{W}instrText"}:
                    field, finished = self._complex_field(field, child, look.format)
                    parts += finished
                elif field is None and child.tag not in _PROPERTIES and child.tag not in MARKS:
                    parts += self._run_child(child, look.format, link)
        return parts

    def _runs(self, element: Iterable[Element], link: str) -> Iterator[tuple[Element, str, str]]:
        """Give the runs of a paragraph, each with the address it leads to, and the field that it is the result of."""
        for child in element:
            if child.tag == _R:
                yield child, link, ""
            elif child.tag == f"{W}hyperlink":
                yield from self._runs(child, self._address(child))
            elif child.tag == f"{W}fldSimple":
                # The format of its result counts, its text is worked out anew.
                run = child.find(_R)
                yield (run if run is not None else child), "", value_of(child, "instr") or " "
            elif child.tag not in _PROPERTIES and child.tag not in MARKS:
                inner = contents_of(child, self.notes)
                if inner is None:
                    self.notes.add(xml_name(child.tag))
                yield from self._runs(inner or (), link)

    def _address(self, hyperlink: Element) -> str:
        related = self._relationships.get(hyperlink.get(f"{R}id") or "")
        # A link to a place in the document has no address.
        if related is None or not related.external or value_of(hyperlink, "anchor"):
            self.notes.add("w:hyperlink/@w:anchor")
            return ""
        return related.target

    def _complex_field(
        self, field: _Field | None, child: Element, format_: RunFormat
    ) -> tuple[_Field | None, list[PageNumber]]:
        """Return the field that goes on after a mark of one, and what it gives where it is complete."""
        kind = read_choice(child, _FIELD_MARKS, self.notes, "", "fldCharType")
        if kind == "begin":
            if field is not None:
                self.notes.add("w:fldChar/w:fldChar")
            return _Field(), []
        if field is None:
            self.notes.add(xml_name(child.tag))
            return None, []
        if child.tag == f"{W}instrText":
            field.instruction += child.text or ""
            field.format = field.format or format_
        elif kind == "end":
            return None, self._field(field.instruction, field.format or format_)
        return field, []

    def _field(self, instruction: str, format_: RunFormat) -> list[PageNumber]:
        match = _FIELD.fullmatch(instruction)
        if match:
            return [PageNumber(match[1].upper() == "NUMPAGES", format_)]
        self.notes.add(f"w:instrText={instruction.strip().partition(' ')[0]}")
        return []

    def _run_child(self, child: Element, format_: RunFormat, link: str) -> Iterator[Part]:
        name = str(child.tag).removeprefix(W)
        if name == "tab":
            yield Tab(format_)
        elif name == "noBreakHyphen":
            yield TextRun("\u2011", format_, link)
        elif name == "softHyphen":
            yield TextRun("\u00ad", format_, link)
        elif name in {"br", "cr"}:
            yield from self._break(child, format_)
        elif (drawing := child if name == "drawing" else _picture_in_choice(child)) is not None:
            picture = _read_picture(drawing, self._package, self._relationships, format_, self.notes)
            if picture:
                yield picture
        else:
            self.notes.add(xml_name(child.tag))

    def _break(self, element: Element, format_: RunFormat) -> Iterator[Part]:
        read_choice(element, _NO_CLEARING, self.notes, default=True, name="clear")
        kind = read_choice(element, _BREAKS, self.notes, "textWrapping", "type")
        yield _PageBreak() if kind == "page" else LineBreak(format_)


def contents_of(element: Element, notes: Notes) -> list[Element] | None:
    """Return what an element that only wraps others contains; None for any other.

    Content controls, smart tags and custom XML are such, and alternatives that are all the same.
    """
    if element.tag == f"{W}sdt":
        if element.find(f"{W}sdtPr/{W}dataBinding") is not None:
            notes.add("w:dataBinding")
        content = element.find(f"{W}sdtContent")
        return list(content) if content is not None else []
    if element.tag in {f"{W}smartTag", f"{W}customXml"}:
        return [each for each in element if not str(each.tag).endswith("Pr")]
    if element.tag == f"{_MC}AlternateContent":
        # Alternatives that are all alike need no choice.
        alternatives = [b"".join(etree.tostring(each, method="c14n") for each in choice) for choice in element]
        if len(set(alternatives)) == 1:
            return list(element[0])
    return None


def flattened(elements: Iterable[Element], notes: Notes) -> Iterator[Element]:
    """Give elements with content controls and smart tags replaced by what they contain."""
    for element in elements:
        inner = contents_of(element, notes)
        if inner is None:
            yield element
        else:
            yield from flattened(inner, notes)


class _Field:
    """A complex field that is being read: its instruction so far, and the format of its first run."""

    def __init__(self) -> None:
        self.instruction = ""
        self.format: RunFormat | None = None


def _text_of(element: Element, notes: Notes) -> str:
    """Return the text of a `w:t`: spaces at its ends count only where it says so."""
    text = element.text or ""
    if "\n" in text or "\t" in text:
        text = text.replace("\n", " ").replace("\t", " ")
    space = element.get(_XML_SPACE)
    if space == "preserve":
        return text
    if space not in {None, "default"}:
        note_value(element, _XML_SPACE, str(space), notes)
    return text.strip(" ")


def _drawn(text: str, look: RunLook, link: str) -> Iterator[TextRun]:
    """Give text as it is drawn: in capitals, or small ones for its small letters."""
    if not look.capitals:
        if text:
            yield TextRun(text, look.format, link)
    elif look.capitals == "caps":
        yield TextRun(text.upper(), look.format, link)
    else:
        small = replace(look.format, scale=look.format.scale * _SMALL_CAPS)
        # Pieces of small letters and of all others: `Numéro 1` is `N`, `uméro` and ` 1`.
        for piece in re.findall(r"[a-zà-öø-ÿœ]+|[^a-zà-öø-ÿœ]+", text):
            yield TextRun(piece.upper(), small if piece[0].islower() else look.format, link)


def _joined(parts: list[Part]) -> tuple[Inline, ...]:
    """Return inlines without page breaks, neighbouring texts of one format put together."""
    joined: list[Inline] = []
    for each in parts:
        last = joined[-1] if joined else None
        if type(each) is TextRun and type(last) is TextRun and last.format == each.format and last.link == each.link:
            joined[-1] = TextRun(last.text + each.text, each.format, each.link)
        elif not isinstance(each, _PageBreak):
            joined.append(each)
    return tuple(joined)


def _picture_in_choice(element: Element) -> Element | None:
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


def _read_picture(
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
    _check_picture(inline, notes)
    if described is not None and described.get("hidden") not in {None, "0", "false"}:
        notes.add("wp:docPr/@hidden")
    if extent is None:
        notes.add("wp:extent")
        return None
    data, kind = _picture_data(blip, package, relationships)
    if not kind:
        notes.add("a:blip")
        return None
    return InlinePicture(
        data,
        kind,
        width=_picture_length(extent, "cx", notes),
        height=_picture_length(extent, "cy", notes),
        alt=(described.get("descr") or "") if described is not None else "",
        format=format_,
    )


def _picture_length(extent: Element, name: str, notes: Notes) -> float:
    value = extent.get(name, "")
    length = number(value) / _EMU_PER_POINT
    if 0 < length <= MAX_LENGTH:
        return length
    note_value(extent, name, value, notes)
    return 1.0


def _picture_data(blip: Element, package: Package, relationships: Mapping[str, PartRelationship]) -> tuple[bytes, str]:
    """Return the bytes of a picture and their format: its vectors where it has some, else its pixels."""
    vector = blip.find(f".//{_SVG}")
    if vector is not None and (related := relationships.get(vector.get(f"{R}embed") or "")):
        return package.read(related.target), "svg"
    found = relationships.get(blip.get(f"{R}embed") or "")
    data = package.read(found.target) if found and not found.external else b""
    return data, next((kind for start, kind in _PICTURE_KINDS.items() if data.startswith(start)), "")


def _check_picture(inline: Element, notes: Notes) -> None:
    """Note what an inline picture has besides its pixels: cropping, turning, effects, outlines."""
    for element in inline.iter():
        if element.tag in _PICTURE_HARMLESS or not isinstance(element.tag, str):
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
