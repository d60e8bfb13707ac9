"""What a cell says: a text, an identifier, an amount, a date. What is not one is a finding, never repaired silently.

Each function returns the value, or the finding that says why there is none; an empty cell is None.
"""

import datetime
import re
import unicodedata
from decimal import Decimal

from generator.common.findings import ERROR, Finding, define
from generator.common.language import Text, text
from generator.common.tables.model import SheetCell, Value, squeezed

CELLULE_ERREUR = define("CELLULE-ERREUR", ERROR)
CELLULE_VIDE = define("CELLULE-VIDE", ERROR)
CELLULE_FUSION = define("CELLULE-FUSION", ERROR)
CELLULE_ESPACES = define("CELLULE-ESPACES", ERROR)
CELLULE_NOMBRE = define("CELLULE-NOMBRE", ERROR)
CELLULE_TEXTE = define("CELLULE-TEXTE", ERROR)
CELLULE_MONTANT = define("CELLULE-MONTANT", ERROR)
CELLULE_DATE = define("CELLULE-DATE", ERROR)
CELLULE_DATE_INEXISTANTE = define("CELLULE-DATE-INEXISTANTE", ERROR)
CELLULE_DATE_HEURE = define("CELLULE-DATE-HEURE", ERROR)

# Digits grouped by spaces or not, at most two decimals behind a comma or a point, the sign of the euro or not.
_AMOUNT = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d{1,2}))? ?(?:€|EUR)?")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
# `4/5/2026` is 4 May; `2026-05-04` is the same day; either may be followed by an hour.
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WITH_TIME = re.compile(r"(?:\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})[T ]\d{1,2}[:h].*")
# Amounts reach a workbook through formulas: 0.1 + 0.2 is still thirty cents.
_NOISE = Decimal("0.000001")


def problem_of(cell: SheetCell) -> Finding | None:
    """Return what is wrong with a cell whatever it should hold: its formula failed, or it is merged into another."""
    if cell.error:
        return CELLULE_ERREUR.at(cell.place, header=cell.header)
    if cell.merged_into:
        return CELLULE_FUSION.at(cell.place, header=cell.header, other=cell.merged_into)
    return None


def text_of(cell: SheetCell) -> str | Finding | None:
    """Return a text; a whole number counts as the text of its digits."""
    if found := problem_of(cell):
        return found
    value = _whole(cell.value)
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return CELLULE_TEXTE.at(cell.place, header=cell.header, value=shown(value))
    return _clean(cell, str(value))


def identifier_of(cell: SheetCell, digits: int, *, grouped: bool = False) -> str | Finding | None:
    """Return an identifier as it is written, leading zeros included.

    Args:
        cell: the cell.
        digits: how many characters it has. A number of as many digits has lost nothing; a shorter one has.
        grouped: spaces may part its digits, as they do those of a phone number.
    """
    if found := problem_of(cell):
        return found
    value = _whole(cell.value)
    if value is None:
        return None
    if isinstance(value, str):
        # No-break spaces are blanks as well; characters of the category Cf have no width.
        bare = "".join(char for char in value if not char.isspace() and unicodedata.category(char) != "Cf")
        # The finding shows the identifier without its blanks, to be copied.
        if bare != value and len(bare) == digits and not grouped:
            return CELLULE_ESPACES.at(cell.place, header=cell.header, value=value, expected=bare)
        return _clean(cell, value)
    # A spreadsheet drops the zeros at the start of a number: a shorter one has lost some.
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) == digits and value > 0:
        return str(value)
    return CELLULE_NOMBRE.at(cell.place, header=cell.header, value=shown(value), digits=digits)


def amount_of(cell: SheetCell) -> Decimal | Finding | None:
    """Return an amount in euros, exact to the cent, of a number or of a text in French or plain writing."""
    if found := problem_of(cell):
        return found
    value = cell.value
    if value is None:
        return None
    amount = _amount(value)
    return CELLULE_MONTANT.at(cell.place, header=cell.header, value=shown(value)) if amount is None else amount


def _amount(value: Value) -> Decimal | None:
    if isinstance(value, str):
        match = _AMOUNT.fullmatch(value.translate(_SPACES).strip())
        # `\d` also accepts digits of other scripts.
        if not match or (not value.isascii() and not match[1].replace(" ", "").isascii()):
            return None
        return Decimal(f"{match[1].replace(' ', '')}.{(match[2] or '').ljust(2, '0')}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # `repr` gives the shortest decimal of a float: 0.1, not 0.1000000000000000055….
    exact = Decimal(repr(value))
    if not exact.is_finite() or abs(exact) >= Decimal(10) ** 12:
        return None
    rounded = exact.quantize(Decimal("0.01"))
    return rounded if abs(rounded - exact) < _NOISE and exact >= 0 else None


def date_of(cell: SheetCell) -> datetime.date | Finding | None:
    """Return a date, of a cell that holds one or of a text: 2026-05-04 or 04/05/2026, the day first."""
    if found := problem_of(cell):
        return found
    value = cell.value
    if value is None:
        return None
    date = _date(value)
    if date is not None:
        return date
    text = str(value).strip()
    kind = CELLULE_DATE
    if isinstance(value, datetime.datetime) or _WITH_TIME.fullmatch(text):
        kind = CELLULE_DATE_HEURE
    elif _FRENCH_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text):
        kind = CELLULE_DATE_INEXISTANTE
    return kind.at(cell.place, header=cell.header, value=shown(value))


def _date(value: Value) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else None
    if isinstance(value, datetime.date):
        return value
    # As for amounts: digits of other scripts are no date.
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


def _clean(cell: SheetCell, value: str) -> str | Finding:
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
        return text("common.cells.true") if value else text("common.cells.false")
    return str(_whole(value))
