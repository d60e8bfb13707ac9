"""Report the constructs of a template for which its PDFs need LibreOffice instead of typst."""

from __future__ import annotations

from collections.abc import Iterator

from generator.common.findings import INFO, Place, define
from generator.render.pdf.typst import unsupported_constructs
from generator.template_check.parts import Layout, TemplateFinding

MODELE_HORS_TYPST = define("MODELE-HORS-TYPST", INFO)


def check_engine(layout: Layout) -> Iterator[TemplateFinding]:
    """Report each construct of a template that the typst engine does not support."""
    paragraphs = {paragraph.place().part: paragraph for paragraph in layout.paragraphs}
    for each in unsupported_constructs(layout.template.data):
        place = Place(layout.template.name, part=each.place)
        yield TemplateFinding(MODELE_HORS_TYPST.at(place, construct=each.named), paragraphs.get(each.place))
