"""Active content of a DOCX: what would fetch something from elsewhere, or run, when somebody opens it.

It is found by content types, relationships and markup, in every part whatever its name: readers follow relationships.
Links for a reader to click are no active content.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from generator.common.opc import CONTENT_TYPES, parse_xml, plain_name, relationships_source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"

# Relationships inside the package that Word writes and that bring in neither programs nor other documents.
_KINDS = frozenset(
    """
    officeDocument core-properties extended-properties custom-properties thumbnail
    styles stylesWithEffects settings webSettings fontTable font theme themeOverride numbering
    header footer footnotes endnotes image hdphoto hyperlink bibliography
    comments commentsExtended commentsExtensible commentsIds people documenttasks
    customXml customXmlProps glossaryDocument printerSettings classificationlabels
    chart chartUserShapes chartStyle chartColorStyle chartEx
    diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing
    origin signature certificate recipientData
    """.split()  # noqa: SIM905  # a list of 45 lines
)
_HYPERLINK = "/hyperlink"
# Elements that lead to what somebody has to click.
_CLICKED = frozenset(("hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver"))
_ACTIVE_TYPES = re.compile(
    r"vbaProject|vbaData|ms-office\.vba|oleObject|activeX|macroEnabled|webextension|customUI|attachedToolbars|keyMap",
    re.IGNORECASE,
)
# Fields that fetch or run something.
_ACTIVE_FIELDS = re.compile(
    r"(INCLUDE\w*|IMPORT|DDE\w*|LINK|DATABASE|RD|MACROBUTTON|EMBED|CONTROL|HTMLACTIVEX|OCX|PRINT|ADDIN)\b",
    re.IGNORECASE,
)
# A scheme (`https:`, `file:`), a server (`//server`) or a share of a network (two backslashes).
_OUTSIDE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
# A part without these bytes needs no further look, if it is in an encoding that shows them.
_MARKS = (b"relationships", b"instr", b"href", b"Href", b"vml", b"office:office", b":link=", b"mailMerge")
# XML in an encoding that shows ASCII: `<`, perhaps after a mark of UTF-8, and no zero byte.
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?!\x00)")
# `<?xml version="1.0" encoding="utf-8"?>` gives `utf-8`.
_ENCODING = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)""")
_PLAIN_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252")
# How UTF-16 begins: with its mark, or with `<` and a zero byte in either order.
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_GZIP, _SVG = b"\x1f\x8b", re.compile(rb"<(?:svg|\?xml|!DOCTYPE)")
_VML_PICTURES = frozenset(("imagedata", "fill", "stroke", "image"))
_VML_LINKS = frozenset(("src", "href", "althref"))
# The elements with attributes that `_link` may find to fetch something.
_LINKING = etree.XPath(
    "//*[@*[local-name()='src' or local-name()='href' or local-name()='althref' or local-name()='relid'"
    " or contains(namespace-uri(), '/relationships')]]"
)
_FIELD_MARKS = [
    f"{space}{name}" for space in (_W, _STRICT_W) for name in ("fldSimple", "fldChar", "instrText", "delInstrText")
]


def find_active(parts: Mapping[str, bytes]) -> str:
    """Return the first active content of a package; empty where there is none.

    Raises:
        etree.XMLSyntaxError: a part is not well-formed.
    """
    types = _Types(parts)
    return next(_active_types(parts, types), "") or next(_active_parts(parts, types), "")


class _Types:
    """The content type of each part, by its name, else by its ending."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        data = parts.get(CONTENT_TYPES)
        root = parse_xml(data) if data else ()
        listed = [(each, str(each.get("ContentType"))) for each in root]
        self._named = {plain_name(part).casefold(): kind for each, kind in listed if (part := each.get("PartName"))}
        self._endings = {ending.casefold(): kind for each, kind in listed if (ending := each.get("Extension"))}

    def of(self, name: str) -> str:
        """Return the content type of a part; empty where the package gives none."""
        folded = name.casefold()
        return self._named.get(folded) or self._endings.get(folded.rpartition(".")[2], "")


def _active_types(parts: Mapping[str, bytes], types: _Types) -> Iterator[str]:
    for name in parts:
        if _ACTIVE_TYPES.search(types.of(name)):
            yield f"{name} : {types.of(name)}"
        if _is_packed_svg(parts[name]):
            yield f"{name} : SVGZ"


def _is_packed_svg(data: bytes) -> bool:
    # Nothing is looked for in a compressed SVG, and LibreOffice unpacks it.
    if not data.startswith(_GZIP):
        return False
    try:
        # The first 4 kB show what it is: a bomb is not unpacked.
        return bool(_SVG.search(zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(data, 4096)))
    except zlib.error:
        return False


def _active_parts(parts: Mapping[str, bytes], types: _Types) -> Iterator[str]:
    links: dict[str, dict[str, str]] = {}
    for name, data in parts.items():
        if name.casefold().endswith(".rels"):
            root = parse_xml(data)
            yield from _active_relationships(root)
            links[relationships_source(name) or ""] = {
                str(each.get("Id")): str(each.get("Target"))
                for each in root.iter("{*}Relationship")
                if str(each.get("Type")).endswith(_HYPERLINK)
            }
    for name, data in parts.items():
        if not name.casefold().endswith(".rels") and _needs_look(data, types.of(name)):
            yield from _active_markup(parse_xml(data), links.get(name, {}))


def _active_relationships(root: etree._Element) -> Iterator[str]:
    for each in root.iter("{*}Relationship"):
        kind, target = str(each.get("Type")), str(each.get("Target"))
        is_outside = each.get("TargetMode") not in (None, "Internal") or bool(_OUTSIDE.match(target))
        # Kinds that nobody thought of are refused, too: the list has those that are allowed.
        if kind.rpartition("/")[2] not in _KINDS or (is_outside and not kind.endswith(_HYPERLINK)):
            yield f"{kind.rpartition('/')[2]} → {target}"


def _needs_look(data: bytes, content_type: str) -> bool:
    if _PLAIN.match(data):
        # Other encodings hide the bytes that show active content.
        encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
        is_shown = encoding is None or encoding[1].lower() in _PLAIN_ENCODINGS
        return not is_shown or any(mark in data for mark in _MARKS)
    return data.startswith(_UTF_16) or content_type.endswith(("+xml", "/xml"))


def _active_markup(root: etree._Element, links: Mapping[str, str]) -> Iterator[str]:
    yield from filter(is_active_field, field_instructions(root))
    if next(root.iter("{*}mailMerge"), None) is not None:
        yield "mailMerge"
    for element in cast("list[etree._Element]", _LINKING(root)):  # noqa: SLF001  # lxml's own name of the type
        space, _, name = str(element.tag).rpartition("}")
        for attribute, value in element.attrib.items():
            if link := _link(space, name, str(attribute), str(value), links):
                yield link


def _link(space: str, name: str, attribute: str, value: str, links: Mapping[str, str]) -> str:
    """Return what an attribute would fetch; empty where it fetches nothing."""
    attribute_space, _, local = attribute.rpartition("}")
    is_vml = "vml" in space or "office:office" in attribute_space
    if is_vml and local in _VML_LINKS and (name in _VML_PICTURES or local != "href" or attribute_space):
        # `#name` is in the document itself.
        return value if not value.startswith("#") else ""
    # In an SVG, `a` is a link to click, and `data:` carries its bytes along.
    if space.endswith("/svg") and local in ("href", "src") and name != "a" and not value.startswith(("#", "data:")):
        return value
    # A picture may name the link of a text: it would be fetched all the same (docs/security.md).
    by_relationship = attribute_space.endswith("/relationships") or local == "relid"
    if by_relationship and value in links and name not in _CLICKED:
        return f"{name} → {links[value]}"
    return ""


def is_active_field(instruction: str) -> bool:
    """Return whether a field's instruction fetches or runs something, or has a name that another field makes."""
    return bool(_ACTIVE_FIELDS.match(instruction.strip())) or instruction.startswith(_MADE_NAME)


# Stands in an instruction for the result of a field inside it.
_NESTED = "\ufffc"
_MADE_NAME = f"{_NESTED}…"


def field_instructions(root: etree._Element) -> Iterator[str]:
    """Give the instructions of a part's fields: one may stand in pieces, in several runs, around other fields."""
    open_fields: list[list[str] | None] = []
    loose: list[str] = []
    for element in root.iter(*_FIELD_MARKS):
        space, _, name = str(element.tag).rpartition("}")
        if name == "fldSimple":
            yield str(element.get(f"{space}}}instr") or "")
        elif name == "fldChar":
            yield from _at_mark(str(element.get(f"{space}}}fldCharType")), open_fields)
        elif name in ("instrText", "delInstrText"):
            (loose if not open_fields or open_fields[-1] is None else open_fields[-1]).append(element.text or "")
    yield "".join(loose)
    for left in open_fields:
        yield from _instruction(left)


def _at_mark(kind: str, open_fields: list[list[str] | None]) -> Iterator[str]:
    """Follow the mark that begins, parts or ends a field: its instruction stands between the first two."""
    if kind == "begin":
        if open_fields and (outer := open_fields[-1]) is not None:
            outer.append(_NESTED)
        open_fields.append([])
    elif kind == "separate" and open_fields:
        yield from _instruction(open_fields[-1])
        # What follows is the result of the field, no instruction.
        open_fields[-1] = None
    elif kind == "end" and open_fields:
        yield from _instruction(open_fields.pop())


def _instruction(pieces: list[str] | None) -> Iterator[str]:
    if pieces is None:
        return
    text = "".join(pieces).strip()
    name = re.split(r"\s", text, maxsplit=1)[0]
    yield f"{_MADE_NAME} {text}" if _NESTED in name else text
