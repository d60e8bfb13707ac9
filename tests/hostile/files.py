"""Hostile workbooks, CSV, JSON, PDF and picture files: small, and made to fill memory, to last, or to crash readers."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEADS = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'


@dataclass(frozen=True)
class HostileFile:
    """A file: its name, whose ending says what reads it, and its bytes."""

    name: str
    data: bytes


def all_files() -> Iterator[HostileFile]:
    """Give every file."""
    for make in (workbooks, open_documents, csv_files, json_files, pdf_files, pictures):
        yield from make()


def _archive(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _workbook(
    rows: str, *, target: str = "worksheets/sheet1.xml", part: str = "xl/worksheets/sheet1.xml", **more: str
) -> bytes:
    return _archive(
        {
            "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
            "_rels/.rels": f"<Relationships><Relationship Id='r' Type='{_REL}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
            "xl/workbook.xml": f"<workbook xmlns='{_MAIN}' xmlns:r='{_REL}'><sheets><sheet name='s' sheetId='1' r:id='r1'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": (
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
                f"<Relationship Id='r1' Type='{_REL}/worksheet' Target='{target}'/>"
                f"<Relationship Id='r2' Type='{_REL}/sharedStrings' Target='sharedStrings.xml'/></Relationships>"
            ),
            part: f"<worksheet xmlns='{_MAIN}'>{rows}</worksheet>",
            **{name.replace("__", "/") + ".xml": content for name, content in more.items()},
        }
    )


def workbooks() -> Iterator[HostileFile]:
    """Give XLSX files."""
    far = {
        "corner": "XFD1048576",
        "beyond": "ZZZ9999999",
        "below": "A1048576",
        "right": "XFD2",
        "huge": "A99999999999",
        "zero": "A0",
    }
    for name, cell in far.items():
        rows = f"<sheetData>{_HEADS}<row r='2'><c r='{cell}'><v>1</v></c></row></sheetData>"
        yield HostileFile(f"far-{name}.xlsx", _workbook(rows))
        yield HostileFile(f"far-{name}-case.xlsx", _workbook(rows, target="Worksheets/Sheet1.xml"))
        yield HostileFile(f"far-{name}-absolute.xlsx", _workbook(rows, target="/xl/worksheets/sheet1.xml"))
    wide = "".join(f"<c r='B{row}' t='inlineStr'><is><t>{'x' * 30000}</t></is></c>" for row in range(2, 4))
    yield HostileFile(
        "long-texts.xlsx", _workbook(f"<sheetData>{_HEADS}<row r='2'>{wide}</row></sheetData>" + " " * 1_000_000)
    )
    shared = f"<sst xmlns='{_MAIN}'><si><t>{'y' * 3_000_000}</t></si></sst>"
    cells = "".join(f"<row r='{row}'><c r='A{row}' t='s'><v>0</v></c></row>" for row in range(2, 20_000))
    yield HostileFile(
        "shared-text.xlsx", _workbook(f"<sheetData>{_HEADS}{cells}</sheetData>", xl__sharedStrings=shared)
    )
    many = f"<sst xmlns='{_MAIN}' count='4000000000' uniqueCount='4000000000'><si><t>a</t></si></sst>"
    yield HostileFile("shared-count.xlsx", _workbook(f"<sheetData>{_HEADS}</sheetData>", xl__sharedStrings=many))
    yield HostileFile(
        "shared-index.xlsx", _workbook(f"<sheetData>{_HEADS}<row r='2'><c r='A2' t='s'><v>99</v></c></row></sheetData>")
    )
    merged = "<mergeCells>" + "<mergeCell ref='A1:XFD1048576'/>" * 1000 + "</mergeCells>"
    yield HostileFile("merged.xlsx", _workbook(f"<sheetData>{_HEADS}</sheetData>{merged}"))
    yield HostileFile("dimension.xlsx", _workbook(f"<dimension ref='A1:XFD1048576'/><sheetData>{_HEADS}</sheetData>"))
    yield HostileFile("zeros.xlsx", _workbook(f"<sheetData>{_HEADS}</sheetData>" + "0" * 300_000_000))
    yield HostileFile("deep.xlsx", _workbook("<a>" * 200_000))
    yield HostileFile("entity.xlsx", _archive({"xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"}))
    yield HostileFile("no-part.xlsx", _workbook("", part="xl/other.xml"))
    whole = _workbook(f"<sheetData>{_HEADS}</sheetData>")
    for share in (1, 5, 20, 50, 80, 99):
        yield HostileFile(f"cut-{share}.xlsx", whole[: len(whole) * share // 100])
    for place in range(0, len(whole), len(whole) // 8):
        yield HostileFile(f"flipped-{place}.xlsx", whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])


def open_documents() -> Iterator[HostileFile]:
    """Give ODS files."""
    head = (
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:spreadsheet><table:table table:name='s'>"
    )
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    cell = "<table:table-cell office:value-type='string' {}><text:p>a</text:p></table:table-cell>"
    wide, many = (cell.format(f"table:number-columns-repeated='{count}'") for count in (16384, 1000))
    bodies = {
        "rows": f"<table:table-row table:number-rows-repeated='1048576'>{cell.format('')}</table:table-row>",
        "cells": f"<table:table-row>{wide}</table:table-row>" * 1000,
        "both": f"<table:table-row table:number-rows-repeated='1000000'>{many}</table:table-row>",
        "overflow": f"<table:table-row table:number-rows-repeated='99999999999999999999'>{cell.format('')}</table:table-row>",
        "negative": f"<table:table-row table:number-rows-repeated='-1'>{cell.format('')}</table:table-row>",
        "spaces": "<table:table-row><table:table-cell office:value-type='string'><text:p>a<text:s text:c='2000000000'/></text:p></table:table-cell></table:table-row>",
        "long": f"<table:table-row><table:table-cell office:value-type='string'><text:p>{'x' * 50_000_000}</text:p></table:table-cell></table:table-row>",
        "deep": "<text:p>" * 100_000,
        "empty": "",
    }
    for name, body in bodies.items():
        parts: dict[str, bytes | str] = {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>",
            "content.xml": head + body + tail,
        }
        yield HostileFile(f"{name}.ods", _archive(parts))


def csv_files() -> Iterator[HostileFile]:
    """Give CSV files."""
    yield HostileFile("columns.csv", b"a;b\n" + b";" * 3_000_000)
    yield HostileFile("rows.csv", b"a;b\n" * 1_000_000)
    yield HostileFile("open-quote.csv", b'a;b\n"' + b"x;\n" * 500_000)
    yield HostileFile("quotes.csv", b"a;b\n" + b'""' * 1_000_000)
    yield HostileFile("one-value.csv", b"a;b\n" + b"x" * 5_000_000)
    yield HostileFile("nul.csv", b"a;b\n" + bytes(1_000_000))
    yield HostileFile("utf-16.csv", "a;b\n1;2\n".encode("utf-16")[:-1])
    yield HostileFile("bytes.csv", bytes(range(256)) * 4000)
    yield HostileFile("breaks.csv", b"a;b\n" + b"\r" * 2_000_000)
    yield HostileFile("empty.csv", b"")


def json_files() -> Iterator[HostileFile]:
    """Give JSON files."""
    texts = {
        "deep-lists": "[" * 100_000,
        "closed-lists": "[" * 900 + "]" * 900,
        "deep-objects": '{"a":' * 50_000,
        "long-pointer": '{"' + "a" * 100_000 + '":[' + ",".join("1" * 200_000) + "]}",
        "numbers": "[" + ",".join(["1"] * 300_000) + "]",
        "objects": "[" + ",".join(["{}"] * 20_000) + "]",
        "keys": "{" + ",".join(f'"k{number}":1' for number in range(60_000)) + "}",
        "same-key": "{" + ",".join(['"k":1'] * 100_000) + "}",
        "same-keys": "[" + ",".join(['{"k":1,"k":2}'] * 30_000) + "]",
        "values": "[" + ",".join(["[]"] * 6_000_000) + "]",
        "digits": '{"a": ' + "9" * 1_000_000 + "}",
        "exponent": '{"a": 1e999999999}',
        "nan": '{"a": NaN}',
        "text": '{"a": "' + "é" * 1_000_000 + '"}',
        "surrogate": '{"a": "\\ud800"}',
        "escapes": '{"a": "' + "\\u0000" * 100_000 + '"}',
        "lines": '{"a": 1}\n' * 20_000,
        "open": '{"a": "' + "x" * 1_000_000,
        "commas": "[" + "," * 1_000_000,
        "slashes": '{"' + "~/" * 100_000 + '": 1}',
        "types": '{"reference": [], "prestation": {}, "numero": 1, "client": "x", "montant": null, "va": [[]]}',
    }
    for name, text in texts.items():
        yield HostileFile(f"{name}.json", text.encode())
    yield HostileFile("bytes.json", bytes(range(256)) * 4000)
    yield HostileFile("utf-16.json", '{"a": 1}'.encode("utf-16"))


def _pdf(objects: dict[int, bytes], *, root: int = 1) -> bytes:
    data, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, last = len(data), max(objects) + 1
    entries = (
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(last)
    )
    return data + b"xref\n0 %d\n%strailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        last,
        b"".join(entries),
        last,
        root,
        start,
    )


def _stream(content: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    data = zlib.compress(content, 9) if packed else content
    filters = b"/Filter /FlateDecode" if packed else b""
    return b"<< %s %s /Length %d >>\nstream\n%s\nendstream" % (entries, filters, len(data), data)


def _one_page(
    content: bytes,
    *,
    resources: bytes = b"",
    box: bytes = b"0 0 595 842",
    page: bytes = b"",
    catalog: bytes = b"",
    **more: bytes,
) -> bytes:
    return _pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> %s >>"
            % (box, resources, page),
            4: _stream(content),
            **{int(name[1:]): body for name, body in more.items()},
        }
    )


def nested_forms(depth: int, times: int) -> bytes:
    """Return a page whose forms use one another: 10 levels of 10 draw 10,000,000,000."""
    objects = {}
    for level in range(depth):
        draws = b"/X Do " * times if level < depth - 1 else b"0 0 10 10 re f (x) Tj"
        resources = b"/Resources << /XObject << /X %d 0 R >> >>" % (6 + level)
        objects[f"n{5 + level}"] = _stream(draws, b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] " + resources)
    return _one_page(b"/X Do", resources=b"/XObject << /X 5 0 R >>", **objects)


def pdf_files() -> Iterator[HostileFile]:
    """Give PDF files."""
    for depth, times in ((6, 10), (10, 10), (4, 60), (25, 2)):
        yield HostileFile(f"forms-{depth}-{times}.pdf", nested_forms(depth, times))
    own = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    yield HostileFile(
        "own-form.pdf", _one_page(b"/X Do", resources=b"/XObject << /X 5 0 R >>", n5=_stream(b"/X Do", own))
    )
    for name, content in {
        "operators": b"0 0 m 9 9 l S " * 3_000_000,
        "saves": b"q " * 5_000_000,
        "restores": b"Q " * 5_000_000,
        "texts": b"BT /F 9 Tf (aaaaaaaaaa) Tj ET " * 1_000_000,
        "clips": b"0 0 500 500 re W n " * 1_000_000,
        "curves": b"0 0 m " + b"1 1 500 900 3 3 c " * 500_000 + b"S",
        "numbers": b"9" * 5_000_000,
        "dashes": b"[0.0001] 0 d 0 0 m 500 800 l S " * 1000,
        "open-array": b"[" * 1_000_000,
        "open-text": b"(" * 1_000_000,
        "inline": b"BI /W 30000 /H 30000 /BPC 8 /CS /G ID x EI",
    }.items():
        yield HostileFile(
            f"{name}.pdf",
            _one_page(content, resources=b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"),
        )
    yield HostileFile("zeros.pdf", _one_page(bytes(800_000_000)))
    for name, box in {
        "large": b"0 0 14400 14400",
        "endless": b"0 0 1e30 1e30",
        "flat": b"0 0 0 0",
        "turned": b"900 900 0 0",
    }.items():
        yield HostileFile(f"box-{name}.pdf", _one_page(b"0 0 9 9 re f", box=box))
    pages = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [%s] /Count 50 >>" % (b"3 0 R " * 50)}
    yield HostileFile(
        "large-pages.pdf", _pdf({**pages, 3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1850 1850] >>"})
    )
    yield HostileFile(
        "many-pages.pdf",
        _pdf(
            {
                **pages,
                2: b"<< /Type /Pages /Kids [%s] /Count 9999 >>" % (b"3 0 R " * 9999),
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            }
        ),
    )
    yield HostileFile(
        "own-parent.pdf",
        _pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>"}),
    )
    yield HostileFile(
        "page-count.pdf",
        _pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 2147483647 >>"}),
    )
    fields = b"/AcroForm << /Fields [5 0 R] >>"
    yield HostileFile("own-kid.pdf", _one_page(b"", catalog=fields, n5=b"<< /T (a) /Kids [%s] >>" % (b"5 0 R " * 8)))
    yield HostileFile(
        "signature-kid.pdf",
        _one_page(
            b"",
            catalog=fields,
            n5=b"<< /T (a) /FT /Sig /Kids [5 0 R 5 0 R] /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>",
        ),
    )
    names = b"/Names << /EmbeddedFiles 5 0 R >>"
    yield HostileFile("own-name.pdf", _one_page(b"", catalog=names, n5=b"<< /Kids [5 0 R 5 0 R] >>"))
    file = b"<< /Names [(a.json) << /Type /Filespec /F (a.json) /EF << /F 6 0 R >> >>] >>"
    yield HostileFile(
        "attached-zeros.pdf",
        _one_page(b"", catalog=names, n5=file, n6=_stream(bytes(900_000_000), b"/Type /EmbeddedFile")),
    )
    yield HostileFile(
        "attached-deep.pdf",
        _one_page(b"", catalog=names, n5=file, n6=_stream(b"[" * 4_000_000, b"/Type /EmbeddedFile")),
    )
    twice = zlib.compress(zlib.compress(bytes(900_000_000), 9), 9)
    yield HostileFile(
        "filters.pdf",
        _one_page(
            b"",
            n5=b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(twice), twice),
            page=b"/Annots 5 0 R",
        ),
    )
    image = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
    for side in (6000, 20_000, 60_000):
        shown = _stream(bytes(1000), image % (side, side))
        yield HostileFile(
            f"image-{side}.pdf",
            _one_page(b"500 0 0 800 0 0 cm /I Do " * 20, resources=b"/XObject << /I 5 0 R >>", n5=shown),
        )
    tiling = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.01 /YStep 0.01 /Resources << >>"
    yield HostileFile(
        "tiling.pdf",
        _one_page(
            b"/Pattern cs /P scn 0 0 595 842 re f",
            resources=b"/Pattern << /P 5 0 R >>",
            n5=_stream(b"0 0 1 1 re f", tiling),
        ),
    )
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1e9 0 1e9] /Function << /FunctionType 2 /Domain [0 1] /N 1 >> >>"
    yield HostileFile("shading.pdf", _one_page(b"/S sh " * 10_000, resources=b"/Shading << /S 5 0 R >>", n5=shading))
    yield HostileFile(
        "annotations.pdf",
        _one_page(
            b"", page=b"/Annots [%s]" % (b"5 0 R " * 100_000), n5=b"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>"
        ),
    )
    whole = _one_page(b"BT ET")
    for share in (5, 50, 80, 95):
        yield HostileFile(f"cut-{share}.pdf", whole[: len(whole) * share // 100])
    yield HostileFile("reference.pdf", whole.replace(b"/Contents 4 0 R", b"/Contents 3 0 R"))
    yield HostileFile("length.pdf", whole.replace(b"/Length ", b"/Length 99999999"))
    yield HostileFile("nested.pdf", _one_page(b"", page=b"/A " + b"[" * 100_000))
    yield HostileFile(
        "encrypted.pdf",
        whole.replace(b"/Root", b"/Encrypt << /Filter /Standard /V 5 /R 6 /O <00> /U <00> /P -1 >> /Root"),
    )


def _png(width: int, height: int, content: bytes, *, chunks: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunks + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def _tiff(entries: dict[int, tuple[int, int, int]], *, next_page: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", tag, *entry) for tag, entry in sorted(entries.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", next_page)


def pictures() -> Iterator[HostileFile]:
    """Give PNG, JPEG and TIFF files."""
    rows = zlib.compress(bytes(40_000_000), 9)
    for width, height in (
        (6000, 6600),
        (40_000, 1000),
        (100_000, 100_000),
        (2**31 - 1, 2**31 - 1),
        (0, 0),
        (1, 1),
        (1000, 40_000),
    ):
        yield HostileFile(f"{width}x{height}.png", _png(width, height, rows))
    text = b"a\0\0" + zlib.compress(bytes(500_000_000), 9)
    packed = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    yield HostileFile("text.png", _png(1000, 1000, zlib.compress(bytes(1_001_000)), chunks=packed))
    yield HostileFile("short.png", _png(3000, 3000, zlib.compress(b"")))
    yield HostileFile("damaged.png", _png(1000, 1000, b"not zlib"))
    yield HostileFile("head.png", b"\x89PNG\r\n\x1a\n")
    for side in (5000, 65_535):
        frame = (
            b"\xff\xd8\xff\xc2" + struct.pack(">HBHHB", 17, 8, side, side, 3) + b"\x01\x22\0\x02\x11\x01\x03\x11\x01"
        )
        yield HostileFile(f"progressive-{side}.jpg", frame + b"\xff\xda\0\x08\x01\x01\0\0\0\0" * 10_000)
    yield HostileFile("head.jpg", b"\xff\xd8\xff\xe0" + bytes(100))
    yield HostileFile("segments.jpg", b"\xff\xd8" + b"\xff\xe1\0\x02" * 500_000)
    size = {
        256: (4, 1, 5000),
        257: (4, 1, 5000),
        258: (3, 1, 8),
        259: (3, 1, 1),
        262: (3, 1, 1),
        273: (4, 1, 8),
        279: (4, 1, 25_000_000),
    }
    yield HostileFile("own-page.tif", _tiff(size, next_page=8))
    yield HostileFile("strips.tif", _tiff({**size, 273: (4, 2**30, 8), 279: (4, 2**30, 8)}))
    yield HostileFile("large.tif", _tiff({**size, 256: (4, 1, 2**31), 257: (4, 1, 2**31)}))
    yield HostileFile("floats.tif", _tiff({**size, 258: (3, 1, 32), 339: (3, 1, 3)}))
    yield HostileFile("samples.tif", _tiff({**size, 277: (3, 1, 65_535)}))
    yield HostileFile("empty.tif", b"II*\0")
    yield HostileFile("directory.tif", b"II*\0\xff\xff\xff\xff")
