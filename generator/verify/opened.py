"""A document as it comes: a PDF with text, a PDF of scanned pages, or pictures; never trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import zxingcpp
from PIL import Image

from generator.common.findings import FindingError, Place
from generator.common.language import Text, os_reason
from generator.common.pdf import attached_json
from generator.common.regular_files import open_regular
from generator.verify.finding_kinds import DOCUMENT_ILLISIBLE
from generator.verify.raster import PageImage, open_scan, rasterise, turn
from generator.verify.text import MAX_PAGES, UnreadablePdfError, page_texts

MAX_BYTES = 100_000_000
# Of 200, 240, 270, 300 and 360, the resolution at which Tesseract misreads least in letters of 12 pt.
READING_DPI = 240
# A document with a page that pictures cover is a scan, and the text under it, if any, a machine's guess.
_COVERED = 0.6
_PDF_MARK, _MARK_WITHIN = b"%PDF-", 1024

_TOO_LARGE = Text(f"il dépasse {MAX_BYTES // 1_000_000} Mo", f"it is over {MAX_BYTES // 1_000_000} MB")
_NOT_A_DOCUMENT = Text(
    "ce n'est ni un PDF ni une image PNG, JPEG ou TIFF", "it is neither a PDF nor a PNG, JPEG or TIFF picture"
)
_ENCRYPTED = Text("il est protégé par un mot de passe", "it is protected by a password")
_DAMAGED = Text("il est endommagé", "it is damaged")


class UnreadableDocumentError(FindingError):
    """The document cannot be opened; `finding` says why."""


@dataclass(frozen=True)
class Opened:
    """A document that could be opened.

    Attributes:
        path: its file.
        data: its bytes.
        is_pdf: whether they are a PDF, else a picture.
        texts: the text layer of each page; empty where the document is a scan.
        attachments: the JSON files that a PDF carries.
    """

    path: Path
    data: bytes
    is_pdf: bool
    texts: tuple[str, ...] = ()
    attachments: tuple[bytes, ...] = ()

    @property
    def is_scan(self) -> bool:
        """Whether only an optical reader can tell what is on it."""
        return not self.texts

    def pages(self, dpi: int = READING_DPI, *, turned: Sequence[int] = ()) -> Iterator[PageImage]:
        """Draw the pages, one at a time; pictures come as they are, whatever `dpi` says.

        Args:
            dpi: dots per inch.
            turned: for each page, quarter turns counter-clockwise; by default none.
        """
        drawn = rasterise(self.data, dpi) if self.is_pdf else open_scan(self.data)
        try:
            for page, turns in zip_longest(drawn, turned, fillvalue=0):
                assert isinstance(page, PageImage)
                yield turn(page, turns)
        except UnreadablePdfError as error:
            raise _unreadable(self.path, error) from error


def open_document(path: Path) -> Opened:
    """Open a document.

    Raises:
        UnreadableDocumentError: it is not there, is neither a PDF nor a picture, is damaged, protected or too large.
    """
    try:
        with open_regular(path) as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        finding = DOCUMENT_ILLISIBLE.at(Place(str(path)), reason=os_reason(error), pages=MAX_PAGES)
        raise UnreadableDocumentError(finding) from error
    if len(data) > MAX_BYTES:
        raise UnreadableDocumentError(DOCUMENT_ILLISIBLE.at(Place(str(path)), reason=_TOO_LARGE, pages=MAX_PAGES))
    return open_pdf(path, data) if _PDF_MARK in data[:_MARK_WITHIN] else Opened(path, data, is_pdf=False)


def open_pdf(path: Path, data: bytes) -> Opened:
    """Open a PDF that is at hand.

    Args:
        path: what messages call it.
        data: its bytes.

    Raises:
        UnreadableDocumentError: it is damaged, protected or too large.
    """
    try:
        texts = page_texts(data)
        scanned = _is_scanned(data)
    except (UnreadablePdfError, pdfium.PdfiumError) as error:
        raise _unreadable(path, error) from error
    has_text = any(text.strip() for text in texts) and not scanned
    return Opened(path, data, is_pdf=True, texts=texts if has_text else (), attachments=attached_json(data))


def _unreadable(path: Path, error: UnreadablePdfError | pdfium.PdfiumError) -> UnreadableDocumentError:
    said = str(error)
    reason = error.reason if isinstance(error, UnreadablePdfError) else Text(said, said)
    if "password" in said.lower():
        reason = _ENCRYPTED
    elif "cannot identify" in said:
        reason = _NOT_A_DOCUMENT
    elif "load" in said or "truncated" in said:
        reason = _DAMAGED
    return UnreadableDocumentError(DOCUMENT_ILLISIBLE.at(Place(str(path)), reason=reason, pages=MAX_PAGES))


def _is_scanned(data: bytes) -> bool:
    """Tell whether pictures cover one of the pages: one picture, or the strips that scanners cut it into."""
    with pdfium.PdfDocument(data) as document:
        for page in document:
            width, height = page.get_size()
            covered = 0.0
            for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
                left, bottom, right, top = image.get_bounds()
                covered += (right - left) * (top - bottom)
            if covered > _COVERED * width * height:
                return True
    return False


def first_picture(data: bytes) -> Image.Image | None:
    """Return the first picture of a PDF that is no QR code: the vendor's logo, on a document of this program."""
    with pdfium.PdfDocument(data) as document:
        for image in document[0].get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            try:
                picture: Image.Image = image.get_bitmap(render=True).to_pil().convert("RGB")
                # As it is set on the page; a page that viewers turn may have all of it turned.
                matrix = image.get_matrix()
                turns = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2))
            except (pdfium.PdfiumError, ValueError, MemoryError):
                continue
            pixels = np.ascontiguousarray(np.asarray(picture.convert("L")))
            if not zxingcpp.read_barcodes(pixels):
                return picture.rotate(-90 * turns, expand=True)
    return None
