import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
import xlsxwriter

from generator.common.tables import Value

Rows = Sequence[Sequence[Value]]
WriteSheet = Callable[..., Path]

_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


@pytest.fixture
def xlsx(tmp_path: Path) -> WriteSheet:
    """Return a writer of workbooks: rows, and what `more` adds to the sheet."""

    def write(rows: Rows, more: Callable[..., None] | None = None, name: str = "base.xlsx", **sheets: Rows) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            for title, values in {"Base": rows, **sheets}.items():
                sheet = book.add_worksheet(title)
                for number, row in enumerate(values):
                    for column, value in enumerate(row):
                        if value is not None:
                            write_string = sheet.write_string if isinstance(value, str) else sheet.write
                            write_string(number, column, value)
                if more and title == "Base":
                    more(sheet)
        return path

    return write


@pytest.fixture
def ods(tmp_path: Path) -> Callable[[str], Path]:
    """Return a writer of ODS workbooks: the rows of their one sheet, as XML."""

    def write(rows: str) -> Path:
        path = tmp_path / "base.ods"
        sheet = f"<table:table table:name={quoteattr('Base')}>{rows}</table:table>"
        body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
        manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("META-INF/manifest.xml", manifest)
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", f"<office:document-content {_NAMESPACES}>{body}</office:document-content>")
        return path

    return write
