"""Any vendor's document, as a hospital receives it: which mandatory mentions it has, its values, and what is odd.

No order is known: the AF's record says which mentions are mandatory, and everything else is read off the page. What a
program cannot decide (a clause that may tie the order to another one) is shown to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.lang import Text
from generator.mentions import PrintedMention
from generator.qr import QrPayload
from generator.readback.compare import Outcome
from generator.readback.compare import Reading
from generator.readback.compare import compare
from generator.readback.engines import read_pages
from generator.readback.folding import folded
from generator.readback.opened import READING_DPI
from generator.readback.seen import Seen
from generator.readback.text import text_lines
from generator.readback.values import AMOUNT
from generator.readback.values import ReadPages
from generator.readback.values import value_findings
from generator.readback.verify import DOCUMENT_VIDE
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

_CONTROLLED = "Webinaire SESAN : « La présence de ces mentions est contrôlée automatiquement par lecteur optique »"
_SLIDE = "Webinaire SESAN, « Contractualisation avec les éditeurs » : "

BDC_MENTION_ABSENTE = define(
    "BDC-MENTION-ABSENTE", ERROR,
    fr="la mention obligatoire « {text} » n'est pas lue sur le document",
    en="the mandatory mention “{text}” is not read on the document",
    fix_fr="demander au fournisseur un document qui la porte, mot pour mot",
    fix_en="ask the vendor for a document that has it, word for word", source=_CONTROLLED,
)  # fmt: skip
BDC_MENTION_AUTRE = define(
    "BDC-MENTION-AUTRE", ERROR,
    fr="la mention obligatoire « {text} » est écrite autrement, ou mal lue : « {read} »",
    en="the mandatory mention “{text}” is worded otherwise, or misread: “{read}”",
    fix_fr="comparer mot pour mot, accents compris ; demander un document corrigé si elle diffère",
    fix_en="compare word for word, accents included; ask for a corrected document where it differs", source=_CONTROLLED,
)  # fmt: skip
BDC_LIBELLE = define(
    "BDC-LIBELLE", WARNING,
    fr="le libellé « {text} » du modèle n'est pas lu sur le document",
    en="the label “{text}” of the model form is not read on the document",
    fix_fr="vérifier que l'information y est, sous un autre nom",
    fix_en="check that the fact is there, under another name",
    source=_SLIDE + "« le bon de commande exemple contient toutes les informations obligatoires »",
)  # fmt: skip
BDC_REFERENCE = define(
    "BDC-REFERENCE", ERROR,
    fr="aucune référence d'appel à financement connue n'est lue : {known}",
    en="no known reference of an appel à financement is read: {known}",
    fix_fr="mettre la page droite si elle est couchée ; donner la référence avec --reference si elle est illisible ; "
    "sinon le document ne la porte pas",
    fix_en="set the page upright if it lies on its side; give the reference with --reference if it is illegible; else "
    "the document does not have it", source=_CONTROLLED,
)  # fmt: skip
TEXTE_CACHE = define(
    "TEXTE-CACHE", ERROR,
    fr="le texte du PDF dit « {value} », que {by} ne lit pas sur la page",
    en="the PDF's text says “{value}”, which {by} does not read on the page",
    fix_fr="regarder la page : quelque chose peut recouvrir ce montant, ou il se lit mal",
    fix_en="look at the page: something may lie over this amount, or it reads badly",
)  # fmt: skip
REFERENCE_AUTRE = define(
    "REFERENCE-AUTRE", ERROR,
    fr="ce document est de l'appel à financement {seen}, et non de {asked}",
    en="this document is of the appel à financement {seen}, not of {asked}",
    fix_fr="retirer --reference, ou donner le document voulu",
    fix_en="leave --reference out, or give the document meant",
)  # fmt: skip
QR_CONTREDIT = define(
    "QR-CONTREDIT", ERROR,
    fr="le code QR et le texte ne disent pas la même chose : {name} {value} n'est pas lu",
    en="the QR code and the text do not say the same: {name} {value} is not read",
    fix_fr="le document a été modifié après sa fabrication, ou se lit mal : demander l'original",
    fix_en="the document was altered after it was made, or reads badly: ask for the original",
)  # fmt: skip
SANS_COMMANDE = define(
    "DOCUMENT-SANS-COMMANDE", INFO,
    fr="aucune commande n'est donnée : seules les mentions obligatoires de {reference} sont contrôlées",
    en="no order is given: only the mandatory mentions of {reference} are checked",
    fix_fr="donner --order ou --orders pour contrôler aussi les valeurs",
    fix_en="give --order or --orders to check the values as well",
)  # fmt: skip

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
