"""A template as it looks with the order that strains it most: pictures of its pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree
from PIL import Image

from generator.checking.check import MODELE_DOCUMENT_INCONNU
from generator.checking.check import document_of
from generator.checking.parts import open_layout
from generator.checking.rendered import render_strains
from generator.checking.usage import usage_of
from generator.docx.archive import ArchiveError
from generator.docx.render import MODELE_ABIME
from generator.findings import Finding
from generator.findings import Place
from generator.references import Appel
from generator.references import DocumentKind
from generator.strains import longest
from generator.templates import load_template

_DPI = 120
_POINTS_PER_INCH = 72
_COLOURS = 64


@dataclass(frozen=True)
class Preview:
    """The pages, as PNG; none where `findings` says why."""

    pages: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def preview(file: Path, appels: Sequence[Appel], document: DocumentKind | None, timeout: float) -> Preview:
    """Render a template with the longest order that it may meet.

    Args:
        file: a DOCX template.
        appels: the records of the AF that it may serve: the one that asks the most is taken.
        document: the kind of document it lays out; None to see it from its title.
        timeout: seconds that LibreOffice has.

    Raises:
        MissingToolError: LibreOffice, or a face of the template, is not on this machine.
    """
    try:
        layout = open_layout(load_template(document or DocumentKind.BDC, file))
    except ArchiveError as error:
        return Preview((), (error.finding,))
    except etree.XMLSyntaxError as error:
        return Preview((), (MODELE_ABIME.at(Place(str(file)), reason=str(error)),))
    kind = document or document_of(layout, usage_of(layout), appels)
    if kind is None:
        return Preview((), (MODELE_DOCUMENT_INCONNU.at(Place(str(file))),))
    serving = [appel for appel in appels if kind is DocumentKind.BDC or kind in appel.end_documents] or appels
    appel = max(serving, key=lambda appel: (len(appel.questions), len(appel.mentions)))
    (made,) = render_strains(file, [longest(appel, kind)], timeout, pdf=True)
    return Preview(tuple(_drawn(made.pdf)) if made.pdf else (), made.findings)


def _drawn(pdf: bytes) -> Iterator[bytes]:
    """Draw the pages of a PDF, each as a PNG of few colours."""
    with pdfium.PdfDocument(pdf) as opened:
        for page in opened:
            image: Image.Image = page.render(scale=_DPI / _POINTS_PER_INCH).to_pil().convert("RGB")
            stream = io.BytesIO()
            image.quantize(_COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
            yield stream.getvalue()
