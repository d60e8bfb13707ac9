"""Write a copy of a template with its findings as Word comments."""

import io
from collections.abc import Sequence

from docx import Document
from docx.text.paragraph import Paragraph as DocxParagraph

from generator.common.findings import severity_word
from generator.common.language import Lang
from generator.render.docx.archive import W
from generator.template_check.parts import Layout, TemplateFinding

_AUTHOR, _INITIALS = "segurdoc", "S"


def annotated(layout: Layout, found: Sequence[TemplateFinding], lang: Lang) -> bytes:
    """Return a copy of a template with a comment for each finding, at its paragraph.

    Word allows comments in the body only: findings on headers, footers or the whole template are at the first
    paragraph, with their place. The copy is for reading, not for rendering.

    Args:
        layout: the template.
        found: the findings.
        lang: the language of the comments.
    """
    document = Document(io.BytesIO(layout.template.data))
    # In the order of `Part.paragraphs`, for its numbers.
    elements = list(document.element.iter(f"{W}p"))
    paragraphs = [DocxParagraph(element, document) for element in elements]
    first = next((paragraph for paragraph in paragraphs if paragraph.runs), None)
    for each in found:
        own = each.paragraph
        paragraph = paragraphs[own.number - 1] if own and own.part.is_body else None
        # Word ties a comment to runs: a paragraph without runs cannot have one.
        target = paragraph if paragraph is not None and paragraph.runs else first
        if target is None:
            continue
        comment = _comment(each, lang, with_place=target is not paragraph)
        document.add_comment(target.runs, text=comment, author=_AUTHOR, initials=_INITIALS)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _comment(found: TemplateFinding, lang: Lang, *, with_place: bool) -> str:
    finding = found.finding
    part = finding.place.part
    place = f"{part.say(lang)} – " if with_place and part else ""
    head = f"{place}{severity_word(finding.severity, lang)} {finding.code}"
    return "\n".join(part for part in (head, finding.message(lang), finding.fix(lang)) if part)
