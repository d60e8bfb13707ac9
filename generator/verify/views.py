"""What a PDF holds besides its pages on screen: other views of them, notes without a picture, attached files.

On screen, printed, with its layers shown and hidden: all views must show the same.
"""

import enum
import io
from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from generator.common.findings import Finding, Place
from generator.common.folding import fold_spaces
from generator.common.language import Text, first_of, text
from generator.common.pdf import annotations_of, unlocked
from generator.common.pdf_errors import DAMAGED_PDF
from generator.verify.finding_kinds import ANNOTATION_A_VOIR, FICHIER_JOINT, PDF_VUES
from generator.verify.raster import PageImage, joined_regions, rasterise
from generator.verify.text import Box, UnreadablePdfError

# A difference of grey that people see, and how far apart two differences of one region are.
_VISIBLE, _JOIN = 12, (25, 25)
# ISO 32000-1, 8.11.4: the layers of a document (optional content), and which of them are shown.
_LAYERS = "/OCProperties"
# ISO 32000-1, 12.5.6: what leads elsewhere, what people fill in, and what belongs to another annotation.
_NO_NOTES = frozenset(("/Link", "/Widget", "/Popup", "/PrinterMark", "/TrapNet"))
# Those that say something else than their picture, or only once they are opened.
_OPENED = frozenset(("/Text", "/FileAttachment", "/Redact", "/Screen", "/Movie", "/Sound", "/3D", "/RichMedia"))
# ISO 32000-1, 12.5.3: the flag of what is neither shown nor printed.
_HIDDEN = 2
# How many files are named, and how much of a note is quoted.
_NAMED, _QUOTED = 5, 60


class View(enum.Enum):
    """A way of looking at a PDF."""

    SCREEN = "screen"
    PRINT = "print"
    ALL_LAYERS = "all-layers"
    NO_LAYERS = "no-layers"

    @property
    def label(self) -> Text:
        """What messages call it."""
        return text(f"verify.views.{self.value}")


def views_of(data: bytes, dpi: int) -> dict[View, tuple[PageImage, ...]]:
    """Return the pages of a PDF in each view: the screen's first; another only where it differs from it.

    Args:
        data: the PDF.
        dpi: dots per inch.

    Raises:
        UnreadablePdfError: it cannot be drawn.
    """
    screen = tuple(rasterise(data, dpi))
    views = {View.SCREEN: screen}
    for view, other in _other_views(data):
        try:
            pages = tuple(rasterise(other, dpi, prints=view is View.PRINT))
        # The screen's view can be drawn; another that cannot is not compared.
        except UnreadablePdfError:
            continue
        pairs = zip(pages, screen, strict=False)
        if len(pages) != len(screen) or any(not np.array_equal(one.pixels, two.pixels) for one, two in pairs):
            views[view] = pages
    return views


def _other_views(data: bytes) -> Iterator[tuple[View, bytes]]:
    """Return a PDF as it prints, and where it has layers with all of them shown, and with all of them hidden."""
    yield View.PRINT, data
    # What lies in compressed objects cannot be found in the bytes.
    if _LAYERS.encode() not in data and b"/ObjStm" not in data:
        return
    for view, state, names in ((View.ALL_LAYERS, "/ON", "/OFF"), (View.NO_LAYERS, "/OFF", "/ON")):
        try:
            reader = PdfReader(io.BytesIO(data))
            if _LAYERS not in reader.root_object:
                return
            writer = PdfWriter(clone_from=reader)
            layers = writer.root_object[_LAYERS].get_object()
            assert isinstance(layers, DictionaryObject)
            every = ArrayObject(layers.get("/OCGs", ArrayObject()))
            settings = {"/BaseState": NameObject(state), names: ArrayObject(), state: every}
            layers[NameObject("/D")] = DictionaryObject({NameObject(key): each for key, each in settings.items()})
            written = io.BytesIO()
            writer.write(written)
        # PDFium draws some files that pypdf cannot take apart: they have no views of layers.
        except DAMAGED_PDF:
            return
        yield view, written.getvalue()


def view_findings(
    views: Mapping[View, tuple[PageImage, ...]], place: Place, frames: Sequence[tuple[int, Box]] = ()
) -> Iterator[Finding]:
    """Report where a PDF shows one thing on screen and another in print, or with other layers.

    Args:
        views: its pages in each view.
        place: the document.
        frames: where people sign, each with its page: a signature that shows in one view alone is theirs.
    """
    for view, pages in views.items():
        for number, (screen, page) in enumerate(zip(views[View.SCREEN], pages, strict=False), start=1):
            if screen.pixels.shape == page.pixels.shape:
                own = [frame for frame_page, frame in frames if frame_page == number]
                apart = (cv2.absdiff(screen.pixels, page.pixels) > _VISIBLE).astype(np.uint8)
                boxes = joined_regions(apart, _JOIN)
                if any(not any(_is_within(box, frame) for frame in own) for box in boxes):
                    yield PDF_VUES.at(place.on_page(number), view=view.label)


def _is_within(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def carried_findings(data: bytes, place: Place) -> Iterator[Finding]:
    """Report the notes and files of a PDF that its drawn pages do not show: viewers show them, or print them.

    Args:
        data: the PDF.
        place: the document.
    """
    try:
        reader = PdfReader(io.BytesIO(unlocked(data)))
        found = list(_notes(reader, place))
        # The descriptor of an order is attached to its documents, and stays there.
        names = [name for name in reader.attachments if not name.lower().endswith(".json")]
    except DAMAGED_PDF:
        return
    yield from found
    if names:
        yield FICHIER_JOINT.at(place, names=first_of(names, _NAMED))


def _notes(reader: PdfReader, place: Place) -> Iterator[Finding]:
    for number, page in enumerate(reader.pages, start=1):
        for note in annotations_of(page):
            kind = str(note.get("/Subtype", ""))
            is_shown = "/AP" in note and kind not in _OPENED
            if kind not in _NO_NOTES and not is_shown and not int(note.get("/F", 0)) & _HIDDEN:
                text = fold_spaces(str(note.get("/Contents", note.get("/OverlayText", ""))))
                yield ANNOTATION_A_VOIR.at(place.on_page(number), page=number, kind=kind[1:], text=text[:_QUOTED])
