"""Any vendor's document, as a hospital receives it: which mandatory mentions it has, its values, and what is odd.

No order is known: the AF's record says which mentions are mandatory, and everything else is read off the page. What a
program cannot decide (a clause that may tie the order to another one) is shown to a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.jsonio.schema import FormatProblem
from generator.lang import Text
from generator.mentions import PrintedMention
from generator.orders.formats import check_date
from generator.orders.formats import check_finess
from generator.orders.formats import check_siret
from generator.qr import QrPayload
from generator.readback.compare import Outcome
from generator.readback.compare import Reading
from generator.readback.compare import compare
from generator.readback.compare import folded
from generator.readback.engines import read_pages
from generator.readback.opened import READING_DPI
from generator.readback.seen import Seen
from generator.readback.text import Line
from generator.readback.text import text_lines
from generator.readback.verify import DOCUMENT_VIDE
from generator.readback.verify import NET
from generator.readback.verify import Look
from generator.readback.verify import Verified
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
    fix_fr="la donner avec --reference si elle est illisible ; sinon le document ne la porte pas",
    fix_en="give it with --reference if it is illegible; else the document does not have it", source=_CONTROLLED,
)  # fmt: skip
BDC_NATURE = define(
    "BDC-NATURE", ERROR,
    fr="{count} natures de prestation sont cochées, il en faut une",
    en="{count} kinds of prestation are ticked, not one",
    fix_fr="faire cocher une case, et une seule", fix_en="have one box ticked, and one only",
    source=_SLIDE + "« cocher une des deux cases suivantes »",
)  # fmt: skip
BDC_NATURE_A_VOIR = define(
    "BDC-NATURE-A-VOIR", WARNING,
    fr="la nature cochée ne se lit pas par machine", en="which kind is ticked cannot be read by machine",
    fix_fr="regarder les cases : une seule doit être cochée", fix_en="look at the boxes: one alone must be ticked",
)  # fmt: skip
BDC_MONTANT = define(
    "BDC-MONTANT", ERROR,
    fr="aucun montant non nul n'est lu sur la ligne de la prestation",
    en="no amount above zero is read on the prestation's line",
    fix_fr="le montant réel, non nul, doit figurer en regard de la prestation, même si l'État la paie",
    fix_en="the real amount, above zero, must stand beside the prestation, though the State pays it",
    source="FAQ des industriels (ANS) : « le montant réel, non nul, de la Prestation Ségur »",
)  # fmt: skip
BDC_AUTRE_LIGNE = define(
    "BDC-AUTRE-LIGNE", WARNING,
    fr="une autre ligne porte un prix : « {line} »", en="another line has a price: “{line}”",
    fix_fr="aucune autre prestation ne doit figurer sur ce bon de commande : la mettre sur un autre",
    fix_en="no other prestation may stand on this order: put it on another one",
    source=_SLIDE + "« Aucune autre prestation ne doit figurer sur ce bon de commande »",
)  # fmt: skip
BDC_CLAUSE_A_VOIR = define(
    "BDC-CLAUSE-A-VOIR", WARNING,
    fr="une clause est à lire : « {line} »", en="a clause is to be read: “{line}”",
    fix_fr="la commande ne peut dépendre ni d'un réengagement, ni d'une option ou d'un produit payant hors périmètre",
    fix_en="the order may depend neither on a renewed commitment nor on a paid option or product outside its scope",
    source=_SLIDE + "« réengagement contractuel », « souscription à titre onéreux »",
)  # fmt: skip
BDC_VALEUR = define(
    "BDC-VALEUR", ERROR,
    fr="{name} n'est pas valable, ou est mal lu : « {value} »", en="{name} is not valid, or is misread: “{value}”",
    fix_fr="comparer avec la page", fix_en="compare with the page",
)  # fmt: skip
BDC_VALEUR_ABSENTE = define(
    "BDC-VALEUR-ABSENTE", ERROR,
    fr="{name} n'est pas lu sur le document", en="{name} is not read on the document",
    fix_fr="vérifier qu'il y est, lisible", fix_en="check that it is there, and legible",
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
_TICKED, _UNTICKED = "☒☑✓✔✗✘■", "☐□❏❑"
_TICK = re.compile(rf"(?:(?P<yes>[{_TICKED}]|\[\s*[xX✓]\s*\])|(?P<no>[{_UNTICKED}]|\[\s*\]))\s*$")
_AMOUNT = re.compile(r"(?<![\d,.])(\d{1,3}(?:[\s.]?\d{3})*|\d+)(?:[.,](\d{2}))?\s*(?:€|EUR\b|euros?\b)")
# Words of the lines that say the prestation's own amount again.
_OWN_AMOUNT = re.compile(r"prestation s[ée]gur|pris en charge|\b(ttc|ht|tva|total|montant|net|avance|solde)\b", re.I)
_CLAUSE = re.compile(
    r"r[ée]engage|renouvel|engage(?:ment)? (?:de|pour) (?:une )?dur[ée]e|titre on[ée]reux|souscri"
    r"|option (?:payante|tarif)"
    r"|tacite reconduction|sous r[ée]serve de (?:la )?commande|contrat de maintenance|d[ée]dit|p[ée]nalit",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(\d{2})[/.-](\d{2})[/.-](\d{4})\b")
_SIRET = re.compile(r"(?<!\d)(?:\d[ \u00a0\u202f]?){13}\d(?!\d)")
_FINESS = re.compile(r"\b\d[ \u00a0\u202f]?[0-9AB](?:[ \u00a0\u202f]?\d){7}\b")
_SIRET_NAME, _FINESS_NAME = Text("le SIRET", "the SIRET"), Text("le FINESS PMSI", "the FINESS PMSI")
_DATE_NAME = Text("la date d'émission", "the date of issue")


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read: the lines of every page, and their text put together."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def inspect(seen: Seen, appels: Appels, engine: str, *, reference: str | None, document: DocumentKind) -> Verified:
    """Say what a document that comes without its order has and lacks.

    Args:
        seen: the document.
        appels: the records known.
        engine: the engine that reads it, where it has no text layer.
        reference: the AF, where it is known; else it is read off the document.
        document: what it should be.

    Raises:
        EngineMissingError: the engine is not on this machine.
    """
    place, code_read = Place(seen.file), bool(seen.codes.payloads)
    has_text = bool(seen.opened.texts)
    by = TEXT_LAYER if has_text else engine
    read = text_lines(seen.opened.data, READING_DPI) if has_text else read_pages(engine, seen.pages)
    everything = _Page(tuple(line for page in read for line in page))
    appel = appels.get(reference) if reference else _named(everything.text, appels)
    if not everything.lines or appel is None:
        problem = (
            BDC_REFERENCE.at(place, known=", ".join(sorted(appels)))
            if everything.lines
            else DOCUMENT_VIDE.at(place, by=by)
        )
        return Verified(place.file, None, (), (problem,), seen.pages, code_read)
    readings = compare(_mandatory(appel, document, everything.text), read, by)
    findings = (
        SANS_COMMANDE.at(place, reference=appel.reference),
        *_mention_findings(readings, appel, place),
        *_value_findings(everything, appel, document, place),
        *(found for payload in seen.codes.payloads for found in _contradictions(payload, everything.text, place)),
    )
    return Verified(place.file, None, (Look(by, NET, readings),), findings, seen.pages, code_read)


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


def _value_findings(page: _Page, appel: Appel, document: DocumentKind, place: Place) -> Iterator[Finding]:
    yield from _checked(_SIRET_NAME, _SIRET, "siret", check_siret, page=page, place=place)
    yield from _checked(_FINESS_NAME, _FINESS, "finess", check_finess, page=page, place=place)
    if document is not DocumentKind.BDC:
        return
    dates = [(line, "-".join(reversed(found.groups()))) for line in page.lines for found in _DATE.finditer(line.text)]
    if not any("mission" in line.text for line, _ in dates) and not dates:
        yield BDC_VALEUR_ABSENTE.at(place, name=_DATE_NAME)
    for line, date in dates:
        if not _passes(check_date, date):
            yield BDC_VALEUR.at(place, name=_DATE_NAME, value=line.text)
            break
    yield from _nature(page, appel, place)
    yield from _amounts(page, appel, place)
    known = folded(" ".join(mention.text for mention in appel.mentions))
    for line in page.lines:
        if _CLAUSE.search(line.text) and folded(line.text) not in known:
            yield BDC_CLAUSE_A_VOIR.at(place, line=line.text.strip())


def _checked(
    name: Text, pattern: re.Pattern[str], word: str, check: Callable[[str], None], *, page: _Page, place: Place
) -> Iterator[Finding]:
    """Find the number that stands behind its label, or on the line after, and check it."""
    for index, line in enumerate(page.lines):
        at = line.text.casefold().rfind(word)
        if at < 0:
            continue
        after = line.text[at:]
        for text in (after, *(following.text for following in page.lines[index + 1 : index + 2])):
            for found in pattern.finditer(text):
                value = re.sub(r"\s", "", found[0])
                if not _passes(check, value):
                    yield BDC_VALEUR.at(place, name=name, value=value)
                return
    yield BDC_VALEUR_ABSENTE.at(place, name=name)


def _passes(check: Callable[[str], None], value: str) -> bool:
    try:
        check(value)
    except FormatProblem:
        return False
    return True


def _nature(page: _Page, appel: Appel, place: Place) -> Iterator[Finding]:
    """Count the ticked boxes among those before the names of the prestations, where machine can tell."""
    marks = []
    for line in page.lines:
        for known in appel.prestations:
            before, name, after = line.text.partition(known.line)
            mark = _TICK.search(before) if name and not after.strip() else None
            if mark:
                marks.append(bool(mark["yes"]))
    if not marks:
        yield BDC_NATURE_A_VOIR.at(place)
    elif sum(marks) != 1:
        yield BDC_NATURE.at(place, count=sum(marks))


def _amounts(page: _Page, appel: Appel, place: Place) -> Iterator[Finding]:
    own: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    names = [folded(known.line).casefold() for known in appel.prestations]
    for line in page.lines:
        amounts = [_cents(found) for found in _AMOUNT.finditer(line.text)]
        if not amounts:
            continue
        is_own = any(name in folded(line.text).casefold() for name in names) or bool(_OWN_AMOUNT.search(line.text))
        (own if is_own else others).append((line.text.strip(), max(amounts)))
    if not any(amount > 0 for _, amount in own):
        yield BDC_MONTANT.at(place)
    for text, amount in others:
        if amount > 0:
            yield BDC_AUTRE_LIGNE.at(place, line=text)


def _cents(found: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", found[1])) * 100 + int(found[2] or 0)


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
