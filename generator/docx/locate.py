"""Where in a template an error stands, in words a person can follow in Word.

docxtpl hands Jinja one line a paragraph, so the line of a Jinja error is a paragraph; the tags of that line are
then looked for in the part as it was written, to name the table cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docxtpl import DocxTemplate
from lxml import etree

from generator.findings import Place
from generator.lang import Text

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{[{%](?:p|tr|tc|r)?[ -]*(.*?)[ -]*[}%]\}", re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
_PARTS = {"header": Text("en-tête", "header"), "footer": Text("pied de page", "footer")}


@dataclass(frozen=True, slots=True)
class Located:
    """The place of an error, and the tags of its paragraph, without their braces."""

    place: Place
    tags: tuple[str, ...]


def locate(error: Exception, template: str, docx: DocxTemplate) -> Located:
    """Return where an error of Jinja stands.

    Args:
        error: what docxtpl raised.
        template: the template's name.
        docx: the template at the moment of the error.
    """
    part = getattr(docx, "current_rendering_part", None)
    name = str(getattr(part, "partname", "/word/document.xml")).lstrip("/")
    line = _line(error)
    body = name == "word/document.xml"
    xml = docx.get_xml() if part is None or body else docx.get_part_xml(part)
    patched = re.sub(r"<w:p([ >])", r"\n<w:p\1", docx.patch_xml(xml)).split("\n")
    text = _MARKUP.sub("", patched[line - 1]).strip() if line and line <= len(patched) else ""
    tags = tuple(found.strip() for found in _TAG.findall(text))
    where = _words(xml, tags)
    prefix = next((words for key, words in _PARTS.items() if key in name), None)
    if prefix:
        where = Text(f"{prefix.fr}, {where.fr}", f"{prefix.en}, {where.en}")
    return Located(Place(template, part=where, excerpt=text[:200] or None), tags)


def _line(error: Exception) -> int | None:
    """Return the line a Jinja error speaks of: its own, or that of the template's frame in its traceback."""
    line = getattr(error, "lineno", None)
    traceback = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _words(xml: str, tags: tuple[str, ...]) -> Text:
    """Say which paragraph or table cell holds `tags`."""
    root = etree.fromstring(xml.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    outside = [child for child in root.iter(f"{_W}p") if not any(True for _ in child.iterancestors(f"{_W}tc"))]
    for paragraph in root.iter(f"{_W}p"):
        written = "".join(text.text or "" for text in paragraph.iter(f"{_W}t"))
        if tags and tuple(found.strip() for found in _TAG.findall(written))[: len(tags)] == tags:
            cell = next(paragraph.iterancestors(f"{_W}tc"), None)
            if cell is None:
                number = outside.index(paragraph) + 1
                return Text(f"paragraphe {number}", f"paragraph {number}")
            return _cell(root, cell)
    return Text("place inconnue", "unknown place")


def _cell(root: etree._Element, cell: etree._Element) -> Text:
    row = next(cell.iterancestors(f"{_W}tr"))
    table = next(cell.iterancestors(f"{_W}tbl"))
    number = list(root.iter(f"{_W}tbl")).index(table) + 1
    line = list(table.iterchildren(f"{_W}tr")).index(row) + 1
    column = list(row.iterchildren(f"{_W}tc")).index(cell) + 1
    return Text(f"tableau {number}, ligne {line}, cellule {column}", f"table {number}, row {line}, cell {column}")
