"""Uploads of many orders: descriptors, archives, and lists with their columns."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator.web.config import OrderSettings
from generator.web.jobs.lists import columns_job, import_job, upload_job
from tests.conftest import VALID
from tests.web.server import ORDER

HEADERS = ("FINESS", "Raison sociale", "Date de cde", "Mt HT", "Taux TVA", "Adresse", "CP", "Ville")
ROW = (
    "010000024",
    "CH d'Exempleville",
    "04/05/2026",
    "10000,00",
    "20",
    "1 place de l'Exemple",
    "01000",
    "Exempleville",
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def as_csv(*rows: tuple[str, ...]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows((HEADERS, *rows))
    return stream.getvalue().encode("utf-8")


def as_zip(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def test_descriptors_become_lines() -> None:
    answer = upload_job("c.json", ORDER, "fr", OrderSettings())
    assert answer.data == {"orders": 1, "list": None}
    assert json.loads(answer.files[""])["numero"] == json.loads(ORDER)["numero"]


def test_archive_of_descriptors_becomes_lines() -> None:
    answer = upload_job("lot.zip", as_zip(a__json=ORDER, b__json=ORDER, c__json=b"{"), "fr", OrderSettings())
    assert answer.data["orders"] == 2
    assert [finding["file"] for finding in answer.findings] == ["c.json"]


def test_archive_of_one_list_is_that_list() -> None:
    content = as_csv(ROW)
    answer = upload_job("lot.zip", as_zip(clients__csv=content), "fr", OrderSettings())
    assert (answer.data["list"], answer.files[""]) == ("clients.csv", content)


def with_a_damaged_stream() -> bytes:
    """Return an archive whose deflated data is no deflated data."""
    data = as_zip(a__json=bytes(range(256)) * 40)
    start = data.index(b"a.json") + len(b"a.json")
    return data[:start] + b"\xff" * 20 + data[start + 20 :]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 damaged",
        as_zip(a__txt2=b"x"),
        as_zip(a__json=bytes(200_000_000)),
        with_a_damaged_stream(),
    ],
)
def test_archives_that_cannot_be_used_are_refused(data: bytes) -> None:
    answer = upload_job("lot.zip", data, "en", OrderSettings())
    assert [finding["code"] for finding in answer.findings] == ["LOT-ARCHIVE"]
    assert answer.data["orders"] == 0


def test_columns_are_proposed_as_by_import() -> None:
    answer = columns_job("clients.csv", as_csv(ROW), (None, None), "fr", OrderSettings())
    fields: Any = answer.data["fields"]
    proposed = {each["name"]: each["proposed"] for each in fields if each["proposed"]}
    assert proposed["client.finess_pmsi"] == "A"
    assert proposed["montant.ht"] == "D"
    assert proposed["client.adresse.ville"] == "H"
    columns: Any = answer.data["columns"]
    assert columns[1] == {"letter": "B", "header": "Raison sociale", "example": "CH d'Exempleville"}


def test_columns_of_an_unreadable_list_are_a_finding() -> None:
    answer = columns_job("../../clients.xlsx", b"PK nothing", (None, None), "fr", OrderSettings())
    assert not answer.data
    assert [finding["file"] for finding in answer.findings] == ["clients.xlsx"]


def imported(data: bytes, **changed: Any) -> Any:
    fields: Any = columns_job("clients.csv", data, (None, None), "fr", OrderSettings()).data["fields"]
    for place in Path().glob("[0-9]"):
        place.rename(f"read-{place}")
    vendor = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del vendor["fournisseur"]["logo"]
    constants = {"reference": "AF-HOP-DPI-Va2", "prestation": "V2"}
    questions = [each["name"] for each in fields if each["name"].startswith("scenario.")]
    constants |= {name: "02/11/2026" if "date" in name else "oui" for name in questions}
    given: dict[str, Any] = {
        "place": (None, None),
        "columns": {each["name"]: each["proposed"] for each in fields},
        "constants": constants,
        "numbering": "BC-{year}-{n:06}",
        "vendor": json.dumps(vendor).encode(),
        **changed,
    }
    return import_job("clients.csv", data, "fr", OrderSettings(), **given)


def test_list_becomes_orders_and_refused_rows() -> None:
    wrong = (*ROW[:3], "abc", *ROW[4:])
    answer = imported(as_csv(ROW, ("990000010", *wrong[1:])))
    assert (answer.data["orders"], answer.data["refused"]) == (1, 1)
    order = json.loads(answer.files[""])
    assert (order["numero"], order["montant"]["ttc"]) == ("BC-2026-000001", "12000.00")
    assert order["fournisseur"]["siret"] == "73282932000074"
    (error,) = (finding for finding in answer.findings if finding["severity"] == "error")
    assert (error["line"], error["part"]) == (3, "colonne D")


def test_numbering_that_is_no_pattern_is_refused() -> None:
    answer = imported(as_csv(ROW), numbering="BC")
    assert [finding["code"] for finding in answer.findings] == ["LOT-NUMERO"]


def test_vendor_with_a_logo_is_refused() -> None:
    answer = imported(as_csv(ROW), vendor=(VALID / "bdc-dpi-v2.json").read_bytes())
    assert [finding["code"] for finding in answer.findings] == ["LOGO-ILLISIBLE"]


def test_columns_that_do_not_exist_are_refused() -> None:
    answer = imported(as_csv(ROW), columns={"client.finess_pmsi": "ZZ"})
    assert answer.data["orders"] == 0
    assert "CORRESPONDANCE-COLONNE" in {finding["code"] for finding in answer.findings}
