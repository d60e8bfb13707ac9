"""Render stress orders with a template, and check the pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from generator.common.findings import ERROR, WARNING, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.language import Text
from generator.common.opc import parse_xml
from generator.common.worker_process import step
from generator.documents.mentions import PrintedMention, expected_texts
from generator.documents.stress_orders import StressOrder
from generator.references import DocumentKind
from generator.render.docx.archive import DOCUMENT, W, docx_parts
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_orders
from generator.template_check.parts import TemplateFinding, TemplateParagraph
from generator.template_check.rendered_page import RenderedPage, open_pages
from generator.template_check.usage import Usage
from generator.verify.missing_mentions import missing_mentions
from generator.verify.text import page_texts
from generator.verify.values import priced_lines

MOST_PAGES = 3
_SLIDE = "Webinaire SESAN, « Contractualisation avec les éditeurs » : "
_MEASURED = "Mise en page mesurée, docs/ocr-layout.md : "

MODELE_PAGES = define("MODELE-PAGES", WARNING)
MODELE_PAGE_BLANCHE = define("MODELE-PAGE-BLANCHE", WARNING)
MODELE_DEBORDE = define("MODELE-DEBORDE", ERROR)
MODELE_TEXTE_INVISIBLE = define("MODELE-TEXTE-INVISIBLE", ERROR)
MODELE_SUPERPOSE = define("MODELE-SUPERPOSE", ERROR)
MODELE_COTE_A_COTE = define("MODELE-COTE-A-COTE", WARNING)
MODELE_ORDRE_LECTURE = define("MODELE-ORDRE-LECTURE", WARNING)
MODELE_AUTRE_PRIX = define("MODELE-AUTRE-PRIX", ERROR)
MODELE_LIGNE_REPETEE = define("MODELE-LIGNE-REPETEE", ERROR)

# Shorter starts of mentions are not searched on a page: they would match other text.
_LEAST = 4
_LINE = "ligne_prestation"
_QUOTE = 80


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
        """Which order it is, for places."""
        reference, name = self.stress.appel.reference, self.stress.name
        return Text(f"commande « {name} » de {reference}", f"order “{name}” of {reference}")


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
        late_limit=1,
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
        usage: the names that it uses, to find the paragraph of a mention.
    """
    reported: set[tuple[str, object]] = set()
    for each in made:
        step()
        for found in _findings(template, each, usage):
            values = dict(found.finding.values)
            # What a template lacks LibreOffice for is worded with the places of each order.
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
    pages = open_pages(made.pdf)
    if len(pages) > MOST_PAGES:
        yield TemplateFinding(MODELE_PAGES.at(place, count=len(pages), most=MOST_PAGES))
    mentions = [each for each in expected if each.id in {mention.id for mention in stress.appel.mentions}]
    for page in pages:
        if page.is_blank:
            yield TemplateFinding(MODELE_PAGE_BLANCHE.at(_on_page(place, page)))
        yield from _seen(page, _on_page(place, page))
        yield from _set(page, mentions, place, usage)
    yield from _lost(made, place)
    if stress.document is DocumentKind.BDC:
        yield from _prices(made, expected, pages, place)


def _seen(page: RenderedPage, place: Place) -> Iterator[TemplateFinding]:
    for line in page.outside():
        yield TemplateFinding(MODELE_DEBORDE.at(place, text=line.text[:_QUOTE]))
    for line, other in page.overlapping():
        yield TemplateFinding(MODELE_SUPERPOSE.at(place, text=line.text[:_QUOTE], other=other.text[:_QUOTE]))
    for line in page.lines:
        if not line.is_seen:
            yield TemplateFinding(MODELE_TEXTE_INVISIBLE.at(place, text=line.text[:_QUOTE]))


def _set(
    page: RenderedPage, mentions: Sequence[PrintedMention], place: Place, usage: Usage
) -> Iterator[TemplateFinding]:
    """Find mentions that share their line with something else, or stand higher than what is read before them."""
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
    """Return another mention that begins on the line of one, behind it; empty where there is none."""
    said, whole = fold_spaces(line), fold_spaces(mention.whole)
    behind = said.removeprefix(whole).strip() if said.startswith(whole) else ""
    return behind if any(behind.startswith(fold_spaces(each.text)) for each in mentions if each.text) else ""


def _lost(made: RenderedOrder, place: Place) -> Iterator[TemplateFinding]:
    """Find the paragraphs of the DOCX whose words are not on the pages: cut off by a height that does not give."""
    assert made.docx is not None
    assert made.pdf is not None
    # Capitals may be the doing of a style.
    printed = "".join("".join(page_texts(made.pdf)).split()).casefold()
    body = parse_xml(docx_parts(made.docx, DOCUMENT)[DOCUMENT])
    for paragraph in body.iter(f"{W}p"):
        words = "".join(text.text or "" for text in paragraph.iter(f"{W}t") if not _is_hidden(text)).split()
        if any(word.casefold() not in printed for word in words):
            yield TemplateFinding(MODELE_TEXTE_INVISIBLE.at(place, text=" ".join(words)[:_QUOTE]))


def _is_hidden(text: etree._Element) -> bool:
    run = text.getparent()
    return run is not None and run.find(f"{W}rPr/{W}vanish") is not None


def _prices(
    made: RenderedOrder, expected: Sequence[PrintedMention], pages: Sequence[RenderedPage], place: Place
) -> Iterator[TemplateFinding]:
    lines = [(page, line.text) for page in pages for line in page.lines]
    _, others = priced_lines([text for _, text in lines], made.stress.appel)
    for priced in others:
        if priced.cents:
            page = next(page for page, text in lines if text == priced.line)
            yield TemplateFinding(MODELE_AUTRE_PRIX.at(_on_page(place, page), line=priced.line[:_QUOTE]))
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
    return replace(
        place, part=_joined(Text(f"page {page.number} du rendu", f"rendered page {page.number}"), place.part)
    )


def _where(inner: Place, outer: Place) -> Place:
    """Return where a finding of a rendering stands: in the template if it says so, and for which order."""
    return replace(inner, file=outer.file, part=_joined(inner.part, outer.part))


def _joined(first: Text | None, second: Text | None) -> Text | None:
    if first is None or second is None:
        return first or second
    return Text(f"{first.fr}, {second.fr}", f"{first.en}, {second.en}")
