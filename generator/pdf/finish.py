"""The finishing of a PDF: its title and dates, its identifier, and the descriptor it carries.

LibreOffice writes the time of the conversion and a random identifier into the file; here they are made of the
document's own content, so that the same order gives the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject
from pypdf.generic import BooleanObject
from pypdf.generic import ByteStringObject
from pypdf.generic import DecodedStreamObject
from pypdf.generic import DictionaryObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject
from pypdf.generic import NumberObject
from pypdf.generic import PdfObject
from pypdf.generic import StreamObject
from pypdf.generic import TextStringObject

from generator.pdf.objects import PdfBase
from generator.pdf.objects import PdfCopy
from generator.pdf.properties import Attachment
from generator.pdf.properties import PdfProperties

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


def finish_pdf(reader: PdfReader, properties: PdfProperties, attachment: Attachment | None) -> bytes:
    """Return the finished PDF/A-3b; the same arguments give the same bytes.

    Args:
        reader: the PDF/A-3b that LibreOffice made.
        properties: title, author, subject and date, written to Info and XMP alike, as PDF/A asks.
        attachment: the canonical descriptor, attached as the document's associated data; None leaves it out.
    """
    copy = PdfCopy(PdfBase(reader))
    settle_colour_profile(copy, reader)
    return finish_copy(copy, reader, properties, attachment)


def finish_copy(copy: PdfCopy, reader: PdfReader, properties: PdfProperties, attachment: Attachment | None) -> bytes:
    """Return a copy of a PDF, finished: its properties, its language, its attachment."""
    root_reference = reader.trailer.raw_get("/Root")
    old = _root(reader)
    root = DictionaryObject(old)
    metadata = _stream(_xmp(properties), kind="/Metadata", subtype="/XML")
    root[NameObject("/Metadata")] = _placed(copy, old, "/Metadata", metadata)
    root[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    if attachment:
        _attach(copy, root, attachment, properties.date)
    copy.replace(root_reference, root)
    return copy.write(root_reference, _placed(copy, reader.trailer, "/Info", _info(properties)))


def _root(reader: PdfReader) -> DictionaryObject:
    root = reader.trailer["/Root"]
    if not isinstance(reader.trailer.raw_get("/Root"), IndirectObject) or not isinstance(root, DictionaryObject):
        raise PdfReadError("no catalogue")
    return root


def _placed(copy: PdfCopy, holder: DictionaryObject, key: str, value: PdfObject) -> IndirectObject:
    """Put an object in the place of the one that stood under `key`, so that no orphan is left behind."""
    reference = holder.raw_get(key) if key in holder else None
    if not isinstance(reference, IndirectObject):
        return copy.add(value)
    copy.replace(reference, value)
    return reference


def _stream(data: bytes, *, kind: str, subtype: str) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    stream[NameObject("/Type")] = NameObject(kind)
    stream[NameObject("/Subtype")] = NameObject(subtype)
    return stream


def _info(properties: PdfProperties) -> DictionaryObject:
    date = _date(properties.date)
    texts = {
        "/Title": properties.title,
        "/Author": properties.author,
        "/Subject": properties.subject,
        "/Creator": "segurdoc",
        "/Producer": PRODUCER,
        "/CreationDate": date,
        "/ModDate": date,
    }
    return DictionaryObject({NameObject(key): TextStringObject(text) for key, text in texts.items()})


def _date(date: datetime.datetime) -> str:
    return date.strftime("D:%Y%m%d%H%M%SZ")


def settle_colour_profile(copy: PdfCopy, reader: PdfReader) -> None:
    """Take the time of the conversion out of the colour profile that LibreOffice writes for PDF/A."""
    for intent in _root(reader).get("/OutputIntents", ()):
        reference = intent.get_object().raw_get("/DestOutputProfile")
        profile = reference.get_object()
        data = bytearray(profile.get_data())
        data[_ICC_DATE] = _ICC_SETTLED_DATE
        data[_ICC_IDENTIFIER] = bytes(16)
        settled = DecodedStreamObject()
        settled.set_data(bytes(data))
        settled[NameObject("/N")] = profile["/N"]
        copy.replace(reference, settled.flate_encode())


def _attach(copy: PdfCopy, root: DictionaryObject, attachment: Attachment, date: datetime.datetime) -> None:
    """Attach a file as PDF/A-3 asks: embedded, named, and associated with the document as its data."""
    text, name = TextStringObject, NameObject
    stream = _stream(attachment.data, kind="/EmbeddedFile", subtype=f"/{ATTACHMENT_TYPE}")
    stream[name("/Params")] = DictionaryObject(
        {
            name("/Size"): NumberObject(len(attachment.data)),
            name("/ModDate"): text(_date(date)),
            name("/CheckSum"): ByteStringObject(hashlib.md5(attachment.data, usedforsecurity=False).digest()),
        }
    )
    file = copy.add(stream)
    specification = copy.add(
        DictionaryObject(
            {
                name("/Type"): name("/Filespec"),
                name("/F"): text(attachment.name),
                name("/UF"): text(attachment.name),
                name("/Desc"): text(attachment.description),
                name("/AFRelationship"): name("/Data"),
                name("/EF"): DictionaryObject({name("/F"): file, name("/UF"): file}),
            }
        )
    )
    root[name("/AF")] = ArrayObject([specification])
    tree = DictionaryObject({name("/Names"): ArrayObject([text(attachment.name), specification])})
    names = DictionaryObject(root.get("/Names", {}))
    names[name("/EmbeddedFiles")] = tree
    root[name("/Names")] = names


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
