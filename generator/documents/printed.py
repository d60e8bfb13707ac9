"""Format the values of an order as documents print them.

No-break spaces separate groups of digits: an identifier or an amount never breaks over two lines.
"""

import datetime
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from generator.orders.model import Adresse, Answer, Montant, Order, Personne

NBSP = "\N{NO-BREAK SPACE}"
# ANS notice on rejected requests: two decimals always, against differences of rounding.
_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Return an amount rounded to the cent, halves up."""
    # By default, `quantize` rounds halves to the even cent.
    return amount.quantize(_CENT, ROUND_HALF_UP)


def french_date(date: datetime.date) -> str:
    """Return a date as `04/05/2026`."""
    return date.strftime("%d/%m/%Y")


def french_number(number: Decimal) -> str:
    """Return a number with two decimals as `12 000,00`."""
    return f"{number:,.2f}".replace(",", NBSP).replace(".", ",")


def euros(amount: Decimal) -> str:
    """Return an amount as `12 000,00 €`."""
    return f"{french_number(amount)}{NBSP}€"


def rate(percent: Decimal) -> str:
    """Return a rate as `20,00 %`."""
    return f"{french_number(percent)}{NBSP}%"


def answer(given: Answer) -> str:
    """Return an answer to a scenario question: `Oui`, `Non` or a date."""
    # In words: optical readers lose ticked boxes (`docs/ocr-layout.md`).
    if isinstance(given, bool):
        return "Oui" if given else "Non"
    return french_date(given)


def siret(number: str) -> str:
    """Return a SIRET as `732 829 320 00074`."""
    # SIREN in threes, then the number of the establishment, as people read it.
    return NBSP.join((number[:3], number[3:6], number[6:9], number[9:]))


def finess(number: str) -> str:
    """Return a FINESS number as `990 000 036`.

    Measured: optical readers add a digit to nine without spaces, and lose a digit on its own (`docs/ocr-layout.md`).
    """
    return NBSP.join((number[:3], number[3:6], number[6:]))


# The orders of a vendor share its number.
@lru_cache(maxsize=256)
def telephone(number: str) -> str:
    """Return a phone number as `01 23 45 67 89` for France, `+262 262 12 34 56` elsewhere."""
    import phonenumbers

    parsed = phonenumbers.parse(number, "FR")
    # Overseas departments have codes of their own: +262 is La Réunion.
    national = phonenumbers.region_code_for_country_code(parsed.country_code or 0) == "FR"
    form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form).replace(" ", NBSP)


def adresse(place: Adresse | None) -> str | None:
    """Return an address on one line, its parts separated by commas."""
    # Postcode and town stay on one line.
    return ", ".join((*place.lignes, f"{place.code_postal}{NBSP}{place.ville}")) if place else None


def personne(person: Personne | None) -> str | None:
    """Return a person's name and position."""
    return ", ".join(part for part in (person.nom, person.qualite) if part) if person else None


def _contact(person: Personne | None) -> str | None:
    if person is None:
        return None
    number = telephone(person.telephone) if person.telephone else None
    return ", ".join(part for part in (person.nom, person.qualite, number, person.mail) if part)


def _solution(order: Order) -> str | None:
    if order.solution is None:
        return None
    version = f"version {order.solution.version}" if order.solution.version else None
    return ", ".join(part for part in (order.solution.nom, version) if part)


def _montant_ttc(order: Order) -> str:
    """Return the amount with VAT, or without it for a vendor without VAT."""
    montant = order.montant
    return f"{euros(montant.ttc)} TTC" if montant.has_tva else f"{euros(montant.ht)} HT"


def _montant_complet(order: Order) -> str:
    montant = order.montant
    # The amounts are due on every order (ANS, FAQ des industriels): HT, rate and, with VAT, TTC.
    if not montant.has_tva:
        return f"{euros(montant.ht)} HT, {tva_label(montant)}"
    tva = f"{_tva(order)} de {tva_label(montant)}"
    return f"{euros(montant.ttc)} TTC, soit {euros(montant.ht)} HT et {tva}"


def tva_label(montant: Montant) -> str:
    """Return the VAT and its rate, as `TVA à 20,00 %`; `TVA non applicable, taux 0,00 %` for a vendor without VAT."""
    return f"TVA {'à' if montant.has_tva else 'non applicable, taux'} {rate(montant.taux_tva)}"


def _tva(order: Order) -> str:
    return euros(order.montant.ttc - order.montant.ht)


def _date_installation(order: Order) -> str | None:
    return french_date(order.va.date_installation) if order.va and order.va.date_installation else None


# The values that a mention can name besides `prestation` (the order line); None if the order lacks the value.
_PRINTERS: dict[str, Callable[[Order], str | None]] = {
    "reference": lambda order: order.reference,
    "numero": lambda order: order.numero,
    "date_emission": lambda order: french_date(order.date_emission),
    "fournisseur.denomination_sociale": lambda order: order.fournisseur.denomination_sociale,
    "fournisseur.siret": lambda order: siret(order.fournisseur.siret),
    "fournisseur.adresse": lambda order: adresse(order.fournisseur.adresse),
    "fournisseur.responsable": lambda order: personne(order.fournisseur.responsable),
    "fournisseur.telephone": lambda order: telephone(order.fournisseur.responsable.telephone or ""),
    "fournisseur.mail": lambda order: order.fournisseur.responsable.mail,
    "client.denomination_sociale": lambda order: order.client.denomination_sociale,
    "client.finess_pmsi": lambda order: finess(order.client.finess_pmsi),
    "client.adresse": lambda order: adresse(order.client.adresse),
    "client.contact": lambda order: _contact(order.client.responsable),
    "solution.complete": _solution,
    "solution.numero_referencement": lambda order: order.solution.numero_referencement if order.solution else None,
    "montant.ht": lambda order: f"{euros(order.montant.ht)} HT",
    "montant.ttc": _montant_ttc,
    "montant.complet": _montant_complet,
    "montant.hors_taxes": lambda order: euros(order.montant.ht),
    "montant.tva": _tva,
    # The amount TTC is due from vendors with VAT alone (ANS, FAQ des industriels).
    "montant.toutes_taxes": lambda order: euros(order.montant.ttc) if order.montant.has_tva else None,
    # The amount with VAT, which equals HT for a vendor without VAT.
    "montant.pris_en_charge": lambda order: euros(order.montant.ttc),
    "va.date": lambda order: french_date(order.va.date) if order.va else None,
    "va.date_installation": _date_installation,
    "va.version_installee": lambda order: order.va.version_installee if order.va else None,
    "va.adresse_mssante": lambda order: order.va.adresse_mssante if order.va else None,
}


def printed(name: str, order: Order, line: str) -> str | None:
    """Return the printed form of a value.

    Args:
        name: one of `generator.references.model.PRINTED_NAMES`.
        order: the order.
        line: exact name of the order line, from the AF's record.

    Returns:
        The text, or None if the order does not have the value.
    """
    # The name of the order line belongs to the AF, not to the order.
    return line if name == "prestation" else _PRINTERS[name](order)
