"""Compare a delivered document with the pages that its order gives: every page, every region, the text layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from generator.common.findings import Finding, Place
from generator.common.folding import fold_signs
from generator.common.language import Text, text
from generator.documents.mentions import RESERVES_CHOICES, PrintedMention
from generator.verify import finding_kinds as kinds
from generator.verify.compare import compare
from generator.verify.raster import PageImage
from generator.verify.synthesis.align import Delivered, Registered, Registrar
from generator.verify.synthesis.comparison import Difference, Shown, compare_page
from generator.verify.synthesis.differences import explain
from generator.verify.synthesis.expected import DPI, ExpectedPage, Word, expected_pages, words_of
from generator.verify.synthesis.glyphs import Glyphs, blurred
from generator.verify.text import Box, Line, touch, union
from generator.verify.views import View

# Of what is unreadable on a page, how much is named.
_MANY = 4
# A page with less ink than this, as dark as that, is a blank back; the grain of paper is finer.
_BLANK, _GRAIN = 0.0005, 0.3
# A page with more is mostly black: a photo in the shade, in black and white. A full page of text has a tenth of it.
_BLACK = 0.25
# A blank picture may have a rule of the page at its edge.
_BLANK_PICTURE = 0.01
# Ticks that the client's pen makes where the order leaves the choice open.
_OPEN_BOXES = tuple(f"case.{name}" for name in RESERVES_CHOICES)
# A box that is ticked otherwise is another choice: as grave as another text.
_KINDS = {
    Shown.OTHER: kinds.DOCUMENT_MODIFIE,
    Shown.TICK: kinds.DOCUMENT_MODIFIE,
    Shown.MISSING: kinds.DOCUMENT_MANQUE,
    Shown.ADDED: kinds.DOCUMENT_AJOUT,
    Shown.MARK: kinds.MARQUE_A_VOIR,
    Shown.WORDED: kinds.CADRE_TEXTE,
    Shown.UNREADABLE: kinds.TEXTE_ILLISIBLE,
}
# In pixels: how far a word may be from the line it belongs to.
_NEAR = 12
# A layer of which less than this is known says something else altogether: its encoding is lost.
_KNOWN = 0.5
# A sheet shows the pages that have this share of its words at least, at their heights.
_SHOWN = 0.25


@dataclass(frozen=True, slots=True)
class Mark:
    """A region to draw on a picture of a page: the page's number, its box in pixels, what it is, how grave it is."""

    page: int
    box: Box
    finding: Finding


@dataclass(frozen=True)
class Synthesis:
    """What the comparison with the expected pages found.

    Attributes:
        findings: everything that is to be reported.
        marks: where, on `pages`.
        pages: the pages as they were compared, in the order of the expected ones.
        rooms: for each room to sign in, whether something is written in it.
        shown: the numbers of the expected pages that it has.
        mentions: the ids of the mentions that stand on them.
        frames: the rooms to sign in, each with the number of its page.
    """

    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]
    pages: tuple[PageImage, ...]
    rooms: tuple[bool, ...]
    shown: frozenset[int]
    mentions: frozenset[str]
    frames: tuple[tuple[int, Box], ...] = ()


def check_pages(
    views: Mapping[View, Sequence[PageImage]],
    expected: Sequence[ExpectedPage],
    mentions: Sequence[PrintedMention],
    reader: str,
    place: Place,
    *,
    is_drawn: bool,
) -> Synthesis | None:
    """Compare a document with the pages that its order gives.

    Args:
        views: its pages in each view; those of a scan as the screen's.
        expected: the pages that must be there.
        mentions: what must stand on them.
        reader: the reader that reads what is there otherwise.
        place: the document.
        is_drawn: its pages are drawn from a PDF with text, not scanned.

    Returns:
        What was found; None where none of its pages is known: it is of another layout, or illegible.

    Raises:
        ReaderMissingError: the reader is not on this machine.
    """
    found, unknown, black = _pages_found(views, expected, is_drawn=is_drawn)
    shown = {each.page.number: each for view, each in reversed(found) if view is View.SCREEN}
    if not shown or (unknown and len(shown) + len(black) < len(expected)):
        # Some pages are unlike the expected ones, and some of these are not found: they are of another layout.
        return None
    ids = _mention_ids(expected, mentions)
    findings = list(_completeness(expected, shown, unknown, black, place))
    glyphs = Glyphs(expected)
    marks, rooms = [], dict[tuple[int, int], bool]()
    for view, registered in found:
        compared = compare_page(registered)
        for index, inked in enumerate(compared.inked_rooms):
            key = (registered.page.number, index)
            rooms[key] = rooms.get(key, False) or inked
        for difference in _summed(explain(registered, compared, glyphs, reader)):
            finding = _finding(difference, ids, view, place)
            # Another view of the same PDF shows most differences once more.
            if finding and finding not in findings:
                findings.append(finding)
                marks.append(Mark(difference.page, difference.box, finding))
    pages = tuple(_straight(shown[page.number], page) for page in expected if page.number in shown)
    mine = frozenset(name for (page, _), names in ids.items() if page in shown for name in names)
    frames = tuple((page.number, room) for page in expected for room in page.rooms)
    return Synthesis(tuple(findings), tuple(marks), pages, tuple(rooms.values()), frozenset(shown), mine, frames)


def shown_picture(pages: Sequence[PageImage], pdf: bytes) -> Image.Image | None:
    """Return what a scan shows where the first page of an expected document has a blank picture.

    Args:
        pages: the pages of the scan.
        pdf: the expected document.

    Returns:
        The region of the page, laid straight; None where the page is not found, or has no blank picture.
    """
    first, *_ = expected_pages(pdf)
    found, _, _ = _pages_found({View.SCREEN: pages}, [first], is_drawn=False)
    if not found:
        return None
    pixels = _straight(found[0][1], first).pixels
    for left, top, right, bottom in first.pictures:
        if float(first.ink[top:bottom, left:right].mean()) < _BLANK_PICTURE:
            return Image.fromarray(pixels[top:bottom, left:right])
    return None


def _pages_found(
    views: Mapping[View, Sequence[PageImage]], expected: Sequence[ExpectedPage], *, is_drawn: bool
) -> tuple[list[tuple[View, Registered]], list[int], list[int]]:
    """Return the expected pages that each view shows, the numbers of those that are none of them, and of black ones."""
    registrar = Registrar(expected)
    found: list[tuple[View, Registered]] = []
    unknown, black = list[int](), list[int]()
    for view, pages in views.items():
        for number, image in enumerate(pages):
            delivered = Delivered(number, image, is_drawn=is_drawn)
            laid = registrar.find(delivered)
            found += ((view, each) for each in laid)
            if not laid and view is View.SCREEN and float((blurred(delivered.ink, 1.0) > _GRAIN).mean()) > _BLANK:
                (black if float(delivered.ink.mean()) > _BLACK else unknown).append(number + 1)
    return found, unknown, black


def _summed(differences: Sequence[Difference]) -> Iterator[Difference]:
    # Where much of a page is unreadable, one difference says so instead of dozens.
    unreadable = [each for each in differences if each.seen is Shown.UNREADABLE]
    if len(unreadable) <= _MANY:
        yield from differences
        return
    yield from (each for each in differences if each.seen is not Shown.UNREADABLE)
    first = unreadable[0]
    texts = [each.expected for each in unreadable[:_MANY]]
    box = union([each.box for each in unreadable])
    yield Difference(Shown.UNREADABLE, first.page, box, None, f"{' / '.join(texts)} … (+ {len(unreadable) - _MANY})")


def _straight(registered: Registered, page: ExpectedPage) -> PageImage:
    pixels = (255 - 255 * np.clip(registered.ink, 0, 1)).astype(np.uint8)
    corners = tuple((left, top) for left, top, *_ in page.rooms)
    return PageImage(pixels, DPI, corners)


def _completeness(
    expected: Sequence[ExpectedPage],
    shown: Mapping[int, Registered],
    unknown: Sequence[int],
    black: Sequence[int],
    place: Place,
) -> Iterator[Finding]:
    total = len(expected)
    missing = [page.number for page in expected if page.number not in shown]
    # A black page may be any of those that are missing.
    if len(missing) > len(black):
        yield from (kinds.PAGE_ABSENTE.at(place, page=number, total=total) for number in missing)
    yield from (kinds.PAGE_ILLISIBLE.at(place.on_page(number), page=number) for number in black)
    yield from (kinds.PAGE_EN_TROP.at(place.on_page(number), page=number) for number in unknown)


def _mention_ids(
    expected: Sequence[ExpectedPage], mentions: Sequence[PrintedMention]
) -> dict[tuple[int, int], list[str]]:
    # No places are needed: the sides of these boxes carry the numbers of line and page through `compare`.
    pages = [
        [Line(text, (index, page.number, index, page.number)) for index, text in enumerate(page.lines)]
        for page in expected
    ]
    ids: dict[tuple[int, int], list[str]] = {}
    words = [replace(mention, is_box=False) for mention in mentions]
    for reading in compare(words, pages):
        for line in reading.lines:
            ids.setdefault((line.box[1], line.box[0]), []).append(reading.mention.id)
    return ids


def _finding(
    difference: Difference, ids: Mapping[tuple[int, int], Sequence[str]], view: View, place: Place
) -> Finding | None:
    known = ids.get((difference.page, difference.line), ()) if difference.line is not None else ()
    # The client ticks these by hand after the document was made.
    if difference.seen is Shown.TICK and any(name in _OPEN_BOXES for name in known):
        return None
    return _KINDS[difference.seen].at(
        place.on_page(difference.page),
        id=text("verify.difference.mention", ids=", ".join(known)) if known else "",
        expected=difference.expected or "…",
        read=difference.read or text("verify.difference.unreadable"),
        view="" if view is View.SCREEN else Text(f" {view.label.fr}", f" {view.label.en}"),
    )


def hidden_text(
    data: bytes, expected: Sequence[ExpectedPage], marks: Sequence[Mark], place: Place
) -> Iterator[Finding]:
    """Report the text that a PDF holds and its order's pages do not.

    Args:
        data: the PDF.
        expected: the pages that must be there.
        marks: the regions that are reported already.
        place: the document.
    """
    with pdfium.PdfDocument(data) as document:
        for page in document:
            words, _ = words_of(page)
            # A sheet may show two pages, in any order.
            known_words = [sum(_is_expected(word, wanted) for word in words) for wanted in expected]
            shown = [wanted for wanted, count in zip(expected, known_words, strict=True) if count > _SHOWN * len(words)]
            others = [word for word in words if not any(_is_expected(word, wanted) for wanted in shown)]
            if not shown or len(others) > _KNOWN * len(words):
                continue
            numbers = [wanted.number for wanted in shown]
            known = [mark.box for mark in marks if mark.page in numbers]
            known += [room for wanted in shown for room in wanted.rooms]
            hidden = [word for word in others if not any(touch(word.box, box) for box in known)]
            if hidden:
                yield kinds.TEXTE_INVISIBLE.at(place.on_page(numbers[0]), text=" ".join(word.text for word in hidden))


def _is_expected(word: Word, page: ExpectedPage) -> bool:
    # Readers part words otherwise: a word is sought in the joined text of its level.
    _, top, _, bottom = word.box
    level = (other for other in page.words if other.box[1] - _NEAR <= (top + bottom) / 2 <= other.box[3] + _NEAR)
    return fold_signs(word.text) in fold_signs(
        "".join(other.text for other in sorted(level, key=lambda other: other.box[0]))
    )
