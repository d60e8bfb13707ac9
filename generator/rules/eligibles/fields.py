"""List the fields that the columns of the workbook can have, with a ceiling for each prestation of each AF."""

from __future__ import annotations

from collections.abc import Iterable

from generator.common.language import Text
from generator.common.tables.mapping import ColumnField, words
from generator.references import Appel
from generator.rules.eligibles.model import BASES

FINESS, NOM, AGREGAT, CATEGORIE = "finess", "nom", "agregat", "categorie"
JURIDIQUE, GEOGRAPHIQUE, ACTIVITE = "finess_juridique", "finess_geographique", "activite"
_WAVES = frozenset(("v1", "v2"))


def _sets(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(each.split()) for each in alternatives)


_COMMON = (
    ColumnField(
        FINESS, Text("FINESS PMSI", "FINESS PMSI"), required=True,
        words=_sets("finess pmsi", "finess"), without=frozenset(("juridique", "geographique", "ej", "et", "geo")),
    ),
    ColumnField(
        NOM, Text("nom de l'établissement", "name of the establishment"), required=True,
        words=_sets("nom", "raison sociale", "denomination", "libelle etablissement"),
        without=frozenset(("finess", "categorie", "agregat")),
    ),
    ColumnField(
        AGREGAT, Text("agrégat de niveau 3, des publics", "agrégat de niveau 3, of public ones"),
        words=_sets("agregat", "codeagr3"),
    ),
    ColumnField(
        CATEGORIE, Text("catégorie, des privés", "catégorie, of private ones"),
        words=_sets("categorie", "categ"), without=frozenset(("agregat",)),
    ),
    ColumnField(
        JURIDIQUE, Text("FINESS juridique, à côté du FINESS PMSI", "FINESS juridique next to FINESS PMSI"),
        words=_sets("finess juridique", "finess ej"),
    ),
    ColumnField(
        GEOGRAPHIQUE, Text("FINESS géographique, à côté du FINESS PMSI", "FINESS géographique next to FINESS PMSI"),
        words=_sets("finess geographique", "finess et", "finess geo"),
    ),
    ColumnField(ACTIVITE, Text("activité combinée", "activité combinée"), words=_sets("activite", "ac")),
)  # fmt: skip


def plafond_field(reference: str, prestation: str, basis: str) -> str:
    """Return the name of a ceiling's field: `plafond.AF-HOP-DPI-Va2.V1+V2.ttc`."""
    return f"plafond.{reference}.{prestation}.{basis}"


def base_fields(appels: Iterable[Appel]) -> tuple[ColumnField, ...]:
    """Return the fields that the columns of a workbook can have.

    Args:
        appels: the AF records; each prestation has a ceiling without and with VAT.
    """
    return (
        *_COMMON,
        *(_plafond(appel, each.id, basis) for appel in appels for each in appel.prestations for basis in BASES),
    )


def _plafond(appel: Appel, prestation: str, basis: str) -> ColumnField:
    waves = words(prestation)
    label = f"{appel.reference}, {prestation}, {basis.upper()}"
    return ColumnField(
        plafond_field(appel.reference, prestation, basis),
        Text(f"plafond, {label}", f"ceiling, {label}"),
        words=(waves | words(appel.dispositif) | {basis},),
        without=_WAVES - waves,
    )
