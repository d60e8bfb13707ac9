"""Is this document the order's, is everything there and legible, do the values and the QR code agree?"""

import re
import statistics
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from generator.common.findings import ERROR, Finding, Place
from generator.common.folding import fold_signs, fold_spaces
from generator.common.language import first_of, text
from generator.common.worker_process import step
from generator.documents.mentions import TITLES, PrintedMention, expected_texts
from generator.documents.properties import document_descriptor
from generator.documents.qr import QrPayload, qr_payload
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.verify import finding_kinds as kinds
from generator.verify.amounts import hidden_amounts, hidden_texts, strange_amounts, touched_amounts
from generator.verify.compare import Outcome, Reading, compare, places_of, repeated_labels
from generator.verify.missing_mentions import missing_mentions
from generator.verify.opened import Seen
from generator.verify.orientation import single_pages
from generator.verify.qr_codes import Codes
from generator.verify.raster import PageImage, enlarged, turn
from generator.verify.readers import read_pages
from generator.verify.signature_traces import Signing
from generator.verify.synthesis.check import Synthesis, check_pages, hidden_text
from generator.verify.synthesis.expected import DPI, expected_pages
from generator.verify.views import View, view_findings, views_of
from generator.verify.visible_text import visible_text
from generator.verify.wear import PROFILES, worn

NET = "net"
# Readers take upright strokes for one another, and miscount them: « Ill », « l1 ». They take an O for a 0.
_UPRIGHTS = re.compile("1*[Il|][1Il|]*")
_LOOK_ALIKES = str.maketrans("Il|O", "1110")
# In a value, a reader may misread one letter of this many.
_LETTERS_A_SLIP = 20
# What does not come back is read once more on pages this much larger.
SECOND_LOOK = 1.5
# The mentions whose values the QR code holds.
_IN_CODE = ("reference", "numero", "date_emission", "finess", "montant_ht", "montant_ttc")
# A scan of which more than this share does not read back is not understood; how many of its mentions are named.
_NOT_UNDERSTOOD, _NAMED = 1 / 3, 5
# Tesseract's median confidence on a page that people read with ease is above.
_SURE = 75.0
# How much of a long text a message shows, and how much of it before the first difference.
_SHORT, _CONTEXT = 60, 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a document should be: a document of an order, and what must stand on it."""

    order: Order
    appel: Appel
    document: DocumentKind

    @property
    def mentions(self) -> tuple[PrintedMention, ...]:
        """What must read back."""
        return expected_texts(self.order, self.appel, self.document)


@dataclass(frozen=True, slots=True)
class Look:
    """How the mentions of a document came back from one reader under one wear (`net`: none); how sure it is, to 100."""

    reader: str
    wear: str
    readings: tuple[Reading, ...]
    confidence: float = 100.0

    @property
    def by(self) -> str:
        """The reader, and the wear where there is one."""
        return self.reader if self.wear == NET else f"{self.reader}, {self.wear}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found of a document.

    Attributes:
        file: the document.
        wanted: the document that it was compared with; None where no order is known.
        looks: how each mention came back, for each reader and wear.
        findings: everything that is to be reported.
        pages: the pages as they were read, upright, for pictures of them.
        code_read: whether a QR code of this program was read.
        signing: the traces of signatures on it.
        compared: how the pages compare with those that the order gives; None where they were not compared.
    """

    file: str
    wanted: Wanted | None
    looks: tuple[Look, ...]
    findings: tuple[Finding, ...]
    pages: tuple[PageImage, ...] = ()
    code_read: bool = False
    signing: Signing | None = None
    compared: Synthesis | None = None


def kind_of(text: str, codes: Codes, documents: Sequence[DocumentKind], appel: Appel) -> DocumentKind:
    """Return which of an order's documents this is: the QR code says it, else the title, else the first there is.

    Args:
        text: what the document says, as far as it was read.
        codes: its QR codes.
        documents: the documents the order has.
        appel: the record of its AF.
    """
    for payload in codes.payloads:
        if payload.document in documents:
            return payload.document
    text = fold_signs(text)
    # « BON DE COMMANDE » stands in capitals on a BDC alone; every other document names its own title.
    named = (kind for kind in documents if (title := fold_signs(appel.mention_text(TITLES[kind]))) and title in text)
    return next(named, documents[0])


def order_names(order: Order) -> tuple[str, str, str]:
    """Return what tells an order from others: its AF, its number and the client's FINESS PMSI."""
    return order.reference, order.numero, order.client.finess_pmsi


def own_code(order: Order, document: DocumentKind) -> QrPayload:
    """Return what the QR code of an order's document must say."""
    return qr_payload(order, document, document_descriptor(order, document))


# What came back of a document, and the labels that stand there more often than they should, with how often.
Looked = tuple[Look, tuple[tuple[str, int], ...]]


def verify(
    seen: Seen,
    wanted: Wanted,
    readers: Sequence[str],
    wears: Sequence[str] = (),
    *,
    expected: Iterable[bytes] = (),
    reads: bool = True,
) -> Verified:
    """Compare a document with its order.

    Args:
        seen: the document.
        wanted: what it should be.
        readers: names of `generator.verify.readers.READERS`.
        wears: names of `generator.verify.wear.PROFILES` to try it under, besides without wear.
        expected: the order's document, rendered anew, in each layout that it may have; the later ones are asked for
            where it has not those before. With it the pages are compared, and what readers misread is a warning;
            without it, or where the pages are of another layout, what readers read is all there is.
        reads: let readers read pages that were compared: would an optical reader read them?

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    place = seen.place
    if other := _other_document(wanted, seen.codes, place):
        return Verified(place.file, wanted, (), (other,), seen.pages, code_read=True)
    views = views_of(seen.opened.data, DPI) if seen.opened.texts else {}
    is_rendered, compared = _compared(seen, wanted, readers, expected, views)
    mentions = [each for each in wanted.mentions if not compared or each.id in compared.mentions]
    missing = list(missing_mentions(mentions, seen.opened.texts, place)) if seen.opened.texts else []
    findings = [*_code_findings(wanted, seen.codes, place), *missing]
    findings += view_findings(views, place, compared.frames if compared else ()) if views else ()
    findings += compared.findings if compared else (kinds.MISE_EN_PAGE_INCONNUE.at(place),) if is_rendered else ()
    straight = seen
    if seen.opened.is_scan:
        straight = replace(seen, pages=compared.pages if compared else single_pages(seen.pages))
    looked = list(looks_at(straight, mentions, readers, wears)) if reads or not compared else []
    # The mentions that the text layer, or else the QR code, vouches for.
    if seen.opened.texts:
        known = {mention.id for mention in mentions} - {str(dict(found.values)["id"]) for found in missing}
    else:
        known = set(_IN_CODE) if own_code(wanted.order, wanted.document) in seen.codes.payloads else set()
    if compared:
        findings += (found for look, _ in looked for found in legibility(look, place, known=known))
    else:
        unread = [look for look, _ in looked if seen.opened.is_scan and _is_not_understood(look)]
        # What is hardly read on a scan has no amounts to judge.
        if is_rendered and not unread:
            findings += _amounts_of_another_layout(straight, wanted, views, readers[0])
        findings += _judgements(looked, unread, place, known)
    looks, pages = tuple(look for look, _ in looked), compared.pages if compared else straight.pages
    return Verified(place.file, wanted, looks, tuple(findings), pages, bool(seen.codes.payloads), compared=compared)


def _judgements(looked: Sequence[Looked], unread: Sequence[Look], place: Place, known: set[str]) -> Iterator[Finding]:
    for look, repeated in looked:
        if look in unread:
            names = [reading.mention.id for reading in look.readings if reading.outcome is not Outcome.VERBATIM]
            counts = {"count": len(names), "total": len(look.readings)}
            yield kinds.SCAN_NON_COMPRIS.at(place, by=look.by, names=first_of(names, _NAMED), **counts)
            continue
        yield from judged(look, place, known=known)
        if look.wear == NET:
            yield from (
                kinds.LECTURE_DOUBLE.at(place, text=label, count=count, by=look.by) for label, count in repeated
            )


def _is_not_understood(look: Look) -> bool:
    # A scan that is clear, or empty, can be judged.
    unread = sum(reading.outcome is not Outcome.VERBATIM for reading in look.readings)
    return unread > _NOT_UNDERSTOOD * len(look.readings) and 0 < look.confidence < _SURE


def _amounts_of_another_layout(
    seen: Seen, wanted: Wanted, views: Mapping[View, tuple[PageImage, ...]], reader: str
) -> Iterator[Finding]:
    """Check the amounts of pages that cannot be compared: they are the order's, and shown as the text says."""
    place = seen.place
    if views:
        layer = visible_text(seen.opened.data, views[View.SCREEN])
        shown = [turn(*each) for each in zip(views[View.SCREEN], seen.codes.turned, strict=True)]
        yield from hidden_texts(layer, place)
        yield from hidden_amounts(layer, shown, reader, place)
        yield from touched_amounts(layer, place)
        lines = [line.text for page in layer.pages for line in page]
    else:
        lines = [line.text for page in read_pages(reader, seen.pages) for line in page]
    yield from strange_amounts(lines, [mention.whole for mention in wanted.mentions], wanted.order, place)


def joined(verified: Sequence[Verified]) -> list[Verified]:
    """Return documents, the files of one document taken together: a page that one has is missing from none.

    Args:
        verified: documents that were given together.
    """
    # By order and kind of document: the pages that some file shows, and whether some file has the QR code.
    shown: dict[object, set[str]] = {}
    coded = set[object]()
    for each in verified:
        if each.wanted:
            key = (*order_names(each.wanted.order), each.wanted.document)
            shown.setdefault(key, set()).update(map(str, each.compared.shown if each.compared else ()))
            if each.code_read:
                coded.add(key)

    def is_elsewhere(each: Verified, finding: Finding) -> bool:
        if not each.wanted or not each.compared:
            return False
        key = (*order_names(each.wanted.order), each.wanted.document)
        if finding.code == kinds.PAGE_ABSENTE.code:
            return str(dict(finding.values)["page"]) in shown[key]
        return finding.code == kinds.QR_ABSENT.code and key in coded

    return [
        replace(each, findings=tuple(found for found in each.findings if not is_elsewhere(each, found)))
        for each in verified
    ]


def _compared(
    seen: Seen,
    wanted: Wanted,
    readers: Sequence[str],
    expected: Iterable[bytes],
    views: Mapping[View, tuple[PageImage, ...]],
) -> tuple[bool, Synthesis | None]:
    """Return whether the order gave a document, and the comparison with the first layout that this document has."""
    is_rendered = False
    for pdf in expected:
        is_rendered = True
        pages = expected_pages(pdf)
        shown = views or {View.SCREEN: tuple(seen.opened.pages(DPI))}
        compared = check_pages(shown, pages, wanted.mentions, readers[0], seen.place, is_drawn=bool(views))
        if compared:
            hidden = hidden_text(seen.opened.data, pages, compared.marks, seen.place) if views else ()
            return True, replace(compared, findings=(*compared.findings, *hidden))
    return is_rendered, None


def legibility(look: Look, place: Place, *, known: Collection[str]) -> Iterator[Finding]:
    """Report what an optical reader would misread on a document that is the order's."""
    for found in judged(look, place, known=known):
        values = dict(found.values)
        if found.severity is not ERROR or "id" not in values:
            yield found
        else:
            expected, read = values.get("expected", values.get("text", "…")), values.get("read", "…")
            yield kinds.LISIBILITE.at(found.place, id=values["id"], by=look.by, expected=expected, read=read)


def _other_document(wanted: Wanted, codes: Codes, place: Place) -> Finding | None:
    for payload in codes.payloads:
        if (payload.reference, payload.numero, payload.finess_pmsi) != order_names(wanted.order):
            seen = f"{payload.document.label.fr} {payload.numero}, FINESS {payload.finess_pmsi}, {payload.reference}"
            return kinds.DOCUMENT_AUTRE.at(place, numero=wanted.order.numero, seen=seen)
        if payload.document is not wanted.document:
            return kinds.DOCUMENT_AUTRE_SORTE.at(place, asked=wanted.document.label, seen=payload.document.label)
    return None


def _code_findings(wanted: Wanted, codes: Codes, place: Place) -> Iterator[Finding]:
    if not codes.payloads:
        yield kinds.QR_ABSENT.at(place)
        return
    mine = own_code(wanted.order, wanted.document)
    for payload in codes.payloads:
        if payload != mine:
            differs = [
                f"{name} {theirs} / {ours}"
                for name, theirs, ours in (
                    ("date", str(payload.date), str(mine.date)),
                    ("HT", f"{payload.ht:.2f}", f"{mine.ht:.2f}"),
                    ("TTC", f"{payload.ttc:.2f}", f"{mine.ttc:.2f}"),
                )
                if theirs != ours
            ]
            # The code has a digest of the whole descriptor, which changes with any field, and the values of a few
            # fields.
            yield kinds.QR_AUTRE_VERSION.at(place, differs=", ".join(differs) or text("verify.content.other-field"))


def looks_at(
    seen: Seen, mentions: Sequence[PrintedMention], readers: Iterable[str], wears: Sequence[str]
) -> Iterator[Looked]:
    """Read a document with each reader under each wear; where something does not come back, a second time, larger.

    Args:
        seen: the document.
        mentions: what must stand on it.
        readers: names of `generator.verify.readers.READERS`.
        wears: names of `generator.verify.wear.PROFILES` to try it under, besides without wear.

    Yields:
        What came back, and the labels that stand there more often than they should, with how often.

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    tried = [(reader, wear) for reader in readers for wear in (NET, *wears)]

    def look(reader: str, wear: str) -> Looked:
        # The time limit of a worker is that of one reading.
        step()
        pages: Iterable[PageImage] = seen.pages
        if wear != NET:
            profile = PROFILES[wear]
            pages = [worn(page, profile) for page in seen.opened.pages(profile.dpi, turned=seen.codes.turned)]
        lines = read_pages(reader, pages)
        readings = compare(mentions, lines)
        if any(reading.outcome is not Outcome.VERBATIM for reading in readings):
            larger = read_pages(reader, [enlarged(page, SECOND_LOOK) for page in pages])
            second = [[line.scaled(1 / SECOND_LOOK) for line in page] for page in larger]
            readings = tuple(map(better, readings, compare(mentions, second)))
        sure = [piece.confidence for page in lines for line in page for piece in line.pieces]
        confidence = statistics.median(sure) if sure else 0.0
        return Look(reader, wear, readings, confidence), repeated_labels(mentions, lines)

    # Two at a time: while the pages of one are read, those of the next are worn.
    with ThreadPoolExecutor(max_workers=2) as beside:
        yield from beside.map(lambda each: look(*each), tried)


def better(first: Reading, second: Reading) -> Reading:
    """Return the better of two readings."""
    if first.outcome is Outcome.VERBATIM or second.error_rate >= first.error_rate:
        return first
    lines = first.lines or second.lines
    if second.outcome is Outcome.VERBATIM:
        return replace(second, lines=lines, first_read=first.shown or first.read)
    return replace(second, lines=lines)


def judged(look: Look, place: Place, *, known: Collection[str] = ()) -> Iterator[Finding]:
    """Say what did not come back.

    Look-alikes taken for one another and a letter of a name misread are the reader's doing where the text layer or the
    QR code says that a mention is `known` to be right. Where nothing else tells, a person must compare.
    """
    if look.readings and all(reading.outcome is Outcome.MISSING for reading in look.readings):
        yield kinds.DOCUMENT_VIDE.at(place, by=look.by)
        return
    for reading in look.readings:
        mention = reading.mention
        where = place.on_page(reading.page) if reading.page else place
        if reading.outcome is Outcome.MISSING:
            yield kinds.LECTURE_ABSENTE.at(where, id=mention.id, by=look.by, text=mention.whole)
        elif reading.outcome is Outcome.VERBATIM:
            if reading.first_read is not None:
                yield kinds.LECTURE_DIFFICILE.at(where, id=mention.id, by=look.by, read=reading.first_read or "…")
        else:
            shown, kind = reading.shown or reading.read, kinds.LECTURE_DIFFERENTE
            expected, read = where_they_differ(mention.whole, shown)
            if alike(mention.whole, reading.read) or _slips(reading):
                if mention.id in known:
                    yield kinds.LECTURE_DIFFICILE.at(where, id=mention.id, by=look.by, read=shown)
                    continue
                kind = kinds.LISIBILITE
            elif reading.value_differs and mention.value:
                expected, read = where_they_differ(mention.value, reading.value_shown)
                kind = kinds.LECTURE_VALEUR
            yield kind.at(where, id=mention.id, by=look.by, expected=expected, read=read)


def _slips(reading: Reading) -> bool:
    value, read = fold_signs(reading.mention.value), reading.value_read
    if not value or not reading.read.startswith(fold_signs(reading.mention.text)):
        return False
    same_digits = re.sub(r"\D", "", value) == re.sub(r"\D", "", read)
    return same_digits and Levenshtein.distance(value, read) <= max(len(value) // _LETTERS_A_SLIP, 1)


def alike(expected: str, read: str) -> bool:
    """Tell whether two texts differ in nothing but look-alikes, upright strokes (`Ill`, `Il`) and apostrophes."""

    def shapes(text: str) -> tuple[str, str]:
        bare = text.replace("'", "")
        return bare.translate(_LOOK_ALIKES), _UPRIGHTS.sub("1", bare).translate(_LOOK_ALIKES)

    return any(ours == theirs for ours, theirs in zip(shapes(fold_signs(expected)), shapes(read), strict=True))


def where_they_differ(expected: str, read: str) -> tuple[str, str]:
    """Return both texts, white space aside as they are compared; long ones from a little before the first difference.

    Args:
        expected: what should be read.
        read: what is read.
    """
    expected, read = fold_spaces(expected), fold_spaces(read)
    pairs = enumerate(zip(fold_signs(expected), fold_signs(read), strict=False))
    shorter = min(len(fold_signs(expected)), len(fold_signs(read)))
    first = next((index for index, (ours, theirs) in pairs if ours != theirs), shorter)
    return _excerpt(expected, first), _excerpt(read, first)


def _excerpt(text: str, first: int) -> str:
    # A long text begins some characters before its first difference, which is counted without white space.
    places = places_of(text)
    at = places[first] if first < len(places) else len(text)
    start = max(at - _CONTEXT, 0) if len(text) > _SHORT else 0
    shown = text[start : start + _SHORT]
    return f"{'…' * (start > 0)}{shown}{'…' * (start + _SHORT < len(text))}" or "…"
