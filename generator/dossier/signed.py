"""Find the order and the document that each signed file is, and the files that nobody has signed yet.

The cheapest evidence comes first: the descriptor in a PDF, the text of its pages, the file name, and last the QR code,
which needs pictures of the pages (extra `ocr`). `verify` checks whether the document is complete and legible.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import open_regular
from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define
from generator.common.folding import fold_spaces
from generator.common.language import first_of, os_reason
from generator.documents import file_names, manifest_line, mentions, outputs, properties, qr
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.render.pdf.seal import is_sealed
from generator.rules.past_orders import carried_order
from generator.verify.text import UnreadablePdfError, page_texts

SIGNE_ILLISIBLE = define("SIGNE-ILLISIBLE", ERROR)
# The program knows its own PDFs by their identifier, the digest of their content. Each signature changes the file.
SIGNE_INTACT = define("SIGNE-INTACT", WARNING)
SIGNE_INCONNU = define("SIGNE-INCONNU", INFO)
SIGNE_SANS_SIGNATURE = define("SIGNE-SANS-SIGNATURE", WARNING)
# Without this finding, a scan that nobody signed would count as signed without a word.
SIGNE_A_VERIFIER = define("SIGNE-A-VERIFIER", INFO)

SUFFIXES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"))
# A scan of several pages has a few megabytes; `verify` has the same limit.
_MAX_BYTES = 100_000_000
_PDF = b"%PDF-"
# File names quoted in a message.
_NAMED = 5
# The first bytes of PNG, JPEG and TIFF files.
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
# A FINESS, also in groups such as « 99 000 003 6 » or « 990 000 036 »; no part of a longer number.
_FINESS = re.compile(r"(?<![0-9A-Z])[0-9][0-9A-Z](?:[ \u00a0\u202f]?[0-9]){7}(?![0-9A-Z])")


class RecognisedBy(enum.StrEnum):
    """The evidence that a document was recognised by."""

    DESCRIPTOR = "descriptor"
    TEXT = "text"
    NAME = "name"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A signed document: its file, the name of its order, its kind, and the evidence."""

    path: Path
    order: str
    document: DocumentKind
    by: RecognisedBy


class Recogniser:
    """Finds the order of a document among these orders."""

    def __init__(self, orders: Mapping[str, Order], appels: Appels) -> None:
        """Take the orders by their standard names."""
        self._orders = orders
        self._appels = appels
        self._of_client: defaultdict[str, list[str]] = defaultdict(list)
        for name, order in orders.items():
            self._of_client[order.client.finess_pmsi].append(name)
        # A kind of document and an order name: `BDC_AF-HOP-DPI-Va2_010000024_BC-1`.
        self._by_file_name = re.compile(rf"({'|'.join(kind.file_prefix for kind in DocumentKind)})_(.+)", re.IGNORECASE)
        self._folded = {name.casefold(): name for name in orders}
        self._reads_codes = _reads_pages()

    def read(self, folder: Path) -> Iterator[SignedDocument | Finding]:
        """Return each document of a folder, at any depth: recognised, or the finding with the reason."""
        try:
            # `rglob` is silent about a folder that is missing or cannot be read; `iterdir` raises.
            next(folder.iterdir(), None)
            paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        except OSError as error:
            yield SIGNE_ILLISIBLE.at(Place(str(folder)), reason=os_reason(error))
            return
        for path in paths:
            try:
                yield self.recognise(path)
            except BoundedError as error:
                yield error.finding
            except OSError as error:
                yield SIGNE_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))

    def recognise(self, path: Path) -> SignedDocument | Finding:
        """Return a document recognised, or the finding with the reason.

        Raises:
            BoundedError: reading it reached a limit.
            OSError: the file cannot be read.
        """
        seen = run_bounded(path, _look_at, path)
        found = self._by_descriptor(path, seen) or self._by_text(path, seen)
        # A name proves nothing about a file that is no PDF and no picture.
        if seen.is_document:
            found = found or self._by_name(path) or (self._by_code(path) if self._reads_codes else None)
        if found is None:
            return SIGNE_INCONNU.at(Place(str(path)))
        # A sealed PDF is byte for byte as the program made it: nobody signed it.
        return SIGNE_INTACT.at(Place(str(path))) if seen.is_sealed else found

    def _by_descriptor(self, path: Path, seen: _Seen) -> SignedDocument | None:
        if seen.carried is None:
            return None
        known, document = seen.carried
        name = file_names.standard_order_name(known.reference, known.finess_pmsi, known.numero)
        return SignedDocument(path, name, document, RecognisedBy.DESCRIPTOR) if name in self._orders else None

    def _by_text(self, path: Path, seen: _Seen) -> SignedDocument | None:
        text = seen.text
        finess = {re.sub(r"\s", "", each) for each in _FINESS.findall(text)}
        # Sorted, so that two runs agree.
        for name in (name for each in sorted(finess) for name in self._of_client.get(each, ())):
            order = self._orders[name]
            # One client may have several orders: AF and number tell them apart.
            if _contains(text, order.numero) and _contains(text, order.reference):
                return SignedDocument(path, name, self._kind_in(text, order), RecognisedBy.TEXT)
        return None

    def _kind_in(self, text: str, order: Order) -> DocumentKind:
        """Return the kind of document whose title is in a text."""
        appel = self._appels[order.reference]
        kinds = properties.document_kinds(order)
        titled = (kind for kind in kinds if (title := appel.mention_text(mentions.TITLES[kind])) and title in text)
        # A page without the title, such as a cut scan, is taken for the first document of the order.
        return next(titled, kinds[0])

    def _by_name(self, path: Path) -> SignedDocument | None:
        """Recognise a name such as `BDC_AF-HOP-DPI-Va2_010000024_BC-1.pdf`, also with a suffix such as `_signé`."""
        found = self._by_file_name.fullmatch(path.stem)
        if not found:
            return None
        rest = found[2].casefold()
        fits = [
            name
            for folded, name in self._folded.items()
            # The name ends here or goes on with a sign: `BC-1_signé` is BC-1, `BC-10` is not.
            if rest.startswith(folded) and not rest[len(folded) : len(folded) + 1].isalnum()
        ]
        name = max(fits, key=len, default=None)  # a number may start with another number
        return SignedDocument(path, name, DocumentKind(found[1].lower()), RecognisedBy.NAME) if name else None

    def _by_code(self, path: Path) -> SignedDocument | None:
        payload = run_bounded(path, _read_code, path, frozenset(self._orders))
        if payload is None:
            return None
        return SignedDocument(path, _name_of(payload), payload.document, RecognisedBy.QR)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The evidence that a worker finds quickly in a document, without drawing its pages."""

    is_document: bool
    is_sealed: bool
    carried: tuple[manifest_line.Identity, DocumentKind] | None
    text: str


def _look_at(path: Path) -> _Seen:
    with open_regular(path) as stream:
        data = stream.read(_MAX_BYTES)
    if not data.startswith(_PDF):
        return _Seen(data.startswith(_PICTURES), is_sealed(data), None, "")
    try:
        # A text may be broken anywhere between two words.
        text = fold_spaces("\n".join(page_texts(data)))
    except UnreadablePdfError:
        # A damaged text layer leaves the name and the QR code as evidence.
        text = ""
    return _Seen(True, is_sealed(data), carried_order(data), text)


def _read_code(path: Path, names: frozenset[str]) -> qr.QrPayload | None:
    """Return the first QR code of a document that is of one of some orders."""
    from generator.verify.opened import UnreadableDocumentError, open_document
    from generator.verify.qr_codes import read_codes

    try:
        for page in open_document(path).pages():
            for payload in read_codes([page]).payloads:
                if _name_of(payload) in names:
                    return payload
    except UnreadableDocumentError:
        pass
    return None


def _name_of(payload: qr.QrPayload) -> str:
    return file_names.standard_order_name(payload.reference, payload.finess_pmsi, payload.numero)


def _reads_pages() -> bool:
    """Return whether pages can be rendered and read (extra `ocr`)."""
    return find_spec("cv2") is not None and find_spec("zxingcpp") is not None


def _contains(text: str, word: str) -> bool:
    """Return whether a text contains a whole word: a number may start with another number."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def without_copies(documents: Iterable[SignedDocument]) -> list[tuple[SignedDocument, outputs.Output]]:
    """Return documents with their digests, without copies of the same file.

    Raises:
        OSError: a file cannot be read.
    """
    found: dict[str, tuple[SignedDocument, outputs.Output]] = {}
    for each in documents:
        output = outputs.read_output(each.path)
        # One scan saved under two names is one document.
        found.setdefault(output.sha256, (each, output))
    return list(found.values())


def recognised(
    folders: Iterable[Path], orders: Mapping[str, Order], appels: Appels
) -> tuple[list[SignedDocument], list[Finding]]:
    """Return the signed documents of these orders in folders, and the findings on the other documents."""
    recogniser = Recogniser(orders, appels)
    read = [each for folder in folders for each in recogniser.read(folder)]
    documents = [each for each in read if isinstance(each, SignedDocument)]
    return documents, [each for each in read if isinstance(each, Finding)]


def without_unsigned(documents: Iterable[SignedDocument]) -> tuple[list[SignedDocument], list[Finding]]:
    """Return the documents that show a signature or cannot be checked, and findings on the others."""
    # Without the extra `ocr` every document counts as signed: only a picture of the page shows its frames.
    if not _reads_pages():
        return list(documents), []
    kept, findings, unchecked = [], list[Finding](), list[Path]()
    for each in documents:
        try:
            is_signed = run_bounded(each.path, _is_signed, each.path)
        except BoundedError as error:
            findings.append(error.finding)
            continue
        if is_signed is False:
            findings.append(SIGNE_SANS_SIGNATURE.at(Place(str(each.path))))
            continue
        kept.append(each)
        if is_signed is None:
            unchecked.append(each.path)
    if unchecked:
        names = first_of([path.name for path in unchecked], _NAMED)
        findings.append(SIGNE_A_VERIFIER.at(Place(), count=len(unchecked), names=names))
    return kept, findings


def _is_signed(path: Path) -> bool | None:
    """Return whether the frames for signatures of a document contain something; None if they are not checked."""
    from generator.verify.opened import UnreadableDocumentError, open_document
    from generator.verify.signature_traces import Trace, signing_of

    try:
        trace = signing_of(open_document(path)).trace
    except UnreadableDocumentError:
        return None
    # A scan whose frames are not found is neither signed nor unsigned.
    return None if trace is Trace.NOT_CHECKED else trace is not Trace.NONE_SEEN
