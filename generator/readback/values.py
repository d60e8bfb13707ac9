"""The values of a document whose order is not known: read off its lines, and held against the programme's rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from generator.findings import Finding
from generator.findings import Place
from generator.jsonio.schema import FormatProblem
from generator.lang import Text
from generator.orders.formats import check_date
from generator.orders.formats import check_finess
from generator.orders.formats import check_siret
from generator.readback.folding import folded
from generator.readback.kinds import BDC_AUTRE_LIGNE
from generator.readback.kinds import BDC_CLAUSE_A_VOIR
from generator.readback.kinds import BDC_MONTANT
from generator.readback.kinds import BDC_NATURE
from generator.readback.kinds import BDC_NATURE_A_VOIR
from generator.readback.kinds import BDC_VALEUR
from generator.readback.kinds import BDC_VALEUR_ABSENTE
from generator.readback.text import Line
from generator.references import Appel
from generator.references import DocumentKind

_TICKED, _UNTICKED = "☒☑✓✔✗✘■", "☐□❏❑"
_TICK = re.compile(rf"(?:(?P<yes>[{_TICKED}]|\[\s*[xX✓]\s*\])|(?P<no>[{_UNTICKED}]|\[\s*\]))\s*$")
_NUMBER = r"(?<![\d,.])(\d{1,3}(?:[\s.]?\d{3})*|\d+)(?:[.,](\d{2}))?(?![\d])"
_CURRENCY = r"(?:€|EUR\b|euros?\b)"
AMOUNT = re.compile(rf"{_CURRENCY}\s*{_NUMBER}|{_NUMBER}\s*{_CURRENCY}", re.IGNORECASE)
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
class ReadPages:
    """What was read: the lines of every page, and their text put together."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All that was read."""
        return "\n".join(line.text for line in self.lines)


def value_findings(
    page: ReadPages, appel: Appel, document: DocumentKind, place: Place, *, is_text: bool
) -> Iterator[Finding]:
    """Say what is odd about the values of a document.

    Args:
        page: what was read.
        appel: the record of its AF.
        document: what it should be.
        place: the document.
        is_text: whether it was read off a text layer, which does not mistake one box for another.
    """
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


def _issued(page: ReadPages, place: Place) -> Iterator[Finding]:
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
    name: Text, pattern: re.Pattern[str], word: str, check: Callable[[str], None], *, page: ReadPages, place: Place
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


def _nature(page: ReadPages, appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
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


def _amounts(page: ReadPages, appel: Appel, place: Place) -> Iterator[Finding]:
    own, others = priced_lines([line.text for line in page.lines], appel)
    if not any(priced.cents > 0 for priced in own):
        yield BDC_MONTANT.at(place)
    for priced in others:
        if priced.cents > 0:
            yield BDC_AUTRE_LIGNE.at(place, line=priced.line)


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of text that says an amount of money: the line, and its largest amount in cents."""

    line: str
    cents: int


def priced_lines(lines: Iterable[str], appel: Appel) -> tuple[list[Priced], list[Priced]]:
    """Return the lines that say the prestation's amount, and those that say the price of something else."""
    own: list[Priced] = []
    others: list[Priced] = []
    names = [folded(known.line).casefold() for known in appel.prestations]
    for line in lines:
        amounts = [_cents(found) for found in AMOUNT.finditer(line)]
        if amounts:
            is_own = any(name in folded(line).casefold() for name in names) or _says_no_more(line)
            (own if is_own else others).append(Priced(line.strip(), max(amounts)))
    return own, others


def _says_no_more(line: str) -> bool:
    """Tell whether a line with an amount names nothing that it would be the price of."""
    return "pris en charge" in line or not _OWN_WORDS.sub("", AMOUNT.sub("", line))


def _cents(found: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", found[1] or found[3])) * 100 + int(found[2] or found[4] or 0)
