"""The hooks as a vendor's repository runs them: cloned from git, installed by pip into an empty environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from tests.conftest import INVALID, ROOT, VALID

pytestmark = pytest.mark.slow
# What the wheel is made of.
PARTS = ("generator", "schemas", "templates", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Nom", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
    ended = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return ended.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This program as a repository of its own, and its commit."""
    place = tmp_path_factory.mktemp("hooks")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, place / name)
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "All")
    return place, git(place, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """No environment of pre-commit's is there before; nothing of this one is seen."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")), "LC_ALL": "C.UTF-8"}


def run(folder: Path, environment: dict[str, str], hook: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", hook]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def vendor(hooks: tuple[Path, str], tmp_path: Path) -> Path:
    """A vendor's repository that runs both hooks."""
    address, commit = hooks
    git(tmp_path, "init", "-q")
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {address.as_uri()}\n  rev: {commit}\n"
        "  hooks:\n  - id: segurdoc-validate\n  - id: segurdoc-template-check\n"
    )
    for name in ("commandes", "modeles"):
        (tmp_path / name).mkdir()
    (tmp_path / "package.json").write_text("{}")  # no descriptor, and not where these are
    return tmp_path


def test_descriptors_are_validated_from_a_clone(vendor: Path, environment: dict[str, str]) -> None:
    shutil.copy(VALID / "bdc-dpi-v1-v2-sans-option.json", vendor / "commandes" / "bon.json")
    git(vendor, "add", "-A")
    ended = run(vendor, environment, "segurdoc-validate")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Passed" in ended.stdout

    shutil.copy(INVALID / "siret-cle.json", vendor / "commandes" / "mauvais.json")
    git(vendor, "add", "-A")
    ended = run(vendor, environment, "segurdoc-validate")
    assert ended.returncode == 1
    assert "commandes/mauvais.json:9:14 /fournisseur/siret: erreur SIRET-CLE" in ended.stdout


def test_templates_are_checked_from_a_clone(vendor: Path, environment: dict[str, str]) -> None:
    shutil.copy(ROOT / "templates" / "va.docx", vendor / "modeles" / "va.docx")
    git(vendor, "add", "-A")
    ended = run(vendor, environment, "segurdoc-template-check")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Passed" in ended.stdout

    document = Document(str(vendor / "modeles" / "va.docx"))
    document.paragraphs[0].insert_paragraph_before("{{ client.contcat }}")
    document.save(str(vendor / "modeles" / "va.docx"))
    git(vendor, "add", "-A")
    ended = run(vendor, environment, "segurdoc-template-check")
    assert ended.returncode == 1
    assert "{{ client.contcat }}" in ended.stdout
    assert "MODELE-NOM-INCONNU" in ended.stdout
