"""Find contents that a template should not have: tracked changes, comments, watermarks, tags in fields.

Report as well the constructs for which its PDFs need LibreOffice instead of typst.
"""

from collections.abc import Iterator
from dataclasses import replace

from generator.common.findings import ERROR, INFO, WARNING, Place, define
from generator.render.docx.archive import W
from generator.render.docx.unfilled_tags import finding_of, unfilled_tags
from generator.render.pdf.typst import unsupported_constructs
from generator.template_check.parts import Layout, Part, TemplateFinding, TemplateParagraph, template_finding

# Deleted text stays in the file, and each delivered DOCX would have it.
MODELE_REVISIONS = define("MODELE-REVISIONS", ERROR)
MODELE_COMMENTAIRES = define("MODELE-COMMENTAIRES", WARNING)
MODELE_FILIGRANE = define("MODELE-FILIGRANE", ERROR)
MODELE_CHAMP = define("MODELE-CHAMP", ERROR)
MODELE_HORS_TYPST = define("MODELE-HORS-TYPST", INFO)

# A link keeps its text; every other field computes its own.
_KEEPS = "HYPERLINK"
# Word draws a watermark as VML text along a path, in a header.
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
# ECMA-376, 17.13.5: the elements of tracked changes to text, formats, sections and tables.
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
            first = _paragraph_around(part, changes[0])
            yield TemplateFinding(MODELE_REVISIONS.at(layout.place_of(first), count=len(changes)), first)
        for shape in part.root.iter(_TEXT_PATH):
            paragraph = _paragraph_around(part, shape)
            text = shape.get("string") or "…"
            yield TemplateFinding(MODELE_FILIGRANE.at(layout.place_of(paragraph), text=text), paragraph)
        if part.is_rendered:
            yield from _in_fields(part)
        if part.name == _COMMENTS and (count := len(list(part.root.iter(f"{W}comment")))):
            yield TemplateFinding(MODELE_COMMENTAIRES.at(Place(layout.template.name), count=count))


def check_filled(layout: Layout) -> Iterator[TemplateFinding]:
    """Find the tags that rendering would not fill in."""
    for each in unfilled_tags(layout.template):
        paragraph = layout.find_paragraph(each.part, each.paragraph)
        finding = finding_of(layout.template, each)
        yield TemplateFinding(replace(finding, place=paragraph.place()) if paragraph else finding, paragraph)


def _paragraph_around(part: Part, element: object) -> TemplateParagraph | None:
    return next((each for each in part.paragraphs if any(inner is element for inner in each.element.iter())), None)


def _in_fields(part: Part) -> Iterator[TemplateFinding]:
    """Find the tags in fields: in their instruction or their result."""
    for paragraph in part.paragraphs:
        for field, text in _field_texts(paragraph):
            # Word may compute the text of a field anew: what a tag has printed there is lost.
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
    # Fields may be nested: the outer one has the text of the inner ones.
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


def check_engine(layout: Layout) -> Iterator[TemplateFinding]:
    """Report each construct of a template that the typst engine does not support."""
    # The engine names a place in words, as `place` does.
    paragraphs = {paragraph.place().part: paragraph for paragraph in layout.paragraphs}
    for each in unsupported_constructs(layout.template.data):
        place = Place(layout.template.name, part=each.place)
        yield TemplateFinding(MODELE_HORS_TYPST.at(place, construct=each.named), paragraphs.get(each.place))
