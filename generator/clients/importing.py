"""The list of clients into descriptors: each row read, checked as a descriptor is, and told by its cells."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path

from generator.clients.fields import NUMERO
from generator.clients.fields import ClientField
from generator.clients.folder import Folder
from generator.clients.folder import holds
from generator.clients.folder import key_of
from generator.clients.numbering import Numbering
from generator.clients.rows import ReadRow
from generator.clients.rows import is_within
from generator.clients.rows import read_row
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import define
from generator.findings import has_errors
from generator.jsonio.schema import CLE_ABSENTE
from generator.jsonio.source import Descriptor
from generator.jsonio.source import JsonObject
from generator.lang import Text
from generator.orders.defaults import complete
from generator.references import Appels
from generator.rules import Surroundings
from generator.rules.scenario import QUESTION_SANS_REPONSE
from generator.tables.cells import CELLULE_VIDE
from generator.tables.mapping import Columns
from generator.validation import check_descriptor

IMPORT_CHAMP_ABSENT = define(
    "IMPORT-CHAMP-ABSENT", ERROR,
    fr="rien ne donne « {field} » ({label}), demandé par {count} ligne(s)",
    en="nothing gives “{field}” ({label}), which {count} row(s) need",
    fix_fr="une colonne : --map {field}=EN-TÊTE ; la même valeur pour toutes : --set {field}=VALEUR ; le fournisseur "
    "vient des réglages ou de --fournisseur, le numéro de --numero",
    fix_en="a column: --map {field}=HEADER; one value for all: --set {field}=VALUE; the vendor comes from the settings "
    "or --fournisseur, the number from --numero",
)  # fmt: skip
IMPORT_DOUBLE = define(
    "IMPORT-CLIENT-DOUBLE", ERROR,
    fr="l'établissement {finess} a déjà une commande pour {reference}, à la ligne {row}",
    en="the establishment {finess} has an order for {reference} already, in row {row}",
    fix_fr="n'en garder qu'une : la seconde ligne n'est pas reprise", fix_en="keep one: the second row is not taken",
    source="« ne peut bénéficier que d'une seule Prestation Ségur financée par l'Etat, et ce par appel à financement »",
)  # fmt: skip
IMPORT_NUMERO = define(
    "IMPORT-NUMERO-DOUBLE", ERROR,
    fr="le numéro {numero} est déjà celui de la ligne {row}", en="the number {numero} is that of row {row} already",
    fix_fr="en donner un autre à l'une des deux", fix_en="give one of the two another",
    source="Un numéro ne désigne qu'un bon de commande",
)  # fmt: skip
IMPORT_DIFFERENT = define(
    "IMPORT-DIFFERENT", ERROR,
    fr="{file} est le descripteur de cet établissement, et dit autre chose : {differs}",
    en="{file} is the descriptor of this establishment, and says otherwise: {differs}",
    fix_fr="corriger la ligne ou le fichier ; --replace remplace le fichier par ce que dit la ligne",
    fix_en="correct the row or the file; --replace puts what the row says in the place of the file",
    why_fr="Un bon de commande a peut-être été émis, ou signé, d'après ce fichier : il n'est pas écrasé sans qu'on le "
    "demande.",
    why_en="An order may have been issued, or signed, after this file: it is not written over unasked.",
)  # fmt: skip
IMPORT_AILLEURS = define(
    "IMPORT-AUTRE-FICHIER", ERROR,
    fr="cet établissement a déjà un descripteur sous un autre nom, {file}, qui dit autre chose : {differs}",
    en="this establishment has a descriptor of another name already, {file}, which says otherwise: {differs}",
    fix_fr="le corriger, ou le retirer du dossier s'il ne vaut plus",
    fix_en="correct it, or take it out of the folder if it no longer holds",
)  # fmt: skip

# A number that stands for the one to come, while a row is checked.
_PROVISIONAL = "0"
_FOURNISSEUR = "/fournisseur"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import.

    Attributes:
        constants: values of `--set`, by field.
        pattern: of the numbers; None where the list gives them.
        first: the rank to begin with.
        replace: put what a row says in the place of a descriptor that says otherwise.
        write_fournisseur: write the vendor's part into each descriptor; else the settings go on to complete it.
    """

    constants: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    first: int = 1
    replace: bool = False
    write_fournisseur: bool = False


@dataclass(frozen=True)
class Imported:
    """What came of a list.

    Attributes:
        files: the descriptors to write, by file.
        unchanged: how many were there already, saying all that their row says.
        findings: what is to be said, row by row.
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
    around: Surroundings,
    fournisseur: Descriptor | None,
) -> Imported:
    """Make a descriptor of each sound row.

    Args:
        columns: the table, and the column of each field.
        fields: those there are.
        folder: the descriptors that are there already: an order keeps its number and its file.
        options: how to import.
        appels: the records of the AF.
        around: the base of eligible establishments, the register, and the day to judge from.
        fournisseur: what completes each descriptor, as `Settings.fournisseur`.
    """
    return _Import(columns, fields, folder, options, appels, around, fournisseur).run()


@dataclass
class _Import:
    """One import, row by row."""

    columns: Columns
    fields: Sequence[ClientField]
    folder: Folder
    options: ImportOptions
    appels: Appels
    around: Surroundings
    fournisseur: Descriptor | None
    # Rows by AF and FINESS, and by number; how many rows lack a field that nothing gives; what to write.
    clients: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    absent: Counter[str] = field(default_factory=Counter)
    files: dict[Path, JsonObject] = field(default_factory=dict)
    unchanged: int = 0
    numbering: Numbering | None = None

    def run(self) -> Imported:
        """Read every row, and say what came of it."""
        table = self.columns.table
        rows = [read_row(self.columns, row, self.fields, self.options.constants) for row in table.rows]
        own = [str(row.value[NUMERO]) for row in rows if NUMERO in row.value]
        taken = [*own, *self.folder.numbers, *(each.numero for each in self.around.register.delivered)]
        pattern = self.options.pattern
        self.numbering = Numbering(pattern, self.options.first, taken) if pattern else None
        findings = [*table.findings]
        for row in rows:
            findings += self._take(row)
        head = table.place(table.header)
        labels = {each.name: each.field.label for each in self.fields}
        for name, count in self.absent.items():
            label = labels.get(name, Text(name, name))
            findings.append(IMPORT_CHAMP_ABSENT.at(head, field=name, label=label, count=count))
        # What the settings' vendor lacks is the same for every row.
        return Imported(self.files, self.unchanged, tuple(dict.fromkeys(findings)))

    def _take(self, row: ReadRow) -> Iterator[Finding]:
        numbered = self.numbering is not None and NUMERO not in row.value and not row.is_told(f"/{NUMERO}")
        known = self.folder.find(*key_of(row.value)[:2])
        provisional = known[1] if known else _PROVISIONAL
        checked = replace(row, value={**row.value, NUMERO: provisional}) if numbered else row
        told, absent = self._check(checked)
        findings = [*row.findings, *told, *self._twins(row)]
        self.absent.update(absent)
        reference, finess, numero = key_of(row.value)
        if reference and finess:
            self.clients.setdefault((reference, finess), row.number)
        if numero:
            self.numbers.setdefault(numero.casefold(), row.number)
        if not absent and not has_errors(findings):
            findings += self._keep(row, self._numbered(checked.value) if numbered and not known else checked.value)
        yield from sorted(findings, key=lambda found: found.place.column or 0)

    def _check(self, row: ReadRow) -> tuple[list[Finding], list[str]]:
        """Return what schema and rules say of a row, and the fields that nothing gives, which are told once for all."""
        findings, absent = [], []
        for found in check_descriptor(row.descriptor(), self.appels, self.fournisseur, self.around).findings:
            pointer = _missing(found)
            if pointer is None:
                findings.append(found)
            elif row.is_told(pointer):
                continue
            elif cell := row.cell_of(pointer):
                findings.append(CELLULE_VIDE.at(cell, header=self.columns.table.headers[(cell.column or 1) - 1]))
            elif pointer == _FOURNISSEUR or any(is_within(each.pointer, pointer) for each in self.fields):
                absent.append(pointer[1:].replace("/", "."))
            else:
                findings.append(found)
        return findings, absent

    def _twins(self, row: ReadRow) -> Iterator[Finding]:
        """Give what is wrong with a row beside those above it."""
        reference, finess, numero = key_of(row.value)
        client = self.clients.get((reference, finess)) if reference and finess else None
        number = self.numbers.get(numero.casefold()) if numero else None
        if client:
            place = row.descriptor().place("/client/finess_pmsi")
            yield IMPORT_DOUBLE.at(place, finess=finess, reference=reference, row=client)
        elif number:
            yield IMPORT_NUMERO.at(row.descriptor().place(f"/{NUMERO}"), numero=numero, row=number)

    def _numbered(self, value: JsonObject) -> JsonObject:
        """Return a descriptor with the next number."""
        assert self.numbering
        return {**value, NUMERO: self.numbering.next(int(str(value["date_emission"])[:4]))}

    def _keep(self, row: ReadRow, value: JsonObject) -> Iterator[Finding]:
        """Keep a descriptor to be written, or say what in the folder is in its way."""
        if self.options.write_fournisseur and self.fournisseur:
            value = self._with_fournisseur(row, value)
        reference, finess, _ = key_of(value)
        known = self.folder.find(reference, finess)
        file = self.folder.file_of(value)
        if known and holds(known[2], value):
            self.unchanged += 1
        elif known and known[0] != file:
            yield IMPORT_AILLEURS.at(row.row, file=known[0], differs=_differences(known[2], value))
        elif known and not self.options.replace:
            yield IMPORT_DIFFERENT.at(row.row, file=file, differs=_differences(known[2], value))
        elif not known and file.exists() and not self.options.replace:
            yield IMPORT_DIFFERENT.at(row.row, file=file, differs=Text("ce n'en est pas un", "it is none"))
        else:
            # What the list says nothing of (the VA, the vendor's own `metadata`) outlives what it replaces.
            kept = {key: each for key, each in known[2].items() if key not in value} if known else {}
            self.files[file] = {**value, **kept}

    def _with_fournisseur(self, row: ReadRow, value: JsonObject) -> JsonObject:
        """Return a descriptor with the vendor's part written out; the logo's path starts from the descriptor then."""
        assert self.fournisseur
        whole = complete(replace(row, value=value).descriptor(), self.fournisseur).value
        fournisseur = whole["fournisseur"]
        logo = fournisseur.get("logo") if isinstance(fournisseur, dict) else None
        if isinstance(fournisseur, dict) and isinstance(logo, str):
            start = self.folder.file_of(whole).parent
            fournisseur = {
                **fournisseur,
                "logo": Path(os.path.relpath(self.fournisseur.folder / logo, start)).as_posix(),
            }
        return {**whole, "fournisseur": fournisseur}


def _missing(found: Finding) -> str | None:
    """Return the pointer of the value whose absence a finding tells; None where it tells something else."""
    values = dict(found.values)
    if found.kind is CLE_ABSENTE:
        return f"{found.place.pointer or ''}/{values['key']}"
    return f"/scenario/{values['key']}" if found.kind is QUESTION_SANS_REPONSE else None


def _differences(existing: JsonObject, new: JsonObject) -> str:
    """Return the keys in which two descriptors differ."""
    return ", ".join(key for key, value in new.items() if not holds(existing.get(key), value))
