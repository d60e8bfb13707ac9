"""The pictures of `docs/own-templates.md`, drawn by the program itself: `python -m templates.pictures`."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pypdfium2 as pdfium
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor
from PIL import Image
from PIL import ImageDraw

from generator.checking.rendered import render_strains
from generator.fields import example_order
from generator.pdf.libreoffice import convert
from generator.pdf.libreoffice import probe_libreoffice
from generator.references import DocumentKind
from generator.references import load_appels
from generator.strains import Strain

FOLDER = Path(__file__).resolve().parent
IMAGES = FOLDER.parent / "docs" / "images"
_WIDTH, _HEIGHT, _GAP = 560, 600, 16
_BLUE = RGBColor(0x1F, 0x38, 0x64)
_SECONDS = 120.0


def draw() -> None:
    """Draw the pictures anew."""
    bdc = FOLDER / "bdc.docx"
    with tempfile.TemporaryDirectory() as temporary:
        own = Path(temporary) / "own.docx"
        restyle(bdc, own)
        _save("own-template-tags.png", [_as_in_word(bdc), _rendered(bdc)])
        _save("own-template-restyled.png", [_as_in_word(own), _rendered(own)])


def restyle(source: Path, target: Path) -> None:
    """Write a template with what a vendor changes first: titles in the house's colour, a line of its own."""
    document = Document(str(source))
    for style in document.styles:
        if style.type is WD_STYLE_TYPE.PARAGRAPH and style.font.bold:
            style.font.color.rgb = _BLUE
    condition = next(paragraph for paragraph in document.paragraphs if "titre_bdc" in paragraph.text)
    band = condition.insert_paragraph_before()
    line = band.add_run(" Éditeur Fictif – le dossier patient des établissements qui n’existent pas")
    line.italic = True
    line.font.color.rgb = _BLUE
    band._p.get_or_add_pPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="DCE6F2"/>'))  # noqa: SLF001
    document.save(str(target))


def _as_in_word(template: Path) -> bytes:
    """Return a template's own pages, tags and all."""
    office = probe_libreoffice()
    assert office is not None, "LibreOffice draws the pictures"
    with tempfile.TemporaryDirectory() as temporary:
        made = convert(office, [template], Path(temporary), timeout=_SECONDS)[template]
        assert isinstance(made, Path), made
        return made.read_bytes()


def _rendered(template: Path) -> bytes:
    """Return what a template gives for an ordinary order."""
    appel = load_appels()["AF-HOP-DPI-Va2"]
    order = Strain("exemple", example_order(appel, DocumentKind.BDC), appel, DocumentKind.BDC)
    (made,) = render_strains(template, [order], _SECONDS, pdf=True)
    assert made.pdf is not None, made.findings
    return made.pdf


def _save(name: str, pdfs: list[bytes]) -> None:
    """Write the tops of the first pages, side by side, each in a hairline."""
    sheet = Image.new("RGB", (len(pdfs) * (_WIDTH + _GAP) - _GAP, _HEIGHT), "white")
    for number, data in enumerate(pdfs):
        with pdfium.PdfDocument(data) as opened:
            page = opened[0]
            image = page.render(scale=_WIDTH / page.get_width()).to_pil().convert("RGB")
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, image.width - 1, _HEIGHT - 1), outline="#999999")
        sheet.paste(image.crop((0, 0, _WIDTH, _HEIGHT)), (number * (_WIDTH + _GAP), 0))
    stream = io.BytesIO()
    sheet.quantize(48, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    (IMAGES / name).write_bytes(stream.getvalue())


if __name__ == "__main__":
    draw()
