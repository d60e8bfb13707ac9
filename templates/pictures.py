"""Draw the pictures of the README and of the guides of own templates: `python -m templates.pictures`."""

import io
import tempfile
from pathlib import Path

import pypdfium2 as pdfium
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor
from PIL import Image, ImageDraw

from generator.documents.stress_orders import StressOrder
from generator.references import DocumentKind, load_appels
from generator.render.docx.template_fields import example_order
from generator.render.options import Format, RenderOptions
from generator.render.pdf.libreoffice import convert, probe_libreoffice
from generator.render.pipeline import render_orders
from generator.rules.validation import validate
from generator.template_check.rendered import render_stress_orders

FOLDER = Path(__file__).resolve().parent
IMAGES = FOLDER.parent / "docs" / "images"
SAMPLES = FOLDER.parent / "samples" / "valid"
_WIDTH, _HEIGHT, _GAP = 560, 600, 16
_PAGE_HEIGHT = 792
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
    _save("pages.png", _sample(), _PAGE_HEIGHT, every=True)


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
    order = StressOrder("exemple", example_order(appel, DocumentKind.BDC), appel, DocumentKind.BDC)
    (made,) = render_stress_orders(template, [order], _SECONDS, pdf=True)
    assert made.pdf is not None, made.findings
    return made.pdf


def _sample() -> list[bytes]:
    """Return the documents of a sample."""
    (checked,) = validate([SAMPLES / "va-dpi-sans-reserve.json"], load_appels())
    assert checked.order
    assert checked.appel
    with tempfile.TemporaryDirectory() as temporary:
        options = RenderOptions(formats=(Format.PDF,))
        (results,) = render_orders([(checked.order, checked.appel)], Path(temporary), options)
        return [path.read_bytes() for result in results for path in result.files]


def _save(name: str, pdfs: list[bytes], height: int = _HEIGHT, *, every: bool = False) -> None:
    """Write the tops of the first pages, or of all, side by side, each in a hairline."""
    images = []
    for data in pdfs:
        with pdfium.PdfDocument(data) as opened:
            for page in list(opened) if every else [opened[0]]:
                images.append(page.render(scale=_WIDTH / page.get_width()).to_pil().convert("RGB"))
    sheet = Image.new("RGB", (len(images) * (_WIDTH + _GAP) - _GAP, height), "white")
    for number, image in enumerate(images):
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, image.width - 1, height - 1), outline="#999999")
        sheet.paste(image.crop((0, 0, _WIDTH, height)), (number * (_WIDTH + _GAP), 0))
    stream = io.BytesIO()
    sheet.quantize(48, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    (IMAGES / name).write_bytes(stream.getvalue())


if __name__ == "__main__":
    draw()
