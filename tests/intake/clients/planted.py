"""A list of 300 clients with 30 planted mistakes, and the base that their FINESS are in.

`python -m tests.intake.clients.planted FOLDER` writes `clients.xlsx` and `eligibles.base` there, and prints the mistakes.
"""

import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from stdnum import luhn

from generator.common.tables.model import cell_name
from generator.rules.eligibles import Base, Etablissement, Source
from generator.rules.eligibles.base import Plafond, save_base

ROWS = 300
REFERENCE = "AF-HOP-DPI-Va2"
HEADERS = (
    "FINESS PMSI", "Établissement", "Adresse", "Code postal", "Ville", "Prestation", "Date de commande", "Montant HT",
    "Taux TVA", "Montant TTC", "Mail", "Contact", "Date d'installation", "ProSanté Connect", "Vague 1 financée", "Vague 1 à ses frais",
)  # fmt: skip
COLUMN = {header: number for number, header in enumerate(HEADERS)}
MAP = {
    "client.finess_pmsi": "FINESS PMSI",
    "client.denomination_sociale": "Établissement",
    "client.adresse.lignes.0": "Adresse",
    "client.adresse.code_postal": "Code postal",
    "client.adresse.ville": "Ville",
    "prestation": "Prestation",
    "date_emission": "Date de commande",
    "montant.ht": "Montant HT",
    "montant.taux_tva": "Taux TVA",
    "montant.ttc": "Montant TTC",
    "client.responsable.mail": "Mail",
    "client.responsable.nom": "Contact",
    "scenario.date_previsionnelle_installation": "Date d'installation",
    "scenario.prosante_connect": "ProSanté Connect",
    "historique.vague_1_financee": "Vague 1 financée",
    "historique.vague_1_a_ses_frais": "Vague 1 à ses frais",
}
SET = {
    "reference": REFERENCE,
    "scenario.pfi_dmp_independante": "non",
    "scenario.pfi_mss_envoi_independante": "non",
    "scenario.pfi_mss_reception_independante": "non",
    "scenario.ri_ihe_pam_independante": "oui",
}


@dataclass(frozen=True)
class Mistake:
    """A planted mistake: its row and column, from 1, and the code that it must give."""

    row: int
    column: int
    code: str

    @property
    def cell(self) -> str:
        return cell_name(self.row, self.column)


def finess(number: int, department: str = "99") -> str:
    """Return a fictional FINESS with a sound key."""
    digits = f"{department}{number:06}"
    return digits + luhn.calc_check_digit(digits)


def sound_row(number: int) -> list[object]:
    """Return the cells of a client without mistake."""
    ht = Decimal(9000 + number)
    return [
        finess(number, "01" if number % 2 else "99"),
        f"Centre hospitalier fictif n° {number}",
        f"{number} rue de l'Exemple",
        "01000" if number % 2 else "99123",
        "Exempleville",
        "V2" if number % 5 else "V1+V2",
        datetime.date(2026, 5, 1 + number % 28),
        float(ht),
        20,
        float(ht * Decimal("1.2")),
        f"contact{number}@hopital.example",
        f"Prénom Nom {number}",
        datetime.date(2026, 11, 1 + number % 28),
        "oui" if number % 2 else "non",
        "non",
        "non",
    ]


# What is planted: the column, the code, and the cell's value made of the row's number and of the sound cell.
_PLANTS: list[tuple[str, str, Callable[[int, object], object]]] = [
    *[("FINESS PMSI", "CELLULE-NOMBRE", lambda _, value: int(str(value)))] * 2,
    *[("FINESS PMSI", "FINESS-JURIDIQUE-GEOGRAPHIQUE", lambda number, _: finess(500_000 + number))] * 3,
    ("Montant HT", "CELLULE-MONTANT", lambda *_: "dix mille euros"),
    ("Montant HT", "CELLULE-MONTANT", lambda *_: "9.500,00"),
    ("Montant HT", "CELLULE-MONTANT", lambda *_: "9500 € HT"),
    ("Date de commande", "CELLULE-DATE", lambda *_: "04/05/26"),
    ("Date de commande", "CELLULE-DATE", lambda *_: "4 mai 2026"),
    ("Date d'installation", "CELLULE-DATE-INEXISTANTE", lambda *_: "2026-13-01"),
    *[("FINESS PMSI", "IMPORT-CLIENT-DOUBLE", lambda number, _: sound_row(number - 7)[0])] * 3,
    *[("Établissement", "CELLULE-FUSION", lambda *_: None)] * 2,
    ("Établissement", "CELLULE-ESPACES", lambda _, value: f"{value} "),
    ("FINESS PMSI", "CELLULE-ESPACES", lambda _, value: f"{value}\u00a0"),
    ("Ville", "CELLULE-ESPACES", lambda _, value: f" {value}"),
    ("Établissement", "CELLULE-VIDE", lambda *_: None),
    ("Code postal", "CELLULE-VIDE", lambda *_: None),
    ("Code postal", "CELLULE-NOMBRE", lambda *_: 1000),
    ("FINESS PMSI", "SCHEMA-FORME", lambda _, value: str(value)[:-1]),
    ("Prestation", "SCHEMA-CHOIX", lambda *_: "Vague 2"),
    ("ProSanté Connect", "CELLULE-OUI-NON", lambda *_: "peut-être"),
    ("Taux TVA", "CELLULE-TAUX", lambda *_: 0.2),
    ("Montant TTC", "MONTANT-TTC", lambda _, value: float(str(value)) + 0.01),
    ("Mail", "MAIL-INVALIDE", lambda *_: "contact@hopital"),
    ("Montant HT", "CELLULE-ERREUR", lambda *_: "#DIV/0!"),
    ("FINESS PMSI", "ELIGIBLE-ABSENT", lambda number, _: finess(700_000 + number)),
]
MISTAKES = tuple(
    Mistake(2 + 8 + 10 * index, COLUMN[header] + 1, code) for index, (header, code, _) in enumerate(_PLANTS)
)


def write_list(path: Path) -> None:
    """Write the workbook."""
    plants = {mistake.row: make for mistake, (_, _, make) in zip(MISTAKES, _PLANTS, strict=True)}
    planted = {mistake.row: mistake for mistake in MISTAKES}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, header in enumerate(HEADERS):
            sheet.write_string(0, column, header)
        for number in range(1, ROWS + 1):
            row, cells = number + 1, sound_row(number)
            mistake = planted.get(row)
            if mistake:
                cells[mistake.column - 1] = plants[row](number, cells[mistake.column - 1])
            for column, value in enumerate(cells):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(row - 1, column, datetime.datetime.combine(value, datetime.time()), date)
                elif value == "#DIV/0!":
                    sheet.write_formula(row - 1, column, "=1/0", None, value)
                elif isinstance(value, str):
                    sheet.write_string(row - 1, column, value)
                elif value is not None:
                    sheet.write(row - 1, column, value)
            if mistake and mistake.code == "CELLULE-FUSION":
                above = str(sound_row(number - 1)[mistake.column - 1])
                sheet.merge_range(row - 2, mistake.column - 1, row - 1, mistake.column - 1, above)


def write_base(path: Path) -> None:
    """Write the base that the sound clients are in, each with another number of its own."""
    establishments = {}
    for number in range(1, ROWS + 1):
        pmsi, name = (str(cell) for cell in sound_row(number)[:2])
        ceiling = Plafond(Decimal("20000.00"), Decimal("24000.00"))
        establishments[pmsi] = Etablissement(
            pmsi, name, number + 1, agregat="1102", geographique=finess(500_000 + number),
            plafonds={(REFERENCE, prestation): ceiling for prestation in ("V2", "V1+V2")},
        )  # fmt: skip
    save_base(Base(Source("fictive.xlsx", "0" * 64, datetime.date(2026, 1, 5)), establishments), path)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write_list(folder / "clients.xlsx")
    write_base(folder / "eligibles.base")
    for planted in MISTAKES:
        print(planted.cell, planted.code)  # noqa: T201  # the script's answer
