import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from generator.cli.main import segurdoc
from generator.references import Appels
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from generator.rules.validation import validate
from tests.conftest import VALID
from tests.dossier.test_signed import saved_anew
from tests.generators.signing import identity, signed
from tests.generators.wears import signed_by_hand

TODAY = ("--today", "2026-06-08")


def status(*arguments: object) -> Result:
    return CliRunner().invoke(segurdoc, ["--no-config", "--lang", "fr", "status", *map(str, arguments)])


def test_table_lists_every_order_the_most_urgent_first(appels: Appels) -> None:
    result = status(VALID, *TODAY)
    assert result.exit_code == 0
    lines = [
        line.split() for line in result.stdout.splitlines() if line.strip()[:1] in "-0123456789" and "AF-HOP" in line
    ]
    count = len([each for each in validate([VALID], appels) if each.order])
    assert len(lines) == count
    assert [int(line[0]) for line in lines] == sorted(int(line[0]) for line in lines)
    assert result.stdout.splitlines()[-1] == f"{count} commandes · à émettre {count}"
    assert "\x1b" not in result.output
    assert "des seuls descripteurs" in result.stderr


def test_dates_to_confirm_are_marked() -> None:
    result = status(
        VALID / "bdc-dpi-v2.json", "--today", "2026-06-08", "--suivi", journal_of("BC-2026-000123;avance_payee")
    )
    assert "installation 17/03/2027 ?" in result.stdout
    assert "date à confirmer" in result.stdout


def journal_of(line: str) -> Path:
    path = Path("suivi.csv")
    path.write_text(f"numero;etape\n{line}\n", "utf-8")
    return path


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_json_has_every_deadline() -> None:
    (order,) = json.loads(status(VALID / "bdc-dpi-v2.json", *TODAY, "--format", "json").stdout)["orders"]
    assert (order["numero"], order["state"], order["next_deadline"]) == ("BC-2026-000123", "to-issue", "avance")
    assert [(due["id"], due["days"], due["status"], due["open"]) for due in order["deadlines"]] == [
        ("avance", 10, "confirmed", True),
        ("installation", 282, "to_confirm", True),
        ("solde", 373, "to_confirm", True),
    ]


def test_csv_reads_back_and_holds_no_formula(order_json: dict[str, object], tmp_path: Path) -> None:
    order_json["client"] = {"denomination_sociale": "=1+1;é", "finess_pmsi": "010000024"}
    (tmp_path / "order.json").write_text(json.dumps(order_json), "utf-8")
    status("order.json", *TODAY, "--format", "csv", "-o", "out.csv")
    text = (tmp_path / "out.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["client"], row["etat"], row["jours"]) == ("'=1+1;é", "to-issue", "10")


def test_calendar_goes_to_a_file(tmp_path: Path) -> None:
    assert status(VALID, *TODAY, "--format", "ics", "-o", "dues.ics").exit_code == 0
    assert len(list(Calendar.from_ical((tmp_path / "dues.ics").read_bytes()).walk("VEVENT"))) == 6


def test_what_is_wrong_is_reported_and_the_rest_is_shown(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", "utf-8")
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "damaged.pdf").write_bytes(b"%PDF-1.7 damaged")
    result = status("bad.json", VALID / "bdc-dpi-v2.json", "--register", "none", "--signed", "none", *TODAY)
    assert result.exit_code == 1
    for code in ("JSON-SYNTAXE", "REGISTRE-VIDE"):
        assert code in result.stderr
    assert "BC-2026-000123" in result.stdout


def test_order_that_stands_twice_is_shown_once() -> None:
    result = status(VALID / "bdc-dpi-v2.json", VALID / "bdc-dpi-v2.json", *TODAY)
    assert "NOM-DOUBLE" in result.stderr
    assert result.stdout.count("BC-2026-000123") == 1


def test_day_that_is_none_is_a_mistake_of_usage() -> None:
    assert status(VALID, "--today", "2026-02-30").exit_code == 2


def test_unsigned_pdf_does_not_count_as_signed(tmp_path: Path, appels: Appels) -> None:
    (checked,) = validate([VALID / "bdc-dpi-v2.json"], appels)
    assert checked.order
    assert checked.appel
    (made,) = render_order(checked.order, checked.appel, tmp_path / "out", RenderOptions(formats=(Format.PDF,)))
    (tmp_path / "signed").mkdir()
    copy = saved_anew(made.files[0], tmp_path / "signed" / "a.pdf", attached=True)
    arguments = (VALID / "bdc-dpi-v2.json", "--signed", tmp_path / "signed", *TODAY, "--format", "json")
    result = status(*arguments)
    assert "SIGNE-SANS-SIGNATURE" in result.stderr
    assert [order["state"] for order in json.loads(result.stdout)["orders"]] == ["to-issue"]
    copy.write_bytes(signed(copy.read_bytes(), identity("Directrice Fictive")))
    assert [order["state"] for order in json.loads(status(*arguments).stdout)["orders"]] == ["signed"]


def test_scan_counts_as_signed_and_is_named(tmp_path: Path, appels: Appels) -> None:
    (checked,) = validate([VALID / "bdc-dpi-v2.json"], appels)
    assert checked.order
    assert checked.appel
    (made,) = render_order(checked.order, checked.appel, tmp_path / "out", RenderOptions(formats=(Format.PDF,)))
    (tmp_path / "signed").mkdir()
    (tmp_path / "signed/scan.tiff").write_bytes(signed_by_hand(made.files[0].read_bytes(), seed=1))

    result = status(VALID / "bdc-dpi-v2.json", "--signed", tmp_path / "signed", *TODAY, "--format", "json")

    assert [order["state"] for order in json.loads(result.stdout)["orders"]] == ["signed"]
    assert "SIGNE-A-VERIFIER" in result.stderr
    assert "scan.tiff" in result.stderr
