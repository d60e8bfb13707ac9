"""Tags that docxtpl does not fill: those of parts it does not look at, and those that a raw block keeps.

A template alone is looked at, never a document: a value may contain braces, and is printed literally.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError
from lxml import etree

from generator.common import opc
from generator.common.findings import ERROR, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.language import Text
from generator.common.opc import parse_xml
from generator.render.docx.archive import CORE_PROPERTIES, DOCUMENT, W
from generator.render.docx.locate import in_part, words_of
from generator.render.docx.sandbox import environment
from generator.render.docx.templates import Template

MODELE_BALISE_NON_REMPLIE = define("MODELE-BALISE-NON-REMPLIE", ERROR)

_TAG = re.compile(r"\{([{%#]).*?[}%#]\}|\{[{%#].*", re.DOTALL)
# In an address, a brace may be written by its code; an opening brace alone says nothing there.
_ADDRESS_TAG = re.compile(r"(?:\{|%7B)(?:\{|%7B|%25|%(?!\d)|#).*?(?:\}|%7D){1,2}", re.IGNORECASE | re.DOTALL)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FOOTNOTES = ".wordprocessingml.footnotes+xml"
_FILLED_KINDS = ("header", "footer")
# What docxtpl, or the program after it, fills of the document's own properties.
_FILLED_PROPERTIES = ("title", "creator", "description", "identifier", "language", "subject", "lastModifiedBy")
_SHOWN = 60
_PLACES = {
    "word/charts/": Text("graphique", "chart"),
    "word/diagrams/": Text("diagramme SmartArt", "SmartArt diagram"),
    "word/glossary/": Text("blocs de construction (QuickPart)", "building blocks (Quick Parts)"),
    "word/numbering": Text("numérotation des listes", "numbering of lists"),
    "word/styles": Text("styles", "styles"),
    "word/settings": Text("paramètres du document", "settings of the document"),
    "customXml/": Text("données XML personnalisées", "custom XML data"),
    "docProps/": Text("propriétés du document", "document properties"),
}
_LINK = Text("adresse d'un lien", "address of a link")


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A tag that stays as it is: its part, its text, and its paragraph in the part, from 1, where it is in one."""

    part: str
    tag: str
    paragraph: int | None = None


def finding_of(template: Template, found: Unfilled) -> Finding:
    """Return the finding about a tag of a template that is not replaced."""
    return MODELE_BALISE_NON_REMPLIE.at(_place(template, found), tag=found.tag)


def unfilled_tags(template: Template) -> tuple[Unfilled, ...]:
    """Return the tags of a template that stay as they are in every document.

    Raises:
        etree.XMLSyntaxError: a part is not well-formed.
    """
    with zipfile.ZipFile(io.BytesIO(template.data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    filled = _filled_parts(parts)
    found: list[Unfilled] = []
    for name in sorted(opc.reachable(parts)):
        if name.endswith(".xml"):
            found += _in_raw_blocks(name, parts[name]) if name in filled else _as_they_are(name, parse_xml(parts[name]))
        addresses = parts.get(opc.relationships_part(name))
        found += _in_addresses(opc.relationships_part(name), addresses) if addresses else ()
    # A text box stands within a paragraph, and in the file twice.
    return tuple({(each.part, each.tag): each for each in reversed(found)}.values())[::-1]


def _filled_parts(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Return the parts that docxtpl fills: the body, the headers and footers it refers to, and the footnotes."""
    around = (each.target for each in opc.relationships(parts, DOCUMENT) if each.kind in _FILLED_KINDS)
    notes = (name for name in parts if opc.content_type(parts, name).endswith(_FOOTNOTES))
    return frozenset((DOCUMENT, *around, *notes))


def _as_they_are(name: str, root: etree._Element) -> Iterator[Unfilled]:
    paragraphs = [*root.iter(f"{W}p")]
    inside: set[etree._Element] = set()
    for paragraph in (*paragraphs, *root.iter(f"{_DRAWING}p")):
        # Word cuts a tag into several runs.
        number = paragraphs.index(paragraph) + 1 if paragraph.tag == f"{W}p" else None
        inside.update(paragraph.iter())
        yield from (Unfilled(name, tag, number) for tag in _tags("".join(map(str, paragraph.itertext()))))
    for element in root.iter(etree.Element):
        texts = [str(value) for value in element.attrib.values()]
        if element not in inside and not _is_filled_property(name, element):
            texts.append(element.text or "")
        yield from (Unfilled(name, tag) for text in texts for tag in _tags(text))


def _is_filled_property(name: str, element: etree._Element) -> bool:
    return name == CORE_PROPERTIES and etree.QName(element).localname in _FILLED_PROPERTIES


def _in_raw_blocks(name: str, data: bytes) -> Iterator[Unfilled]:
    """Find what Jinja takes for plain text and is none; a part that it cannot read is refused elsewhere."""
    source = str(DocxTemplate.patch_xml(None, data.decode("utf-8")))
    try:
        plain = [text for _, kind, text in environment().lex(source) if kind == "data"]
    except TemplateSyntaxError:
        return
    for text in plain:
        yield from (Unfilled(name, tag) for tag in _tags(re.sub(r"<[^>]+>", "", text)))


def _in_addresses(name: str, data: bytes) -> Iterator[Unfilled]:
    for each in parse_xml(data).iter("{*}Relationship"):
        for found in _ADDRESS_TAG.finditer(str(each.get("Target"))):
            yield Unfilled(name, found[0][:_SHOWN])


def _tags(text: str) -> Iterator[str]:
    for found in _TAG.finditer(text):
        yield fold_spaces(found[0])[:_SHOWN]


def _place(template: Template, found: Unfilled) -> Place:
    if found.part.endswith(".rels"):
        return Place(template.name, part=_LINK)
    if found.paragraph is not None:
        with zipfile.ZipFile(io.BytesIO(template.data)) as archive:
            root = parse_xml(archive.read(found.part))
        paragraph = list(root.iter(f"{W}p"))[found.paragraph - 1]
        return Place(template.name, part=in_part(found.part, words_of(root, paragraph)))
    known = next((words for start, words in _PLACES.items() if found.part.startswith(start)), None)
    return Place(template.name, part=known or Text(*2 * [found.part]))
