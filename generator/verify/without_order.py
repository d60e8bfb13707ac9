"""Any vendor's document, as a hospital receives it: which mandatory mentions it has, its values, and what is odd.

No order is known: the AF's record says which mentions are mandatory, and everything else is read off the page. What a
program cannot decide (a clause that may tie the order to another one) is shown to a person.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from generator.common.findings import Finding, Place
from generator.common.folding import fold_signs
from generator.common.language import text
from generator.documents.mentions import PrintedMention
from generator.documents.qr import QrPayload
from generator.references import Appel, Appels, DocumentKind, Mention, Status
from generator.verify import finding_kinds as kinds
from generator.verify.amounts import added_digits, hidden_amounts, hidden_texts
from generator.verify.compare import Outcome, Reading, compare
from generator.verify.opened import READING_DPI, Seen
from generator.verify.orientation import single_pages
from generator.verify.raster import PageImage, enlarged
from generator.verify.readers import read_cell, read_cells, read_whole
from generator.verify.rows import (
    PricedRow,
    down_columns,
    is_misread_amount,
    priced_rows,
    rules_of,
    says_amount,
    unruled,
)
from generator.verify.signatures import means_findings
from generator.verify.synthesis.expected import DPI
from generator.verify.text import MAX_PAGES, Line, Piece, touch
from generator.verify.values import ReadPages, prestation_names, value_findings
from generator.verify.verify import NET, SECOND_LOOK, Look, Verified, better, legibility, looks_at, where_they_differ
from generator.verify.views import View, view_findings, views_of
from generator.verify.visible_text import VisibleText, visible_text

# What reads a PDF that has text, in the place of a reader.
TEXT_LAYER = "texte"
# « Page 1 / 2 », « page 1 sur 2 ».
_PAGE_OF = re.compile(r"page\s*(?P<page>\d{1,3})\s*(?:/|sur|de)\s*(?P<total>\d{1,3})\b", re.IGNORECASE)
# Darker than this is the ink of a box.
_INK = 150
# What readers misread of a scan may be right on larger pages.
_VALUES = (kinds.BDC_VALEUR, kinds.BDC_VALEUR_A_VOIR, kinds.BDC_VALEUR_ABSENTE)


def inspect(
    seen: Seen,
    appels: Appels,
    readers: Sequence[str],
    wears: Sequence[str] = (),
    *,
    reference: str | None,
    document: DocumentKind | None,
    reads: bool = True,
) -> Verified:
    """Say what a document that comes without its order has and lacks.

    A PDF's text layer tells what it says, the readers what can be read of its page: both must agree.

    Args:
        seen: the document.
        appels: the records known.
        readers: the readers that read it; the first tells what a document without text layer says. None: a text layer
            is taken at its word.
        wears: names of `generator.verify.wear.PROFILES` to try it under, besides without wear.
        reference: the AF, where it is known; else it is read off the document.
        document: what it should be; else its QR code says it, and a BDC is assumed.
        reads: let readers read it for legibility, too.

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    place, code_read = seen.place, bool(seen.codes.payloads)
    kind = document or next((payload.document for payload in seen.codes.payloads), DocumentKind.BDC)
    read = _read(seen, readers, appels)
    appel = _appel_of(read, appels, reference, place)
    if isinstance(appel, Finding):
        return Verified(place.file, None, (), (appel,), read.seen.pages, code_read)
    readings = _readings(read, _mandatory(appel, kind, read.said.text))
    looks = [Look(read.by, NET, tuple(map(_scaled, readings)) if read.layer else readings)]
    findings = [
        kinds.SANS_COMMANDE.at(place, reference=appel.reference),
        *_mention_findings(readings, appel, place, is_text=read.layer is not None),
        *_value_findings(read, appel, kind, place),
        *(found for payload in seen.codes.payloads for found in contradictions(payload, read.said.text, place)),
        *_pages_missing(read.said, len(read.seen.pages), place),
        *(view_findings(read.views, place) if read.views else ()),
    ]
    sound = [reading.mention for reading in readings if reading.outcome is Outcome.VERBATIM]
    if read.layer:
        findings += (*hidden_texts(read.layer, place), *added_digits(read.layer, place))
    if read.layer and readers:
        findings += hidden_amounts(read.layer, read.shown, readers[0], place)
    for look, _ in looks_at(read.flat, sound, readers, wears) if reads else ():
        looks.append(look)
        findings += legibility(look, place, known={mention.id for mention in sound})
    findings += means_findings(seen.opened, appel, place)
    return Verified(place.file, None, tuple(looks), tuple(findings), read.seen.pages, code_read)


def _scaled(reading: Reading) -> Reading:
    # A text layer has its places at the resolution of comparison, the pages that are shown at that of reading.
    return replace(reading, lines=tuple(line.scaled(READING_DPI / DPI) for line in reading.lines))


@dataclass(frozen=True)
class _Read:
    """A document, read.

    Attributes:
        seen: the document, with the pages of a scan straightened.
        flat: the same, with the rules of the tables of a scan erased.
        by: what read it.
        views: how a PDF looks on screen and in print; empty for scans.
        shown: the pages as they are seen.
        layer: the text layer; None for scans.
        pages: the lines of each page.
        cells: the cells of the tables of each page of a scan, each read alone.
        said: what the document says, with its priced rows and ticked boxes.
    """

    seen: Seen
    flat: Seen
    by: str
    views: Mapping[View, tuple[PageImage, ...]]
    shown: tuple[PageImage, ...]
    layer: VisibleText | None
    pages: list[tuple[Line, ...]]
    cells: list[tuple[Piece, ...]]
    said: ReadPages

    @cached_property
    def larger(self) -> list[tuple[Line, ...]]:
        """The lines of the pages of a scan, drawn larger."""
        pages = read_whole(self.by, [enlarged(page, SECOND_LOOK) for page in self.flat.pages])
        return [tuple(line.scaled(1 / SECOND_LOOK) for line in page) for page in pages]


def _read(seen: Seen, readers: Sequence[str], appels: Appels) -> _Read:
    if seen.opened.texts:
        views = views_of(seen.opened.data, DPI)
        shown = views[View.SCREEN]
        layer = visible_text(seen.opened.data, shown)
        pages = list(layer.pages)
        rows = [
            row
            for lines, image in zip(pages, shown, strict=False)
            for row in priced_rows(_pieces_of(lines), rules_of(image))
        ]
        return _Read(seen, seen, TEXT_LAYER, views, shown, layer, pages, [], _said(pages, shown, rows, appels))
    seen, reader = replace(seen, pages=single_pages(seen.pages)), readers[0]
    flat = replace(seen, pages=tuple(map(unruled, seen.pages)))
    pages = read_whole(reader, flat.pages)
    cells = [read_cells(reader, *each) for each in zip(flat.pages, map(rules_of, seen.pages), strict=True)]
    scans = zip(pages, cells, seen.pages, flat.pages, strict=True)
    by_page = [list(_scanned_rows(*each, reader)) for each in scans]
    said = _said(pages, seen.pages, list(chain.from_iterable(by_page)), appels)
    # A reader reads the cells of a row as one line, garbled, which would be another line with a price.
    crossing = set[Line]()
    for lines, rows in zip(pages, by_page, strict=True):
        crossing.update(line for line in lines if any(row.is_crossed_by(line) for row in rows))
    said = replace(said, crossing=frozenset(crossing))
    return _Read(seen, flat, reader, {}, seen.pages, None, pages, cells, said)


def _said(
    pages: Sequence[Sequence[Line]], shown: Sequence[PageImage], rows: Sequence[PricedRow], appels: Appels
) -> ReadPages:
    lines = tuple(line for page in pages for line in page)
    return ReadPages(lines, tuple(rows), _ticks(pages, shown, appels))


def _appel_of(read: _Read, appels: Appels, reference: str | None, place: Place) -> Appel | Finding:
    if not read.said.lines:
        return kinds.DOCUMENT_VIDE.at(place, by=read.by)
    text = fold_signs(read.said.text).casefold()
    named = next((appel for name, appel in appels.items() if fold_signs(name).casefold() in text), None)
    appel = appels.get(reference) if reference else named
    if appel is None:
        return kinds.BDC_REFERENCE.at(place, known=", ".join(sorted(appels)))
    if named and named.reference != appel.reference:
        return kinds.REFERENCE_AUTRE.at(place, asked=appel.reference, seen=named.reference)
    return appel


def _readings(read: _Read, mandatory: Sequence[PrintedMention]) -> tuple[Reading, ...]:
    # A scan whose mentions are not read verbatim is looked at in other ways.
    readings = compare(mandatory, read.pages)
    if not read.layer and not _are_verbatim(readings):
        readings = tuple(map(better, readings, _by_columns(read, mandatory)))
    if not read.layer and not _are_verbatim(readings):
        readings = tuple(map(better, readings, compare(mandatory, read.larger)))
    return readings


def _are_verbatim(readings: Iterable[Reading]) -> bool:
    return all(reading.outcome is Outcome.VERBATIM for reading in readings)


def _by_columns(read: _Read, mandatory: Sequence[PrintedMention]) -> tuple[Reading, ...]:
    # A label that wraps is in one piece down the column of a table. Its colon, alone on a line, is passed over.
    columns = [tuple(Line(cell.text, cell.box) for cell in down_columns(cells)) for cells in read.cells]
    bare = [replace(each, text=each.text.removesuffix(" :")) for each in mandatory]
    found = compare(bare, columns)
    return tuple(replace(reading, mention=each) for reading, each in zip(found, mandatory, strict=True))


def _value_findings(read: _Read, appel: Appel, document: DocumentKind, place: Place) -> Iterator[Finding]:
    # Of a scan, a value that reads right on larger pages is right.
    found = tuple(value_findings(read.said, appel, document, place, is_text=read.layer is not None))
    if read.layer or not any(each.kind in _VALUES for each in found):
        yield from found
        return
    lines = tuple(chain.from_iterable(read.larger))
    larger = value_findings(replace(read.said, lines=lines), appel, document, place, is_text=False)
    again = {dict(each.values)["name"]: each for each in larger if each.kind in _VALUES}
    for each in found:
        other = again.get(dict(each.values)["name"]) if each.kind in _VALUES else each
        if other:
            yield other if other.kind == kinds.BDC_VALEUR_A_VOIR else each


def _pieces_of(lines: Sequence[Line]) -> list[Piece]:
    return [piece for line in lines for piece in line.pieces]


def _scanned_rows(
    lines: Sequence[Line], cells: Sequence[Piece], image: PageImage, flat: PageImage, reader: str
) -> Iterator[PricedRow]:
    # A reader joins the lines of a label with the amounts next to them: cells are read alone, and labels once more.
    pieces = _pieces_of(lines)
    others = [piece for piece in pieces if not any(touch(piece.box, cell.box) for cell in cells)]
    read = [_with_amount(cell, pieces, flat, reader) for cell in cells]
    for row in priced_rows([*read, *others], rules_of(image)):
        yield replace(row, readings=read_cell(reader, flat, row.place))


def _with_amount(cell: Piece, pieces: Sequence[Piece], image: PageImage, reader: str) -> Piece:
    # An amount that is misread alone is what was read in its line, or twice in other sizes.
    if not is_misread_amount(cell.text):
        return cell
    in_line = " ".join(piece.text for piece in pieces if touch(piece.box, cell.box))
    text, count = Counter(read_cell(reader, image, cell.box)).most_common(1)[0]
    sure = [each for each in (in_line, text if count > 1 else "") if says_amount(each)]
    return replace(cell, text=sure[0]) if sure else cell


def _ticks(read: Sequence[Sequence[Line]], shown: Sequence[PageImage], appels: Appels) -> dict[str, float]:
    # A ticked box before the name of a prestation holds more ink than an empty one.
    every = {known.line for appel in appels.values() for known in appel.prestations}
    names = sorted(every, key=len, reverse=True)
    inked: dict[str, float] = {}
    for lines, image in zip(read, shown, strict=False):
        for line in lines:
            name = next((each for each in names if line.text.endswith(each)), "")
            count = len(name.split())
            if name and len(line.pieces) >= count:
                inked.setdefault(name, _ink_before(line.pieces[-count], image))
    return inked


def _ink_before(piece: Piece, image: PageImage) -> float:
    left, top, _, bottom = piece.box
    high = bottom - top
    square = image.pixels[max(top - high // 4, 0) : bottom + high // 4, max(left - 2 * high, 0) : max(left - 2, 0)]
    return float((square < _INK).mean()) if square.size else 0.0


def _pages_missing(said: ReadPages, count: int, place: Place) -> Iterator[Finding]:
    """Report the pages that « Page 1 / 2 » asks for and the file does not have."""
    numbered = [(int(found["page"]), int(found["total"])) for found in _PAGE_OF.finditer(said.text)]
    total = max((each for _, each in numbered if each <= MAX_PAGES), default=0)
    there = {page for page, _ in numbered}
    # A page whose number is not read may be any: of those that are not read, no more are missing than pages are.
    absent = [number for number in range(1, total + 1) if number not in there] or list(range(count + 1, total + 1))
    for number in absent[-max(total - count, 0) :] if total > count else ():
        yield kinds.PAGE_ABSENTE.at(place, page=number, total=total)


def _mandatory(appel: Appel, document: DocumentKind, text: str) -> tuple[PrintedMention, ...]:
    # Only the wording that a source confirms is asked for; the line of the prestation is one of them.
    flat = fold_signs(text)
    lines = prestation_names(appel)
    line = next((known for known in lines if fold_signs(f"{known} :") in flat), lines[-1])
    return tuple(
        PrintedMention(mention.id, mention.text.replace("{prestation} :", line).replace("{prestation}", line), "")
        for mention in appel.document_mentions(document)
        if mention.status is Status.CONFIRMED and mention.text
    )


def _mention_findings(readings: Sequence[Reading], appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
    known: dict[str, Mention] = {mention.id: mention for mention in appel.mentions}
    for reading in readings:
        mention = known[reading.mention.id]
        where = place.on_page(reading.page) if reading.page else place
        text = reading.mention.text
        if reading.outcome is Outcome.VERBATIM:
            continue
        # The label of a value may be in other words; a fixed text may not.
        if mention.value and mention.id != "ligne_prestation":
            yield kinds.BDC_LIBELLE.at(where, text=text)
        elif reading.outcome is Outcome.NEARLY:
            # Readers write « l'État » for the « l'Etat » of the State mention (docs/ocr-layout.md).
            accent = fold_signs(text).replace("l'Etat", "l'État") == reading.read.replace("l'Etat", "l'État")
            kind = (
                kinds.BDC_MENTION_ACCENT
                if accent
                else kinds.BDC_MENTION_AUTRE
                if is_text
                else kinds.BDC_MENTION_DOUTEUSE
            )
            yield kind.at(where, text=text, read=where_they_differ(text, reading.shown or reading.read)[1])
        else:
            yield kinds.BDC_MENTION_ABSENTE.at(where, text=text)


def contradictions(payload: QrPayload, content: str, place: Place) -> Iterator[Finding]:
    """Report what a QR code of this program says otherwise than the text."""
    flat = fold_signs(content)
    amount = f"{payload.ttc:.2f}".replace(".", ",")
    said: tuple[tuple[str, str], ...] = (
        ("numero", payload.numero),
        ("finess", payload.finess_pmsi),
        ("reference", payload.reference),
        ("date", payload.date.strftime("%d/%m/%Y")),
        *((("amount", amount),) if payload.document is DocumentKind.BDC else ()),
    )
    for name, value in said:
        if fold_signs(value) not in flat:
            yield kinds.QR_CONTREDIT.at(place, name=text(f"verify.qr-code.{name}"), value=value)
