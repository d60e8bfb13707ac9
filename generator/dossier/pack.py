"""What a request for avance or solde gathers, as one archive: a folder an order, whole or not there at all.

In an order's folder stand the signed document, the canonical descriptor it was made of, and at the archive's root a
manifest with the digests of all. What the payment agency's own JSON must hold is not known to this program, and none
is made; the invoice that a request for solde needs is the vendor's.
"""

from __future__ import annotations

import enum
import io
import json
import zipfile
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from generator.delivery import name_of
from generator.documents import DOCUMENT_SANS_VA
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.dossier.signed import Signed
from generator.dossier.signed import one_of_each
from generator.findings import ERROR
from generator.findings import Finding
from generator.findings import define
from generator.findings import has_errors
from generator.orders import Order
from generator.references import Appels
from generator.references import DocumentKind
from generator.validation import Checked

PIECE_ABSENTE = define(
    "PIECE-ABSENTE", ERROR,
    fr="le document signé « {document} » de la commande {numero} n'est pas dans le dossier de --signed",
    en="the signed document “{document}” of order {numero} is not in the folder of --signed",
    fix_fr="l'y mettre ; s'il y est et que son code QR ne se lit pas, le nommer {name}",
    fix_en="put it there; if it is there and its QR code is not read, name it {name}",
    source="« Une demande de solde comprend un JSON complété par l'éditeur et une VA signée par son client » (FAQ des "
    "industriels)",
)  # fmt: skip
PIECES_PLUSIEURS = define(
    "PIECES-PLUSIEURS", ERROR,
    fr="plusieurs documents signés « {document} » conviennent à la commande {numero} : {files}",
    en="several signed documents “{document}” fit order {numero}: {files}",
    fix_fr="n'en laisser qu'un dans le dossier de --signed", fix_en="leave one of them in the folder of --signed",
)  # fmt: skip

MANIFEST = "manifest.json"
_DESCRIPTOR = "descripteur.json"
# The first day that an archive can tell: the same pieces give the same bytes, whenever they are gathered.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16


class Purpose(enum.StrEnum):
    """What is asked of the agency."""

    AVANCE = "avance"
    SOLDE = "solde"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of an order's folder: its name there, its bytes, and where it comes from."""

    name: str
    data: bytes
    document: DocumentKind | None
    source: str


@dataclass(frozen=True)
class Dossier:
    """What is gathered of an order, whole.

    Attributes:
        name: its folder in the archive.
        order: the order.
        purpose: what is asked for.
        pieces: its files.
        findings: what `verify` says of the signed document: no error.
        engines: the optical reading engines it was read with.
    """

    name: str
    order: Order
    purpose: Purpose
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]
    engines: tuple[str, ...]


def purpose_of(order: Order) -> Purpose:
    """Return what is asked for next: the solde where the dossier has a VA or a PV pilote, else the avance."""
    return Purpose.AVANCE if order.va is None else Purpose.SOLDE


def gather_dossier(
    checked: Checked, signed: Sequence[Signed], purpose: Purpose, *, engines: tuple[str, ...], appels: Appels
) -> Dossier | tuple[Finding, ...]:
    """Gather what a request needs of an order, its signed document verified.

    Args:
        checked: the order, without errors.
        signed: its signed documents.
        purpose: what is asked for.
        engines: the optical reading engines to verify with.
        appels: the records of the AF.

    Returns:
        The dossier; or what is wrong, where a piece is missing or does not verify.

    Raises:
        OSError: a document cannot be read.
    """
    # Late: what a finding means is known without the extra `ocr`.
    from generator.verification import VerifyOptions
    from generator.verification import verify_files

    order = checked.order
    assert order
    name = name_of(order.reference, order.client.finess_pmsi, order.numero)
    documents = documents_of(order)
    document = DocumentKind.BDC if purpose is Purpose.AVANCE else documents[-1]
    if purpose is Purpose.SOLDE and document is DocumentKind.BDC:
        return (DOCUMENT_SANS_VA.at(order.place, document=DocumentKind.VA.value),)
    label = document.label
    findings: list[Finding] = []
    passed = []
    for each, output in one_of_each(found for found in signed if found.document is document):
        options = VerifyOptions(engines, document=document)
        (verified,) = verify_files([each.path], [checked], appels, options)
        findings += verified.findings
        if not has_errors(verified.findings):
            passed.append((each, output))
    if len(passed) > 1:
        files = ", ".join(str(each.path) for each, _ in passed)
        return (PIECES_PLUSIEURS.at(order.place, document=label, numero=order.numero, files=files),)
    if not passed:
        file = f"{document.file_prefix}_{name}.pdf"
        absent = PIECE_ABSENTE.at(order.place, document=label, numero=order.numero, name=file)
        return tuple(findings) or (absent,)
    ((found, output),) = passed
    data = found.path.read_bytes()
    if sha256(data).hexdigest() != output.sha256:
        raise OSError(f"{found.path} changed while it was read")
    suffix = found.path.suffix.lower()
    pieces = (
        Piece(f"{document.file_prefix}_{name}{suffix}", data, document, found.path.name),
        Piece(_DESCRIPTOR, canonical_of(order, document), None, order.file),
    )
    return Dossier(name, order, purpose, pieces, tuple(findings), engines)


def archive_of(dossiers: Iterable[Dossier]) -> bytes:
    """Return the archive; the same dossiers give the same bytes."""
    ordered = sorted(dossiers, key=lambda dossier: dossier.name)
    files: dict[str, bytes] = {MANIFEST: _manifest(ordered)}
    for dossier in ordered:
        files |= {f"{dossier.name}/{piece.name}": piece.data for piece in dossier.pieces}
    stream = io.BytesIO()
    # Not compressed: PDFs and scans are already, and the bytes of a compression change with its library.
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _FILE_MODE
            entry.create_system = 3  # as on every system: the mode above is Unix's
            archive.writestr(entry, data)
    return stream.getvalue()


def _manifest(dossiers: Sequence[Dossier]) -> bytes:
    value: Mapping[str, object] = {"dossiers": [_object(dossier) for dossier in dossiers]}
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def _object(dossier: Dossier) -> dict[str, object]:
    order = dossier.order
    return {
        "folder": dossier.name,
        "for": dossier.purpose.value,
        "reference": order.reference,
        "prestation": order.prestation,
        "numero": order.numero,
        "finess_pmsi": order.client.finess_pmsi,
        "client": order.client.denomination_sociale,
        "montant": {"ht": str(order.montant.ht), "ttc": str(order.montant.ttc)},
        "verified_with": list(dossier.engines),
        "findings": sorted({finding.code for finding in dossier.findings}),
        "pieces": [
            {
                "file": f"{dossier.name}/{piece.name}",
                "document": piece.document.value if piece.document else None,
                "source": piece.source,
                "size": len(piece.data),
                "sha256": sha256(piece.data).hexdigest(),
            }
            for piece in dossier.pieces
        ],
    }
