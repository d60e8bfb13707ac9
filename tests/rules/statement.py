"""The programme's rules, stated once more on plain JSON and apart from the program, for the property test.

Nothing here is imported from the package: dates are compared as ISO texts, amounts as whole cents, the lists and
deadlines are written out anew from the source text.
"""

import datetime
from typing import Any

Json = dict[str, Any]

PUBLIC = {1101, 1102, 1103, 1104, 1106, 1107, 1109, 1110, 1111, 1201, 1203, 1205, 2205}
PRIVATE = {
    101, 106, 109, 114, 115, 122, 127, 128, 129, 131, 141, 146, 156, 161, 292, 362, 355, 365, 366, 412, 415, 425, 430,
    444, 697,
}  # fmt: skip
ORDERED_BY = {"AF-HOP-DPI-Va2": "2026-06-18", "AF-HOP-PFI-Va2": "2026-02-17"}
INSTALLED_BY, ACCEPTED_BY = "2027-03-17", "2027-06-16"


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def broken_rules(order: Json, base: dict[str, Json], refused: set[str], today: str) -> set[str]:
    """Return the codes of the rules that an order breaks, or that are to be looked at.

    Args:
        order: a descriptor that the schema accepts.
        base: by FINESS PMSI, `agregat`, `categorie`, `others` (other numbers), `ceilings` (by reference, prestation and
            basis, in cents).
        refused: FINESS of refused rows.
        today: ISO date.
    """
    return {
        *client_rules(order, base, refused),
        *amount_rules(order, base),
        *wave_1_rules(order),
        *date_rules(order, today),
        *early_rules(order),
        *va_rules(order),
    }


def client_rules(order: Json, base: dict[str, Json], refused: set[str]) -> set[str]:
    finess, merger = order["client"]["finess_pmsi"], order.get("fusion")
    if finess in base:
        row = base[finess]
        return category_rules(row, base) | ({"FUSION-INUTILE"} if merger else set())
    codes = set()
    if merger:
        codes.add("FUSION-PLAFOND")
        for each in merger["finess"]:
            if each in base:
                codes |= category_rules(base[each], base)
            else:
                codes.add("ELIGIBLE-LIGNE-REFUSEE" if each in refused else "FUSION-ABSENTE")
    if finess in refused:
        codes.add("ELIGIBLE-LIGNE-REFUSEE")
    elif any(finess in row["others"] for row in base.values()):
        codes.add("FINESS-JURIDIQUE-GEOGRAPHIQUE")
    elif not merger:
        codes.add("ELIGIBLE-ABSENT")
    return codes


def category_rules(row: Json, base: dict[str, Json]) -> set[str]:
    """A public one counts by its agrégat, a private one by its catégorie; which of them it is, the base does not say."""
    if row["agregat"] is None and row["categorie"] is None:
        others = any(each["agregat"] is not None or each["categorie"] is not None for each in base.values())
        return {"CATEGORIE-INCONNUE"} if others else set()
    public = row["agregat"] is not None and int(row["agregat"]) in PUBLIC
    private = row["categorie"] is not None and int(row["categorie"]) in PRIVATE
    if not public and not private:
        return {"CATEGORIE-HORS-LISTE"}
    off = (row["agregat"] is not None and not public) or (row["categorie"] is not None and not private)
    return {"CATEGORIE-SELON-STATUT"} if off else set()


def amount_rules(order: Json, base: dict[str, Json]) -> set[str]:
    codes = set()
    montant = order["montant"]
    ht, ttc = cents(montant["ht"]), cents(montant.get("ttc", montant["ht"]))
    if ht == 0:
        codes.add("MONTANT-NUL")
    row = base.get(order["client"]["finess_pmsi"])
    if row is None:
        return codes
    ceilings = {basis: row["ceilings"].get((order["reference"], order["prestation"], basis)) for basis in ("ht", "ttc")}
    if ceilings["ht"] is None and ceilings["ttc"] is None:
        codes.add("PLAFOND-INCONNU")
    for basis, amount in (("ht", ht), ("ttc", ttc)):
        if ceilings[basis] is not None and amount > ceilings[basis]:
            codes.add("PLAFOND-DEPASSE")
    return codes


def wave_1_rules(order: Json) -> set[str]:
    if order["prestation"] != "V1+V2":
        return set()
    past = order.get("historique")
    if past is None:
        return {"HISTORIQUE-ABSENT"}
    return {"HISTORIQUE-VAGUE-1"} if past["vague_1_financee"] or past["vague_1_a_ses_frais"] else set()


def date_rules(order: Json, today: str) -> set[str]:
    codes = set()
    issued, va = order["date_emission"], order.get("va", {})
    planned = order["scenario"]["date_previsionnelle_installation"]
    if issued > ORDERED_BY[order["reference"]]:
        codes.add("DATE-COMMANDE-APRES-AVANCE")
    done = va.get("date_installation", planned)
    if max(planned, done) > INSTALLED_BY:
        codes.add("DATE-INSTALLATION-APRES-FIN")
    if min(planned, done) < issued:
        codes.add("DATE-INSTALLATION-AVANT-COMMANDE")
    if issued > today:
        codes.add("DATE-A-VENIR")
    if va:
        if va["date"] > ACCEPTED_BY:
            codes.add("DATE-VA-APRES-SOLDE")
        if va["date"] < issued:
            codes.add("DATE-VA-AVANT-COMMANDE")
        if va.get("date_installation", va["date"]) > va["date"]:
            codes.add("DATE-VA-AVANT-INSTALLATION")
        if va["date"] > today:
            codes.add("DATE-A-VENIR")
    return codes


def early_rules(order: Json) -> set[str]:
    codes = set()
    issued, solution = order["date_emission"], order["solution"]
    if "date_dossier_preuves" in solution:
        proof = datetime.date.fromisoformat(solution["date_dossier_preuves"])
        if (proof - datetime.date.fromisoformat(issued)).days > 120:
            codes.add("DATE-COMMANDE-AVANT-DOSSIER")
    if issued < solution.get("date_referencement", ""):
        codes.add("CLAUSE-REFERENCEMENT-ABSENTE")
    return codes


def va_rules(order: Json) -> set[str]:
    va = order.get("va", {})
    signed, invoiced = va.get("signataire", {}).get("nom"), va.get("nom_facture")
    codes = {"FACTURE-SIGNATAIRE"} if signed and invoiced and signed != invoiced else set()
    if va and "adresse_mssante" not in va:
        codes.add("VA-MSSANTE-ABSENTE")
    elif va and not ("." + va["adresse_mssante"].split("@")[1]).lower().endswith(".mssante.fr"):
        codes.add("VA-MSSANTE-DOMAINE")
    return codes
