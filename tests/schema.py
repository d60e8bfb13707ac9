"""What is wrong with a DOCX by the schema of ECMA-376, transitional, as Microsoft's Open XML SDK checks it.

openxml-audit has the SDK's tables and runs without .NET. It is stricter than the XML Schema of the standard, which
allows a table cell without a paragraph.
"""

import hashlib
import io
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from openxml_audit import FileFormat, OpenXmlValidator

# ECMA-376 part 1, 11.3: a document may have a theme; Word itself opens those without.
_NO_FAULT = re.compile(r"A required relationship type '.*/theme' is missing")
_TEXT = re.compile(rb">[^<]+<")
_DELIVERED = ("BDC_*.docx", "VA_*.docx", "PV-PILOTE_*.docx")


@cache
def _validator() -> OpenXmlValidator:
    return OpenXmlValidator(file_format=FileFormat.OFFICE_2019)


# Documents of one template differ in their texts alone, which the schema does not look at.
_KNOWN: dict[str, list[str]] = {}


def schema_errors(data: bytes) -> list[str]:
    """Return what is wrong with a DOCX, each with its place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        digest = hashlib.sha256()
        for name in archive.namelist():
            digest.update(name.encode() + _TEXT.sub(b"><", archive.read(name)))
    key = digest.hexdigest()
    if key not in _KNOWN:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.docx"
            path.write_bytes(data)
            found = _validator().validate(path).errors
        _KNOWN[key] = [f"{each.description} {each.path}" for each in found if not _NO_FAULT.search(each.description)]
    return _KNOWN[key]


def delivered_errors(folder: Path) -> dict[str, list[str]]:
    """Return what is wrong with the documents that were delivered into a folder, by file name."""
    # A test may have put something else in the place of a document.
    files = (path for pattern in _DELIVERED for path in folder.rglob(pattern) if zipfile.is_zipfile(path))
    return {path.name: errors for path in files if (errors := schema_errors(path.read_bytes()))}
