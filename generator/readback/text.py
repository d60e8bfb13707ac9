"""The text layer of a PDF, page by page."""

from __future__ import annotations

import pypdfium2 as pdfium

# A document of the programme has two or three pages.
MAX_PAGES = 50


class UnreadablePdfError(Exception):
    """The PDF cannot be opened, has no page or too many; `str()` says why."""


def page_texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each page, lines parted by newlines, in the order the page sets them.

    Args:
        data: a PDF file.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with document:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            raise UnreadablePdfError(f"{count} pages")
        texts = []
        for page in document:
            text_page = page.get_textpage()
            # PDFium writes U+0002 for a hyphen at the end of a line, and joins the lines.
            texts.append(text_page.get_text_bounded().replace("\x02", "-\n").replace("\r\n", "\n"))
            text_page.close()
            page.close()
        return tuple(texts)
