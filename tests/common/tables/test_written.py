"""Lists as Excel, LibreOffice, Google Sheets, Numbers and libraries write them: the right values, or a finding."""

from pathlib import Path

import pytest

from generator.common.findings import Finding
from generator.common.tables import SheetRow, SheetTable, TableError, read_table
from generator.common.tables.cells import amount_of, date_of, identifier_of, text_of
from tests.common.tables.written import CLIENTS, HEAD, Written, every_list
from tests.conftest import ROOT

FILES = list(every_list())
REFUSALS = ("TABLEAU-ILLISIBLE", "TABLEAU-FEUILLE")
LIBREOFFICE = sorted((ROOT / "tests" / "data" / "tables").glob("libreoffice.*"))


def read_row(table: SheetTable, row: SheetRow) -> list[object]:
    readers = (lambda cell: identifier_of(cell, 9), text_of, amount_of, date_of)
    return [read(table.cell(row, column)) for column, read in enumerate(readers, start=1)]


def test_there_are_forty_lists() -> None:
    names = [written.name for written in FILES]
    assert len(names) == len(set(names))
    assert len(names) >= 40


@pytest.mark.parametrize("written", FILES, ids=lambda written: written.name)
def test_list_gives_the_right_values_or_a_finding(written: Written, tmp_path: Path) -> None:
    path = tmp_path / "liste"
    path.write_bytes(written.data)
    if written.findings and written.findings[0] in REFUSALS:
        with pytest.raises(TableError) as caught:
            read_table(path)
        assert (caught.value.finding.code,) == written.findings
        return
    table = read_table(path, sheet=written.sheet, header_row=written.header_row)
    rows = [read_row(table, row) for row in table.rows]
    found = [*table.findings, *(value for row in rows for value in row if isinstance(value, Finding))]
    assert tuple(finding.code for finding in found) == written.findings
    assert table.headers[: len(HEAD)] == HEAD
    sound = [row for row in rows if not any(isinstance(value, Finding) for value in row)]
    assert len(sound) == written.kept
    if "TABLEAU-LETTRE" not in written.findings:
        assert all(tuple(row) in {(client[0], client[1], client[2], client[3]) for client in CLIENTS} for row in sound)


@pytest.mark.parametrize("path", LIBREOFFICE, ids=lambda path: path.name)
def test_list_of_libreoffice_gives_the_right_values(path: Path) -> None:
    table = read_table(path)
    assert table.findings == ()
    names = ("Hôpital de la Forêt", "CH d’Œuvres « Saint-Éloi »")
    for row, client, name in zip(table.rows, CLIENTS, names, strict=True):
        assert tuple(read_row(table, row)) == (client[0], name, client[2], client[3])
        # Worked out by LibreOffice from a formula.
        assert float(str(amount_of(table.cell(row, 5)))) == pytest.approx(client[2] * 1.2)
