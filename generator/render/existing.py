"""Find out whose document already has a file name, from the properties that every delivered file carries."""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from generator.common.files import open_regular
from generator.common.findings import Finding
from generator.documents.file_names import NOM_PRIS, file_stem
from generator.documents.properties import document_kinds, document_subject, document_title
from generator.orders import Order
from generator.references import DocumentKind
from generator.render.docx.archive import CORE_PROPERTIES
from generator.render.options import RenderOptions

# A document has 30 to 300 kB; one of more than this is not read to its end.
_MAX_BYTES = 16 * 1024 * 1024
# The properties of the samples have 0.7 kB.
_MAX_PROPERTIES = 64 * 1024
# In the XMP of a PDF: `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">VA …</rdf:li>`; the subject is `dc:description`.
_XMP = re.compile(rb"<dc:(title|description)><rdf:Alt><rdf:li[^<>]{0,40}>([^<>]{0,2000})</rdf:li>")
# In the properties of a DOCX: `<dc:title>VA …</dc:title>`.
_CORE = re.compile(rb"<dc:(title|subject)>([^<>]{0,2000})</dc:")
_SUBJECT = {b"title": "title", b"description": "subject", b"subject": "subject"}


def files_of(order: Order, options: RenderOptions) -> dict[str, DocumentKind]:
    """Return the names of the files that are asked for, each with its kind of document."""
    return {
        f"{file_stem(order, document, options.name)}.{form.value}": document
        for document in options.documents or document_kinds(order)
        for form in options.formats
    }


def names_in_use(order: Order, out: Path, options: RenderOptions) -> Iterator[Finding]:
    """Give a finding for each file asked for whose name the document of another order has in the folder."""
    for name, document in files_of(order, options).items():
        path = out / name
        if path.is_file() and not path.is_symlink():
            found = _properties(path)
            own = {"title": document_title(order, document), "subject": document_subject(order)}
            # A damaged file, or one of another program, has not both: nothing is known of its order.
            if found.keys() == own.keys() and found != own:
                yield NOM_PRIS.at(order.place, other=f"{found['title']}, {found['subject']}", files=path)


def _properties(path: Path) -> dict[str, str]:
    """Return the title and the subject of a file; neither where it is damaged, or of another program."""
    try:
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive, archive.open(CORE_PROPERTIES) as stream:
                found = _CORE.findall(stream.read(_MAX_PROPERTIES))
        else:
            with open_regular(path) as file:
                found = _XMP.findall(file.read(_MAX_BYTES))
    # `open_regular` and `zipfile` raise these on files that are no documents: pipes, encrypted or damaged archives.
    except (OSError, KeyError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return {}
    return {_SUBJECT[key]: html.unescape(value.decode("utf-8", "replace")) for key, value in found}
