"""Templates as LibreOffice Writer writes them: its own styles, properties that switch off what is off anyway."""

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from generator.common.programs import run as run_process
from generator.render.pdf.libreoffice import probe_libreoffice
from tests.generators.restyled.model import Paragraph, Run, Table
from tests.generators.restyled.writer import SIDES, Writer, fonts, frame, numbering, size, style


class LibreOfficeWriter(Writer):
    """Writer, "Save as Word 2010-365"."""

    namespaces = (
        Writer.namespaces
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
    )

    def _prepare(self) -> None:
        super()._prepare()
        self.styles_of = {
            "title": "Titreprincipal",
            "heading": "Titre1",
            "question": "Titre2",
            "amount": "Montant",
            "body": "Corpsdetexte",
            "choice": "Corpsdetexte",
            "bullet": "Corpsdetexte",
            "number": "Corpsdetexte",
            "small": "Contenudetableau",
            "cell": "Contenudetableau",
            "header": "Entte",
            "footer": "Pieddepage",
        }

    def paragraph_properties(self, paragraph: Paragraph) -> tuple[str, ...]:
        off = '<w:bidi w:val="0"/>'
        control = '<w:widowControl w:val="false"/>' if paragraph.role in ("cell", "small") else ""
        align = f'<w:jc w:val="{ {"left": "start"}.get(self.look.align, self.look.align) }"/>'
        return (*super().paragraph_properties(paragraph), control, off, align, "<w:rPr></w:rPr>")

    def run_properties(self, run: Run) -> tuple[str, ...]:  # noqa: ARG002
        return ('<w:lang w:val="fr-FR"/>',) if self.count % 5 == 0 else ()

    def wrapped(self, run: Run, inside: str) -> str:
        whole = super().wrapped(run, inside)
        return whole if "<w:rPr>" in whole else whole.replace("<w:r>", "<w:r><w:rPr></w:rPr>", 1)

    def field(self, run: Run) -> str:
        marks = (
            '<w:fldChar w:fldCharType="begin"></w:fldChar>',
            f'<w:instrText xml:space="preserve"> {run.field} </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            f"<w:t>{run.text}</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
        return "".join(self.wrapped(run, mark) for mark in marks)

    def table_properties(self, table: Table) -> tuple[str, ...]:
        margins = "".join(f'<w:{side} w:w="55" w:type="dxa"/>' for side in SIDES)
        return (
            f'<w:tblW w:w="{sum(table.grid)}" w:type="dxa"/>',
            '<w:jc w:val="start"/>' if "start" in self.look.extras else '<w:jc w:val="left"/>',
            f'<w:tblInd w:w="{55 if "indented" in self.look.extras else 0}" w:type="dxa"/>',
            '<w:tblLayout w:type="fixed"/>',
            f"<w:tblCellMar>{margins}</w:tblCellMar>",
        )

    def cell_properties(self, table: Table) -> tuple[str, ...]:
        """Writer puts the borders of tables on their cells."""
        if table.look != "grid":
            return (frame(table),)
        lines = "".join(f'<w:{side} w:val="single" w:sz="2" w:space="0" w:color="000000"/>' for side in SIDES)
        return (f"<w:tcBorders>{lines}</w:tcBorders>",)

    def section_content(self, places: Sequence[str]) -> str:
        return (
            f'{self.references(places)}<w:type w:val="nextPage"/>{self.page()}<w:pgNumType w:fmt="decimal"/>'
            f'<w:formProt w:val="false"/>{self.first_page(places)}<w:textDirection w:val="lrTb"/>'
            '<w:docGrid w:type="default" w:linePitch="100" w:charSpace="0"/>'
        )

    def other_parts(self) -> dict[str, str]:
        settings = (
            f'<w:zoom w:percent="100"/>{self.even_pages()}<w:defaultTabStop w:val="709"/><w:autoHyphenation w:val="false"/>'
            '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
            'w:val="15"/></w:compat>'
        )
        symbol = fonts("Symbol") if "symbol" in self.look.extras else fonts("OpenSymbol")
        bullet = "\uf0b7" if "symbol" in self.look.extras else "•"
        listed = numbering(bullet, symbol)
        return {
            "word/styles.xml": self._part("styles", self._styles()),
            "word/numbering.xml": self._part("numbering", listed),
            "word/settings.xml": self._part("settings", settings),
        }

    def _styles(self) -> str:
        look = self.look
        base = f'{fonts(look.font)}<w:color w:val="auto"/><w:kern w:val="2"/>{"".join(size(look.size))}'
        lang = '<w:lang w:val="fr-FR" w:eastAsia="zh-CN" w:bidi="hi-IN"/>'
        hyphens = '<w:suppressAutoHyphens w:val="true"/>'
        kept = '<w:keepNext w:val="true"/>'
        tabs = f'<w:tabs><w:tab w:val="clear" w:pos="709"/><w:tab w:val="center" w:pos="{look.width // 2}" w:leader="none"/><w:tab w:val="right" w:pos="{look.width}" w:leader="none"/></w:tabs>'
        small = "".join(size(look.size - 1))
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{base}{lang}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
            f"<w:widowControl/>{hyphens}</w:pPr></w:pPrDefault></w:docDefaults>"
            + style("Normal", "Normal", paragraph='<w:widowControl/><w:bidi w:val="0"/>', more="<w:qFormat/>")
            + style("Titre", "Titre", based="Normal", run=fonts(look.heading), paragraph=f'{kept}<w:spacing w:before="240" w:after="120"/>')
            + style("Titre1", "Heading 1", based="Titre", more='<w:next w:val="Corpsdetexte"/>', paragraph='<w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="0"/>', run=f"<w:b/><w:bCs/>{''.join(size(look.size + 3))}")
            + style("Titre2", "Heading 2", based="Titre", paragraph='<w:spacing w:before="120" w:after="60"/>', run="".join(size(look.size)))
            + style("Corpsdetexte", "Body Text", based="Normal", paragraph=f'<w:spacing w:before="0" {look.spacing}/>')
            + style("Titreprincipal", "Title", based="Titre", more='<w:next w:val="Corpsdetexte"/>', paragraph='<w:jc w:val="center"/>', run=f"<w:b/><w:bCs/>{''.join(size(look.size + 12))}")
            + style("Montant", "Montant", based="Corpsdetexte", run="<w:b/><w:bCs/>")
            + style("Contenudetableau", "Contenu de tableau", based="Normal", paragraph='<w:widowControl w:val="false"/><w:suppressLineNumbers/>')
            + style("Enttepied", "En-tête et pied de page", based="Normal", paragraph=f"<w:suppressLineNumbers/>{tabs}", run=small)
            + style("Entte", "Header", based="Enttepied", paragraph="<w:suppressLineNumbers/>")
            + style("Pieddepage", "Footer", based="Enttepied", paragraph="<w:suppressLineNumbers/>")
        )  # fmt: skip


@cache
def saved_by_libreoffice(docx: bytes) -> bytes:
    """Return a DOCX as the LibreOffice of this machine saves it."""
    office = probe_libreoffice()
    assert office, "LibreOffice is missing: segurdoc doctor"
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "template.docx", Path(folder) / "out"
        source.write_bytes(docx)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [str(office.program), profile, "--headless", "--convert-to", "docx:MS Word 2007 XML"]
        command += ["--outdir", str(out), str(source)]
        # The first start of a profile may only make it.
        for _ in range(2):
            run_process(command, timeout=60)
            if (out / source.name).exists():
                break
        return (out / source.name).read_bytes()
