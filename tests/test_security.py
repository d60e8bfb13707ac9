"""What the other tests leave of `docs/security.md`: the document itself, and LibreOffice's own defence."""

import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from generator.common.resources import TEMPLATES
from generator.render.pdf.libreoffice import convert, probe_libreoffice
from tests.conftest import ROOT

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
LINKED_PICTURE = f"""
<w:p><w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="914400" cy="914400"/><wp:docPr id="77" name="x"/><a:graphic xmlns:a="{DRAWING}/main">
<a:graphicData uri="{DRAWING}/picture"><pic:pic xmlns:pic="{DRAWING}/picture">
<pic:nvPicPr><pic:cNvPr id="0" name="x"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>
<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="rId99"/>
<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="914400" cy="914400"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>
</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"""


def test_every_test_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    for path, name in re.findall(r"`(tests/[\w/]+(?:\.py|/))(?:::(\w+))?`", page):
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text("utf-8"), name


@pytest.mark.slow
def test_libreoffice_fetches_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815  # http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        path = tmp_path / "linked.docx"
        with zipfile.ZipFile(TEMPLATES / "bdc.docx") as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                data = source.read(name).decode("utf-8", "surrogateescape")
                if name == "word/_rels/document.xml.rels":
                    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
                    link = f'<Relationship Id="rId99" Type="{kind}" Target="{address}/a.png" TargetMode="External"/>'
                    data = data.replace("</Relationships>", f"{link}</Relationships>")
                if name == "word/document.xml":
                    data = (LINKED_PICTURE + "<w:sectPr").join(data.rsplit("<w:sectPr", 1))
                target.writestr(name, data.encode("utf-8", "surrogateescape"))
        office = probe_libreoffice()
        assert office
        assert isinstance(convert(office, [path], tmp_path, timeout=60)[path], Path)
        server.shutdown()
    assert not asked
