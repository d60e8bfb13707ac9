from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.formes import store
from generator.formes.forme import Forme
from generator.formes.store import find_forme
from generator.formes.store import keep_forme
from generator.formes.store import kept_formes
from generator.formes.store import user_formes
from generator.resources import FORMES

KEY = "0" * 32


@pytest.fixture
def forme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Forme:
    """One of those that come with the program."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "_KNOWN", {})
    found = find_forme(next(path.stem for path in sorted(FORMES.glob("*.forme"))))
    assert found
    return found


def fresh(key: str, monkeypatch: pytest.MonkeyPatch) -> Forme | None:
    """Return a forme as another process finds it."""
    monkeypatch.setattr(store, "_KNOWN", {})
    return find_forme(key)


def test_a_forme_is_read_as_it_was_kept(forme: Forme, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_forme(KEY, forme)
    again = fresh(KEY, monkeypatch)
    assert again
    faces = [(face.name, face.packed, face.layout, face.texts, face.kerns) for face in again.faces]
    assert faces == [(face.name, face.packed, face.layout, face.texts, face.kerns) for face in forme.faces]
    assert replace(again, faces=()) == replace(forme, faces=())
    assert kept_formes()[user_formes()] == 1


def test_formes_share_their_faces(forme: Forme) -> None:
    for key in (KEY, "1" * 32):
        keep_forme(key, forme)
    assert len(list(user_formes().glob("*.face"))) == len({face.packed for face in forme.faces})


@pytest.mark.usefixtures("forme")
def test_a_forme_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fresh(KEY, monkeypatch) is None


def test_a_forme_of_another_making_is_none_and_makes_way(forme: Forme, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(store, "MAKING", 0)
        keep_forme(KEY, forme)
    assert fresh(KEY, monkeypatch) is None
    keep_forme(KEY, forme)
    assert fresh(KEY, monkeypatch)


@pytest.mark.parametrize("suffix", [".forme", ".face"])
def test_a_forme_that_is_not_whole_is_none_and_makes_way(
    forme: Forme, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_forme(KEY, forme)
    path = next(user_formes().glob(f"*{suffix}"))
    path.write_bytes(path.read_bytes()[:100])
    store._FACES.clear()
    assert fresh(KEY, monkeypatch) is None
    keep_forme(KEY, forme)
    assert fresh(KEY, monkeypatch)


def test_where_nothing_can_be_kept_the_forme_serves_all_the_same(
    forme: Forme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    keep_forme(KEY, forme)
    assert find_forme(KEY) is forme


def test_without_a_home_nothing_is_written_beside_the_user_s_files(
    forme: Forme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache/segurdoc"))
    keep_forme(KEY, forme)
    assert not list(tmp_path.glob("~*"))
