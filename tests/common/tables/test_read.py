import contextlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.common.tables import TableError, read_table
from generator.common.tables.model import column_letters, column_number
from generator.common.tables.workbook_xml import MAX_ROWS
from tests.common.tables.conftest import WriteSheet

HEAD = ["FINESS", "Nom"]
SOUND = [HEAD, ["010000024", "CH d'Exempleville"]]


def refused(path: Path, **options: object) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path, **options)  # type: ignore[arg-type]
    assert caught.value.finding.message("en")
    return caught.value.finding.code


def text_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def test_rows_keep_their_numbers_across_empty_rows(xlsx: WriteSheet) -> None:
    table = read_table(xlsx([["Une base"], [], HEAD, ["010000024", "A"], [None, "  "], ["010000032", "B"]]))
    assert table.header.number == 3
    assert [row.number for row in table.rows] == [4, 6]
    place = table.cell(table.rows[1], 1).place
    assert (place.line, place.column) == (6, 1)
    assert "« Base », cellule A6" in (place.part.fr if place.part else "")


def test_number_is_reported_from_a_text(xlsx: WriteSheet) -> None:
    table = read_table(xlsx([HEAD, ["010000024", "A"], [10000024, "B"]]))
    assert [row.values[0] for row in table.rows] == ["010000024", 10000024.0]


def test_formula_that_failed_and_merged_cells_are_known(xlsx: WriteSheet) -> None:
    def more(sheet: object) -> None:
        sheet.write_formula("A3", "=NA()", None, "#N/A")  # type: ignore[attr-defined]
        sheet.merge_range("B3:B4", "Deux lignes")  # type: ignore[attr-defined]

    table = read_table(xlsx([HEAD, ["010000024", "A"], [None, None], ["010000032", None]], more))
    first, second, third = table.rows
    assert table.cell(second, 1).error
    assert not table.cell(first, 1).error
    assert not table.cell(second, 2).merged_into
    assert table.cell(third, 2).merged_into == "B3"


def test_formula_that_was_never_worked_out_is_known(xlsx: WriteSheet) -> None:
    def more(sheet: object) -> None:
        sheet.write_formula("A2", "=1+1")  # type: ignore[attr-defined]
        sheet.write_formula("B2", "=1+1", None, 2)  # type: ignore[attr-defined]

    path = xlsx([HEAD, [None, None]], more)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    # As libraries write them; xlsxwriter gives a value of 0.
    parts[sheet], count = re.subn(rb"(<f>1\+1</f>)<v>0</v>", rb"\1", parts[sheet])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    table = read_table(path)
    (row,) = table.rows
    assert table.cell(row, 1).error
    assert not table.cell(row, 2).error


def test_ods_workbook_gives_the_same(ods: Callable[[str], Path]) -> None:
    merged = text_cell("Deux lignes", 'table:number-rows-spanned="2" table:number-columns-spanned="1"')
    failed = text_cell("#N/A", 'table:formula="of:=NA()" calcext:value-type="error"')
    number = '<table:table-cell office:value-type="float" office:value="10000032"><text:p>x</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    tail = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    rows = [
        text_cell("FINESS") + text_cell("Nom") + empty,
        failed + merged,
        number + "<table:covered-table-cell/>",
        text_cell("010000024") + text_cell("A"),
    ]
    table = read_table(ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows) + tail))
    assert [table.cell(row, 1).error for row in table.rows] == [True, False, False]
    assert [table.cell(row, 2).merged_into for row in table.rows] == ["", "B2", ""]
    assert [row.values[0] for row in table.rows[1:]] == [10000032.0, "010000024"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_file_is_read_in_its_encoding_with_its_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "base.csv"
    path.write_bytes(f'FINESS{separator}Nom\r\n010000024{separator}"Hôpital{separator} dit «é»"\r\n'.encode(encoding))
    table = read_table(path)
    assert table.headers == ("FINESS", "Nom")
    assert table.rows[0].values == ("010000024", f"Hôpital{separator} dit «é»")
    assert [found.code for found in table.findings] == (["TABLEAU-ENCODAGE"] if encoding == "cp1252" else [])


def test_csv_row_with_a_separator_too_many_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_text("FINESS;Nom\n010000024;A;B\n010000032;C\n\n010000040;D;;\n", "utf-8")
    table = read_table(path)
    assert [row.number for row in table.rows] == [3, 5]
    assert [(found.code, found.place.line) for found in table.findings] == [("TABLEAU-LIGNE", 2)]
    assert table.filled == len(table.rows) + 1


def test_unclosed_quote_does_not_take_the_rows_below(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_text('FINESS;Nom\n010000024;"A\n010000032;B\n010000040;"C"\n', "utf-8")
    assert refused(path) == "TABLEAU-GUILLEMET"
    path.write_text('FINESS;Nom\n010000024;Clinique "A"\n', "utf-8")
    assert read_table(path).rows[0].values[1] == 'Clinique "A"'


def test_value_of_two_lines_keeps_the_numbers_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_text('FINESS;Nom\n010000024;"A\nB"\n010000032;C\n', "utf-8")
    assert [row.number for row in read_table(path).rows] == [2, 4]


def test_of_several_filled_sheets_one_is_to_be_named(xlsx: WriteSheet) -> None:
    path = xlsx(SOUND, Autre=[HEAD, ["010000032", "B"]], Vide=[])
    assert refused(path) == "TABLEAU-FEUILLE"
    assert refused(path, sheet="Rien") == "TABLEAU-FEUILLE"
    assert read_table(path, sheet="Autre").rows[0].values[1] == "B"


def test_header_may_be_named(xlsx: WriteSheet) -> None:
    path = xlsx([["Base", "2022"], HEAD, ["010000024", "A"]])
    assert read_table(path, header_row=2).headers == ("FINESS", "Nom")
    assert refused(path, header_row=3) == "TABLEAU-VIDE"
    assert refused(path, header_row=9) == "TABLEAU-VIDE"


def test_sheet_without_rows_is_reported(xlsx: WriteSheet) -> None:
    assert refused(xlsx([HEAD])) == "TABLEAU-VIDE"
    assert refused(xlsx([])) == "TABLEAU-VIDE"


@pytest.mark.parametrize("number", ["4", "-1", "+3", "3.0", " 3", "99999999999", "18446744073709551617", "&#51;", "x"])
def test_cell_without_its_text_is_named(xlsx: WriteSheet, number: str) -> None:
    path = xlsx(SOUND)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v>3</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>3</v>", f"<v>{number}</v>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert "cell B2" in caught.value.finding.message("en")


def test_csv_value_that_is_too_long_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("FINESS;Nom\n010000024;A\n010000032;" + "x" * 200_000 + "\n", "utf-8")
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert (caught.value.finding.code, caught.value.finding.place.line) == ("TABLEAU-VALEUR", 3)


def rewrite(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Replace bytes of a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("xl/sharedStrings.xml", b"<sst", b'<!DOCTYPE x [<!ENTITY a "b">]><sst', "xl/sharedStrings.xml declares a DTD"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../etc/passwd", "the sheet “Base” should be in"),
    ],
)
def test_damaged_workbook_is_refused_with_its_cause(
    xlsx: WriteSheet, part: str, old: bytes, new: bytes, said: str
) -> None:
    with pytest.raises(TableError) as caught:
        read_table(rewrite(xlsx(SOUND), part, old, new))
    assert said in caught.value.finding.message("en")


def test_negative_repetition_of_an_ods_workbook_is_named(ods: Callable[[str], Path]) -> None:
    row = f'<table:table-row table:number-rows-repeated="-1">{text_cell("a")}{text_cell("b")}</table:table-row>'
    with pytest.raises(TableError) as caught:
        read_table(ods(row))
    assert "number-rows-repeated is -1" in caught.value.finding.message("en")


def test_null_byte_of_a_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"FINESS;Nom\n010000024;A\0B\n")
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert "line 2 contains a null byte" in caught.value.finding.message("en")


@pytest.mark.parametrize("reference", ["A1048576", "XFD2", "ZZZZZZZZZZZZ2"])
def test_one_cell_at_the_far_end_is_not_unfolded(xlsx: WriteSheet, reference: str) -> None:
    path = xlsx(SOUND)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="A2"', f'r="{reference}"'.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert refused(path) == "TABLEAU-TROP-GRAND"


def test_repeated_cells_of_an_ods_workbook_are_not_unfolded(ods: Callable[[str], Path]) -> None:
    wide = text_cell("x", 'table:number-columns-repeated="16384"')
    assert refused(ods(f"<table:table-row>{wide}</table:table-row>")) == "TABLEAU-TROP-GRAND"
    deep = f'<table:table-row table:number-rows-repeated="1048576">{text_cell("x")}</table:table-row>'
    assert refused(ods(deep)) == "TABLEAU-TROP-GRAND"


def test_archive_that_unfolds_beyond_the_bounds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(5):
            archive.writestr(f"xl/{number}.xml", b" " * 60_000_000)
    assert path.stat().st_size < 1_000_000
    assert refused(path) == "TABLEAU-TROP-GRAND"


def test_million_rows_of_csv_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_text("FINESS;Nom\n" + "010000024;A\n" * (MAX_ROWS + 1), "utf-8")
    assert refused(path) == "TABLEAU-TROP-GRAND"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old", b"a;b\n\0;c\n", b"\x01\x81;\x8d\n\x81;\xff\n", b"\xff\xfe\x00"],
)
def test_what_is_no_table_is_reported(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "base.xlsx"
    path.write_bytes(data)
    assert refused(path) == "TABLEAU-ILLISIBLE"


def test_missing_file_is_reported(tmp_path: Path) -> None:
    assert refused(tmp_path / "nosuch.xlsx") == "FICHIER-ILLISIBLE"
    assert refused(tmp_path) == "FICHIER-ILLISIBLE"


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_finding(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(data)
    with contextlib.suppress(TableError):
        assert read_table(path).rows


@given(column=st.integers(1, 20_000))
def test_letters_and_numbers_of_columns_agree(column: int) -> None:
    assert column_number(column_letters(column)) == column


MANY = [HEAD, *([f"99000{number:04}", f"CH {number}"] for number in range(10))]


def told(path: Path, **options: object) -> list[tuple[str, int | None, str]]:
    table = read_table(path, **options)  # type: ignore[arg-type]
    return [(found.code, found.place.line, found.message("fr")) for found in table.findings]


def test_rows_that_are_hidden_or_filtered_are_read_and_told(xlsx: WriteSheet) -> None:
    def hide(sheet: Any) -> None:
        for row in (2, 3, 4, 7):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.autofilter("A1:B11")

    path = xlsx(MANY, hide)
    assert len(read_table(path).rows) == 10
    ((code, line, message),) = told(path)
    assert (code, line) == ("TABLEAU-MASQUE", 3)
    assert "lignes 3-5, 8" in message


def test_hidden_column_is_reported_where_the_header_names_it(xlsx: WriteSheet) -> None:
    def hide(sheet: Any) -> None:
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.set_column("D:XFD", None, None, {"hidden": True})

    assert [(code, "colonne B" in message) for code, _, message in told(xlsx(MANY, hide))] == [("TABLEAU-MASQUE", True)]


def test_empty_row_that_is_hidden_is_not_told(xlsx: WriteSheet) -> None:
    def hide(sheet: Any) -> None:
        sheet.set_row(30, None, None, {"hidden": True})

    assert told(xlsx(MANY, hide)) == []


def test_hidden_rows_and_columns_of_an_ods_are_reported(ods: Callable[[str], Path]) -> None:
    def row(attributes: str, *cells: str) -> str:
        return f"<table:table-row {attributes}>{''.join(map(text_cell, cells))}</table:table-row>"

    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    shown, hidden, filtered = "", 'table:visibility="collapse"', 'table:visibility="filter"'
    path = ods(
        columns
        + row(shown, *HEAD)
        + row(hidden, "990000010", "A")
        + row(shown, "990000028", "B")
        + row(f'{filtered} table:number-rows-repeated="2"', "990000036", "C")
    )
    assert [message.partition(" : ")[2] for _, _, message in told(path)] == ["lignes 2, 4-5", "colonne B"]


def test_hidden_sheet_is_reported_and_read_where_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Base", "Archive"):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(MANY):
                sheet.write_row(number, 0, cells)
        sheet.hide()
    ((code, _, message),) = told(path)
    assert code == "TABLEAU-FEUILLE-MASQUEE"
    assert "« Archive »" in message
    assert told(path, sheet="Archive") == []


def test_workbook_whose_filled_sheets_are_all_hidden_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Vide")
        sheet = book.add_worksheet("Base")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["010000024", "A"])
        sheet.hide()
    assert refused(path) == "TABLEAU-FEUILLE"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('FINESS;Nom\n010000024;CH\n990000010;"CH ouvert\n990000028;CH\n990000036;CH\n', 3, "n'est pas fermé"),
        ('FINESS;Nom\n010000024;"CH sur\ndeux lignes";\n990000010;"CH ouvert\n', 4, "n'est pas fermé"),
        ('FINESS;Nom\n"010000024";"CH\ndeux";"ouvert\n', 3, "n'est pas fermé"),
        ('FINESS;Nom\n010000024;"CH "des" Rives"\n', 2, "guillemet fermant"),
        ('FINESS;Nom\r\n010000024;"CH\r\n', 2, "n'est pas fermé"),
    ],
)
def test_wrong_quote_is_reported_in_the_line_it_stands_in(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode())
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert (caught.value.finding.code, caught.value.finding.place.line) == ("TABLEAU-GUILLEMET", line)
    assert said in caught.value.finding.message("fr")
    assert "quote" in caught.value.finding.message("en") or said == "131072"


@pytest.mark.parametrize(
    "text", ["<html><table><tr><td>FINESS", '\n<?xml version="1.0"?><Workbook/>', "<!DOCTYPE html>\n<p>"]
)
def test_web_page_that_is_named_a_workbook_is_no_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "base.xls"
    path.write_text(text, "utf-8")
    assert refused(path) == "TABLEAU-ILLISIBLE"
