"""`segurdoc eligibles`, and the base in the other commands, as a user has them."""

import json
import re
from pathlib import Path

import pytest

from generator.cli.session import Exit
from tests.cli.test_cli import segurdoc
from tests.conftest import INVALID, VALID, WORKBOOK


@pytest.fixture(scope="module")
def code() -> str:
    """The code that confirms what is proposed for the sample workbook."""
    ended = segurdoc("eligibles", "import", WORKBOOK)
    assert ended.returncode == Exit.FINDINGS
    found = re.search(r"--confirm (\w+)", ended.stdout)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, code: str) -> Path:
    path = tmp_path_factory.mktemp("base") / "eligibles.base"
    ended = segurdoc("eligibles", "import", WORKBOOK, "--sheet", "Base fictive", "--confirm", code, "-o", path)
    assert (ended.returncode, ended.stdout) == (Exit.FINE, "")
    assert "300 établissements" in ended.stderr
    return path


def test_without_mapping_a_proposal_is_shown_alone(tmp_path: Path) -> None:
    ended = segurdoc("eligibles", "import", WORKBOOK, "-o", tmp_path / "base")
    assert ended.returncode == Exit.FINDINGS
    for told in ("CORRESPONDANCE-ABSENTE", "« FINESS PMSI » (A)", "--map", "[colonnes.eligibles]", "ligne 3"):
        assert told in ended.stdout
    assert not (tmp_path / "base").exists()


def test_code_that_was_not_shown_confirms_nothing(tmp_path: Path) -> None:
    ended = segurdoc("eligibles", "import", WORKBOOK, "--confirm", "00000000", "-o", tmp_path / "base")
    assert ended.returncode == Exit.FINDINGS
    assert "CORRESPONDANCE-CHANGEE" in ended.stdout
    assert not (tmp_path / "base").exists()


def test_what_was_pasted_into_the_settings_is_used(tmp_path: Path) -> None:
    shown = segurdoc("eligibles", "import", WORKBOOK).stdout
    lines = [line.strip() for line in shown.splitlines()]
    start = lines.index("[colonnes.eligibles]")
    settings = tmp_path / "segurdoc.toml"
    pasted = "\n".join(lines[start : lines.index("", start)])
    settings.write_text(f'eligibles = "{tmp_path / "own.base"}"\n{pasted}\n', "utf-8")
    ended = segurdoc("--config", settings, "eligibles", "import", WORKBOOK)
    assert ended.returncode == Exit.FINE, ended.stdout + ended.stderr
    ended = segurdoc("--config", settings, "validate", INVALID / "eligible-absent.json")
    assert "ELIGIBLE-ABSENT" in ended.stdout


def test_bad_rows_are_reported_and_the_others_are_kept(tmp_path: Path) -> None:
    workbook = tmp_path / "base.csv"
    workbook.write_text("FINESS;Nom\n010000024;CH d'Exempleville\n10000032;CH\n", "utf-8")
    ended = segurdoc(
        "eligibles", "import", workbook, "--map", "finess=FINESS", "--map", "nom=Nom", "-o", tmp_path / "base",
        "--format", "json",
    )  # fmt: skip
    assert ended.returncode == Exit.FINDINGS
    findings = {found["code"]: found for found in json.loads(ended.stdout)}
    assert (findings["ELIGIBLES-FINESS"]["line"], findings["ELIGIBLES-FINESS"]["column"]) == (3, 1)
    assert set(findings) == {"ELIGIBLES-SANS-PLAFOND", "ELIGIBLES-FINESS"}
    assert segurdoc("eligibles", "show", "exempleville", "--eligibles", tmp_path / "base").returncode == Exit.FINE


def test_escape_codes_of_a_workbook_are_printed_as_signs(tmp_path: Path) -> None:
    workbook, base = tmp_path / "base.csv", tmp_path / "base"
    workbook.write_text("FINESS;Nom\x1b[31m\n010000024;CH\x1b[31m\n", "utf-8")
    ended = segurdoc("eligibles", "import", workbook)
    assert "Nom" in ended.stdout
    assert "\x1b" not in ended.stdout
    ended = segurdoc("eligibles", "import", workbook, "--map", "finess==A", "--map", "nom==B", "-o", base)
    assert ended.returncode == Exit.FINE, ended.stdout + ended.stderr
    ended = segurdoc("eligibles", "show", "010000024", "--eligibles", base)
    assert "CH\N{REPLACEMENT CHARACTER}" in ended.stdout


@pytest.mark.parametrize("options", [["--map", "finess"], ["--header-row", "0"]])
def test_misused_option_is_a_usage_error(options: list[str]) -> None:
    assert segurdoc("eligibles", "import", WORKBOOK, *options).returncode == Exit.USAGE


def test_establishment_is_shown(file: Path) -> None:
    ended = segurdoc("eligibles", "show", "hopital", "fictf", "plato", "--eligibles", file)
    assert ended.stdout.startswith("990000044  Hôpital Fictif du Plateau\n")
    assert "base-fictive.xlsx, 2026-01-10, sha256" in ended.stdout
    found = json.loads(segurdoc("eligibles", "show", "010000032", "--eligibles", file, "--format", "json").stdout)
    assert [each["finess"] for each in found] == ["010000024"]
    assert segurdoc("eligibles", "show", "zzzz", "--eligibles", file).returncode == Exit.FINDINGS


def test_base_that_was_imported_is_used_without_being_named(tmp_path: Path, code: str) -> None:
    own = {"XDG_DATA_HOME": str(tmp_path)}
    assert segurdoc("eligibles", "show", "x", **own).returncode == Exit.FINDINGS
    before = segurdoc("validate", INVALID / "eligible-absent.json", **own)
    assert (before.returncode, "ELIGIBLES-SANS-BASE" in before.stdout) == (Exit.FINE, True)
    assert segurdoc("eligibles", "import", WORKBOOK, "--confirm", code, **own).returncode == Exit.FINE
    after = segurdoc("validate", INVALID / "eligible-absent.json", **own)
    assert after.returncode == Exit.FINDINGS
    for told in ("ELIGIBLE-ABSENT", "ELIGIBLES-BASE", "sha256"):
        assert told in after.stdout


def test_base_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    for path, code, told in (
        (WORKBOOK, Exit.FINDINGS, "ELIGIBLES-FICHIER"),
        (tmp_path / "nosuch", Exit.USAGE, "nosuch"),
    ):
        ended = segurdoc("validate", VALID / "bdc-dpi-v2.json", "--eligibles", path)
        assert ended.returncode == code
        assert told in ended.stderr


def test_order_that_the_base_refuses_is_not_rendered(tmp_path: Path, file: Path) -> None:
    ended = segurdoc(
        "render", INVALID / "plafond-depasse.json", "--format", "docx", "-o", tmp_path, "--eligibles", file
    )
    assert ended.returncode == Exit.FINDINGS
    assert "PLAFOND-DEPASSE" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_documents_are_the_same_with_and_without_a_base(tmp_path: Path, file: Path) -> None:
    order = VALID / "bdc-dpi-v2.json"
    for name, options in (("with", ("--eligibles", file)), ("without", ())):
        assert segurdoc("render", order, "--format", "docx", "-o", tmp_path / name, *options).returncode == Exit.FINE
    one, other = (next((tmp_path / name).glob("*.docx")).read_bytes() for name in ("with", "without"))
    assert one == other


def test_day_can_be_set() -> None:
    order = VALID / "bdc-dpi-v2.json"
    assert "DATE-A-VENIR" in segurdoc("validate", order, "--today", "2026-05-03").stdout
    assert "DATE-A-VENIR" not in segurdoc("validate", order, "--today", "2026-05-04").stdout
    assert segurdoc("validate", order, "--today", "hier").returncode == Exit.USAGE


def test_batch_records_base_and_says_anew_what_another_one_says(tmp_path: Path, file: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "report.json"
    batch = ("batch", VALID / "bdc-dpi-v2.json", "-o", out, "--format", "docx", "--jobs", "1", "--report", report)
    recorded = []
    for options in ((), ("--eligibles", file), ("--eligibles", file, "--today", "2026-05-03")):
        assert segurdoc(*batch, *options).returncode == Exit.FINE
        (line,) = (out / "manifest.jsonl").read_text("utf-8").splitlines()
        recorded.append(json.loads(line))
    without, with_base, early = recorded
    assert without["eligibles"] is None
    assert with_base["eligibles"]["file"] == "base-fictive.xlsx"
    assert with_base["eligibles"]["date"] == "2026-01-10"
    assert len(with_base["eligibles"]["sha256"]) == 64
    assert [found["code"] for found in early["findings"]] == ["DATE-A-VENIR"]
    # Nothing was made anew.
    assert {record["finished"] for record in recorded} == {without["finished"]}
    (order,) = json.loads(report.read_text("utf-8"))["orders"]
    assert (order["outcome"], order["eligibles"]) == ("unchanged", with_base["eligibles"])


def test_register_keeps_a_second_order_from_being_made(tmp_path: Path) -> None:
    past = tmp_path / "past"
    assert segurdoc("render", VALID / "bdc-dpi-v2.json", "--format", "docx", "-o", past).returncode == Exit.FINE
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    value["fournisseur"].pop("logo")
    (tmp_path / "second.json").write_text(json.dumps({**value, "numero": "BC-2"}), "utf-8")
    for command in (("validate",), ("render", "-o", tmp_path / "out"), ("batch", "-o", tmp_path / "out2")):
        ended = segurdoc(*command, tmp_path / "second.json", "--register", past)
        assert ended.returncode == Exit.FINDINGS
        assert "COMMANDE-DEJA-PASSEE" in ended.stdout + ended.stderr
    assert not list(tmp_path.glob("out*/*.pdf"))
