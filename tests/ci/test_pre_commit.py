"""The hooks as a vendor's repository runs them: cloned from git, installed by pip into an empty environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import INVALID
from tests.conftest import ROOT
from tests.conftest import VALID

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


def test_descriptors_are_validated_from_a_clone(
    hooks: tuple[Path, str], environment: dict[str, str], tmp_path: Path
) -> None:
    address, commit = hooks
    git(tmp_path, "init", "-q")
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {address.as_uri()}\n  rev: {commit}\n  hooks:\n  - id: segurdoc-validate\n"
    )
    orders = tmp_path / "commandes"
    orders.mkdir()
    shutil.copy(VALID / "bdc-dpi-v1-v2-sans-option.json", orders / "bon.json")
    (tmp_path / "package.json").write_text("{}")  # no descriptor, and not where these are
    git(tmp_path, "add", "-A")
    ended = run(tmp_path, environment, "segurdoc-validate")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Passed" in ended.stdout

    shutil.copy(INVALID / "siret-cle.json", orders / "mauvais.json")
    git(tmp_path, "add", "-A")
    ended = run(tmp_path, environment, "segurdoc-validate")
    assert ended.returncode == 1
    assert "commandes/mauvais.json:9:14 /fournisseur/siret: erreur SIRET-CLE" in ended.stdout
