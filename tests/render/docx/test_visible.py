"""Text that nobody sees does not satisfy a mention, where the DOCX alone is made."""

import io
import zipfile
from pathlib import Path

import pytest

from generator.common.resources import TEMPLATES
from generator.references import DocumentKind, load_appels
from generator.render.docx.archive import docx_text
from generator.render.docx.visible import visible_text
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from tests.conftest import Json, order_of

DRAWN = "<w:r>{}<w:t>secret</w:t></w:r>"
STYLE = '<w:style w:type="{}" w:styleId="Own"><w:rPr>{}</w:rPr></w:style></w:styles>'


def template(run: str, *, style: str = "", around: str = "{}") -> bytes:
    """Return the built-in BDC with a run more, and a style."""
    stream = io.BytesIO()
    with zipfile.ZipFile(TEMPLATES / "bdc.docx") as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            xml = source.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                added = around.format(run if run.startswith("<w:p>") else f"<w:p>{run}</w:p>")
                xml = f"{added}<w:sectPr".join(xml.rsplit("<w:sectPr", 1))
            if name == "word/styles.xml" and style:
                xml = xml.replace("</w:styles>", style)
            target.writestr(name, xml.encode("utf-8", "surrogateescape"))
    return stream.getvalue()


TABLE = "<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr>{}</w:tcPr>{{}}</w:tc></w:tr></w:tbl>"
DARK = TABLE.format('<w:shd w:val="clear" w:fill="1F3864"/>')
WHITE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
HIDDEN = {
    "vanish": template(DRAWN.format("<w:rPr><w:vanish/></w:rPr>")),
    "vanish by character style": template(
        DRAWN.format('<w:rPr><w:rStyle w:val="Own"/></w:rPr>'), style=STYLE.format("character", "<w:vanish/>")
    ),
    "vanish by paragraph style": template(
        f'<w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr>{DRAWN.format("")}</w:p>',
        style=STYLE.format("paragraph", "<w:vanish/>"),
    ),
    "no size": template(DRAWN.format('<w:rPr><w:sz w:val="0"/></w:rPr>')),
    "one point": template(DRAWN.format('<w:rPr><w:sz w:val="2"/></w:rPr>')),
    "white": template(DRAWN.format(WHITE)),
    "nearly white": template(DRAWN.format('<w:rPr><w:color w:val="FDFDFD"/></w:rPr>')),
    "white by theme": template(DRAWN.format('<w:rPr><w:color w:val="auto" w:themeColor="background1"/></w:rPr>')),
    "white by style": template(
        DRAWN.format('<w:rPr><w:rStyle w:val="Own"/></w:rPr>'),
        style=STYLE.format("character", '<w:color w:val="FFFFFF"/>'),
    ),
    "dark on dark": template(DRAWN.format('<w:rPr><w:color w:val="1F3860"/></w:rPr>'), around=DARK),
}
SHOWN = {
    "plain": template(DRAWN.format("")),
    "vanish off": template(
        DRAWN.format('<w:rPr><w:rStyle w:val="Own"/><w:vanish w:val="0"/></w:rPr>'),
        style=STYLE.format("character", "<w:vanish/>"),
    ),
    "white on dark": template(DRAWN.format(WHITE), around=DARK),
    "small": template(DRAWN.format('<w:rPr><w:sz w:val="12"/></w:rPr>')),
    "grey": template(DRAWN.format('<w:rPr><w:color w:val="808080"/></w:rPr>')),
}


@pytest.mark.parametrize("data", HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_is_not_visible(data: bytes) -> None:
    assert "secret" in docx_text(data)
    assert "secret" not in visible_text(data)


@pytest.mark.parametrize("data", SHOWN.values(), ids=SHOWN)
def test_shown_text_is_visible(data: bytes) -> None:
    assert visible_text(data) == docx_text(data)


def hidden_mentions() -> dict[str, bytes]:
    """Return the built-in BDC with the SIRET hidden in several ways."""
    return {
        name: _with_siret(f"<w:rPr>{properties}</w:rPr>")
        for name, properties in {
            "vanish": "<w:vanish/>",
            "no size": '<w:sz w:val="0"/>',
            "white": '<w:color w:val="FFFFFF"/>',
        }.items()
    }


def _with_siret(properties: str) -> bytes:
    stream = io.BytesIO()
    run = f"</w:t></w:r><w:r>{properties}<w:t>{{{{ mention.siret.value }}}}</w:t>"
    with zipfile.ZipFile(TEMPLATES / "bdc.docx") as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                assert b"{{ mention.siret.value }}</w:t>" in data
                data = data.replace(b"{{ mention.siret.value }}</w:t>", run.encode())
            new.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("name", list(hidden_mentions()))
def test_hidden_mention_is_missing(name: str, tmp_path: Path, order_json: Json) -> None:
    (tmp_path / "own.docx").write_bytes(hidden_mentions()[name])
    order = order_of(order_json)
    options = RenderOptions((DocumentKind.BDC,), (Format.DOCX,), template=tmp_path / "own.docx")
    (rendered,) = render_order(order, load_appels()[order.reference], tmp_path / "out", options)
    assert "MENTION-ABSENTE" in [found.code for found in rendered.findings]
    assert not rendered.files
