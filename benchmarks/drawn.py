"""Sound orders whose names, numbers and answers are drawn, all different: what the benchmarks are run on."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from stdnum import luhn

VALID = Path(__file__).resolve().parent.parent / "samples" / "valid"
SAMPLE = VALID / "bdc-dpi-v2.json"
# A dossier with its VA for each appel à financement.
DOSSIERS = (VALID / "va-dpi-sans-reserve.json", VALID / "pv-pilote-pfi-corse.json")
_SYLLABLES = (
    *("ar", "bel", "cha", "dou", "eil", "fla", "gri", "hu", "ille", "jon", "ker", "lys", "mar", "nau", "or"),
    *("pré", "quen", "ri", "sol", "thé", "ur", "vil", "zan", "é"),
)


def drawn_descriptor(number: int) -> dict[str, Any]:
    """Return the descriptor of this number: the same for the same number, another client and number for others."""
    draw = random.Random(number)

    def word() -> str:
        return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))).capitalize()

    data: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))
    del data["fournisseur"]["logo"]
    # 7919 is prime: the multiples are a permutation of the six digits.
    base = f"{draw.randint(1, 95):02}{number * 7919 % 1_000_000:06}"
    cents = draw.randint(100_000, 30_000_000)
    letters = draw.choice("ABCDFIJLMS") + draw.choice("BDGILQSZ")
    data["numero"] = f"{letters}-{draw.randint(2025, 2026)}-{number:05}"
    data["client"]["finess_pmsi"] = base + luhn.calc_check_digit(base)
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


def national_descriptors(number: int) -> list[dict[str, Any]]:
    """Return the two dossiers of an establishment, DPI and PFI, each with its BDC and its VA."""
    drawn = drawn_descriptor(number)
    dossiers = []
    for path in DOSSIERS:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        del data["fournisseur"]["logo"]
        data["numero"] = f"{data['reference'][7:10]}-{drawn['numero']}"
        data["client"] |= {key: drawn["client"][key] for key in ("finess_pmsi", "denomination_sociale", "adresse")}
        data["montant"] = drawn["montant"]
        data["va"] |= {"type": "va", "reserves": []}
        dossiers.append(data)
    return dossiers
