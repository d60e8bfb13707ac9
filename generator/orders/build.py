"""Build an `Order` from a descriptor: add the vendor's part, check the schema, convert the parts that it accepts.

The vendor's part (`fournisseur`) of a descriptor may come from the settings.
"""

import datetime
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from generator.common.findings import ERROR, Finding, Place
from generator.common.jsonio.schema import CLE_ABSENTE, CLE_INCONNUE, Schema, check_schema
from generator.common.jsonio.source import Descriptor, JsonObject
from generator.common.resources import SCHEMAS
from generator.common.value_formats import DATE, formats
from generator.orders import model

# Typographic apostrophes, which Tesseract reads doubled (`docs/ocr-layout.md`).
_STRAIGHT = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True)
class CompletedDescriptor(Descriptor):
    """A descriptor completed with the `fournisseur` of the settings; `source` is the text of its own part."""

    own: Descriptor = field(kw_only=True)
    defaults: Descriptor = field(kw_only=True)

    def place(self, pointer: str, *, at_key: bool = False) -> Place:
        """Return the place of a value, in the descriptor or in the settings."""
        return self._origin(pointer).place(pointer, at_key=at_key)

    def folder_of(self, pointer: str) -> Path:
        """Return the folder that a relative path starts from: that of the descriptor or of the settings."""
        return self._origin(pointer).folder_of(pointer)

    def _origin(self, pointer: str) -> Descriptor:
        """Return the descriptor that contains a value: its own, or the settings."""
        # `/fournisseur/adresse/ville` belongs to whoever gave the address.
        group, key = (*pointer.split("/"), "")[1:3] if pointer else ("", "")
        if group != "fournisseur":
            return self.own
        if key:
            is_given = key in vendor_of(self.own.value) or key not in vendor_of(self.defaults.value)
        else:
            is_given = group in self.own.value
        return self.own if is_given else self.defaults


@dataclass(frozen=True)
class Draft:
    """An order built from the parts of a descriptor that the schema accepts.

    Attributes:
        descriptor: the descriptor.
        order: the order. A part that is missing or invalid is None, whatever its type: read a part only if
            `is_valid` returns True for it, or if `findings` has no error.
        findings: the violations of the schema.
    """

    descriptor: Descriptor
    order: model.Order
    findings: tuple[Finding, ...]
    _unsound: frozenset[str]
    # By pointer: many rules ask for the same parts.
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    def is_valid(self, pointer: str) -> bool:
        """Return whether a part is present, and the schema refuses neither it nor an object that contains it."""
        if pointer not in self._known:
            refused = any(pointer == bad or pointer.startswith(f"{bad}/") for bad in self._unsound)
            self._known[pointer] = not refused and _look_up(self.descriptor.value, pointer) is not None
        return self._known[pointer]


def complete(descriptor: Descriptor, defaults: Descriptor | None) -> Descriptor:
    """Add the missing keys of `fournisseur` to a descriptor; its own values win, key by key.

    Args:
        descriptor: the descriptor.
        defaults: a descriptor of `fournisseur` alone, as `Settings.fournisseur`.
    """
    # The schema refuses a `fournisseur` that is no object: it is not replaced.
    if defaults is None or not isinstance(descriptor.value.get("fournisseur", {}), dict):
        return descriptor
    # Key by key, and not deeper: a person or an address is never mixed from two.
    fournisseur = {**vendor_of(defaults.value), **vendor_of(descriptor.value)}
    value = {**descriptor.value, "fournisseur": fournisseur}
    return CompletedDescriptor(
        descriptor.file, value, descriptor.source, descriptor.prefix, own=descriptor, defaults=defaults
    )


def vendor_of(value: JsonObject) -> JsonObject:
    """Return the vendor's part of a descriptor's value; empty where it has none, or something else in its place."""
    found = value.get("fournisseur")
    return found if isinstance(found, dict) else {}


def draft_order(descriptor: Descriptor) -> Draft:
    """Check a descriptor against the schema, and build an order from its valid parts."""
    findings = check_schema(descriptor, _schema())
    # An object that lacks a key, or has one too many, is valid itself: rules read its other parts.
    refused = (found for found in findings if found.severity is ERROR and found.kind not in (CLE_ABSENTE, CLE_INCONNUE))
    unsound = frozenset((found.place.pointer or "").removeprefix(descriptor.prefix) for found in refused)
    # Despite findings: all rules that can be checked are, in one go.
    order = _Builder(descriptor, unsound).order()
    return Draft(descriptor, order, tuple(findings), unsound)


@cache
def _schema() -> Schema:
    # Compiled once: it serves all orders of a process.
    return Schema(SCHEMAS / "order.schema.json", formats)


def _look_up(value: object, pointer: str) -> object:
    for key in _keys(pointer):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


# The rules and the model look up about a hundred pointers in each descriptor.
@lru_cache(maxsize=1024)
def _keys(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.split("/")[1:])


class _Builder:
    """Converts the valid parts of one descriptor; the others are None."""

    def __init__(self, descriptor: Descriptor, unsound: frozenset[str]) -> None:
        self._descriptor = descriptor
        self._unsound = unsound

    def order(self) -> model.Order:
        return model.Order(
            reference=self._get("/reference"),
            prestation=self._get("/prestation"),
            numero=self._get("/numero"),
            date_emission=self._date("/date_emission"),
            fournisseur=model.Fournisseur(
                denomination_sociale=self._get("/fournisseur/denomination_sociale"),
                siret=self._get("/fournisseur/siret"),
                adresse=self._adresse("/fournisseur/adresse"),
                responsable=model.Personne(
                    nom=self._get("/fournisseur/responsable_transaction"),
                    qualite=self._get("/fournisseur/responsable_qualite"),
                    telephone=self._get("/fournisseur/telephone"),
                    mail=self._get("/fournisseur/mail"),
                ),
                signataire=self._personne("/fournisseur/signataire"),
                logo=self._get("/fournisseur/logo"),
            ),
            client=model.Client(
                denomination_sociale=self._get("/client/denomination_sociale"),
                finess_pmsi=self._get("/client/finess_pmsi"),
                adresse=self._adresse("/client/adresse"),
                responsable=self._personne("/client/responsable"),
                signataire=self._personne("/client/signataire"),
            ),
            solution=self._solution(),
            montant=self._montant(),
            scenario=self._scenario("/scenario"),
            sous_condition_referencement=bool(self._get("/sous_condition_referencement")),
            historique=self._historique(),
            fusion=self._fusion(),
            va=self._va(),
            # A logo of the settings lies next to them.
            folder=self._descriptor.folder_of("/fournisseur/logo"),
            place=self._descriptor.whole,
            descriptor=self._descriptor.value,
        )

    def _get(self, pointer: str) -> Any:
        # A value that the schema refuses could break the conversion.
        if pointer in self._unsound:
            return None
        value = _look_up(self._descriptor.value, pointer)
        return _as_printed(value) if isinstance(value, str) else value

    def _values(self, pointer: str, *keys: str) -> Iterator[Any]:
        return (self._get(f"{pointer}/{key}") for key in keys)

    def _texts(self, pointer: str) -> tuple[str, ...] | None:
        values = self._get(pointer)
        if not isinstance(values, list):
            return None
        return tuple(_as_printed(value) for value in values if isinstance(value, str))

    def _date(self, pointer: str) -> Any:
        value = self._get(pointer)
        return value and datetime.date.fromisoformat(value)

    def _adresse(self, pointer: str) -> Any:
        if not self._get(pointer):
            return None
        return model.Adresse(self._texts(f"{pointer}/lignes") or (), *self._values(pointer, "code_postal", "ville"))

    def _personne(self, pointer: str) -> Any:
        if not self._get(pointer):
            return None
        return model.Personne(*self._values(pointer, "nom", "qualite", "telephone", "mail"))

    def _montant(self) -> model.Montant:
        ht, taux_tva, ttc = (value and Decimal(value) for value in self._values("/montant", "ht", "taux_tva", "ttc"))
        # A vendor without VAT need not repeat the amount.
        if taux_tva == 0 and _look_up(self._descriptor.value, "/montant/ttc") is None:
            ttc = ht
        return model.Montant(ht, taux_tva, ttc)

    def _solution(self) -> Any:
        if not self._get("/solution"):
            return None
        return model.Solution(
            nom=self._get("/solution/nom"),
            version=self._get("/solution/version"),
            numero_referencement=self._get("/solution/numero_referencement"),
            date_dossier_preuves=self._date("/solution/date_dossier_preuves"),
            date_referencement=self._date("/solution/date_referencement"),
        )

    def _historique(self) -> Any:
        if not self._get("/historique"):
            return None
        return model.Historique(*self._values("/historique", "vague_1_financee", "vague_1_a_ses_frais"))

    def _fusion(self) -> Any:
        if not self._get("/fusion"):
            return None
        return model.Fusion(self._texts("/fusion/finess") or (), self._get("/fusion/justificatif"))

    def _scenario(self, pointer: str) -> Mapping[str, model.Answer]:
        answers = self._get(pointer)
        if not isinstance(answers, dict):
            return {}
        return {key: _answer(value) for key, value in answers.items() if isinstance(value, bool | str)}

    def _va(self) -> Any:
        if not self._get("/va"):
            return None
        return model.Va(
            pv_pilote=self._get("/va/type") == "pv_pilote",
            date=self._date("/va/date"),
            date_installation=self._date("/va/date_installation"),
            version_installee=self._get("/va/version_installee"),
            adresse_mssante=self._get("/va/adresse_mssante"),
            scenario=self._scenario("/va/scenario"),
            # None, not an empty tuple, where the key is missing: the client then chooses by hand.
            reserves=self._texts("/va/reserves"),
            signataire=self._personne("/va/signataire"),
            nom_facture=self._get("/va/nom_facture"),
        )


def _answer(value: bool | str) -> Any:
    """Return an answer; a text that is not a date stays a text, which the scenario rule refuses."""
    # Each AF has its own questions, which the schema of descriptors does not know.
    if isinstance(value, bool) or not DATE.fullmatch(value):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return value


def _as_printed(text: str) -> str:
    """Return a text in NFC, with straight apostrophes: optical readers return curly ones doubled."""
    return unicodedata.normalize("NFC", text).translate(_STRAIGHT)
