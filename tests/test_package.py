"""The wheel: installed in an empty environment without the extras, run from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.conftest import VALID

pytestmark = pytest.mark.slow
ORDER = VALID / "va-dpi-avec-reserves.json"


@pytest.fixture(scope="module")
def wheel_binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    venv.create(place / "venv", with_pip=True)
    binaries = place / "venv" / "bin"
    subprocess.run([binaries / "pip", "install", "-q", wheel], check=True, capture_output=True)
    return binaries


def _segurdoc(binaries: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [binaries / "segurdoc", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_wheel_finds_its_templates_and_schemas(wheel_binaries: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = _segurdoc(wheel_binaries, tmp_path, "render", ORDER, "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert len(list(out.iterdir())) == 4


def test_without_libreoffice_the_samples_are_rendered_by_the_formes_of_the_wheel(
    wheel_binaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    out = tmp_path / "out"
    ended = _segurdoc(wheel_binaries, tmp_path, "render", VALID, "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert len(list(out.glob("*.pdf"))) == len(list(out.glob("*.docx"))) == 16


@pytest.mark.parametrize("arguments", [["validate", ORDER], ["references"], ["schema"], ["doctor"]])
def test_commands_that_read_no_page_need_no_extra(
    wheel_binaries: Path, tmp_path: Path, arguments: list[str | Path]
) -> None:
    ended = _segurdoc(wheel_binaries, tmp_path, *arguments)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("arguments", [["verify", ORDER], ["render", ORDER, "--verify"]])
def test_reading_pages_without_the_extra_says_what_to_install(
    wheel_binaries: Path, tmp_path: Path, arguments: list[str | Path]
) -> None:
    ended = _segurdoc(wheel_binaries, tmp_path, *arguments)
    assert ended.returncode == 3
    assert "segurdoc[ocr]" in ended.stderr
