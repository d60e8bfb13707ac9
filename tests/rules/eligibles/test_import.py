import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from generator.common.tables import Value, read_table
from generator.common.tables.mapping import propose, resolve
from generator.references import Appels
from generator.rules.eligibles.base import Base, Plafond
from generator.rules.eligibles.importing import ImportedBase, base_fields, import_base
from tests.conftest import WORKBOOK
from tests.generators.establishments import rows as fictional_rows
from tests.generators.establishments import write

HEADERS = ("FINESS", "Nom", "Agrégat", "Catégorie", "EJ", "ET", "HT", "TTC")
FIELDS = (
    "finess", "nom", "agregat", "categorie", "finess_juridique", "finess_geographique",
    "plafond.AF-HOP-DPI-Va2.V2.ht", "plafond.AF-HOP-DPI-Va2.V2.ttc",
)  # fmt: skip
SOUND = ("010000024", "CH d'Exempleville", "1102", None, None, "010000032", 20000, 24000)


def imported(tmp_path: Path, appels: Appels, *rows: Sequence[Value], **mapping: str) -> ImportedBase:
    path = tmp_path / "base.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((HEADERS, *rows)):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    named = dict(zip(FIELDS, HEADERS, strict=True)) | mapping
    return import_base(resolve(read_table(path), base_fields(appels.values()), named), appels)


def said(result: ImportedBase) -> list[tuple[str, int | None, int | None]]:
    return [(found.code, found.place.line, found.place.column) for found in result.findings]


def with_(**values: Value) -> list[Value]:
    return [values.get(header, value) for header, value in zip(HEADERS, SOUND, strict=True)]


def test_row_becomes_an_establishment(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, SOUND)
    assert result.findings == ()
    (found,) = result.base
    assert (found.finess, found.nom, found.ligne) == ("010000024", "CH d'Exempleville", 2)
    assert (found.agregat, found.categorie, found.geographique) == ("1102", None, "010000032")
    assert found.plafonds == {("AF-HOP-DPI-Va2", "V2"): Plafond(Decimal("20000.00"), Decimal("24000.00"))}
    assert [each.finess for each, _ in result.base.known_as("010000032")] == ["010000024"]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"FINESS": 10000024}, "CELLULE-NOMBRE", 1),
        ({"FINESS": "010000024 "}, "CELLULE-ESPACES", 1),
        ({"FINESS": "10000024"}, "ELIGIBLES-FINESS", 1),
        ({"FINESS": None}, "ELIGIBLES-CELLULE-VIDE", 1),
        ({"Nom": None}, "ELIGIBLES-CELLULE-VIDE", 2),
        ({"Agrégat": "355"}, "ELIGIBLES-CATEGORIE", 3),
        ({"Catégorie": "1102"}, "ELIGIBLES-CATEGORIE", 4),
        ({"EJ": "CH"}, "ELIGIBLES-FINESS", 5),
        ({"ET": 10000032}, "CELLULE-NOMBRE", 6),
        ({"HT": "vingt mille"}, "CELLULE-MONTANT", 7),
        ({"HT": 24000.01}, "ELIGIBLES-HT-TTC", 7),
    ],
)
def test_row_with_a_mistake_is_left_out_and_told(
    tmp_path: Path, appels: Appels, cells: dict[str, Value], code: str, column: int
) -> None:
    other = ("990000010", "Clinique", None, "128", None, None, 1, 2)
    result = imported(tmp_path, appels, with_(**cells), other)
    assert said(result) == [(code, 2, column)]
    assert [each.finess for each in result.base] == ["990000010"]
    if column > 1:
        assert result.base.refused == {"010000024": 2}


def test_wrong_key_is_a_warning_and_the_row_is_taken(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, with_(FINESS="010000025"))
    assert said(result) == [("FINESS-CLE", 2, 1)]
    assert len(result.base) == 1


def test_of_a_number_that_stands_twice_neither_row_is_taken(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, SOUND, with_(Nom="Autre"), with_(Nom="Encore"))
    assert said(result) == [("ELIGIBLES-DOUBLE", 3, 1), ("ELIGIBLES-DOUBLE", 4, 1)]
    assert len(result.base) == 0
    assert list(result.base.refused) == ["010000024"]


def test_second_row_of_a_number_names_the_first(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, SOUND, with_(Agrégat="vingt"))
    assert [code for code, line, _ in said(result) if line == 3] == ["ELIGIBLES-CATEGORIE", "ELIGIBLES-DOUBLE"]
    assert len(result.base) == 0


@pytest.mark.parametrize("lost", [10000024, 10000024.0, "10000024", " 10000024"])
def test_refused_number_is_known_without_its_zeros(tmp_path: Path, appels: Appels, lost: str | float) -> None:
    result = imported(tmp_path, appels, (lost, *SOUND[1:]))
    assert (len(result.base), dict(result.base.refused)) == (0, {"010000024": 2})


def test_short_number_with_another_key_is_nobody_s(tmp_path: Path, appels: Appels) -> None:
    assert dict(imported(tmp_path, appels, (10000025, *SOUND[1:])).base.refused) == {}


def test_codes_may_be_numbers_or_followed_by_their_label(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, with_(Agrégat=1102, Catégorie="355 - Centre hospitalier"))
    (found,) = result.base
    assert (found.agregat, found.categorie) == ("1102", "355")


def test_one_column_may_hold_both_kinds_of_code(tmp_path: Path, appels: Appels) -> None:
    private = ("990000010", "Clinique", "128", None, None, None, 1, 2)
    result = imported(tmp_path, appels, SOUND, private, categorie="Agrégat")
    assert result.findings == ()
    assert [(each.agregat, each.categorie) for each in result.base] == [("1102", None), (None, "128")]


def test_names_are_tidied_for_searching(tmp_path: Path, appels: Appels) -> None:
    (found,) = imported(tmp_path, appels, with_(Nom="  CH \n d'Exempleville ")).base
    assert found.nom == "CH d'Exempleville"


def test_workbook_without_ceilings_is_reported(tmp_path: Path, appels: Appels) -> None:
    path = tmp_path / "base.csv"
    path.write_text("FINESS;Nom\n010000024;CH\n", "utf-8")
    columns = resolve(read_table(path), base_fields(appels.values()), {"finess": "FINESS", "nom": "Nom"})
    assert said(import_base(columns, appels)) == [("ELIGIBLES-SANS-PLAFOND", 1, None)]


def test_column_without_a_header_is_named_by_its_letter(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, [*SOUND, "34567"], activite="=I")
    assert [each.activite for each in result.base] == ["34567"]
    assert result.base.source.columns["activite"] == "=I"


def test_source_is_recorded(base: Base) -> None:
    source = base.source
    assert (source.file, source.date.isoformat(), source.sheet) == ("base-fictive.xlsx", "2026-01-10", "Base fictive")
    assert len(source.sha256) == 64
    assert source.columns["plafond.AF-HOP-PFI-Va2.V1+V2.ttc"] == "Plafond PFI V1+V2 TTC"


def test_sample_workbook_is_the_one_that_the_script_writes(tmp_path: Path, base: Base) -> None:
    write(tmp_path / "again.xlsx", 300)
    again, kept = read_table(tmp_path / "again.xlsx"), read_table(WORKBOOK)
    assert [row.values for row in again.rows] == [row.values for row in kept.rows]
    assert len(base) == 300 == len(list(fictional_rows(300)))


def test_import_of_the_same_workbook_is_the_same(tmp_path: Path, appels: Appels, base: Base) -> None:
    copy = tmp_path / "base-fictive.xlsx"
    shutil.copy(WORKBOOK, copy)
    columns = resolve(read_table(copy), base_fields(appels.values()), base.source.columns)
    assert import_base(columns, appels).base == base


def test_several_finess_in_a_cell_are_an_establishment_each(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, SOUND, with_(FINESS="990000010 ; 990000028;990000044", ET=None, HT="dix"))
    assert said(result) == [("ELIGIBLES-PLUSIEURS-FINESS", 3, 1), ("CELLULE-MONTANT", 3, 7)]
    result = imported(tmp_path, appels, SOUND, with_(FINESS="990000010 ; 990000028;990000044", ET=None))
    assert said(result) == [("ELIGIBLES-PLUSIEURS-FINESS", 3, 1)]
    assert [each.finess for each in result.base] == ["010000024", "990000010", "990000028", "990000044"]
    assert {each.nom for each in result.base} == {SOUND[1]}
    assert {each.ligne for each in result.base} == {2, 3}


def test_one_of_several_finess_that_is_there_already_is_reported(tmp_path: Path, appels: Appels) -> None:
    result = imported(tmp_path, appels, SOUND, with_(FINESS="990000010;010000024", ET=None))
    assert said(result) == [("ELIGIBLES-PLUSIEURS-FINESS", 3, 1), ("ELIGIBLES-DOUBLE", 3, 1)]
    assert [each.finess for each in result.base] == ["990000010"]


@pytest.mark.parametrize("cell", ["990000010;", "990000010;CH", "990000010,990000028", "990000010 / 990000028"])
def test_cell_that_is_no_list_of_finess_is_refused(tmp_path: Path, appels: Appels, cell: str) -> None:
    result = imported(tmp_path, appels, SOUND, with_(FINESS=cell, ET=None))
    assert said(result) == [("ELIGIBLES-FINESS", 3, 1)]


@pytest.mark.parametrize(
    ("headers", "finess"),
    [
        (("Finess PMSI", "Raison sociale", "Finess de transmission"), "Finess PMSI"),
        (("Raison sociale", "Finess de transmission"), "Finess de transmission"),
    ],
)
def test_names_of_columns_of_similar_workbooks_are_proposed(
    tmp_path: Path, appels: Appels, headers: tuple[str, ...], finess: str
) -> None:
    path = tmp_path / "atih.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("Base fictive",), ("Campagne 2022",), headers, ["010000024"] * len(headers))):
            sheet.write_row(number, 0, row)
    table = read_table(path)
    assert table.header.number == 3
    assert propose(table, base_fields(appels.values())) == {"finess": finess, "nom": "Raison sociale"}
