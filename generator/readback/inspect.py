"""Any vendor's document, as a hospital receives it: which mandatory mentions it has, its values, and what is odd.

No order is known: the AF's record says which mentions are mandatory, and everything else is read off the page. What a
program cannot decide (a clause that may tie the order to another one) is shown to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace

from generator.findings import Finding
from generator.findings import Place
from generator.lang import Text
from generator.mentions import PrintedMention
from generator.qr import QrPayload
from generator.readback.compare import Outcome
from generator.readback.compare import Reading
from generator.readback.compare import compare
from generator.readback.engines import read_pages
from generator.readback.folding import folded
from generator.readback.kinds import BDC_LIBELLE
from generator.readback.kinds import BDC_MENTION_ABSENTE
from generator.readback.kinds import BDC_MENTION_AUTRE
from generator.readback.kinds import BDC_REFERENCE
from generator.readback.kinds import DOCUMENT_VIDE
from generator.readback.kinds import QR_CONTREDIT
from generator.readback.kinds import REFERENCE_AUTRE
from generator.readback.kinds import SANS_COMMANDE
from generator.readback.kinds import TEXTE_CACHE
from generator.readback.opened import READING_DPI
from generator.readback.seen import Seen
from generator.readback.text import text_lines
from generator.readback.values import AMOUNT
from generator.readback.values import ReadPages
from generator.readback.values import value_findings
from generator.readback.verify import NET
from generator.readback.verify import Look
from generator.readback.verify import Verified
from generator.readback.verify import judged
from generator.readback.verify import looks_at
from generator.readback.verify import where_they_differ
from generator.references import Appel
from generator.references import Appels
from generator.references import DocumentKind
from generator.references import Mention
from generator.references import Status

# What reads a PDF that has text, in the place of an engine.
TEXT_LAYER = "texte"


def inspect(
    seen: Seen,
    appels: Appels,
    engines: Sequence[str],
    wears: Sequence[str] = (),
    *,
    reference: str | None,
    document: DocumentKind | None,
) -> Verified:
    """Say what a document that comes without its order has and lacks.

    A PDF's text layer tells what it says, the engines what can be read of its page: both must agree.

    Args:
        seen: the document.
        appels: the records known.
        engines: the engines that read it; the first tells what a document without text layer says. None: a text layer
            is taken at its word.
        wears: names of `generator.readback.wear.PROFILES` to try it under, beside as it is.
        reference: the AF, where it is known; else it is read off the document.
        document: what it should be; else its QR code says it, and a BDC is assumed.

    Raises:
        EngineMissingError: an engine is not on this machine.
    """
    place, code_read = Place(seen.file), bool(seen.codes.payloads)
    kind = document or next((payload.document for payload in seen.codes.payloads), DocumentKind.BDC)
    has_text = bool(seen.opened.texts)
    by = TEXT_LAYER if has_text else engines[0]
    optical = read_pages(engines[0], seen.pages) if engines else []
    read = text_lines(seen.opened.data, READING_DPI) if has_text else optical
    said = ReadPages(tuple(line for page in read for line in page))
    appel = appels.get(reference) if reference else _named(said.text, appels)
    if not said.lines or appel is None:
        known = ", ".join(sorted(appels))
        problem = BDC_REFERENCE.at(place, known=known) if said.lines else DOCUMENT_VIDE.at(place, by=by)
        return Verified(place.file, None, (), (problem,), seen.pages, code_read)
    if reference and (other := _named(said.text, appels)) and other.reference != reference:
        problem = REFERENCE_AUTRE.at(place, asked=reference, seen=other.reference)
        return Verified(place.file, None, (), (problem,), seen.pages, code_read)
    mandatory = _mandatory(appel, kind, said.text)
    readings = compare(mandatory, read, by)
    looks = [Look(by, NET, readings)] if has_text else []
    findings = [
        SANS_COMMANDE.at(place, reference=appel.reference),
        *_mention_findings(readings, appel, place),
        *value_findings(said, appel, kind, place, is_text=has_text),
        *(found for payload in seen.codes.payloads for found in _contradictions(payload, said.text, place)),
    ]
    sound = [reading.mention for reading in readings if reading.outcome is Outcome.VERBATIM]
    for look, _ in looks_at(seen, sound if has_text else mandatory, engines, wears):
        looks.append(look)
        # The first engine's own reading of a scan is what was held against the record above.
        if has_text or (look.engine, look.wear) != (by, NET):
            findings += judged(look, place, known={mention.id for mention in sound})
    if has_text and engines:
        findings += _hidden(said, ReadPages(tuple(line for page in optical for line in page)), engines[0], place)
    return Verified(place.file, None, tuple(looks), tuple(findings), seen.pages, code_read)


def _hidden(said: ReadPages, shown: ReadPages, engine: str, place: Place) -> Iterator[Finding]:
    """Find the amounts that the text layer says and the page does not show: something may lie over them."""
    flat = folded(shown.text)
    amounts = dict.fromkeys(found[0].strip() for line in said.lines for found in AMOUNT.finditer(line.text))
    for amount in amounts:
        if re.sub(r"[^\d,.]", "", amount) not in flat:
            yield TEXTE_CACHE.at(place, value=amount, by=engine)


def _named(text: str, appels: Appels) -> Appel | None:
    """Return the AF that a text names."""
    flat = folded(text).casefold()
    return next((appel for name, appel in appels.items() if folded(name).casefold() in flat), None)


def _mandatory(appel: Appel, document: DocumentKind, text: str) -> tuple[PrintedMention, ...]:
    """Return the fixed texts that a read source asks for, the prestation's line among them."""
    flat = folded(text)
    lines = sorted((known.line for known in appel.prestations), key=len, reverse=True)
    line = next((known for known in lines if folded(f"{known} :") in flat), lines[-1])
    return tuple(
        PrintedMention(mention.id, mention.text.replace("{prestation} :", line).replace("{prestation}", line), "")
        for mention in appel.mentions_of(document)
        if mention.status is Status.CONFIRMED and mention.text
    )


def _mention_findings(readings: Sequence[Reading], appel: Appel, place: Place) -> Iterator[Finding]:
    known: dict[str, Mention] = {mention.id: mention for mention in appel.mentions}
    for reading in readings:
        mention = known[reading.mention.id]
        where = replace(place, part=Text(f"page {reading.page}", f"page {reading.page}")) if reading.page else place
        text = reading.mention.text
        if reading.outcome is Outcome.VERBATIM:
            continue
        if mention.value and mention.id != "ligne_prestation":
            yield BDC_LIBELLE.at(where, text=text)
        elif reading.outcome is Outcome.NEARLY:
            yield BDC_MENTION_AUTRE.at(where, text=text, read=where_they_differ(text, reading.read)[1])
        else:
            yield BDC_MENTION_ABSENTE.at(where, text=text)


def _contradictions(payload: QrPayload, text: str, place: Place) -> Iterator[Finding]:
    """Hold what a QR code of this program says against the text."""
    flat = folded(text)
    amount = f"{payload.ttc:.2f}".replace(".", ",")
    said: tuple[tuple[str, str], ...] = (
        ("numéro", payload.numero),
        ("FINESS", payload.finess_pmsi),
        ("référence", payload.reference),
        ("date", payload.date.strftime("%d/%m/%Y")),
        *((("montant TTC", amount),) if payload.document is DocumentKind.BDC else ()),
    )
    for name, value in said:
        if folded(value) not in flat:
            yield QR_CONTREDIT.at(place, name=name, value=value)
