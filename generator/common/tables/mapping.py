"""Which column holds which field: said by data, proposed from the headers, confirmed, never guessed silently."""

import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.common.findings import ERROR, INFO, WARNING, Finding, define, has_errors
from generator.common.folding import fold_words
from generator.common.jsonio.schema import suggest
from generator.common.language import Lang, Text, quoted, text
from generator.common.tables.model import SheetCell, SheetRow, SheetTable, cell_name, column_letters, squeezed

CORRESPONDANCE_ABSENTE = define("CORRESPONDANCE-ABSENTE", ERROR)
CORRESPONDANCE_EN_TETE = define("CORRESPONDANCE-EN-TETE", WARNING)
CORRESPONDANCE_DEUX_LIGNES = define("CORRESPONDANCE-DEUX-LIGNES", WARNING)
CORRESPONDANCE_CHANGEE = define("CORRESPONDANCE-CHANGEE", ERROR)
CORRESPONDANCE_CHAMP = define("CORRESPONDANCE-CHAMP", ERROR)
CORRESPONDANCE_COLONNE = define("CORRESPONDANCE-COLONNE", ERROR)
CORRESPONDANCE_INCOMPLETE = define("CORRESPONDANCE-INCOMPLETE", ERROR)
TABLEAU_TOTAL = define("TABLEAU-TOTAL", INFO)


# What headings of everyday lists write in several words, and what they shorten.
_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), meant)
    for pattern, meant in (
        ("vague (?=\\d)", "v"),
        ("bons? de commande|bons? commande", "bdc"),
        ("h t|hors taxes?", "ht"),
        ("t t c|toutes taxes comprises", "ttc"),
        ("t v a", "tva"),
        ("c p", "cp"),
        ("e mails?", "mail"),
    )
)
_MEANINGS = {
    short: meant
    for meant, shorts in (
        ("adresse", "adr address"),
        ("bdc", "bc"),
        ("client", "customer clt"),
        ("code postal", "cp zip"),
        ("commande", "cde cmde cmd order"),
        ("complement", "cplt compl"),
        ("date", "dt dte"),
        ("etablissement", "etab ets etabl etablt"),
        ("installation", "install inst"),
        ("mail", "email courriel mel"),
        ("montant", "mt mnt"),
        ("nom", "name"),
        ("numero", "n no nr num number"),
        ("postal", "post"),
        ("prevue", "prev prevu previsionnelle previsionnel"),
        ("raison sociale", "rs"),
        ("reference", "ref"),
        ("responsable", "resp"),
        ("taux", "tx"),
        ("telephone", "tel phone"),
        ("version", "vers"),
        ("ville", "city"),
    )
    for short in shorts.split()
}
# What the first cell of a row of totals says, folded.
_TOTAL = re.compile(r"(?:sous ?)?(?:total|totaux)(?: generaux| general| ht| ttc| tva)*")
# Rows below the first possible header among which the header is searched.
_HEADER_WITHIN = 20


@dataclass(frozen=True, slots=True)
class ColumnField:
    """Something that a column may hold.

    Attributes:
        name: as `--map` names it.
        label: what it is.
        required: no table does without it.
        words: sets of words, one of which a header has whole where the field is proposed for it.
        without: words that such a header does not have.
        needed: an order needs it; where no column holds it, an option gives it.
    """

    name: str
    label: Text
    required: bool = False
    words: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    needed: bool = False


@dataclass(frozen=True)
class Columns:
    """A table, and the column of each field that it has."""

    table: SheetTable
    numbers: Mapping[str, int]

    def __contains__(self, field: str) -> bool:
        return field in self.numbers

    def cell(self, row: SheetRow, field: str) -> SheetCell | None:
        """Return the cell of a field; None where no column holds it."""
        column = self.numbers.get(field)
        return None if column is None else self.table.cell(row, column)


class MappingError(Exception):
    """The columns are not known; `findings` says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(found.message("fr") for found in self.findings))


def words(text: str) -> frozenset[str]:
    """Return the words of a heading, folded; an abbreviation is the words it stands for, « Vague 2 » is « V2 »."""
    plain = fold_words(text)
    for pattern, meant in _PHRASES:
        plain = pattern.sub(meant, plain)
    return frozenset(word for each in plain.split() for word in _MEANINGS.get(each, each).split())


def propose(table: SheetTable, fields: Sequence[ColumnField]) -> dict[str, str]:
    """Return the header that looks like each field's, to be shown and confirmed.

    A header that looks like two fields, and a field that two headers look like, are left out: the user decides. Of
    several headers, one that is a name of the field and nothing more is preferred.
    """
    headers = [header for header in table.headers if header]
    fitting = {field.name: [header for header in headers if _fits(header, field)] for field in fields}
    taken = [header for fits in fitting.values() for header in fits]
    clearest = {field.name: _clearest(fitting[field.name], field) for field in fields}
    return {name: fits[0] for name, fits in clearest.items() if len(fits) == 1 and taken.count(fits[0]) == 1}


def _clearest(fitting: list[str], field: ColumnField) -> list[str]:
    named = [header for header in fitting if words(header) in field.words]
    return named if len(named) == 1 else fitting


def _fits(header: str, field: ColumnField) -> bool:
    found = words(header)
    return not found & field.without and any(each <= found for each in field.words)


def confirmation(table: SheetTable, proposal: Mapping[str, str]) -> str:
    """Return the code that confirms a proposal: it stands for what was shown, and for nothing else."""
    # With the headers and the sheet: a changed file needs a new look.
    said = json.dumps([table.headers, table.sheet, table.header.number, sorted(proposal.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _about_header(table: SheetTable, fields: Sequence[ColumnField], fitting: int) -> Iterator[Finding]:
    """Find a row that fits more fields than the `fitting` of the header, and a header of several rows."""
    place = table.place(table.header)
    below = table.rows[:_HEADER_WITHIN]
    fits = {row.number: len(propose(replace(table, header=row), fields)) for row in below}
    best = max(below, key=lambda row: fits[row.number], default=None)
    if best and fits[best.number] > fitting:
        headers = quoted(squeezed(value) for value in best.values if value is not None)
        yield CORRESPONDANCE_EN_TETE.at(place, row=best.number, read=table.header.number, headers=headers)
    merged = {cell_name(table.header.number, column) for column in range(1, len(table.header.values) + 1)}
    down = (into for (row, _), into in table.merged.items() if row == table.header.number + 1 and into in merged)
    if cell := next(down, None):
        yield CORRESPONDANCE_DEUX_LIGNES.at(place, cell=cell)


def resolve(table: SheetTable, fields: Sequence[ColumnField], mapping: Mapping[str, str]) -> Columns:
    """Return the column of each field.

    Args:
        table: what was read.
        fields: those there are.
        mapping: the header of each field; `=C` names a column by its letter.

    Raises:
        MappingError: a field or a header does not exist, a header stands twice, or a required field has none.
    """
    findings = list(_check(table, fields, mapping))
    if has_errors(findings):
        raise MappingError(findings)
    numbers = {field: _find(table, header)[0] for field, header in mapping.items()}
    return Columns(_without_totals(table, [numbers[each.name] for each in fields if each.required]), numbers)


def _without_totals(table: SheetTable, required: Sequence[int]) -> SheetTable:
    """Return a table without the rows that add up the others: they say so, and lack a required value."""
    totals = [row for row in table.rows if _is_total(row, [table.cell(row, column) for column in required])]
    if not totals:
        return table
    findings = (TABLEAU_TOTAL.at(table.place(row)) for row in totals)
    return replace(
        table, rows=tuple(row for row in table.rows if row not in totals), findings=(*table.findings, *findings)
    )


def _is_total(row: SheetRow, required: Sequence[SheetCell]) -> bool:
    # The cells before the word may be empty.
    first = next((value for value in row.values if value is not None), None)
    if not isinstance(first, str) or not _TOTAL.fullmatch(fold_words(first)):
        return False
    # A hospital may be called « Total »: its row has the required values as well.
    return any(cell.value is None or cell.value == first for cell in required)


def _check(table: SheetTable, fields: Sequence[ColumnField], mapping: Mapping[str, str]) -> Iterator[Finding]:
    place = table.place(table.header)
    names = [field.name for field in fields]
    for field, header in mapping.items():
        if field not in names:
            expected = ", ".join(names)
            yield CORRESPONDANCE_CHAMP.at(place, field=field, suggestion=suggest(field, names), expected=expected)
            continue
        count = len(_find(table, header))
        if count != 1:
            found = text("common.columns.repeated", count=count) if count else text("common.columns.missing")
            near = suggest(header, [each for each in table.headers if each]) if not count else Text("", "")
            yield CORRESPONDANCE_COLONNE.at(place, header=header, found=found, suggestion=near)
    for each in fields:
        if each.required and each.name not in mapping:
            yield CORRESPONDANCE_INCOMPLETE.at(place, field=each.name, label=each.label)


def _find(table: SheetTable, header: str) -> list[int]:
    numbered = list(enumerate(table.headers, start=1))
    # A header may begin with an equals sign itself: then it counts as written.
    if header.startswith("=") and header not in table.headers:
        widest = max([len(table.header.values), *(len(row.values) for row in table.rows)])
        return [number for number in range(1, widest + 1) if column_letters(number) == header[1:].strip().upper()]
    return [number for number, each in numbered if each and each == squeezed(header)]


def parse_mapping(given: Iterable[str]) -> dict[str, str]:
    """Return what `--map field=Header` says, repeated; the last of a field counts.

    Raises:
        ValueError: there is no `=` in one; the message is that one.
    """
    mapping = {}
    for each in given:
        field, equals, header = each.partition("=")
        if not equals or not field.strip():
            raise ValueError(each)
        mapping[field.strip()] = header.strip()
    return mapping


def show_proposal(
    table: SheetTable,
    fields: Sequence[ColumnField],
    proposal: Mapping[str, str],
    section: str,
    lang: Lang,
    *,
    lacking: str = "",
) -> str:
    """Return a proposal as text: field by field, then as options and as settings to paste, and what confirms it.

    Args:
        table: what was read.
        fields: those there are.
        proposal: the header proposed for each.
        section: the table of `segurdoc.toml` that holds such mappings.
        lang: the language.
        lacking: what no column holds and options have to give.
    """
    where = text("common.columns.header", row=table.header.number).say(lang)
    sheet = text("common.columns.sheet", sheet=table.sheet).say(lang) if table.sheet else ""
    width = max(len(field.name) for field in fields)
    lines = [f"{table.file} ({where}{sheet})", ""]
    for field in fields:
        mark = "*" if field.required or field.needed else " "
        lines.append(f"{mark} {field.name:{width}}  {_column(table, field, proposal, lang)}".rstrip())
    lines += ["", text("common.columns.required").say(lang)]
    unused = [header for header in table.headers if header and header not in proposal.values()]
    if unused:
        lines += ["", text("common.columns.unused", headers=", ".join(unused)).say(lang)]
    if lacking:
        lines += ["", lacking]
    if proposal:
        lines += _as_settings(proposal, section, lang)
        lines += ["", text("common.columns.confirm", code=confirmation(table, proposal)).say(lang)]
    return "\n".join(lines)


def _column(table: SheetTable, field: ColumnField, proposal: Mapping[str, str], lang: Lang) -> str:
    header = proposal.get(field.name)
    if not header:
        return text("common.columns.none", label=field.label).say(lang)
    return f"{quoted([header]).say(lang)} ({', '.join(map(column_letters, _find(table, header)))})"


def _as_settings(proposal: Mapping[str, str], section: str, lang: Lang) -> Iterator[str]:
    """Give the lines that show a proposal as options of the command, then as settings."""
    options = " \\\n  ".join(f"--map {shlex.quote(f'{field}={header}')}" for field, header in proposal.items())
    yield from ("", text("common.columns.options").say(lang), f"  {options}")
    yield from ("", text("common.columns.settings").say(lang), f"  [{section}]")
    for field, header in proposal.items():
        yield f"  {json.dumps(field)} = {json.dumps(header, ensure_ascii=False)}"


def columns_of(
    table: SheetTable, fields: Sequence[ColumnField], mapping: Mapping[str, str], confirmed: str | None = None
) -> Columns:
    """Return the columns of a table: as the mapping says, as proposed where the proposal was confirmed, or both.

    Args:
        table: what was read.
        fields: those there are.
        mapping: what the user said, which counts before what is proposed; empty where nothing was.
        confirmed: the code of `--confirm`.

    Raises:
        MappingError: it is not known which column holds what; `CORRESPONDANCE_ABSENTE` or `CORRESPONDANCE_CHANGEE`
            where the proposal is to be shown.
    """
    if mapping and confirmed is None:
        return resolve(table, fields, mapping)
    proposal = propose(table, fields)
    if confirmed is None:
        absent = CORRESPONDANCE_ABSENTE.at(table.place(table.header))
        raise MappingError([absent, *_about_header(table, fields, len(proposal))])
    if confirmed != confirmation(table, proposal):
        raise MappingError([CORRESPONDANCE_CHANGEE.at(table.place(table.header), code=confirmed)])
    # A header that the user has given to another field is not proposed again.
    mapped = set(mapping.values())
    return resolve(
        table, fields, {**{name: header for name, header in proposal.items() if header not in mapped}, **mapping}
    )
