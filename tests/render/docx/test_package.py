"""Packages as other programs than Word for Windows write them: read, or refused by name."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.common.resources import TEMPLATES
from generator.render.docx.archive import docx_text
from generator.render.docx.package import sound_package
from generator.render.docx.render import RenderError
from generator.render.docx.templates import ArchiveError, Template, read_template
from tests.conftest import Json, order_of
from tests.render.docx.test_render import render_bdc
from tests.template_check.edits import BODY, RELATIONS, TYPES, Parts, changed, edit

BUILT_IN = (TEMPLATES / "bdc.docx").read_bytes()
PACKAGE = "_rels/.rels"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def moved(**names: str) -> Callable[[Parts], None]:
    """Give parts other names, their relationships and content types following: `main="word/document2.xml"`."""

    def change(parts: Parts) -> None:
        for old, new in names.items():
            for part in (PACKAGE, RELATIONS, TYPES):
                parts[part] = parts[part].replace(old.encode(), new.encode())
        renamed = {}
        for name, data in parts.items():
            for old, new in names.items():
                name = name.replace(old, new)  # noqa: PLW2901  # the name of the part, as often as there are changes
            renamed[name] = data
        parts.clear()
        parts.update(renamed)

    return change


def flat(parts: Parts) -> None:
    """Put every part at the root, as some generators do."""
    parts[PACKAGE] = parts[PACKAGE].replace(b"word/document.xml", b"/document.xml")
    parts[TYPES] = parts[TYPES].replace(b"/word/", b"/")
    for name in [name for name in parts if name.startswith("word/")]:
        parts[name.removeprefix("word/")] = parts.pop(name)


def backslashes(parts: Parts) -> None:
    for name in [name for name in parts if "/" in name and name != PACKAGE]:
        parts[name.replace("/", "\\")] = parts.pop(name)


def related(kind: str, target: str, part: str = RELATIONS) -> Callable[[Parts], None]:
    added = f'<Relationship Id="rId900" Type="{R}/{kind}" Target="{target}"/></Relationships>'
    return edit("</Relationships>", added, part)


def in_other_case(parts: Parts) -> None:
    parts["word/Header1.xml"] = parts.pop("word/header1.xml")


def stale(parts: Parts) -> None:
    """Leave an old document.xml behind that nothing leads to."""
    moved(**{"document.xml": "document2.xml"})(parts)
    parts[BODY] = b"<w:document>old</w:document>"


MENDED = {
    "Word for the web": moved(**{"document.xml": "document2.xml"}),
    "an old document left behind": stale,
    "headers in a folder": moved(**{"header1.xml": "headers/first.xml", "header2.xml": "headers/other.xml"}),
    "parts at the root": flat,
    "backslashes": backslashes,
    "another case": in_other_case,
    "a relationship to NULL": related("image", "NULL"),
    "a relationship to ../NULL": related("image", "../NULL"),
    "custom XML that is gone": related("customXml", "../customXML/item4.xml"),
    "a thumbnail that is gone": related("metadata/thumbnail", "docProps/thumbnail.jpeg", PACKAGE),
    "printer settings that are gone": related("printerSettings", "printerSettings/printerSettings1.bin"),
}


@pytest.mark.parametrize("change", MENDED.values(), ids=MENDED.keys())
def test_package_with_other_names_renders_the_same(change: Callable[[Parts], None], order_json: Json) -> None:
    data = changed("bdc", change)
    assert data != BUILT_IN
    sound = sound_package(data)
    assert sound == sound_package(sound) == sound_package(data)
    order = order_of(order_json)
    own, built_in = (render_bdc(order, Template("own.docx", each)) for each in (sound, BUILT_IN))
    assert docx_text(own) == docx_text(built_in)
    assert "BC-2026-000123" in docx_text(own)


def test_package_as_word_writes_it_keeps_its_bytes() -> None:
    assert sound_package(BUILT_IN) is BUILT_IN


def typed(content_type: str) -> bytes:
    return changed("bdc", edit("wordprocessingml.document.main+xml", content_type, TYPES))


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return stream.getvalue()


def old_file(stream: str) -> bytes:
    """Return what an old file, or one with a password, is known by: its first bytes, and the name of a stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def without_relationships(parts: Parts) -> None:
    del parts[PACKAGE]


def used_but_gone(parts: Parts) -> None:
    del parts["word/header1.xml"]


REFUSED = {
    ".dotx": (typed("wordprocessingml.template.main+xml"), "(.dotx)"),
    ".docm": (typed("macroEnabled.main+xml"), "macros"),
    ".dotm": (typed("macroEnabledTemplate.main+xml"), "macros"),
    "password": (old_file("EncryptedPackage"), "mot de passe"),
    ".doc": (old_file("WordDocument"), "(.doc)"),
    ".xls": (old_file("Workbook"), "(.xls)"),
    ".odt": (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "(.odt)"),
    "RTF": (b"{\\rtf1\\ansi Bon de commande}", "RTF"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "web page": (b"<!DOCTYPE html><html><body>Bon", "page web"),
    "flat XML": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package/>', "Word XML"),
    "empty": (b"", "vide"),
    "a workbook": (archive(**{"xl/workbook.xml": b"<x/>"}), "classeur"),
    "a header that is gone": (changed("bdc", used_but_gone), "word/header1.xml"),
    "no relationships": (changed("bdc", without_relationships), "_rels/.rels"),
    "cut short": (BUILT_IN[:3000], "abîmée"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_package_of_another_kind_is_refused_by_name(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(data)
    messages = set()
    for _ in range(2):
        with pytest.raises(ArchiveError) as caught:
            read_template(path)
        finding = caught.value.finding
        assert finding.code == "MODELE-ILLISIBLE"
        assert finding.message("en")
        messages.add(finding.message("fr"))
    assert len(messages) == 1
    assert said in messages.pop()


def test_message_shows_no_python_object(order_json: Json) -> None:
    # A part without a content type: python-docx names its own objects.
    lost = changed("bdc", edit("header+xml", "", TYPES))
    broken = changed("bdc", lambda parts: parts.update({TYPES: parts[TYPES].replace(b"header+xml", b"nothing")}))
    for data in (lost, broken):
        with pytest.raises(RenderError) as caught:
            render_bdc(order_of(order_json), Template("own.docx", data))
        assert "0x" not in caught.value.finding.message("fr")
