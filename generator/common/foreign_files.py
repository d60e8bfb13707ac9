"""Recognise files of unsupported formats, and name the format to save them in."""

from __future__ import annotations

import io
import re
import zipfile

from generator.common.language import Text
from generator.common.opc import DAMAGED_ZIP

OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_HEAD, _MANIFEST_HEAD = 4096, 65_536
_ODF_MANIFEST = "META-INF/manifest.xml"
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|table|head|body|style|div)\b", re.IGNORECASE)

_DOCX = Text("« Document Word (*.docx) »", "“Word Document (*.docx)”")
_XLSX = Text("« Classeur Excel (*.xlsx) »", "“Excel Workbook (*.xlsx)”")
_PASSWORD = Text(
    "il est protégé par un mot de passe ; l'ôter (Fichier > Informations > Protéger > Chiffrer avec mot de passe), "
    "puis l'enregistrer",
    "it is protected by a password; remove it (File > Info > Protect > Encrypt with Password), then save it",
)
_ODF_PASSWORD = Text(
    "il est protégé par un mot de passe ; l'ôter dans LibreOffice (Fichier > Enregistrer sous, « Enregistrer avec mot "
    "de passe » décoché)",
    "it is protected by a password; remove it in LibreOffice (File > Save As, “Save with password” unchecked)",
)
_EMPTY = Text("il est vide (0 octet)", "it is empty (0 bytes)")
_WEB_PAGE = Text("c'est une page web", "it is a web page")
_XML = Text("c'est du XML", "it is XML")


def _convertible(french: str, english: str, save_as: Text) -> Text:
    return Text(f"c'est {french} ; l'enregistrer comme {save_as.fr}", f"it is {english}; save it as {save_as.en}")


_OLD_DOC = _convertible("un ancien document Word (.doc)", "an old Word document (.doc)", _DOCX)
_OLD_XLS = _convertible("un ancien classeur Excel (.xls)", "an old Excel workbook (.xls)", _XLSX)
_XLSB = _convertible("un classeur Excel binaire (.xlsb)", "a binary Excel workbook (.xlsb)", _XLSX)
_RTF = _convertible("un document RTF", "an RTF document", _DOCX)
_ODT = _convertible("un document LibreOffice (.odt)", "a LibreOffice document (.odt)", _DOCX)
_NUMBERS = _convertible("un classeur Numbers", "a Numbers workbook", _XLSX)
_APPLE = _convertible("un document d'Apple (Pages ou Numbers)", "an Apple document (Pages or Numbers)", _DOCX)
_FLAT_DOC = _convertible("un document Word XML", "a Word XML document", _DOCX)
_FLAT_XLS = _convertible("un classeur « Feuille de calcul XML 2003 »", "an “XML Spreadsheet 2003”", _XLSX)
_FLAT_ODF = _convertible("un fichier LibreOffice en XML plat", "a LibreOffice file in flat XML", _XLSX)
_PDF = Text("c'est un PDF", "it is a PDF")
A_DOCUMENT = Text("c'est un document Word, pas un classeur", "it is a Word document, not a workbook")
A_WORKBOOK = Text("c'est un classeur, pas un document Word", "it is a workbook, not a Word document")
_OTHER_SLIDES = Text("c'est une présentation", "it is a presentation")
_OLD_OTHER = Text("c'est un fichier d'un ancien programme Office", "it is a file of an old Office program")

# By a name of a stream in the old file format, which is in UTF-16 ([MS-CFB] 2.6.1).
_STREAMS = {"EncryptedPackage": _PASSWORD, "WordDocument": _OLD_DOC, "Workbook": _OLD_XLS, "Book": _OLD_XLS}
# By the content of the entry `mimetype` of an ODF archive.
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": _ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": A_WORKBOOK,
    b"application/vnd.oasis.opendocument.presentation": _OTHER_SLIDES,
}
# By a part of archives of this format; the last part that an archive has counts.
_PARTS = {
    "xl/workbook.bin": _XLSB,
    "word/document.xml": A_DOCUMENT,
    "xl/workbook.xml": A_WORKBOOK,
    "ppt/presentation.xml": _OTHER_SLIDES,
    "Index/Document.iwa": _APPLE,
    "Index.zip": _APPLE,
    "Index/CalculationEngine.iwa": _NUMBERS,
}
# By words near the start of an XML file.
_FLAT = {
    b"Word.Document": _FLAT_DOC,
    b"schemas.microsoft.com/office/2006/xmlPackage": _FLAT_DOC,
    b"Excel.Sheet": _FLAT_XLS,
    b"urn:schemas-microsoft-com:office:spreadsheet": _FLAT_XLS,
    b"urn:oasis:names:tc:opendocument": _FLAT_ODF,
}


def foreign_kind(data: bytes) -> Text | None:
    """Return the format of a file and how to save it instead, if the format is known and unsupported."""
    if not data:
        return _EMPTY
    if data.startswith(OLE):
        return _of_ole(data)
    if data.startswith(_ZIP):
        return _of_archive(data)
    head = data[:_HEAD]
    if head.startswith(b"{\\rtf"):
        return _RTF
    # Acrobat accepts a header within the first 1,024 bytes (PDF Reference 1.7, appendix H).
    if b"%PDF-" in head[:1024]:
        return _PDF
    # A byte order mark may come first.
    return _of_markup(head.removeprefix(b"\xef\xbb\xbf"))


def _of_ole(data: bytes) -> Text:
    return next((kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in data), _OLD_OTHER)


def _of_archive(data: bytes) -> Text | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            if _start_of(archive, _ODF_MANIFEST, b"encryption-data") or "encrypted-package" in names:
                return _ODF_PASSWORD
            # OpenDocument 1.2 part 3, 3.3: this entry names the format of the package.
            if "mimetype" in names:
                return next((said for mark, said in _MIMETYPES.items() if _start_of(archive, "mimetype", mark)), None)
    # The reader of the archive reports the damage.
    except (*DAMAGED_ZIP, OSError):
        return None
    # An archive of Numbers also has Index/Document.iwa, which comes before in the table.
    return next((said for part, said in reversed(_PARTS.items()) if part in names), None)


def _start_of(archive: zipfile.ZipFile, name: str, mark: bytes) -> bool:
    """Return whether an entry contains a mark in its first bytes."""
    if name not in archive.namelist():
        return False
    with archive.open(name) as stream:
        return mark in stream.read(_MANIFEST_HEAD)


def _of_markup(head: bytes) -> Text | None:
    if _MARKUP.match(head):
        return _WEB_PAGE
    if not head.lstrip().startswith(b"<?xml"):
        return None
    return next((said for mark, said in _FLAT.items() if mark in head), _WEB_PAGE if b"<html" in head else _XML)
