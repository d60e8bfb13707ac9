"""From a descriptor to an `Order`: schema first, then the model, of what is sound."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from functools import cache
from functools import lru_cache
from typing import Any

from generator.findings import ERROR
from generator.findings import Finding
from generator.jsonio.schema import CLE_ABSENTE
from generator.jsonio.schema import CLE_INCONNUE
from generator.jsonio.schema import Schema
from generator.jsonio.schema import check_schema
from generator.jsonio.source import Descriptor
from generator.orders.canonical import composed
from generator.orders.formats import DATE
from generator.orders.formats import formats
from generator.orders.model import Adresse
from generator.orders.model import Answer
from generator.orders.model import Client
from generator.orders.model import Fournisseur
from generator.orders.model import Fusion
from generator.orders.model import Historique
from generator.orders.model import Montant
from generator.orders.model import Order
from generator.orders.model import Personne
from generator.orders.model import Solution
from generator.orders.model import Va
from generator.resources import SCHEMAS

_STRAIGHT = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True)
class Draft:
    """A descriptor on its way to an order.

    Attributes:
        descriptor: what was read.
        order: the order; a part of it that is missing or unsound is None, whatever its type says. Read only what
            `is_sound` vouches for, or the whole where `findings` holds no error.
        findings: what the schema says.
    """

    descriptor: Descriptor
    order: Order
    findings: tuple[Finding, ...]
    _unsound: frozenset[str]
    # Many rules read the same parts.
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    def is_sound(self, pointer: str) -> bool:
        """Tell whether a part is there, and neither it nor what is around it is refused by the schema."""
        if pointer not in self._known:
            refused = any(pointer == bad or pointer.startswith(f"{bad}/") for bad in self._unsound)
            self._known[pointer] = not refused and _look_up(self.descriptor.value, pointer) is not None
        return self._known[pointer]


def draft_order(descriptor: Descriptor) -> Draft:
    """Check a descriptor against the schema, and build an order from what is sound in it."""
    findings = check_schema(descriptor, _schema())
    refused = (found for found in findings if found.severity is ERROR and found.kind not in (CLE_ABSENTE, CLE_INCONNUE))
    unsound = frozenset((found.place.pointer or "").removeprefix(descriptor.prefix) for found in refused)
    order = _Builder(descriptor, unsound).order()
    return Draft(descriptor, order, tuple(findings), unsound)


@cache
def _schema() -> Schema:
    return Schema(SCHEMAS / "order.schema.json", formats)


def _look_up(value: object, pointer: str) -> object:
    for key in _keys(pointer):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


# The rules and the model ask for some hundred, of every descriptor.
@lru_cache(maxsize=1024)
def _keys(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.split("/")[1:])


class _Builder:
    """Reads the sound parts of one descriptor; everything else is None."""

    def __init__(self, descriptor: Descriptor, unsound: frozenset[str]) -> None:
        self._descriptor = descriptor
        self._unsound = unsound

    def order(self) -> Order:
        return Order(
            reference=self._get("/reference"),
            prestation=self._get("/prestation"),
            numero=self._get("/numero"),
            date_emission=self._date("/date_emission"),
            fournisseur=Fournisseur(
                denomination_sociale=self._get("/fournisseur/denomination_sociale"),
                siret=self._get("/fournisseur/siret"),
                adresse=self._adresse("/fournisseur/adresse"),
                responsable=Personne(
                    nom=self._get("/fournisseur/responsable_transaction"),
                    qualite=self._get("/fournisseur/responsable_qualite"),
                    telephone=self._get("/fournisseur/telephone"),
                    mail=self._get("/fournisseur/mail"),
                ),
                signataire=self._personne("/fournisseur/signataire"),
                logo=self._get("/fournisseur/logo"),
            ),
            client=Client(
                denomination_sociale=self._get("/client/denomination_sociale"),
                finess_pmsi=self._get("/client/finess_pmsi"),
                adresse=self._adresse("/client/adresse"),
                responsable=self._personne("/client/responsable"),
                signataire=self._personne("/client/signataire"),
            ),
            solution=self._solution(),
            montant=Montant(
                ht=self._decimal("/montant/ht"),
                taux_tva=self._decimal("/montant/taux_tva"),
                ttc=self._decimal("/montant/ttc"),
            ),
            scenario=self._scenario("/scenario"),
            sous_condition_referencement=bool(self._get("/sous_condition_referencement")),
            historique=self._historique(),
            fusion=self._fusion(),
            va=self._va(),
            folder=self._descriptor.folder_of("/fournisseur/logo"),
            place=self._descriptor.whole,
            descriptor=self._descriptor.value,
        )

    def _get(self, pointer: str) -> Any:
        if pointer in self._unsound:
            return None
        value = _look_up(self._descriptor.value, pointer)
        return _as_printed(value) if isinstance(value, str) else value

    def _texts(self, pointer: str) -> tuple[str, ...] | None:
        values = self._get(pointer)
        if not isinstance(values, list):
            return None
        return tuple(_as_printed(value) for value in values if isinstance(value, str))

    def _date(self, pointer: str) -> Any:
        value = self._get(pointer)
        return value and datetime.date.fromisoformat(value)

    def _decimal(self, pointer: str) -> Any:
        value = self._get(pointer)
        return value and Decimal(value)

    def _adresse(self, pointer: str) -> Any:
        if not self._get(pointer):
            return None
        lignes = self._texts(f"{pointer}/lignes") or ()
        return Adresse(lignes, self._get(f"{pointer}/code_postal"), self._get(f"{pointer}/ville"))

    def _personne(self, pointer: str) -> Any:
        if not self._get(pointer):
            return None
        keys = ("nom", "qualite", "telephone", "mail")
        return Personne(*(self._get(f"{pointer}/{key}") for key in keys))

    def _solution(self) -> Any:
        if not self._get("/solution"):
            return None
        keys = ("nom", "version", "numero_referencement")
        dates = ("date_dossier_preuves", "date_referencement")
        return Solution(
            *(self._get(f"/solution/{key}") for key in keys), *(self._date(f"/solution/{key}") for key in dates)
        )

    def _historique(self) -> Any:
        if not self._get("/historique"):
            return None
        keys = ("vague_1_financee", "vague_1_a_ses_frais")
        return Historique(*(self._get(f"/historique/{key}") for key in keys))

    def _fusion(self) -> Any:
        if not self._get("/fusion"):
            return None
        return Fusion(self._texts("/fusion/finess") or (), self._get("/fusion/justificatif"))

    def _scenario(self, pointer: str) -> Mapping[str, Answer]:
        answers = self._get(pointer)
        if not isinstance(answers, dict):
            return {}
        return {key: _answer(value) for key, value in answers.items() if isinstance(value, bool | str)}

    def _va(self) -> Any:
        if not self._get("/va"):
            return None
        return Va(
            pv_pilote=self._get("/va/type") == "pv_pilote",
            date=self._date("/va/date"),
            date_installation=self._date("/va/date_installation"),
            version_installee=self._get("/va/version_installee"),
            scenario=self._scenario("/va/scenario"),
            reserves=self._texts("/va/reserves"),
            signataire=self._personne("/va/signataire"),
            nom_facture=self._get("/va/nom_facture"),
        )


def _answer(value: bool | str) -> Any:
    """Return an answer; a text that is no date stays a text, for the scenario's rule to refuse."""
    if isinstance(value, bool) or not DATE.fullmatch(value):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return value


def _as_printed(text: str) -> str:
    """Return a text composed, its apostrophes straight: curly ones come back doubled from optical readers."""
    composed_text: str = composed(text)
    return composed_text.translate(_STRAIGHT)
