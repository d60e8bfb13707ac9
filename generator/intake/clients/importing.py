"""Import a list of clients: each row is checked as a descriptor, and its findings name cells."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.common.findings import ERROR, Finding, define, has_errors
from generator.common.jsonio.schema import CLE_ABSENTE
from generator.common.jsonio.source import Descriptor, JsonObject
from generator.common.language import Text, joined, quoted, text
from generator.common.tables.cells import CELLULE_VIDE
from generator.common.tables.mapping import Columns
from generator.intake.clients.fields import NUMERO, ClientField
from generator.intake.clients.folder import Folder, Numbering, descriptor_key, holds
from generator.intake.clients.rows import ReadRow, is_within, read_row
from generator.orders.build import complete
from generator.references import Appels
from generator.rules import RuleContext
from generator.rules.appel import QUESTION_SANS_REPONSE
from generator.rules.validation import check_descriptor

IMPORT_CHAMP_ABSENT = define("IMPORT-CHAMP-ABSENT", ERROR)
IMPORT_FOURNISSEUR_ABSENT = define("IMPORT-FOURNISSEUR-ABSENT", ERROR)
IMPORT_NUMERO_ABSENT = define("IMPORT-NUMERO-ABSENT", ERROR)
# « ne peut bénéficier que d'une seule Prestation Ségur financée par l'Etat, et ce par appel à financement »
IMPORT_DOUBLE = define("IMPORT-CLIENT-DOUBLE", ERROR)
IMPORT_NUMERO = define("IMPORT-NUMERO-DOUBLE", ERROR)
# The order may have been issued, or signed, since: the file is not overwritten without `--replace`.
IMPORT_DIFFERENT = define("IMPORT-DIFFERENT", ERROR)
IMPORT_AILLEURS = define("IMPORT-AUTRE-FICHIER", ERROR)

# The number of an order while its row is checked, before it gets its own.
_PROVISIONAL = "0"
_FOURNISSEUR = "/fournisseur"
# The fields that options of their own give.
_ABSENT = {"fournisseur": IMPORT_FOURNISSEUR_ABSENT, NUMERO: IMPORT_NUMERO_ABSENT}


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import.

    Attributes:
        constants: values of `--set`, by field.
        pattern: the pattern of numbers; None if the list has the numbers.
        first: the first rank for the pattern.
        replace: replace a descriptor that differs from its row.
        write_fournisseur: write the vendor's part into each descriptor instead of leaving it to the settings.
    """

    constants: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    first: int = 1
    replace: bool = False
    write_fournisseur: bool = False


@dataclass(frozen=True)
class ImportedOrders:
    """The result of an import.

    Attributes:
        files: the descriptors to write, by file.
        unchanged: the number of existing descriptors that contain all values of their row.
        findings: the findings, row by row.
    """

    files: Mapping[Path, JsonObject]
    unchanged: int
    findings: tuple[Finding, ...]


def import_clients(
    columns: Columns,
    fields: Sequence[ClientField],
    folder: Folder,
    options: ImportOptions,
    *,
    appels: Appels,
    context: RuleContext,
    fournisseur: Descriptor | None,
) -> ImportedOrders:
    """Make a descriptor of each valid row.

    Args:
        columns: the table, and the column of each field.
        fields: all fields.
        folder: the existing descriptors: their orders keep number and file.
        options: the options.
        appels: the AF records.
        context: the base of eligible establishments, the register, and the day.
        fournisseur: the vendor's part of the settings, which completes each descriptor.
    """
    return _Import(columns, fields, folder, options, appels, context, fournisseur).run()


@dataclass
class _Import:
    """One import, row by row."""

    columns: Columns
    fields: Sequence[ClientField]
    folder: Folder
    options: ImportOptions
    appels: Appels
    context: RuleContext
    fournisseur: Descriptor | None
    # Row numbers by AF and FINESS, and by order number; rows without a field that has no column; files to write.
    clients: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    absent: Counter[str] = field(default_factory=Counter)
    files: dict[Path, JsonObject] = field(default_factory=dict)
    unchanged: int = 0
    numbering: Numbering | None = None

    def run(self) -> ImportedOrders:
        """Read every row."""
        table = self.columns.table
        rows = [read_row(self.columns, row, self.fields, self.options.constants) for row in table.rows]
        own = [str(row.value[NUMERO]) for row in rows if NUMERO in row.value]
        # A number of a past run is not given again, even if its folder is elsewhere.
        taken = [*own, *self.folder.numbers, *(each.numero for each in self.context.register.delivered)]
        pattern = self.options.pattern
        self.numbering = Numbering(pattern, self.options.first, taken) if pattern else None
        findings = [*table.findings]
        for row in rows:
            findings += self._take(row)
        head = table.place(table.header)
        labels = {each.name: each.field.label for each in self.fields}
        for name, count in self.absent.items():
            label = labels.get(name, Text(name, name))
            kind = _ABSENT.get(name, IMPORT_CHAMP_ABSENT)
            findings.append(kind.at(head, field=name, label=label, count=count))
        # A gap in the vendor's part gives the same finding for every row.
        return ImportedOrders(self.files, self.unchanged, tuple(dict.fromkeys(findings)))

    def _take(self, row: ReadRow) -> Iterator[Finding]:
        numbered = self.numbering is not None and NUMERO not in row.value and not row.is_reported(f"/{NUMERO}")
        # An order keeps its number from one import to the next.
        known = self.folder.find(*descriptor_key(row.value)[:2])
        provisional = known[1] if known else _PROVISIONAL
        checked = replace(row, value={**row.value, NUMERO: provisional}) if numbered else row
        found, absent = self._check(checked)
        findings = [*row.findings, *found, *self._duplicates(row)]
        self.absent.update(absent)
        reference, finess, numero = descriptor_key(row.value)
        if reference and finess:
            self.clients.setdefault((reference, finess), row.number)
        if numero:
            self.numbers.setdefault(numero.casefold(), row.number)
        # The number is given last, so that refused rows leave no gaps.
        if not absent and not has_errors(findings):
            findings += self._keep(row, self._numbered(checked.value) if numbered and not known else checked.value)
        yield from sorted(findings, key=lambda each: each.place.column or 0)

    def _check(self, row: ReadRow) -> tuple[list[Finding], list[str]]:
        """Return the findings of schema and rules on a row, and the missing fields, which are reported once for all."""
        findings, absent = [], []
        for found in check_descriptor(row.descriptor(), self.appels, self.fournisseur, self.context).findings:
            pointer = _missing(found)
            # A missing value is reported at its cell, or once for the whole column: not as a missing key of a file.
            if pointer is None:
                findings.append(found)
            elif row.is_reported(pointer):
                # The finding on the invalid cell is enough.
                continue
            elif cell := row.find_cell(pointer):
                findings.append(CELLULE_VIDE.at(cell, header=self.columns.table.headers[(cell.column or 1) - 1]))
            elif pointer == _FOURNISSEUR or any(is_within(each.pointer, pointer) for each in self.fields):
                absent.append(_field_of(pointer, self.fields))
            else:
                findings.append(found)
        return findings, absent

    def _duplicates(self, row: ReadRow) -> Iterator[Finding]:
        """Report a row with the client or number of a row above it."""
        reference, finess, numero = descriptor_key(row.value)
        client = self.clients.get((reference, finess)) if reference and finess else None
        number = self.numbers.get(numero.casefold()) if numero else None
        if client:
            place = row.descriptor().place("/client/finess_pmsi")
            yield IMPORT_DOUBLE.at(place, finess=finess, reference=reference, row=client)
        elif number:
            yield IMPORT_NUMERO.at(row.descriptor().place(f"/{NUMERO}"), numero=numero, row=number)

    def _numbered(self, value: JsonObject) -> JsonObject:
        assert self.numbering
        return {**value, NUMERO: self.numbering.next(int(str(value["date_emission"])[:4]))}

    def _keep(self, row: ReadRow, value: JsonObject) -> Iterator[Finding]:
        """Add a descriptor to those to write, or report an existing file that differs."""
        if self.options.write_fournisseur and self.fournisseur:
            value = self._with_fournisseur(row, value)
        reference, finess, _ = descriptor_key(value)
        known = self.folder.find(reference, finess)
        file = self.folder.descriptor_file(value)
        if known and holds(known[2], value):
            self.unchanged += 1
        elif known and known[0] != file:
            # The order is in a file of another name: writing this one would make two files of one order.
            yield IMPORT_AILLEURS.at(row.row, file=known[0], differs=_differences(known[2], value))
        elif known and not self.options.replace:
            yield IMPORT_DIFFERENT.at(row.row, file=file, differs=_differences(known[2], value))
        elif not known and file.exists() and not self.options.replace:
            yield IMPORT_DIFFERENT.at(row.row, file=file, differs=text("intake.differences.no-descriptor"))
        else:
            # Keys that the list does not have (the VA, `metadata`) are kept from the replaced descriptor.
            self.files[file] = _completed(value, known[2]) if known else value

    def _with_fournisseur(self, row: ReadRow, value: JsonObject) -> JsonObject:
        """Return a descriptor with the vendor's part, whose logo path is relative to the descriptor."""
        assert self.fournisseur
        whole = complete(replace(row, value=value).descriptor(), self.fournisseur).value
        fournisseur = whole["fournisseur"]
        logo = fournisseur.get("logo") if isinstance(fournisseur, dict) else None
        if isinstance(fournisseur, dict) and isinstance(logo, str):
            # The settings name the logo from their folder, a descriptor from its own.
            start = self.folder.descriptor_file(whole).parent
            fournisseur = {
                **fournisseur,
                "logo": Path(os.path.relpath(self.fournisseur.folder / logo, start)).as_posix(),
            }
        return {**whole, "fournisseur": fournisseur}


def _completed(value: JsonObject, known: JsonObject) -> JsonObject:
    """Add to a descriptor the keys that only the existing one has, also inside `va`."""
    va, before = value.get("va"), known.get("va")
    both = {"va": {**before, **va}} if isinstance(va, dict) and isinstance(before, dict) else {}
    return {**value, **both, **{key: each for key, each in known.items() if key not in value}}


def _field_of(pointer: str, fields: Sequence[ClientField]) -> str:
    """Return the field that gives a missing value: of a list, the field of its first item."""
    name = pointer[1:].replace("/", ".")
    names = [each.name for each in fields]
    # The lines of an address are fields one by one.
    return f"{name}.0" if name not in names and f"{name}.0" in names else name


def _missing(found: Finding) -> str | None:
    """Return the pointer of the missing value that a finding reports; None for other findings."""
    values = dict(found.values)
    if found.kind == CLE_ABSENTE:
        return f"{found.place.pointer or ''}/{values['key']}"
    return f"/scenario/{values['key']}" if found.kind == QUESTION_SANS_REPONSE else None


def _differences(existing: JsonObject, new: JsonObject) -> Text:
    """Return the values in which two descriptors differ: that of the file and that of the row."""
    found = [
        text("intake.differences.one", key=key, file=_shown(old), row=_shown(value))
        for key, old, value in _different(existing, new)
    ]
    return joined(found, ";")


def _different(existing: object, new: object, key: str = "") -> Iterator[tuple[str, object, object]]:
    """Give each value that differs, by its dotted key; None is the value of a missing key."""
    if isinstance(existing, dict) and isinstance(new, dict):
        for name, value in new.items():
            yield from _different(existing.get(name), value, f"{key}.{name}" if key else name)
    elif existing != new:
        yield key, existing, new


def _shown(value: object) -> Text:
    if value is None:
        return text("intake.differences.no-value")
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return quoted([said])
