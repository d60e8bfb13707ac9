"""From documents to what is to be said of them: opened, their order found, held against it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from generator.documents import DOCUMENT_SANS_VA
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.findings import Finding
from generator.findings import Place
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.qr import qr_payload
from generator.readback.codes import Codes
from generator.readback.engines import read_pages
from generator.readback.folding import folded
from generator.readback.inspect import inspect
from generator.readback.kinds import COMMANDE_INTROUVABLE
from generator.readback.kinds import DOCUMENT_AUTRE_SORTE
from generator.readback.kinds import REFERENCE_AUTRE
from generator.readback.opened import UnreadableDocumentError
from generator.readback.opened import open_document
from generator.readback.seen import Seen
from generator.readback.seen import look_at
from generator.readback.verify import Verified
from generator.readback.verify import Wanted
from generator.readback.verify import kind_of
from generator.readback.verify import verify
from generator.references import Appels
from generator.references import DocumentKind
from generator.validation import Checked
from generator.validation import check_descriptor


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """How to verify.

    Attributes:
        engines: names of optical reading engines.
        wears: names of the profiles to try a document under, beside as it is.
        document: the kind of document, where it is known.
        reference: the AF, where it is known.
        sought: the orders are a collection to look in; else there is one, and the document must be its own.
    """

    engines: tuple[str, ...]
    wears: tuple[str, ...] = ()
    document: DocumentKind | None = None
    reference: str | None = None
    sought: bool = False


def verify_files(
    paths: Iterable[Path], orders: Sequence[Checked], appels: Appels, options: VerifyOptions
) -> Iterator[Verified]:
    """Verify documents one by one.

    Args:
        paths: PDFs and scans.
        orders: the orders they may belong to, without errors; none where the documents come without.
        appels: the records of the AF.
        options: how to verify.

    Raises:
        EngineMissingError: an engine is not on this machine.
    """
    for path in paths:
        try:
            yield _verify_file(path, orders, appels, options)
        except UnreadableDocumentError as error:
            yield Verified(str(path), None, (), (error.finding,))


def _verify_file(path: Path, orders: Sequence[Checked], appels: Appels, options: VerifyOptions) -> Verified:
    seen = look_at(open_document(path))
    wanted = _order_of(seen, orders, appels, options)
    refused = _contradiction(seen, wanted, options)
    if refused:
        return Verified(str(path), wanted, (), (refused,), seen.pages, code_read=bool(seen.codes.payloads))
    if wanted:
        return verify(seen, wanted, options.engines, options.wears)
    found = inspect(
        seen, appels, options.engines, options.wears, reference=options.reference, document=options.document
    )
    if not orders:
        return found
    lost: Finding = COMMANDE_INTROUVABLE.at(Place(str(path)))
    return replace(found, findings=(lost, *found.findings))


def _contradiction(seen: Seen, wanted: Wanted | None, options: VerifyOptions) -> Finding | None:
    """Say where the document, or its order, is of another AF or kind than the options ask for."""
    place = Place(seen.file)
    if wanted and wanted.document not in documents_of(wanted.order):
        return DOCUMENT_SANS_VA.at(place, document=wanted.document.value)
    payload = next(iter(seen.codes.payloads), None)
    reference = wanted.order.reference if wanted else payload and payload.reference
    if options.reference and reference and reference != options.reference:
        return REFERENCE_AUTRE.at(place, asked=options.reference, seen=reference)
    if options.document and payload and payload.document is not options.document:
        return DOCUMENT_AUTRE_SORTE.at(place, asked=options.document.label, seen=payload.document.label)
    return None


def _order_of(seen: Seen, orders: Sequence[Checked], appels: Appels, options: VerifyOptions) -> Wanted | None:
    """Return the order of a document: the one given, the one its QR code or text names, or the one it carries."""
    text = "\n".join(seen.opened.texts)
    if len(orders) == 1 and not options.sought:
        if not (text or seen.codes.payloads or options.document):
            text = _read(seen, options)
        return _wanted(orders[0], text, seen.codes, options)
    if not orders:
        carried = (_carried(attachment, seen.file, appels) for attachment in seen.opened.attachments)
        return next((_wanted(each, text, seen.codes, options) for each in carried if each), None)
    named = {(payload.reference, payload.numero, payload.finess_pmsi) for payload in seen.codes.payloads}
    if named:
        matches = [each for each in orders if _names(each) in named]
        # Of several versions of an order, the one that the code was made of.
        match = next((each for each in matches if _is_coded(each, seen.codes)), next(iter(matches), None))
    else:
        text = text or _read(seen, options)
        matches = [each for each in orders if all(folded(name) in folded(text) for name in _names(each))]
        # A number may be the beginning of another.
        match = max(matches, key=lambda each: len(_names(each)[1]), default=None)
    return _wanted(match, text, seen.codes, options) if match else None


def _is_coded(checked: Checked, codes: Codes) -> bool:
    assert checked.order
    order = checked.order
    kinds = {payload.document for payload in codes.payloads}.intersection(documents_of(order))
    return any(qr_payload(order, kind, canonical_of(order, kind)) in codes.payloads for kind in kinds)


def _names(checked: Checked) -> tuple[str, str, str]:
    assert checked.order
    return checked.order.reference, checked.order.numero, checked.order.client.finess_pmsi


def _read(seen: Seen, options: VerifyOptions) -> str:
    return "\n".join(line.text for page in read_pages(options.engines[0], seen.pages) for line in page)


def _wanted(checked: Checked, text: str, codes: Codes, options: VerifyOptions) -> Wanted:
    assert checked.order
    assert checked.appel
    kinds = documents_of(checked.order)
    kind = options.document or kind_of(text, codes, kinds, checked.appel)
    return Wanted(checked.order, checked.appel, kind)


def _carried(attachment: bytes, file: str, appels: Appels) -> Checked | None:
    """Return the order that a PDF carries, None where it is none."""
    try:
        text = attachment.decode("utf-8")
    except UnicodeDecodeError:
        return None
    for read in parse_descriptors(text, file):
        if isinstance(read, Descriptor):
            checked = check_descriptor(read, appels)
            if checked.order and checked.appel:
                return checked
    return None
