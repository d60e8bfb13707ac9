"""Forms that a JSON pattern cannot check: keys of identifiers, dates of the calendar, phone and mail, characters.

Each check is a `format` of `schemas/order.schema.json`. A value whose pattern is already wrong passes here, so
that one mistake gives one finding.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable

from stdnum import luhn
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret

from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import define
from generator.jsonio.schema import FormatProblem

SIRET_CLE = define(
    "SIRET-CLE", ERROR,
    fr="le SIRET {value} n'existe pas : sa clé ne correspond pas", en="SIRET {value} does not exist: its key is wrong",
    fix_fr="vérifier les 14 chiffres sur l'avis de situation", fix_en="check the 14 digits on the INSEE notice",
    source="Clé de Luhn sur 14 chiffres ; La Poste : somme des chiffres multiple de 5",
)  # fmt: skip
FINESS_CLE = define(
    "FINESS-CLE", WARNING,
    fr="la clé du FINESS {value} ne correspond pas", en="the key of FINESS {value} is wrong",
    fix_fr="comparer avec la base des établissements éligibles : un chiffre est sans doute faux",
    fix_en="compare with the base of eligible establishments: a digit is probably wrong",
    source="Clé de Luhn mesurée sur des numéros publics ; aucun texte officiel trouvé, d'où un avertissement",
    why_fr="Le neuvième caractère d'un FINESS est une clé, qui trahit un chiffre faux. Elle ne dit pas si le "
    "numéro est le bon : le FINESS juridique et le FINESS géographique d'un même hôpital ont chacun la leur.",
    why_en="The ninth character of a FINESS is a key, which gives a wrong digit away. It does not tell whether "
    "the number is the right one: the FINESS juridique and the FINESS géographique of a hospital each have "
    "theirs.",
)  # fmt: skip
DATE_INEXISTANTE = define(
    "DATE-INEXISTANTE", ERROR,
    fr="le {value} n'est pas un jour du calendrier", en="{value} is not a day of the calendar",
    fix_fr="écrire AAAA-MM-JJ", fix_en="write YYYY-MM-DD",
)  # fmt: skip
TELEPHONE_INVALIDE = define(
    "TELEPHONE-INVALIDE", ERROR,
    fr="« {value} » n'est pas un numéro de téléphone attribué", en="“{value}” is not a phone number in use",
    fix_fr="écrire +33123456789 ou 01 23 45 67 89, l'indicatif pour un numéro d'outre-mer ou étranger",
    fix_en="write +33123456789 or 01 23 45 67 89, with the country code for a number abroad or overseas",
    source="Plan de numérotation (bibliothèque phonenumbers)",
)  # fmt: skip
MAIL_INVALIDE = define(
    "MAIL-INVALIDE", ERROR,
    fr="« {value} » n'est pas une adresse de messagerie", en="“{value}” is not a mail address",
    fix_fr="écrire une adresse telle que commandes@editeur.example",
    fix_en="write an address such as commandes@editeur.example",
    source="RFC 5321 et 5322 (bibliothèque email-validator)",
)  # fmt: skip
TEXTE_CARACTERE = define(
    "TEXTE-CARACTERE", ERROR,
    fr="caractère {char} ({name}) à la place {position} : il ne s'imprime pas",
    en="character {char} ({name}) at position {position}: it does not print",
    fix_fr="le retirer ; un passage à la ligne s'écrit avec une ligne de plus dans « lignes »",
    fix_en="remove it; for a line break, add a line to “lignes”",
    source="XML 1.0, section 2.2, pour les caractères interdits dans un DOCX",
    why_fr="Ces caractères viennent presque toujours d'un copier-coller (page web, PDF, tableur) et ne se voient "
    "pas à l'écran. Imprimés, ils changent le texte que relit le lecteur optique.",
    why_en="Such characters nearly always come with a copy and paste (web page, PDF, workbook) and do not show "
    "on screen. Printed, they change the text that the optical reader reads.",
)  # fmt: skip
TEXTE_BLANC = define(
    "TEXTE-BLANC", ERROR,
    fr="le texte commence ou finit par une espace", en="the text begins or ends with a space",
    fix_fr="retirer cette espace, ou la clé si elle est facultative",
    fix_en="remove this space, or the key if it is optional",
)  # fmt: skip

_CORSICA = {"A": "1", "B": "2"}
_FINESS = re.compile(r"[0-9][0-9A-Z][0-9]{7}")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 .-]{5,24}")
DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
# Control, format (zero width, direction), surrogate, private use, unassigned; line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

formats: dict[str, Callable[[str], None]] = {}


def _format(name: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Enter a check of strings as the format `name`."""

    def enter(check: Callable[[str], None]) -> Callable[[str], None]:
        formats[name] = check
        return check

    return enter


@_format("siret")
def check_siret(value: str) -> None:
    """Refuse a SIRET of 14 digits whose key is wrong."""
    if not re.fullmatch(r"[0-9]{14}", value):
        return
    try:
        siret.validate(value)
    except StdnumError as error:
        raise FormatProblem(SIRET_CLE, value=value) from error


@_format("finess")
def check_finess(value: str) -> None:
    """Refuse a FINESS number whose key is wrong, A and B of Corsica counting as 1 and 2."""
    digits = "".join(_CORSICA.get(char, char) for char in value)
    if _FINESS.fullmatch(value) and not (digits.isdigit() and luhn.is_valid(digits)):
        raise FormatProblem(FINESS_CLE, value=value)


@_format("date")
def check_date(value: str) -> None:
    """Refuse a date that is not in the calendar."""
    if not DATE.fullmatch(value):
        return
    try:
        datetime.date.fromisoformat(value)
    except ValueError as error:
        raise FormatProblem(DATE_INEXISTANTE, value=value) from error


@_format("telephone")
def check_telephone(value: str) -> None:
    """Refuse a phone number that no numbering plan knows; without a country code it is French."""
    import phonenumbers

    if not _TELEPHONE.fullmatch(value):
        return
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(value, "FR"))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise FormatProblem(TELEPHONE_INVALIDE, value=value)


@_format("mail")
def check_mail(value: str) -> None:
    """Refuse a text that cannot be a mail address; whether the mailbox exists is not asked."""
    from email_validator import EmailNotValidError
    from email_validator import validate_email

    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        return
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise FormatProblem(MAIL_INVALIDE, value=value) from error


@_format("texte")
def check_texte(value: str) -> None:
    """Refuse a character that does not show on paper, and spaces at the ends."""
    if not value.isprintable() or "\xad" in value:
        for position, char in enumerate(value, start=1):
            if unicodedata.category(char) in _UNPRINTABLE:
                name = unicodedata.name(char, unicodedata.category(char))
                raise FormatProblem(TEXTE_CARACTERE, char=f"U+{ord(char):04X}", name=name, position=str(position))
    if value and value != value.strip():
        raise FormatProblem(TEXTE_BLANC)
