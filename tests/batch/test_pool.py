"""What a run that was killed has left beside its outputs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from generator.batch.pool import PREFIX
from generator.batch.pool import sweep


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run whose process is no more."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    folder = tmp_path / f"{PREFIX}{ended.pid}-x"
    folder.mkdir()
    return folder


def test_the_sockets_of_a_killed_run_go_with_its_folder(killed: Path) -> None:
    sockets = killed.parent / "pymp-abcd"
    sockets.mkdir()
    (killed / "sockets").write_text(str(sockets), "utf-8")
    sweep()
    assert not killed.exists()
    assert not sockets.exists()


def test_nothing_else_that_a_killed_run_names_is_removed(killed: Path) -> None:
    mine = killed.parent / "mine"
    mine.mkdir()
    (killed / "sockets").write_text(str(mine), "utf-8")
    sweep()
    assert not killed.exists()
    assert mine.exists()
