"""Open a document to verify: a PDF with text, a PDF of scanned pages, or pictures; it is never trusted.

Phones and some scanners write a file for each page. A page that begins a document has its code, or its title; the pages
that follow it, up to the next such page, are the rest of it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import zxingcpp
from PIL import Image

from generator.common.files import open_regular
from generator.common.findings import FindingError, Place
from generator.common.folding import fold_signs
from generator.common.language import Text, os_reason, text
from generator.common.pdf import attached_json
from generator.common.worker_process import step
from generator.documents.mentions import TITLES
from generator.references import Appels
from generator.verify.finding_kinds import DOCUMENT_ILLISIBLE
from generator.verify.qr_codes import Codes, read_codes
from generator.verify.raster import PageImage, open_scan, rasterise, turn
from generator.verify.readers import read_pages
from generator.verify.text import MAX_PAGES, UnreadablePdfError, page_texts

MAX_BYTES = 100_000_000
# Of 200, 240, 270, 300 and 360, the resolution at which Tesseract misreads least in letters of 12 pt.
READING_DPI = 240
# A document with a page that pictures cover is a scan, and the text under it, if any, a machine's guess.
_COVERED = 0.6
# Viewers accept a PDF whose header is within its first 1,024 bytes (PDF Reference 1.7, appendix H.3, note 13).
_PDF_MARK, _MARK_WITHIN = b"%PDF-", 1024
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff"))


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
    def place(self) -> Place:
        """What findings call it."""
        return Place(str(self.path))

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
            for number, page in enumerate(drawn):
                yield turn(page, turned[number] if turned else 0)
        except UnreadablePdfError as error:
            raise _unreadable(self.path, error) from error


def open_document(path: Path) -> Opened:
    """Open a document.

    Raises:
        UnreadableDocumentError: it is not there, is neither a PDF nor a picture, is damaged, protected or too large.
    """
    try:
        with open_regular(path) as stream:
            # One byte too many tells that a file is too large, without reading the rest of it.
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused(path, os_reason(error)) from error
    if len(data) > MAX_BYTES:
        raise _refused(path, text("verify.refused.too-large", size=MAX_BYTES // 1_000_000))
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


def _refused(path: Path, reason: Text) -> UnreadableDocumentError:
    return UnreadableDocumentError(DOCUMENT_ILLISIBLE.at(Place(str(path)), reason=reason, pages=MAX_PAGES))


def _unreadable(path: Path, error: UnreadablePdfError | pdfium.PdfiumError) -> UnreadableDocumentError:
    # PDFium and Pillow give no codes, but sentences: « Incorrect password error », « cannot identify image file ».
    said = str(error)
    reason = error.reason if isinstance(error, UnreadablePdfError) else Text(said, said)
    if "password" in said.lower():
        reason = text("verify.refused.encrypted")
    elif "cannot identify" in said:
        reason = text("verify.refused.no-document")
    elif "load" in said or "truncated" in said:
        reason = text("verify.refused.damaged")
    return _refused(path, reason)


def _is_scanned(data: bytes) -> bool:
    # Scanners write a page as one picture, or cut it into strips.
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
            # A picture that cannot be decoded is skipped: the next one may be the logo.
            except (pdfium.PdfiumError, ValueError, MemoryError):
                continue
            pixels = np.ascontiguousarray(np.asarray(picture.convert("L")))
            if not zxingcpp.read_barcodes(pixels):
                return picture.rotate(-90 * turns, expand=True)
    return None


@dataclass(frozen=True)
class Seen:
    """An opened document, its pages for the readers, and its codes."""

    opened: Opened
    pages: tuple[PageImage, ...]
    codes: Codes

    @property
    def place(self) -> Place:
        """What findings call it."""
        return self.opened.place


def look_at(opened: Opened) -> Seen:
    """Draw a document's pages and read their codes; a scan that lies on its side is set upright by its QR code.

    Raises:
        UnreadableDocumentError: its pages cannot be drawn.
    """
    pages = tuple(opened.pages())
    codes = read_codes(pages)
    return Seen(opened, tuple(opened.pages(turned=codes.turned)) if any(codes.turned) else pages, codes)


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """A document to verify.

    Attributes:
        path: its file; that of its first page where each has its own.
        others: the files of its other pages.
        scan: all its pages in one file, where there are others.
    """

    path: Path
    others: tuple[Path, ...] = ()
    scan: Path | None = None

    def opened(self) -> Opened:
        """Open it.

        Raises:
            UnreadableDocumentError: it cannot be read.
        """
        return replace(open_document(self.scan or self.path), path=self.path)


def may_be_photos(paths: Sequence[Path]) -> bool:
    """Return whether there are several pictures, which may be pages of one document."""
    return sum(path.suffix.lower() in _PICTURES for path in paths) > 1


def gather_photos(paths: Sequence[Path], reader: str, appels: Appels, folder: Path) -> list[GivenDocument]:
    """Return the documents of some files, pages in pictures of their own joined.

    Args:
        paths: the files, the pages of a document one after the other.
        reader: the optical reader that looks for titles.
        appels: the records, whose titles they are.
        folder: where the files of joined pages are written.
    """
    titles = {fold_signs(appel.mention_text(title)) for appel in appels.values() for title in TITLES.values()}
    groups = list[list[tuple[Path, PageImage | None]]]()
    for path in paths:
        # The time limit of a worker is that of one file.
        step(Place(str(path)))
        seen = _single_page(path) if path.suffix.lower() in _PICTURES else None
        page = seen.pages[0] if seen else None
        # What follows a PDF, or a picture of several pages, is no page of it.
        if seen and groups and groups[-1][-1][1] is not None and not _begins(seen, reader, titles):
            groups[-1].append((path, page))
        else:
            groups.append([(path, page)])
    return [_document(group, folder / f"{number}.tiff") for number, group in enumerate(groups)]


def _single_page(path: Path) -> Seen | None:
    # A file that cannot be read is a document by itself, and a finding when it is verified.
    try:
        seen = look_at(open_document(path))
    except UnreadableDocumentError:
        return None
    return seen if len(seen.pages) == 1 and not seen.opened.is_pdf else None


def _begins(seen: Seen, reader: str, titles: set[str]) -> bool:
    if seen.codes.payloads:
        return True
    (lines,) = read_pages(reader, seen.pages)
    text = fold_signs(" ".join(line.text for line in lines))
    return any(title in text for title in titles)


def _document(group: Sequence[tuple[Path, PageImage | None]], scan: Path) -> GivenDocument:
    (path, _), *others = group
    if not others:
        return GivenDocument(path)
    pages = [page for _, page in group if page]
    first, *rest = (Image.fromarray(page.pixels) for page in pages)
    dpi = pages[0].dpi
    first.save(scan, save_all=True, append_images=rest, compression="tiff_adobe_deflate", dpi=(dpi, dpi))
    return GivenDocument(path, tuple(other for other, _ in others), scan)
