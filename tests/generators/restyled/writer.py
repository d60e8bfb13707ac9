"""What the writers of restyled templates share: the package, its parts, and how blocks become XML."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from templates.ooxml import DECLARATION, OFFICE, PACKAGE, ZIP_EPOCH, R, W
from tests.generators.restyled.headers import header_parts
from tests.generators.restyled.looks import Look
from tests.generators.restyled.model import Block, Cell, Paragraph, Row, Run, Table, properties, twips

SIDES = ("top", "left", "bottom", "right")
LISTS = {"bullet": 1, "number": 2}
_MARKS = {"\t": "<w:tab/>", "\n": "<w:br/>", "\f": '<w:br w:type="page"/>'}


@dataclass
class Writer:
    """Writes templates as a program does; each program is a subclass.

    Attributes:
        look: of the template.
        links: targets of its hyperlinks.
        count: of the paragraphs written, for the identifiers that some programs give.
    """

    look: Look
    links: list[str] = field(default_factory=list)
    count: int = 0

    namespaces = f'xmlns:w="{W}" xmlns:r="{R}"'
    # Identifier of the style of each role.
    styles_of: dict[str, str] = field(default_factory=dict)

    def build(self, blocks: Sequence[Block]) -> bytes:
        """Return the DOCX of contents."""
        parts = {
            f"word/{place.replace(' ', '-')}.xml": (place, each)
            for place, each in header_parts(self.look.header, self.look.width).items()
        }
        self._prepare()
        body = self.blocks(blocks)
        files = {
            "word/document.xml": self._part("document", f"<w:body>{body}{self.section(list(parts.values()))}</w:body>")
        }
        files |= {name: self._part(_root(place), self.blocks(each)) for name, (place, each) in parts.items()}
        files |= self.other_parts()
        return self._package(files)

    def _prepare(self) -> None:
        self.count = 0
        self.links.clear()

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Return the XML of paragraphs and tables."""
        return "".join(self.paragraph(each) if isinstance(each, Paragraph) else self.table(each) for each in blocks)

    def paragraph(self, paragraph: Paragraph) -> str:
        """Return the XML of a paragraph."""
        self.count += 1
        given = properties("pPr", *self.paragraph_properties(paragraph), *paragraph.props)
        return f"<w:p{self.paragraph_attributes()}>{given}{''.join(map(self.run, paragraph.runs))}</w:p>"

    def paragraph_attributes(self) -> str:
        """Return the attributes that a paragraph carries."""
        return ""

    def paragraph_properties(self, paragraph: Paragraph) -> tuple[str, ...]:
        """Return the properties that the program writes of its own."""
        style = self.styles_of.get(paragraph.role, "")
        listed = LISTS.get(paragraph.role)
        numbered = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{listed}"/></w:numPr>' if listed else ""
        return (f'<w:pStyle w:val="{style}"/>' if style else "", numbered)

    def run(self, run: Run) -> str:
        """Return the XML of a run, a field, or a hyperlink."""
        if run.field:
            return self.field(run)
        if run.link:
            self.links.append(run.link)
            return f'<w:hyperlink r:id="rIdLink{len(self.links)}">{self.text(run)}</w:hyperlink>'
        return self.text(run)

    def text(self, run: Run) -> str:
        """Return the XML of a run of text, with its tabs and breaks."""
        inside, word = "", ""
        for char in f"{run.text}\0":
            if char in _MARKS or char == "\0":
                inside += f'<w:t xml:space="preserve">{escape(word)}</w:t>' if word else ""
                inside += _MARKS.get(char, "")
                word = ""
            else:
                word += char
        return self.wrapped(run, inside)

    def wrapped(self, run: Run, inside: str) -> str:
        """Return a run's XML around what stands in it."""
        return f"<w:r{self.run_attributes()}>{properties('rPr', *self.run_properties(run), *run.props)}{inside}</w:r>"

    def run_attributes(self) -> str:
        """Return the attributes that a run carries."""
        return ""

    def run_properties(self, run: Run) -> tuple[str, ...]:  # noqa: ARG002  # for subclasses
        """Return the properties that the program writes of its own."""
        return ()

    def field(self, run: Run) -> str:
        """Return a field, begun, separated and ended: what most programs write."""
        marks = (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve"> {run.field} </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            f"<w:t>{run.text}</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
        return "".join(self.wrapped(run, mark) for mark in marks)

    def table(self, table: Table) -> str:
        """Return the XML of a table."""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in table.grid)
        given = properties("tblPr", *self.table_properties(table), *table.props)
        return (
            f"<w:tbl>{given}<w:tblGrid>{grid}</w:tblGrid>{''.join(self.row(row, table) for row in table.rows)}</w:tbl>"
        )

    def table_properties(self, table: Table) -> tuple[str, ...]:
        """Return the properties that the program writes of a table."""
        return (f'<w:tblW w:w="{sum(table.grid)}" w:type="dxa"/>', '<w:tblLayout w:type="fixed"/>', borders(table))

    def row(self, row: Row, table: Table) -> str:
        """Return the XML of a row."""
        cells = "".join(self.cell(cell, table) for cell in row.cells)
        return f"<w:tr{self.row_attributes()}>{properties('trPr', *row.props)}{cells}</w:tr>"

    def row_attributes(self) -> str:
        """Return the attributes that a row carries."""
        return ""

    def cell(self, cell: Cell, table: Table) -> str:
        """Return the XML of a cell."""
        width = f'<w:tcW w:w="{cell.width}" w:type="dxa"/>'
        return f"<w:tc>{properties('tcPr', width, *self.cell_properties(table), *cell.props)}{self.blocks(cell.blocks)}</w:tc>"

    def cell_properties(self, table: Table) -> tuple[str, ...]:  # noqa: ARG002  # for subclasses
        """Return the properties that the program writes of a cell."""
        return ()

    def section(self, parts: Sequence[tuple[str, Sequence[Block]]]) -> str:
        """Return the section's properties."""
        return f"<w:sectPr>{self.section_content([place for place, _ in parts])}</w:sectPr>"

    def section_content(self, places: Sequence[str]) -> str:
        """Return what stands in the section's properties."""
        return f"{self.references(places)}{self.page()}{self.first_page(places)}"

    def references(self, places: Sequence[str]) -> str:
        """Return the references to headers and footers."""
        return "".join(
            f'<w:{place.split()[0]}Reference w:type="{place.split()[1]}" r:id="rId-{place.replace(" ", "-")}"/>'
            for place in places
        )

    def page(self) -> str:
        """Return the size and margins of pages."""
        look = self.look
        orient = ' w:orient="landscape"' if look.is_landscape else ""
        names = ("top", "right", "bottom", "left", "header", "footer")
        margins = " ".join(f'w:{name}="{value}"' for name, value in zip(names, look.margins, strict=True))
        return f'<w:pgSz w:w="{look.page[0]}" w:h="{look.page[1]}"{orient}/><w:pgMar {margins} w:gutter="0"/>'

    def first_page(self, places: Sequence[str]) -> str:
        """Return whether the first page has a header of its own."""
        return "<w:titlePg/>" if "header first" in places else ""

    def other_parts(self) -> dict[str, str]:
        """Return the other parts: styles, numbering, settings and whatever the program writes."""
        raise NotImplementedError

    def even_pages(self) -> str:
        """Return the setting that left and right pages have headers of their own."""
        return "<w:evenAndOddHeaders/>" if self.look.header == "even" else ""

    def _part(self, root: str, content: str) -> str:
        return f"{DECLARATION}<w:{root} {self.namespaces}>{content}</w:{root}>"

    def _package(self, files: dict[str, str]) -> bytes:
        relations = "".join(
            f'<Relationship Id="{_identifier(name)}" Type="{R}/{_kind(name)}" Target="{name.removeprefix("word/")}"/>'
            for name in files
            if name != "word/document.xml"
        )
        relations += "".join(
            f'<Relationship Id="rIdLink{number}" Type="{R}/hyperlink" Target="{escape(link)}" TargetMode="External"/>'
            for number, link in enumerate(self.links, start=1)
        )
        types = "".join(f'<Override PartName="/{name}" ContentType="{_content_type(name)}"/>' for name in files)
        whole = {
            "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
            f"{relations}</Relationships>",
            **files,
        }
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in whole.items():
                archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        return stream.getvalue()


def _root(place: str) -> str:
    return "hdr" if place.startswith("header") else "ftr"


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".xml")


def _identifier(name: str) -> str:
    return f"rId-{_stem(name)}"


def _kind(name: str) -> str:
    stem = _stem(name)
    return "theme" if stem == "theme1" else stem.partition("-")[0]


def _content_type(name: str) -> str:
    kind = _kind(name)
    if kind == "theme":
        return "application/vnd.openxmlformats-officedocument.theme+xml"
    return f"{OFFICE}.document.main+xml" if kind == "document" else f"{OFFICE}.{kind}+xml"


def borders(table: Table, color: str = "auto") -> str:
    """Return the borders of a table: a grid, or none; frames are borders of cells."""
    if table.look != "grid":
        return ""
    sides = (*SIDES, "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{color}"/>' for side in sides)
    return f"<w:tblBorders>{lines}</w:tblBorders>"


def frame(table: Table, color: str = "7F7F7F") -> str:
    """Return the borders of a cell of a table whose cells are framed."""
    if table.look != "frames":
        return ""
    lines = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="{color}"/>' for side in SIDES)
    return f"<w:tcBorders>{lines}</w:tcBorders>"


def fonts(name: str, *more: str) -> str:
    """Return a run's font, for all scripts."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"{" ".join(more)}/>'


def size(points: float) -> tuple[str, str]:
    """Return a run's size, for all scripts."""
    return (f'<w:sz w:val="{round(points * 2)}"/>', f'<w:szCs w:val="{round(points * 2)}"/>')


def style(identifier: str, name: str, *, based: str = "", paragraph: str = "", run: str = "", more: str = "") -> str:
    """Return a paragraph style.

    Args:
        identifier: what paragraphs name it by.
        name: what people see.
        based: the style that it is based on; the default style is based on none.
        paragraph: what stands in its paragraph properties.
        run: what stands in its run properties.
        more: what stands between its name and its properties.
    """
    default = "" if based else ' w:default="1"'
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>{parent}{more}'
        f"{f'<w:pPr>{paragraph}</w:pPr>' if paragraph else ''}{f'<w:rPr>{run}</w:rPr>' if run else ''}</w:style>"
    )


def numbering(bullet: str, bullet_run: str, decimal: str = "%1.", indent: float = 18) -> str:
    """Return the numbering part: list 1 has bullets, list 2 has numbers, each of three levels."""
    lists = ""
    for number, (form, text, run) in enumerate((("bullet", bullet, bullet_run), ("decimal", decimal, "")), start=1):
        levels = ""
        for level in range(3):
            left = twips(indent * (level + 2))
            levels += (
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
                f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{twips(indent)}"/></w:pPr>'
                f"<w:rPr>{run}</w:rPr></w:lvl>"
            )
        lists += f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
    return lists + "".join(f'<w:num w:numId="{each}"><w:abstractNumId w:val="{each}"/></w:num>' for each in (1, 2))
