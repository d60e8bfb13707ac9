"""The base: establishments by their FINESS PMSI, and the workbook they come from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from functools import cached_property

from generator.folding import folded
from generator.lang import Text

HT, TTC = "ht", "ttc"
BASES = (HT, TTC)
"""The two amounts that a ceiling is given in: without and with VAT."""


@dataclass(frozen=True, slots=True)
class Plafond:
    """The ceiling of a prestation, without and with VAT; None where the workbook does not give it."""

    ht: Decimal | None = None
    ttc: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Etablissement:
    """One establishment of the base.

    Attributes:
        finess: its FINESS PMSI.
        nom: its name.
        ligne: its row in the workbook, from 1.
        agregat: agrégat de niveau 3, of public ones: 4 digits.
        categorie: catégorie, of private ones: 3 digits.
        juridique: its FINESS juridique, where the workbook gives it beside the FINESS PMSI.
        geographique: its FINESS géographique, likewise.
        activite: its activity, as the workbook writes it.
        plafonds: ceilings by reference of the AF and prestation.
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
    def others(self) -> tuple[tuple[str, Text], ...]:
        """Its other FINESS numbers, each with what it is."""
        named = (
            (self.juridique, Text("juridique", "juridique")),
            (self.geographique, Text("géographique", "géographique")),
        )
        return tuple((number, kind) for number, kind in named if number and number != self.finess)


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that a base was read from.

    Attributes:
        file: its name, without its folder.
        sha256: its digest, in hexadecimal.
        date: when it was last changed.
        sheet: the sheet read; empty for a CSV file.
        columns: the header of each field that was read.
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
        refused: rows that the import refused, by the FINESS they give.
        file: the local file; empty for one that was just read.
    """

    source: Source
    etablissements: Mapping[str, Etablissement] = field(repr=False)
    refused: Mapping[str, int] = field(default_factory=dict, repr=False)
    file: str = ""

    def get(self, finess: str) -> Etablissement | None:
        """Return the establishment of a FINESS PMSI; None where the base has none."""
        return self.etablissements.get(finess)

    @cached_property
    def has_categories(self) -> bool:
        """Whether it gives an agrégat or a catégorie of any establishment."""
        return any(each.agregat or each.categorie for each in self)

    def known_as(self, finess: str) -> tuple[tuple[Etablissement, Text], ...]:
        """Return the establishments that have a number as their juridique or géographique one, and which it is."""
        return tuple(self._others.get(finess, ()))

    def named(self, name: str) -> Etablissement | None:
        """Return the one establishment of a name, whatever its accents, case and signs; None where several have it."""
        found = self._names.get(folded(name), ())
        return found[0] if len(found) == 1 else None

    def __iter__(self) -> Iterator[Etablissement]:
        return iter(self.etablissements.values())

    def __len__(self) -> int:
        return len(self.etablissements)

    @cached_property
    def _names(self) -> dict[str, list[Etablissement]]:
        found: dict[str, list[Etablissement]] = {}
        for each in self:
            found.setdefault(folded(each.nom), []).append(each)
        return found

    @cached_property
    def _others(self) -> dict[str, list[tuple[Etablissement, Text]]]:
        found: dict[str, list[tuple[Etablissement, Text]]] = {}
        for each in self:
            for number, kind in each.others:
                found.setdefault(number, []).append((each, kind))
        return found
