"""Templates as OnlyOffice writes them: empty properties everywhere, numbered styles."""

from collections.abc import Sequence

from tests.generators.restyled.model import Cell, Paragraph, Run, Table
from tests.generators.restyled.writer import Writer, borders, fonts, frame, numbering, size, style

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


class OnlyOffice(Writer):
    """OnlyOffice Docs 7 and later."""

    namespaces = (
        Writer.namespaces
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + f' xmlns:w14="{_W14}" xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"'
    )

    def _prepare(self) -> None:
        super()._prepare()
        self.styles_of = {
            "title": "659",
            "heading": "620",
            "question": "622",
            "amount": "663",
            "small": "657",
            "cell": "657",
            "header": "667",
            "footer": "669",
            "bullet": "656",
            "number": "656",
        }

    def paragraph_properties(self, paragraph: Paragraph) -> tuple[str, ...]:
        return (*super().paragraph_properties(paragraph), "<w:pBdr/>", "<w:spacing/>", "<w:ind/>", "<w:rPr/>")

    def paragraph(self, paragraph: Paragraph) -> str:
        return super().paragraph(paragraph).replace("</w:p>", "<w:r/></w:p>")

    def run_properties(self, run: Run) -> tuple[str, ...]:  # noqa: ARG002
        return ('<w:highlight w:val="none"/>', '<w14:ligatures w14:val="none"/>') if self.count % 2 else ()

    def wrapped(self, run: Run, inside: str) -> str:
        whole = super().wrapped(run, inside)
        return whole if "<w:rPr>" in whole else whole.replace("<w:r>", "<w:r><w:rPr/>", 1)

    def table_properties(self, table: Table) -> tuple[str, ...]:
        look = '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        named = "680" if table.look == "grid" else "651"
        wide = f'<w:tblW w:w="{sum(table.grid)}" w:type="dxa"/>'
        layout = '<w:tblLayout w:type="fixed"/>'
        return (f'<w:tblStyle w:val="{named}"/>', wide, borders(table) or "<w:tblBorders/>", layout, look)

    def cell_properties(self, table: Table) -> tuple[str, ...]:
        drawn = frame(table) or "<w:tcBorders/>"
        return (drawn, '<w:textDirection w:val="lrTb"/>', '<w:noWrap w:val="false"/>', '<w:vAlign w:val="top"/>')

    def row_attributes(self) -> str:
        return ""

    def cell(self, cell: Cell, table: Table) -> str:
        return super().cell(cell, table)

    def section_content(self, places: Sequence[str]) -> str:
        return (
            f'{self.references(places)}<w:footnotePr/><w:endnotePr/><w:type w:val="nextPage"/>{self.page()}'
            f'<w:cols w:num="1" w:sep="0" w:space="708" w:equalWidth="1"/>{self.first_page(places)}'
        )

    def other_parts(self) -> dict[str, str]:
        compat = (
            '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        )
        settings = (
            f'<w:zoom w:percent="100"/>{self.even_pages()}<w:defaultTabStop w:val="708"/><w:footnotePr/><w:endnotePr/>'
            f"<w:compat>{compat}</w:compat>"
        )
        symbol = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol" w:eastAsia="Symbol" w:cs="Symbol" w:hint="default"/>'
        return {
            "word/styles.xml": self._part("styles", self._styles()),
            "word/numbering.xml": self._part("numbering", numbering("·", symbol)),
            "word/settings.xml": self._part("settings", settings),
        }

    def _styles(self) -> str:
        look = self.look
        run = f'{fonts(look.font)}{"".join(size(look.size))}<w:lang w:val="fr-FR" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        none = '<w:pBdr/><w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:ind/>'
        kept = '<w:keepNext w:val="true"/><w:keepLines w:val="true"/><w:pBdr/>'
        tabs = f'<w:tabs><w:tab w:val="center" w:leader="none" w:pos="{look.width // 2}"/><w:tab w:val="right" w:leader="none" w:pos="{look.width}"/></w:tabs>'
        empty = "<w:pBdr/><w:spacing/><w:ind/>"
        align = f'<w:jc w:val="{look.align}"/>' if look.align != "left" else ""
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{run}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:pBdr/>"
            f"<w:spacing {look.spacing}/><w:ind/></w:pPr></w:pPrDefault></w:docDefaults>"
            + style("615", "Normal", paragraph=f"{empty}{align}", more="<w:qFormat/>")
            + style("620", "Heading 1", based="615", more='<w:next w:val="615"/><w:uiPriority w:val="9"/><w:qFormat/>', paragraph=f'{kept}<w:spacing w:after="80" w:before="360"/><w:ind/><w:outlineLvl w:val="0"/>', run=f"{fonts(look.heading)}<w:color w:val=\"{look.color}\"/>{''.join(size(look.size + 5))}")
            + style("622", "Question", based="615", paragraph=f'{kept}<w:spacing w:after="40" w:before="80"/><w:ind/>', run="<w:b/>")
            + style("656", "List Paragraph", based="615", paragraph='<w:pBdr/><w:spacing/><w:ind w:left="720"/><w:contextualSpacing w:val="true"/>')
            + style("657", "No Spacing", based="615", paragraph=none)
            + style("659", "Title", based="615", paragraph='<w:pBdr/><w:spacing w:after="80" w:line="240" w:lineRule="auto"/><w:ind/><w:contextualSpacing w:val="true"/>', run=f"{fonts(look.heading)}<w:spacing w:val=\"-10\"/>{''.join(size(look.size + 14))}")
            + style("663", "Intense Quote", based="615", paragraph='<w:pBdr><w:top w:val="single" w:color="0F4761" w:sz="4" w:space="10"/><w:bottom w:val="single" w:color="0F4761" w:sz="4" w:space="10"/></w:pBdr><w:spacing w:after="240" w:before="240"/><w:ind w:left="864" w:right="864"/><w:jc w:val="center"/>', run="<w:b/>")
            + style("667", "Header", based="615", paragraph=f"{tabs}{none}")
            + style("669", "Footer", based="615", paragraph=f"{tabs}{none}")
            + _TABLES
        )  # fmt: skip


_INNER = (
    '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:top w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/></w:tblCellMar>'
)
_TABLES = (
    '<w:style w:type="table" w:styleId="651" w:default="1"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" '
    f'w:type="dxa"/>{_INNER}</w:tblPr></w:style><w:style w:type="table" w:styleId="680"><w:name w:val="Table Grid"/>'
    '<w:basedOn w:val="651"/><w:pPr><w:pBdr/><w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:ind/></w:pPr>'
    "<w:tblPr/></w:style>"
)
