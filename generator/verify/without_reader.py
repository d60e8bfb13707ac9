"""Verification without an optical reader: the text of a PDF against its order, as far as that goes.

Pages are not compared, pictures not read: a document that passes here may still print something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import read_regular
from generator.common.findings import WARNING, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.language import os_reason
from generator.common.missing_tools import MOTEUR_ABSENT
from generator.common.pdf import attached_json
from generator.documents.mentions import expected_texts
from generator.documents.properties import document_kinds
from generator.references import Appels, DocumentKind
from generator.rules.validation import CheckedOrder, check_descriptor
from generator.verify.finding_kinds import DOCUMENT_ILLISIBLE
from generator.verify.missing_mentions import missing_mentions
from generator.verify.text import UnreadablePdfError, page_texts

LECTURE_SANS_MOTEUR = define("LECTURE-SANS-MOTEUR", WARNING)
LECTURE_SANS_COMMANDE = define("LECTURE-SANS-COMMANDE", WARNING)


@dataclass(frozen=True, slots=True)
class TextRead:
    """What the text of a document says.

    Attributes:
        file: the document.
        findings: mentions that are missing, and what was not done.
        found: how many texts of its order it has.
        wanted: how many its order has; 0 where no order is known, or nothing was read.
    """

    file: str
    findings: tuple[Finding, ...]
    found: int = 0
    wanted: int = 0


def read_text_only(
    path: Path, known: Sequence[CheckedOrder], appels: Appels, missing: str, document: DocumentKind | None = None
) -> TextRead:
    """Compare the text of a PDF with its order, in a worker.

    Args:
        path: the document; a scan needs a reader, and its finding says so.
        known: the orders it may be of; the one that the PDF carries is added.
        appels: the records of the AF.
        missing: what is missing on the machine for more.
        document: its kind; None to find out.
    """
    try:
        return run_bounded(path, _compare_text, path, known, appels, missing, document)
    except BoundedError as error:
        return TextRead(str(path), (error.finding,))


def _compare_text(
    path: Path, known: Sequence[CheckedOrder], appels: Appels, missing: str, document: DocumentKind | None
) -> TextRead:
    place = Place(str(path))
    try:
        data = read_regular(path)
        pages = page_texts(data) if data.startswith(b"%PDF") else ()
    except (OSError, UnreadablePdfError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else error.reason
        return TextRead(str(path), (DOCUMENT_ILLISIBLE.at(place, reason=reason),))
    if not any(page.strip() for page in pages):
        return TextRead(str(path), (MOTEUR_ABSENT.at(place, missing=missing),))
    undone = LECTURE_SANS_MOTEUR.at(place, missing=missing)
    text = fold_spaces(" ".join(pages))
    # An order whose number is not on the document is another's.
    orders = [each for each in (*known, *_carried(data, appels)) if each.order and each.order.numero in text]
    read = [each for order in orders for each in _compare(order, document, pages, place)]
    if not read:
        return TextRead(str(path), (LECTURE_SANS_COMMANDE.at(place), undone))
    # Of several orders and documents, the one of which the text lacks least.
    wanted, lacking = min(read, key=lambda each: len(each[1]) / each[0])
    return TextRead(str(path), (*lacking, undone), wanted - len(lacking), wanted)


def _carried(data: bytes, appels: Appels) -> Iterator[CheckedOrder]:
    for attached in attached_json(data):
        for each in parse_descriptors(attached.decode("utf-8", "replace")):
            if isinstance(each, Descriptor):
                yield check_descriptor(each, appels)


def _compare(
    checked: CheckedOrder, asked: DocumentKind | None, pages: tuple[str, ...], place: Place
) -> Iterator[tuple[int, tuple[Finding, ...]]]:
    """Return for each document of an order how many texts it has, and the findings of those that are missing."""
    assert checked.order
    assert checked.appel
    for kind in document_kinds(checked.order):
        if asked in (None, kind):
            wanted = expected_texts(checked.order, checked.appel, kind)
            yield len(wanted), tuple(missing_mentions(wanted, pages, place))
