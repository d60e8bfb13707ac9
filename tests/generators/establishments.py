"""A workbook of fictional establishments, in the shape of the base of eligible ones: columns and amounts are invented.

`python -m tests.generators.establishments` writes the sample, `samples/eligibles/base-fictive.xlsx`;
`--rows 5000 -o big.xlsx` a larger one.
"""

import argparse
import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, islice
from pathlib import Path

import xlsxwriter
from stdnum import luhn

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "eligibles" / "base-fictive.xlsx"
TITLE = "Base fictive : aucun de ces établissements n'existe, aucun de ces montants n'est officiel"
HEADERS = (
    "FINESS PMSI", "Raison sociale", "Agrégat niveau 3", "Catégorie", "FINESS juridique", "FINESS géographique",
    "Activité combinée 2022", "Plafond DPI V2 HT", "Plafond DPI V2 TTC", "Plafond DPI V1+V2 HT",
    "Plafond DPI V1+V2 TTC", "Plafond PFI V2 HT", "Plafond PFI V2 TTC", "Plafond PFI V1+V2 HT", "Plafond PFI V1+V2 TTC",
)  # fmt: skip
# The establishments that the samples' orders name; ceilings are for DPI V2, the others follow from it.
NAMED = (
    ("010000024", "CH d’Exempleville", "1102", "20000.00"),
    ("990000010", "Clinique des Trois-Fictions", "128", "15000.00"),
    ("2A0000014", "Centre hospitalier Fictif de l’Île", "1102", "12000.00"),
    ("990000028", "CHU Dupont & Fils <R&D> fin", "1101", "40000.00"),
    ("990000044", "Hôpital Fictif du Plateau", "365", "14000.00"),
    ("990000036", "Groupement Hospitalier Fictif des Trois-Vallées et du Haut-Modèle", "1102", "1500000.00"),
    ("970400016", "Centre hospitalier Fictif de l’Océan", "1102", "18000.00"),
    ("990000119", "Centre hospitalier Fictif du Lot", "1102", "16000.00"),
    ("990000127", "Clinique Fictive du Lot", "129", "16000.00"),
    ("990000051", "CH Fictif de la Rive gauche", "1102", "11000.00"),
    ("990000069", "CH Fictif de la Rive droite", "1102", "13000.00"),
    ("990000077", "Résidence Fictive des Lilas", "500", "9000.00"),
)
# Numbers that name the same establishments as they should not be ordered for: of the first its géographique one.
_GEOGRAPHIQUE_OF = {"010000024": "010000032"}
PUBLIC_SHARE, NEW_GROUP_SHARE = 0.4, 0.3
_PUBLIC = ("1101", "1102", "1103", "1106", "1109", "1110")
_PRIVATE = ("109", "114", "127", "128", "129", "141", "365")
_KINDS = {
    "public": ("CH", "Centre hospitalier", "CHU", "Hôpital", "CH spécialisé"),
    "private": ("Clinique", "Polyclinique", "Centre de dialyse", "Hôpital privé", "Institut"),
}
_STARTS = ("Exemple", "Fiction", "Modèle", "Essai", "Songe", "Mirage", "Fable", "Chimère", "Rêve", "Conte")
_ENDS = ("ville", "mont", "bourg", "val", "court", "gny", "sur-Encre", "les-Bains", "en-Pages", "le-Vieux")


def with_key(digits: str) -> str:
    """Return a FINESS number of eight digits with its key."""
    return digits + luhn.calc_check_digit(digits)


def rows(total: int, seed: int = 2022) -> Iterator[tuple[object, ...]]:
    """Give rows of establishments: those of the samples, then drawn ones."""
    drawn = random.Random(seed)
    numbers = (with_key(f"99{number:06d}") for number in count(1000))
    for finess, name, code, plafond in NAMED[:total]:
        other = _GEOGRAPHIQUE_OF.get(finess) or next(numbers)
        yield _row(drawn, finess, name, code, other=other, dpi_v2=Decimal(plafond))
    group = ""
    for number in range(max(total - len(NAMED), 0)):
        public = drawn.random() < PUBLIC_SHARE
        code = drawn.choice(_PUBLIC if public else _PRIVATE)
        kind = drawn.choice(_KINDS["public" if public else "private"])
        place = drawn.choice(_STARTS) + drawn.choice(("", "-")) + drawn.choice(_ENDS)
        name = f"{kind} d’{place}" if place[0] in "EAOIU" else f"{kind} de {place}"
        finess = next(numbers)
        # Private groups have one juridique number for several establishments.
        if public or not group or drawn.random() < NEW_GROUP_SHARE:
            other = next(numbers)
            group = group if public else other
        else:
            other = group
        drawn_plafond = Decimal(drawn.randrange(500_000, 12_000_000)) / 100
        yield _row(drawn, finess, f"{name} {number + 1}", code, other=other, dpi_v2=drawn_plafond)


def _row(drawn: random.Random, finess: str, name: str, code: str, *, other: str, dpi_v2: Decimal) -> tuple[object, ...]:
    public = code in _PUBLIC
    amounts = [dpi_v2, dpi_v2 * 2, dpi_v2 * Decimal("0.75"), dpi_v2 * Decimal("1.5")]
    ceilings = [round(float(amount * vat), 2) for amount in amounts for vat in (Decimal(1), Decimal("1.2"))]
    categories = (code, None) if public else (None, code)
    numbers = (finess, other) if public else (other, finess)
    return (finess, name, *categories, *numbers, drawn.randrange(500, 90_000), *ceilings)


def write(path: Path, total: int, seed: int = 2022) -> None:
    """Write a workbook of `total` establishments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"title": TITLE, "created": datetime.datetime(2026, 1, 10, tzinfo=datetime.UTC)})
        sheet = book.add_worksheet("Base fictive")
        sheet.write_string(0, 0, TITLE)
        bold, euros = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, header in enumerate(HEADERS):
            sheet.write_string(2, column, header, bold)
        for number, row in enumerate(islice(rows(total, seed), total), start=3):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value, euros if HEADERS[column].startswith("Plafond") else None)
        sheet.set_column(0, len(HEADERS) - 1, 18)
        sheet.freeze_panes(3, 2)


def main() -> None:
    """Write a workbook, as the options say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("-o", "--out", type=Path, default=SAMPLE)
    asked = parser.parse_args()
    write(asked.out, asked.rows)
    print(asked.out)  # noqa: T201  # the command says what it wrote


if __name__ == "__main__":
    main()
