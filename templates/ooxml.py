"""The few pieces of WordprocessingML that the built-in templates are made of.

Written by hand instead of with python-docx: its starting document carries some two hundred styles that nothing
uses, and LibreOffice loads a lean file twice as fast. Lengths are in millimetres, type in points.
"""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Every face a template names, what Word shows where it is missing, and its classification for the font table.
FACES = {"Noto Sans": "Segoe UI", "DejaVu Sans": "Segoe UI Symbol"}
BODY_FACE, BOX_FACE = FACES

# The date every entry of the archives carries: the same input gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def twips(millimetres: float) -> int:
    """Return a length in twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


def run(text: str, *, bold: bool = False, size: float | None = None, face: str | None = None) -> str:
    """Return a run of text; `text` may hold Jinja expressions."""
    properties = "".join(
        (
            f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>' if face else "",
            "<w:b/>" if bold else "",
            f'<w:sz w:val="{round(size * 2)}"/>' if size else "",
        )
    )
    wrapped = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{wrapped}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def bookmark(content: str, name: str, number: int) -> str:
    """Return runs with a bookmark around them; the number is of this one alone in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def field(instruction: str) -> str:
    """Return a field that Word and LibreOffice fill: PAGE or NUMPAGES."""
    return f'<w:fldSimple w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def tab() -> str:
    """Return a tabulation."""
    return "<w:r><w:tab/></w:r>"


def paragraph(
    *runs: str, style: str | None = None, keep_next: bool = False, align: str | None = None, new_page: bool = False
) -> str:
    """Return a paragraph; `keep_next` keeps it on the page of the one after it, `new_page` begins a page with it."""
    properties = "".join(
        (
            f'<w:pStyle w:val="{style}"/>' if style else "",
            "<w:keepNext/>" if keep_next else "",
            # Without a gap above: LibreOffice 7 keeps one at the top of a page, and 25 drops it.
            '<w:pageBreakBefore/><w:spacing w:before="0"/>' if new_page else "",
            f'<w:jc w:val="{align}"/>' if align else "",
        )
    )
    wrapped = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{wrapped}{''.join(runs)}</w:p>"


def tag(statement: str) -> str:
    """Return a paragraph that docxtpl takes away: a Jinja statement such as `if` or `for`."""
    return paragraph(run(f"{{%p {statement} %}}"))


def cell(width: float, *paragraphs: str, framed: bool = False, align: str = "") -> str:
    """Return a table cell; a frame is a hairline, 3 mm from its text, 5 mm at the sides; `align` is how it stands."""
    sides = ("top", "left", "bottom", "right")
    border = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>' for side in sides)
    margin = "".join(f'<w:{side} w:w="{twips(5 if side in ("left", "right") else 3)}" w:type="dxa"/>' for side in sides)
    frame = f"<w:tcBorders>{border}</w:tcBorders><w:tcMar>{margin}</w:tcMar>" if framed else ""
    place = f'<w:vAlign w:val="{align}"/>' if align else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{frame}{place}</w:tcPr>{"".join(paragraphs)}</w:tc>'
    )


def table(widths: Iterable[float], cells: Iterable[str], *, height: float = 0, exact: bool = False) -> str:
    """Return a table of one row that never splits over pages, at least `height` high, or exactly."""
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    total = sum(twips(width) for width in widths)
    rule = "exact" if exact else "atLeast"
    tall = f'<w:trHeight w:val="{twips(height)}" w:hRule="{rule}"/>' if height else ""
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/>{tall}</w:trPr>{''.join(cells)}</w:tr></w:tbl>"
    )


def stack(width: float, cells: Iterable[str], height: float) -> str:
    """Return a table of one column, whose rows never split over pages and are at least `height` high."""
    tall = f'<w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/></w:trPr>'
    rows = "".join(f"<w:tr>{tall}{each}</w:tr>" for each in cells)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(width)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{twips(width)}"/></w:tblGrid>{rows}</w:tbl>'
    )


def ruled_lines(count: int, width: float, height: float) -> str:
    """Return lines to write on by hand: rows of a table, since borders of paragraphs do not survive every editor."""
    border = '<w:tcBorders><w:bottom w:val="dotted" w:sz="4" w:space="0" w:color="7F7F7F"/></w:tcBorders>'
    empty = f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{border}</w:tcPr>'
    rows = (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}" w:hRule="exact"/></w:trPr>{empty}'
        f"{paragraph(style='Small', keep_next=True)}</w:tc></w:tr>"
        for _ in range(count)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(width)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{twips(width)}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _style(identifier: str, name: str, paragraph_xml: str, run_xml: str, *, default: bool = False) -> str:
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    flag = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="paragraph"{flag} w:styleId="{identifier}"><w:name w:val="{name}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph_xml}</w:pPr><w:rPr>{run_xml}</w:rPr></w:style>"
    )


def styles(body_size: float, leading: float, text_width: float) -> str:
    """Return the styles part: only those that a template uses.

    Args:
        body_size: of the text; headings differ from it by their weight, since readers lose text that changes height.
        leading: from one line of text to the next, in points, whatever the face would take by itself.
        text_width: between the side margins.
    """
    size = round(body_size * 2)
    fonts = f'<w:rFonts w:ascii="{BODY_FACE}" w:hAnsi="{BODY_FACE}" w:eastAsia="{BODY_FACE}" w:cs="{BODY_FACE}"/>'
    right = f'<w:tabs><w:tab w:val="right" w:pos="{twips(text_width)}"/></w:tabs>'
    exact = f'w:line="{round(leading * 20)}" w:lineRule="exact"'
    # The header holds pictures, which an exact leading would cut off.
    free = 'w:after="0" w:line="240" w:lineRule="auto"'
    kept, follow = "<w:keepLines/>", "<w:keepNext/><w:keepLines/>"
    return (
        f'{DECLARATION}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:color w:val="000000"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        + _style(
            "Normal",
            "Normal",
            f'<w:suppressAutoHyphens/><w:spacing w:after="20" {exact}/><w:jc w:val="left"/>',
            "",
            default=True,
        )
        + _style(
            "Title",
            "Title",
            '<w:keepNext/><w:spacing w:before="160" w:after="80" w:line="440" w:lineRule="exact"/>',
            '<w:b/><w:sz w:val="32"/>',
        )
        + _style(
            "Heading1",
            "heading 1",
            f'{follow}<w:spacing w:before="220" w:after="40"/><w:outlineLvl w:val="0"/>',
            "<w:b/>",
        )
        + _style("Kept", "Mention", kept, "")
        # Tesseract, looking for columns at 200 dpi, loses the l of « logiciel » where that word begins a line.
        + _style(
            "Question", "Question", f'{follow}<w:spacing w:before="80" w:after="20"/><w:ind w:right="{twips(24)}"/>', ""
        )
        + _style("Amount", "Amount", f'{follow}<w:jc w:val="right"/>', "<w:b/>")
        + _style("Total", "Total", '<w:keepNext/><w:jc w:val="right"/>', "")
        # The longest mention and its amount share one line.
        + _style("State", "State", '<w:keepLines/><w:jc w:val="right"/>', '<w:sz w:val="22"/>')
        # Parts what is signed from what is above, where no heading is needed to say so.
        + _style("Break", "Break", '<w:keepNext/><w:spacing w:after="0" w:line="200" w:lineRule="exact"/>', "")
        + _style("Gap", "Gap", '<w:keepNext/><w:spacing w:after="0" w:line="120" w:lineRule="exact"/>', "")
        + _style("End", "End", '<w:spacing w:after="0" w:line="20" w:lineRule="exact"/>', "")
        + _style("Small", "Small", '<w:spacing w:after="20"/>', "")
        + _style(
            "Running", "Running", '<w:spacing w:after="280" w:line="300" w:lineRule="exact"/>', '<w:sz w:val="20"/>'
        )
        + _style("Header", "header", f"<w:spacing {free}/>", '<w:sz w:val="20"/>')
        # Its line is as high as the logo, however low that is; the tag, which is larger, has gone then.
        + _style("Logo", "Logo", f"<w:spacing {free}/>", '<w:sz w:val="2"/>')
        + _style("Footer", "footer", f"{right}<w:spacing {free}/>", '<w:sz w:val="18"/>')
        + "</w:styles>"
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>'
        "</w:font>"
        for name, other in FACES.items()
    )
    return f'{DECLARATION}<w:fonts xmlns:w="{W}">{fonts}</w:fonts>'


def _settings() -> str:
    mode = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings xmlns:w="{W}"><w:autoHyphenation w:val="0"/><w:compat>'
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{mode}" w:val="15"/></w:compat></w:settings>'
    )


def _part(root: str, content: str) -> str:
    return f'{DECLARATION}<w:{root} xmlns:w="{W}" xmlns:r="{R}">{content}</w:{root}>'


def package(
    body: str, *, headers: tuple[str, str], footer: str, styles_xml: str, page: tuple[float, float], title: str
) -> bytes:
    """Return a DOCX file.

    Args:
        body: the paragraphs and tables.
        headers: the first page's header, and that of the others.
        footer: the footer of every page.
        styles_xml: the styles part.
        page: side margin, and height of the bottom margin.
        title: what the file is, for its properties.
    """
    side, bottom = page
    references = (
        '<w:headerReference w:type="first" r:id="rId1"/><w:headerReference w:type="default" r:id="rId2"/>'
        '<w:footerReference w:type="first" r:id="rId3"/><w:footerReference w:type="default" r:id="rId3"/>'
    )
    section = (
        f'<w:sectPr>{references}<w:pgSz w:w="{twips(210)}" w:h="{twips(297)}"/>'
        f'<w:pgMar w:top="{twips(14)}" w:right="{twips(side)}" w:bottom="{twips(bottom)}" w:left="{twips(side)}" '
        f'w:header="{twips(9)}" w:footer="{twips(8)}" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )
    parts = {
        "word/document.xml": (_part("document", f"<w:body>{body}{section}</w:body>"), f"{OFFICE}.document.main+xml"),
        "word/header1.xml": (_part("hdr", headers[0]), f"{OFFICE}.header+xml"),
        "word/header2.xml": (_part("hdr", headers[1]), f"{OFFICE}.header+xml"),
        "word/footer1.xml": (_part("ftr", footer), f"{OFFICE}.footer+xml"),
        "word/styles.xml": (styles_xml, f"{OFFICE}.styles+xml"),
        "word/settings.xml": (_settings(), f"{OFFICE}.settings+xml"),
        "word/fontTable.xml": (_font_table(), f"{OFFICE}.fontTable+xml"),
        "docProps/core.xml": (_core(title), "application/vnd.openxmlformats-package.core-properties+xml"),
    }
    kinds = ("header", "header", "footer", "styles", "settings", "fontTable")
    names = ("header1", "header2", "footer1", "styles", "settings", "fontTable")
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{name}.xml"/>'
        for number, (kind, name) in enumerate(zip(kinds, names, strict=True), start=1)
    )
    outer = (
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    )
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (_, kind) in parts.items())
    types = (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{outer}</Relationships>',
        "word/_rels/document.xml.rels": (
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'
        ),
        **{name: xml for name, (xml, _) in parts.items()},
    }
    return _zip(files)


def _core(title: str) -> str:
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(title)}</dc:title>'
        "<dc:creator>segurdoc</dc:creator><dc:language>fr-FR</dc:language></cp:coreProperties>"
    )


def _zip(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), text.encode("utf-8"), zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()
