"""From documents to what is to be said of them: opened, their order found, held against it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from generator.documents import documents_of
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.readback.codes import Codes
from generator.readback.compare import folded
from generator.readback.engines import read_pages
from generator.readback.inspect import inspect
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

COMMANDE_INTROUVABLE = define(
    "COMMANDE-INTROUVABLE", WARNING,
    fr="aucune des commandes données n'est celle de ce document", en="none of the orders given is this document's",
    fix_fr="vérifier le dossier de --orders ; le code QR ou le texte doit porter le numéro et le FINESS de la commande",
    fix_en="check the folder of --orders; the QR code or the text must hold the order's number and FINESS",
)  # fmt: skip


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
    if wanted:
        return verify(seen, wanted, options.engines, options.wears)
    document = options.document or next((payload.document for payload in seen.codes.payloads), DocumentKind.BDC)
    found = inspect(seen, appels, options.engines[0], reference=options.reference, document=document)
    if not orders:
        return found
    lost: Finding = COMMANDE_INTROUVABLE.at(Place(str(path)))
    return replace(found, findings=(lost, *found.findings))


def _order_of(seen: Seen, orders: Sequence[Checked], appels: Appels, options: VerifyOptions) -> Wanted | None:
    """Return the order of a document: the one given, the one its QR code or text names, or the one it carries."""
    text = "\n".join(seen.opened.texts)
    if len(orders) == 1 and not options.sought:
        return _wanted(orders[0], text, seen.codes, options)
    if not orders:
        carried = (_carried(attachment, seen.file, appels) for attachment in seen.opened.attachments)
        return next((_wanted(each, text, seen.codes, options) for each in carried if each), None)
    named = {(payload.reference, payload.numero, payload.finess_pmsi) for payload in seen.codes.payloads}
    if named:
        match = next((each for each in orders if _names(each) in named), None)
    else:
        text = text or _read(seen, options)
        match = next((each for each in orders if all(folded(name) in folded(text) for name in _names(each))), None)
    return _wanted(match, text, seen.codes, options) if match else None


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
