"""Which column holds which field: said by data, proposed from the headers, confirmed, never guessed silently."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import define
from generator.findings import has_errors
from generator.folding import folded
from generator.jsonio.schema import suggest
from generator.lang import Lang
from generator.lang import Text
from generator.tables.model import Cell
from generator.tables.model import Row
from generator.tables.model import Table
from generator.tables.model import column_letters
from generator.tables.model import squeezed

CORRESPONDANCE_ABSENTE = define(
    "CORRESPONDANCE-ABSENTE", ERROR,
    fr="il faut dire quelle colonne porte quoi", en="it must be said which column holds what",
    fix_fr="contrôler la proposition, puis la confirmer avec --confirm, ou l'écrire avec --map ou dans segurdoc.toml",
    fix_en="check the proposal, then confirm it with --confirm, or write it with --map or in segurdoc.toml",
)  # fmt: skip
CORRESPONDANCE_CHANGEE = define(
    "CORRESPONDANCE-CHANGEE", ERROR,
    fr="--confirm {code} n'est pas la proposition de ce fichier", en="--confirm {code} is not this file's proposal",
    fix_fr="contrôler la proposition qui suit, et confirmer celle-là",
    fix_en="check the proposal that follows, and confirm that one",
)  # fmt: skip
CORRESPONDANCE_CHAMP = define(
    "CORRESPONDANCE-CHAMP", ERROR,
    fr="le champ « {field} » n'existe pas{suggestion}", en="there is no field “{field}”{suggestion}",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
)  # fmt: skip
CORRESPONDANCE_COLONNE = define(
    "CORRESPONDANCE-COLONNE", ERROR,
    fr="« {header} » {found} dans l'en-tête{suggestion}", en="“{header}” {found} in the header{suggestion}",
    fix_fr="écrire l'en-tête comme dans le fichier, ou la colonne par sa lettre, telle que « =C » ; si l'en-tête est à "
    "une autre ligne, la dire avec --header-row",
    fix_en="write the header as it is in the file, or the column by its letter, such as “=C”; where the header is in "
    "another row, say which with --header-row",
)  # fmt: skip
CORRESPONDANCE_INCOMPLETE = define(
    "CORRESPONDANCE-INCOMPLETE", ERROR,
    fr="aucune colonne ne porte « {field} » ({label})", en="no column holds “{field}” ({label})",
    fix_fr="la désigner : --map {field}=EN-TÊTE", fix_en="name it: --map {field}=HEADER",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column may hold.

    Attributes:
        name: as `--map` names it.
        label: what it is.
        required: no table does without it.
        words: sets of words, one of which a header has whole where the field is proposed for it.
        without: words that such a header does not have.
    """

    name: str
    label: Text
    required: bool = False
    words: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Columns:
    """A table, and the column of each field that it has."""

    table: Table
    numbers: Mapping[str, int]

    def __contains__(self, field: str) -> bool:
        return field in self.numbers

    def cell(self, row: Row, field: str) -> Cell | None:
        """Return the cell of a field; None where no column holds it."""
        column = self.numbers.get(field)
        return None if column is None else self.table.cell(row, column)


class MappingError(Exception):
    """The columns are not known; `findings` says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(found.message("fr") for found in self.findings))


def words(text: str) -> frozenset[str]:
    """Return the words of a text, folded; « Vague 2 » and « V2 » are one."""
    plain = folded(text).replace("vague ", "v")
    return frozenset(plain.split())


def propose(table: Table, fields: Sequence[Field]) -> dict[str, str]:
    """Return the header that looks like each field's, to be shown and confirmed.

    A header that looks like two fields, and a field that two headers look like, are left out: the user decides.
    """
    headers = [header for header in table.headers if header]
    fitting = {field.name: [header for header in headers if _fits(header, field)] for field in fields}
    taken = [header for fits in fitting.values() for header in fits]
    return {
        name: fits[0] for name, fits in fitting.items() if len(fits) == 1 and taken.count(fits[0]) == 1
    }  # fmt: skip


def _fits(header: str, field: Field) -> bool:
    found = words(header)
    return not found & field.without and any(each <= found for each in field.words)


def confirmation(table: Table, proposal: Mapping[str, str]) -> str:
    """Return the code that confirms a proposal: it stands for what was shown, and for nothing else."""
    said = json.dumps([table.headers, table.sheet, table.header.number, sorted(proposal.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def resolve(table: Table, fields: Sequence[Field], mapping: Mapping[str, str]) -> Columns:
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
    return Columns(table, {field: _find(table, header)[0] for field, header in mapping.items()})


def _check(table: Table, fields: Sequence[Field], mapping: Mapping[str, str]) -> Iterator[Finding]:
    place = table.place(table.header)
    names = [field.name for field in fields]
    for field, header in mapping.items():
        if field not in names:
            expected = ", ".join(names)
            yield CORRESPONDANCE_CHAMP.at(place, field=field, suggestion=suggest(field, names), expected=expected)
            continue
        count = len(_find(table, header))
        if count != 1:
            found = Text("n'est pas", "is not") if not count else Text(f"est {count} fois", f"is {count} times")
            near = suggest(header, [each for each in table.headers if each]) if not count else Text("", "")
            yield CORRESPONDANCE_COLONNE.at(place, header=header, found=found, suggestion=near)
    for each in fields:
        if each.required and each.name not in mapping:
            yield CORRESPONDANCE_INCOMPLETE.at(place, field=each.name, label=each.label)


def _find(table: Table, header: str) -> list[int]:
    numbered = list(enumerate(table.headers, start=1))
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
    table: Table, fields: Sequence[Field], proposal: Mapping[str, str], section: str, lang: Lang
) -> str:  # fmt: skip
    """Return a proposal as text: field by field, then as options and as settings to paste, and what confirms it.

    Args:
        table: what was read.
        fields: those there are.
        proposal: the header proposed for each.
        section: the table of `segurdoc.toml` that holds such mappings.
        lang: the language.
    """
    where = Text(f"en-tête : ligne {table.header.number}", f"header: row {table.header.number}").say(lang)
    sheet = Text(f", feuille « {table.sheet} »", f", sheet “{table.sheet}”").say(lang) if table.sheet else ""
    width = max(len(field.name) for field in fields)
    lines = [f"{table.file} ({where}{sheet})", ""]
    for field in fields:
        header = proposal.get(field.name)
        said = f"« {header} » ({_letters_of(table, header)})" if header else Text("—  aucune", "—  none").say(lang)
        lines.append(f"  {field.name:{width}}  {said}  {'' if header else field.label.say(lang)}".rstrip())
    unused = [header for header in table.headers if header and header not in proposal.values()]
    if unused:
        lines += ["", Text("colonnes sans emploi : ", "columns not used: ").say(lang) + ", ".join(unused)]
    if proposal:
        options = " \\\n  ".join(f"--map {shlex.quote(f'{field}={header}')}" for field, header in proposal.items())
        settings = [
            f"{json.dumps(field)} = {json.dumps(header, ensure_ascii=False)}" for field, header in proposal.items()
        ]
        lines += ["", Text("en options :", "as options:").say(lang), f"  {options}"]
        lines += ["", Text("dans segurdoc.toml :", "in segurdoc.toml:").say(lang), f"  [{section}]"]
        lines += [f"  {line}" for line in settings]
        lines += [
            "",
            Text("pour confirmer : ", "to confirm: ").say(lang) + f"--confirm {confirmation(table, proposal)}",
        ]
    return "\n".join(lines)


def _letters_of(table: Table, header: str) -> str:
    return ", ".join(map(column_letters, _find(table, header)))


def columns_of(
    table: Table, fields: Sequence[Field], mapping: Mapping[str, str], confirmed: str | None = None
) -> Columns:
    """Return the columns of a table: as the mapping says, or as proposed where the proposal was confirmed.

    Args:
        table: what was read.
        fields: those there are.
        mapping: what the user said; empty where nothing was.
        confirmed: the code of `--confirm`.

    Raises:
        MappingError: it is not known which column holds what; `CORRESPONDANCE_ABSENTE` or `CORRESPONDANCE_CHANGEE`
            where the proposal is to be shown.
    """
    if mapping:
        return resolve(table, fields, mapping)
    proposal = propose(table, fields)
    if confirmed is None:
        raise MappingError([CORRESPONDANCE_ABSENTE.at(table.place(table.header))])
    if confirmed != confirmation(table, proposal):
        raise MappingError([CORRESPONDANCE_CHANGEE.at(table.place(table.header), code=confirmed)])
    return resolve(table, fields, proposal)
