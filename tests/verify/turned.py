"""PDFs of plain text whose pages are turned, or whose content is, made for real."""

import ctypes
import io

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdf import PdfReader, PdfWriter, Transformation

WIDTH, HEIGHT = 595, 842


def text_pdf(*pages: list[str]) -> bytes:
    """Return a PDF with lines of text, one page for each list."""
    document = pdfium.PdfDocument.new()
    for lines in pages:
        page = document.new_page(WIDTH, HEIGHT)
        for number, line in enumerate(lines):
            text = pdfium_c.FPDFPageObj_NewTextObj(document, b"Helvetica", 12)
            wide = ctypes.create_string_buffer((line + "\0").encode("utf-16-le"))
            pdfium_c.FPDFText_SetText(text, ctypes.cast(wide, ctypes.POINTER(ctypes.c_ushort)))
            pdfium_c.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, HEIGHT - 80 - 20 * number)
            pdfium_c.FPDFPage_InsertObject(page, text)
        page.gen_content()
        page.close()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def turned(data: bytes, content: int, pages: int) -> bytes:
    """Return a PDF whose content is turned by quarter turns, counter-clockwise, and whose pages viewers turn clockwise.

    Where both are the same, the pages look upright.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for page in writer.pages:
        for _ in range(content):
            height = float(page.mediabox.height)
            # A point (x, y) of a page goes to (height - y, x).
            page.add_transformation(Transformation((0, 1, -1, 0, height, 0)))
            width = float(page.mediabox.width)
            page.mediabox.upper_right = (height, width)
            page.cropbox.upper_right = (height, width)
        page.rotation = 90 * pages
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
