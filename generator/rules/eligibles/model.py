"""Define the base of eligible establishments, by their FINESS PMSI."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from generator.common.folding import fold_words
from generator.common.language import Text

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
    def others(self) -> tuple[tuple[str, Text], ...]:
        """Its other FINESS numbers, each with its kind."""
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

    def known_as(self, finess: str) -> tuple[tuple[Etablissement, Text], ...]:
        """Return the establishments with this FINESS juridique or géographique, each with the kind of number."""
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
    def _others(self) -> dict[str, list[tuple[Etablissement, Text]]]:
        found: dict[str, list[tuple[Etablissement, Text]]] = {}
        for each in self:
            for number, kind in each.others:
                found.setdefault(number, []).append((each, kind))
        return found
