"""What a PDF holds beside what its pages show: notes without a picture of their own, and attached files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.common.findings import Finding, Place
from generator.common.language import first_of
from generator.common.pdf import annotations_of, unlocked
from generator.common.pdf_errors import DAMAGED_PDF
from generator.verify.finding_kinds import ANNOTATION_A_VOIR, FICHIER_JOINT

if TYPE_CHECKING:
    from pypdf import PdfReader

# ISO 32000-1, 12.5.6: what leads elsewhere, what people fill in, and what belongs to another annotation.
_NO_NOTES = frozenset(("/Link", "/Widget", "/Popup", "/PrinterMark", "/TrapNet"))
# Those that say something else than their picture, or only once they are opened.
_OPENED = frozenset(("/Text", "/FileAttachment", "/Redact", "/Screen", "/Movie", "/Sound", "/3D", "/RichMedia"))
# ISO 32000-1, 12.5.3: the flag of what is neither shown nor printed.
_HIDDEN = 2
# How many files are named, and how much of a note is quoted.
_NAMED, _QUOTED = 5, 60


def carried_findings(data: bytes, place: Place) -> Iterator[Finding]:
    """Report the notes and files of a PDF that its drawn pages do not show: viewers show them, or print them.

    Args:
        data: the PDF.
        place: the document.
    """
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(unlocked(data)))
        found = [*_notes(reader, place), *_files(reader, place)]
    except DAMAGED_PDF:
        return
    yield from found


def _notes(reader: PdfReader, place: Place) -> Iterator[Finding]:
    for number, page in enumerate(reader.pages, start=1):
        for note in annotations_of(page):
            kind = str(note.get("/Subtype", ""))
            is_shown = "/AP" in note and kind not in _OPENED
            if kind not in _NO_NOTES and not is_shown and not int(note.get("/F", 0)) & _HIDDEN:
                text = " ".join(str(note.get("/Contents", note.get("/OverlayText", ""))).split())
                yield ANNOTATION_A_VOIR.at(place.on_page(number), page=number, kind=kind[1:], text=text[:_QUOTED])


def _files(reader: PdfReader, place: Place) -> Iterator[Finding]:
    """Give the attached files; the descriptor of an order is one, and stays in its documents."""
    names = [name for name in reader.attachments if not name.lower().endswith(".json")]
    if names:
        yield FICHIER_JOINT.at(place, names=first_of(names, _NAMED))
