"""Find leftovers of Word in a template: tracked changes, comments, watermarks, tags in fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.common.findings import ERROR, WARNING, Place, define
from generator.render.docx.archive import W
from generator.render.docx.tags import finding_of, unfilled_tags
from generator.template_check.parts import Layout, Part, TemplateFinding, TemplateParagraph, template_finding

MODELE_REVISIONS = define("MODELE-REVISIONS", ERROR)
MODELE_COMMENTAIRES = define("MODELE-COMMENTAIRES", WARNING)
MODELE_FILIGRANE = define("MODELE-FILIGRANE", ERROR)
MODELE_CHAMP = define("MODELE-CHAMP", ERROR)

# A link keeps its text; every other field computes its own.
_KEEPS = "HYPERLINK"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_CHANGES = tuple(
    f"{W}{name}"
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange"),
        *("trPrChange", "tcPrChange", "cellIns", "cellDel", "numberingChange"),
    )
)
_COMMENTS = "word/comments.xml"


def check_contents(layout: Layout) -> Iterator[TemplateFinding]:
    """Find tracked changes, comments, watermarks, and tags in fields."""
    for part in layout.parts:
        changes = list(part.root.iter(*_CHANGES))
        if changes:
            first = next((each for each in part.paragraphs if _holds(each, changes[0])), None)
            place = first.place() if first else Place(layout.template.name)
            yield TemplateFinding(MODELE_REVISIONS.at(place, count=len(changes)), first)
        for shape in part.root.iter(_TEXT_PATH):
            holder = next((each for each in part.paragraphs if _holds(each, shape)), None)
            place = holder.place() if holder else Place(layout.template.name)
            yield TemplateFinding(MODELE_FILIGRANE.at(place, text=shape.get("string") or "…"), holder)
        if part.is_rendered:
            yield from _in_fields(part)
        if part.name == _COMMENTS and (count := len(list(part.root.iter(f"{W}comment")))):
            yield TemplateFinding(MODELE_COMMENTAIRES.at(Place(layout.template.name), count=count))


def check_filled(layout: Layout) -> Iterator[TemplateFinding]:
    """Find the tags that rendering would not fill in."""
    paragraphs = {(part.name, each.number): each for part in layout.parts for each in part.paragraphs}
    for each in unfilled_tags(layout.template):
        paragraph = paragraphs.get((each.part, each.paragraph or 0))
        finding = finding_of(layout.template, each)
        yield TemplateFinding(replace(finding, place=paragraph.place()) if paragraph else finding, paragraph)


def _holds(paragraph: TemplateParagraph, element: object) -> bool:
    return any(each is element for each in paragraph.element.iter())


def _in_fields(part: Part) -> Iterator[TemplateFinding]:
    """Find the tags in fields: in their instruction or their result."""
    for paragraph in part.paragraphs:
        for field, text in _field_texts(paragraph):
            if "{{" in text or "{%" in text:
                yield template_finding(
                    MODELE_CHAMP, paragraph, tag=text.strip(), field=field.split()[0] if field.split() else "?"
                )


def _field_texts(paragraph: TemplateParagraph) -> Iterator[tuple[str, str]]:
    """Return the instruction of each field of a paragraph, with its text; links are skipped."""
    for simple in paragraph.element.iter(f"{W}fldSimple"):
        instruction = str(simple.get(f"{W}instr"))
        if not instruction.strip().upper().startswith(_KEEPS):
            yield instruction, instruction + "".join(text.text or "" for text in simple.iter(f"{W}t"))
    depth, instruction, text = 0, "", ""
    for element in paragraph.element.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            depth += 1
        elif kind == "end" and depth:
            depth -= 1
            if not depth:
                if not instruction.strip().upper().startswith(_KEEPS):
                    yield instruction, instruction + text
                instruction, text = "", ""
        elif depth and element.tag == f"{W}instrText":
            instruction += element.text or ""
        elif depth:
            text += element.text or ""
