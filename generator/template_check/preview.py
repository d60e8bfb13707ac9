"""Draw the pages of a template: with its longest stress order, or with the places of its findings."""

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from generator.common.findings import ERROR, Finding
from generator.common.folding import drop_spaces
from generator.documents.pictures import POINTS_PER_INCH
from generator.documents.stress_orders import longest_order, stress_orders
from generator.references import Appel, DocumentKind
from generator.render.pdf.libreoffice import probe_libreoffice
from generator.render.pdf.properties import PdfProperties
from generator.render.pdf.typst import UnsupportedError, typeset_docx
from generator.render.pdf.typst.engine import MissingFontError, MissingGlyphError
from generator.template_check.check import TemplateCheck, convert_unfilled, open_template
from generator.template_check.rendered import render_stress_orders
from generator.verify.text import Line, UnreadablePdfError, text_lines

# The names of two stress orders: with few texts, and with the longest ones.
SHORT, LONG = "court", "long"

_PREVIEW_DPI, _MARKED_DPI = 120, 110
_COLOURS = 64
_PAD, _LETTERS = 3, 18
_RED, _ORANGE = (200, 0, 0), (190, 90, 0)
# A shorter text would be found in many places.
_LEAST = 4


@dataclass(frozen=True)
class Preview:
    """The pages as PNG; none if `findings` has the reason."""

    pages: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def preview(file: Path, appels: Sequence[Appel], document: DocumentKind | None, timeout: float) -> Preview:
    """Render a template with its longest stress order.

    Args:
        file: a DOCX template.
        appels: the AF records that it is for: the one with the longest documents is used.
        document: the kind of document of the template; None to find it by its title.
        timeout: seconds that LibreOffice has.
    """
    opened = open_template(file, appels, document)
    if isinstance(opened, TemplateCheck):
        return Preview((), opened.findings)
    longest = longest_order(_most_demanding(appels, opened.document), opened.document)
    (made,) = render_stress_orders(file, [longest], timeout, pdf=True)
    return Preview(tuple(_drawn(made.pdf)) if made.pdf else (), made.findings)


def _most_demanding(appels: Sequence[Appel], kind: DocumentKind) -> Appel:
    """Return the AF record whose documents of a kind are the longest."""
    serving = [appel for appel in appels if kind is DocumentKind.BDC or kind in appel.end_documents] or appels
    return max(serving, key=lambda appel: (len(appel.questions), len(appel.mentions)))


def _drawn(pdf: bytes) -> Iterator[bytes]:
    """Draw the pages of a PDF, each as a PNG of few colours."""
    with pdfium.PdfDocument(pdf) as opened:
        for page in opened:
            image: Image.Image = page.render(scale=_PREVIEW_DPI / POINTS_PER_INCH).to_pil().convert("RGB")
            stream = io.BytesIO()
            image.quantize(_COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
            yield stream.getvalue()


@dataclass(frozen=True)
class MarkedPages:
    """Pages with numbered frames around the places of findings.

    Attributes:
        pages: the pictures.
        marks: for each frame the number of its finding, from 1, and the number of its page, from 1.
    """

    pages: tuple[Image.Image, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A text to frame, with the number of its finding and the colour of its severity."""

    number: int
    text: str
    colour: tuple[int, int, int]


def draw_template(check: TemplateCheck, timeout: float) -> MarkedPages:
    """Draw the template with its tags unfilled, a frame around the paragraph of each finding.

    Args:
        check: what the check found.
        timeout: seconds that LibreOffice has, where typst does not support the template.
    """
    pdf = _unfilled(check.layout.template.data, timeout) if check.layout and not check.is_late else None
    excerpts = (each.finding.place.excerpt if each.paragraph else None for each in check.found)
    return _marked(pdf, list(_wanted(check.findings, excerpts))) if pdf else MarkedPages()


def draw_orders(check: TemplateCheck, appels: Sequence[Appel], timeout: float) -> dict[str, MarkedPages]:
    """Draw the template filled with a short and a long order, a frame around each text that a finding quotes.

    Args:
        check: what the check found; a template that cannot be rendered gives no pages.
        appels: the AF records that it may serve.
        timeout: seconds that LibreOffice has.
    """
    if check.document is None or not check.orders:
        return {}
    every = stress_orders(_most_demanding(appels, check.document), check.document)
    orders = [each for each in every if each.name in (SHORT, LONG)]
    quoted = (str(dict(each.values).get("text", "")) for each in check.findings)
    wanted = list(_wanted(check.findings, quoted))
    made = render_stress_orders(check.file, orders, timeout, pdf=True)
    return {each.stress.name: _marked(each.pdf, wanted) for each in made if each.pdf}


def _wanted(findings: Iterable[Finding], texts: Iterable[str | None]) -> Iterable[_Wanted]:
    for number, (finding, text) in enumerate(zip(findings, texts, strict=True), start=1):
        # Without spaces: a text is set on several lines.
        squeezed = drop_spaces(text or "")
        if len(squeezed) >= _LEAST:
            yield _Wanted(number, squeezed, _RED if finding.severity is ERROR else _ORANGE)


def _unfilled(docx: bytes, timeout: float) -> bytes | None:
    """Return a template as a PDF with its tags as text; None where no engine makes one."""
    # Any properties and any date: the PDF is drawn, and not delivered.
    properties = PdfProperties("", "", "", datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
    try:
        return typeset_docx(docx, properties, None)
    # LibreOffice sets what typst does not, in the nearest font.
    except (UnsupportedError, MissingFontError, MissingGlyphError):
        office = probe_libreoffice()
        return convert_unfilled(docx, office, timeout) if office else None


def _marked(pdf: bytes, wanted: Sequence[_Wanted]) -> MarkedPages:
    try:
        lines = text_lines(pdf, _MARKED_DPI)
    except UnreadablePdfError:
        return MarkedPages()
    found = [(each, *place) for each in wanted if (place := _find(each.text, lines))]
    pages = []
    with pdfium.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            image = page.render(scale=_MARKED_DPI / POINTS_PER_INCH).to_pil().convert("RGB")
            page.close()
            for each, at, boxes in found:
                if at == number:
                    _frame(ImageDraw.Draw(image), each, boxes)
            pages.append(image)
    return MarkedPages(tuple(pages), tuple((each.number, at + 1) for each, at, _ in found))


def _find(text: str, pages: Sequence[Sequence[Line]]) -> tuple[int, list[Line]] | None:
    """Return the page, from 0, and the lines that a text without blanks is on; None where no page has it."""
    for number, lines in enumerate(pages):
        pieces = [drop_spaces(line.text) for line in lines]
        at = "".join(pieces).find(text)
        if at >= 0:
            owners = [line for line, piece in zip(lines, pieces, strict=True) for _ in piece]
            # Each line once, in the sequence of its letters.
            return number, list(dict.fromkeys(owners[at : at + len(text)]))
    return None


def _frame(pen: ImageDraw.ImageDraw, wanted: _Wanted, lines: Sequence[Line]) -> None:
    """Draw one frame around the lines of a text, and the number of its finding at its upper left corner."""
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    box = (min(lefts) - _PAD, min(tops) - _PAD, max(rights) + _PAD, max(bottoms) + _PAD)
    pen.rectangle(box, outline=wanted.colour, width=2)
    font = ImageFont.load_default(_LETTERS)
    said = str(wanted.number)
    # In the margin to the left of the frame, but on the page.
    left = max(box[0] - pen.textlength(said, font) - 3 * _PAD, 0)
    label = pen.textbbox((left, box[1]), said, font)
    pen.rectangle((label[0] - _PAD, label[1] - _PAD, label[2] + _PAD, label[3] + _PAD), fill=wanted.colour)
    pen.text((left, box[1]), said, font=font, fill="white")
