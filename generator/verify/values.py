"""The values of a document whose order is not known: read from its lines, and checked by the programme's rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

from generator.common.findings import Finding, Place
from generator.common.folding import fold_signs, fold_spaces
from generator.common.jsonio.schema import passes
from generator.common.language import text
from generator.common.value_formats import check_date, check_finess, check_siret
from generator.references import Appel, DocumentKind
from generator.verify import finding_kinds as kinds
from generator.verify.text import CURRENCY, Line

if TYPE_CHECKING:
    from generator.verify.rows import PricedRow

# « ☒ » or « [x] », « ☐ » or « [ ] ».
_TICKED, _UNTICKED = "☒☑✓✔✗✘■", "☐□❏❑"
_BOX = rf"(?:(?P<yes>[{_TICKED}]|\[\s*[xX✓]\s*\])|(?P<no>[{_UNTICKED}]|\[\s*\]))"
_EMPTY_BOX = rf"(?:[{_UNTICKED}]|\[\s*\])"
# A question that is answered neither way: « ☐ oui ☐ non », « oui ☐ non ☐ ».
_UNANSWERED = re.compile(
    rf"{_EMPTY_BOX}\s*oui\b\W*{_EMPTY_BOX}\s*non\b|\boui\s*{_EMPTY_BOX}\W*\bnon\s*{_EMPTY_BOX}", re.IGNORECASE
)
# An amount of which the end of a line has the thousands, and the next line the rest.
_BROKEN_BEFORE, _BROKEN_AFTER = re.compile(r"(?:^|\s)\d{1,3}$"), re.compile(r"\d{3}(?:\s\d{3})*,\d{2}\b")
# Of a company, not of an order.
_CAPITAL = re.compile(r"\bcapital\b", re.IGNORECASE)
# « 12 000,00 », « 12.000 » or « 12000.00 », not within a longer number. Without a currency it may be a count.
_NUMBER = r"(?<![\d,.])(\d{1,3}(?:[\s.]?\d{3})*|\d+)(?:[.,](\d{2}))?(?![\d])"
AMOUNT = re.compile(rf"{CURRENCY}\s*{_NUMBER}|{_NUMBER}\s*{CURRENCY}", re.IGNORECASE)
# What a line that says the prestation's own amount again is made of, beside amounts: no name of anything else.
_OWN_WORDS = re.compile(
    r"sous-?total|prestation s[ée]gur|pris en charge|par l['’][ée]tat|au titre du s[ée]gur de la sant[ée]"
    r"|hors taxes?|toutes taxes comprises"
    r"|non applicable|\d+ ?%"
    r"|\b(?:ttc|ht|tva|total|montant|net|avance|solde|dont|soit|de|du|la|le|les|et|à|au|payer|taux|taxes?"
    r"|général|g[ée]n[ée]rale|commande)\b|[\W\d_]",
    re.IGNORECASE,
)
# Share of ink in the square of an empty box, and the factor by which a ticked box exceeds it.
_LEAST_BOX, _TICKED_MORE = 0.03, 1.3
# Of a hundred, how alike a label is to the name of the prestation that a reader misread.
_NEARLY = 75
# The end of the prestation's name that stands above the label of a sum.
_VAGUE = re.compile(r"(?:\+ )?vague \d", re.IGNORECASE)
# A label has a word; those of sums and taxes are these.
_NAME = re.compile(r"[^\W\d_]{2}")
# The labels of the sums of a document, and of what the State pays.
_SUM = re.compile(
    r"\W*(?:(?:(?:total|montant(?: total)?)\s+)?(?:(?P<ht>h\.?t\b|hors taxes?)|(?P<ttc>t\.?t\.?c\b|toutes taxes))"
    r"|(?P<tva>tva\b)"
    r"|(?P<state>montant de la prestation s[ée]gur pris en charge par l'[ée]tat))",
    re.IGNORECASE,
)
_TOTALS = ("total ht", "total ttc", "tva 20 %")
# Of a hundred, how alike to these a whole label is in which a reader misread a letter.
_A_LETTER = 85
# In percent; none, too. Code général des impôts, articles 278, 278-0 bis, 279, 281 quater and 296.
_VAT_RATES = (0, 2.1, 5.5, 8.5, 10, 20)
# In percent of an amount: VAT, with VAT, without it, the avance, the solde.
_SHARES = (20, 120, 100 / 1.2, 20 / 1.2, 40, 60)
# Words of clauses that may bind the client to something else: « tacite reconduction », « redevance ». A person decides.
_CLAUSE = re.compile(
    r"r[ée]engage|renouvel|engage(?:ment)? (?:de|pour) (?:une )?dur[ée]e|titre on[ée]reux|souscri"
    r"|option (?:payante|tarif)"
    r"|abonn|indemnit[ée]|redevance|sur devis"
    r"|engage\w* [àa] (?:ne |conserver|signer|commander|payer|souscrire|acqu[ée]rir)"
    r"|tenu de (?:conserver|maintenir|payer)|contrat de (?:location|licence|service)|\boption\b.{0,60}(?:factur|tarif)"
    r"|tacite reconduction|sous r[ée]serve de (?:la )?commande|contrat de maintenance|d[ée]dit|p[ée]nalit",
    re.IGNORECASE,
)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
# « 4/05/2026 », « 04.05.2026 », « 1er mai 2026 ».
_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:er)?\s*(?:[/.-]\s*(\d{{1,2}})\s*[/.-]|({'|'.join(_MONTHS)}))\s*(\d{{4}})\b", re.IGNORECASE
)
_ISSUED = re.compile(r"date (?:d['’][ée]mission|du bon|de (?:la )?commande)|[ée]mis le", re.IGNORECASE)
# Digits as people group them: « 732 829 320 00074 », « 010 000 024 ». The A and B are those of Corsica.
_SIRET = re.compile(r"(?<!\d)(?:\d[ \u00a0\u202f]?){13}\d(?!\d)")
_FINESS = re.compile(r"\b\d[ \u00a0\u202f]?[0-9AB](?:[ \u00a0\u202f]?\d){7}\b")
# A label may wrap in its cell: its number is on one of these lines after it.
_LINES_AFTER = 2
# What a reader leaves of a number at least.
_FEW_DIGITS = re.compile(r"\d.*\d.*\d")
# The deadline before which an order is signed.
_ORDERED_BEFORE = "avance"


@dataclass(frozen=True, slots=True)
class ReadPages:
    """What was read: the lines of every page, and their text put together.

    Attributes:
        lines: the lines of every page.
        rows: the priced rows of their tables.
        crossing: the lines of a scan that run over the amounts of a row, which is judged by its cells.
        inked: the share of ink in the square before the name of each prestation, where a box may be.
    """

    lines: tuple[Line, ...]
    rows: tuple[PricedRow, ...] = ()
    inked: Mapping[str, float] = field(default_factory=dict)
    crossing: frozenset[Line] = frozenset()

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
    yield from _checked(_SIRET, check_siret, page, place, is_text=is_text)
    yield from _checked(_FINESS, check_finess, page, place, is_text=is_text)
    # Amounts, boxes and clauses are those of an order form.
    if document is not DocumentKind.BDC:
        return
    yield from _issued(page, appel, place)
    yield from _nature(page, appel, place, is_text=is_text)
    yield from _amounts(page, appel, place, is_text=is_text)
    yield from _totals(page, appel, place, is_text=is_text)
    if is_text and (unanswered := sum(len(_UNANSWERED.findall(line.text)) for line in page.lines)):
        yield kinds.BDC_REPONSE_ABSENTE.at(place, count=unanswered)
    known = fold_signs(" ".join(mention.text for mention in appel.mentions))
    for line in page.lines:
        if _CLAUSE.search(line.text) and fold_signs(line.text) not in known:
            yield kinds.BDC_CLAUSE_A_VOIR.at(place, line=line.text.strip())


def _issued(page: ReadPages, appel: Appel, place: Place) -> Iterator[Finding]:
    # The date is behind its label, or on the line after. Where no label is read, any date will do.
    labelled = [index for index, line in enumerate(page.lines) if _ISSUED.search(line.text)]
    near = [line for index in labelled for line in page.lines[index : index + 2]]
    dates = [_iso(found) for line in near or page.lines for found in _DATE.finditer(line.text)]
    if not dates:
        yield kinds.BDC_VALEUR_ABSENTE.at(place, name=text("verify.values.date"))
    limit = next((each for each in appel.deadlines if each.id == _ORDERED_BEFORE), None)
    for date in dates:
        said = "/".join(reversed(date.split("-")))
        if not passes(check_date, date):
            yield kinds.BDC_VALEUR.at(place, name=text("verify.values.date"), value=said)
        elif near and limit and date >= limit.date.isoformat():
            yield kinds.BDC_DATE_TARDIVE.at(
                place, date=said, limit=limit.date.strftime("%d/%m/%Y"), deadline=limit.label
            )


def _iso(found: re.Match[str]) -> str:
    day, month, name, year = found.groups()
    number = _MONTHS.index(name.lower()) + 1 if name else int(month)
    return f"{year}-{number:02}-{int(day):02}"


def _checked(
    pattern: re.Pattern[str], check: Callable[[str], None], page: ReadPages, place: Place, *, is_text: bool
) -> Iterator[Finding]:
    """Find the number behind its label, or on the lines after it (a label may wrap in its cell), and check it.

    On a scan, digits that are no such number may be one that a reader misread.
    """
    word, misread = "siret" if pattern is _SIRET else "finess", ""
    name = text(f"verify.values.{word}")
    for index, line in enumerate(page.lines):
        at = line.text.casefold().rfind(word)
        if at < 0:
            continue
        after = line.text[at:]
        for near in (after, *(following.text for following in page.lines[index + 1 : index + 1 + _LINES_AFTER])):
            # Of two columns that are read as one line, the digits of a SIRET are no FINESS.
            for found in pattern.finditer(near if pattern is _SIRET else _SIRET.sub("", near)):
                value = re.sub(r"\s", "", found[0])
                if not passes(check, value):
                    yield kinds.BDC_VALEUR.at(place, name=name, value=value)
                return
            misread = misread or (near.strip() if _FEW_DIGITS.search(near) else "")
    # Tesseract 5.5 read « En 0024 » for a FINESS, which refused a right document; in a text layer it stays an error.
    if misread and not is_text:
        yield kinds.BDC_VALEUR_A_VOIR.at(place, name=name, line=misread)
    else:
        yield kinds.BDC_VALEUR_ABSENTE.at(place, name=name)


def _nature(page: ReadPages, appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
    """Count the ticked boxes among those before the names of the prestations, where a machine can tell.

    Readers take a ticked box for an empty one: what they read is not judged. The one ticked is the one priced.
    """
    marks = _marks(page, appel)
    ticked = [name for name, is_ticked in marks.items() if is_ticked]
    if not marks or (not is_text and len(ticked) != 1):
        if len(ticked) > 1 or not _one_is_darker(page.inked):
            yield kinds.BDC_NATURE_A_VOIR.at(place)
            return
        ticked = [max(page.inked, key=lambda name: page.inked[name])]
    elif len(ticked) != 1:
        yield kinds.BDC_NATURE.at(place, count=len(ticked))
        return
    own, _ = priced_lines([line.text for line in page.lines], appel)
    texts = (*(row.label for row in page.rows), *(each.line for each in own))
    priced = {name for each in texts if (name := _prestation_in(each, appel))}
    if len(priced) == 1 and ticked[0] not in priced:
        if is_text:
            yield kinds.BDC_NATURE_CONTREDITE.at(place, ticked=ticked[0], priced=priced.pop())
        else:
            yield kinds.BDC_NATURE_A_VOIR.at(place)


def _marks(page: ReadPages, appel: Appel) -> dict[str, bool]:
    # Two boxes may be on one line.
    spaced = "|".join(r"\s+".join(map(re.escape, name.split())) for name in prestation_names(appel))
    found = re.compile(rf"{_BOX}\s*(?P<name>{spaced})")
    marks: dict[str, bool] = {}
    for line in page.lines:
        for mark in found.finditer(line.text):
            name = fold_spaces(mark["name"])
            marks[name] = marks.get(name, False) or bool(mark["yes"])
    return marks


def _flat(text: str) -> str:
    return fold_signs(text).casefold()


def prestation_names(appel: Appel) -> list[str]:
    """Return the labels of an AF's prestations, the longest first: one may contain another."""
    return sorted((known.line for known in appel.prestations), key=len, reverse=True)


def _prestation_in(text: str, appel: Appel) -> str | None:
    return next((name for name in prestation_names(appel) if _flat(name) in _flat(text)), None)


def _one_is_darker(inked: Mapping[str, float]) -> bool:
    # Readers take a ticked box for an empty one: its ink tells.
    shares = sorted(inked.values())
    return (
        len(shares) > 1 and shares[0] > _LEAST_BOX and all(share < shares[-1] / _TICKED_MORE for share in shares[:-1])
    )


def _amounts(page: ReadPages, appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
    """Find the price of the prestation, and those of anything else: in the rows of tables, else in lines of text."""
    in_rows = {cents for row in page.rows for cents in row.amounts}
    own, _ = priced_lines([line.text for line in page.lines], appel)
    _, others = priced_lines([line.text for line in page.lines if line not in page.crossing], appel)
    named = _named_rows(page.rows, appel)
    tails = _tails([line.text for line in page.lines])
    rest = [row for row in page.rows if row not in named and max(row.amounts) > 0]
    rest = [row for row in rest if _NAME.search(row.label) or not tails.issuperset(row.amounts)]
    near = [row for row in rest if _is_near(row, appel, is_text=is_text)]
    # Where tables have prices, a total or a sentence does not stand for the prestation's own row.
    priced = [priced for priced in own if not page.rows or _prestation_in(priced.line, appel)]
    if not any(cents > 0 for row in named for cents in row.amounts) and not any(each.cents > 0 for each in priced):
        # On a scan, an amount whose name was lost may be the prestation's.
        lost = [] if is_text else [row for row in rest if not _NAME.search(row.label)]
        bare = (each.line for each in own if each.cents > 0 and not _NAME.search(AMOUNT.sub("", each.line)))
        doubtful = next(chain(map(_named_amount, (*near, *lost)), bare), None)
        yield kinds.BDC_LIGNE_DOUTEUSE.at(place, line=doubtful) if doubtful else kinds.BDC_MONTANT.at(place)
        rest = [row for row in rest if row not in (*near, *lost)]
    if is_text:
        more = (each.line for each in own if (name := _prestation_in(each.line, appel)) and _has_more(each.line, name))
        yield from (kinds.BDC_LIGNE_DOUTEUSE.at(place, line=line) for line in more)
        free = (row for row in page.rows if row not in named and not any(row.amounts) and _NAME.search(row.label))
        yield from (
            kinds.BDC_AUTRE_LIGNE.at(place, line=_named_amount(row)) for row in free if not _says_no_more(row.label)
        )
    known = _derived({cents for row in named or near for cents in row.amounts} | {each.cents for each in priced})
    for row in rest:
        yield from _other_row(row, place, known, is_near=row in near, is_text=is_text)
    for line in others:
        if line.cents > 0 and line.cents not in in_rows:
            yield kinds.BDC_AUTRE_LIGNE.at(place, line=line.line)


def _totals(page: ReadPages, appel: Appel, place: Place, *, is_text: bool) -> Iterator[Finding]:
    """Report sums that contradict each other, or the prestation's own row, where each stands once by itself."""
    found: dict[str, dict[int, str]] = {}
    for line, cents, quoted in _single_amounts(page):
        label = _SUM.match(line)
        if label:
            found.setdefault(str(label.lastgroup), {}).setdefault(cents, quoted)
    sums = {name: next(iter(each)) for name, each in found.items() if len(each) == 1}
    names = list[str]()
    if {"ht", "tva", "ttc"} <= sums.keys() and abs(sums["ht"] + sums["tva"] - sums["ttc"]) > 1:
        names = ["ht", "tva", "ttc"]
    elif {"ht", "ttc", "state"} <= sums.keys() and sums["state"] not in (sums["ht"], sums["ttc"]):
        names = ["ttc", "state"]
    said = [found[name][sums[name]] for name in names]
    own = list(_own_amounts(page, appel))
    if not said and "ttc" in sums and len(own) == 1 and not any(_with_tax(each, sums["ttc"]) for each in own[0][0]):
        said = [own[0][1], found["ttc"][sums["ttc"]]]
    if said:
        yield (kinds.BDC_TOTAUX if is_text else kinds.BDC_TOTAUX_A_VOIR).at(place, said=" ; ".join(said))


def _with_tax(cents: int, ttc: int) -> bool:
    # Rates of France and of its overseas departments.
    return any(abs(cents * (100 + rate) / 100 - ttc) <= 1 for rate in _VAT_RATES)


def _single_amounts(page: ReadPages) -> Iterator[tuple[str, int, str]]:
    """Give the lines and rows of one amount: the text, the amount in cents, and how to quote it."""
    for line in page.lines:
        amounts = list(AMOUNT.finditer(line.text))
        if len(amounts) == 1:
            yield line.text, cents_of(amounts[0]), fold_spaces(line.text)
    # The label of a row may wrap in its cell.
    for row in page.rows:
        if len(row.amounts) == 1:
            yield row.label, row.amounts[0], _named_amount(row)


def _has_more(line: str, name: str) -> bool:
    rest = re.sub(r"\s+".join(map(re.escape, name.split())), "", line, flags=re.IGNORECASE)
    return bool(_NAME.search(_OWN_WORDS.sub("", AMOUNT.sub("", rest))))


def _own_amounts(page: ReadPages, appel: Appel) -> Iterator[tuple[Sequence[int], str]]:
    """Give the amounts of each row that names the prestation alone, and how to quote it; without a row, of lines."""
    rows = [row for row in page.rows if (name := _prestation_in(row.label, appel)) and not _has_more(row.label, name)]
    yield from ((row.amounts, _named_amount(row)) for row in rows)
    for line in () if rows else page.lines:
        amounts, name = [cents_of(found) for found in AMOUNT.finditer(line.text)], _prestation_in(line.text, appel)
        if amounts and name and not _has_more(line.text, name):
            yield amounts, fold_spaces(line.text)


def _named_rows(rows: Sequence[PricedRow], appel: Appel) -> list[PricedRow]:
    # Where no label names the prestation, its row is the first in whose cells its name is read.
    named = [row for row in rows if _prestation_in(row.label, appel)]
    read = (row for row in rows if any(_prestation_in(each, appel) for each in row.readings))
    return named or list(islice(read, 1))


def _other_row(
    row: PricedRow, place: Place, known: Collection[int], *, is_near: bool, is_text: bool
) -> Iterator[Finding]:
    """Report a priced row that does not name the prestation: another service, or one that a person must look at."""
    follows = all(cents in known for cents in row.amounts)
    has_name = bool(_NAME.search(row.label))
    own_label = _VAGUE.sub("", row.label) if follows else row.label
    if (has_name and _says_no_more(own_label)) or (follows and not has_name):
        return
    if is_text and has_name:
        yield kinds.BDC_AUTRE_PRESTATION.at(place, label=row.label, amount=_euros(max(row.amounts)))
    elif is_text:
        yield kinds.BDC_AUTRE_LIGNE.at(place, line=_euros(max(row.amounts)))
    elif follows and any(_NAME.search(each) and (_says_no_more(each) or _is_total(each)) for each in row.readings):
        return
    elif is_near or follows or not has_name or any(map(_may_be_total, (row.label, *row.readings))):
        yield kinds.BDC_LIGNE_DOUTEUSE.at(place, line=_named_amount(row))
    else:
        yield kinds.BDC_AUTRE_PRESTATION.at(place, label=row.label, amount=_euros(max(row.amounts)))


def _is_near(row: PricedRow, appel: Appel, *, is_text: bool) -> bool:
    # On a scan its name may be misread. In a text, a row may have a part of it alone.
    names = [_flat(known.line) for known in appel.prestations]
    if is_text:
        return any(_flat(row.label) in name for name in names)
    return any(_has_nearly(_flat(each), names) for each in (row.label, *row.readings))


def _euros(cents: int) -> str:
    return f"{cents / 100:,.2f} €".replace(",", " ").replace(".", ",")


def _named_amount(row: PricedRow) -> str:
    return f"{row.label} {_euros(max(row.amounts))}".strip()


def _derived(own: Collection[int]) -> frozenset[int]:
    """Return the amounts that follow from those of the prestation: its taxes, its sums, its avance and its solde."""
    sums = {one + sign * two for one in own for two in own for sign in (1, -1)}
    shares = {round(cents * share / 100) + cent for cents in own for share in _SHARES for cent in (-1, 0, 1)}
    return frozenset((*own, *sums, *shares))


def _is_total(text: str) -> bool:
    from rapidfuzz import fuzz

    label = text.casefold().strip(" |:;.[]").removeprefix("sous-")
    return any(fuzz.ratio(name, label) > _A_LETTER for name in _TOTALS)


def _may_be_total(text: str) -> bool:
    return _has_nearly(text.casefold(), (name for name in _TOTALS if len(text) >= len(name)))


def _has_nearly(text: str, names: Iterable[str]) -> bool:
    """Return whether a text that a reader misread may contain one of some names."""
    from rapidfuzz import fuzz

    return any(fuzz.partial_ratio(name, text) > _NEARLY for name in names)


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of text that says an amount of money: the line, and its largest amount in cents."""

    line: str
    cents: int


def priced_lines(lines: Iterable[str], appel: Appel) -> tuple[list[Priced], list[Priced]]:
    """Return the lines that say the prestation's amount, and those that say the price of something else."""
    own: list[Priced] = []
    others: list[Priced] = []
    for line in _unbroken(lines):
        amounts = [cents_of(found) for found in AMOUNT.finditer(line)]
        if amounts and not _CAPITAL.search(line):
            is_own = _prestation_in(line, appel) is not None or _says_no_more(line)
            (own if is_own else others).append(Priced(line.strip(), max(amounts)))
    return own, others


def _tails(lines: Sequence[str]) -> frozenset[int]:
    """Return in cents what a line begins with of an amount whose thousands end the line before."""
    pairs = pairwise(lines)
    after = (_BROKEN_AFTER.match(second) for first, second in pairs if _BROKEN_BEFORE.search(first))
    return frozenset(int(re.sub(r"\D", "", found[0])) for found in after if found)


def _unbroken(lines: Iterable[str]) -> Iterator[str]:
    """Give lines, two as one where an amount is broken between them."""
    before = None
    for line in lines:
        if before is not None and _BROKEN_BEFORE.search(before) and _BROKEN_AFTER.match(line):
            before = f"{before} {line}"
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _says_no_more(line: str) -> bool:
    """Tell whether a line with an amount names nothing that it would be the price of."""
    return not _OWN_WORDS.sub("", AMOUNT.sub("", line))


def cents_of(found: re.Match[str]) -> int:
    """Return the amount that `AMOUNT` found, in cents."""
    return int(re.sub(r"\D", "", found[1] or found[3])) * 100 + int(found[2] or found[4] or 0)
