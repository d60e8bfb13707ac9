"""What a template must not bring: anything that fetches from elsewhere, or runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.docx.archive import ArchiveError
from generator.docx.archive import read_template
from generator.docx.render import RenderError
from generator.docx.render import render_docx
from generator.references import DocumentKind
from generator.references import load_appels
from generator.resources import TEMPLATES
from generator.templates import Template
from tests.conftest import Json
from tests.conftest import order_of

BUILT_IN = (TEMPLATES / "bdc.docx").read_bytes()
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def changed(part: str, change: Callable[[str], str]) -> bytes:
    """Return the built-in template with one part changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BUILT_IN)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data.decode()).encode() if name == part else data)
    return stream.getvalue()


def related(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """Return the built-in template with one more relationship."""
    added = f'<Relationship Id="rId99" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/></Relationships>'
    return changed("word/_rels/document.xml.rels", lambda xml: xml.replace("</Relationships>", added))


def with_runs(*runs: str) -> bytes:
    """Return the built-in template with one more paragraph."""
    added = "<w:p>" + "".join(f"<w:r>{run}</w:r>" for run in runs) + "</w:p><w:sectPr"
    return changed("word/document.xml", lambda xml: added.join(xml.rsplit("<w:sectPr", 1)))


def field(*instruction: str) -> bytes:
    pieces = [f"<w:instrText>{piece}</w:instrText>" for piece in instruction]
    return with_runs('<w:fldChar w:fldCharType="begin"/>', *pieces, '<w:fldChar w:fldCharType="end"/>')


def code_of(data: bytes, folder: Path) -> str:
    path = folder / "own.docx"
    path.write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        read_template(path)
    return caught.value.finding.code


@pytest.mark.parametrize(
    "data",
    [
        related("image", "http://vendor.example/logo.png"),
        related("image", "file:///etc/passwd"),
        related("attachedTemplate", "file:///S:/Normal.dotm"),
        related("oleObject", "embeddings/oleObject1.bin", mode=""),
        related("aFChunk", "chunk.html", mode=""),
        related("vbaProject", "vbaProject.bin", mode=""),
        field(' INCLUDEPICTURE "http://vendor.example/x.png" \\d '),
        field(" INCLUDE", 'TEXT "/etc/passwd" '),
        field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" '),
        changed(
            "word/document.xml",
            lambda xml: xml.replace(
                "<w:sectPr", '<w:p><w:fldSimple w:instr=" LINK Excel.Sheet.8 a.xls "/></w:p><w:sectPr', 1
            ),
        ),
        with_runs(
            '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
            '<v:imagedata src="http://vendor.example/x.png"/></v:shape></w:pict>'
        ),
    ],
)
def test_active_content_is_refused(data: bytes, tmp_path: Path) -> None:
    assert code_of(data, tmp_path) == "MODELE-CONTENU-ACTIF"


def test_a_link_to_click_and_a_page_number_are_no_active_content(tmp_path: Path) -> None:
    for data in (related("hyperlink", "https://vendor.example/"), field(" PAGE "), BUILT_IN):
        path = tmp_path / "own.docx"
        path.write_bytes(data)
        assert read_template(path) == data


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/_rels/document.xml.rels", "<Relationships>" + "<x>" * 5000 + "</x>" * 5000 + "</Relationships>"),
        ("word/_rels/document.xml.rels", "<Relationships>"),
    ],
)
def test_xml_that_is_deep_or_unsound_is_refused(part: str, content: str, tmp_path: Path) -> None:
    assert code_of(changed(part, lambda _: content), tmp_path) == "MODELE-ILLISIBLE"


def test_a_dtd_cannot_hide_in_utf_16(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BUILT_IN)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            dtd = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
            target.writestr(name, dtd.encode("utf-16") if name == "word/settings.xml" else data)
    assert code_of(stream.getvalue(), tmp_path) == "MODELE-ILLISIBLE"


def test_a_field_that_the_template_puts_together_is_refused_after_rendering(order_json: Json) -> None:
    template = Template("own.docx", field("{{ 'INCLUDE' }}", "{{ 'TEXT' }} /etc/passwd"))
    order = order_of(order_json)
    appel = load_appels()[order.reference]
    with pytest.raises(RenderError) as caught:
        render_docx(order, appel, DocumentKind.BDC, template, "QR")
    assert caught.value.finding.code == "MODELE-CONTENU-ACTIF"


def test_deep_xml_in_the_text_is_a_finding(order_json: Json) -> None:
    deep = "<w:smartTag>" * 3000 + "</w:smartTag>" * 3000
    template = Template(
        "own.docx", changed("word/document.xml", lambda xml: xml.replace("<w:sectPr", f"<w:p>{deep}</w:p><w:sectPr", 1))
    )
    order = order_of(order_json)
    appel = load_appels()[order.reference]
    with pytest.raises(RenderError) as caught:
        render_docx(order, appel, DocumentKind.BDC, template, "QR")
    assert caught.value.finding.code == "MODELE-ABIME"
