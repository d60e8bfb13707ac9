"""Add page numbers to findings: the pages of the template itself, with its tags unfilled."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.common.language import Text
from generator.render.pdf.libreoffice import LibreOffice, convert
from generator.template_check.parts import Layout, TemplateFinding, TemplateParagraph
from generator.verify.text import UnreadablePdfError, page_texts


def with_pages(
    found: Sequence[TemplateFinding], layout: Layout, office: LibreOffice, timeout: float
) -> tuple[TemplateFinding, ...]:
    """Return findings with the page of each paragraph of the body before its place, where that can be told.

    Args:
        found: findings about a template.
        layout: the template.
        office: the engine that sets it into pages.
        timeout: seconds that it has.
    """
    if not any(each.paragraph and each.paragraph.part.is_body for each in found):
        return tuple(found)
    pages = _pages(layout, office, timeout)
    return tuple(_paged(each, pages) for each in found)


def _paged(found: TemplateFinding, pages: dict[TemplateParagraph, int]) -> TemplateFinding:
    page = pages.get(found.paragraph) if found.paragraph else None
    part = found.finding.place.part
    if page is None or part is None:
        return found
    named = Text(f"page {page}, {part.fr}", f"page {page}, {part.en}")
    return replace(found, finding=replace(found.finding, place=replace(found.finding.place, part=named)))


def _pages(layout: Layout, office: LibreOffice, timeout: float) -> dict[TemplateParagraph, int]:
    """Return the page of each paragraph of the body, as the template stands there with its tags unfilled."""
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        source = Path(temporary) / "template.docx"
        source.write_bytes(layout.template.data)
        pdf = convert(office, [source], Path(temporary), timeout=timeout)[source]
        try:
            texts = page_texts(pdf.read_bytes()) if isinstance(pdf, Path) else ()
        except UnreadablePdfError:
            texts = ()
    return dict(_placed(layout.body.paragraphs, ["".join(text.split()) for text in texts]))


def _placed(paragraphs: Sequence[TemplateParagraph], texts: Sequence[str]) -> list[tuple[TemplateParagraph, int]]:
    """Find paragraphs in the text of pages, each behind the one before: a template says some things many times."""
    placed = []
    page, position = 0, 0
    for paragraph in paragraphs:
        wanted = "".join(paragraph.text.split())
        if not wanted:
            continue
        for number in range(page, len(texts)):
            at = texts[number].find(wanted, position if number == page else 0)
            if at >= 0:
                page, position = number, at + len(wanted)
                placed.append((paragraph, page + 1))
                break
    return placed
