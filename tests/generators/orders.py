"""Orders drawn from a seed: sound, fictional, and as different from one another as the schema and the rules allow.

`draw_orders` varies everything: lengths, alphabets, optional keys, réserves, VAT rates, AF records, logos.
`ordinary_order` draws names and amounts into one sample: what a vendor's day looks like.
"""

import datetime
import json
import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from stdnum import luhn

from generator.references import Appel, load_appels
from tests.generators.logos import LOGOS
from tests.generators.texts import LONGEST, draw_text

VALID = Path(__file__).resolve().parent.parent.parent / "samples" / "valid"
SAMPLE = VALID / "bdc-dpi-v2.json"
# A dossier with its VA for each appel à financement.
DOSSIERS = (VALID / "va-dpi-sans-reserve.json", VALID / "pv-pilote-pfi-corse.json")

# The four rates of metropolitan France, that of the overseas departments, and none.
VAT_RATES = ("20.00", "10.00", "5.50", "2.10", "8.50", "0.00")
MOST_RESERVES = 8
LONGEST_RESERVE = 400
_FIRST_DAY = datetime.date(2025, 12, 1)
_SYLLABLES = (
    *("ar", "bel", "cha", "dou", "eil", "fla", "gri", "hu", "ille", "jon", "ker", "lys", "mar", "nau", "or"),
    *("pré", "quen", "ri", "sol", "thé", "ur", "vil", "zan", "é"),
)
_NUMERO = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PHONES = (
    "0123456789", "01 23 45 67 89", "01.23.45.67.89", "01-23-45-67-89", "+33123456789", "+33 1 23 45 67 89",
    "0612345678", "+33 6 12 34 56 78", "+262 262 12 34 56", "+590590123456", "+32 2 123 45 67", "0800 123 456",
)  # fmt: skip

Json = dict[str, Any]


def draw_orders(seed: int, count: int) -> list[dict[str, object]]:
    """Return descriptors without errors, the same for the same seed; no two are for the same client.

    Those that name a logo name one of `tests.generators.logos.LOGOS`.

    Args:
        seed: of the draw.
        count: how many descriptors; the first ones are the same whatever the count.
    """
    appels = list(load_appels().values())
    return [_drawn(random.Random(f"{seed}/{number}"), number, appels) for number in range(count)]


def mixed_order(number: int) -> dict[str, object]:
    """Return the descriptor of this number: an ordinary one, or every third time one that varies everything."""
    return ordinary_order(number) if number % 3 else draw_orders(number, 1)[0]


def _drawn(draw: random.Random, number: int, appels: list[Appel]) -> dict[str, object]:
    appel = draw.choice(appels)
    prestation = draw.choice(appel.prestations).id
    issued = _FIRST_DAY + datetime.timedelta(draw.randint(0, 200))
    order: Json = {
        "reference": appel.reference,
        "prestation": prestation,
        "numero": _numero(draw),
        "date_emission": issued.isoformat(),
        "fournisseur": _fournisseur(draw),
        "client": _client(draw, number),
        "montant": _montant(draw),
        "scenario": _scenario(draw, appel, issued),
    }
    _maybe(draw, order, "solution", lambda: _solution(draw, issued))
    _maybe(draw, order, "historique", lambda: _historique(draw, prestation))
    _maybe(draw, order, "fusion", lambda: _fusion(draw), chance=0.2)
    _maybe(draw, order, "metadata", lambda: {"note": draw_text(draw), "n": draw.randint(0, 9)}, chance=0.2)
    clause = appel.conditional_clause is not None
    _maybe(draw, order, "sous_condition_referencement", lambda: clause and draw.random() < 0.5, chance=0.3)
    _maybe(draw, order, "va", lambda: _va(draw, appel, order, issued), chance=0.7)
    return order


def _maybe(draw: random.Random, into: Json, key: str, value: Callable[[], object], chance: float = 0.5) -> None:
    if draw.random() < chance:
        into[key] = value()


def _numero(draw: random.Random) -> str:
    length = draw.randint(1, 32)
    inside = "".join(draw.choices(_NUMERO + "  ._/#:-----", k=max(length - 2, 0)))
    first, last = draw.choice(_NUMERO), draw.choice(_NUMERO)
    return (first + inside + last)[:length] if length > 1 else first


def _fournisseur(draw: random.Random) -> Json:
    siren = _with_key("".join(draw.choices("0123456789", k=8)))
    value: Json = {
        "denomination_sociale": draw_text(draw),
        "siret": _with_key(siren + f"{draw.randint(0, 9999):04}"),
        "adresse": _adresse(draw),
        "responsable_transaction": draw_text(draw, 80),
        "telephone": draw.choice(_PHONES),
        "mail": _mail(draw),
    }
    _maybe(draw, value, "responsable_qualite", lambda: draw_text(draw, 80))
    _maybe(draw, value, "signataire", lambda: _person(draw))
    _maybe(draw, value, "logo", lambda: draw.choice(LOGOS))
    return value


def _client(draw: random.Random, number: int) -> Json:
    value: Json = {"denomination_sociale": draw_text(draw), "finess_pmsi": _finess(draw, number)}
    _maybe(draw, value, "adresse", lambda: _adresse(draw))
    _maybe(draw, value, "responsable", lambda: _contact(draw))
    _maybe(draw, value, "signataire", lambda: _person(draw))
    return value


def _adresse(draw: random.Random) -> Json:
    return {
        "lignes": [draw_text(draw, 80) for _ in range(draw.randint(1, 4))],
        "code_postal": f"{draw.randint(1000, 98999):05}",
        "ville": draw_text(draw, 60),
    }


def _person(draw: random.Random) -> Json:
    value: Json = {"nom": draw_text(draw, 80)}
    _maybe(draw, value, "qualite", lambda: draw_text(draw, 80))
    return value


def _contact(draw: random.Random) -> Json:
    value = _person(draw)
    _maybe(draw, value, "telephone", lambda: draw.choice(_PHONES))
    _maybe(draw, value, "mail", lambda: _mail(draw))
    return value


def _mail(draw: random.Random) -> str:
    local = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789_-", k=draw.randint(1, 60)))
    labels = ["".join(draw.choices("abcdefghijklm", k=draw.randint(1, 14))) for _ in range(draw.randint(1, 3))]
    return f"{local}@{'.'.join(labels)}.example"


def _solution(draw: random.Random, issued: datetime.date) -> Json:
    value: Json = {"nom": draw_text(draw, 80)}
    _maybe(draw, value, "version", lambda: draw_text(draw, 40))
    _maybe(draw, value, "numero_referencement", lambda: draw_text(draw, 60))
    _maybe(draw, value, "date_dossier_preuves", lambda: _later(draw, issued, 100))
    _maybe(draw, value, "date_referencement", lambda: _later(draw, issued, 300))
    return value


def _montant(draw: random.Random) -> Json:
    # From one cent to hundreds of millions: every number of digits is as likely.
    ht = Decimal(draw.randint(1, 10 ** draw.randint(1, 10))) / 100
    rate = draw.choice(VAT_RATES)
    ttc = (ht * (1 + Decimal(rate) / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"ht": f"{ht:.2f}", "taux_tva": rate, "ttc": f"{ttc:.2f}"}


def _scenario(draw: random.Random, appel: Appel, issued: datetime.date) -> Json:
    return {
        question.id: _later(draw, issued, 400) if question.is_date else draw.random() < 0.5
        for question in appel.questions
    }


def _historique(draw: random.Random, prestation: str) -> Json:
    # V1+V2 is open to those alone that had nothing of wave 1.
    had = prestation == "V2"
    return {key: had and draw.random() < 0.5 for key in ("vague_1_financee", "vague_1_a_ses_frais")}


def _fusion(draw: random.Random) -> Json:
    merged = {_finess(draw, draw.randrange(1_000_000)) for _ in range(draw.randint(3, 20))}
    return {"finess": sorted(merged)[:20], "justificatif": draw_text(draw, 2 * LONGEST)}


def _va(draw: random.Random, appel: Appel, order: Json, issued: datetime.date) -> Json:
    value: Json = {
        "type": draw.choice(("va", "pv_pilote")),
        "date": _later(draw, issued, 500),
        "version_installee": draw_text(draw, 40),
    }
    _maybe(draw, value, "date_installation", lambda: _later(draw, issued, 450))
    _maybe(draw, value, "scenario", lambda: _differences(draw, appel, order["scenario"], issued))
    _maybe(draw, value, "reserves", lambda: _reserves(draw), chance=0.75)
    _maybe(draw, value, "signataire", lambda: _person(draw))
    _maybe(draw, value, "nom_facture", lambda: draw_text(draw, 80))
    return value


def _differences(draw: random.Random, appel: Appel, ordered: Json, issued: datetime.date) -> Json:
    changed = [question for question in appel.questions if draw.random() < 0.5]
    return {
        question.id: _later(draw, issued, 400) if question.is_date else not ordered[question.id] for question in changed
    }


def _reserves(draw: random.Random) -> list[str]:
    lengths = (10, LONGEST, LONGEST_RESERVE)
    return [draw_text(draw, draw.choice(lengths)) for _ in range(draw.randint(0, MOST_RESERVES))]


def _later(draw: random.Random, day: datetime.date, most: int) -> str:
    return (day + datetime.timedelta(draw.randint(0, most))).isoformat()


def _finess(draw: random.Random, number: int) -> str:
    # 7919 is prime: the multiples are a permutation of the six digits.
    digits = f"{number * 7919 % 1_000_000:06}"
    department = draw.choice((f"{draw.randint(1, 19):02}", f"{draw.randint(21, 95):02}", "97", "2A", "2B"))
    key = luhn.calc_check_digit(department.replace("A", "1").replace("B", "2") + digits)
    return f"{department}{digits}{key}"


def _with_key(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


def ordinary_order(number: int) -> Json:
    """Return the descriptor of this number: the same for the same number, another client and number for others."""
    draw = random.Random(number)

    def word() -> str:
        return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))).capitalize()

    data: Json = json.loads(SAMPLE.read_text("utf-8"))
    del data["fournisseur"]["logo"]
    base = f"{draw.randint(1, 95):02}{number * 7919 % 1_000_000:06}"
    cents = draw.randint(100_000, 30_000_000)
    letters = draw.choice("ABCDFIJLMS") + draw.choice("BDGILQSZ")
    data["numero"] = f"{letters}-{draw.randint(2025, 2026)}-{number:05}"
    data["client"]["finess_pmsi"] = _with_key(base)
    data["client"]["denomination_sociale"] = f"Centre hospitalier de {word()}-{word()}-l'{word()}"
    data["client"]["adresse"] = {
        "lignes": [f"{draw.randint(1, 200)} rue {word()}"],
        "code_postal": "99000",
        "ville": word(),
    }
    data["fournisseur"]["denomination_sociale"] = f"{word()} {word()} SAS"
    data["fournisseur"]["responsable_transaction"] = f"{word()} {word()}"
    data["montant"] = {"ht": f"{cents / 100:.2f}", "taux_tva": "0.00", "ttc": f"{cents / 100:.2f}"}
    for key, value in data["scenario"].items():
        data["scenario"][key] = draw.choice((True, False)) if isinstance(value, bool) else value
    return data


def national_orders(number: int) -> list[Json]:
    """Return the two dossiers of an establishment, DPI and PFI, each with its BDC and its VA."""
    drawn = ordinary_order(number)
    dossiers = []
    for path in DOSSIERS:
        data: Json = json.loads(path.read_text("utf-8"))
        del data["fournisseur"]["logo"]
        data["numero"] = f"{data['reference'][7:10]}-{drawn['numero']}"
        data["client"] |= {key: drawn["client"][key] for key in ("finess_pmsi", "denomination_sociale", "adresse")}
        data["montant"] = drawn["montant"]
        data["va"] |= {"type": "va", "reserves": []}
        dossiers.append(data)
    return dossiers
