"""Bons de commande as other vendors make them, right ones and ones with a planted fault, through several tools.

A document is drawn as blocks first; each tool sets them its own way: LibreOffice from HTML and from a DOCX, Chromium
from HTML, ReportLab and Typst where they are installed.
"""

import html
import importlib.util
import io
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from PIL import Image

from generator.verify.raster import rasterise
from generator.verify.wear import PROFILES, worn
from tests.generators.wears import tiff_of

TITLE = "BON DE COMMANDE"
STATE = "Montant de la Prestation Ségur pris en charge par l'Etat au titre du Ségur de la santé"
REMINDER = (
    "Pour rappel, l'établissement ou le professionnel de santé ne peut bénéficier que d'une seule Prestation Ségur "
    "financée par l'Etat, et ce par appel à financement."
)
NUMBER = "Numéro du bon de commande – (information : référence du bon de commande chez l'éditeur)"
QUESTION = (
    "Le DPI doit-il mettre en œuvre une identification électronique par ProSanté Connect comme modalité "
    "d'identification électronique au DPI ?"
)
ADVANCE = (
    "A la signature du Bon de commande, le Fournisseur peut demander le financement de la Prestation Ségur et le "
    "paiement de l'avance, correspondant à 40% du montant de la Prestation Ségur."
)
OTHERS = (
    "Formation des utilisateurs du service informatique et du département d'information médicale",
    "Maintenance annuelle",
    "Hébergement HDS de la solution, 12 mois",
    "Reprise de l'historique des dossiers",
)


CONDITIONS = (
    "Les présentes conditions régissent la fourniture et l'installation de la solution logicielle désignée ci-dessus.",
    "Le Fournisseur garde la propriété de ses programmes ; le Client reçoit un droit d'usage pour ses seuls besoins.",
    "Chaque partie désigne un interlocuteur, qui suit l'installation et signe les comptes rendus de réunion.",
    "Les données de santé restent sous la responsabilité du Client ; le Fournisseur ne les copie ni ne les transmet.",
    "Tout litige qui ne se règle pas à l'amiable est porté devant le tribunal du siège du Client.",
)


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row is the header. `rules`: all, rows or none; `widths`: of the columns, in percent."""

    rows: tuple[tuple[str, ...], ...]
    rules: str
    widths: tuple[int, ...] = ()

    @property
    def shares(self) -> tuple[int, ...]:
        """The widths of its columns, in percent."""
        return self.widths or ((24, 22, 22) if len(self.rows[0]) == 3 else (24, 10, *(22,) * (len(self.rows[0]) - 2)))


@dataclass(frozen=True)
class Foreign:
    """A document in blocks (a text or a table each), and its fault: empty for a right one."""

    name: str
    blocks: tuple[str | Table, ...]
    fault: str = ""


def amount(cents: int, currency: str) -> str:
    """Return an amount as a vendor writes it."""
    whole = f"{cents // 100:,}".replace(",", " ")
    return f"{whole},{cents % 100:02}{currency}"


def drawn_foreign(seed: int) -> Foreign:
    """Return a right document."""
    draw = random.Random(seed)
    wave = draw.choice(("Prestation Ségur Vague 2", "Prestation Ségur Vague 1 + Vague 2"))
    boxes = draw.choice((("☒", "☐"), ("[X]", "[ ]")))
    ticks = boxes if wave.endswith("1 + Vague 2") else boxes[::-1]
    fournisseur = (
        "Fournisseur",
        "Dénomination sociale : Éditeur Fictif SA",
        "N° de SIRET : 732 829 320 00074",
        "Adresse : 12 rue de l'Exemple, 75013 Paris",
        "Responsable de la transaction : Prénom Nom",
        "Téléphone : 01 23 45 67 89",
        "Mail : a@editeur.example",
    )
    client = (
        "Client unique",
        "Dénomination sociale (nom client) : CH de Saint-Exemple",
        "Numéro FINESS PMSI de la structure : 010000024",
    )
    conditions = draw.random() < 0.3
    return Foreign(
        f"{seed:03}",
        (
            TITLE,
            "Référence de l'appel à financement : AF-HOP-DPI-Va2",
            "Nature de la prestation – cocher une des deux cases suivantes :",
            f"{ticks[0]} Prestation Ségur Vague 1 + Vague 2",
            f"{ticks[1]} Prestation Ségur Vague 2",
            f"{NUMBER} : CDE {draw.randint(1000, 9999)}",
            f"Date d'émission du bon de commande : {draw.randint(1, 28):02}/05/2026",
            *_parties(draw, fournisseur, client),
            _prices(draw, wave),
            STATE,
            REMINDER,
            "Scénario d'installation de la prestation Ségur HOP-DPI-Va2 :",
            "Quelle est la date prévisionnelle d'installation ? 02/11/2026",
            f"{QUESTION} Oui",
            *(("Conditions de règlement : trente jours.",) if draw.random() < 0.5 else ()),
            ADVANCE,
            *((f"Article {number}. {text}" for number, text in enumerate(CONDITIONS * 4, 1)) if conditions else ()),
        ),
    )


def _parties(draw: random.Random, fournisseur: tuple[str, ...], client: tuple[str, ...]) -> Iterator[str | Table]:
    """Return the parties: lines below one another, two columns, or tables of labels and values."""
    form = draw.choice(("lines", "lines", "columns", "values"))
    if form == "lines":
        yield from (*fournisseur, *client)
    elif form == "columns":
        rows = tuple(zip_longest(fournisseur, client, fillvalue=""))
        yield Table(rows, draw.choice(("all", "none")), (46, 54))
    else:
        for heading, *lines in (fournisseur, client):
            yield heading
            cells = (line.partition(" : ") for line in lines)
            yield Table(
                tuple((f"{label} :", value) for label, _, value in cells), draw.choice(("all", "none")), (45, 55)
            )


def _prices(draw: random.Random, wave: str) -> Table:
    cents = draw.randint(200_000, 9_000_000)
    ht = round(cents / 1.2)
    currency = draw.choice((" €", " €", " EUR", "", "€"))
    quantity, totals, vat = draw.random() < 0.6, draw.random() < 0.5, draw.random() < 0.3
    head = (
        "Désignation",
        *(("Qté",) if quantity else ()),
        "Prix unitaire HT",
        *(("TVA 20 %",) if vat else ()),
        "Total TTC",
    )
    row = (
        wave,
        *(("1",) if quantity else ()),
        amount(ht, currency),
        *((amount(cents - ht, currency),) if vat else ()),
        amount(cents, currency),
    )
    rows = [head, row]
    if totals:
        pad = ("",) * (len(head) - 2)
        rows += [
            ("Sous-total HT", *pad, amount(ht, currency)),
            ("TVA 20 %", *pad, amount(cents - ht, currency)),
            ("Total TTC", *pad, amount(cents, currency)),
        ]
    # Narrow columns make the label wrap.
    first = draw.choice((24, 24, 40))
    widths = (first, *((10,) if quantity else ()), 22, *((16,) if vat else ()), 22)
    return Table(tuple(rows), draw.choice(("all", "rows", "none")), widths)


def _replaced(document: Foreign, before: str, after: str) -> Foreign:
    def changed(block: str | Table) -> str | Table:
        if isinstance(block, str):
            return block.replace(before, after)
        return replace(block, rows=tuple(tuple(cell.replace(before, after) for cell in row) for row in block.rows))

    return replace(document, blocks=tuple(map(changed, document.blocks)))


def _table(document: Foreign, change: Callable[[Table], Table]) -> Foreign:
    """Return a document with its table of prices changed."""
    return replace(
        document,
        blocks=tuple(
            change(block) if isinstance(block, Table) and block.rows[0][0] == "Désignation" else block
            for block in document.blocks
        ),
    )


def _with_row(draw: random.Random) -> Callable[[Table], Table]:
    def add(table: Table) -> Table:
        price = amount(draw.randint(20_000, 900_000), "" if "€" not in table.rows[1][-1] else " €")
        counts = ("2",) if "Qté" in table.rows[0] else ()
        row = (draw.choice(OTHERS), *counts, *(price,) * (len(table.rows[0]) - 1 - len(counts)))
        return replace(table, rows=(*table.rows[:2], row, *table.rows[2:]))

    return add


def _renamed(table: Table) -> Table:
    return replace(table, rows=(table.rows[0], ("Mise à jour Ségur V2", *table.rows[1][1:]), *table.rows[2:]))


def _free(table: Table) -> Table:
    rows = tuple((row[0], *("0,00 €" if "," in cell else cell for cell in row[1:])) for row in table.rows[1:])
    return replace(table, rows=(table.rows[0], *rows))


def _with_line(document: Foreign, line: str) -> Foreign:
    return replace(document, blocks=(*document.blocks, line))


FAULTS: dict[str, Callable[[Foreign, random.Random], Foreign]] = {
    "other service": lambda each, draw: _table(each, _with_row(draw)),
    "other name": lambda each, _: _table(each, _renamed),
    "no amount": lambda each, _: _table(each, _free),
    "mention reworded": lambda each, _: _replaced(each, "au titre du Ségur", "dans le cadre du Ségur"),
    "mention missing": lambda each, _: _replaced(each, STATE, ""),
    "no reference": lambda each, _: _replaced(each, "AF-HOP-DPI-Va2", "AF-HOP-DPI"),
    "both ticked": lambda each, _: _replaced(_replaced(each, "[ ]", "[X]"), "☐", "☒"),
    "wrong SIRET": lambda each, _: _replaced(each, "732 829 320 00074", "732 829 320 00075"),
    "wrong FINESS": lambda each, _: _replaced(each, "010000024", "010000025"),
    "no date": lambda each, _: _replaced(each, "/05/2026", "/"),
    "other service in a line": lambda each, draw: _with_line(each, f"{draw.choice(OTHERS)} : 1 250,00 € HT"),
    "no scenario": lambda each, _: _replaced(
        each, "Scénario d'installation de la prestation", "Installation de la prestation"
    ),
    "no FINESS": lambda each, _: _replaced(each, "010000024", "à compléter"),
}


def corpus(count: int) -> list[Foreign]:
    """Return documents, every other one with a fault."""
    documents = []
    names = list(FAULTS)
    for seed in range(count):
        each = drawn_foreign(seed)
        if seed % 2:
            fault = names[seed // 2 % len(names)]
            each = replace(FAULTS[fault](each, random.Random(seed)), fault=fault)
        documents.append(each)
    return documents


def html_of(document: Foreign) -> str:
    """Return a document as a web page."""
    parts = []
    for block in document.blocks:
        if isinstance(block, str):
            size = "18pt" if block == TITLE else "10pt"
            parts.append(f'<p style="font-size:{size}">{html.escape(block)}</p>')
            continue
        edge = {"all": "border:1px solid black", "rows": "border-bottom:1px solid black", "none": ""}[block.rules]
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td style="{edge};width:{wide}%;vertical-align:top">{html.escape(cell)}</td>'
                for cell, wide in zip(row, block.shares, strict=True)
            )
            + "</tr>"
            for row in block.rows
        )
        parts.append(f'<table style="border-collapse:collapse;width:100%">{rows}</table>')
    return (
        '<html><head><meta charset="utf-8"><style>body{font-family:"DejaVu Sans";font-size:10pt}</style></head><body>'
        + "".join(parts)
        + "</body></html>"
    )


def docx_of(document: Foreign) -> bytes:
    """Return a document as a DOCX with Word's own tables."""
    import docx
    from docx.shared import Mm

    made = docx.Document()
    for block in document.blocks:
        if isinstance(block, str):
            made.add_paragraph(block, style="Title" if block == TITLE else None)
            continue
        style = "Table Grid" if block.rules == "all" else None
        table = made.add_table(len(block.rows), len(block.rows[0]), style)
        if block.widths:
            # Word keeps the widths of cells.
            table.autofit = False
            for row in table.rows:
                for cell, wide in zip(row.cells, block.widths, strict=True):
                    cell.width = Mm(150 * wide / 100)
        for row, cells in zip(table.rows, block.rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def by_libreoffice(documents: Sequence[Foreign], *, from_docx: bool) -> dict[str, bytes]:
    """Return PDFs that LibreOffice makes, in one start, by the documents' names."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        suffix = "docx" if from_docx else "html"
        for each in documents:
            data = docx_of(each) if from_docx else html_of(each).encode()
            (folder / f"{each.name}.{suffix}").write_bytes(data)
        paths = [str(folder / f"{each.name}.{suffix}") for each in documents]
        # As a document of text: as a web page it loses the first paragraph of some.
        reads = [] if from_docx else ["--infilter=HTML (StarWriter)"]
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            "soffice",
            "--headless",
            profile,
            *reads,
            "--convert-to",
            "pdf:writer_pdf_Export",
            "--outdir",
            temporary,
            *paths,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        return {each.name: (folder / f"{each.name}.pdf").read_bytes() for each in documents}


def by_chromium(documents: Sequence[Foreign]) -> dict[str, bytes]:
    """Return PDFs that Chromium prints, none where it is not installed."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    made: dict[str, bytes] = {}
    if browser is None:
        return made
    with tempfile.TemporaryDirectory() as temporary:
        for each in documents:
            page, out = Path(temporary) / "a.html", Path(temporary) / "a.pdf"
            page.write_text(html_of(each), "utf-8")
            command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}", page.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            made[each.name] = out.read_bytes()
    return made


def by_typst(documents: Sequence[Foreign]) -> dict[str, bytes]:
    """Return PDFs that Typst sets, none where it is not installed."""
    if importlib.util.find_spec("typst") is None:
        return {}
    import typst

    return {each.name: typst.compile(_typst_of(each).encode()) for each in documents}


def _typst_of(document: Foreign) -> str:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'#text("{escaped}")'

    parts = ['#set text(font: ("DejaVu Sans", "Noto Sans"), size: 10pt)']
    for block in document.blocks:
        if isinstance(block, str):
            parts.append(quoted(block) if block != TITLE else f"#text(size: 18pt)[{quoted(block)}]")
            continue
        stroke = {"all": "0.6pt", "rows": "(bottom: 0.6pt)", "none": "none"}[block.rules]
        columns = f"({', '.join(f'{wide}fr' for wide in block.shares)},)"
        cells = ", ".join(f"[{quoted(cell)}]" for row in block.rows for cell in row)
        parts.append(f"#table(columns: {columns}, stroke: {stroke}, {cells})")
    return "\n\n".join(parts)


def by_reportlab(documents: Sequence[Foreign]) -> dict[str, bytes]:
    """Return PDFs that ReportLab makes, none where it is not installed."""
    if importlib.util.find_spec("reportlab") is None:
        return {}
    return {each.name: _by_reportlab(each) for each in documents}


def _by_reportlab(document: Foreign) -> bytes:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate
    from reportlab.platypus import Table as Grid

    pdfmetrics.registerFont(TTFont("DejaVu", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    style = ParagraphStyle("text", fontName="DejaVu", fontSize=9.5, leading=12, spaceAfter=3)
    title = ParagraphStyle("title", parent=style, fontSize=18, leading=24)
    flow: list[object] = []
    for block in document.blocks:
        if isinstance(block, str):
            flow.append(Paragraph(html.escape(block), title if block == TITLE else style))
            continue
        cells = [[Paragraph(html.escape(cell), style) for cell in row] for row in block.rows]
        rules = {
            "all": [("GRID", (0, 0), (-1, -1), 0.6, "black")],
            "rows": [("LINEBELOW", (0, 0), (-1, -1), 0.6, "black")],
            "none": [],
        }[block.rules]
        grid = Grid(cells, colWidths=[4.4 * wide for wide in block.shares])
        grid.setStyle([*rules, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
        flow.append(grid)
    out = io.BytesIO()
    SimpleDocTemplate(out).build(flow)
    return out.getvalue()


def as_scan(pdf: bytes, seed: int, dpi: int) -> bytes:
    """Return a document printed and scanned on an office device, as a TIFF."""
    pages = [worn(page, PROFILES["bureau-200"], seed) for page in rasterise(pdf, dpi)]
    return tiff_of([Image.fromarray(page.pixels) for page in pages], dpi)


# What makes a document's PDF, by its name; none where the tool is not installed.
TOOLS: dict[str, Callable[[Sequence[Foreign]], dict[str, bytes]]] = {
    "libreoffice-html": lambda documents: by_libreoffice(documents, from_docx=False),
    "libreoffice-docx": lambda documents: by_libreoffice(documents, from_docx=True),
    "chromium": by_chromium,
    "typst": by_typst,
    "reportlab": by_reportlab,
}
