"""The finishing of a PDF: its title and dates, its identifier, and the descriptor it carries.

LibreOffice writes the time of the conversion and a random identifier into the file; here they are made of the
document's own content, so that the same order gives the same bytes.
"""

import datetime
import hashlib
from html import escape

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    TextStringObject,
)

from generator.render.pdf.objects import PdfCopy, dictionary, reference, stream, text, unnumbered
from generator.render.pdf.properties import Attachment, PdfProperties

PRODUCER = "segurdoc, LibreOffice, pypdf"
LANGUAGE = "fr-FR"
# A name has no slash of its own: it is written by its code (ISO 32000-1, 7.3.5).
ATTACHMENT_TYPE = b"/application#2Fjson"

# ISO 16684-1; the namespaces of PDF/A are in ISO 19005-3, 6.6.
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><pdf:Producer>%s</pdf:Producer>
<xmp:CreatorTool>segurdoc</xmp:CreatorTool><xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
# Fields of an ICC profile's header (ICC.1, section 7.2): year, month, day and time; the optional identifier.
_ICC_DATE, _ICC_IDENTIFIER = slice(24, 36), slice(84, 100)
_ICC_SETTLED_DATE = b"".join(number.to_bytes(2) for number in (2000, 1, 1, 0, 0, 0))


def finish_pdf(reader: PdfReader, properties: PdfProperties, attachment: Attachment | None) -> bytes:
    """Return the finished PDF/A-3b; the same arguments give the same bytes.

    Args:
        reader: the PDF/A-3b that LibreOffice made.
        properties: title, author, subject and date, written to Info and XMP alike, as PDF/A asks.
        attachment: the canonical descriptor, attached as the document's associated data; None leaves it out.
    """
    copy = PdfCopy(reader)
    _settle_colour_profile(copy, reader)
    metadata = stream(_xmp(properties), Type=b"/Metadata", Subtype=b"/XML")
    placed = [_placed(copy, _root(reader), "/Metadata", metadata)]
    info = _placed(copy, reader.trailer, "/Info", _info(properties))
    if attachment:
        placed += _attached(copy, attachment, properties.date)
    root = reader.trailer.raw_get("/Root")
    copy.replace(root, _catalogue(reader, *(reference.idnum for reference in placed)))
    return copy.write(root, info)


def _root(reader: PdfReader) -> DictionaryObject:
    root = reader.trailer["/Root"]
    if not isinstance(reader.trailer.raw_get("/Root"), IndirectObject) or not isinstance(root, DictionaryObject):
        raise PdfReadError("no catalogue")
    return root


def _placed(copy: PdfCopy, holder: DictionaryObject, key: str, value: bytes) -> IndirectObject:
    """Put an object in the place of the one that stood under `key`, so that no orphan is left behind."""
    reference = holder.raw_get(key) if key in holder else None
    if not isinstance(reference, IndirectObject):
        return copy.add(value)
    copy.replace(reference, value)
    return reference


def _catalogue(reader: PdfReader, metadata: int, specification: int = 0, tree: int = 0) -> bytes:
    """Return the catalogue that names these objects: the XMP, and of an attachment its specification and name tree."""
    name = NameObject
    old = _root(reader)
    root = DictionaryObject(old)
    root[name("/Metadata")] = IndirectObject(metadata, 0, reader)
    root[name("/Lang")] = TextStringObject(LANGUAGE)
    # Viewers show the title instead of the name of the file, as PDF/UA asks.
    root[name("/ViewerPreferences")] = DictionaryObject({name("/DisplayDocTitle"): BooleanObject(True)})
    if specification:
        root[name("/AF")] = ArrayObject([IndirectObject(specification, 0, reader)])
        names = DictionaryObject(root.get("/Names", {}))
        names[name("/EmbeddedFiles")] = IndirectObject(tree, 0, reader)
        root[name("/Names")] = names
    return unnumbered(root)


def _info(properties: PdfProperties) -> bytes:
    date = _date(properties.date)
    return dictionary(
        Title=text(properties.title),
        Author=text(properties.author),
        Subject=text(properties.subject),
        Creator=text("segurdoc"),
        Producer=text(PRODUCER),
        CreationDate=date,
        ModDate=date,
    )


def _date(date: datetime.datetime) -> bytes:
    return text(date.strftime("D:%Y%m%d%H%M%SZ"))


def _settle_colour_profile(copy: PdfCopy, reader: PdfReader) -> None:
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


def _attached(copy: PdfCopy, attachment: Attachment, date: datetime.datetime) -> tuple[IndirectObject, IndirectObject]:
    """Attach a file as PDF/A-3 asks, and return its specification, and the tree that names it."""
    # The checksum of an embedded file is an MD5 digest (ISO 32000-1, 7.11.4): it protects from nothing.
    digest = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest().encode()
    parameters = dictionary(Size=b"%d" % len(attachment.data), ModDate=_date(date), CheckSum=b"<%s>" % digest)
    file = reference(
        copy.add(stream(attachment.data, Type=b"/EmbeddedFile", Subtype=ATTACHMENT_TYPE, Params=parameters))
    )
    name = text(attachment.name)
    specification = copy.add(
        dictionary(
            Type=b"/Filespec",
            # PDF/A-3 asks for the name under both keys (ISO 19005-3, 6.8).
            F=name,
            UF=name,
            Desc=text(attachment.description),
            AFRelationship=b"/Data",
            EF=dictionary(F=file, UF=file),
        )
    )
    return specification, copy.add(dictionary(Names=b"[ %s %s ]" % (name, reference(specification))))


def _xmp(properties: PdfProperties) -> bytes:
    date = properties.date.strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = (escape(each, quote=False) for each in (properties.title, properties.subject, properties.author))
    return (_XMP % (PRODUCER, date, date, *texts, LANGUAGE)).encode()
