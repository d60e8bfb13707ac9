"""Open documents, find their orders, and compare them."""

import os
import pickle
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from PIL import Image

from generator.common.bounded_workers import BoundedError, Workers, run_bounded
from generator.common.findings import Finding, Place
from generator.common.folding import fold_signs
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.language import joined, text
from generator.common.resources import EARLIER_TEMPLATES
from generator.documents.pictures import LOGO_BOX_MM, MM_PER_INCH
from generator.documents.properties import document_kinds, missing_va
from generator.orders import Order
from generator.references import Appel, Appels, DocumentKind
from generator.rules.validation import CheckedOrder, check_descriptor
from generator.verify import finding_kinds as kinds
from generator.verify.opened import (
    GivenDocument,
    Opened,
    Seen,
    UnreadableDocumentError,
    first_picture,
    gather_photos,
    look_at,
    may_be_photos,
)
from generator.verify.qr_codes import Codes
from generator.verify.readers import read_pages
from generator.verify.signature_traces import may_be_signed, signing_of
from generator.verify.signatures import means_findings, verify_signatures
from generator.verify.synthesis.check import shown_picture
from generator.verify.synthesis.expected import DPI
from generator.verify.verify import Verified, Wanted, kind_of, order_names, own_code, verify
from generator.verify.views import carried_findings
from generator.verify.without_order import inspect

# Renders the document of an order with a template (None for the built-in one) in a folder: returns its PDF, or why it
# cannot be rendered. The stage that renders comes after this one, so the caller passes it.
RenderExpected = Callable[[Order, Appel, DocumentKind, Path | None, Path], tuple[bytes | None, tuple[Finding, ...]]]
# In pixels: a logo that fills its box in both directions, so that the logo of a scan is within it.
_BLANK_LOGO = round(LOGO_BOX_MM[0] * DPI / MM_PER_INCH), round(LOGO_BOX_MM[1] * DPI / MM_PER_INCH)


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """How to verify.

    Attributes:
        readers: names of optical readers.
        wears: names of the profiles to try a document under, besides without wear.
        document: the kind of document, where it is known.
        reference: the AF, where it is known.
        sought: the orders are a collection to look in; else there is one, and the document must be its own.
        roots: certificates that a chain of signatures may end at, as DER.
        templates: own layouts by the kind of document they lay out.
        reads: let readers read what could be compared with the pages that its order gives.
        takes_logo: the orders came without the file of their logo: a document is compared with the one it shows.
    """

    readers: tuple[str, ...]
    wears: tuple[str, ...] = ()
    document: DocumentKind | None = None
    reference: str | None = None
    sought: bool = False
    roots: tuple[bytes, ...] = ()
    templates: tuple[tuple[DocumentKind, Path], ...] = ()
    reads: bool = True
    takes_logo: bool = False


def verify_files(
    documents: Iterable[GivenDocument],
    orders: Sequence[CheckedOrder],
    appels: Appels,
    options: VerifyOptions,
    render_expected: RenderExpected,
) -> Iterator[Verified]:
    """Verify documents one by one.

    Args:
        documents: PDFs and scans.
        orders: the orders they may belong to, without errors; none where the documents come without.
        appels: the records of the AF.
        options: how to verify.
        render_expected: renders the document that an order gives.

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    for document in documents:
        try:
            opened = document.opened()
            verified = _verify_opened(opened, orders, appels, options, render_expected)
            findings = [*verified.findings, *_pdf_findings(opened, options.roots)]
            if document.others:
                findings.append(kinds.PHOTOS_REUNIES.at(opened.place, others=", ".join(map(str, document.others))))
            signing = signing_of(opened, verified.compared.rooms if verified.compared else None)
            yield replace(verified, findings=tuple(findings), signing=signing)
        except UnreadableDocumentError as error:
            yield Verified(str(document.path), None, (), (error.finding,))


def verify_many(
    paths: Sequence[Path],
    orders: Sequence[CheckedOrder],
    appels: Appels,
    options: VerifyOptions,
    render_expected: RenderExpected,
    *,
    draws: bool = False,
) -> Iterator[tuple[Verified, tuple[bytes, ...]]]:
    """Verify documents in worker processes, on all cores when there are several.

    Args:
        paths: PDFs and scans; without an order, pictures of the pages of one document are taken together.
        orders: the orders they may belong to.
        appels: the records of the AF.
        options: how to verify.
        render_expected: renders the document that an order gives; workers import it by its name.
        draws: draw pictures of the pages that show what was read.

    Yields:
        In the order of the paths what was found of each document, without the pages, and the pictures as PNG.

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    work = _Work(list(orders), appels, options, render_expected, draws)
    with tempfile.TemporaryDirectory(prefix="segurdoc-") as folder:
        shared = Path(folder) / "work"
        # Written once instead of sent with each document: a record of an AF weighs some 100 kB.
        shared.write_bytes(pickle.dumps(work))
        documents = [GivenDocument(path) for path in paths]
        if not orders and options.readers and may_be_photos(paths):
            # What one of them does to its reader is said when it is verified.
            with suppress(BoundedError):
                documents = run_bounded(paths[0], gather_photos, paths, options.readers[0], appels, Path(folder))
        if len(documents) == 1:
            (only,) = documents
            yield _answer(only.path, lambda: run_bounded(only.path, _verify_one, only, shared), appels)
            return
        with Workers(max(min(os.cpu_count() or 1, len(documents)), 1), modules=(__name__,)) as workers:
            calls = deque(workers.submit_for(Place(str(each.path)), _verify_one, each, shared) for each in documents)
            # Answers are taken out one by one, so that none is kept.
            for each in documents:
                yield _answer(each.path, calls.popleft().result, appels)


def _answer(
    path: Path, call: Callable[[], tuple[Verified, tuple[bytes, ...]]], appels: Appels
) -> tuple[Verified, tuple[bytes, ...]]:
    try:
        verified, pictures = call()
    # A worker that was stopped at a limit, or broke down, is a finding of its document.
    except BoundedError as error:
        return Verified(str(path), None, (), (error.finding,)), ()
    wanted = verified.wanted
    if wanted and wanted.appel == appels.get(wanted.appel.reference):
        # A worker's answer has a record of its own, of some 100 kB; hundreds are kept until the report.
        wanted = replace(wanted, appel=appels[wanted.appel.reference])
    return replace(verified, wanted=wanted), pictures


@dataclass(frozen=True)
class _Work:
    """What the verification of all documents of a call shares."""

    orders: list[CheckedOrder]
    appels: Appels
    options: VerifyOptions
    render_expected: RenderExpected
    draws: bool


@lru_cache(maxsize=1)
def _work(shared: Path) -> _Work:
    # Each worker reads it once.
    work: _Work = pickle.loads(shared.read_bytes())  # noqa: S301  # the parent wrote it to a private folder
    return work


def _verify_one(document: GivenDocument, shared: Path) -> tuple[Verified, tuple[bytes, ...]]:
    from generator.verify.pictures import annotated, png

    work = _work(shared)
    (verified,) = verify_files([document], work.orders, work.appels, work.options, work.render_expected)
    pictures = tuple(map(png, annotated(verified))) if work.draws else ()
    # Pages weigh some megabytes each: they stay in the worker.
    compared = replace(verified.compared, pages=()) if verified.compared else None
    return replace(verified, pages=(), compared=compared), pictures


def _pdf_findings(opened: Opened, roots: tuple[bytes, ...]) -> Iterator[Finding]:
    if opened.is_pdf:
        if may_be_signed(opened.data):
            yield from verify_signatures(opened.data, opened.place, roots).findings(opened.place)
        yield from carried_findings(opened.data, opened.place)


def _verify_opened(
    opened: Opened,
    orders: Sequence[CheckedOrder],
    appels: Appels,
    options: VerifyOptions,
    render_expected: RenderExpected,
) -> Verified:
    seen, place = look_at(opened), opened.place
    if several := _several(seen):
        return Verified(place.file, None, (), (several,), seen.pages, code_read=True)
    wanted = _order_of(seen, orders, appels, options)
    if refused := _contradiction(seen, wanted, options):
        return Verified(place.file, wanted, (), (refused,), seen.pages, code_read=bool(seen.codes.payloads))
    if wanted:
        with tempfile.TemporaryDirectory(prefix="segurdoc-") as folder:
            takes_logo = options.takes_logo or not orders
            template = dict(options.templates).get(wanted.document)
            shown = _with_own_logo(wanted, opened, template, render_expected, Path(folder)) if takes_logo else wanted
            problems = list[Finding]()
            expected = _expected(shown, template, render_expected, folder, problems)
            verified = verify(seen, wanted, options.readers, options.wears, expected=expected, reads=options.reads)
        means = means_findings(opened, wanted.appel, place)
        return replace(verified, findings=(*verified.findings, *problems, *means))
    found = inspect(
        seen,
        appels,
        options.readers,
        options.wears,
        reference=options.reference,
        document=options.document,
        reads=options.reads,
    )
    if not orders:
        return found
    return replace(found, findings=(kinds.COMMANDE_INTROUVABLE.at(place), *found.findings))


def _expected(
    wanted: Wanted, template: Path | None, render_expected: RenderExpected, folder: str, problems: list[Finding]
) -> Iterator[bytes]:
    """Give the PDF that an order gives with its own layout, or with the built-in one and those of earlier versions."""
    # Documents of earlier versions come back signed, and their pages are those of earlier templates.
    earlier = () if template else (each / f"{wanted.document.value}.docx" for each in EARLIER_TEMPLATES)
    for number, layout in enumerate((template, *earlier)):
        place = Path(folder, str(number))
        pdf, found = render_expected(wanted.order, wanted.appel, wanted.document, layout, place)
        # Only what keeps the layout of today from being rendered is reported.
        if not number:
            problems += found
        if pdf:
            yield pdf


def _with_own_logo(
    wanted: Wanted, opened: Opened, template: Path | None, render_expected: RenderExpected, folder: Path
) -> Wanted:
    """Give an order the logo that its document shows: no descriptor contains the file."""
    if opened.is_scan:
        # A scan is one picture: its logo is what it shows where the expected page has a blank one.
        blank = _with_logo(wanted, Image.new("L", _BLANK_LOGO, 255), folder)
        pdf, _ = render_expected(blank.order, blank.appel, blank.document, template, folder / "blank")
        logo = shown_picture(tuple(opened.pages(DPI)), pdf) if pdf else None
    else:
        logo = first_picture(opened.data)
    return _with_logo(wanted, logo, folder) if logo else wanted


def _with_logo(wanted: Wanted, logo: Image.Image, folder: Path) -> Wanted:
    logo.save(folder / "logo.png")
    fournisseur = replace(wanted.order.fournisseur, logo="logo.png")
    return replace(wanted, order=replace(wanted.order, fournisseur=fournisseur, folder=folder))


def _several(seen: Seen) -> Finding | None:
    documents = seen.codes.documents(len(seen.pages))
    if len(documents) < 2:  # noqa: PLR2004  # two documents
        return None
    named = [
        text(
            "verify.content.document",
            pages=first if first == last else f"{first}-{last}",
            document=payload.document.label,
            numero=payload.numero,
            finess=payload.finess_pmsi,
            reference=payload.reference,
        )
        for first, last, payload in documents
    ]
    listed = joined(named, ";")
    return kinds.DOCUMENT_PLUSIEURS.at(seen.place, count=len(documents), documents=listed, page=documents[1][0])


def _contradiction(seen: Seen, wanted: Wanted | None, options: VerifyOptions) -> Finding | None:
    if wanted and wanted.document not in document_kinds(wanted.order):
        return missing_va(seen.place, wanted.document)
    payload = next(iter(seen.codes.payloads), None)
    reference = wanted.order.reference if wanted else payload and payload.reference
    if options.reference and reference and reference != options.reference:
        return kinds.REFERENCE_AUTRE.at(seen.place, asked=options.reference, seen=reference)
    if options.document and payload and payload.document is not options.document:
        labels = {"asked": options.document.label, "seen": payload.document.label}
        return kinds.DOCUMENT_AUTRE_SORTE.at(seen.place, **labels)
    return None


def _order_of(seen: Seen, orders: Sequence[CheckedOrder], appels: Appels, options: VerifyOptions) -> Wanted | None:
    """Return the order of a document: the one given, the one its QR code or text names, or the one it carries."""
    text = "\n".join(seen.opened.texts)
    if len(orders) == 1 and not options.sought:
        if not (text or seen.codes.payloads or options.document):
            text = _read(seen, options)
        return _wanted(orders[0], text, seen.codes, options)
    if not orders:
        carried = (_carried(attachment, seen.place.file, appels) for attachment in seen.opened.attachments)
        return next((_wanted(each, text, seen.codes, options) for each in carried if each), None)
    named = {(payload.reference, payload.numero, payload.finess_pmsi) for payload in seen.codes.payloads}
    if named:
        matches = [each for each in orders if _names(each) in named]
        # Of several versions of an order, the one that the code was made of.
        match = next((each for each in matches if _is_coded(each, seen.codes)), next(iter(matches), None))
    else:
        text = text or _read(seen, options)
        matches = [each for each in orders if all(fold_signs(name) in fold_signs(text) for name in _names(each))]
        # A number may be the beginning of another.
        match = max(matches, key=lambda each: len(_names(each)[1]), default=None)
    return _wanted(match, text, seen.codes, options) if match else None


def _is_coded(checked: CheckedOrder, codes: Codes) -> bool:
    assert checked.order
    coded = {payload.document for payload in codes.payloads}.intersection(document_kinds(checked.order))
    return any(own_code(checked.order, document) in codes.payloads for document in coded)


def _names(checked: CheckedOrder) -> tuple[str, str, str]:
    assert checked.order
    return order_names(checked.order)


def _read(seen: Seen, options: VerifyOptions) -> str:
    return "\n".join(line.text for page in read_pages(options.readers[0], seen.pages) for line in page)


def _wanted(checked: CheckedOrder, text: str, codes: Codes, options: VerifyOptions) -> Wanted:
    assert checked.order
    assert checked.appel
    kind = options.document or kind_of(text, codes, document_kinds(checked.order), checked.appel)
    return Wanted(checked.order, checked.appel, kind)


def _carried(attachment: bytes, file: str, appels: Appels) -> CheckedOrder | None:
    try:
        text = attachment.decode("utf-8")
    # JSON is exchanged in UTF-8 (RFC 8259, 8.1): an attachment in another encoding is no descriptor of this program.
    except UnicodeDecodeError:
        return None
    found = (check_descriptor(each, appels) for each in parse_descriptors(text, file) if isinstance(each, Descriptor))
    return next((checked for checked in found if checked.order and checked.appel), None)
