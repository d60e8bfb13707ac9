"""Templates as Google Docs writes them: every property said outright, right-to-left too, and no theme."""

from collections.abc import Sequence

from tests.generators.restyled.model import Paragraph, Run, Table
from tests.generators.restyled.writer import Writer, borders, fonts, frame, numbering, size, style

_DEL = "00000000"
_MARGINS = (
    '<w:tcMar><w:top w:w="100.0" w:type="dxa"/><w:left w:w="100.0" w:type="dxa"/><w:bottom w:w="100.0" w:type="dxa"/>'
    '<w:right w:w="100.0" w:type="dxa"/></w:tcMar>'
)
_CLEAR = '<w:shd w:fill="auto" w:val="clear"/>'


class GoogleDocs(Writer):
    """Google Docs, "Download as Microsoft Word"."""

    namespaces = Writer.namespaces + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'

    def _prepare(self) -> None:
        super()._prepare()
        self.styles_of = {"title": "Title", "heading": "Heading1", "question": "Heading2", "amount": "Heading3"}

    def paragraph_attributes(self) -> str:
        return (
            f' w:rsidR="{_DEL}" w:rsidDel="{_DEL}" w:rsidP="{_DEL}" w:rsidRDefault="{_DEL}" w:rsidRPr="{_DEL}"'
            f' w14:paraId="{self.count:08X}"'
        )

    def paragraph_properties(self, paragraph: Paragraph) -> tuple[str, ...]:
        listed = '<w:ind w:left="720" w:hanging="360"/>' if paragraph.role in ("bullet", "number") else ""
        inside = '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
        tight = inside if paragraph.role in ("cell", "small", "header", "footer") else ""
        whole = '<w:pageBreakBefore w:val="0"/>' if paragraph.role in ("title", "heading") else ""
        control = '<w:widowControl w:val="0"/>' if paragraph.role in ("cell", "small") else ""
        return (*super().paragraph_properties(paragraph), whole, control, listed, tight, _CLEAR, "<w:rPr/>")

    def run_attributes(self) -> str:
        return f' w:rsidDel="{_DEL}" w:rsidR="{_DEL}" w:rsidRPr="{_DEL}"'

    def run_properties(self, run: Run) -> tuple[str, ...]:  # noqa: ARG002
        return ('<w:rtl w:val="0"/>',)

    def field(self, run: Run) -> str:
        marks = (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve">{run.field}</w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            '<w:fldChar w:fldCharType="end"/>',
        )
        return f'<w:r w:rsidDel="{_DEL}" w:rsidR="{_DEL}" w:rsidRPr="{_DEL}"><w:rPr/>{"".join(marks)}</w:r>'

    def table_properties(self, table: Table) -> tuple[str, ...]:
        return (
            '<w:tblStyle w:val="Table1"/>',
            f'<w:tblW w:w="{sum(table.grid)}.0" w:type="dxa"/>',
            '<w:jc w:val="left"/>',
            '<w:tblInd w:w="0" w:type="dxa"/>'
            if "indented" not in self.look.extras
            else '<w:tblInd w:w="100" w:type="dxa"/>',
            borders(table, "000000"),
            '<w:tblLayout w:type="fixed"/>',
            '<w:tblLook w:val="0600"/>',
        )

    def cell_properties(self, table: Table) -> tuple[str, ...]:
        return (frame(table, "000000"), _CLEAR, _MARGINS, '<w:vAlign w:val="top"/>')

    def section_content(self, places: Sequence[str]) -> str:
        look = self.look
        orient = "landscape" if look.is_landscape else "portrait"
        top, right, bottom, left, header, footer = look.margins
        return (
            f'{self.references(places)}<w:pgSz w:h="{look.page[1]}" w:w="{look.page[0]}" w:orient="{orient}"/>'
            f'<w:pgMar w:bottom="{bottom}" w:top="{top}" w:left="{left}" w:right="{right}" w:header="{header}" '
            f'w:footer="{footer}"/><w:pgNumType w:start="1"/>{self.first_page(places)}'
        )

    def other_parts(self) -> dict[str, str]:
        settings = '<w:displayBackgroundShape/><w:compat><w:compatSetting w:val="15" w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"/></w:compat>'
        return {
            "word/styles.xml": self._part("styles", self._styles()),
            "word/numbering.xml": self._part("numbering", numbering("●", '<w:u w:val="none"/>', "%1.")),
            "word/settings.xml": self._part("settings", f"{self.even_pages()}{settings}"),
        }

    def _styles(self) -> str:
        look = self.look
        run = f'{fonts(look.font)}{"".join(size(look.size))}<w:lang w:val="fr"/>'
        kept = '<w:keepNext/><w:keepLines/><w:pageBreakBefore w:val="0"/>'
        heading = f'<w:color w:val="{look.color}"/>'
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{run}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
            f"<w:spacing {look.spacing}/></w:pPr></w:pPrDefault></w:docDefaults>"
            + style("Normal", "normal", paragraph=f'<w:jc w:val="{look.align}"/>' if look.align != "left" else "")
            + _TABLE
            + style(
                "Heading1", "heading 1", based="Normal", more='<w:next w:val="Normal"/>',
                paragraph=f'{kept}<w:spacing w:after="120" w:before="320" w:lineRule="auto"/>',
                run=f"{fonts(look.heading)}<w:b w:val=\"1\"/>{heading}{''.join(size(look.size + 4))}",
            )
            + style("Heading2", "heading 2", based="Normal", paragraph=f'{kept}<w:spacing w:after="40" w:before="160" w:lineRule="auto"/>')
            + style("Heading3", "heading 3", based="Normal", paragraph=kept, run=f"<w:b w:val=\"1\"/>{''.join(size(look.size + 2))}")
            + style(
                "Title", "Title", based="Normal", more='<w:next w:val="Normal"/>',
                paragraph=f'{kept}<w:spacing w:after="60" w:before="0" w:lineRule="auto"/>',
                run=f"{fonts(look.heading)}{''.join(size(look.size + 15))}",
            )
        )  # fmt: skip


_TABLE = (
    '<w:style w:type="table" w:styleId="TableNormal" w:default="1"><w:name w:val="Table Normal"/></w:style>'
    '<w:style w:type="table" w:styleId="Table1"><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblStyleRowBandSize w:val="1"/>'
    '<w:tblStyleColBandSize w:val="1"/><w:tblCellMar><w:top w:w="100.0" w:type="dxa"/><w:left w:w="100.0" w:type="dxa"/>'
    '<w:bottom w:w="100.0" w:type="dxa"/><w:right w:w="100.0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)
