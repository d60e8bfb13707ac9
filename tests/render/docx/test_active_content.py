"""What a template must not bring: anything that fetches from elsewhere, or runs."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.common.resources import TEMPLATES
from generator.references import DocumentKind, load_appels
from generator.render.docx.render import RenderError, render_docx
from generator.render.docx.templates import ArchiveError, Template, read_template
from tests.conftest import Json, order_of

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


def test_link_to_click_and_a_page_number_are_no_active_content(tmp_path: Path) -> None:
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


def test_dtd_cannot_hide_in_utf_16(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BUILT_IN)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            dtd = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
            target.writestr(name, dtd.encode("utf-16") if name == "word/settings.xml" else data)
    assert code_of(stream.getvalue(), tmp_path) == "MODELE-ILLISIBLE"


def test_field_put_together_is_refused_after_rendering(order_json: Json) -> None:
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


R = f'xmlns:r="{RELATIONSHIPS}"'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
INCLUDE = '<w:fldSimple w:instr=" INCLUDEPICTURE http://vendor.example/x.png "/>'
BEGIN, PART, END = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))


def with_part(name: str, data: bytes, kind: str = "header", content_type: str = "") -> bytes:
    """Return the built-in template with one more part, under any name."""
    stream = io.BytesIO()
    target = name.removeprefix("word/") if name.startswith("word/") else f"/{name}"
    with zipfile.ZipFile(io.BytesIO(related(kind, target, mode=""))) as source, zipfile.ZipFile(stream, "w") as out:
        for each in source.namelist():
            part = source.read(each)
            if each == "[Content_Types].xml" and content_type:
                override = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
                part = part.replace(b"</Types>", override.encode())
            out.writestr(each, part)
        out.writestr(name, data)
    return stream.getvalue()


def linked(markup: str) -> bytes:
    """Return the built-in template with a link to click that markup refers to as rId99."""
    data = related("hyperlink", "http://vendor.example/x.png")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as out:
        for each in source.namelist():
            part = source.read(each).decode()
            if each == "word/document.xml":
                part = f"<w:p><w:r>{markup}</w:r></w:p><w:sectPr".join(part.rsplit("<w:sectPr", 1))
            out.writestr(each, part.encode())
    return stream.getvalue()


HEADER = f"<w:hdr {W}><w:p>{INCLUDE}</w:p></w:hdr>"
HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
HIDDEN_PARTS = {
    "word/h.bin": with_part("word/h.bin", HEADER.encode()),
    "custom/h.bin": with_part("custom/h.bin", HEADER.encode(), content_type=HEADER_TYPE),
    "utf-16": with_part("word/header9.xml", HEADER.encode("utf-16"), content_type=HEADER_TYPE),
    "utf-16 without mark": with_part("word/h.dat", HEADER.encode("utf-16-le"), content_type=HEADER_TYPE),
    "ebcdic": with_part(
        "word/h.dat", f'<?xml version="1.0" encoding="IBM037"?>{HEADER}'.encode("cp037"), content_type=HEADER_TYPE
    ),
    "footnotes": with_part("word/f.dat", HEADER.replace("w:hdr", "w:footnotes").encode(), "footnotes"),
    "unknown relationship": with_part("word/x.dat", b"x", "subDocument"),
    "content type": with_part("word/x.dat", b"x", "image", "application/vnd.ms-office.vbaProject"),
    "svg": with_part(
        "word/media/x.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://vendor.example/x.png"/></svg>',
        "image",
        "image/svg+xml",
    ),
    "compressed svg": with_part("word/media/x.png", gzip.compress(b"<svg><image href='http://x.example/'/></svg>"), "image"),
    "entities of an svg": with_part("word/media/x.svg", b"<!DOCTYPE s [<!ENTITY a 'a'>]><svg>&a;</svg>", "image", "image/svg+xml"),
    "address without mode": related("image", "http://vendor.example/x.png", mode=""),
    "mode in small letters": related("image", "x.png", mode=' TargetMode="external"'),
    "picture by a link": linked(f'<w:drawing><a:blip {A} {R} r:link="rId99"/></w:drawing>'),
    "embedded by a link": linked(f'<w:drawing><a:blip {A} {R} r:embed="rId99"/></w:drawing>'),
    "vml by a link": linked(f'<w:pict><v:shape {VML}><v:imagedata {R} r:id="rId99"/></v:shape></w:pict>'),
    "vml by relid": linked(f'<w:pict><v:shape {VML}><v:fill o:relid="rId99"/></v:shape></w:pict>'),
    "vml o:href": with_runs(f'<w:pict><v:shape {VML}><v:imagedata o:href="http://vendor.example/x"/></v:shape></w:pict>'),
    "vml o:althref": with_runs(f'<w:pict><v:shape {VML}><v:fill o:althref="file:///x"/></v:shape></w:pict>'),
    "name by QUOTE": with_runs(
        BEGIN, BEGIN, "<w:instrText> QUOTE INCLUDEPICTURE </w:instrText>", PART, "<w:t>x</w:t>", END,
        '<w:instrText> "http://vendor.example/x" </w:instrText>', PART, END,
    ),
    "half a name by QUOTE": with_runs(
        BEGIN, "<w:instrText> INC</w:instrText>", BEGIN, "<w:instrText>QUOTE 76 85 68 69</w:instrText>", END,
        "<w:instrText>PICTURE x</w:instrText>", END,
    ),
    "field in a field": with_runs(
        BEGIN, "<w:instrText> IF 1 = 1 </w:instrText>", BEGIN, "<w:instrText>DDEAUTO a b</w:instrText>", END, PART, END
    ),
    "mail merge": changed(
        "word/settings.xml", lambda xml: xml.replace("</w:settings>", "<w:mailMerge/></w:settings>")
    ),
}  # fmt: skip


@pytest.mark.parametrize("data", HIDDEN_PARTS.values(), ids=HIDDEN_PARTS)
def test_active_content_cannot_hide(data: bytes, tmp_path: Path) -> None:
    # Encodings other than UTF-8 are refused as such.
    assert code_of(data, tmp_path) in ("MODELE-CONTENU-ACTIF", "MODELE-ILLISIBLE")


def test_ordinary_content_is_taken(tmp_path: Path) -> None:
    for data in (
        linked(f'<w:drawing><a:hlinkClick {A} {R} r:id="rId99"/></w:drawing>'),
        with_runs(
            BEGIN, "<w:instrText> IF </w:instrText>", BEGIN, "<w:instrText>PAGE</w:instrText>", END,
            '<w:instrText> &gt; 1 "a" "b" </w:instrText>', PART, "<w:t>a</w:t>", END,
        ),
        with_part("word/media/x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>', "image",
                  "image/svg+xml"),
    ):  # fmt: skip
        (tmp_path / "own.docx").write_bytes(data)
        assert read_template(tmp_path / "own.docx")
