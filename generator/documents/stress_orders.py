"""Build stress orders: fictional orders that push a template to its limits.

They are the shortest and the longest order and every choice, for any AF record: an own record gives its own
prestations and questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appel, DocumentKind

_DATE = "2026-05-04"
_INSTALLED = "2026-11-02"
_PARTY = (
    "Groupement Fictif d’Édition et de Soins des Trois-Vallées et du Haut-Modèle – Établissement Public d’Exempleville"
)
_PERSON = {
    "nom": "Marie-Françoise de Saint-Exemple du Modèle",
    "qualite": "Directrice générale adjointe chargée de la transformation numérique",
}
_ADDRESS = {
    "lignes": [
        "Bâtiment C, escalier 12, troisième étage",
        "Zone d’activité du Grand Exemple et du Petit Modèle",
        "127 bis avenue de la Spécification-Fonctionnelle",
        "BP 90001",
    ],
    "code_postal": "99123",
    "ville": "Saint-Exemple-de-la-Très-Longue-Vallée CEDEX",
}
_RESERVES = [
    "La traçabilité des consultations du DMP n’est pas encore affichée dans le dossier du patient.",
    "Deux postes du service des urgences restent à équiper de lecteurs de cartes ; livraison annoncée par l’éditeur.",
]


@dataclass(frozen=True, slots=True)
class StressOrder:
    """A stress order: its name, the order, its AF record, and the kind of document."""

    name: str
    order: Order
    appel: Appel
    document: DocumentKind


def stress_orders(appel: Appel, document: DocumentKind) -> Iterator[StressOrder]:
    """Return the stress orders of a kind of document for an AF.

    They are the shortest, the longest, and orders with each other prestation, answer, choice of réserves and optional
    value.
    """
    prestations = [known.id for known in appel.prestations]
    values = (
        ("court", _short(appel, prestations[-1], document)),
        ("long", _long(appel, prestations[0], document)),
        *_choices(appel, prestations, document),
    )
    # Each has its own number, which is part of the file names.
    for number, (name, value) in enumerate(values, start=1):
        yield StressOrder(name, _order(name, {"numero": str(number), **value}), appel, document)


def longest_order(appel: Appel, document: DocumentKind) -> StressOrder:
    """Return the order that needs the most space."""
    return next(stress for stress in stress_orders(appel, document) if stress.name == "long")


def _order(name: str, value: dict[str, Any]) -> Order:
    # The order comes from no file: messages show its name instead.
    (read,) = parse_descriptors(json.dumps(value), f"« {name} »")
    assert isinstance(read, Descriptor), read
    draft = draft_order(read)
    # The values fit any record: a finding here is a fault of the program.
    assert not draft.findings, draft.findings
    return draft.order


def _short(appel: Appel, prestation: str, document: DocumentKind) -> dict[str, Any]:
    value: dict[str, Any] = {
        "reference": appel.reference,
        "prestation": prestation,
        "date_emission": _DATE,
        "fournisseur": {
            "denomination_sociale": "Éditeur",
            "siret": "73282932000074",
            "adresse": {"lignes": ["1 rue"], "code_postal": "99000", "ville": "Lieu"},
            "responsable_transaction": "A. Nom",
            "telephone": "0123456789",
            "mail": "a@b.example",
        },
        "client": {"denomination_sociale": "CH", "finess_pmsi": "010000024"},
        "montant": {"ht": "1.00", "taux_tva": "0.00"},
        "scenario": _answers(appel, yes=False),
    }
    if document is not DocumentKind.BDC:
        # Only what the schema requires.
        value["va"] = {"type": _type(document), "date": "2027-02-15", "version_installee": "1"}
    return value


_LONG_FOURNISSEUR = {
    "denomination_sociale": _PARTY,
    "siret": "73282932000074",
    "adresse": _ADDRESS,
    "responsable_transaction": _PERSON["nom"],
    "responsable_qualite": _PERSON["qualite"],
    "telephone": "+33123456789",
    "mail": "responsable.des.commandes.hospitalieres@service-fictif-des-offres.editeur.example",
    "signataire": _PERSON,
}
_LONG_CLIENT = {
    "denomination_sociale": _PARTY,
    "finess_pmsi": "990000036",
    "adresse": _ADDRESS,
    "responsable": {
        **_PERSON,
        "telephone": "04 12 34 56 78",
        "mail": "direction.du.numerique@hopital-fictif.example",
    },
    "signataire": _PERSON,
}


def _long(appel: Appel, prestation: str, document: DocumentKind) -> dict[str, Any]:
    value: dict[str, Any] = {
        "reference": appel.reference,
        "prestation": prestation,
        "numero": "COMMANDE/2026/SANTE-000000123.AB",
        "date_emission": _DATE,
        "fournisseur": _LONG_FOURNISSEUR,
        "client": _LONG_CLIENT,
        "solution": {
            "nom": "Dossier Patient Informatisé Exemple Édition Groupement Hospitalier de Territoire",
            "version": "2026.4.12-rc1",
            "numero_referencement": "EXEMPLE-001",
        },
        "montant": {"ht": "1234567.89", "taux_tva": "20.00", "ttc": "1481481.47"},
        "scenario": _answers(appel, yes=True),
    }
    # A record without the clause prints none.
    if appel.conditional_clause:
        value["sous_condition_referencement"] = True
    if document is not DocumentKind.BDC:
        value["va"] = {
            "type": _type(document),
            "date": "2027-03-01",
            "date_installation": "2027-02-22",
            "version_installee": "2026.4.12-rc1",
            "adresse_mssante": "direction.du.numerique@groupement-fictif-des-trois-vallees.mssante.fr",
            "scenario": _answers(appel, yes=False),
            "reserves": _RESERVES,
            "signataire": _PERSON,
        }
    return value


def _choices(appel: Appel, prestations: list[str], document: DocumentKind) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return orders with the choices that neither the shortest nor the longest order makes."""
    # The first and the last are those of the longest and of the shortest order.
    for prestation in prestations[1:-1]:
        yield f"prestation {prestation}", _short(appel, prestation, document)
    mixed = _short(appel, prestations[0], document)
    mixed["scenario"] = _answers(appel, yes=True)
    mixed["solution"] = {"nom": "DPI Exemple"}
    mixed["client"] |= {"responsable": {"nom": "Nom"}, "signataire": {"nom": "Nom"}}
    if document is not DocumentKind.BDC:
        # An empty list ticks « sans réserve »; the shortest order ticks no box.
        mixed["va"]["reserves"] = []
    yield "choix", mixed


def _answers(appel: Appel, *, yes: bool) -> dict[str, object]:
    return {question.id: _INSTALLED if question.is_date else yes for question in appel.questions}


def _type(document: DocumentKind) -> str:
    return "va" if document is DocumentKind.VA else "pv_pilote"
