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
    fr="{name} : « {value} » n'est pas valable, ou se lit mal", en="{name}: “{value}” is not valid, or is misread",
    fix_fr="comparer avec la page", fix_en="compare with the page",
)  # fmt: skip
BDC_VALEUR_ABSENTE = define(
    "BDC-VALEUR-ABSENTE", ERROR,
    fr="rien ne se lit à la place attendue pour {name}", en="nothing is read where {name} should be",
    fix_fr="vérifier sur la page", fix_en="check on the page",
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
_TICKED, _UNTICKED = "☒☑✓✔✗✘■", "☐□❏❑"
_TICK = re.compile(rf"(?:(?P<yes>[{_TICKED}]|\[\s*[xX✓]\s*\])|(?P<no>[{_UNTICKED}]|\[\s*\]))\s*$")
_NUMBER = r"(?<![\d,.])(\d{1,3}(?:[\s.]?\d{3})*|\d+)(?:[.,](\d{2}))?(?![\d])"
_CURRENCY = r"(?:€|EUR\b|euros?\b)"
_AMOUNT = re.compile(rf"{_CURRENCY}\s*{_NUMBER}|{_NUMBER}\s*{_CURRENCY}", re.IGNORECASE)
# What a line that says the prestation's own amount again is made of, beside amounts: no name of anything else.
_OWN_WORDS = re.compile(
    r"prestation s[ée]gur|pris en charge|par l'[ée]tat|hors taxes?|toutes taxes comprises|\d+ ?%"
    r"|\b(?:ttc|ht|tva|total|montant|net|avance|solde|dont|soit|de|du|la|le|les|et|à|au|payer|taux|taxes?"
    r"|général|g[ée]n[ée]rale|commande)\b|[\W\d_]",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"r[ée]engage|renouvel|engage(?:ment)? (?:de|pour) (?:une )?dur[ée]e|titre on[ée]reux|souscri"
    r"|option (?:payante|tarif)"
    r"|tacite reconduction|sous r[ée]serve de (?:la )?commande|contrat de maintenance|d[ée]dit|p[ée]nalit",
    re.IGNORECASE,
)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:er)?\s*(?:[/.-]\s*(\d{{1,2}})\s*[/.-]|({'|'.join(_MONTHS)}))\s*(\d{{4}})\b", re.IGNORECASE
)
_ISSUED = re.compile(r"date (?:d['’][ée]mission|du bon|de (?:la )?commande)|[ée]mis le", re.IGNORECASE)
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
    said = _Page(tuple(line for page in read for line in page))
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
        *_value_findings(said, appel, kind, place, is_text=has_text),
        *(found for payload in seen.codes.payloads for found in _contradictions(payload, said.text, place)),
    ]
    sound = [reading.mention for reading in readings if reading.outcome is Outcome.VERBATIM]
    for look, _ in looks_at(seen, sound if has_text else mandatory, engines, wears):
        looks.append(look)
        # The first engine's own reading of a scan is what was held against the record above.
        if has_text or (look.engine, look.wear) != (by, NET):
            findings += judged(look, place, known={mention.id for mention in sound})
    if has_text and engines:
        findings += _hidden(said, _Page(tuple(line for page in optical for line in page)), engines[0], place)
    return Verified(place.file, None, tuple(looks), tuple(findings), seen.pages, code_read)


def _hidden(said: _Page, shown: _Page, engine: str, place: Place) -> Iterator[Finding]:
    """Find the amounts that the text layer says and the page does not show: something may lie over them."""
    flat = folded(shown.text)
    amounts = dict.fromkeys(found[0].strip() for line in said.lines for found in _AMOUNT.finditer(line.text))
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


def _value_findings(
    page: _Page, appel: Appel, document: DocumentKind, place: Place, *, is_text: bool
) -> Iterator[Finding]:
    yield from _checked(_SIRET_NAME, _SIRET, "siret", check_siret, page=page, place=place)
    yield from _checked(_FINESS_NAME, _FINESS, "finess", check_finess, page=page, place=place)
    if document is not DocumentKind.BDC:
        return
    yield from _issued(page, place)
    yield from _nature(page, appel, place, is_text=is_text)
    yield from _amounts(page, appel, place)
    known = folded(" ".join(mention.text for mention in appel.mentions))
    for line in page.lines:
        if _CLAUSE.search(line.text) and folded(line.text) not in known:
            yield BDC_CLAUSE_A_VOIR.at(place, line=line.text.strip())


def _issued(page: _Page, place: Place) -> Iterator[Finding]:
    """Find the date of issue, behind its label or on the line after; where no label is read, any date will do."""
    labelled = [index for index, line in enumerate(page.lines) if _ISSUED.search(line.text)]
    near = [line for index in labelled for line in page.lines[index : index + 2]]
    dates = [_iso(found) for line in near or page.lines for found in _DATE.finditer(line.text)]
    if not dates:
        yield BDC_VALEUR_ABSENTE.at(place, name=_DATE_NAME)
    for date in dates:
        if not _passes(check_date, date):
            yield BDC_VALEUR.at(place, name=_DATE_NAME, value="/".join(reversed(date.split("-"))))


def _iso(found: re.Match[str]) -> str:
    day, month, name, year = found.groups()
    number = _MONTHS.index(name.lower()) + 1 if name else int(month)
    return f"{year}-{number:02}-{int(day):02}"


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


def _nature(page: _Page, appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
    """Count the ticked boxes among those before the names of the prestations, where a machine can tell.

    Engines take a ticked box for an empty one: what they read is not judged.
    """
    marks = []
    for line in page.lines:
        for known in appel.prestations:
            before, name, after = line.text.partition(known.line)
            mark = _TICK.search(before) if name and not after.strip() else None
            if mark:
                marks.append(bool(mark["yes"]))
    if not marks or (not is_text and sum(marks) != 1):
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
        is_own = any(name in folded(line.text).casefold() for name in names) or _says_no_more(line.text)
        (own if is_own else others).append((line.text.strip(), max(amounts)))
    if not any(amount > 0 for _, amount in own):
        yield BDC_MONTANT.at(place)
    for text, amount in others:
        if amount > 0:
            yield BDC_AUTRE_LIGNE.at(place, line=text)


def _says_no_more(line: str) -> bool:
    """Tell whether a line with an amount names nothing that it would be the price of."""
    return "pris en charge" in line or not _OWN_WORDS.sub("", _AMOUNT.sub("", line))


def _cents(found: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", found[1] or found[3])) * 100 + int(found[2] or found[4] or 0)


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
