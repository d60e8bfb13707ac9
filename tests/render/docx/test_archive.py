import io
import zipfile
from pathlib import Path

import pytest

from generator.common.opc import write_package
from generator.common.resources import TEMPLATES
from generator.render.docx.archive import font_names, read_parts, theme_font_names
from generator.render.docx.templates import ArchiveError, read_template
from tests.generators.wordprocessing import docx, paragraph


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


def test_missing_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        read_template(tmp_path / "none.docx")


def test_same_parts_give_the_same_bytes_whatever_their_order() -> None:
    first = {"[Content_Types].xml": b"<x/>", "b.xml": b"<b/>", "a.xml": b"<a/>"}
    second = {"a.xml": b"<a/>", "b.xml": b"<b/>", "[Content_Types].xml": b"<x/>"}
    assert write_package(first) == write_package(second)
    with zipfile.ZipFile(io.BytesIO(write_package(second))) as opened:
        assert opened.namelist()[0] == "[Content_Types].xml"


def test_fonts_of_a_template_are_those_its_text_asks_for() -> None:
    assert font_names((TEMPLATES / "bdc.docx").read_bytes()) == {"Noto Sans", "DejaVu Sans"}


def test_theme_fonts_are_those_that_runs_name() -> None:
    fonts = '<a:{0}Font><a:latin typeface="{1}"/></a:{0}Font>'
    theme = '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:fontScheme>{}</a:fontScheme></a:theme>'
    data = theme.format(fonts.format("major", "Noto Serif") + fonts.format("minor", "Noto Sans")).encode()
    run = '<w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi"/>'
    parts = {**read_parts(docx(paragraph("x", run=run))), "word/theme/theme1.xml": data}
    assert theme_font_names(write_package(parts)) == {"Noto Serif"}
    assert theme_font_names(docx(paragraph("x", run=run))) == frozenset()
    assert theme_font_names((TEMPLATES / "bdc.docx").read_bytes()) == frozenset()


def flagged(data: bytes, *, bits: int = 0, method: int | None = None) -> bytes:
    """Return an archive whose first entry has some flags or another compression, in both of its headers."""
    changed = bytearray(data)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + flags
        changed[at] |= bits
        if method is not None:
            changed[at + 2] = method
    return bytes(changed)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"bits": 1}, "is encrypted with a password"), ({"method": 77}, "has an unknown compression")],
)
def test_archive_that_zip_cannot_read_is_named(tmp_path: Path, changes: dict[str, int], said: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(flagged((TEMPLATES / "bdc.docx").read_bytes(), **changes))
    with pytest.raises(ArchiveError) as refused:
        read_template(path)
    assert said in refused.value.finding.message("en")
