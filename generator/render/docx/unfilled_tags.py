"""Find tags of a template that stay unfilled: those too deep or too long, and those in parts that docxtpl skips.

Python gives up on the first with an error of its own. docxtpl does not look at all parts, and a raw block keeps tags.
A template alone is looked at, never a document: a value may contain braces, and is printed literally.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError
from lxml import etree

from generator.common import opc
from generator.common.findings import ERROR, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.language import Text, text
from generator.common.opc import parse_xml
from generator.render.docx.archive import CORE_PROPERTIES, DOCUMENT, W, paragraph_text, read_parts
from generator.render.docx.locate import in_part, words_of
from generator.render.docx.sandbox import environment
from generator.render.docx.templates import Template

MODELE_BALISE_NON_REMPLIE = define("MODELE-BALISE-NON-REMPLIE", ERROR)

# Python gives up on about 40 brackets, 300 operators, 20 loops and 4,300 digits.
MAX_BRACKETS, MAX_OPERATORS, MAX_BLOCKS, MAX_DIGITS = 20, 100, 15, 300

# The parts that docxtpl renders; it prints tags in other parts unchanged.
RENDERED_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_WHOLE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# A string in either quotes, escaped quotes included: brackets in it do not count.
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
# Each of these is nested in the next: `a + b + c`, `a.b.c`, `a | b | c`.
_OPERATOR = re.compile(r"[-+*/%~|.\[(]+|\b(?:and|or|not|if|else)\b")
_DIGITS = re.compile(rf"[0-9_]{{{MAX_DIGITS + 1},}}")
# `{%p if`, `{%- for`, `{% endif`: the group is `end` where the tag closes a block.
_BLOCK = re.compile(r"\{%(?:p|tr|tc|r)?[-+]?\s*(end)?(?:if|for|macro|call|with|filter|block|autoescape)\b")
_SHOWN_EXCESSIVE = 40

# A tag, or the beginning of one that is never closed.
_TAG = re.compile(r"\{([{%#]).*?[}%#]\}|\{[{%#].*", re.DOTALL)
# In an address, a brace may be written by its code; an opening brace alone says nothing there.
_ADDRESS_TAG = re.compile(r"(?:\{|%7B)(?:\{|%7B|%25|%(?!\d)|#).*?(?:\}|%7D){1,2}", re.IGNORECASE | re.DOTALL)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
FOOTNOTES = ".wordprocessingml.footnotes+xml"
_FILLED_KINDS = ("header", "footer")
# What docxtpl, or the program after it, fills of the document's own properties.
_FILLED_PROPERTIES = ("title", "creator", "description", "identifier", "language", "subject", "lastModifiedBy")
_SHOWN = 60
# Other parts that can have tags, by how their names begin.
_PARTS = (
    *("word/charts/", "word/diagrams/", "word/glossary/", "word/numbering", "word/styles", "word/settings"),
    *("customXml/", "docProps/"),
)


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
    parts = read_parts(template.data)
    filled = _filled_parts(parts)
    found: list[Unfilled] = []
    # Readers show no part that nothing leads to.
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
    notes = (name for name in parts if opc.content_type(parts, name).endswith(FOOTNOTES))
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
        is_filled = name == CORE_PROPERTIES and etree.QName(element).localname in _FILLED_PROPERTIES
        if element not in inside and not is_filled:
            texts.append(element.text or "")
        yield from (Unfilled(name, tag) for value in texts for tag in _tags(value))


def _in_raw_blocks(name: str, data: bytes) -> Iterator[Unfilled]:
    """Find what Jinja takes for plain text and is none; a part that it cannot read is refused elsewhere."""
    source = str(DocxTemplate.patch_xml(None, data.decode("utf-8")))
    try:
        plain = [text for _, kind, text in environment().lex(source) if kind == "data"]
    except TemplateSyntaxError:
        return
    for piece in plain:
        yield from (Unfilled(name, tag) for tag in _tags(re.sub(r"<[^>]+>", "", piece)))


def _in_addresses(name: str, data: bytes) -> Iterator[Unfilled]:
    for each in parse_xml(data).iter("{*}Relationship"):
        for found in _ADDRESS_TAG.finditer(str(each.get("Target"))):
            yield Unfilled(name, found[0][:_SHOWN])


def _tags(text: str) -> Iterator[str]:
    for found in _TAG.finditer(text):
        yield fold_spaces(found[0])[:_SHOWN]


def _place(template: Template, found: Unfilled) -> Place:
    if found.part.endswith(".rels"):
        return Place(template.name, part=text("render.places.link"))
    if found.paragraph is not None:
        root = parse_xml(read_parts(template.data)[found.part])
        paragraph = list(root.iter(f"{W}p"))[found.paragraph - 1]
        return Place(template.name, part=in_part(found.part, words_of(root, paragraph)))
    known = next((start for start in _PARTS if found.part.startswith(start)), None)
    return Place(template.name, part=text(f"render.parts.{known}") if known else Text(*2 * [found.part]))


def find_excessive_tags(template: Template) -> Iterator[tuple[Place, Text]]:
    """Return the place of each tag that is too deep or too long, and what is wrong.

    Raises:
        etree.XMLSyntaxError: a part is not well-formed.
    """
    for name, part in read_parts(template.data).items():
        if not RENDERED_PARTS.fullmatch(name) or b"{" not in part:
            continue
        # A block may begin in one paragraph and end in another.
        root, depth = parse_xml(part), 0
        for paragraph in root.iter(f"{W}p"):
            for tag in _WHOLE_TAG.findall(paragraph_text(paragraph)):
                depth += _opened_blocks(tag)
                problem = _tag_problem(tag) or (
                    text("render.tags.blocks", most=MAX_BLOCKS) if depth > MAX_BLOCKS else None
                )
                if problem:
                    shown = tag if len(tag) <= _SHOWN_EXCESSIVE else f"{tag[:_SHOWN_EXCESSIVE]}…"
                    reason = text("render.tags.excessive", tag=shown, problem=problem)
                    yield Place(template.name, part=in_part(name, words_of(root, paragraph))), reason
                    break


def _opened_blocks(tag: str) -> int:
    """Return 1 for a tag that opens a block, -1 for one that closes a block, else 0."""
    found = _BLOCK.match(tag)
    return 0 if not found else -1 if found[1] else 1


def _tag_problem(tag: str) -> Text | None:
    bare = _STRING.sub("''", tag)
    if _DIGITS.search(bare):
        return text("render.tags.digits", most=MAX_DIGITS)
    depth = deepest = 0
    for char in bare:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    # The braces of the tag itself count for two.
    if deepest > MAX_BRACKETS + 2:
        return text("render.tags.brackets", most=MAX_BRACKETS)
    return text("render.tags.operators", most=MAX_OPERATORS) if len(_OPERATOR.findall(bare)) > MAX_OPERATORS else None
