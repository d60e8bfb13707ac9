"""Define the `Order` model: the order of one descriptor, with its VA or PV pilote.

The dataclasses have no slots: `pickle` sends frozen dataclasses with slots to the workers of a batch in Python code,
those without in C.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from generator.common.findings import Place
from generator.common.jsonio.source import JsonObject

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
    """A person named on a document."""

    nom: str
    qualite: str | None = None
    telephone: str | None = None
    mail: str | None = None


@dataclass(frozen=True)
class Fournisseur:
    """The vendor; `logo` is a path relative to `Order.folder`."""

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
    # One order for each FINESS PMSI: the register and duplicates go by it.
    finess_pmsi: str
    adresse: Adresse | None
    responsable: Personne | None
    signataire: Personne | None


@dataclass(frozen=True)
class Solution:
    """The software ordered.

    Attributes:
        date_dossier_preuves: the day on which its complete proof file counts as submitted.
        date_referencement: the day of its référencement.
    """

    nom: str
    version: str | None
    numero_referencement: str | None
    date_dossier_preuves: datetime.date | None
    date_referencement: datetime.date | None


@dataclass(frozen=True)
class Montant:
    """Amounts in euros, exact to the cent; `taux_tva` in per cent.

    At the rate 0 the vendor is not subject to VAT: `ttc` is optional in the descriptor, and equals `ht`.
    """

    # Decimals: the ASP rejected requests over roundings (ANS notice), and floats have no exact cents.
    ht: Decimal
    taux_tva: Decimal
    ttc: Decimal

    @property
    def has_tva(self) -> bool:
        """Whether the vendor is subject to VAT."""
        return self.taux_tva != 0


@dataclass(frozen=True)
class Historique:
    """Whether the client already had wave 1: paid by the State, or at its own cost."""

    # « Vague 1 + Vague 2 » is for clients that have had neither (ANS, criteria of eligibility).
    vague_1_financee: bool
    vague_1_a_ses_frais: bool


@dataclass(frozen=True)
class Fusion:
    """The merger that the client comes from: the FINESS PMSI of the merged establishments, and the proof."""

    finess: tuple[str, ...]
    # The client gives the vendor a proof of the merger when it signs the order.
    justificatif: str


@dataclass(frozen=True)
class Va:
    """The VA or PV pilote of an order.

    Attributes:
        pv_pilote: a PV pilote instead of a VA.
        scenario: the answers that differ from the order's.
        adresse_mssante: the MSSanté address that the client uses.
        reserves: None if the client chooses by hand; an empty tuple for « sans réserve ».
        nom_facture: the name on the invoice.
    """

    # The portal of the ASP has two models: PV pilotes are no VA.
    pv_pilote: bool
    date: datetime.date
    date_installation: datetime.date | None
    version_installee: str
    # The request for the solde names it, and later controls use it (ANS, FAQ of wave 1).
    adresse_mssante: str | None
    scenario: Mapping[str, Answer]
    reserves: tuple[str, ...] | None
    signataire: Personne | None
    # The name on the invoice and the signatory of the VA must agree (ANS, FAQ des industriels).
    nom_facture: str | None


@dataclass(frozen=True)
class Order:
    """The order of one descriptor, with texts in NFC and straight apostrophes.

    Attributes:
        folder: the folder that `fournisseur.logo` starts from.
        place: the file of the descriptor, with its line or pointer if the file contains several.
        descriptor: the JSON object, for the canonical descriptor.
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
    # An order may be signed before the software is référencé, with a clause of the AF.
    sous_condition_referencement: bool
    historique: Historique | None
    fusion: Fusion | None
    va: Va | None
    folder: Path
    place: Place
    descriptor: JsonObject = field(repr=False)

    @property
    def merged(self) -> tuple[str, ...]:
        """The FINESS PMSI of the establishments merged into the client; empty without a merger."""
        return self.fusion.finess if self.fusion else ()

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The FINESS PMSI of the client and of the establishments merged into it, each with its pointer."""
        # An order for one of them excludes an order for the client.
        merged = ((finess, f"/fusion/finess/{number}") for number, finess in enumerate(self.merged))
        return ((self.client.finess_pmsi, "/client/finess_pmsi"), *merged)

    @property
    def file(self) -> str:
        """The descriptor's file, for messages."""
        return self.place.file
