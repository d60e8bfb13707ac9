"""The finishing of a PDF: its title and dates, its identifier, and the descriptor it carries.

LibreOffice writes the time of the conversion and a random identifier into the file; here they are made of the
document's own content, so that the same order gives the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib
import io
from dataclasses import dataclass

from lxml import etree
from pypdf import PdfReader
from pypdf import PdfWriter
from pypdf.generic import ArrayObject
from pypdf.generic import ByteStringObject
from pypdf.generic import DecodedStreamObject
from pypdf.generic import DictionaryObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject
from pypdf.generic import NumberObject
from pypdf.generic import StreamObject
from pypdf.generic import TextStringObject

PRODUCER = "segurdoc, LibreOffice, pypdf"
LANGUAGE = "fr-FR"
ATTACHMENT_TYPE = "application/json"

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}
# Fields of an ICC profile's header (ICC.1, section 7.2): year, month, day and time; the optional identifier.
_ICC_DATE, _ICC_IDENTIFIER = slice(24, 36), slice(84, 100)
_ICC_SETTLED_DATE = b"".join(number.to_bytes(2) for number in (2000, 1, 1, 0, 0, 0))
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class PdfProperties:
    """What a PDF says of itself."""

    title: str
    author: str
    subject: str
    date: datetime.datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the PDF carries."""

    name: str
    data: bytes
    description: str


def finish_pdf(reader: PdfReader, properties: PdfProperties, attachment: Attachment | None) -> bytes:
    """Return the finished PDF/A-3b; the same arguments give the same bytes.

    Args:
        reader: the PDF/A-3b that LibreOffice made.
        properties: title, author, subject and date, written to Info and XMP alike, as PDF/A asks.
        attachment: the canonical descriptor, attached as the document's associated data; None leaves it out.
    """
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = "%PDF-1.7"
    root = writer.root_object
    _settle_colour_profile(root)
    _set_info(writer, properties)
    _set_stream(writer, root, "/Metadata", _xmp(properties), subtype="/XML", kind="/Metadata")
    root[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): _true()})
    if attachment:
        _attach(writer, root, attachment, properties.date)
    _set_identifier(writer, reader, properties, attachment)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _true() -> object:
    from pypdf.generic import BooleanObject

    return BooleanObject(True)


def _set_info(writer: PdfWriter, properties: PdfProperties) -> None:
    date = properties.date.strftime("D:%Y%m%d%H%M%SZ")
    writer.metadata = {
        "/Title": properties.title,
        "/Author": properties.author,
        "/Subject": properties.subject,
        "/Creator": "segurdoc",
        "/Producer": PRODUCER,
        "/CreationDate": date,
        "/ModDate": date,
    }


def _settle_colour_profile(root: DictionaryObject) -> None:
    """Take the time of the conversion out of the colour profile that LibreOffice writes for PDF/A."""
    for intent in root.get("/OutputIntents", ()):
        profile = intent.get_object()["/DestOutputProfile"].get_object()
        data = bytearray(profile.get_data())
        data[_ICC_DATE] = _ICC_SETTLED_DATE
        data[_ICC_IDENTIFIER] = bytes(16)
        profile.set_data(bytes(data))


def _set_identifier(
    writer: PdfWriter, reader: PdfReader, properties: PdfProperties, attachment: Attachment | None
) -> None:
    """Derive the file's identifier from what its pages show, instead of from the time."""
    digest = hashlib.sha256()
    for page in reader.pages:
        contents = page.get_contents()
        digest.update(contents.get_data() if contents else b"")
    digest.update(repr(properties).encode("utf-8"))
    digest.update(attachment.data if attachment else b"")
    identifier = ByteStringObject(digest.digest()[:16])
    writer._ID = ArrayObject((identifier, identifier))  # noqa: SLF001  # pypdf's only other way is a random one


def _set_stream(
    writer: PdfWriter, holder: DictionaryObject, key: str, data: bytes, *, subtype: str, kind: str
) -> StreamObject:
    """Put a stream into a dictionary, in the place of the object that stood there, if any."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    stream[NameObject("/Type")] = NameObject(kind)
    stream[NameObject("/Subtype")] = NameObject(subtype)
    old = holder.raw_get(key) if key in holder else None
    if isinstance(old, IndirectObject):
        writer._replace_object(old, stream)  # noqa: SLF001  # keeps the object's number: no orphan is left behind
    else:
        holder[NameObject(key)] = writer._add_object(stream)  # noqa: SLF001  # pypdf has no public way to add one
    return stream


def _attach(writer: PdfWriter, root: DictionaryObject, attachment: Attachment, date: datetime.datetime) -> None:
    """Attach a file as PDF/A-3 asks: embedded, named, and associated with the document as its data."""
    text, name = TextStringObject, NameObject
    files = DictionaryObject()
    stream = _set_stream(writer, files, "/F", attachment.data, subtype="/application#2Fjson", kind="/EmbeddedFile")
    stream[name("/Subtype")] = name(f"/{ATTACHMENT_TYPE}")
    stream[name("/Params")] = DictionaryObject(
        {
            name("/Size"): NumberObject(len(attachment.data)),
            name("/ModDate"): text(date.strftime("D:%Y%m%d%H%M%SZ")),
            name("/CheckSum"): ByteStringObject(hashlib.md5(attachment.data, usedforsecurity=False).digest()),
        }
    )
    files[name("/UF")] = files.raw_get("/F")
    specification = writer._add_object(  # noqa: SLF001  # as above
        DictionaryObject(
            {
                name("/Type"): name("/Filespec"),
                name("/F"): text(attachment.name),
                name("/UF"): text(attachment.name),
                name("/Desc"): text(attachment.description),
                name("/AFRelationship"): name("/Data"),
                name("/EF"): files,
            }
        )
    )
    root[name("/AF")] = ArrayObject([specification])
    tree = DictionaryObject({name("/Names"): ArrayObject([text(attachment.name), specification])})
    names = root.setdefault(name("/Names"), DictionaryObject()).get_object()
    names[name("/EmbeddedFiles")] = tree


def _xmp(properties: PdfProperties) -> bytes:
    rdf = f"{{{_NAMESPACES['rdf']}}}"
    root = etree.Element("{adobe:ns:meta/}xmpmeta", nsmap={"x": "adobe:ns:meta/"})
    container = etree.SubElement(root, f"{rdf}RDF", nsmap={"rdf": _NAMESPACES["rdf"]})
    spaces = {prefix: uri for prefix, uri in _NAMESPACES.items() if prefix != "rdf"}
    description = etree.SubElement(container, f"{rdf}Description", {f"{rdf}about": ""}, nsmap=spaces)
    date = properties.date.strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, value in (
        ("pdfaid:part", "3"),
        ("pdfaid:conformance", "B"),
        ("pdf:Producer", PRODUCER),
        ("xmp:CreatorTool", "segurdoc"),
        ("xmp:CreateDate", date),
        ("xmp:ModifyDate", date),
    ):
        _element(description, name).text = value
    for name, kind, value in (
        ("dc:title", "Alt", properties.title),
        ("dc:description", "Alt", properties.subject),
        ("dc:creator", "Seq", properties.author),
        ("dc:language", "Bag", LANGUAGE),
    ):
        holder = etree.SubElement(_element(description, name), f"{rdf}{kind}")
        attributes = {f"{_XML}lang": "x-default"} if kind == "Alt" else {}
        etree.SubElement(holder, f"{rdf}li", attributes).text = value
    packet = etree.tostring(root, encoding="utf-8", xml_declaration=False)
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
    return begin + packet + b'\n<?xpacket end="w"?>'


def _element(parent: etree._Element, name: str) -> etree._Element:
    prefix, _, local = name.partition(":")
    return etree.SubElement(parent, f"{{{_NAMESPACES[prefix]}}}{local}")
