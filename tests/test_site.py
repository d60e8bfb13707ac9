"""The site of the guides, built as CI builds it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(folder / "scripts" / "site")]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.mark.slow
def test_site_is_built_and_searched_in_both_languages(copy: Path) -> None:
    ended = build(copy)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    index = (copy / "out" / "site" / "search.json").read_text("utf-8")
    assert "fr/suivi.html" in index
    assert "en/follow-up.html" in index


@pytest.mark.slow
def test_site_with_a_dead_link_is_refused(copy: Path) -> None:
    (copy / "docs" / "dead.md").write_text("[x](fr/nosuch.md)\n", "utf-8")
    ended = build(copy)
    (copy / "docs" / "dead.md").unlink()
    assert ended.returncode != 0


def test_every_page_has_its_place_in_the_site() -> None:
    places = (ROOT / "mkdocs.yml").read_text("utf-8").split("nav:")[1]
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if places.count(f"- {page}\n") != 1] == []
