"""Recognise files of unsupported formats, and name the format to save them in."""

import io
import re
import zipfile

from generator.common.language import Text, text
from generator.common.opc import DAMAGED_ZIP

OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_HEAD, _MANIFEST_HEAD = 4096, 65_536
_ODF_MANIFEST = "META-INF/manifest.xml"
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|table|head|body|style|div)\b", re.IGNORECASE)

# The formats below have the names of their sentences in `common.toml`.

# By a name of a stream in the old file format, which is in UTF-16 ([MS-CFB] 2.6.1).
_STREAMS = {"EncryptedPackage": "password", "WordDocument": "old-doc", "Workbook": "old-xls", "Book": "old-xls"}
# By the content of the entry `mimetype` of an ODF archive.
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "workbook",
    b"application/vnd.oasis.opendocument.presentation": "presentation",
}
# By a part of archives of this format; the last part that an archive has counts.
_PARTS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "document",
    "xl/workbook.xml": "workbook",
    "ppt/presentation.xml": "presentation",
    "Index/Document.iwa": "apple",
    "Index.zip": "apple",
    "Index/CalculationEngine.iwa": "numbers",
}
# By words near the start of an XML file.
_FLAT = {
    b"Word.Document": "flat-doc",
    b"schemas.microsoft.com/office/2006/xmlPackage": "flat-doc",
    b"Excel.Sheet": "flat-xls",
    b"urn:schemas-microsoft-com:office:spreadsheet": "flat-xls",
    b"urn:oasis:names:tc:opendocument": "flat-odf",
}


def unsupported_format(data: bytes, wanted: str = "") -> Text | None:
    """Return the format of a file, and how to save it instead.

    Args:
        data: the file.
        wanted: the format that the reader takes, `document` or `workbook`; none by default.

    Returns:
        The format; None where it is the one wanted, or not known.
    """
    name = _name_of(data)
    return text(f"common.unsupported-formats.{name}") if name and name != wanted else None


def _name_of(data: bytes) -> str | None:
    if not data:
        return "empty"
    if data.startswith(OLE):
        return _of_ole(data)
    if data.startswith(_ZIP):
        return _of_archive(data)
    head = data[:_HEAD]
    if head.startswith(b"{\\rtf"):
        return "rtf"
    # Acrobat accepts a header within the first 1,024 bytes (PDF Reference 1.7, appendix H).
    if b"%PDF-" in head[:1024]:
        return "pdf"
    # A byte order mark may come first.
    return _of_markup(head.removeprefix(b"\xef\xbb\xbf"))


def _of_ole(data: bytes) -> str:
    return next((kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in data), "old-office")


def _of_archive(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            if _start_of(archive, _ODF_MANIFEST, b"encryption-data") or "encrypted-package" in names:
                return "odf-password"
            # OpenDocument 1.2 part 3, 3.3: this entry names the format of the package.
            if "mimetype" in names:
                return next((name for mark, name in _MIMETYPES.items() if _start_of(archive, "mimetype", mark)), None)
    # The reader of the archive reports the damage.
    except (*DAMAGED_ZIP, OSError):
        return None
    # An archive of Numbers also has Index/Document.iwa, which comes before in the table.
    return next((name for part, name in reversed(_PARTS.items()) if part in names), None)


def _start_of(archive: zipfile.ZipFile, name: str, mark: bytes) -> bool:
    """Return whether an entry contains a mark in its first bytes."""
    if name not in archive.namelist():
        return False
    with archive.open(name) as stream:
        return mark in stream.read(_MANIFEST_HEAD)


def _of_markup(head: bytes) -> str | None:
    if _MARKUP.match(head):
        return "web-page"
    if not head.lstrip().startswith(b"<?xml"):
        return None
    return next((name for mark, name in _FLAT.items() if mark in head), "web-page" if b"<html" in head else "xml")
