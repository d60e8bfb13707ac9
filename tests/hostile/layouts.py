"""Templates whose layout, pictures and package would keep the engines busy: they are rendered to PDF, and checked."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.hostile.case import Case, Maker, order
from tests.hostile.commands import png
from tests.render.docx.test_render import with_text

_LIMITS = ("--memory", "1500", "--timeout", "20")
_END = "</w:t></w:r></w:p>"
_BEGIN = '<w:p><w:r><w:t xml:space="preserve">'
# A finding, whichever limit or check comes first; none where the engine simply copes.
_ANY = (0, 1)
_ZEROS = 600_000_000


def cases() -> Iterator[Case]:
    """Give every case of this module."""
    for name, body in _bodies().items():
        data = with_text(_END + body + _BEGIN).data
        for engine in ("typst", "libreoffice"):
            yield _case(f"layout {name} by {engine}", data, "--engine", engine)
        yield _check(f"layout {name} checked", data)
    for name, make in {**_packages(), **_pictures()}.items():
        # Made when it is needed: that takes seconds.
        write = partial(_write, make)
        yield _case(f"package {name}", write, "--engine", "auto")
        yield _check(f"package {name} checked", write)


def _write(make: Callable[[], bytes], path: Path) -> None:
    path.write_bytes(make())


def _case(name: str, data: bytes | Maker, *options: str) -> Case:
    arguments = ("render", "order.json", "--document", "bdc", "--template", "own.docx", *options, *_LIMITS)
    return Case(name, arguments, {"order.json": order(), "own.docx": data}, exits=_ANY)


def _check(name: str, data: bytes | Maker) -> Case:
    arguments = ("template", "check", "own.docx", "--document", "bdc", *_LIMITS)
    # Each of the six orders has its time.
    return Case(name, arguments, {"own.docx": data}, exits=_ANY, seconds=180)


def _paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def _bodies() -> dict[str, str]:
    cell = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='9'/></w:tblGrid><w:tr><w:tc>{}<w:p/></w:tc></w:tr></w:tbl>"
    nested = ""
    for _ in range(60):
        nested = cell.format(nested)
    wide = "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='1000000000'/></w:tcPr><w:p/></w:tc></w:tr>"
    section = "<w:p><w:pPr><w:sectPr><w:pgSz w:w='{0}' w:h='{0}'/><w:pgMar w:top='{1}' w:bottom='{1}'/></w:sectPr></w:pPr></w:p>"
    return {
        "of a large page": section.format(2**31 - 1, 0),
        "of no page": section.format(1, 2**30),
        "of large letters": _paragraph("a b c", run="<w:sz w:val='2000000000'/>"),
        "of large spaces": _paragraph("a", "<w:spacing w:before='2000000000' w:line='2000000000'/>") * 50,
        "of many paragraphs": _paragraph("a") * 60_000,
        "of one word": _paragraph("x" * 400_000),
        "of nested tables": nested,
        "of a wide span": f"<w:tbl><w:tblPr/><w:tblGrid/>{wide}</w:tbl>",
        "of many columns": "<w:tbl><w:tblPr/><w:tblGrid>"
        + "<w:gridCol w:w='1'/>" * 20_000
        + f"</w:tblGrid>{wide}</w:tbl>",
        "of many sections": section.format(900, 100) * 3000,
        "of breaks": _paragraph("a</w:t><w:br w:type='page'/><w:t>" * 5000),
        "of tabs": _paragraph("</w:t><w:tab/><w:t>" * 100_000),
    }


def _packages() -> dict[str, Callable[[], bytes]]:
    sound = with_text("a").data
    return {
        "with many entries": partial(_many_entries, sound),
        "with zeros": partial(_zeros, sound),
        "that lies about sizes": lambda: _zeros(sound).replace(_ZEROS.to_bytes(4, "little"), b"\0\1\0\0"),
        "in a circle of styles": partial(_changed, sound, "word/styles.xml", "</w:styles>", _circle() + "</w:styles>"),
        "with deep properties": partial(_changed, sound, "docProps/core.xml", "</cp:coreProperties>", "<a>" * 50_000),
    }


def _many_entries(docx: bytes) -> bytes:
    stream = io.BytesIO(docx)
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"word/x{number}.xml", b"")
    return stream.getvalue()


def _zeros(docx: bytes) -> bytes:
    return _packed(docx, "word/zeros.xml", bytes(_ZEROS))


def _packed(docx: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(docx)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _circle() -> str:
    style = "<w:style w:type='paragraph' w:styleId='{0}'><w:name w:val='{0}'/><w:basedOn w:val='{1}'/></w:style>"
    return style.format("Alpha", "Beta") + style.format("Beta", "Alpha")


def _changed(docx: bytes, part: str, old: str, new: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, data.replace(old.encode(), new.encode()) if name == part else data)
    return stream.getvalue()


def _pictures() -> dict[str, Callable[[], bytes]]:
    laughs = "<!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + level)} '{f'&{chr(97 + level)};' * 10}'>" for level in range(9)
    )
    svg = f"{laughs}]><svg xmlns='http://www.w3.org/2000/svg'><text>&j;</text></svg>".encode()
    return {
        "with a picture that is large": lambda: _shown(png(60_000, 60_000, _rows()), "png"),
        "with a picture of texts": lambda: _shown(png(10, 10, b"", (b"zTXt", b"a\0\0" + _rows())), "png"),
        "with a picture that laughs": partial(_shown, svg, "svg"),
        "with a picture of no format": partial(_shown, b"\1\0\0\0" + b"\xff" * 1000, "emf"),
        "with an empty picture": partial(_shown, b"", "png"),
    }


def _rows() -> bytes:
    return zlib.compress(bytes(100_000_000), 9)


def _shown(data: bytes, form: str) -> bytes:
    """Return a template that shows a picture."""
    drawing = (
        "<w:p><w:r><w:pict xmlns:v='urn:schemas-microsoft-com:vml'><v:shape style='width:90pt;height:90pt'>"
        "<v:imagedata xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' r:id='rId900'/>"
        "</v:shape></w:pict></w:r></w:p>"
    )
    docx = with_text(_END + drawing + _BEGIN).data
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    related = f"<Relationship Id='rId900' Type='{kind}' Target='media/x.{form}'/></Relationships>"
    docx = _changed(docx, "word/_rels/document.xml.rels", "</Relationships>", related)
    known = f"<Default Extension='{form}' ContentType='image/{form}'/></Types>"
    return _packed(_changed(docx, "[Content_Types].xml", "</Types>", known), f"word/media/x.{form}", data)
