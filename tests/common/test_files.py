from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.common.files import Delivery, deliver
from generator.documents.file_names import file_stem
from generator.references import DocumentKind
from tests.conftest import FULL, Json, order_of


def test_names_say_document_reference_client_and_number(order_json: Json) -> None:
    assert file_stem(order_of(order_json), DocumentKind.BDC) == "BDC_AF-HOP-DPI-Va2_010000024_BC-2026-000123"


@given(number=st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ._/#:-]{0,30}[A-Za-z0-9])?", fullmatch=True))
def test_names_keep_to_the_safe_alphabet(number: str) -> None:
    stem = file_stem(order_of({**FULL, "numero": number}), DocumentKind.VA)
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert len(stem) < 100


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


def test_what_is_begun_shows_when_it_is_finished_and_leaves_nothing_when_it_is_abandoned(tmp_path: Path) -> None:
    first, second = (Delivery({tmp_path / f"{name}.pdf": b"%PDF", tmp_path / f"{name}.docx": b"PK"}) for name in "ab")
    assert not list(tmp_path.glob("*.pdf"))
    second.abandon()
    first.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.docx", "a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF"


def test_a_second_delivery_replaces_the_first(tmp_path: Path) -> None:
    for data in (b"1", b"22"):
        deliver({tmp_path / "new" / "x.pdf": data})
    assert (tmp_path / "new" / "x.pdf").read_bytes() == b"22"
    assert len(list((tmp_path / "new").iterdir())) == 1
