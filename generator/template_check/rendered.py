"""Render stress orders with a template, read the lines of the pages and their ink, and check them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree
from PIL import Image

from generator.common.findings import ERROR, WARNING, Finding, Place, define
from generator.common.folding import drop_spaces, fold_spaces
from generator.common.language import Text, joined, text
from generator.common.opc import parse_xml
from generator.common.worker_process import step
from generator.documents.mentions import PrintedMention, expected_texts
from generator.documents.pictures import MM_PER_INCH, POINTS_PER_INCH
from generator.documents.stress_orders import StressOrder
from generator.references import DocumentKind
from generator.render.docx.archive import DOCUMENT, W, docx_parts
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_orders
from generator.template_check.parts import TemplateFinding, TemplateParagraph
from generator.template_check.usage import Usage
from generator.verify.missing_mentions import missing_mentions
from generator.verify.text import page_texts
from generator.verify.values import priced_lines

MODELE_PAGES = define("MODELE-PAGES", WARNING)
MODELE_PAGE_BLANCHE = define("MODELE-PAGE-BLANCHE", WARNING)
MODELE_DEBORDE = define("MODELE-DEBORDE", ERROR)
MODELE_TEXTE_INVISIBLE = define("MODELE-TEXTE-INVISIBLE", ERROR)
MODELE_SUPERPOSE = define("MODELE-SUPERPOSE", ERROR)
MODELE_COTE_A_COTE = define("MODELE-COTE-A-COTE", WARNING)
MODELE_ORDRE_LECTURE = define("MODELE-ORDRE-LECTURE", WARNING)
# Webinaire SESAN : « Aucune autre prestation ne doit figurer sur ce bon de commande ».
MODELE_AUTRE_PRIX = define("MODELE-AUTRE-PRIX", ERROR)
# Webinaire SESAN : « faire apparaître une ligne dénommée […] avec en regard le montant correspondant ».
MODELE_LIGNE_REPETEE = define("MODELE-LIGNE-REPETEE", ERROR)
# The kinds of `optical`, which needs the extra `ocr`: without it, `segurdoc explain` knows them all the same.
MODELE_LECTURE = define("MODELE-LECTURE", ERROR)
MODELE_LECTURE_FRAGILE = define("MODELE-LECTURE-FRAGILE", WARNING)

MOST_PAGES = 3
# Shorter starts of mentions are not searched on a page: they would match other text.
_LEAST = 4
_LINE = "ligne_prestation"
_QUOTE = 80
# Fine enough for hairlines of letters of 6 points, and a page in some ten milliseconds.
_DPI = 100
# Printers do not reach the last millimetres of a sheet.
UNPRINTED = 4 * POINTS_PER_INCH / MM_PER_INCH
# The smallest difference of grey between letters and paper, from 0 to 255.
_SEEN = 60
# Lines of one text whose letters meet by more than this share of their height are set over one another.
_OVER = 0.4
_BESIDE = 0.5
# Header and footer have this share of the height each, at most.
_MARGINS = 0.12
# Going back by more points than this is no kerning.
_BACK = 30


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def shares_height(self, other: Box) -> float:
        """Return the share of the smaller of two heights that both boxes have in common, from 0 to 1."""
        common = min(self.bottom, other.bottom) - max(self.top, other.top)
        smaller = min(self.bottom - self.top, other.bottom - other.top)
        return max(common, 0.0) / max(smaller, 0.1)

    def shares_width(self, other: Box) -> float:
        """Return the width that two boxes have in common, in points; negative if there is a gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text, its box, and whether the page shows ink in it."""

    text: str
    box: Box
    is_seen: bool


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page: its number from 1, its size in points, and its lines in the sequence of the file."""

    number: int
    width: float
    height: float
    lines: tuple[PageLine, ...]

    @property
    def is_blank(self) -> bool:
        """Whether there is no text between header and footer."""
        top, bottom = _MARGINS * self.height, (1 - _MARGINS) * self.height
        return not any(top < line.box.bottom and line.box.top < bottom for line in self.lines)

    def outside(self) -> Iterator[PageLine]:
        """Return the lines that exceed the part of the sheet that printers reach."""
        for line in self.lines:
            box = line.box
            inside = (
                box.left >= UNPRINTED
                and box.top >= UNPRINTED
                and box.right <= self.width - UNPRINTED
                and box.bottom <= self.height - UNPRINTED
            )
            if not inside:
                yield line

    def overlapping(self) -> Iterator[tuple[PageLine, PageLine]]:
        """Return the pairs of lines that are printed over one another."""
        for index, line in enumerate(self.lines):
            for other in self.lines[index + 1 :]:
                # Lines that touch by a point are next to each other.
                if line.box.shares_width(other.box) > 1 and line.box.shares_height(other.box) > _OVER:
                    yield line, other

    def beside(self, line: PageLine) -> PageLine | None:
        """Return a line at the height of another, to its left or right; None if there is none."""
        others = (other for other in self.lines if other is not line)
        return next((other for other in others if other.box.shares_height(line.box) > _BESIDE), None)


def _open_pages(data: bytes) -> tuple[RenderedPage, ...]:
    pages = []
    with pdfium.PdfDocument(data) as document:
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            picture = page.render(scale=_DPI / POINTS_PER_INCH, grayscale=True).to_pil().convert("L")
            pages.append(RenderedPage(number, width, height, tuple(_lines(page, height, picture))))
            page.close()
    return tuple(pages)


def _lines(page: pdfium.PdfPage, height: float, picture: Image.Image) -> Iterator[PageLine]:
    text = page.get_textpage()
    # PDFium writes U+0002 for a hyphen at the end of a line.
    for found in re.finditer(r"[^\r\n\x02]+", text.get_text_range()):
        for start, end in _stretches(text, *found.span()):
            inked = [at for at in range(start, end) if not found[0][at - found.start()].isspace()]
            lefts, bottoms, rights, tops = zip(*map(text.get_charbox, inked), strict=True)
            box = Box(min(lefts), height - max(tops), max(rights), height - min(bottoms))
            said = found[0][start - found.start() : end - found.start()].strip()
            yield PageLine(said, box, _is_seen(picture, box))
    text.close()


def _stretches(text: pdfium.PdfTextPage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a line of PDFium where it goes back to the left: to PDFium, lines over one another are one."""
    first, furthest = None, 0.0
    for at in range(start, end):
        if text.get_text_range(at, 1).isspace():
            continue
        left, _, right, _ = text.get_charbox(at)
        if first is not None and left < furthest - _BACK:
            yield first, at
            first = None
        if first is None:
            first, furthest = at, right
        furthest = max(furthest, right)
    if first is not None:
        yield first, end


def _is_seen(picture: Image.Image, box: Box) -> bool:
    """Return whether a page shows light and dark in the box of a line: a cover, or a clip, leaves one of them."""
    scale = _DPI / POINTS_PER_INCH
    left, top, right, bottom = (round(side * scale) for side in (box.left, box.top, box.right, box.bottom))
    area = picture.crop((max(left, 0), max(top - 1, 0), min(right + 1, picture.width), min(bottom + 1, picture.height)))
    shades = area.tobytes()
    return bool(shades) and max(shades) - min(shades) > _SEEN


@dataclass(frozen=True)
class RenderedOrder:
    """A rendered stress order: its PDF and DOCX, if there are any, and the findings."""

    stress: StressOrder
    pdf: bytes | None
    docx: bytes | None
    findings: tuple[Finding, ...]

    @property
    def is_made(self) -> bool:
        """Whether there is a document."""
        return bool(self.pdf or self.docx)

    @property
    def name(self) -> Text:
        """The name of its order, for places."""
        return text("template_check.places.order", name=self.stress.name, reference=self.stress.appel.reference)


def render_stress_orders(
    template: Path, stress_orders: Sequence[StressOrder], timeout: float, *, pdf: bool
) -> list[RenderedOrder]:
    """Render stress orders with a template, even if their documents have errors.

    Args:
        template: the template's file.
        stress_orders: the orders.
        timeout: seconds that LibreOffice has for a document; after the first that reaches it, no other is tried.
        pdf: make PDFs as well; the DOCX alone shows errors in branches.
    """
    if not stress_orders:
        return []
    formats = (Format.DOCX, Format.PDF) if pdf else (Format.DOCX,)
    options = RenderOptions(
        documents=(stress_orders[0].document,),
        formats=formats,
        template=template,
        timeout=timeout,
        # Another document of the template would reach the limit as well.
        late_limit=1,
        # The checks below report what is missing, for each order.
        read_back=False,
    )
    made = []
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        orders = [(stress.order, stress.appel) for stress in stress_orders]
        for stress, (rendered,) in zip(stress_orders, render_orders(orders, Path(temporary), options), strict=True):
            files = {path.suffix: path.read_bytes() for path in rendered.files}
            made.append(RenderedOrder(stress, files.get(".pdf"), files.get(".docx"), rendered.findings))
    return made


def check_rendered(template: str, made: Sequence[RenderedOrder], usage: Usage) -> Iterator[TemplateFinding]:
    """Find the problems of rendered pages, each once even if several orders show it.

    Args:
        template: the template's name.
        made: the rendered orders.
        usage: the names that the template uses, to find the paragraph of a mention.
    """
    reported: set[tuple[str, object]] = set()
    for each in made:
        # Each order has the time limit of one file.
        step()
        for found in _findings(template, each, usage):
            values = dict(found.finding.values)
            # The finding that a template needs LibreOffice names the places of each order.
            named = values.get("id") or values.get("path") or values.get("template") or tuple(values.items())
            key = (found.finding.code, named)
            if key not in reported:
                reported.add(key)
                yield found


def _findings(template: str, made: RenderedOrder, usage: Usage) -> Iterator[TemplateFinding]:
    place = Place(template, part=made.name)
    for finding in made.findings:
        yield TemplateFinding(replace(finding, place=_where(finding.place, place)))
    if made.pdf is None:
        return
    stress = made.stress
    expected = expected_texts(stress.order, stress.appel, stress.document)
    for finding in missing_mentions(expected, page_texts(made.pdf), place):
        paragraph = find_paragraph(str(dict(finding.values)["id"]), usage)
        yield TemplateFinding(
            replace(finding, place=in_paragraph(paragraph, place)) if paragraph else finding, paragraph
        )
    pages = _open_pages(made.pdf)
    if len(pages) > MOST_PAGES:
        yield TemplateFinding(MODELE_PAGES.at(place, count=len(pages), most=MOST_PAGES))
    # Only mentions of the AF: questions and values may share their lines.
    mentions = [each for each in expected if each.id in {mention.id for mention in stress.appel.mentions}]
    for page in pages:
        if page.is_blank:
            yield TemplateFinding(MODELE_PAGE_BLANCHE.at(_on_page(place, page)))
        yield from _check_lines(page, _on_page(place, page))
        yield from _check_layout(page, mentions, place, usage)
    yield from _find_lost_text(made, place)
    if stress.document is DocumentKind.BDC:
        yield from _check_prices(made, expected, pages, place)


def _check_lines(page: RenderedPage, place: Place) -> Iterator[TemplateFinding]:
    for line in page.outside():
        yield TemplateFinding(MODELE_DEBORDE.at(place, text=line.text[:_QUOTE]))
    for line, other in page.overlapping():
        yield TemplateFinding(MODELE_SUPERPOSE.at(place, text=line.text[:_QUOTE], other=other.text[:_QUOTE]))
    for line in page.lines:
        if not line.is_seen:
            yield TemplateFinding(MODELE_TEXTE_INVISIBLE.at(place, text=line.text[:_QUOTE]))


def _check_layout(
    page: RenderedPage, mentions: Sequence[PrintedMention], place: Place, usage: Usage
) -> Iterator[TemplateFinding]:
    """Find mentions that share their line with other text, or are above the mention before them."""
    before: tuple[PrintedMention, float] | None = None
    for line in page.lines:
        mention = next((each for each in mentions if _begins(line.text, each)), None)
        if mention is None:
            continue
        paragraph = find_paragraph(mention.id, usage)
        where = in_paragraph(paragraph, _on_page(place, page))
        rest = _rest(line.text, mention, mentions)
        other = rest or (neighbour.text if (neighbour := page.beside(line)) else "")
        if other:
            yield TemplateFinding(MODELE_COTE_A_COTE.at(where, id=mention.id, other=other[:_QUOTE]), paragraph)
        if before and line.box.bottom < before[1]:
            yield TemplateFinding(MODELE_ORDRE_LECTURE.at(where, id=mention.id, other=before[0].id), paragraph)
        before = (mention, line.box.top)


def _begins(line: str, mention: PrintedMention) -> bool:
    start = mention.text or mention.value
    return len(start) >= _LEAST and fold_spaces(line).startswith(fold_spaces(start))


def _rest(line: str, mention: PrintedMention, mentions: Sequence[PrintedMention]) -> str:
    """Return another mention that begins after one on its line; empty if there is none."""
    said, whole = fold_spaces(line), fold_spaces(mention.whole)
    behind = said.removeprefix(whole).strip() if said.startswith(whole) else ""
    return behind if any(behind.startswith(fold_spaces(each.text)) for each in mentions if each.text) else ""


def _find_lost_text(made: RenderedOrder, place: Place) -> Iterator[TemplateFinding]:
    """Find the paragraphs of the DOCX whose words are not on the pages: a fixed height cuts them off."""
    assert made.docx is not None
    assert made.pdf is not None
    # Capitals may be the doing of a style.
    printed = drop_spaces("".join(page_texts(made.pdf))).casefold()
    body = parse_xml(docx_parts(made.docx, DOCUMENT)[DOCUMENT])
    for paragraph in body.iter(f"{W}p"):
        # Hidden text is not printed, and its absence is no fault.
        words = "".join(text.text or "" for text in paragraph.iter(f"{W}t") if not _is_hidden(text)).split()
        if any(word.casefold() not in printed for word in words):
            yield TemplateFinding(MODELE_TEXTE_INVISIBLE.at(place, text=" ".join(words)[:_QUOTE]))


def _is_hidden(text: etree._Element) -> bool:
    run = text.getparent()
    return run is not None and run.find(f"{W}rPr/{W}vanish") is not None


def _check_prices(
    made: RenderedOrder, expected: Sequence[PrintedMention], pages: Sequence[RenderedPage], place: Place
) -> Iterator[TemplateFinding]:
    lines = [(page, line.text) for page in pages for line in page.lines]
    _, others = priced_lines([text for _, text in lines], made.stress.appel)
    for priced in others:
        # A line of 0,00 € orders nothing.
        if priced.cents:
            page = next(page for page, text in lines if text == priced.line)
            yield TemplateFinding(MODELE_AUTRE_PRIX.at(_on_page(place, page), line=priced.line[:_QUOTE]))
    # The line of the prestation may be on the page once.
    own = next((mention for mention in expected if mention.id == _LINE), None)
    if own:
        count = sum(fold_spaces(own.whole) in fold_spaces(text) for _, text in lines)
        if count > 1:
            yield TemplateFinding(MODELE_LIGNE_REPETEE.at(place, count=count, line=own.whole))


def find_paragraph(mention: str, usage: Usage) -> TemplateParagraph | None:
    """Return the paragraph of a template that prints a mention."""
    path = f"mention.{mention}."
    return next((use.paragraph for use in usage.uses if use.tag.prints and use.path.startswith(path)), None)


def in_paragraph(paragraph: TemplateParagraph | None, place: Place) -> Place:
    """Return a place with the paragraph of the template before it."""
    if paragraph is None:
        return place
    own = paragraph.place()
    return replace(own, part=_joined(own.part, place.part))


def _on_page(place: Place, page: RenderedPage) -> Place:
    return replace(place, part=_joined(text("template_check.places.rendered-page", page=page.number), place.part))


def _where(inner: Place, outer: Place) -> Place:
    """Return the place of a finding of a rendering: in the template if it names one, and the order."""
    return replace(inner, file=outer.file, part=_joined(inner.part, outer.part))


def _joined(*parts: Text | None) -> Text | None:
    known = [part for part in parts if part is not None]
    return joined(known) if known else None
