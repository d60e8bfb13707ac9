"""Check values that a JSON pattern cannot: keys of identifiers, calendar dates, phone numbers, mail, characters.

Each check is a `format` of `schemas/order.schema.json`. It accepts a value that does not match its pattern, so that one
mistake gives one finding.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from stdnum import luhn
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret

from generator.common.findings import ERROR, WARNING, FindingKind, define
from generator.common.jsonio.schema import FormatProblem

SIRET_CLE = define("SIRET-CLE", ERROR)
SIRET_SIREN = define("SIRET-SIREN", ERROR)
_SIREN_DIGITS = 9
# A warning: no official text gives the key. Luhn's algorithm fits 48 of 49 numbers of a public test set.
FINESS_CLE = define("FINESS-CLE", WARNING)
DATE_INEXISTANTE = define("DATE-INEXISTANTE", ERROR)
TELEPHONE_INVALIDE = define("TELEPHONE-INVALIDE", ERROR)
MAIL_INVALIDE = define("MAIL-INVALIDE", ERROR)
TEXTE_CARACTERE = define("TEXTE-CARACTERE", ERROR)
TEXTE_SURCHARGE = define("TEXTE-SURCHARGE", ERROR)
TEXTE_BLANC = define("TEXTE-BLANC", ERROR)
TEXTE_POLICE = define("TEXTE-POLICE", WARNING)

# With these digits the two Corsican numbers that were found pass as well.
_CORSICA = {"A": "1", "B": "2"}
# The official schema of FINESS: a letter in the second place is Corsica's, as in 2A0000154.
FINESS_FORM = re.compile(r"[0-9][0-9A-Z][0-9]{7}")
# Digits that spaces, points or dashes may group, such as `+262 262 12 34 56`.
_TELEPHONE = re.compile(r"\+?[0-9][0-9 .-]{5,24}")
# Years of this century, such as `2026-05-04`.
DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
# The combining class of marks drawn over a character, such as U+0336.
_OVERLAY = 1
# Control, format (zero width, direction), surrogate, private use, unassigned; line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# Ranges of the characters of Noto Sans that a text may contain; a test compares them with the font.
_IN_FONT = (
    *((0x20, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3E1), (0x3F0, 0x52F)),
    *((0x1D00, 0x1DF9), (0x1DFB, 0x1F15), (0x2000, 0x2064), (0x2070, 0x2071), (0x2074, 0x208E), (0x2090, 0x209C)),
    *((0x20A0, 0x20BF), (0x2100, 0x215F), (0x2C60, 0x2C7F), (0xA700, 0xA7BF), (0xFB00, 0xFB06)),
)
_NOT_IN_FONT = re.compile(f"[^{''.join(f'{chr(first)}-{chr(last)}' for first, last in _IN_FONT)}]")
# Replacements that are in the font, for characters without one in NFKC.
_PLAIN = {"\u2212": "-", "\u2192": "->", "\u2264": "<=", "\u2265": ">=", "\u2248": "~"}


def check_siret(value: str) -> None:
    """Refuse a SIRET of 14 digits whose key is wrong."""
    if not re.fullmatch(r"[0-9]{14}", value):
        return
    try:
        # python-stdnum knows the exception of La Poste: its digits add up to a multiple of 5.
        siret.validate(value)
    except StdnumError as error:
        # The key of the 14 digits may be right though that of its SIREN is wrong: two digits may have been exchanged.
        kind = SIRET_SIREN if luhn.is_valid(value) else SIRET_CLE
        raise FormatProblem(kind, value=value, siren=value[:_SIREN_DIGITS]) from error


def check_finess(value: str) -> None:
    """Refuse a FINESS number whose key is wrong; A and B (Corsica) count as 1 and 2."""
    digits = "".join(_CORSICA.get(char, char) for char in value)
    if FINESS_FORM.fullmatch(value) and not (digits.isdigit() and luhn.is_valid(digits)):
        raise FormatProblem(FINESS_CLE, value=value)


def check_date(value: str) -> None:
    """Refuse a date that does not exist."""
    if not DATE.fullmatch(value):
        return
    try:
        # The form was checked first: since Python 3.11 this also reads `20260504` and `2026-W19-1`.
        datetime.date.fromisoformat(value)
    except ValueError as error:
        raise FormatProblem(DATE_INEXISTANTE, value=value) from error


def check_telephone(value: str) -> None:
    """Refuse a phone number that is in no numbering plan; without a country code it is French."""
    import phonenumbers

    if not _TELEPHONE.fullmatch(value):
        return
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(value, "FR"))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise FormatProblem(TELEPHONE_INVALIDE, value=value)


def check_mail(value: str) -> None:
    """Refuse a text that cannot be a mail address; the mailbox itself is not checked."""
    from email_validator import EmailNotValidError, validate_email

    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        return
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise FormatProblem(MAIL_INVALIDE, value=value) from error


def check_note(value: str) -> None:
    """Refuse invisible characters, and spaces at the ends, in a text that no document prints."""
    # Quick for nearly all texts; no-break spaces are not printable either, and pass below.
    if not value.isprintable():
        for position, char in enumerate(value, start=1):
            if unicodedata.category(char) in _UNPRINTABLE:
                raise _refused(TEXTE_CARACTERE, char, position)
    if value and value != value.strip():
        raise FormatProblem(TEXTE_BLANC)


def _check_overlays(value: str) -> None:
    """Refuse a mark that strikes the character before it, and an accent on what is no letter: it changes digits."""
    if value.isascii():
        return
    # Composed first: a letter with its accent is one character then.
    for position, (before, char) in enumerate(pairwise(unicodedata.normalize("NFC", f" {value}")), start=1):
        is_overlay = unicodedata.combining(char) == _OVERLAY or unicodedata.category(char) == "Me"
        if is_overlay or (unicodedata.combining(char) and unicodedata.category(before)[0] not in "LM"):
            raise _refused(TEXTE_SURCHARGE, char, position)


def check_texte(value: str) -> None:
    """Refuse invisible characters, spaces at the ends, and characters that the font lacks."""
    check_note(value)
    _check_overlays(value)
    if found := _NOT_IN_FONT.search(value):
        char = found[0]
        plain = _PLAIN.get(char) or unicodedata.normalize("NFKC", char)
        raise _refused(TEXTE_POLICE, char, found.start() + 1, plain=plain if plain != char else "…")


def _refused(kind: FindingKind, char: str, position: int, **values: str) -> FormatProblem:
    name = unicodedata.name(char, unicodedata.category(char))
    return FormatProblem(kind, char=f"U+{ord(char):04X}", name=name, position=str(position), **values)


# By the name in a schema (`"format": "siret"`).
formats: dict[str, Callable[[str], None]] = {
    "siret": check_siret,
    "finess": check_finess,
    "date": check_date,
    "telephone": check_telephone,
    "mail": check_mail,
    "note": check_note,
    "texte": check_texte,
}
