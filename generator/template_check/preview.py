"""Draw the pages of a template with its longest stress order."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree
from PIL import Image

from generator.common.findings import Finding, Place
from generator.documents.stress_orders import longest_order
from generator.references import Appel, DocumentKind
from generator.render.docx.render import MODELE_ABIME
from generator.render.docx.templates import ArchiveError, load_template
from generator.template_check.check import MODELE_DOCUMENT_INCONNU, find_document
from generator.template_check.linter import check_bounds
from generator.template_check.parts import open_layout
from generator.template_check.rendered import render_stress_orders
from generator.template_check.usage import read_usage

_DPI = 120
_POINTS_PER_INCH = 72
_COLOURS = 64


@dataclass(frozen=True)
class Preview:
    """The pages as PNG; none if `findings` has the reason."""

    pages: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def preview(file: Path, appels: Sequence[Appel], document: DocumentKind | None, timeout: float) -> Preview:
    """Render a template with the longest order that it may meet.

    Args:
        file: a DOCX template.
        appels: the records of the AF that it may serve: the one that asks the most is taken.
        document: the kind of document of the template; None to find it by its title.
        timeout: seconds that LibreOffice has.
    """
    try:
        layout = open_layout(load_template(document or DocumentKind.BDC, file))
    except ArchiveError as error:
        return Preview((), (error.finding,))
    except etree.XMLSyntaxError as error:
        return Preview((), (MODELE_ABIME.at(Place(str(file)), reason=str(error)),))
    if excessive := check_bounds(layout):
        return Preview((), tuple(each.finding for each in excessive))
    kind = document or find_document(layout, read_usage(layout), appels)
    if kind is None:
        return Preview((), (MODELE_DOCUMENT_INCONNU.at(Place(str(file))),))
    (made,) = render_stress_orders(file, [longest_order(most_demanding(appels, kind), kind)], timeout, pdf=True)
    return Preview(tuple(_drawn(made.pdf)) if made.pdf else (), made.findings)


def most_demanding(appels: Sequence[Appel], kind: DocumentKind) -> Appel:
    """Return the record whose documents of a kind say the most."""
    serving = [appel for appel in appels if kind is DocumentKind.BDC or kind in appel.end_documents] or appels
    return max(serving, key=lambda appel: (len(appel.questions), len(appel.mentions)))


def _drawn(pdf: bytes) -> Iterator[bytes]:
    """Draw the pages of a PDF, each as a PNG of few colours."""
    with pdfium.PdfDocument(pdf) as opened:
        for page in opened:
            image: Image.Image = page.render(scale=_DPI / _POINTS_PER_INCH).to_pil().convert("RGB")
            stream = io.BytesIO()
            image.quantize(_COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
            yield stream.getvalue()
