"""Templates as WPS Office writes them: East Asian font hints, kerning, sizes for all scripts, autofit tables."""

from collections.abc import Sequence

from tests.generators.restyled.model import Paragraph, Run, Table
from tests.generators.restyled.writer import Writer, borders, frame, numbering, size, style

_WORD = "http://schemas.microsoft.com/office/word"
_LANG = '<w:lang w:val="fr-FR" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'


class Wps(Writer):
    """WPS Writer."""

    namespaces = (
        Writer.namespaces
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + f' xmlns:w14="{_WORD}/2010/wordml" xmlns:w15="{_WORD}/2012/wordml"'
        + ' xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData" mc:Ignorable="w14 w15"'
    )

    def _prepare(self) -> None:
        super()._prepare()
        self.styles_of = {
            "title": "3",
            "heading": "2",
            "question": "9",
            "amount": "10",
            "small": "11",
            "cell": "11",
            "header": "5",
            "footer": "4",
        }

    def paragraph_attributes(self) -> str:
        return f' w14:paraId="{0x30000000 + self.count:08X}"'

    def paragraph_properties(self, paragraph: Paragraph) -> tuple[str, ...]:
        hint = f'<w:rPr><w:rFonts w:hint="default"/>{_LANG}</w:rPr>'
        listed = '<w:ind w:left="420" w:leftChars="0" w:hanging="420" w:firstLineChars="0"/>'
        indent = listed if paragraph.role in ("bullet", "number") else ""
        return (*super().paragraph_properties(paragraph), indent, hint)

    def run_properties(self, run: Run) -> tuple[str, ...]:
        hint = "default" if self.count % 2 else "eastAsia"
        own = any(each.startswith("<w:rFonts") for each in run.props)
        font = (
            ""
            if own or hint == "eastAsia"
            else f'<w:rFonts w:hint="{hint}" w:ascii="{self.look.font}" w:hAnsi="{self.look.font}" w:cs="{self.look.font}"/>'
        )
        raised = "" if self.count % 3 else '<w:vertAlign w:val="baseline"/>'
        return (font, _LANG, raised)

    def table_properties(self, table: Table) -> tuple[str, ...]:
        if "percent" in self.look.extras:
            wide, layout = '<w:tblW w:w="5000" w:type="pct"/>', "fixed"
        elif "auto" in self.look.extras:
            wide, layout = '<w:tblW w:w="0" w:type="auto"/>', "fixed"
        else:
            wide, layout = f'<w:tblW w:w="{sum(table.grid)}" w:type="dxa"/>', "fixed"
        margins = (
            '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
            '<w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        )
        return (
            f'<w:tblStyle w:val="{7 if table.look == "grid" else 6}"/>',
            wide,
            '<w:tblInd w:w="0" w:type="dxa"/>',
            borders(table),
            f'<w:tblLayout w:type="{layout}"/>',
            margins,
        )

    def cell_properties(self, table: Table) -> tuple[str, ...]:
        return (frame(table), "" if table.look == "grid" else '<w:noWrap w:val="0"/>', '<w:vAlign w:val="top"/>')

    def row_attributes(self) -> str:
        return f' w14:paraId="{0x40000000 + self.count:08X}"'

    def section_content(self, places: Sequence[str]) -> str:
        return (
            f'{self.references(places)}{self.page()}<w:pgNumType w:fmt="decimal"/><w:cols w:space="720" w:num="1"/>'
            f'{self.first_page(places)}<w:docGrid w:linePitch="312" w:charSpace="0"/>'
        )

    def other_parts(self) -> dict[str, str]:
        settings = (
            f'<w:zoom w:percent="100"/>{self.even_pages()}<w:bordersDoNotSurroundHeader w:val="0"/>'
            '<w:bordersDoNotSurroundFooter w:val="0"/><w:defaultTabStop w:val="420"/>'
            '<w:displayHorizontalDrawingGridEvery w:val="1"/><w:displayVerticalDrawingGridEvery w:val="1"/>'
            '<w:noPunctuationKerning w:val="1"/><w:characterSpacingControl w:val="doNotCompress"/>'
            f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{_WORD}" w:val="15"/></w:compat>'
        )
        symbol = '<w:rFonts w:hint="default" w:ascii="DejaVu Sans" w:hAnsi="DejaVu Sans"/>'
        return {
            "word/styles.xml": self._part("styles", self._styles()),
            "word/numbering.xml": self._part("numbering", numbering("●", symbol, "%1)", 21)),
            "word/settings.xml": self._part("settings", settings),
        }

    def _styles(self) -> str:
        look = self.look
        base = f'<w:rFonts w:ascii="{look.font}" w:hAnsi="{look.font}" w:eastAsia="Noto Sans" w:cs="{look.font}"/>'
        whole = f'{base}<w:kern w:val="2"/>{"".join(size(look.size))}{_LANG}'
        tabs = f'<w:tabs><w:tab w:val="center" w:pos="{look.width // 2}"/><w:tab w:val="right" w:pos="{look.width}"/></w:tabs><w:snapToGrid w:val="0"/>'
        named = f'<w:rFonts w:ascii="{look.heading}" w:hAnsi="{look.heading}" w:cs="{look.heading}"/>'
        return (
            f'<w:docDefaults><w:rPrDefault><w:rPr>{base}</w:rPr></w:rPrDefault></w:docDefaults>'
            '<w:latentStyles w:count="260" w:defQFormat="0" w:defUnhideWhenUsed="1" w:defSemiHidden="1" w:defUIPriority="99" w:defLockedState="0"/>'
            + style("1", "Normal", paragraph=f'<w:widowControl w:val="0"/><w:spacing {look.spacing}/><w:jc w:val="{look.align}"/>', run=whole, more='<w:qFormat/><w:uiPriority w:val="0"/>')
            + style("2", "heading 1", based="1", more='<w:next w:val="1"/><w:qFormat/>', paragraph='<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="120" w:line="360" w:lineRule="auto"/><w:outlineLvl w:val="0"/>', run=f'{named}<w:b/><w:kern w:val="44"/>{"".join(size(look.size + 3))}')
            + style("3", "Title", based="1", paragraph='<w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/>', run=f'{named}<w:b/>{"".join(size(look.size + 10))}')
            + style("9", "Question", based="1", paragraph='<w:keepNext/>')
            + style("10", "Montant", based="1", run=f'<w:b/><w:bCs/>{"".join(size(look.size + 1))}')
            + style("11", "Cellule", based="1", paragraph='<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>')
            + style("4", "footer", based="1", paragraph=f'{tabs}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>', run="".join(size(9)))
            + style("5", "header", based="1", paragraph=f'{tabs}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>', run="".join(size(9)))
            + _TABLES
        )  # fmt: skip


_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="6"><w:name w:val="Normal Table"/><w:semiHidden/><w:unhideWhenUsed/>'
    '<w:uiPriority w:val="99"/><w:tblPr><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="7"><w:name w:val="Table Grid"/><w:basedOn w:val="6"/><w:uiPriority w:val="0"/>'
    '<w:pPr><w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr></w:style>'
)
