"""The wheel: installed in an empty environment without the extras, run from another folder."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from generator.common.resources import EARLIER_TEMPLATES
from tests.conftest import ROOT, VALID

pytestmark = pytest.mark.slow
ORDER = VALID / "va-dpi-avec-reserves.json"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel_binaries(wheel: Path) -> Path:
    place = wheel.parent
    venv.create(place / "venv", with_pip=True)
    binaries = place / "venv" / "bin"
    subprocess.run([binaries / "pip", "install", "-q", wheel], check=True, capture_output=True)
    return binaries


def _segurdoc(binaries: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [binaries / "segurdoc", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


# What an installation reads of the project's folder.
PARTS = ("generator", "schemas", "templates", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder, in a path with spaces and accents, after the commands of the README."""
    folder = tmp_path_factory.mktemp("dossier à part") / "segurdoc"
    folder.mkdir()
    for name in PARTS:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    subprocess.run(["bash", "-euc", commands], cwd=folder, check=True, capture_output=True)
    return folder


def test_installation_of_the_readme_renders_its_order(installed: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (order,) = re.findall(r'^```json title="bdc.json"\n(.*?)^```$', readme, re.DOTALL | re.MULTILINE)
    (installed / "bdc.json").write_text(order, "utf-8")
    ended = _segurdoc(installed / ".venv" / "bin", installed, "render", "bdc.json", "-o", "documents")
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.suffix for path in (installed / "documents").iterdir()) == [".docx", ".pdf"]


def test_extras_of_the_guide_exist(installed: Path) -> None:
    guide = (ROOT / "docs" / "fr" / "installation.md").read_text("utf-8")
    commands = re.findall(r"^\| .+ \| `(pip install .+)` \|$", guide, re.MULTILINE)
    assert commands
    for command in commands:
        tried = command.replace("pip install", ".venv/bin/pip install --dry-run")
        ended = subprocess.run(["bash", "-euc", tried], cwd=installed, check=True, capture_output=True, text=True)
        assert "does not provide the extra" not in ended.stdout + ended.stderr


def test_wheel_is_light(wheel: Path) -> None:
    assert wheel.stat().st_size < 6_000_000


def test_wheel_has_the_templates_of_earlier_versions(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in EARLIER_TEMPLATES:
        for template in folder.glob("*.docx"):
            assert f"generator/data/templates/{folder.name}/{template.name}" in names


def test_installed_wheel_finds_its_templates_and_schemas(wheel_binaries: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = _segurdoc(wheel_binaries, tmp_path, "render", ORDER, "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert len(list(out.iterdir())) == 4


def test_without_libreoffice_samples_are_rendered_by_wheel(
    wheel_binaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
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


@pytest.mark.parametrize("arguments", [["verify", ORDER], ["verify", ORDER, "--strict"], ["render", ORDER, "--verify"]])
def test_reading_pages_without_the_extra_says_what_to_install(
    wheel_binaries: Path, tmp_path: Path, arguments: list[str | Path]
) -> None:
    ended = _segurdoc(wheel_binaries, tmp_path, *arguments)
    assert ended.returncode == 3
    assert "segurdoc[ocr]" in ended.stdout + ended.stderr


def test_every_folder_of_modules_is_a_package() -> None:
    # import-linter and grimp pass over others, and do not see what these import.
    folders = {path.parent for path in (ROOT / "generator").rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
