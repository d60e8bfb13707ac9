from pathlib import Path

import pytest

from generator.common.files import Delivery, deliver, open_regular


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        deliver({tmp_path / "folder": b"a file cannot take a folder's place"})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_when_one_file_cannot_take_its_place_none_does(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(IsADirectoryError):
        deliver({tmp_path / "a.docx": b"a", tmp_path / "b.pdf": b"b"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]


def test_delivery_shows_when_finished_and_leaves_nothing_else(tmp_path: Path) -> None:
    first, second = (Delivery({tmp_path / f"{name}.pdf": b"%PDF", tmp_path / f"{name}.docx": b"PK"}) for name in "ab")
    assert not list(tmp_path.glob("*.pdf"))
    second.abandon()
    first.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.docx", "a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF"


def test_second_delivery_replaces_the_first(tmp_path: Path) -> None:
    for data in (b"1", b"22"):
        deliver({tmp_path / "new" / "x.pdf": data})
    assert (tmp_path / "new" / "x.pdf").read_bytes() == b"22"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_open_regular_refuses_folders(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
