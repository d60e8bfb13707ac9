"""Signed documents, as they come back: of which order each is, and which of its documents.

What is cheap is tried first: the descriptor that a PDF still carries, the text of its pages, the name of the file, and
only then its QR code, for which the pages are drawn (extra `ocr`). Whether the document is whole and legible is
another question, which `verify` answers.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from generator.batch.outputs import Output
from generator.batch.outputs import output_of
from generator.delivery import name_of
from generator.documents import documents_of
from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.lang import os_reason
from generator.mentions import TITLES
from generator.orders import Order
from generator.pdf.objects import is_as_written
from generator.readback.text import UnreadablePdfError
from generator.readback.text import page_texts
from generator.references import Appels
from generator.references import DocumentKind
from generator.register import carried_order

SIGNE_ILLISIBLE = define(
    "SIGNE-ILLISIBLE", ERROR,
    fr="les documents signés ne peuvent pas être lus ici : {reason}",
    en="the signed documents cannot be read here: {reason}",
    fix_fr="vérifier le dossier de --signed et ses droits", fix_en="check the folder of --signed and its permissions",
)  # fmt: skip
SIGNE_INTACT = define(
    "SIGNE-INTACT", WARNING,
    fr="ce PDF est, octet pour octet, tel que le programme l'a fait : personne ne l'a signé",
    en="this PDF is, byte for byte, as the program made it: nobody has signed it",
    fix_fr="mettre ici le document signé : le scan de la page signée, ou le PDF signé électroniquement",
    fix_en="put the signed document here: the scan of the signed page, or the PDF signed electronically",
    why_fr="Le programme reconnaît ses propres PDF à leur identifiant, qui est l'empreinte de leur contenu. Une "
    "signature, même électronique, change le fichier.",
    why_en="The program knows its own PDFs by their identifier, which is the digest of their content. A signature, be "
    "it an electronic one, changes the file.",
)  # fmt: skip
SIGNE_INCONNU = define(
    "SIGNE-INCONNU", INFO,
    fr="ce document n'est reconnu comme celui d'aucune des commandes données",
    en="this document is not known as one of any of the orders given",
    fix_fr="l'ouvrir ; son nom peut dire la commande, comme dans BDC_AF-HOP-DPI-Va2_010000024_BC-1.pdf ; les codes QR "
    "des scans se lisent si l'extra ocr est installé",
    fix_en="open it; its name may say the order, as BDC_AF-HOP-DPI-Va2_010000024_BC-1.pdf does; the QR codes of scans "
    "are read where the extra ocr is installed",
)  # fmt: skip

SUFFIXES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"))
# A scan of several pages weighs some megabytes; `verify` refuses beyond this too.
_MAX_BYTES = 100_000_000
_PDF = b"%PDF-"
# What PNG, JPEG and TIFF files begin with.
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_FINESS = re.compile(r"(?<![0-9A-Z])[0-9][0-9A-Z](?:[ \u00a0\u202f]?[0-9]){7}(?![0-9A-Z])")


class By(enum.StrEnum):
    """What a document was recognised by."""

    DESCRIPTOR = "descriptor"
    TEXT = "text"
    NAME = "name"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document: its file, the order's name, which of the order's documents it is, and how that is known."""

    path: Path
    order: str
    document: DocumentKind
    by: By


class Recogniser:
    """Tells of which of some orders a document is."""

    def __init__(self, orders: Mapping[str, Order], appels: Appels) -> None:
        """Take the orders, by the names that `delivery.order_name` gives."""
        self._orders = orders
        self._appels = appels
        self._of_client: defaultdict[str, list[str]] = defaultdict(list)
        for name, order in orders.items():
            self._of_client[order.client.finess_pmsi].append(name)
        self._by_file_name = re.compile(rf"({'|'.join(kind.file_prefix for kind in DocumentKind)})_(.+)", re.IGNORECASE)
        self._folded = {name.casefold(): name for name in orders}
        self._reads_codes = find_spec("cv2") is not None and find_spec("zxingcpp") is not None

    def read(self, folder: Path) -> Iterator[Signed | Finding]:
        """Give the documents of a folder, at any depth: each recognised, or the finding that says why not."""
        try:
            next(folder.iterdir(), None)
            paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        except OSError as error:
            yield SIGNE_ILLISIBLE.at(Place(str(folder)), reason=os_reason(error))
            return
        for path in paths:
            try:
                yield self.recognise(path)
            except OSError as error:
                yield SIGNE_ILLISIBLE.at(Place(str(path)), reason=os_reason(error))

    def recognise(self, path: Path) -> Signed | Finding:
        """Return a document recognised, or the finding that says why not.

        Raises:
            OSError: the file cannot be read.
        """
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES)
        found = None
        if data.startswith(_PDF):
            found = self._by_descriptor(path, data) or self._by_text(path, data)
        if data.startswith((_PDF, *_PICTURES)):
            found = found or self._by_name(path) or (self._by_code(path) if self._reads_codes else None)
        if found is None:
            return SIGNE_INCONNU.at(Place(str(path)))
        return SIGNE_INTACT.at(Place(str(path))) if is_as_written(data) else found

    def _by_descriptor(self, path: Path, data: bytes) -> Signed | None:
        carried = carried_order(data)
        if carried is None:
            return None
        known, document = carried
        name = name_of(known.reference, known.finess_pmsi, known.numero)
        return Signed(path, name, document, By.DESCRIPTOR) if name in self._orders else None

    def _by_text(self, path: Path, data: bytes) -> Signed | None:
        try:
            text = " ".join("\n".join(page_texts(data)).split())
        except UnreadablePdfError:
            return None
        finess = {re.sub(r"\s", "", each) for each in _FINESS.findall(text)}
        for name in (name for each in sorted(finess) for name in self._of_client.get(each, ())):
            order = self._orders[name]
            if _says(text, order.numero) and _says(text, order.reference):
                return Signed(path, name, self._kind_in(text, order), By.TEXT)
        return None

    def _kind_in(self, text: str, order: Order) -> DocumentKind:
        """Return the document whose title stands on it: a BDC's stands on no other."""
        appel = self._appels[order.reference]
        kinds = documents_of(order)
        titled = (kind for kind in kinds if (title := appel.text_of(TITLES[kind])) and title in text)
        return next(titled, kinds[0])

    def _by_name(self, path: Path) -> Signed | None:
        """Read a name such as `BDC_AF-HOP-DPI-Va2_010000024_BC-1.pdf`; something may follow, as `_signé`."""
        found = self._by_file_name.fullmatch(path.stem)
        if not found:
            return None
        rest = found[2].casefold()
        fits = [
            name
            for folded, name in self._folded.items()
            if rest.startswith(folded) and not rest[len(folded) : len(folded) + 1].isalnum()
        ]
        name = max(fits, key=len, default=None)  # a number may be the beginning of another
        return Signed(path, name, DocumentKind(found[1].lower()), By.NAME) if name else None

    def _by_code(self, path: Path) -> Signed | None:
        from generator.readback.codes import read_codes
        from generator.readback.opened import UnreadableDocumentError
        from generator.readback.opened import open_document

        try:
            for page in open_document(path).pages():
                for payload in read_codes([page]).payloads:
                    name = name_of(payload.reference, payload.finess_pmsi, payload.numero)
                    if name in self._orders:
                        return Signed(path, name, payload.document, By.QR)
        except UnreadableDocumentError:
            pass
        return None


def _says(text: str, word: str) -> bool:
    """Tell whether a text holds a word whole: a number may be the beginning of another."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def one_of_each(documents: Iterable[Signed]) -> list[tuple[Signed, Output]]:
    """Return documents with their digests, those of the same bytes once.

    Raises:
        OSError: a file cannot be read.
    """
    found: dict[str, tuple[Signed, Output]] = {}
    for each in documents:
        output = output_of(each.path)
        found.setdefault(output.sha256, (each, output))
    return list(found.values())
