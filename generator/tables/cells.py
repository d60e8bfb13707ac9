"""What a cell says: a text, an identifier, an amount, a date. What is not one is a finding, never repaired silently.

Each function returns the value, or the finding that says why there is none; an empty cell is None.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import define
from generator.lang import Text
from generator.tables.model import Cell
from generator.tables.model import Value
from generator.tables.model import squeezed

CELLULE_ERREUR = define(
    "CELLULE-ERREUR", ERROR,
    fr="« {header} » : la formule de cette cellule a échoué, ou n'a jamais été calculée",
    en="“{header}”: the formula of this cell has failed, or was never worked out",
    fix_fr="ouvrir et enregistrer le classeur dans un tableur, corriger la formule, ou la remplacer par sa valeur",
    fix_en="open and save the workbook in a spreadsheet, correct the formula, or replace it with its value",
)  # fmt: skip
CELLULE_VIDE = define(
    "CELLULE-VIDE", ERROR,
    fr="« {header} » est vide", en="“{header}” is empty",
    fix_fr="la remplir, ou retirer la ligne", fix_en="fill it, or remove the row",
)  # fmt: skip
CELLULE_FUSION = define(
    "CELLULE-FUSION", ERROR,
    fr="« {header} » : cette cellule est fusionnée avec {other}, qui seule a une valeur",
    en="“{header}”: this cell is merged into {other}, which alone has a value",
    fix_fr="défaire la fusion et écrire la valeur sur chaque ligne", fix_en="unmerge and write the value in each row",
)  # fmt: skip
CELLULE_ESPACES = define(
    "CELLULE-ESPACES", ERROR,
    fr="« {header} » : « {value} » a des espaces de trop", en="“{header}”: “{value}” has spaces too many",
    fix_fr="les retirer : attendu « {expected} »", fix_en="remove them: expected “{expected}”",
)  # fmt: skip
CELLULE_NOMBRE = define(
    "CELLULE-NOMBRE", ERROR,
    fr="« {header} » : le tableur a fait un nombre de cet identifiant de {digits} caractères : {value}",
    en="“{header}”: the spreadsheet made a number of this identifier of {digits} characters: {value}",
    fix_fr="mettre la colonne au format Texte, puis écrire {digits} caractères, zéros du début compris",
    fix_en="set the column's format to Text, then write {digits} characters, leading zeros included",
    source="Les FINESS des départements 01 à 09 commencent par un zéro, qu'un nombre n'a pas",
)  # fmt: skip
CELLULE_TEXTE = define(
    "CELLULE-TEXTE", ERROR,
    fr="« {header} » : {value} n'est pas un texte", en="“{header}”: {value} is not a text",
    fix_fr="mettre la colonne au format Texte", fix_en="set the column's format to Text",
)  # fmt: skip
CELLULE_MONTANT = define(
    "CELLULE-MONTANT", ERROR,
    fr="« {header} » : « {value} » n'est pas un montant en euros", en="“{header}”: “{value}” is not an amount in euros",
    fix_fr="écrire un nombre à deux décimales au plus, tel que 10000,00",
    fix_en="write a number with two decimals at most, such as 10000.00",
)  # fmt: skip
CELLULE_DATE = define(
    "CELLULE-DATE", ERROR,
    fr="« {header} » : « {value} » n'est pas une date sans équivoque", en="“{header}”: “{value}” is not a clear date",
    fix_fr="écrire JJ/MM/AAAA ou AAAA-MM-JJ, ou donner à la cellule un format de date",
    fix_en="write DD/MM/YYYY or YYYY-MM-DD, or give the cell a date format",
)  # fmt: skip

# Digits grouped by spaces or not, at most two decimals behind a comma or a point, the sign of the euro or not.
_AMOUNT = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d{1,2}))? ?(?:€|EUR)?")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Amounts reach a workbook through formulas: 0.1 + 0.2 is still thirty cents.
_NOISE = Decimal("0.000001")


def problem_of(cell: Cell) -> Finding | None:
    """Return what is wrong with a cell whatever it should hold: its formula failed, or it is merged into another."""
    if cell.error:
        return CELLULE_ERREUR.at(cell.place, header=cell.header)
    if cell.merged_into:
        return CELLULE_FUSION.at(cell.place, header=cell.header, other=cell.merged_into)
    return None


def text_of(cell: Cell) -> str | Finding | None:
    """Return a text; a whole number counts as the text of its digits."""
    found = problem_of(cell)
    if found:
        return found
    value = _whole(cell.value)
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return CELLULE_TEXTE.at(cell.place, header=cell.header, value=shown(value))
    return _clean(cell, str(value))


def identifier_of(cell: Cell, digits: int) -> str | Finding | None:
    """Return an identifier as it is written, leading zeros included.

    Args:
        cell: the cell.
        digits: how many characters it has. A number of as many digits has lost nothing; a shorter one has.
    """
    found = problem_of(cell)
    if found:
        return found
    value = _whole(cell.value)
    if value is None:
        return None
    if isinstance(value, str):
        return _clean(cell, value)
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) == digits and value > 0:
        return str(value)
    return CELLULE_NOMBRE.at(cell.place, header=cell.header, value=shown(value), digits=digits)


def amount_of(cell: Cell) -> Decimal | Finding | None:
    """Return an amount in euros, exact to the cent, of a number or of a text in French or plain writing."""
    found = problem_of(cell)
    if found:
        return found
    value = cell.value
    if value is None:
        return None
    amount = _amount(value)
    return CELLULE_MONTANT.at(cell.place, header=cell.header, value=shown(value)) if amount is None else amount


def _amount(value: Value) -> Decimal | None:
    if isinstance(value, str):
        match = _AMOUNT.fullmatch(value.translate(_SPACES).strip())
        if not match or (not value.isascii() and not match[1].replace(" ", "").isascii()):
            return None
        return Decimal(f"{match[1].replace(' ', '')}.{(match[2] or '').ljust(2, '0')}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(repr(value))
    if not exact.is_finite() or abs(exact) >= Decimal(10) ** 12:
        return None
    rounded = exact.quantize(Decimal("0.01"))
    return rounded if abs(rounded - exact) < _NOISE and exact >= 0 else None


def date_of(cell: Cell) -> datetime.date | Finding | None:
    """Return a date, of a cell that holds one or of a text: 2026-05-04 or 04/05/2026, the day first."""
    found = problem_of(cell)
    if found:
        return found
    value = cell.value
    if value is None:
        return None
    date = _date(value)
    return CELLULE_DATE.at(cell.place, header=cell.header, value=shown(value)) if date is None else date


def _date(value: Value) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else None
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str) or not value.isascii():
        return None
    text = value.strip()
    french = _FRENCH_DATE.fullmatch(text)
    try:
        if french:
            return datetime.date(int(french[3]), int(french[2]), int(french[1]))
        return datetime.date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _clean(cell: Cell, value: str) -> str | Finding:
    """Return a text, or the finding that says of its spaces: at its ends, doubled, or no plain ones."""
    plain = squeezed(value)
    if plain == value:
        return value
    return CELLULE_ESPACES.at(cell.place, header=cell.header, value=value, expected=plain)


def _whole(value: Value) -> Value:
    """Return a number without decimals as a whole one: a spreadsheet keeps no other kind."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(value: Value) -> str | Text:
    """Return a value as messages quote it."""
    if isinstance(value, bool):
        return Text("VRAI" if value else "FAUX", "TRUE" if value else "FALSE")
    return str(_whole(value))
