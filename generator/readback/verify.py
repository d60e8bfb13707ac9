"""Is this document the order's, is everything there and legible, do the values and the QR code agree?"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from generator.documents import canonical_of
from generator.findings import Finding
from generator.findings import Place
from generator.lang import Text
from generator.mentions import TITLES
from generator.mentions import PrintedMention
from generator.mentions import expected_texts
from generator.orders import Order
from generator.qr import qr_payload
from generator.readback.check import missing_mentions
from generator.readback.codes import Codes
from generator.readback.compare import Outcome
from generator.readback.compare import Reading
from generator.readback.compare import compare
from generator.readback.compare import repeated_labels
from generator.readback.engines import read_pages
from generator.readback.folding import folded
from generator.readback.kinds import DOCUMENT_AUTRE
from generator.readback.kinds import DOCUMENT_AUTRE_SORTE
from generator.readback.kinds import DOCUMENT_VIDE
from generator.readback.kinds import LECTURE_ABSENTE
from generator.readback.kinds import LECTURE_DIFFERENTE
from generator.readback.kinds import LECTURE_DIFFICILE
from generator.readback.kinds import LECTURE_DOUBLE
from generator.readback.kinds import LECTURE_VALEUR
from generator.readback.kinds import QR_ABSENT
from generator.readback.kinds import QR_AUTRE_VERSION
from generator.readback.raster import PageImage
from generator.readback.raster import enlarged
from generator.readback.seen import Seen
from generator.readback.text import Line
from generator.readback.wear import PROFILES
from generator.readback.wear import worn
from generator.references import Appel
from generator.references import DocumentKind

NET = "net"
_UPRIGHTS = re.compile("1*[Il|][1Il|]*")
_LOOK_ALIKES = str.maketrans("Il|O", "1110")
_LETTERS_A_SLIP = 20
_SECOND_LOOK = 1.5
# How much of a long text a message shows, and how much of it before the first difference.
_SHORT, _CONTEXT = 60, 20
_OTHER_CONTENT = Text("un champ que le code ne porte pas", "a field that the code does not hold")


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
    """What one engine made of a document under one wear: `net` where it was taken as it is."""

    engine: str
    wear: str
    readings: tuple[Reading, ...]

    @property
    def by(self) -> str:
        """The engine, and the wear where there is one."""
        return self.engine if self.wear == NET else f"{self.engine}, {self.wear}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What is to be said of a document.

    Attributes:
        file: the document.
        wanted: what it was held against; None where no order is known.
        looks: how each mention came back, for each engine and wear.
        findings: everything that is to be said.
        pages: the pages as they were read, upright, for pictures of them.
        code_read: whether a QR code of this program was read.
    """

    file: str
    wanted: Wanted | None
    looks: tuple[Look, ...]
    findings: tuple[Finding, ...]
    pages: tuple[PageImage, ...] = ()
    code_read: bool = False


def kind_of(text: str, codes: Codes, kinds: Sequence[DocumentKind], appel: Appel) -> DocumentKind:
    """Return which of an order's documents this is: the QR code says it, else the title, else the first there is.

    Args:
        text: what the document says, as far as it was read.
        codes: its QR codes.
        kinds: the documents the order has.
        appel: the record of its AF.
    """
    for payload in codes.payloads:
        if payload.document in kinds:
            return payload.document
    text = folded(text)
    # « BON DE COMMANDE » stands in capitals on a BDC alone; every other document names its own title.
    named = (kind for kind in kinds if (title := folded(appel.text_of(TITLES[kind]))) and title in text)
    return next(named, kinds[0])


def verify(seen: Seen, wanted: Wanted, engines: Iterable[str], wears: Sequence[str] = ()) -> Verified:
    """Hold a document against its order.

    Args:
        seen: the document.
        wanted: what it should be.
        engines: names of `generator.readback.engines.ENGINES`.
        wears: names of `generator.readback.wear.PROFILES` to try it under, beside as it is.

    Raises:
        EngineMissingError: an engine is not on this machine.
    """
    place = Place(seen.file)
    other = _other_document(wanted, seen.codes, place)
    if other:
        return Verified(place.file, wanted, (), (other,), seen.pages, code_read=True)
    findings = [*_code_findings(wanted, seen.codes, place)]
    # The mentions that the text layer vouches for.
    layer: set[str] = set()
    if seen.opened.texts:
        missing = list(missing_mentions(wanted.mentions, seen.opened.texts, place))
        findings += missing
        layer = {mention.id for mention in wanted.mentions} - {str(dict(found.values)["id"]) for found in missing}
    looks = []
    for look, repeated in looks_at(seen, wanted.mentions, engines, wears):
        looks.append(look)
        findings += judged(look, place, known=layer)
        if look.wear == NET:
            findings += [LECTURE_DOUBLE.at(place, text=label, count=count, by=look.by) for label, count in repeated]
    return Verified(place.file, wanted, tuple(looks), tuple(findings), seen.pages, bool(seen.codes.payloads))


def _other_document(wanted: Wanted, codes: Codes, place: Place) -> Finding | None:
    order = wanted.order
    mine = (order.reference, order.numero, order.client.finess_pmsi)
    for payload in codes.payloads:
        if (payload.reference, payload.numero, payload.finess_pmsi) != mine:
            seen = f"{payload.document.label.fr} {payload.numero}, FINESS {payload.finess_pmsi}, {payload.reference}"
            return DOCUMENT_AUTRE.at(place, numero=order.numero, seen=seen)
        if payload.document is not wanted.document:
            return DOCUMENT_AUTRE_SORTE.at(place, asked=wanted.document.label, seen=payload.document.label)
    return None


def _code_findings(wanted: Wanted, codes: Codes, place: Place) -> Iterator[Finding]:
    if not codes.payloads:
        yield QR_ABSENT.at(place)
        return
    mine = qr_payload(wanted.order, wanted.document, canonical_of(wanted.order, wanted.document))
    for payload in codes.payloads:
        if payload != mine:
            differs = [
                f"{name} {theirs} / {ours}"
                for name, theirs, ours in (
                    ("date", payload.date, mine.date),
                    ("HT", payload.ht, mine.ht),
                    ("TTC", payload.ttc, mine.ttc),
                )
                if theirs != ours
            ]
            yield QR_AUTRE_VERSION.at(place, differs=", ".join(differs) or _OTHER_CONTENT)


def _worn(seen: Seen, wear: str) -> list[PageImage]:
    profile = PROFILES[wear]
    return [worn(page, profile) for page in seen.opened.pages(profile.dpi, turned=seen.codes.turned)]


def looks_at(
    seen: Seen, mentions: Sequence[PrintedMention], engines: Iterable[str], wears: Sequence[str]
) -> Iterator[tuple[Look, tuple[tuple[str, int], ...]]]:
    """Read a document with each engine under each wear; where something does not come back, a second time, larger.

    Args:
        seen: the document.
        mentions: what must stand on it.
        engines: names of `generator.readback.engines.ENGINES`.
        wears: names of `generator.readback.wear.PROFILES` to try it under, beside as it is.

    Yields:
        What came back, and the labels that stand there more often than they should, with how often.

    Raises:
        EngineMissingError: an engine is not on this machine.
    """
    tried = [(engine, wear) for engine in engines for wear in (NET, *wears)]

    def look(engine: str, wear: str) -> tuple[Look, tuple[tuple[str, int], ...]]:
        pages = seen.pages if wear == NET else _worn(seen, wear)
        lines = read_pages(engine, pages)
        readings = compare(mentions, lines, engine)
        if any(reading.outcome is not Outcome.VERBATIM for reading in readings):
            larger = read_pages(engine, [enlarged(page, _SECOND_LOOK) for page in pages])
            readings = tuple(map(_better, readings, compare(mentions, larger, engine)))
        return Look(engine, wear, readings), repeated_labels(mentions, lines)

    # Two at a time: while the pages of one are read, those of the next are worn.
    with ThreadPoolExecutor(max_workers=2) as beside:
        yield from beside.map(lambda each: look(*each), tried)


def _better(first: Reading, second: Reading) -> Reading:
    if first.outcome is Outcome.VERBATIM or second.error_rate >= first.error_rate:
        return first
    lines = first.lines or tuple(_shrunk(line) for line in second.lines)
    if second.outcome is Outcome.VERBATIM:
        return replace(second, lines=lines, first_read=first.read)
    return replace(second, lines=lines)


def _shrunk(line: Line) -> Line:
    left, top, right, bottom = (round(side / _SECOND_LOOK) for side in line.box)
    return Line(line.text, (left, top, right, bottom))


def judged(look: Look, place: Place, *, known: Collection[str] = ()) -> Iterator[Finding]:
    """Say what did not come back.

    Where the text layer says that a mention is `known` to be right, look-alikes taken for one another and a letter of a
    name misread are the engine's doing, said for information. On a scan nothing else tells, and they are an error.
    """
    if look.readings and all(reading.outcome is Outcome.MISSING for reading in look.readings):
        yield DOCUMENT_VIDE.at(place, by=look.by)
        return
    for reading in look.readings:
        mention = reading.mention
        where = replace(place, part=Text(f"page {reading.page}", f"page {reading.page}")) if reading.page else place
        if reading.outcome is Outcome.MISSING:
            yield LECTURE_ABSENTE.at(where, id=mention.id, by=look.by, text=mention.whole)
        elif reading.outcome is Outcome.VERBATIM:
            if reading.first_read is not None:
                yield LECTURE_DIFFICILE.at(where, id=mention.id, by=look.by, read=reading.first_read or "…")
        elif mention.id in known and (_alike(mention.whole, reading.read) or _slips(reading)):
            yield LECTURE_DIFFICILE.at(where, id=mention.id, by=look.by, read=reading.read)
        elif reading.value_differs and mention.value:
            expected, read = where_they_differ(mention.value, reading.value_read)
            yield LECTURE_VALEUR.at(where, id=mention.id, by=look.by, expected=expected, read=read)
        else:
            expected, read = where_they_differ(mention.whole, reading.read)
            yield LECTURE_DIFFERENTE.at(where, id=mention.id, by=look.by, expected=expected, read=read)


def _slips(reading: Reading) -> bool:
    """Tell whether a value differs in letters alone, in one of twenty at most."""
    value, read = folded(reading.mention.value), reading.value_read
    if not value or not reading.read.startswith(folded(reading.mention.text)):
        return False
    same_digits = re.sub(r"\D", "", value) == re.sub(r"\D", "", read)
    return same_digits and Levenshtein.distance(value, read) <= max(len(value) // _LETTERS_A_SLIP, 1)


def _alike(expected: str, read: str) -> bool:
    """Tell whether two texts differ in nothing but look-alikes, upright strokes (`Ill`, `Il`) and apostrophes."""
    ours, theirs = (text.replace("'", "") for text in (folded(expected), read))
    return any(fold(ours) == fold(theirs) for fold in (_shape, lambda text: _shape(_UPRIGHTS.sub("1", text))))


def _shape(text: str) -> str:
    return text.translate(_LOOK_ALIKES)


def where_they_differ(expected: str, read: str) -> tuple[str, str]:
    """Return both texts as they are compared; long ones from a little before the first difference on."""
    expected = folded(expected)
    pairs = enumerate(zip(expected, read, strict=False))
    first = next((index for index, (ours, theirs) in pairs if ours != theirs), min(len(expected), len(read)))
    start = max(first - _CONTEXT, 0) if len(expected) > _SHORT else 0
    return _excerpt(expected, start), _excerpt(read, start)


def _excerpt(text: str, start: int) -> str:
    shown = text[start : start + _SHORT]
    return f"{'…' * (start > 0)}{shown}{'…' * (start + _SHORT < len(text))}" or "…"
