"""What can be wrong with a table, as kinds of finding."""

from __future__ import annotations

from generator.common.findings import ERROR, INFO, WARNING, FindingError, define

TABLEAU_ILLISIBLE = define("TABLEAU-ILLISIBLE", ERROR)
TABLEAU_TROP_GRAND = define("TABLEAU-TROP-GRAND", ERROR)
TABLEAU_FEUILLE = define("TABLEAU-FEUILLE", ERROR)
TABLEAU_VIDE = define("TABLEAU-VIDE", ERROR)
TABLEAU_ENCODAGE = define("TABLEAU-ENCODAGE", INFO)
TABLEAU_ENCODAGE_DOUTEUX = define("TABLEAU-ENCODAGE-DOUTEUX", WARNING)
TABLEAU_LETTRE = define("TABLEAU-LETTRE", WARNING)
TABLEAU_LIGNE = define("TABLEAU-LIGNE", ERROR)

TABLEAU_GUILLEMET = define("TABLEAU-GUILLEMET", ERROR)
TABLEAU_VALEUR = define("TABLEAU-VALEUR", ERROR)
TABLEAU_MASQUE = define("TABLEAU-MASQUE", WARNING)
TABLEAU_FEUILLE_MASQUEE = define("TABLEAU-FEUILLE-MASQUEE", INFO)


class TableError(FindingError):
    """The table cannot be read; `finding` says why."""
