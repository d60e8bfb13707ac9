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
from pathlib import Path

from generator.batch.outputs import Output
from generator.delivery import name_of
from generator.documents import DOCUMENT_SANS_VA
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.dossier.signed import Signed
from generator.dossier.signed import one_of_each
from generator.findings import ERROR
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
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
PIECE_ECARTEE = define(
    "PIECE-ECARTEE", WARNING,
    fr="ce document convient à la commande {numero}, mais n'est pas dans l'archive : {codes} ; c'est {kept} qui y est",
    en="this document fits order {numero}, but is not in the archive: {codes}; {kept} is there",
    fix_fr="vérifier que {kept} est bien le document signé ; « segurdoc verify » dit ce que ce document a",
    fix_en="check that {kept} is the signed document; “segurdoc verify” says what is wrong with this one",
)  # fmt: skip
SIGNATURE_NON_VUE = define(
    "SIGNATURE-NON-VUE", WARNING,
    fr="ce PDF ne paraît pas signé par tous : sous « Signature et cachet », {blank} cadre(s) vide(s) sur {rooms}, et "
    "aucun champ de signature rempli",
    en="this PDF does not look signed by all: under “Signature et cachet”, {blank} of {rooms} frame(s) blank, and no "
    "signature field is filled",
    fix_fr="ouvrir le fichier ; s'il n'est pas signé, mettre à sa place le document signé",
    fix_en="open the file; if it is not signed, put the signed document in its place",
    why_fr="Un programme qui enregistre le PDF de nouveau en change les octets : il n'est plus reconnu comme intact, "
    "et reste sans signature. Sont regardés les champs de signature, les annotations d'encre, de tampon et de texte, "
    "et l'encre dans les cadres ; ni qui signe, ni si une signature est valable. Un scan n'est pas regardé.",
    why_en="A program that saves the PDF anew changes its bytes: it is no longer known as untouched, and still nobody "
    "signed it. What is looked at: signature fields, annotations of ink, stamp and text, and ink in the frames; "
    "neither who signs nor whether a signature is valid. A scan is not looked at.",
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
    """A file of an order's folder.

    Attributes:
        name: its name there.
        data: its bytes.
        document: which of the order's documents it is; None for the descriptor.
        source: the file it comes from.
        findings: what is to be said of it: no error.
        signature: what is seen of signatures on it, a value of `generator.readback.signing.Trace`; empty for the
            descriptor.
    """

    name: str
    data: bytes
    document: DocumentKind | None
    source: str
    findings: tuple[Finding, ...] = ()
    signature: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A signed document of an order that was looked at and is not in the archive: its file and digest, and why."""

    source: str
    sha256: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Dossier:
    """What is gathered of an order, whole.

    Attributes:
        name: its folder in the archive.
        order: the order.
        purpose: what is asked for.
        pieces: its files.
        set_aside: the files that do not verify beside the one that does.
        findings: what is to be said to whoever makes the archive: of its files, and that others were set aside.
        engines: the optical reading engines it was read with.
    """

    name: str
    order: Order
    purpose: Purpose
    pieces: tuple[Piece, ...]
    set_aside: tuple[SetAside, ...]
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
    passed: list[tuple[Signed, Output, tuple[Finding, ...]]] = []
    failed: list[tuple[Signed, Output, tuple[Finding, ...]]] = []
    for each, output in one_of_each(found for found in signed if found.document is document):
        options = VerifyOptions(engines, document=document)
        (verified,) = verify_files([each.path], [checked], appels, options)
        (failed if has_errors(verified.findings) else passed).append((each, output, verified.findings))
    if len(passed) > 1:
        files = ", ".join(str(each.path) for each, *_ in passed)
        return (PIECES_PLUSIEURS.at(order.place, document=label, numero=order.numero, files=files),)
    if not passed:
        file = f"{document.file_prefix}_{name}.pdf"
        absent = PIECE_ABSENTE.at(order.place, document=label, numero=order.numero, name=file)
        return tuple(finding for *_, findings in failed for finding in findings) or (absent,)
    ((found, output, findings),) = passed
    data = found.path.read_bytes()
    if sha256(data).hexdigest() != output.sha256:
        raise OSError(f"{found.path} changed while it was read")
    suffix = found.path.suffix.lower()
    trace, unsigned = _signature(found.path)
    findings += unsigned
    pieces = (
        Piece(f"{document.file_prefix}_{name}{suffix}", data, document, found.path.name, findings, trace),
        Piece(_DESCRIPTOR, canonical_of(order, document), None, order.file),
    )
    set_aside = tuple(SetAside(each.path.name, digest.sha256, said) for each, digest, said in failed)
    told = (
        PIECE_ECARTEE.at(
            Place(str(each.path)), numero=order.numero, codes=", ".join(_codes(said)), kept=str(found.path)
        )
        for each, _, said in failed
    )
    return Dossier(name, order, purpose, pieces, set_aside, (*findings, *told), engines)


def _signature(path: Path) -> tuple[str, tuple[Finding, ...]]:
    """Return what is seen of signatures on a document, and what is to be said of it."""
    from generator.readback.opened import open_document
    from generator.readback.signing import signing_of

    seen = signing_of(open_document(path))
    doubt = SIGNATURE_NON_VUE.at(Place(str(path)), blank=seen.blank, rooms=seen.rooms)
    return seen.trace.value, (doubt,) if seen.is_doubtful else ()


def _codes(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


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
        "pieces": [_piece(piece, dossier.name) for piece in dossier.pieces],
        "set_aside": [
            {"source": each.source, "sha256": each.sha256, "findings": _codes(each.findings)}
            for each in dossier.set_aside
        ],
    }


def _piece(piece: Piece, folder: str) -> dict[str, object]:
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
