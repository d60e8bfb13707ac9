"""Small DOCX files of given WordprocessingML, for tests of one construct at a time."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = (
    f'xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
A4 = '<w:pgSz w:w="11906" w:h="16838"/>'
MARGINS = (
    '<w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" w:header="600" w:footer="500" w:gutter="0"/>'
)
FONTS = '<w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans"/>'
STYLES = (
    f'<w:docDefaults><w:rPrDefault><w:rPr>{FONTS}<w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
)
SETTINGS = (
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat>'
)


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return a paragraph of one run, with the properties of both."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def exact(points: float, before: float = 0.0, after: float = 0.0) -> str:
    """Return the spacing of a paragraph whose lines are exactly so high, in points."""
    return (
        f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" '
        f'w:line="{round(points * 20)}" w:lineRule="exact"/>'
    )


def docx(
    body: str,
    *,
    section: str = A4 + MARGINS,
    styles: str = STYLES,
    settings: str = SETTINGS,
    numbering: str = "",
    running: Mapping[str, str] | None = None,
    media: Mapping[str, bytes] | None = None,
    links: Mapping[str, str] | None = None,
) -> bytes:
    """Return a DOCX file.

    Args:
        body: the paragraphs and tables.
        section: what the section says of its pages.
        styles: the content of the styles part.
        settings: the content of the settings part.
        numbering: the content of the numbering part; none where it is empty.
        running: headers and footers by name, such as `header-default` or `footer-first`.
        media: pictures by file name; their relationships are `media-NAME`.
        links: addresses outside by the names of their relationships.
    """
    parts = {"styles": styles, "settings": settings} | ({"numbering": numbering} if numbering else {})
    running, media = running or {}, media or {}
    references = "".join(
        f'<w:{name.partition("-")[0]}Reference w:type="{name.partition("-")[2]}" r:id="{name}"/>' for name in running
    )
    document = (
        f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr>{references}{section}</w:sectPr></w:body></w:document>"
    )
    related = [(name, name, f"{name}.xml") for name in parts]
    related += [(name, name.partition("-")[0], f"{name}.xml") for name in running]
    related += [(f"media-{name}", "image", f"media/{name}") for name in media]
    related += [(name, "hyperlink", address) for name, address in (links or {}).items()]
    relationships = _relationships(related)
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": _types([*parts, *running]),
        "_rels/.rels": _relationships([("rId1", "officeDocument", "word/document.xml")]),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": relationships,
        **{f"word/{name}.xml": f"<w:{name} {NAMESPACES}>{content}</w:{name}>" for name, content in parts.items()},
        **{f"word/{name}.xml": _running(name, content) for name, content in running.items()},
        **{f"word/_rels/{name}.xml.rels": relationships for name in running},
        **{f"word/media/{name}": data for name, data in media.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _running(name: str, content: str) -> str:
    root = "hdr" if name.startswith("header") else "ftr"
    return f"<w:{root} {NAMESPACES}>{content}</w:{root}>"


def _relationships(related: list[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if kind == "hyperlink" else "/>")
        for identifier, kind, target in related
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _types(parts: list[str]) -> str:
    kinds = {"document": "document.main"} | {name: name.partition("-")[0] for name in parts}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_CONTENT}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="jpg" ContentType="image/jpeg"/>{overrides}</Types>'
    )
