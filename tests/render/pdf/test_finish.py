"""What LibreOffice makes of the clock does not reach the finished PDF."""

import datetime
import io

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from generator.render.pdf.finish import finish_pdf
from generator.render.pdf.properties import Attachment, PdfProperties

PROPERTIES = PdfProperties(
    "Bon de commande 1", "Éditeur Fictif", "AF", datetime.datetime(2026, 5, 4, tzinfo=datetime.UTC)
)


def converted(minute: int) -> PdfReader:
    """Return a PDF as LibreOffice writes it: a dated colour profile, whose length is an object of its own."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    profile = DecodedStreamObject()
    profile.set_data(bytes(24) + (2026).to_bytes(2) + bytes(7) + bytes([minute]) + bytes(52) + bytes(range(256)) * 8)
    packed = profile.flate_encode()
    packed[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject({NameObject("/DestOutputProfile"): writer._add_object(packed)})
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject([intent])
    length = writer._add_object(NumberObject(1000 + minute))
    stream = io.BytesIO()
    writer.write(stream)
    direct = b"/Length %d" % len(packed._data)
    apart = b"/Length %d 0 R" % length.idnum
    # The table is off by what the reference is longer: pypdf finds the objects all the same.
    return PdfReader(io.BytesIO(stream.getvalue().replace(direct, apart)))


@pytest.mark.parametrize("minute", [1, 59])
def test_time_of_the_conversion_leaves_no_trace(minute: int) -> None:
    attachment = Attachment("a.json", b"{}", "Descripteur")
    assert finish_pdf(converted(minute), PROPERTIES, attachment) == finish_pdf(converted(30), PROPERTIES, attachment)


def test_finished_pdf_opens() -> None:
    with pdfium.PdfDocument(finish_pdf(converted(1), PROPERTIES, None)) as document:
        assert len(document) == 1
