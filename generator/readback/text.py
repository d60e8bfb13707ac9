"""The text layer of a PDF, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium

from generator.lang import Text
from generator.readback.plain import NotPlainError
from generator.readback.plain import plain_texts

# A document of the programme has two or three pages.
MAX_PAGES = 50


class UnreadablePdfError(Exception):
    """The PDF or the picture cannot be opened, has no page or too many; `reason` says why, as `str()` does."""

    def __init__(self, reason: Text | str) -> None:
        super().__init__(reason.en if isinstance(reason, Text) else reason)
        self.reason = reason if isinstance(reason, Text) else Text(reason, reason)


def check_page_count(count: int) -> None:
    """Refuse a document of no page, or of more than one of the programme has.

    Raises:
        UnreadablePdfError: it is refused.
    """
    if not count:
        raise UnreadablePdfError(Text("il n'a pas de page", "it has no page"))
    if count > MAX_PAGES:
        raise UnreadablePdfError(Text(f"il a {count} pages", f"it has {count} pages"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page, and where: left, top, right and bottom, in pixels."""

    text: str
    box: tuple[int, int, int, int]


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with document:
        check_page_count(len(document))
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise UnreadablePdfError(str(error)) from error


def page_texts(data: bytes) -> tuple[str, ...]:
    """Return the text of each page, lines parted by newlines, in the order the page sets them.

    Args:
        data: a PDF file.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    texts = []
    with _opened(data) as document:
        for page in document:
            text_page = page.get_textpage()
            # PDFium writes U+0002 for a hyphen at the end of a line, and joins the lines.
            texts.append(text_page.get_text_bounded().replace("\x02", "-\n").replace("\r\n", "\n"))
            text_page.close()
            page.close()
    return tuple(texts)


# Of each kind of document, whether its text is read off the file as PDFium reads it.
_READ_ALIKE: dict[str, bool] = {}
_REMEMBERED = 256


def texts_of_kind(data: bytes, kind: str) -> tuple[str, ...]:
    """Return the text of each page of a PDF, as `page_texts` does, in less time where its kind was met before.

    The first document of a kind is read by PDFium and, if it is written plainly, off the file; where the two agree,
    those after it are read off the file alone.

    Args:
        data: a PDF file.
        kind: a name that documents share which differ in their values alone.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    alike = _READ_ALIKE.get(kind)
    if alike is False:
        return page_texts(data)
    try:
        texts = plain_texts(data)
    except NotPlainError:
        return page_texts(data)
    if alike is None:
        read = page_texts(data)
        if len(_READ_ALIKE) >= _REMEMBERED:
            _READ_ALIKE.clear()
        _READ_ALIKE[kind] = _by_lines(read) == _by_lines(texts)
        return read
    return texts


def _by_lines(texts: tuple[str, ...]) -> list[list[list[str]]]:
    return [[line.split() for line in text.split("\n")] for text in texts]


def text_lines(data: bytes, dpi: int) -> list[tuple[Line, ...]]:
    """Return the lines of each page's text, and where they stand on a drawing of the page at `dpi`.

    Raises:
        UnreadablePdfError: it is damaged, or has no page or more than `MAX_PAGES`.
    """
    scale = dpi / 72
    pages = []
    with _opened(data) as document:
        for page in document:
            height = page.get_height()
            text_page = page.get_textpage()
            lines = []
            for found in re.finditer(r"[^\r\n\x02]+", text_page.get_text_range()):
                inked = [index for index in range(*found.span()) if not found[0][index - found.start()].isspace()]
                if inked:
                    lefts, bottoms, rights, tops = zip(*(text_page.get_charbox(index) for index in inked), strict=True)
                    sides = (min(lefts), height - max(tops), max(rights), height - min(bottoms))
                    left, top, right, bottom = (round(side * scale) for side in sides)
                    lines.append(Line(found[0], (left, top, right, bottom)))
            pages.append(tuple(lines))
            text_page.close()
            page.close()
    return pages
