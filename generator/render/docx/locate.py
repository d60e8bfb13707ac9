"""Where in a template an error stands, in words a person can follow in Word.

docxtpl hands Jinja one line a paragraph, so the line of a Jinja error is a paragraph; the tags of that line are
then looked for in the part as it was written, to name the table cell.
"""

import re
from dataclasses import dataclass

from docxtpl import DocxTemplate
from lxml import etree

from generator.common.findings import Place
from generator.common.language import Text, text
from generator.common.opc import parse_xml
from generator.render.docx.archive import W, paragraph_text, row_cells, table_rows

# `{{ numero }}`, `{%p if va %}`, `{%- endif %}`: the group is the tag without its braces.
_TAG = re.compile(r"\{[{%](?:p|tr|tc|r)?[ -]*(.*?)[ -]*[}%]\}", re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
# Parts besides the body, by what their names contain.
_PARTS = ("header", "footer", "footnotes", "endnotes", "comments")


@dataclass(frozen=True, slots=True)
class Located:
    """The place of an error, the tags of its paragraph without their braces, and whether a tag is its cause."""

    place: Place
    tags: tuple[str, ...]
    in_template: bool


def one_line_a_paragraph(xml: str) -> str:
    """Return a part's XML with each paragraph on a line of its own, so that the line of an error names it."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)


def locate(error: Exception, template: str, docx: DocxTemplate) -> Located:
    """Return where an error of rendering stands.

    Args:
        error: what docxtpl raised.
        template: the template's name.
        docx: the template at the moment of the error.
    """
    line = _line(error)
    # docxtpl keeps the part that it was rendering here.
    part = getattr(docx, "current_rendering_part", None)
    if line is None or part is None:
        return Located(Place(template), (), in_template=False)
    name = str(part.partname).lstrip("/")
    xml: str = docx.get_xml() if name == "word/document.xml" else docx.get_part_xml(part)
    lines = one_line_a_paragraph(docx.patch_xml(xml)).split("\n")
    if line > len(lines):
        return Located(Place(template), (), in_template=True)
    tags = _guilty(lines[line - 1], str(error))
    before = [tag for above in lines[: line - 1] for tag in _tags(above)].count(tags[0]) if tags else 0
    where = _words(xml, tags, before)
    excerpt = _MARKUP.sub("", lines[line - 1]).strip()
    where = in_part(name, where)
    return Located(Place(template, part=where, excerpt=excerpt[:200] or None), tags, in_template=True)


def in_part(name: str, where: Text) -> Text:
    """Return a place with the part it is in before it; nothing before one in the body."""
    part = next((part for part in _PARTS if part in name), None)
    return text("render.places.in-part", part=text(f"render.parts.{part}"), place=where) if part else where


def _guilty(line: str, said: str) -> tuple[str, ...]:
    """Return the tags of a line that an error can mean."""
    # docxtpl takes the paragraph of a {%p … %} away and leaves its tag at the end of the paragraph before: a line has
    # the tags of its own paragraph, then those. The error's words tell them apart where they quote one.
    own, _, after = line.partition("</w:p>")
    quoted = re.findall(r"'(\w+)'", said)
    left = [tag for tag in _tags(after) if any(tag.startswith(word) for word in quoted)]
    if left and not any(word in tag for tag in _tags(own) for word in quoted):
        return tuple(left)
    return _tags(own) or _tags(after)


def _tags(xml: str) -> tuple[str, ...]:
    return tuple(found.strip() for found in _TAG.findall(_MARKUP.sub("", xml)))


def _line(error: Exception) -> int | None:
    """Return the line a Jinja error speaks of: its own, or that of the template's frame in its traceback."""
    line = getattr(error, "lineno", None)
    traceback = error.__traceback__
    while traceback:
        # The name that Jinja gives the code of a template that comes from no file.
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _words(xml: str, tags: tuple[str, ...], before: int) -> Text:
    """Return which paragraph or table cell of a part contains the first of `tags`."""
    root = parse_xml(xml)
    paragraphs = list(root.iter(f"{W}p"))
    same = [found for found in paragraphs for tag in _tags(paragraph_text(found)) if tags and tag == tags[0]]
    if not same:
        return text("render.places.unknown")
    # Like paragraphs differ in how often the tag is in the lines above.
    return words_of(root, same[min(before, len(same) - 1)])


def words_of(root: etree._Element, paragraph: etree._Element) -> Text:
    """Say where in a part a paragraph stands: in which table cell, else which paragraph outside tables it is."""
    cell = next(paragraph.iterancestors(f"{W}tc"), None)
    row = next(cell.iterancestors(f"{W}tr"), None) if cell is not None else None
    table = next(row.iterancestors(f"{W}tbl"), None) if row is not None else None
    if cell is not None and row is not None and table is not None:
        number = list(root.iter(f"{W}tbl")).index(table) + 1
        line, column = table_rows(table).index(row) + 1, row_cells(row).index(cell) + 1
        return text("render.places.cell", table=number, row=line, cell=column)
    paragraphs = root.iter(f"{W}p")
    outside = [each for each in paragraphs if each is paragraph or next(each.iterancestors(f"{W}tc"), None) is None]
    number = outside.index(paragraph) + 1
    return text("render.places.paragraph", number=number)
