"""The fields of the workbook: those that any base has, and a ceiling for each prestation of each AF."""

from __future__ import annotations

from collections.abc import Iterable

from generator.eligibles.model import BASES
from generator.lang import Text
from generator.references import Appel
from generator.tables.mapping import Field
from generator.tables.mapping import words

FINESS, NOM, AGREGAT, CATEGORIE = "finess", "nom", "agregat", "categorie"
JURIDIQUE, GEOGRAPHIQUE, ACTIVITE = "finess_juridique", "finess_geographique", "activite"
_WAVES = frozenset(("v1", "v2"))


def _sets(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(each.split()) for each in alternatives)


_COMMON = (
    Field(
        FINESS, Text("FINESS PMSI", "FINESS PMSI"), required=True,
        words=_sets("finess"), without=frozenset(("juridique", "geographique", "ej", "et", "geo")),
    ),
    Field(
        NOM, Text("nom de l'établissement", "name of the establishment"), required=True,
        words=_sets("nom", "raison sociale", "denomination", "libelle etablissement"),
        without=frozenset(("finess", "categorie", "agregat")),
    ),
    Field(
        AGREGAT, Text("agrégat de niveau 3, des publics", "agrégat de niveau 3, of public ones"),
        words=_sets("agregat", "codeagr3"),
    ),
    Field(
        CATEGORIE, Text("catégorie, des privés", "catégorie, of private ones"),
        words=_sets("categorie", "categ"), without=frozenset(("agregat",)),
    ),
    Field(
        JURIDIQUE, Text("FINESS juridique, à côté du FINESS PMSI", "FINESS juridique, beside the FINESS PMSI"),
        words=_sets("finess juridique", "finess ej"),
    ),
    Field(
        GEOGRAPHIQUE, Text("FINESS géographique, à côté du FINESS PMSI", "FINESS géographique, beside the FINESS PMSI"),
        words=_sets("finess geographique", "finess et", "finess geo"),
    ),
    Field(ACTIVITE, Text("activité combinée", "activité combinée"), words=_sets("activite", "ac")),
)  # fmt: skip


def plafond_field(reference: str, prestation: str, basis: str) -> str:
    """Return the name of a ceiling's field: `plafond.AF-HOP-DPI-Va2.V1+V2.ttc`."""
    return f"plafond.{reference}.{prestation}.{basis}"


def base_fields(appels: Iterable[Appel]) -> tuple[Field, ...]:
    """Return the fields that a workbook's columns may be mapped to.

    Args:
        appels: the records of the AF; each prestation of each has a ceiling without and with VAT.
    """
    return (
        *_COMMON,
        *(_plafond(appel, each.id, basis) for appel in appels for each in appel.prestations for basis in BASES),
    )


def _plafond(appel: Appel, prestation: str, basis: str) -> Field:
    waves = words(prestation)
    said = f"{appel.reference}, {prestation}, {basis.upper()}"
    return Field(
        plafond_field(appel.reference, prestation, basis),
        Text(f"plafond, {said}", f"ceiling, {said}"),
        words=(waves | words(appel.dispositif) | {basis},),
        without=_WAVES - waves,
    )
