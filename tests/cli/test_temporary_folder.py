"""Commands whose folder of temporary files has a long path, with spaces and accents."""

from pathlib import Path

import pytest

from generator.common.resources import TEMPLATES
from tests.conftest import WORKBOOK
from tests.hostile.case import order
from tests.hostile.runner import run_measured

COMMANDS = {
    "render": ["render", "order.json", "-o", "out"],
    "libreoffice": ["render", "order.json", "-o", "out", "--engine", "libreoffice"],
    "batch": ["batch", "order.json", "-o", "out", "--jobs", "2"],
    "batch libreoffice": ["batch", "order.json", "-o", "out", "--jobs", "2", "--engine", "libreoffice"],
    "eligibles": [
        "eligibles",
        "import",
        str(WORKBOOK),
        "-o",
        "base",
        "--map",
        "finess=FINESS PMSI",
        "--map",
        "nom=Raison sociale",
    ],
    "template": ["template", "check", str(TEMPLATES / "bdc.docx"), "--document", "bdc"],
}


def long_folder(parent: Path) -> Path:
    """Return a new folder of 120 bytes or more, in which no socket can be."""
    folder = parent / ("dossier temporaire à rallonge " * 5).strip()
    folder.mkdir()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_command_works_with_long_temporary_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "order.json").write_bytes(order())
    ended = run_measured(COMMANDS[name], tmp_path, timeout=180, temporary=long_folder(tmp_path))
    assert ended.code == 0, ended.output
    assert not ended.faults, ended.output


@pytest.mark.slow
def test_reading_works_with_long_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_bytes(order())
    temporary = long_folder(tmp_path)
    for out in ("one", "two"):
        assert run_measured(["render", "order.json", "-o", out], tmp_path, timeout=180).code == 0
    read = run_measured(["verify", "one", "two"], tmp_path, timeout=180, temporary=temporary)
    assert read.code == 0, read.output
    assert not read.faults, read.output
    packed = ["pack", "order.json", "--signed", "one", "-o", "pack.zip", "--for", "avance"]
    ended = run_measured(packed, tmp_path, timeout=180, temporary=temporary)
    assert not ended.faults, ended.output
    assert "SIGNE-" in ended.output
