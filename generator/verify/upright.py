"""The text layer of pages that are turned, or whose content is, set upright before it is read."""

from __future__ import annotations

import ctypes
import math

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# How many letters of a page tell how its text runs.
_LETTERS = 24


def upright_text(document: pdfium.PdfDocument, index: int) -> tuple[pdfium.PdfPage, pdfium.PdfTextPage]:
    """Return a page and its text, what is on it turned so that the text is upright, whatever viewers turn.

    PDFium gives text in the order of the page's own frame: of text that runs down the page, or of a page that viewers
    turn, that is no order at all.

    Args:
        document: the document; its pages may be changed.
        index: the page, from 0.
    """
    page = document[index]
    text = page.get_textpage()
    quarters = _quarters_of(text)
    if not quarters and not page.get_rotation():
        return page, text
    text.close()
    _turn(page, quarters)
    page.close()
    page = document[index]
    return page, page.get_textpage()


def is_turned(document: pdfium.PdfDocument) -> bool:
    """Return whether a page of a document is turned, by viewers or by its content."""
    for page in document:
        text = page.get_textpage()
        turned = bool(page.get_rotation() or _quarters_of(text))
        text.close()
        page.close()
        if turned:
            return True
    return False


def _quarters_of(text: pdfium.PdfTextPage) -> int:
    """Return the quarter turns, clockwise, that set most of a page's letters upright."""
    count = text.count_chars()
    some = range(0, count, max(count // _LETTERS, 1))
    letters = [index for index in some if chr(max(pdfium_c.FPDFText_GetUnicode(text, index), 0)).isalnum()]
    angles = [round(-pdfium_c.FPDFText_GetCharAngle(text, index) / (math.pi / 2)) % 4 for index in letters]
    return max(set(angles), key=angles.count, default=0)


def _turn(page: pdfium.PdfPage, quarters: int) -> None:
    """Turn what is on a page by quarter turns, clockwise, and tell viewers to turn it no more."""
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    matrix = {
        0: (1, 0, 0, 1, -left, -bottom),
        1: (0, -1, 1, 0, -bottom, right),
        2: (-1, 0, 0, -1, right, top),
        3: (0, 1, -1, 0, top, -left),
    }[quarters]
    page.set_rotation(0)
    box = (0, 0, height, width) if quarters % 2 else (0, 0, width, height)
    clip = pdfium_c.FS_RECTF(0, box[3], box[2], 0)
    pdfium_c.FPDFPage_TransFormWithClip(page, pdfium_c.FS_MATRIX(*matrix), ctypes.byref(clip))
    page.set_mediabox(*box)
    page.set_cropbox(*box)
