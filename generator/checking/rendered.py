"""What a template gives: its orders rendered, and their pages looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from lxml import etree

from generator.checking.parts import Found
from generator.checking.parts import Paragraph
from generator.checking.sheet import Sheet
from generator.checking.sheet import open_sheets
from generator.checking.usage import Usage
from generator.docx.archive import DOCUMENT
from generator.docx.archive import W
from generator.docx.archive import docx_parts
from generator.docx.archive import parse_xml
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.mentions import PrintedMention
from generator.mentions import expected_texts
from generator.pipeline import render_orders
from generator.readback.check import missing_mentions
from generator.readback.text import page_texts
from generator.readback.values import priced_lines
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import RenderOptions
from generator.strains import Strain

MOST_PAGES = 3
_SLIDE = "Webinaire SESAN, « Contractualisation avec les éditeurs » : "
_MEASURED = "Mise en page mesurée, docs/ocr-layout.md : "

MODELE_PAGES = define(
    "MODELE-PAGES", WARNING,
    fr="le document a {count} pages, plus de {most}", en="the document has {count} pages, over {most}",
    fix_fr="serrer la mise en page, ou raccourcir ce qui est ajouté : chaque page est à numériser",
    fix_en="set it closer, or shorten what was added: each page has to be scanned",
)  # fmt: skip
MODELE_PAGE_BLANCHE = define(
    "MODELE-PAGE-BLANCHE", WARNING,
    fr="une page n'a rien entre son en-tête et son pied", en="a page has nothing between its header and its footer",
    fix_fr="ôter le saut de page ou les paragraphes vides de trop ; le dernier paragraphe, après un tableau, peut être "
    "mis à 1 point",
    fix_en="remove the page break or the empty paragraphs too many; the last paragraph, after a table, can be set to 1 "
    "point",
)  # fmt: skip
MODELE_DEBORDE = define(
    "MODELE-DEBORDE", ERROR,
    fr="« {text} » dépasse de la page, ou de ce qu'une imprimante en imprime",
    en="“{text}” goes beyond the page, or beyond what a printer prints of it",
    fix_fr="élargir les marges ou la cellule, ou laisser le texte aller à la ligne",
    fix_en="widen the margins or the cell, or let the text go to the next line",
)  # fmt: skip
MODELE_TEXTE_INVISIBLE = define(
    "MODELE-TEXTE-INVISIBLE", ERROR,
    fr="« {text} » est dans le document et ne se voit pas sur la page",
    en="“{text}” is in the document and is not seen on the page",
    fix_fr="vérifier la hauteur fixe de la ligne ou du paragraphe, ce qui le recouvre, et sa couleur",
    fix_en="check the fixed height of its row or paragraph, what lies over it, and its colour",
)  # fmt: skip
MODELE_SUPERPOSE = define(
    "MODELE-SUPERPOSE", ERROR,
    fr="« {text} » et « {other} » sont imprimés l'un sur l'autre",
    en="“{text}” and “{other}” are printed over one another",
    fix_fr="laisser ces paragraphes se suivre : ni cadre, ni position, ni interligne fixes",
    fix_en="let these paragraphs follow one another: no fixed frame, position or line spacing",
)  # fmt: skip
MODELE_COTE_A_COTE = define(
    "MODELE-COTE-A-COTE", WARNING,
    fr="« {other} » est à côté de la mention « {id} »", en="“{other}” stands beside the mention “{id}”",
    fix_fr="donner à la mention une ligne à elle : un lecteur optique lit d'un bord de la page à l'autre",
    fix_en="give the mention a line of its own: an optical reader reads from one edge of the page to the other",
    source=_MEASURED + "aucun texte à côté d'une mention",
)  # fmt: skip
MODELE_ORDRE_LECTURE = define(
    "MODELE-ORDRE-LECTURE", WARNING,
    fr="la mention « {id} » est imprimée au-dessus de « {other} » et se lit après elle",
    en="the mention “{id}” is printed above “{other}” and is read after it",
    fix_fr="écrire le texte dans l'ordre où il se lit, sans position fixe",
    fix_en="write the text in the order it is read in, without fixed positions",
    source=_MEASURED + "l'ordre de lecture",
)  # fmt: skip
MODELE_AUTRE_PRIX = define(
    "MODELE-AUTRE-PRIX", ERROR,
    fr="le bon de commande porte un autre prix : « {line} »", en="the order holds another price: “{line}”",
    fix_fr="l'enlever : une autre prestation va sur un autre bon de commande",
    fix_en="remove it: another prestation goes on another order",
    source=_SLIDE + "« Aucune autre prestation ne doit figurer sur ce bon de commande »",
)  # fmt: skip
MODELE_LIGNE_REPETEE = define(
    "MODELE-LIGNE-REPETEE", ERROR,
    fr="la ligne de la prestation est imprimée {count} fois : « {line} »",
    en="the prestation's line is printed {count} times: “{line}”",
    fix_fr="ne l'imprimer qu'une fois", fix_en="print it once",
    source=_SLIDE + "« faire apparaître une ligne dénommée […] avec en regard le montant correspondant »",
)  # fmt: skip

# What a mention is looked for by on the page has at least so many characters.
_LEAST = 4
_LINE = "ligne_prestation"
_QUOTE = 80


@dataclass(frozen=True)
class Made:
    """A strain, rendered: its PDF and DOCX where there are some, and what was said on the way."""

    strain: Strain
    pdf: bytes | None
    docx: bytes | None
    findings: tuple[Finding, ...]

    @property
    def name(self) -> Text:
        """Which order it is, for places."""
        reference, name = self.strain.appel.reference, self.strain.name
        return Text(f"commande « {name} » de {reference}", f"order “{name}” of {reference}")


def render_strains(template: Path, strains: Sequence[Strain], timeout: float, *, pdf: bool) -> list[Made]:
    """Render the orders that strain a template, whatever is wrong with what they give.

    Args:
        template: the template's file.
        strains: the orders.
        timeout: seconds that LibreOffice has for a document.
        pdf: make PDFs as well; without them what goes wrong in a branch shows all the same.

    Raises:
        MissingToolError: LibreOffice, or a face of the template, is not on this machine.
    """
    if not strains:
        return []
    formats = (Format.DOCX, Format.PDF) if pdf else (Format.DOCX,)
    options = RenderOptions(
        documents=(strains[0].document,),
        formats=formats,
        template=template,
        timeout=timeout,
        engine=Engine.LIBREOFFICE,
        read_back=False,
    )
    made = []
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as temporary:
        orders = [(strain.order, strain.appel) for strain in strains]
        for strain, (rendered,) in zip(strains, render_orders(orders, Path(temporary), options), strict=True):
            files = {path.suffix: path.read_bytes() for path in rendered.files}
            made.append(Made(strain, files.get(".pdf"), files.get(".docx"), rendered.findings))
    return made


def check_rendered(template: str, made: Sequence[Made], usage: Usage) -> Iterator[Found]:
    """Find what is wrong with the pages that a template gives; the same thing once, however many orders show it.

    Args:
        template: the template's name.
        made: what it gave.
        usage: what it uses, to name the paragraph that a mention stands in.
    """
    said: set[tuple[str, object]] = set()
    for each in made:
        for found in _findings(template, each, usage):
            values = dict(found.finding.values)
            key = (found.finding.code, values.get("id") or values.get("path") or tuple(values.items()))
            if key not in said:
                said.add(key)
                yield found


def _findings(template: str, made: Made, usage: Usage) -> Iterator[Found]:
    place = Place(template, part=made.name)
    for finding in made.findings:
        yield Found(replace(finding, place=_where(finding.place, place)))
    if made.pdf is None:
        return
    strain = made.strain
    expected = expected_texts(strain.order, strain.appel, strain.document)
    for finding in missing_mentions(expected, page_texts(made.pdf), place):
        paragraph = paragraph_of(str(dict(finding.values)["id"]), usage)
        yield Found(replace(finding, place=in_paragraph(paragraph, place)) if paragraph else finding, paragraph)
    sheets = open_sheets(made.pdf)
    if len(sheets) > MOST_PAGES:
        yield Found(MODELE_PAGES.at(place, count=len(sheets), most=MOST_PAGES))
    mentions = [each for each in expected if each.id in {mention.id for mention in strain.appel.mentions}]
    for sheet in sheets:
        if sheet.is_blank:
            yield Found(MODELE_PAGE_BLANCHE.at(_on_page(place, sheet)))
        yield from _seen(sheet, _on_page(place, sheet))
        yield from _set(sheet, mentions, place, usage)
    yield from _lost(made, place)
    if strain.document is DocumentKind.BDC:
        yield from _prices(made, expected, sheets, place)


def _seen(sheet: Sheet, place: Place) -> Iterator[Found]:
    for line in sheet.outside():
        yield Found(MODELE_DEBORDE.at(place, text=line.text[:_QUOTE]))
    for line, other in sheet.overlapping():
        yield Found(MODELE_SUPERPOSE.at(place, text=line.text[:_QUOTE], other=other.text[:_QUOTE]))
    for line in sheet.lines:
        if not line.is_seen:
            yield Found(MODELE_TEXTE_INVISIBLE.at(place, text=line.text[:_QUOTE]))


def _set(sheet: Sheet, mentions: Sequence[PrintedMention], place: Place, usage: Usage) -> Iterator[Found]:
    """Find mentions that share their line with something else, or stand higher than what is read before them."""
    before: tuple[PrintedMention, float] | None = None
    for line in sheet.lines:
        mention = next((each for each in mentions if _begins(line.text, each)), None)
        if mention is None:
            continue
        paragraph = paragraph_of(mention.id, usage)
        where = in_paragraph(paragraph, _on_page(place, sheet))
        rest = _rest(line.text, mention, mentions)
        other = rest or (neighbour.text if (neighbour := sheet.beside(line)) else "")
        if other:
            yield Found(MODELE_COTE_A_COTE.at(where, id=mention.id, other=other[:_QUOTE]), paragraph)
        if before and line.box.bottom < before[1]:
            yield Found(MODELE_ORDRE_LECTURE.at(where, id=mention.id, other=before[0].id), paragraph)
        before = (mention, line.box.top)


def _begins(line: str, mention: PrintedMention) -> bool:
    start = mention.text or mention.value
    return len(start) >= _LEAST and _plain(line).startswith(_plain(start))


def _rest(line: str, mention: PrintedMention, mentions: Sequence[PrintedMention]) -> str:
    """Return another mention that begins on the line of one, behind it; empty where there is none."""
    said, whole = _plain(line), _plain(mention.whole)
    behind = said.removeprefix(whole).strip() if said.startswith(whole) else ""
    return behind if any(behind.startswith(_plain(each.text)) for each in mentions if each.text) else ""


def _lost(made: Made, place: Place) -> Iterator[Found]:
    """Find the paragraphs of the DOCX whose words are not on the pages: cut off by a height that does not give."""
    assert made.docx is not None
    assert made.pdf is not None
    # Capitals may be the doing of a style.
    printed = _plain("".join(page_texts(made.pdf)), "").casefold()
    body = parse_xml(docx_parts(made.docx, DOCUMENT)[DOCUMENT])
    for paragraph in body.iter(f"{W}p"):
        words = "".join(text.text or "" for text in paragraph.iter(f"{W}t") if not _is_hidden(text)).split()
        if any(word.casefold() not in printed for word in words):
            yield Found(MODELE_TEXTE_INVISIBLE.at(place, text=" ".join(words)[:_QUOTE]))


def _is_hidden(text: etree._Element) -> bool:
    run = text.getparent()
    return run is not None and run.find(f"{W}rPr/{W}vanish") is not None


def _prices(made: Made, expected: Sequence[PrintedMention], sheets: Sequence[Sheet], place: Place) -> Iterator[Found]:
    lines = [(sheet, line.text) for sheet in sheets for line in sheet.lines]
    _, others = priced_lines([text for _, text in lines], made.strain.appel)
    for priced in others:
        if priced.cents:
            sheet = next(sheet for sheet, text in lines if text == priced.line)
            yield Found(MODELE_AUTRE_PRIX.at(_on_page(place, sheet), line=priced.line[:_QUOTE]))
    own = next((mention for mention in expected if mention.id == _LINE), None)
    if own:
        count = sum(_plain(own.whole) in _plain(text) for _, text in lines)
        if count > 1:
            yield Found(MODELE_LIGNE_REPETEE.at(place, count=count, line=own.whole))


def paragraph_of(mention: str, usage: Usage) -> Paragraph | None:
    """Return the paragraph of a template that prints a mention."""
    path = f"mention.{mention}."
    return next((use.paragraph for use in usage.uses if use.tag.prints and use.path.startswith(path)), None)


def in_paragraph(paragraph: Paragraph | None, place: Place) -> Place:
    """Return a place with the paragraph of the template before it."""
    if paragraph is None:
        return place
    own = paragraph.place()
    return replace(own, part=_joined(own.part, place.part))


def _on_page(place: Place, sheet: Sheet) -> Place:
    return replace(place, part=_joined(Text(f"page {sheet.number}", f"page {sheet.number}"), place.part))


def _where(inner: Place, outer: Place) -> Place:
    """Return where a finding of a rendering stands: in the template if it says so, and for which order."""
    return replace(inner, file=outer.file, part=_joined(inner.part, outer.part))


def _joined(first: Text | None, second: Text | None) -> Text | None:
    if first is None or second is None:
        return first or second
    return Text(f"{first.fr}, {second.fr}", f"{first.en}, {second.en}")


def _plain(text: str, blank: str = " ") -> str:
    return blank.join(text.split())
