"""One dossier: the order, and what its VA or PV pilote adds.

Without slots: what has them, and is frozen, is sent to the workers of a batch by Python's own code, the rest by C.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from pathlib import Path

from generator.findings import Place
from generator.jsonio.source import JsonObject

# An answer to a question of the installation scenario: yes or no, or a date.
Answer = bool | datetime.date


@dataclass(frozen=True)
class Adresse:
    """A postal address."""

    lignes: tuple[str, ...]
    code_postal: str
    ville: str


@dataclass(frozen=True)
class Personne:
    """Somebody named on a document."""

    nom: str
    qualite: str | None = None
    telephone: str | None = None
    mail: str | None = None


@dataclass(frozen=True)
class Fournisseur:
    """The vendor; `logo` is the path of a picture, relative to `Order.folder`."""

    denomination_sociale: str
    siret: str
    adresse: Adresse
    responsable: Personne
    signataire: Personne | None
    logo: str | None


@dataclass(frozen=True)
class Client:
    """The hospital, known by its FINESS PMSI."""

    denomination_sociale: str
    finess_pmsi: str
    adresse: Adresse | None
    responsable: Personne | None
    signataire: Personne | None


@dataclass(frozen=True)
class Solution:
    """The software ordered.

    Attributes:
        date_dossier_preuves: when its complete proof file is deemed to have been submitted.
        date_referencement: when it was référencée.
    """

    nom: str
    version: str | None
    numero_referencement: str | None
    date_dossier_preuves: datetime.date | None
    date_referencement: datetime.date | None


@dataclass(frozen=True)
class Montant:
    """Amounts in euros, exact to the cent; `taux_tva` in per cent."""

    ht: Decimal
    taux_tva: Decimal
    ttc: Decimal


@dataclass(frozen=True)
class Historique:
    """What the hospital had of wave 1 already: paid by the State, or by itself."""

    vague_1_financee: bool
    vague_1_a_ses_frais: bool


@dataclass(frozen=True)
class Fusion:
    """The merger that the hospital was born of: the FINESS PMSI of those merged, and the name of what proves it."""

    finess: tuple[str, ...]
    justificatif: str


@dataclass(frozen=True)
class Va:
    """What the VA or the PV pilote adds.

    Attributes:
        pv_pilote: a PV pilote instead of a VA.
        scenario: the answers that differ from the order's.
        reserves: None leaves the choice to the client's pen; an empty tuple says « sans réserve ».
        nom_facture: the name on the invoice.
    """

    pv_pilote: bool
    date: datetime.date
    date_installation: datetime.date | None
    version_installee: str
    scenario: Mapping[str, Answer]
    reserves: tuple[str, ...] | None
    signataire: Personne | None
    nom_facture: str | None


@dataclass(frozen=True)
class Order:
    """A dossier as its descriptor gives it, every text in Unicode's composed form (NFC), its apostrophes straight.

    Attributes:
        folder: the folder that `fournisseur.logo` starts from.
        place: where the descriptor stands: its file, and its line or pointer where the file holds several.
        descriptor: the JSON it was built from, for the canonical descriptor.
    """

    reference: str
    prestation: str
    numero: str
    date_emission: datetime.date
    fournisseur: Fournisseur
    client: Client
    solution: Solution | None
    montant: Montant
    scenario: Mapping[str, Answer]
    sous_condition_referencement: bool
    historique: Historique | None
    fusion: Fusion | None
    va: Va | None
    folder: Path
    place: Place
    descriptor: JsonObject = field(repr=False)

    @property
    def merged(self) -> tuple[str, ...]:
        """The FINESS PMSI of the establishments that its client was merged of; none where it was not."""
        return self.fusion.finess if self.fusion else ()

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The FINESS PMSI of the client and of those it was merged of, each with its pointer."""
        merged = ((finess, f"/fusion/finess/{number}") for number, finess in enumerate(self.merged))
        return ((self.client.finess_pmsi, "/client/finess_pmsi"), *merged)

    @property
    def file(self) -> str:
        """The descriptor's file, for messages."""
        return self.place.file
