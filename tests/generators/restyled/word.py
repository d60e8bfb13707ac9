"""Templates as Microsoft Word writes them: theme fonts, revision identifiers, spelling marks, content controls."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from templates.ooxml import DECLARATION
from tests.generators.restyled.model import Cell, Paragraph, Run, Table, properties
from tests.generators.restyled.writer import Writer, frame, numbering, size, style

_OFFICE = "http://schemas.microsoft.com/office/word"
_THEME = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LOOK = '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
_MINOR = '<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"/>'
_MAJOR = '<w:rFonts w:asciiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia" w:hAnsiTheme="majorHAnsi" w:cstheme="majorBidi"/>'
_RSID = "00A1B2C3"


class Word(Writer):
    """Word 2016 and later."""

    namespaces = (
        Writer.namespaces
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + f' xmlns:w14="{_OFFICE}/2010/wordml" xmlns:w15="{_OFFICE}/2012/wordml" xmlns:w16se="{_OFFICE}/2015/wordml/symex"'
        + ' xmlns:wp14="http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing" mc:Ignorable="w14 w15 w16se wp14"'
    )

    def _prepare(self) -> None:
        super()._prepare()
        self.styles_of = {
            "title": "Titre",
            "heading": "Titre1",
            "question": "Question",
            "amount": "Montant",
            "small": "Sansinterligne",
            "cell": "Sansinterligne",
            "header": "En-tte",
            "footer": "Pieddepage",
            "bullet": "Paragraphedeliste",
            "number": "Paragraphedeliste",
        }

    def paragraph_attributes(self) -> str:
        identifier = f"{0x10000000 + self.count:08X}"
        return f' w14:paraId="{identifier}" w14:textId="77777777" w:rsidR="{_RSID}" w:rsidRDefault="{_RSID}" w:rsidP="{_RSID}"'

    def run_attributes(self) -> str:
        return f' w:rsidRPr="{_RSID}"' if self.count % 2 else ""

    def paragraph(self, paragraph: Paragraph) -> str:
        whole = super().paragraph(paragraph)
        if self.count % 11 == 1 and not paragraph.is_tag:
            mark = f'<w:bookmarkStart w:id="{self.count}" w:name="_Toc{self.count:06}"/>'
            return whole.replace("</w:p>", f'{mark}<w:bookmarkEnd w:id="{self.count}"/></w:p>')
        if "controls" in self.look.extras and paragraph.role == "amount":
            return (
                f'<w:sdt><w:sdtPr><w:alias w:val="Montant"/><w:tag w:val="montant"/><w:id w:val="{self.count}"/>'
                f'<w15:appearance w15:val="boundingBox"/></w:sdtPr><w:sdtContent>{whole}</w:sdtContent></w:sdt>'
            )
        return whole

    def text(self, run: Run) -> str:
        """Cut a run as Word does where it checks spelling, tags of templates too."""
        cut = run.text.find(" ", len(run.text) // 3) + 1
        if "\t" in run.text or not cut or cut >= len(run.text) or self.count % 3:
            return self._controlled(run, super().text(run))
        first, second = Run(run.text[:cut], run.props), Run(run.text[cut:], run.props)
        start, end = '<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'
        return super().text(first) + start + super().text(second) + end

    def _controlled(self, run: Run, xml: str) -> str:
        if "controls" in self.look.extras and "mention.siret.value" in run.text and "{%" not in run.text:
            return (
                '<w:sdt><w:sdtPr><w:id w:val="171"/><w:placeholder><w:docPart w:val="DefaultPlaceholder_-1854013440"/>'
                f"</w:placeholder><w:text/></w:sdtPr><w:sdtEndPr/><w:sdtContent>{xml}</w:sdtContent></w:sdt>"
            )
        if "alternate" in self.look.extras and "mention.finess.value" in run.text:
            return (
                f'<mc:AlternateContent><mc:Choice Requires="w14">{xml}</mc:Choice><mc:Fallback>{xml}</mc:Fallback>'
                "</mc:AlternateContent>"
            )
        return xml

    def run_properties(self, run: Run) -> tuple[str, ...]:
        spoken = "" if self.count % 4 else '<w:lang w:val="fr-FR"/>'
        return (spoken, "<w:noProof/>" if run.field else "")

    def field(self, run: Run) -> str:
        return super().field(Run(run.text, run.props, f"{run.field}   \\* MERGEFORMAT"))

    def table_properties(self, table: Table) -> tuple[str, ...]:
        if "percent" in self.look.extras:
            wide = '<w:tblW w:w="5000" w:type="pct"/>'
        else:
            wide = f'<w:tblW w:w="{sum(table.grid)}" w:type="dxa"/>'
        named = {"grid": "Grilledutableau", "plain": "TableauNormal", "frames": "TableauNormal"}[table.look]
        if table.look == "grid" and "table style" in self.look.extras:
            named = "TableauGrille4"
        return (f'<w:tblStyle w:val="{named}"/>', wide, '<w:tblLayout w:type="fixed"/>', _LOOK)

    def row_attributes(self) -> str:
        return f' w:rsidR="{_RSID}" w14:paraId="{0x20000000 + self.count:08X}" w14:textId="77777777" w:rsidTr="{_RSID}"'

    def cell_properties(self, table: Table) -> tuple[str, ...]:
        return (frame(table),)

    def cell(self, cell: Cell, table: Table) -> str:
        return super().cell(cell, table)

    def section(self, parts: Sequence[tuple[str, Sequence[object]]]) -> str:
        places = [place for place, _ in parts]
        return f'<w:sectPr w:rsidR="{_RSID}" w:rsidSect="{_RSID}">{self.section_content(places)}</w:sectPr>'

    def section_content(self, places: Sequence[str]) -> str:
        grid = '<w:cols w:space="708"/>' + self.first_page(places) + '<w:docGrid w:linePitch="360"/>'
        return f"{self.references(places)}{self.page()}{grid}"

    def other_parts(self) -> dict[str, str]:
        symbol = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol" w:hint="default"/>'
        listed = numbering("\uf0b7", symbol)
        return {
            "word/styles.xml": self._part("styles", self._styles()),
            "word/numbering.xml": self._part("numbering", listed),
            "word/settings.xml": self._part("settings", self._settings()),
            "word/theme/theme1.xml": self._theme(),
            "word/webSettings.xml": self._part("webSettings", "<w:optimizeForBrowser/><w:allowPNG/>"),
        }

    def _styles(self) -> str:
        look = self.look
        small = "".join(size(look.size - 1.5))
        defaults = (
            f"<w:docDefaults><w:rPrDefault>{properties('rPr', _MINOR, *size(look.size), _LANG)}</w:rPrDefault>"
            f"<w:pPrDefault><w:pPr><w:spacing {look.spacing}/></w:pPr></w:pPrDefault></w:docDefaults>"
            '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0" w:defUnhideWhenUsed="0" '
            'w:defQFormat="0" w:count="376"><w:lsdException w:name="Normal" w:uiPriority="0" w:qFormat="1"/></w:latentStyles>'
        )
        normal = f'<w:jc w:val="{look.align}"/>' if look.align != "left" else ""
        none = '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
        color = f'<w:color w:val="{look.color}" w:themeColor="accent1" w:themeShade="80"/>'
        tabs = f'<w:tabs><w:tab w:val="center" w:pos="{look.width // 2}"/><w:tab w:val="right" w:pos="{look.width}"/></w:tabs>'
        return (
            defaults
            + style("Normal", "Normal", paragraph=normal, more="<w:qFormat/>")
            + style(
                "Titre",
                "Title",
                based="Normal",
                paragraph=f"{none}<w:contextualSpacing/>",
                run=f'{_MAJOR}<w:spacing w:val="-10"/><w:kern w:val="28"/>{"".join(size(look.size + 10))}',
                more='<w:next w:val="Normal"/><w:link w:val="TitreCar"/><w:uiPriority w:val="10"/><w:qFormat/>',
            )
            + style(
                "Titre1",
                "heading 1",
                based="Normal",
                paragraph='<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="0"/><w:outlineLvl w:val="0"/>',
                run=f"{_MAJOR}<w:b/><w:bCs/>{color}{''.join(size(look.size + 2))}",
                more='<w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/>',
            )
            + style(
                "Question", "Question", based="Normal", paragraph="<w:keepNext/><w:keepLines/>", run="<w:i/><w:iCs/>"
            )
            + style("Montant", "Montant", based="Normal", run=f"<w:b/><w:bCs/>{''.join(size(look.size + 1))}")
            + style("Sansinterligne", "No Spacing", based="Normal", paragraph=none, more="<w:qFormat/>")
            + style("En-tte", "header", based="Normal", paragraph=f"{tabs}{none}", run=small)
            + style("Pieddepage", "footer", based="Normal", paragraph=f"{tabs}{none}", run=small)
            + style("Paragraphedeliste", "List Paragraph", based="Normal", paragraph=_LISTED, more="<w:qFormat/>")
            + _TABLES
        )

    def _settings(self) -> str:
        compat = f'<w:compatSetting w:name="compatibilityMode" w:uri="{_OFFICE}" w:val="15"/>'
        return (
            f'<w:zoom w:percent="100"/><w:proofState w:spelling="clean" w:grammar="clean"/>{self.even_pages()}'
            '<w:defaultTabStop w:val="708"/><w:hyphenationZone w:val="425"/>'
            '<w:characterSpacingControl w:val="doNotCompress"/>'
            f'<w:compat>{compat}</w:compat><w:rsids><w:rsidRoot w:val="{_RSID}"/><w:rsid w:val="{_RSID}"/></w:rsids>'
            '<w:themeFontLang w:val="fr-FR"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
        )

    def _theme(self) -> str:
        colors = "".join(
            f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
            for name, value in (
                *(("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "44546A"), ("lt2", "E7E6E6"), ("accent1", "4472C4")),
                *(("accent2", "ED7D31"), ("accent3", "A5A5A5"), ("accent4", "FFC000"), ("accent5", "5B9BD5")),
                *(("accent6", "70AD47"), ("hlink", "0563C1"), ("folHlink", "954F72")),
            )
        )
        fonts = "".join(
            f'<a:{kind}Font><a:latin typeface="{escape(name)}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
            for kind, name in (("major", self.look.heading), ("minor", self.look.font))
        )
        fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
        line = f'<a:ln w="6350">{fill}</a:ln>'
        return (
            f'{DECLARATION}<a:theme xmlns:a="{_THEME}" name="Thème Office"><a:themeElements>'
            f'<a:clrScheme name="Office">{colors}</a:clrScheme><a:fontScheme name="Office">{fonts}</a:fontScheme>'
            f'<a:fmtScheme name="Office"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
            f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
            f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
        )


_LANG = '<w:lang w:val="fr-FR" w:eastAsia="en-US" w:bidi="ar-SA"/>'
_LISTED = '<w:ind w:left="720"/><w:contextualSpacing/>'
_MARGINS = (
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
)
_GRID = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_BAND = (
    '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3" w:themeFill="accent1" w:themeFillTint="33"/></w:tcPr>'
)
_FIRST = (
    '<w:rPr><w:b/><w:bCs/><w:color w:val="1F3864"/></w:rPr><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="12" '
    'w:space="0" w:color="1F3864"/></w:tcBorders></w:tcPr>'
)
_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableauNormal"><w:name w:val="Normal Table"/><w:uiPriority '
    'w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    f'{_MARGINS}</w:tblPr></w:style><w:style w:type="table" w:styleId="Grilledutableau"><w:name w:val="Table Grid"/>'
    '<w:basedOn w:val="TableauNormal"/><w:uiPriority w:val="39"/><w:pPr><w:spacing w:after="0" w:line="240" '
    f'w:lineRule="auto"/></w:pPr><w:tblPr><w:tblBorders>{_GRID}</w:tblBorders></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="TableauGrille4"><w:name w:val="Grid Table 4"/><w:basedOn '
    'w:val="TableauNormal"/><w:uiPriority w:val="49"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    f'</w:pPr><w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>{_GRID}</w:tblBorders></w:tblPr>'
    f'<w:tblStylePr w:type="firstRow">{_FIRST}</w:tblStylePr><w:tblStylePr w:type="firstCol"><w:rPr><w:b/><w:bCs/></w:rPr>'
    f'</w:tblStylePr><w:tblStylePr w:type="band1Horz">{_BAND}</w:tblStylePr></w:style>'
)
