"""Pack the files of requests for avance or solde in one archive, a complete folder for each order.

The folder of an order contains the signed document and its canonical descriptor. A manifest at the root of the archive
has the digests of all files. The content of the payment agency's own JSON is not known, so none is written; the invoice
for a solde comes from the vendor.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.files import read_regular
from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define, has_errors
from generator.common.opc import write_zip
from generator.documents import file_names, outputs, properties
from generator.dossier.signed import SignedDocument, without_copies
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.rules.validation import CheckedOrder
from generator.verify.finding_kinds import SIGNATURE_NON_VERIFIEE

if TYPE_CHECKING:
    from generator.verify.documents import VerifyOptions
    from generator.verify.verify import Verified

# FAQ des industriels : « Une demande de solde comprend un JSON […] et une VA signée par son client ».
PIECE_ABSENTE = define("PIECE-ABSENTE", ERROR)
PIECES_PLUSIEURS = define("PIECES-PLUSIEURS", ERROR)
PIECE_ECARTEE = define("PIECE-ECARTEE", WARNING)
# A PDF that a program only saved anew is no longer sealed, and still nobody signed it.
SIGNATURE_NON_VUE = define("SIGNATURE-NON-VUE", ERROR)
# ANS, wave 1: « Contrôles a posteriori […] après le versement du solde ». How long to keep papers is unknown.
CONTROLES_APRES_SOLDE = define("PIECES-A-GARDER", INFO)

MANIFEST = "manifest.json"
_DESCRIPTOR = "descripteur.json"
# A regular file that everybody may read.
_FILE_MODE = 0o100644


class Purpose(enum.StrEnum):
    """The payment that is requested."""

    AVANCE = "avance"
    SOLDE = "solde"


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of an order's folder.

    Attributes:
        name: its name in the folder.
        data: its bytes.
        document: the kind of document; None for the descriptor.
        source: the file it comes from.
        findings: its findings, none of which is an error.
        signature: the signatures seen on it, a value of `signature_traces.Trace`; empty for the descriptor.
    """

    name: str
    data: bytes
    document: DocumentKind | None
    source: str
    findings: tuple[Finding, ...] = ()
    signature: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A signed document that failed the verification and is not in the archive: file, digest and findings."""

    source: str
    sha256: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PackedOrder:
    """The folder of an order in the archive.

    Attributes:
        name: the name of the folder.
        order: the order.
        purpose: the payment requested.
        pieces: its files.
        set_aside: the signed documents that failed the verification.
        findings: the findings on its files, and a warning for each document set aside.
        readers: the readers that verified it.
    """

    name: str
    order: Order
    purpose: Purpose
    pieces: tuple[PackedFile, ...]
    set_aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...]
    readers: tuple[str, ...]


def next_purpose(order: Order) -> Purpose:
    """Return the next payment: the solde if the order has a VA or PV pilote, else the avance."""
    return Purpose.AVANCE if order.va is None else Purpose.SOLDE


def pack_order(
    checked: CheckedOrder,
    signed: Sequence[SignedDocument],
    purpose: Purpose,
    *,
    readers: tuple[str, ...],
    appels: Appels,
    roots: tuple[bytes, ...] = (),
    templates: tuple[tuple[DocumentKind, Path], ...] = (),
) -> PackedOrder | tuple[Finding, ...]:
    """Verify the signed document of an order, and pack it with its descriptor.

    Args:
        checked: a valid order.
        signed: its signed documents.
        purpose: the payment requested.
        readers: the readers to verify with.
        appels: the AF records.
        roots: trusted root certificates for signatures, as DER.
        templates: own templates by kind of document.

    Returns:
        The folder, or the findings if a document is missing or fails the verification.

    Raises:
        OSError: a document cannot be read.
    """
    # Imported late: `segurdoc explain` imports this module without the extra `ocr`.
    from generator.verify.documents import VerifyOptions

    order = checked.order
    assert order
    # The last kind of an order with a VA is its end document: VA or PV pilote.
    document = DocumentKind.BDC if purpose is Purpose.AVANCE else properties.document_kinds(order)[-1]
    if purpose is Purpose.SOLDE and document is DocumentKind.BDC:
        return (properties.missing_va(order.place, DocumentKind.VA),)
    options = VerifyOptions(readers, document=document, roots=roots, templates=templates)
    tried = [
        _verify(each, digest, checked, appels, options)
        for each, digest in without_copies(found for found in signed if found.document is document)
    ]
    passed, failed = [each for each in tried if each.passed], [each for each in tried if not each.passed]
    # Two signed documents may differ: the vendor chooses, not the program.
    if len(passed) > 1:
        files = ", ".join(str(each.signed.path) for each in passed)
        return (PIECES_PLUSIEURS.at(order.place, document=document.label, numero=order.numero, files=files),)
    if not passed:
        file = f"{document.file_prefix}_{_name(order)}.pdf"
        absent = PIECE_ABSENTE.at(order.place, document=document.label, numero=order.numero, name=file)
        return tuple(found for each in failed for found in each.findings) or (absent,)
    pieces = (
        _signed_file(order, document, passed[0]),
        PackedFile(_DESCRIPTOR, properties.document_descriptor(order, document), None, order.file),
    )
    # The manifest lists them apart: their findings are not those of the document that was sent.
    set_aside = tuple(SetAside(each.signed.path.name, each.digest.sha256, each.findings) for each in failed)
    findings = (*passed[0].verified.findings, *(_report_set_aside(order, each, passed[0]) for each in failed))
    return PackedOrder(_name(order), order, purpose, pieces, set_aside, findings, readers)


@dataclass(frozen=True, slots=True)
class _Verification:
    """A signed document, verified; `findings` has those of `verified`, and a missing signature."""

    signed: SignedDocument
    digest: outputs.Output
    verified: Verified
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether the document may be sent."""
        # A signature that cannot be verified here (extra `signatures`) may be invalid.
        return not has_errors(self.findings) and all(each.kind != SIGNATURE_NON_VERIFIEE for each in self.findings)


def _verify(
    signed: SignedDocument, digest: outputs.Output, checked: CheckedOrder, appels: Appels, options: VerifyOptions
) -> _Verification:
    # Imported late, as in `pack_order`.
    from generator.render.pipeline import render_expected
    from generator.verify.documents import verify_many

    ((verified, _),) = verify_many([signed.path], [checked], appels, options, render_expected)
    return _Verification(signed, digest, verified, (*verified.findings, *_unsigned(verified)))


def _name(order: Order) -> str:
    return file_names.standard_order_name(order.reference, order.client.finess_pmsi, order.numero)


def _signed_file(order: Order, document: DocumentKind, kept: _Verification) -> PackedFile:
    path = kept.signed.path
    data = read_regular(path)
    # The bytes in the archive must be those that were verified.
    if sha256(data).hexdigest() != kept.digest.sha256:
        raise OSError(f"{path} changed while it was read")
    trace = kept.verified.signing.trace.value if kept.verified.signing else ""
    name = f"{document.file_prefix}_{_name(order)}{path.suffix.lower()}"
    return PackedFile(name, data, document, path.name, kept.verified.findings, trace)


def _report_set_aside(order: Order, failed: _Verification, kept: _Verification) -> Finding:
    codes = ", ".join(_codes(failed.findings))
    place = Place(str(failed.signed.path))
    return PIECE_ECARTEE.at(place, numero=order.numero, codes=codes, kept=str(kept.signed.path))


def _unsigned(verified: Verified) -> Iterator[Finding]:
    seen = verified.signing
    if seen and seen.is_doubtful:
        yield SIGNATURE_NON_VUE.at(Place(verified.file), blank=seen.blank, rooms=seen.rooms)


def _codes(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def build_archive(dossiers: Iterable[PackedOrder]) -> bytes:
    """Return the archive; the same dossiers give the same bytes."""
    # The sequence of the arguments must not change the bytes.
    ordered = sorted(dossiers, key=lambda dossier: dossier.name)
    value = {"dossiers": [_object(dossier) for dossier in ordered]}
    files = {MANIFEST: json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"}
    for dossier in ordered:
        files |= {f"{dossier.name}/{piece.name}": piece.data for piece in dossier.pieces}
    # Not compressed: PDFs and scans are already, and the bytes of a compression change with its library.
    return write_zip(files, compress=False, mode=_FILE_MODE)


def _object(dossier: PackedOrder) -> dict[str, object]:
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
        "verified_with": list(dossier.readers),
        "pieces": [_piece(piece, dossier.name) for piece in dossier.pieces],
        "set_aside": [
            {"source": each.source, "sha256": each.sha256, "findings": _codes(each.findings)}
            for each in dossier.set_aside
        ],
    }


def _piece(piece: PackedFile, folder: str) -> dict[str, object]:
    value: dict[str, object] = {
        "file": f"{folder}/{piece.name}",
        "document": piece.document.value if piece.document else None,
        "source": piece.source,
        "size": len(piece.data),
        "sha256": sha256(piece.data).hexdigest(),
    }
    if piece.document:
        value |= {"findings": _codes(piece.findings), "signature": piece.signature}
    return value
