from pathlib import Path

import pytest

from generator.rules.eligibles import Base, EligiblesError, load_base
from generator.rules.eligibles.base import save_base
from tests.conftest import VALID, WORKBOOK


def refused(path: Path) -> str:
    with pytest.raises(EligiblesError) as caught:
        load_base(path)
    return caught.value.finding.code


@pytest.fixture
def file(tmp_path: Path, base: Base) -> Path:
    path = tmp_path / "folder" / "eligibles.base"
    save_base(base, path)
    return path


def test_what_was_saved_is_loaded(file: Path, base: Base) -> None:
    loaded = load_base(file)
    assert loaded.etablissements == base.etablissements
    assert (loaded.source, loaded.refused, loaded.file) == (base.source, base.refused, str(file))


def test_same_base_gives_the_same_file(file: Path) -> None:
    before = file.read_bytes()
    save_base(load_base(file), file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("change", [lambda data: data[:-40], lambda data: data.replace(b'"20000.00"', b'"20001.00"')])
def test_file_that_was_cut_or_changed_is_not_used(file: Path, change: object) -> None:
    assert callable(change)
    data = file.read_bytes()
    file.write_bytes(change(data))
    assert file.read_bytes() != data
    assert refused(file) == "ELIGIBLES-FICHIER"


def test_another_file_is_not_used(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for path in (empty, WORKBOOK, VALID / "bdc-dpi-v2.json"):
        assert refused(path) == "ELIGIBLES-FICHIER"
    assert refused(tmp_path / "nosuch") == "FICHIER-ILLISIBLE"
    assert refused(tmp_path) == "FICHIER-ILLISIBLE"
    assert refused(Path("a\0b")) == "FICHIER-ILLISIBLE"


@pytest.mark.parametrize("data", [b"alias ls=ls\n", b'{"format":"other"}\n', b"PK"])
def test_save_replaces_no_file_that_is_no_base(tmp_path: Path, base: Base, data: bytes) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(data)
    with pytest.raises(EligiblesError) as caught:
        save_base(base, path)
    assert caught.value.finding.code == "ELIGIBLES-REMPLACE"
    assert path.read_bytes() == data
    path.write_bytes(b"")
    save_base(base, path)
    save_base(base, path)
