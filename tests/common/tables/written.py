"""Lists as spreadsheets and libraries write them: the same two clients, in each of the ways that people send them."""

import datetime
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

HEAD = ("FINESS PMSI", "Établissement", "Montant HT", "Date de commande")
DATES = (datetime.date(2026, 5, 4), datetime.date(2026, 5, 5))
CLIENTS = (
    ("010000024", "Hôpital de la Forêt", 10000.0, DATES[0]),
    ("990000010", "Clinique Saint-Éloi à Béziers", 9500.5, DATES[1]),
)
Row = tuple[Any, ...]

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Written:
    """A file, and what is expected of it: the two clients, or findings; `kept` is how many rows have no error."""

    name: str
    data: bytes
    findings: tuple[str, ...] = ()
    kept: int = 2
    header_row: int | None = None
    sheet: str | None = None


def every_list() -> Iterator[Written]:
    yield from by_xlsxwriter()
    yield from by_openpyxl()
    yield from by_hand()
    yield from as_ods()
    yield from as_csv()
    yield from of_other_programs()


# --- XlsxWriter


def _xlsxwriter(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        fill(book, book.add_worksheet("Clients"))
    return stream.getvalue()


def _fill(book: Any, sheet: Any, first: int = 0) -> None:
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(first, 0, HEAD)
    for number, (finess, name, amount, day) in enumerate(CLIENTS, start=first + 1):
        sheet.write_string(number, 0, finess)
        sheet.write_string(number, 1, name)
        sheet.write_number(number, 2, amount)
        sheet.write_datetime(number, 3, day, date)


def by_xlsxwriter() -> Iterator[Written]:
    def then(more: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def fill(book: Any, sheet: Any) -> None:
            _fill(book, sheet)
            more(book, sheet)

        return fill

    def cells(sheet: Any, column: int, *values: Any, how: str = "write") -> None:
        for number, value in enumerate(values, start=1):
            getattr(sheet, how)(number, column, *(value if isinstance(value, tuple) else (value,)))

    yield Written("xlsxwriter", _xlsxwriter(_fill))
    yield Written("xlsxwriter, constant memory", _xlsxwriter(_fill, constant_memory=True))
    yield Written("xlsxwriter, dates from 1904 (Excel for Mac)", _xlsxwriter(_fill, date_1904=True))
    yield Written("xlsxwriter, zip64", _xlsxwriter(_fill, use_zip64=True))
    yield Written(
        "xlsxwriter, formulas without their value",
        _xlsxwriter(then(lambda _, sheet: cells(sheet, 2, "=5000*2", "=9500+0.5", how="write_formula"))),
        ("CELLULE-ERREUR", "CELLULE-ERREUR"),
        kept=0,
    )
    worked_out = [("=5000*2", None, 10000), ("=9500+0.5", None, 9500.5)]
    yield Written(
        "xlsxwriter, formulas with their value",
        _xlsxwriter(then(lambda _, sheet: cells(sheet, 2, *worked_out, how="write_formula"))),
    )
    yield Written(
        "xlsxwriter, array formulas",
        _xlsxwriter(then(lambda _, sheet: sheet.write_array_formula("C2:C2", "{=5000*2}", None, 10000))),
    )
    yield Written(
        "xlsxwriter, FINESS as numbers",
        _xlsxwriter(then(lambda _, sheet: cells(sheet, 0, 10000024, 990000010, how="write_number"))),
        ("CELLULE-NOMBRE",),
        kept=1,
    )
    yield Written(
        "xlsxwriter, a table with a filter",
        _xlsxwriter(then(lambda _, sheet: sheet.add_table("A1:D3", {"columns": [{"header": each} for each in HEAD]}))),
    )
    yield Written(
        "xlsxwriter, rich text",
        _xlsxwriter(
            then(
                lambda book, sheet: sheet.write_rich_string(
                    "B2", "Hôpital ", book.add_format({"bold": 1}), "de la Forêt"
                )
            )
        ),
    )
    yield Written("xlsxwriter, a title above", _xlsxwriter(_with_titles), header_row=3)
    yield Written(
        "xlsxwriter, dates with an hour",
        _xlsxwriter(
            then(
                lambda book, sheet: sheet.write_datetime(
                    "D2", datetime.datetime(2026, 5, 4, 14, 30),  # noqa: DTZ001
                    book.add_format({"num_format": "dd/mm/yyyy"})
                )
            )
        ),
        ("CELLULE-DATE-HEURE",),
        kept=1,
    )  # fmt: skip
    yield Written(
        "xlsxwriter, no-break spaces in a FINESS",
        _xlsxwriter(then(lambda _, sheet: cells(sheet, 0, "010\u00a0000\u00a0024"))),
        ("CELLULE-ESPACES",),
        kept=1,
    )


def _with_titles(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["Liste des clients Ségur", None, None, "Confidentiel"])
    _fill(book, sheet, 2)


# --- openpyxl


def _openpyxl(change: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    book = openpyxl.Workbook()
    for name, value in options.items():
        setattr(book, name, value)
    sheet = book.active
    assert sheet is not None
    sheet.title = "Clients"
    for row in (HEAD, *CLIENTS):
        sheet.append(row)
    if change:
        change(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_openpyxl() -> Iterator[Written]:
    def set_to(**cells: Any) -> Callable[[Any, Any], None]:
        def change(_: Any, sheet: Any) -> None:
            for name, value in cells.items():
                sheet[name] = value

        return change

    yield Written("openpyxl", _openpyxl())
    yield Written("openpyxl, dates from 1904", _openpyxl(epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904))
    yield Written("openpyxl, ISO dates", _openpyxl(iso_dates=True))
    yield Written(
        "openpyxl, formulas", _openpyxl(set_to(C2="=5000*2", B3='="Clinique"')), ("CELLULE-ERREUR",) * 2, kept=0
    )
    yield Written("openpyxl, an error", _openpyxl(set_to(C2="#N/A")), ("CELLULE-ERREUR",), kept=1)
    yield Written("openpyxl, texts for numbers", _openpyxl(set_to(C2="10 000,00 €", C3="9500.50")))
    yield Written("openpyxl, texts for dates", _openpyxl(set_to(D2="04/05/2026", D3="2026-05-05")))
    yield Written("openpyxl, write-only", _write_only())
    yield Written("openpyxl, an empty sheet before", _openpyxl(lambda book, _: book.create_sheet("Vide", 0)))
    yield Written(
        "openpyxl, two filled sheets",
        _openpyxl(lambda book, _: book.create_sheet("Autre").append(HEAD)),
        ("TABLEAU-FEUILLE",),
        kept=0,
    )
    yield Written(
        "Numbers, its summary sheet before",
        _openpyxl(lambda book, _: book.create_sheet("Résumé de l'exportation", 0).append(["Nom", "Tableau"])),
        sheet="Clients",
    )
    yield Written(
        "openpyxl, a hidden row",
        _openpyxl(lambda _, sheet: setattr(sheet.row_dimensions[2], "hidden", True)),
        ("TABLEAU-MASQUE",),
    )
    yield Written(
        "openpyxl, merged clients", _openpyxl(lambda _, sheet: sheet.merge_cells("B2:B3")), ("CELLULE-FUSION",), kept=1
    )


def _write_only() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    for row in (HEAD, *CLIENTS):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- XLSX by hand: what other writers do


def parts(cells: str, *, shared: str = "") -> dict[str, str]:
    """Return the parts of a workbook with one sheet."""
    relation = '<Relationship Id="rId{}" Type="' + OFFICE + '/{}" Target="{}"/>'
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    texts = {"xl/sharedStrings.xml": f"<sst {SHEET}>{shared}</sst>"} if shared else {}
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": relations.format(relation.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {SHEET} xmlns:r="{OFFICE}"><sheets><sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format(
            relation.format(1, "worksheet", "worksheets/sheet1.xml") + relation.format(2, "sharedStrings", "sharedStrings.xml") * bool(shared)
        ),
        "xl/worksheets/sheet1.xml": f"<worksheet {SHEET}><sheetData>{cells}</sheetData></worksheet>",
        **texts,
    }  # fmt: skip


def packed(files: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _cells(**replaced: str) -> str:
    """Return the rows of the list; a cell may be replaced by its name."""
    rows = []
    for number, row in enumerate((HEAD, *CLIENTS), start=1):
        cells = []
        for letter, value in zip("ABCD", row, strict=True):
            text = value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else value
            inline = f'<c r="{letter}{number}" t="inlineStr"><is><t>{escape(str(text))}</t></is></c>'
            number_cell = f'<c r="{letter}{number}"><v>{text}</v></c>'
            cells.append(replaced.get(f"{letter}{number}") or (number_cell if isinstance(value, float) else inline))
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(rows)


def by_hand() -> Iterator[Written]:
    whole = parts(_cells())
    no_names = {name: data.replace("<row r=", "<row x=").replace("<c r=", "<c x=") for name, data in whole.items()}
    yield Written("cells without their names", packed(no_names))
    prefixed = {**whole, "xl/worksheets/sheet1.xml": _prefixed(whole["xl/worksheets/sheet1.xml"])}
    yield Written("Open XML SDK, with a prefix", packed(prefixed))
    yield Written("Excel, Strict Open XML", packed({name: _strict(data) for name, data in whole.items()}))
    backslashes = {name.replace("/", "\\") if name != "_rels/.rels" else name: data for name, data in whole.items()}
    yield Written("backslashes in names", packed(backslashes))
    yield Written(
        "parts in other letters", packed({name.replace("sheet1", "Sheet1"): data for name, data in whole.items()})
    )
    renamed = {
        name.replace("workbook.xml", "book22.xml"): data.replace("xl/workbook.xml", "xl/book22.xml")
        for name, data in whole.items()
    }
    yield Written("the workbook of another name", packed(renamed))
    yield Written(
        "parts at the root",
        packed({name.removeprefix("xl/"): data.replace("xl/workbook", "workbook") for name, data in whole.items()}),
    )
    texts = "".join(
        f"<si><r><t>{escape(each)[:4]}</t></r><r><t xml:space='preserve'>{escape(each)[4:]}</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
        for each in HEAD
    )
    names = {f"{letter}1": f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABCD")}
    yield Written("shared texts in pieces, with phonetic marks", packed(parts(_cells(**names), shared=texts)))
    # An empty text is a value, of a cell that is a text; whatever else is empty is none.
    for name, cell, error in (
        ("empty v", '<c r="C2"><f>5000*2</f><v></v></c>', True),
        ("closed v", '<c r="C2"><f>5000*2</f><v/></c>', True),
        ("blank v", '<c r="C2"><f>5000*2</f><v> </v></c>', True),
        ("shared formula", '<c r="C2"><f t="shared" si="0"/><v></v></c>', True),
        ("boolean", '<c r="C2" t="b"><f>TRUE()</f><v/></c>', True),
        ("no v", '<c r="C2" t="str"><f>A1</f></c>', True),
        ("value", '<c r="C2"><f>5000*2</f><v>10000</v></c>', False),
    ):
        found = ("CELLULE-ERREUR",) * error
        yield Written(f"formula, {name}", packed(parts(_cells(C2=cell))), found, kept=2 - error)


def _prefixed(xml: str) -> str:
    return xml.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")


def _strict(xml: str) -> str:
    strict = "http://purl.oclc.org/ooxml/"
    return xml.replace(SHEET, f'xmlns="{strict}spreadsheetml/main"').replace(
        OFFICE, f"{strict}officeDocument/relationships"
    )


# --- ODS


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(**replaced: str) -> bytes:
    rows = []
    for number, row in enumerate((HEAD, *CLIENTS), start=1):
        cells = (
            replaced.get(f"{letter}{number}") or _ods_cell(value) for letter, value in zip("ABCD", row, strict=True)
        )
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    sheet = f'<table:table table:name="Clients">{"".join(rows)}</table:table>'
    content = f"<office:document-content {_ODS}><office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body></office:document-content>"
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def _ods_cell(value: Any) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="currency" office:currency="EUR" office:value="{value}"><text:p>{value} €</text:p></table:table-cell>'
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def as_ods() -> Iterator[Written]:
    yield Written("ODS", ods())
    for name, cell, error in (
        ("no value", '<table:table-cell table:formula="of:=5000*2"/>', True),
        ("a type alone", '<table:table-cell table:formula="of:=5000*2" office:value-type="float"/>', True),
        ("no type", '<table:table-cell table:formula="of:=5000*2"><text:p/></table:table-cell>', True),
        ("an error of Excel", '<table:table-cell table:formula="of:=NA()" office:value-type="string"><text:p>#N/A</text:p></table:table-cell>', True),
        ("a value", '<table:table-cell table:formula="of:=5000*2" office:value-type="float" office:value="10000"><text:p>10000</text:p></table:table-cell>', False),
    ):  # fmt: skip
        yield Written(f"ODS, a formula with {name}", ods(C2=cell), ("CELLULE-ERREUR",) * error, kept=2 - error)


# --- CSV


def _csv(separator: str = ";", end: str = "\r\n", *, quoted: bool = False, decimal: str = ",") -> str:
    rows = [
        HEAD,
        *(
            (finess, name, f"{amount:.2f}".replace(".", decimal), day.strftime("%d/%m/%Y"))
            for finess, name, amount, day in CLIENTS
        ),
    ]
    return end.join(separator.join(f'"{each}"' if quoted else each for each in row) for row in rows) + end


def as_csv() -> Iterator[Written]:
    yield Written("Excel, CSV UTF-8", _csv().encode("utf-8-sig"))
    yield Written("Excel, CSV", _csv().encode("cp1252"), ("TABLEAU-ENCODAGE",))
    yield Written("Excel, CSV (MS-DOS)", _csv().encode("cp850"), ("TABLEAU-ENCODAGE-DOUTEUX",))
    yield Written("Excel, CSV (Macintosh)", _csv().encode("mac_roman"), ("TABLEAU-ENCODAGE-DOUTEUX",))
    yield Written(
        "Excel for Mac, lines that end in CR", _csv(end="\r").encode("mac_roman"), ("TABLEAU-ENCODAGE-DOUTEUX",)
    )
    yield Written("Excel, Unicode text", _csv("\t").encode("utf-16"))
    yield Written("Excel, text", _csv("\t").encode("cp1252"), ("TABLEAU-ENCODAGE",))
    yield Written("UTF-16, the high byte first", "\ufeff".encode("utf-16-be") + _csv("\t").encode("utf-16-be"))
    yield Written("UTF-16 without its mark", _csv().encode("utf-16-le"))
    yield Written("UTF-16 without its mark, the high byte first", _csv().encode("utf-16-be"))
    yield Written("Google Sheets", _csv(",", decimal=".").removesuffix("\r\n").encode())
    yield Written("Numbers", _csv(end="\n").encode())
    yield Written("LibreOffice, all quoted", _csv(",", "\n", quoted=True, decimal=".").encode())
    yield Written("LibreOffice, MS-DOS, all quoted", _csv(quoted=True).encode("cp850"), ("TABLEAU-ENCODAGE-DOUTEUX",))
    yield Written("a line that names the separator", ("sep=;\r\n" + _csv()).encode("utf-8-sig"))
    yield Written("empty columns behind", _csv(";", ";;;\r\n").encode())
    yield Written("vertical bars", _csv("|").encode())
    twice = _csv().replace("Forêt", "For\u02c6t").replace("Hôpital", "H\u201cpital")
    yield Written("once read wrongly, UTF-8 now", twice.encode(), ("TABLEAU-LETTRE", "TABLEAU-LETTRE"))
    mixed = _csv().encode() + "990000028;Hôpital é;1;04/05/2026\r\n".encode("cp1252")
    yield Written("two encodings, put together", mixed, ("TABLEAU-ILLISIBLE",), kept=0)


# --- what other programs write


def old(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def of_other_programs() -> Iterator[Written]:
    for name, data in (
        ("Excel 97-2003", old("Workbook")),
        ("Excel with a password", old("EncryptedPackage")),
        ("Excel, binary workbook", packed({"xl/workbook.bin": b"\x83\x01"})),
        ("Numbers", packed({"Index/Document.iwa": b"\0", "Index/CalculationEngine.iwa": b"\0"})),
        ("LibreOffice with a password", packed({"content.xml": b"\x8a", "META-INF/manifest.xml": "<m:encryption-data/>"})),
        ("a web page named XLS", b"<html><table><tr><td>FINESS PMSI"),
        ("XML Spreadsheet 2003", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
        ("a Word document", packed({"word/document.xml": "<w:document/>"})),
        ("a PDF", b"%PDF-1.7 FINESS;Nom"),
        ("nothing", b""),
    ):  # fmt: skip
        yield Written(f"{name}, refused", data, ("TABLEAU-ILLISIBLE",), kept=0)
