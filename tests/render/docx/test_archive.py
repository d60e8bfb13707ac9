from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from generator.common.opc import write_package
from generator.common.resources import TEMPLATES
from generator.render.docx.archive import ArchiveError, faces, read_template


def archive(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            target.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        archive({"a.txt": b"a"}),
        archive({"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}),
        archive({"word/document.xml": b"0" * 70_000_000}),
        archive({f"{number}.xml": b"" for number in range(2500)}),
        (TEMPLATES / "bdc.docx").read_bytes()[:3000],
    ],
)
def test_what_is_no_docx_within_bounds_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        read_template(path)
    assert caught.value.finding.code == "MODELE-ILLISIBLE"
    assert caught.value.finding.place.file == str(path)


def test_a_missing_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        read_template(tmp_path / "none.docx")


def test_the_same_parts_give_the_same_bytes_whatever_their_order() -> None:
    first = {"[Content_Types].xml": b"<x/>", "b.xml": b"<b/>", "a.xml": b"<a/>"}
    second = {"a.xml": b"<a/>", "b.xml": b"<b/>", "[Content_Types].xml": b"<x/>"}
    assert write_package(first) == write_package(second)
    with zipfile.ZipFile(io.BytesIO(write_package(second))) as opened:
        assert opened.namelist()[0] == "[Content_Types].xml"


def test_the_faces_of_a_template_are_those_its_text_asks_for() -> None:
    assert faces((TEMPLATES / "bdc.docx").read_bytes()) == {"Noto Sans", "DejaVu Sans"}
