"""No command writes over what it reads: a signed scan, a descriptor or a journal may stand nowhere else."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli.main import segurdoc
from tests.conftest import ROOT, VALID

SAMPLE = VALID / "bdc-dpi-v1-v2-sans-option.json"
BASE = ROOT / "samples" / "eligibles" / "base-fictive.xlsx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A descriptor, a signed scan, a journal, a note and a workbook."""
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.json").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "signed").mkdir()
    (tmp_path / "signed" / "scan.pdf").write_bytes(b"%PDF-1.7 the only copy")
    (tmp_path / "suivi.csv").write_text("numero;etape;date\n", "utf-8")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    (tmp_path / "base.xlsx").write_bytes(BASE.read_bytes())
    return tmp_path


PACK = ("pack", "orders/a.json", "--signed", "signed")
STATUS = ("status", "orders", "--suivi", "suivi.csv", "--format", "csv")


@pytest.mark.parametrize(
    ("command", "out"),
    [
        (PACK, "signed/scan.pdf"),
        (PACK, "orders/a.json"),
        (PACK, "notes.txt"),
        (STATUS, "orders/a.json"),
        (STATUS, "suivi.csv"),
    ],
)
def test_file_that_is_read_or_not_ours_is_not_overwritten(
    command: tuple[str, ...], out: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    before = (folder / out).read_bytes()
    result = CliRunner().invoke(segurdoc, ["--no-config", *command, "-o", out])
    assert result.exit_code == 2
    assert (folder / out).read_bytes() == before


def test_workbook_is_not_replaced_by_its_base(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    shown = CliRunner().invoke(segurdoc, ["--no-config", "eligibles", "import", "base.xlsx"]).output
    code = shown.rpartition("--confirm ")[2].split()[0]
    arguments = ["--no-config", "eligibles", "import", "base.xlsx", "--confirm", code, "-o", "base.xlsx"]
    assert CliRunner().invoke(segurdoc, arguments).exit_code == 2
    assert (folder / "base.xlsx").read_bytes() == BASE.read_bytes()


def test_report_may_be_written_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for _ in range(2):
        CliRunner().invoke(segurdoc, ["--no-config", *STATUS, "-o", "orders/etat.csv"])
    assert (folder / "orders" / "etat.csv").read_bytes().startswith(b"\xef\xbb\xbf")
