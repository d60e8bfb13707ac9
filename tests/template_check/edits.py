"""Changes to templates: pieces of their XML replaced, added, taken away."""

import io
import re
import zipfile
from collections.abc import Callable

from PIL import Image

from generator.common.resources import TEMPLATES
from templates.ooxml import R, cell, paragraph, run, table, tag

BODY, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"
RELATIONS, TYPES = "word/_rels/document.xml.rels", "[Content_Types].xml"

Parts = dict[str, bytes]
Change = Callable[[Parts], None]


def edit(old: str, new: str, part: str = BODY, count: int = 1) -> Change:
    """Replace a text of a part's XML that stands there."""

    def change(parts: Parts) -> None:
        xml = parts[part].decode("utf-8")
        assert old in xml, old
        parts[part] = xml.replace(old, new, count).encode("utf-8")

    return change


def paragraph_with(xml: str, text: str) -> str:
    """Return the XML of the paragraph that holds a text."""
    return next(found[0] for found in re.finditer(r"<w:p>.*?</w:p>", xml, re.DOTALL) if text in found[0])


def edit_paragraph(text: str, how: Callable[[str], str], part: str = BODY) -> Change:
    """Change the XML of the paragraph that holds a text."""

    def change(parts: Parts) -> None:
        xml = parts[part].decode("utf-8")
        old = paragraph_with(xml, text)
        new = how(old)
        assert new != old, text
        parts[part] = xml.replace(old, new, 1).encode("utf-8")

    return change


def remove(text: str) -> Change:
    return edit_paragraph(text, lambda _: "")


def before(text: str, xml: str) -> Change:
    """Put XML before the paragraph that holds a text."""
    return edit_paragraph(text, lambda old: xml + old)


def after(text: str, xml: str) -> Change:
    """Put XML after the paragraph that holds a text."""
    return edit_paragraph(text, lambda old: old + xml)


def run_properties(xml: str) -> Callable[[str], str]:
    """Give every run of a paragraph properties."""
    return lambda old: re.sub(r"<w:r>(?:<w:rPr>.*?</w:rPr>)?", f"<w:r><w:rPr>{xml}</w:rPr>", old)


def paragraph_properties(xml: str) -> Callable[[str], str]:
    """Give a paragraph properties beside its style."""
    return lambda old: re.sub(r"(<w:pPr>(?:<w:pStyle [^>]*/>)?)", rf"\1{xml}", old, count=1)


def rename(old: str, new: str, part: str = BODY) -> Change:
    """Replace every occurrence of a name."""
    return edit(old, new, part, -1)


def both(*changes: Change) -> Change:
    def change(parts: Parts) -> None:
        for each in changes:
            each(parts)

    return change


def add_part(name: str, xml: str, kind: str, content_type: str, *, mode: str = "", target: str = "") -> Change:
    """Add a part, or a relationship alone where `target` is elsewhere."""

    def change(parts: Parts) -> None:
        goal = target or name.removeprefix("word/")
        relation = f'<Relationship Id="rIdX" Type="{R}/{kind}" Target="{goal}"{mode}/></Relationships>'
        parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", relation.encode())
        if name:
            parts[name] = xml.encode("utf-8")
            override = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
            parts[TYPES] = parts[TYPES].replace(b"</Types>", override.encode())

    return change


def picture() -> tuple[Change, str]:
    """Return what adds a white picture to a template, and the run that shows it."""
    stream = io.BytesIO()
    Image.new("RGB", (400, 40), "white").save(stream, "PNG")

    def change(parts: Parts) -> None:
        parts["word/media/cover.png"] = stream.getvalue()
        relation = f'<Relationship Id="rIdP" Type="{R}/image" Target="media/cover.png"/></Relationships>'
        parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", relation.encode())
        parts[TYPES] = parts[TYPES].replace(
            b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1
        )

    return change, drawing("rIdP", behind=False)


def drawing(relation: str, *, behind: bool, anchored: bool = False) -> str:
    """Return a run with a picture, in the line or over the text at the left margin."""
    main = "http://schemas.openxmlformats.org/drawingml/2006"
    size = '<wp:extent cx="5400000" cy="260000"/>'
    pic = (
        f'<a:graphic xmlns:a="{main}/main"><a:graphicData uri="{main}/picture"><pic:pic xmlns:pic="{main}/picture">'
        '<pic:nvPicPr><pic:cNvPr id="9" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="260000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )
    names = f'xmlns:wp="{main}/wordprocessingDrawing"'
    properties = '<wp:docPr id="9" name="x"/><wp:cNvGraphicFramePr/>'
    if not anchored:
        inner = f'<wp:inline {names} distT="0" distB="0" distL="0" distR="0">{size}{properties}{pic}</wp:inline>'
    else:
        inner = (
            f'<wp:anchor {names} distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="9" '
            f'behindDoc="{int(behind)}" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
            '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
            f"{size}<wp:wrapNone/>{properties}{pic}</wp:anchor>"
        )
    return f"<w:r><w:drawing>{inner}</w:drawing></w:r>"


def text_box(inner: str) -> str:
    """Return a paragraph with a text box, as Word writes one."""
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    main = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'<w:p><w:r><w:drawing><wp:anchor xmlns:wp="{main}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="9" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="5400000" cy="360000"/><wp:wrapTopAndBottom/><wp:docPr id="8" name="box"/>'
        f'<a:graphic xmlns:a="{main}/main"><a:graphicData uri="{shape}"><wps:wsp xmlns:wps="{shape}">'
        '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="360000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )


def changed(document: str, *changes: Change) -> bytes:
    """Return a built-in template with changes."""
    with zipfile.ZipFile(TEMPLATES / f"{document}.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for change in changes:
        change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def font(name: str) -> Change:
    def change(parts: Parts) -> None:
        for part, data in parts.items():
            if part.startswith("word/") and part.endswith(".xml"):
                parts[part] = data.replace(b'"Noto Sans"', f'"{name}"'.encode())

    return change


def page_break() -> str:
    return '<w:r><w:br w:type="page"/></w:r>'


def mention_line(name: str) -> str:
    return paragraph(run(f"{{{{ mention.{name}.text }}}} "), run(f"{{{{ mention.{name}.value }}}}"), style="Kept")


def floating_table(inner: str) -> str:
    """Return a table that stands at the top of the page, wherever it is written."""
    position = '<w:tblpPr w:vertAnchor="page" w:horzAnchor="margin" w:tblpX="0" w:tblpY="2300"/>'
    return table([170], [cell(170, inner)]).replace("<w:tblPr>", f"<w:tblPr>{position}", 1)


def exact_row(inner: str, height: int) -> str:
    return table([100], [cell(100, inner)]).replace(
        "<w:cantSplit/>", f'<w:trHeight w:val="{height}" w:hRule="exact"/>'
    ) + paragraph(run(" "))


def around(text: str, opening: str, closing: str) -> Change:
    return edit_paragraph(text, lambda old: paragraph(run(opening)) + old + paragraph(run(closing)))


def without_mention(name: str, *, keep: bool = False) -> Change:
    """Take a mention away, or only its condition, and the list that would print it all the same."""

    def change(parts: Parts) -> None:
        xml = parts[BODY].decode("utf-8")
        start = tag(f"if mention.get('{name}')")
        before_it, condition, rest = xml.partition(start)
        assert condition, name
        inner, _, after_it = rest.partition(tag("endif"))
        xml = before_it + (inner if keep else "") + after_it
        others = re.search(re.escape(tag("if other_mentions")) + ".*?" + re.escape(tag("endfor") + tag("endif")), xml)
        if others:
            xml = xml.replace(others[0], "")
        parts[BODY] = xml.encode("utf-8")

    return change


def without_end(text: str, end: str) -> Change:
    """Take away the end of the block that holds a text."""

    def change(parts: Parts) -> None:
        xml = parts[BODY].decode("utf-8")
        at = xml.index(tag(end), xml.index(text))
        parts[BODY] = (xml[:at] + xml[at + len(tag(end)) :]).encode("utf-8")

    return change


def into_header(text: str) -> Change:
    return edit("</w:hdr>", paragraph(run(text), style="Header") + "</w:hdr>", "word/header1.xml")


def split_runs(parts: Parts) -> None:
    """Cut every tag into runs, with the marks that Word's spelling checker leaves between them."""
    mark = '<w:proofErr w:type="spellStart"/>'

    def cut(found: re.Match[str]) -> str:
        properties, text = found[1] or "", found[2]
        pieces = [piece for piece in re.split(r"((?<=\{)(?=\{)|(?<=\w)(?=\.)|(?<=\.)|\s)", text) if piece]
        return mark.join(
            f'<w:r w:rsidR="00A{number:05}">{properties}<w:t xml:space="preserve">{piece}</w:t></w:r>'
            for number, piece in enumerate(pieces)
        )

    for name, data in parts.items():
        if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", name):
            pattern = r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]*\{[^<]*)</w:t></w:r>'
            parts[name] = re.sub(pattern, cut, data.decode("utf-8")).encode("utf-8")
