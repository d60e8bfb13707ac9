"""What can be wrong with a table, as kinds of finding."""

from __future__ import annotations

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import FindingError
from generator.findings import define

TABLEAU_ILLISIBLE = define(
    "TABLEAU-ILLISIBLE", ERROR,
    fr="ce tableau ne se lit pas : {reason}", en="this table cannot be read: {reason}",
    fix_fr="donner un classeur XLSX ou ODS sans mot de passe, ou un fichier CSV",
    fix_en="give an XLSX or ODS workbook without a password, or a CSV file",
)  # fmt: skip
TABLEAU_TROP_GRAND = define(
    "TABLEAU-TROP-GRAND", ERROR,
    fr="ce tableau est au-delà des bornes : {found}", en="this table is beyond the bounds: {found}",
    fix_fr="attendu : {expected} ; effacer les lignes et colonnes sans contenu, ou couper le fichier",
    fix_en="expected: {expected}; delete the rows and columns without content, or split the file",
)  # fmt: skip
TABLEAU_FEUILLE = define(
    "TABLEAU-FEUILLE", ERROR,
    fr="la feuille à lire n'est pas connue : {found}", en="it is not known which sheet to read: {found}",
    fix_fr="la nommer avec --sheet ; le classeur a {sheets}", fix_en="name it with --sheet; the workbook has {sheets}",
)  # fmt: skip
TABLEAU_VIDE = define(
    "TABLEAU-VIDE", ERROR,
    fr="aucune ligne sous l'en-tête", en="no row below the header",
    fix_fr="donner un tableau dont la première ligne remplie nomme les colonnes, ou dire laquelle avec --header-row",
    fix_en="give a table whose first filled row names the columns, or say which one does with --header-row",
)  # fmt: skip
TABLEAU_ENCODAGE = define(
    "TABLEAU-ENCODAGE", INFO,
    fr="ce fichier n'est pas en UTF-8 ; il a été lu en Windows-1252",
    en="this file is not UTF-8; it was read as Windows-1252",
    fix_fr="vérifier les lettres accentuées, ou l'enregistrer en « CSV UTF-8 »",
    fix_en="check the accented letters, or save it as “CSV UTF-8”",
)  # fmt: skip
TABLEAU_LIGNE = define(
    "TABLEAU-LIGNE", ERROR,
    fr="cette ligne a {found} valeurs, l'en-tête en a {expected}",
    en="this row has {found} values, the header has {expected}",
    fix_fr="mettre entre guillemets la valeur qui contient le séparateur « {separator} »",
    fix_en="put the value that holds the separator “{separator}” between quotes",
    source="RFC 4180, section 2",
)  # fmt: skip

TABLEAU_GUILLEMET = define(
    "TABLEAU-GUILLEMET", ERROR,
    fr="ce fichier CSV ne se lit pas plus loin : {reason}", en="this CSV file cannot be read any further: {reason}",
    fix_fr="fermer ce guillemet, ou l'écrire deux fois s'il fait partie de la valeur",
    fix_en="close this quote, or write it twice where it is part of the value",
    source="RFC 4180, section 2",
    why_fr="Lu tel quel, tout ce qui suit jusqu'au guillemet suivant serait une seule valeur.",
    why_en="Read as it is, all that follows up to the next quote would be one value.",
)  # fmt: skip
TABLEAU_MASQUE = define(
    "TABLEAU-MASQUE", WARNING,
    fr="ce tableau a des cellules masquées, lues comme les autres : {found}",
    en="this table has hidden cells, read like the others: {found}",
    fix_fr="les afficher et les contrôler ; les supprimer du fichier si elles ne doivent pas être prises",
    fix_en="show and check them; delete them from the file if they are not to be taken",
    why_fr="Un filtre masque des lignes sans les retirer : qui filtre sa liste avant de l'importer peut croire que "
    "seul ce qu'il voit est lu, et un classeur peut porter des lignes masquées que personne n'a revues.",
    why_en="A filter hides rows without removing them: who filters a list before the import may think that only what "
    "is seen is read, and a workbook may have hidden rows that nobody has looked at again.",
)  # fmt: skip
TABLEAU_FEUILLE_MASQUEE = define(
    "TABLEAU-FEUILLE-MASQUEE", INFO,
    fr="ce classeur a des feuilles masquées, qui ne sont pas lues : {sheets}",
    en="this workbook has hidden sheets, which are not read: {sheets}",
    fix_fr="nommer avec --sheet celle qu'il fallait lire", fix_en="name the one that was meant with --sheet",
)  # fmt: skip


class TableError(FindingError):
    """The table cannot be read; `finding` says why."""
