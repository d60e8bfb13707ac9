"""Define the base of eligible establishments, by their FINESS PMSI, and save it in a local file.

The file has a line for its workbook, then a line for each establishment. The first line contains a digest of the
others: a base that is incomplete or was edited by hand is refused.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs

from generator.common.files import open_regular, whole_file
from generator.common.findings import ERROR, FindingError, Place, define
from generator.common.folding import fold_words
from generator.common.jsonio.source import FICHIER_ILLISIBLE
from generator.common.language import os_reason

ELIGIBLES_FICHIER = define("ELIGIBLES-FICHIER", ERROR)
ELIGIBLES_REMPLACE = define("ELIGIBLES-REMPLACE", ERROR)

FORMAT = "segurdoc-eligibles-1"
NAME = "eligibles.base"
# About ten times the size of a base of the whole country.
MAX_BYTES = 64 * 1024 * 1024
# How every base begins.
_BEGINNING = f'{{"format":"{FORMAT}",'.encode()
# The keys of a line that are absent if the workbook has no value.
_OPTIONAL = ("agregat", "categorie", "juridique", "geographique", "activite")

HT, TTC = "ht", "ttc"
BASES = (HT, TTC)
"""The two amounts of a ceiling: without and with VAT."""


@dataclass(frozen=True, slots=True)
class Plafond:
    """The ceiling of a prestation, without and with VAT; None if the workbook does not give it."""

    ht: Decimal | None = None
    ttc: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Etablissement:
    """One establishment of the base.

    Attributes:
        finess: its FINESS PMSI.
        nom: its name.
        ligne: its row in the workbook, from 1.
        agregat: the agrégat de niveau 3 of a public establishment, 4 digits.
        categorie: the catégorie of a private establishment, 3 digits.
        juridique: its FINESS juridique, if the workbook gives it.
        geographique: its FINESS géographique, if the workbook gives it.
        activite: its activity, as the workbook writes it.
        plafonds: its ceilings, by AF and prestation.
    """

    finess: str
    nom: str
    ligne: int
    agregat: str | None = None
    categorie: str | None = None
    juridique: str | None = None
    geographique: str | None = None
    activite: str | None = None
    plafonds: Mapping[tuple[str, str], Plafond] = field(default_factory=dict)

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Its other FINESS numbers, each with the name of its attribute."""
        named = ((self.juridique, "juridique"), (self.geographique, "geographique"))
        return tuple((number, attribute) for number, attribute in named if number and number != self.finess)


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that a base was read from.

    Attributes:
        file: its name, without its folder.
        sha256: its digest, in hexadecimal.
        date: the day of its last change.
        sheet: the sheet read; empty for a CSV file.
        columns: the header of the column of each field.
    """

    file: str
    sha256: str
    date: datetime.date
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name and date, for messages."""
        return f"{self.file}, {self.date.isoformat()}"

    def __str__(self) -> str:
        return f"{self.label}, sha256 {self.sha256}"


@dataclass(frozen=True)
class Base:
    """The base of eligible establishments.

    Attributes:
        source: the workbook.
        etablissements: by FINESS PMSI, in the workbook's order.
        refused: the rows that the import refused, by their FINESS.
        file: the local file; empty for a base that was just imported.
    """

    source: Source
    etablissements: Mapping[str, Etablissement] = field(repr=False)
    refused: Mapping[str, int] = field(default_factory=dict, repr=False)
    file: str = ""

    def get(self, finess: str) -> Etablissement | None:
        """Return the establishment of a FINESS PMSI; None if the base has none."""
        return self.etablissements.get(finess)

    @cached_property
    def has_categories(self) -> bool:
        """Whether any establishment has an agrégat or a catégorie."""
        return any(each.agregat or each.categorie for each in self)

    def known_as(self, finess: str) -> tuple[tuple[Etablissement, str], ...]:
        """Return the establishments with this FINESS juridique or géographique, each with the attribute that has it."""
        return tuple(self._others.get(finess, ()))

    def named(self, name: str) -> Etablissement | None:
        """Return the only establishment of a name (accents, case and signs ignored); None if several have it."""
        found = self._names.get(fold_words(name), ())
        return found[0] if len(found) == 1 else None

    def __iter__(self) -> Iterator[Etablissement]:
        return iter(self.etablissements.values())

    def __len__(self) -> int:
        return len(self.etablissements)

    @cached_property
    def _names(self) -> dict[str, list[Etablissement]]:
        found: dict[str, list[Etablissement]] = {}
        for each in self:
            found.setdefault(fold_words(each.nom), []).append(each)
        return found

    @cached_property
    def _others(self) -> dict[str, list[tuple[Etablissement, str]]]:
        found: dict[str, list[tuple[Etablissement, str]]] = {}
        for each in self:
            for number, attribute in each.others:
                found.setdefault(number, []).append((each, attribute))
        return found


class EligiblesError(FindingError):
    """The base cannot be loaded; `finding` is the reason."""


def default_path() -> Path:
    """Return the default file of the base, in the user's data folder."""
    return platformdirs.user_data_path("segurdoc", appauthor=False) / NAME


def save_base(base: Base, path: Path) -> None:
    """Write a base, atomically.

    Raises:
        EligiblesError: a file that is no base has this name.
        OSError: the file cannot be written.
    """
    # A base replaces a base only: the file may belong to somebody else.
    if path.exists() and not _is_base(path):
        raise EligiblesError(ELIGIBLES_REMPLACE.at(Place(str(path))))
    lines = b"".join(_line(_object(each)) for each in base)
    head = {
        "format": FORMAT,
        "sha256": hashlib.sha256(lines).hexdigest(),
        "source": {**asdict(base.source), "date": base.source.date.isoformat()},
        "refused": dict(base.refused),
    }
    with whole_file(path) as stream:
        stream.write(_line(head) + lines)


def load_base(path: Path) -> Base:
    """Load a base.

    Raises:
        EligiblesError: the file cannot be read, or `save_base` did not write it.
    """
    try:
        with open_regular(path) as stream:
            head, lines = stream.readline(MAX_BYTES), stream.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        raise EligiblesError(FICHIER_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))) from error
    try:
        first = json.loads(head)
        if first["format"] != FORMAT or first["sha256"] != hashlib.sha256(lines).hexdigest():
            raise ValueError
        found = json.loads(b"[" + b",".join(lines.splitlines()) + b"]")
        etablissements = {each["finess"]: _etablissement(each) for each in found}
        source = Source(**{**first["source"], "date": datetime.date.fromisoformat(first["source"]["date"])})
        return Base(source, etablissements, dict(first["refused"]), str(path))
    # A cut line, a missing key, a value of another type, an amount that is no number, or brackets nested too deep.
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise EligiblesError(ELIGIBLES_FICHIER.at(Place(str(path)))) from error


def _is_base(path: Path) -> bool:
    """Return whether a file begins as a base does, damaged or not; an empty one has nothing to lose."""
    if not path.is_file():
        return False
    with open_regular(path) as stream:
        head = stream.read(len(_BEGINNING))
    return not head or head == _BEGINNING


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _object(etablissement: Etablissement) -> dict[str, object]:
    value: dict[str, object] = {
        "finess": etablissement.finess,
        "nom": etablissement.nom,
        "ligne": etablissement.ligne,
    }
    value |= {key: getattr(etablissement, key) for key in _OPTIONAL if getattr(etablissement, key) is not None}
    value["plafonds"] = [
        [reference, prestation, *(None if amount is None else str(amount) for amount in (plafond.ht, plafond.ttc))]
        for (reference, prestation), plafond in etablissement.plafonds.items()
    ]
    return value


def _etablissement(value: dict[str, Any]) -> Etablissement:
    plafonds = {
        (reference, prestation): Plafond(*(None if amount is None else Decimal(amount) for amount in (ht, ttc)))
        for reference, prestation, ht, ttc in value["plafonds"]
    }
    optional = {key: value.get(key) for key in _OPTIONAL}
    return Etablissement(value["finess"], value["nom"], value["ligne"], **optional, plafonds=plafonds)
