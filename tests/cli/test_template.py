from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.resources import TEMPLATES
from tests.conftest import VALID


def compiled(tmp_path: Path, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "generator", "--lang", "en", "template", "compile", *map(str, arguments)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), **environ}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.slow
def test_an_own_template_is_compiled_and_then_needs_no_libreoffice(tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    shutil.copy(TEMPLATES / "va.docx", own)
    # The built-in layout of a VA with a BDC's name: another template to the program.
    order = VALID / "va-dpi-sans-reserve.json"
    result = compiled(tmp_path, own, order, "--document", "va")
    assert result.returncode == 0, result.stderr
    assert "1 documents have their forme" in result.stderr
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "SEGURDOC_SOFFICE": "/nosuch"}
    render = ["render", str(order), "--document", "va", "--template", str(own), "--out", str(tmp_path / "out")]
    command = [sys.executable, "-m", "generator", *render]
    assert subprocess.run(command, env=environ, capture_output=True, check=False).returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_template_that_cannot_be_read_has_no_forme(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"")
    result = compiled(tmp_path, tmp_path / "own.docx", VALID / "bdc-dpi-v2.json")
    assert result.returncode == 1
    assert "MODELE-ILLISIBLE" in result.stderr
