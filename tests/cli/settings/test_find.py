import os
from pathlib import Path

import pytest

from generator.cli.settings.find import find_settings, language_of


def test_nearest_file_above_counts_and_segurdoc_toml_comes_first(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.segurdoc]\n")
    assert find_settings(deep) == tmp_path / "pyproject.toml"
    (tmp_path / "segurdoc.toml").touch()
    assert find_settings(deep) == tmp_path / "segurdoc.toml"
    (deep / "pyproject.toml").write_text("[project]\n")
    assert find_settings(deep) == tmp_path / "segurdoc.toml"


def test_pyproject_that_only_speaks_of_the_table_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".git").touch()
    for text in ("# [tool.segurdoc]\n", "[tool.segurdocs]\n", "[tool.other]\nx = '[tool.segurdoc]'\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        assert find_settings(tmp_path) is None
    for text in ("[tool.segurdoc.output]\n", "[[tool.segurdoc.template.ignore]]\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        assert find_settings(tmp_path) == tmp_path / "pyproject.toml"


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_search_ends_at_a_repository(tmp_path: Path, kind: str) -> None:
    (tmp_path / "segurdoc.toml").touch()
    repository = tmp_path / "repository"
    repository.mkdir()
    if kind == "folder":
        (repository / ".git").mkdir()
    else:  # a worktree's
        (repository / ".git").touch()
    assert find_settings(repository) is None
    (repository / "segurdoc.toml").touch()
    assert find_settings(repository) == repository / "segurdoc.toml"


def test_search_ends_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "segurdoc.toml").touch()
    assert find_settings(home / "work") is None


def test_settings_that_anybody_could_have_put_there_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "segurdoc.toml").touch()
    inner = tmp_path / "inner"
    inner.mkdir()
    tmp_path.chmod(0o1777)
    assert find_settings(inner) is None
    ignored: list[Path] = []
    assert find_settings(tmp_path, ignored=ignored.append) is None
    assert ignored == [tmp_path / "segurdoc.toml"]
    assert find_settings(tmp_path, trusted=True) == tmp_path / "segurdoc.toml"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_settings_of_another_user_do_not_count(tmp_path: Path, which: str) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "segurdoc.toml"
    file.touch()
    assert find_settings(tmp_path) == file
    os.chown(file if which == "file" else tmp_path, 12345, -1)
    assert find_settings(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "lang"),
    [
        ("segurdoc.toml", 'lang = "en"', "en"),
        ("segurdoc.toml", 'lang = "de"', None),
        ("segurdoc.toml", "lang = {", None),
        ("segurdoc.toml", "", None),
        ("pyproject.toml", '[tool.segurdoc]\nlang = "en"', "en"),
        ("pyproject.toml", "tool = 3", None),
    ],
)
def test_language_is_known_without_checking_the_rest(tmp_path: Path, name: str, text: str, lang: str | None) -> None:
    (tmp_path / name).write_text(text)
    assert language_of(tmp_path / name) == lang
