"""Read the register, the orders that past runs delivered, and compare an order with it.

A folder of `segurdoc batch` has a manifest. In a folder of `segurdoc render`, PDFs carry their descriptors; a DOCX, or
a PDF without a descriptor, gives AF, FINESS and number by its file name, if that is a standard name.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.files import open_regular, read_regular
from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define
from generator.common.language import os_reason
from generator.common.opc import DAMAGED_ZIP
from generator.common.pdf import attached_objects
from generator.documents import file_names, manifest_line, outputs, properties, qr
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.rules.model import ContextRule, DeliveredOrder, Problem, Register, RuleContext, problem

REGISTRE_ILLISIBLE = define("REGISTRE-ILLISIBLE", ERROR)
REGISTRE_VIDE = define("REGISTRE-VIDE", WARNING)
REGISTRE_LIGNE = define("REGISTRE-LIGNE", WARNING)
# The model of the bon de commande itself has the sentence on one Prestation Ségur: hence an error.
COMMANDE_DEJA = define("COMMANDE-DEJA-PASSEE", ERROR)
# The sentence is about one establishment. No text counts the establishments merged into it: hence a warning.
COMMANDE_FUSION = define("COMMANDE-FUSION", WARNING)
# Before the signature this is a correction, afterwards a refusal. The register does not know which: hence a warning.
PRESTATION_CHANGEE = define("PRESTATION-CHANGEE", WARNING)
# No text forbids two orders with one number, but a VA names its order by it.
NUMERO_DEJA = define("NUMERO-DEJA-PRIS", WARNING)
# FAQ des industriels: the solde has the perimeter of the avance. The delivered order may not be the signed one: hence a
# warning.
VA_PERIMETRE = define("VA-PERIMETRE", WARNING)
# A DOCX does not carry the descriptor: its QR code proves that an order is the same, not what has changed.
PERIMETRE_INCONNU = define("PERIMETRE-INCONNU", INFO)

_SUFFIXES = (".pdf", ".docx")
_KINDS = "|".join(kind.file_prefix for kind in DocumentKind)
# The standard names of orders and files: AF_FINESS_NUMERO, in files after the kind of document.
_ORDER = re.compile(r"(?P<reference>[^_]+)_(?P<finess>[0-9][0-9A-Z][0-9]{7})_(?P<numero>.+)")
_FILE = re.compile(rf"(?P<kind>{_KINDS})_{_ORDER.pattern}\.(?:pdf|docx)")
# The keys that a VA must have in common with its order, besides AF, client and number.
_PERIMETER = ("prestation", "montant", "date_emission")


def read_register(folders: Iterable[Path]) -> Register:
    """Read the orders that past runs delivered.

    Args:
        folders: output folders, or folders that contain output folders at any depth.

    Returns:
        The register, with findings for unreadable folders and lines. The last line of an order in a manifest counts;
        orders without delivered files are skipped.
    """
    delivered: list[DeliveredOrder] = []
    findings: list[Finding] = []
    for folder in folders:
        read = list(_read_tree(folder)) or [REGISTRE_VIDE.at(Place(str(folder)))]
        delivered += [each for each in read if isinstance(each, DeliveredOrder)]
        findings += [each for each in read if isinstance(each, Finding)]
    return Register(tuple(delivered), tuple(findings))


def _read_tree(root: Path) -> Iterator[DeliveredOrder | Finding]:
    try:
        # `rglob` is silent about a folder that is missing or cannot be read; `iterdir` raises.
        next(root.iterdir(), None)
        folders = [root, *sorted(path for path in root.rglob("*") if path.is_dir())]
    except OSError as error:
        yield REGISTRE_ILLISIBLE.at(Place(str(root)), reason=os_reason(error))
        return
    for folder in folders:
        try:
            known = list(_read_manifest(folder))
            yield from known
            named = {file.name for each in known if isinstance(each, DeliveredOrder) for file in each.files}
            yield from _read_documents(folder, named)
        except OSError as error:
            yield REGISTRE_ILLISIBLE.at(Place(str(error.filename or folder)), reason=os_reason(error))


def _read_manifest(folder: Path) -> Iterator[DeliveredOrder | Finding]:
    path = folder / manifest_line.NAME
    if not path.exists():
        return
    last: dict[str, manifest_line.ManifestLine] = {}
    with open_regular(path) as stream:
        for number, line in enumerate(manifest_line.lines_of(stream), start=1):
            if not line.endswith(b"\n"):
                break  # an unfinished line: a run is writing it, or was killed
            try:
                record = manifest_line.from_line(line)
            except manifest_line.ManifestLineError:
                yield REGISTRE_LIGNE.at(Place(str(path), line=number))
                continue
            if record.order is not None:
                last[record.order] = record
    for name, record in last.items():
        # A manifest of an earlier version has no identity: the name of the order gives it.
        named = _ORDER.fullmatch(name)
        known = record.identity or (_identity_in(named) if named else None)
        if record.outputs and known:
            documents = frozenset(record.documents) or _kinds(file.name for file in record.outputs)
            yield _delivered(known, folder, record.outputs, documents, record)


def _identity_in(found: re.Match[str]) -> manifest_line.Identity:
    # A name does not contain the prestation.
    return manifest_line.Identity(found["reference"], found["finess"], found["numero"], prestation="")


def _delivered(
    known: manifest_line.Identity,
    folder: Path,
    files: tuple[outputs.Output, ...],
    documents: frozenset[DocumentKind],
    record: manifest_line.ManifestLine | None = None,
) -> DeliveredOrder:
    return DeliveredOrder(
        name=file_names.standard_order_name(known.reference, known.finess_pmsi, known.numero),
        reference=known.reference,
        finess_pmsi=known.finess_pmsi,
        numero=known.numero,
        prestation=known.prestation or None,
        folder=folder,
        files=files,
        documents=documents,
        source=record.file if record else "",
        merged=known.merged,
        perimeter=record.perimeter if record else None,
    )


def _kinds(names: Iterable[str]) -> frozenset[DocumentKind]:
    found = (_FILE.fullmatch(name) for name in names)
    return frozenset(DocumentKind(each["kind"].lower()) for each in found if each)


def _read_documents(folder: Path, known: set[str]) -> Iterator[DeliveredOrder | Finding]:
    """Read the documents that are in no manifest."""
    files: defaultdict[str, list[Path]] = defaultdict(list)
    identities: dict[str, manifest_line.Identity] = {}
    kinds: defaultdict[str, set[DocumentKind]] = defaultdict(set)
    for path in sorted(folder.iterdir()):
        if path.name in known or path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        found = _FILE.fullmatch(path.name)
        try:
            carried = run_bounded(path, _carried_by, path) if path.suffix.lower() == ".pdf" else None
        except BoundedError as error:
            yield error.finding
            continue
        identity = carried[0] if carried else _identity_in(found) if found else None
        if identity is None:
            continue
        name = file_names.standard_order_name(identity.reference, identity.finess_pmsi, identity.numero)
        files[name].append(path)
        # A descriptor has the prestation and the exact number; a file name has neither.
        if carried or name not in identities:
            identities[name] = identity
        kinds[name] |= {carried[1]} if carried else _kinds([path.name])
    for name, paths in files.items():
        yield _delivered(identities[name], folder, tuple(map(outputs.read_output, paths)), frozenset(kinds[name]))


def _carried_by(path: Path) -> tuple[manifest_line.Identity, DocumentKind] | None:
    return carried_order(read_regular(path))


def carried_order(data: bytes) -> tuple[manifest_line.Identity, DocumentKind] | None:
    """Return the identity of the order whose descriptor a PDF carries, and the kind of the document.

    Args:
        data: the PDF.

    Returns:
        None if the PDF carries no descriptor.
    """
    return next(filter(None, map(_identify, attached_objects(data))), None)


def _identify(value: Mapping[str, Any]) -> tuple[manifest_line.Identity, DocumentKind] | None:
    try:
        keys = (value["reference"], value["client"]["finess_pmsi"], value["numero"], value["prestation"])
        end = value.get("va")
        kind = DocumentKind(end["type"].replace("_", "-")) if end else DocumentKind.BDC
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return (manifest_line.Identity(*keys), kind) if all(isinstance(key, str) for key in keys) else None


def _check_client_has_no_order(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """« … qu'une seule Prestation Ségur … par appel à financement »."""
    own = _own_name(order)
    finess = order.client.finess_pmsi
    for past in context.register.of_client(order.reference, finess):
        if past.name.casefold() != own:
            values = {"finess": finess, "reference": order.reference, "other": _described(past)}
            yield problem(COMMANDE_DEJA, "/client/finess_pmsi", **values)
            return


def _check_merged_parent(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """The same limit holds if the client was merged into a client that has an order."""
    yield from _check_mergers(order.parts[:1], order, context)


def _check_merged_establishments(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """The same limit holds if an establishment merged into the client has an order, alone or in another merger."""
    yield from _check_mergers(order.parts[1:], order, context)


def _check_mergers(parts: tuple[tuple[str, str], ...], order: Order, context: RuleContext) -> Iterator[Problem]:
    for finess, pointer in parts:
        for past in context.register.of_part(order.reference, finess):
            if past.finess_pmsi != order.client.finess_pmsi:
                yield problem(
                    COMMANDE_FUSION, pointer, finess=finess, reference=order.reference, other=_described(past)
                )
                return


def _check_prestation(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """« … l'un ou l'autre de ces prestations »."""
    for past in context.register.of_order(order):
        if past.prestation is not None and past.prestation != order.prestation:
            yield problem(PRESTATION_CHANGEE, "/prestation", other=past.prestation, prestation=order.prestation)
            return


def _check_number(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """A number must identify one order."""
    own = _own_name(order)
    for past in context.register.of_number(order.numero):
        if past.name.casefold() != own:
            yield problem(NUMERO_DEJA, "/numero", numero=order.numero, other=_described(past))
            return


def _check_va(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """The solde is for the same order as the avance."""
    known = False
    for past in context.register.of_order(order):
        for bdc in _perimeters(past):
            known = True
            different = [
                key for key in _PERIMETER if _compared_value(bdc, key) != _compared_value(order.descriptor, key)
            ]
            if different:
                yield problem(VA_PERIMETRE, "/va", found=", ".join(different), other=_described(past))
                return
    if not known:
        yield from _report_unknown(order, context, _PERIMETER, "/va")


def _compared_value(descriptor: Mapping[str, object], key: str) -> object:
    """Return a value of a descriptor; a missing `ttc` equals `ht`."""
    value = descriptor.get(key)
    if key == "montant" and isinstance(value, dict) and "ttc" not in value:
        return {**value, "ttc": value.get("ht")}
    return value


def _check_prestation_is_known(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """`_check_prestation` needs the delivered prestation; with a VA, `_check_va` reports that it is missing."""
    if order.va is None:
        yield from _report_unknown(order, context, ("prestation",), "/prestation")


def _report_unknown(order: Order, context: RuleContext, keys: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    """Report the keys that cannot be compared, because no descriptor of the delivered order is known."""
    delivered = [past for past in context.register.of_order(order) if DocumentKind.BDC in past.documents]
    is_known = any(past.prestation is not None for past in delivered)
    found = [key for key in keys if not (is_known and key == "prestation")]
    if not delivered or not found:
        return
    # A DOCX with the QR code of this order proves that nothing has changed.
    if any(_has_code(order, path) for past in delivered for path in _files(past, ".docx")):
        return
    files = ", ".join(output.name for past in delivered for output in past.files)
    yield problem(PERIMETRE_INCONNU, pointer, found=", ".join(found), files=files)


def _attached_to(path: Path) -> list[dict[str, object]]:
    return list(attached_objects(read_regular(path)))


def _perimeters(past: DeliveredOrder) -> Iterator[dict[str, object]]:
    """Return the compared keys of delivered orders, from the descriptors in their PDFs, else from the manifest."""
    if DocumentKind.BDC not in past.documents:
        return
    carried = False
    for path in _files(past, ".pdf"):
        try:
            attached = run_bounded(path, _attached_to, path)
        # A file that is gone or damaged is as good as a DOCX: the next one, or the manifest, may give the perimeter.
        except (OSError, BoundedError):
            continue
        for descriptor in attached:
            # The PDF of a VA carries a descriptor with `va`.
            if "va" not in descriptor:
                carried = True
                yield descriptor
    known = past.perimeter
    if known and not carried:
        montant = {"ht": known.ht, "taux_tva": known.taux_tva, "ttc": known.ttc}
        yield {"prestation": past.prestation, "montant": montant, "date_emission": known.date_emission}


def _files(past: DeliveredOrder, suffix: str) -> Iterator[Path]:
    return (past.folder / output.name for output in past.files if output.name.endswith(suffix))


def _has_code(order: Order, docx: Path) -> bool:
    """Return whether a DOCX contains the QR code of the order's BDC, whose text has the descriptor's digest."""
    # Imported late: few registers have DOCX files only.
    from generator.documents.qr import qr_picture

    payload = qr.qr_payload(order, DocumentKind.BDC, properties.document_descriptor(order, DocumentKind.BDC))
    code = qr_picture(payload.encode(), "").data
    try:
        with zipfile.ZipFile(docx) as archive:
            # Only a picture as large as the code can be the code: the others stay packed.
            pictures = [each for each in archive.infolist() if each.file_size == len(code)]
            return any(archive.read(each) == code for each in pictures)
    except (*DAMAGED_ZIP, OSError):
        return False


def _own_name(order: Order) -> str:
    return file_names.standard_order_name(order.reference, order.client.finess_pmsi, order.numero).casefold()


def _described(past: DeliveredOrder) -> str:
    return f"{past.numero} ({past.reference}, {past.finess_pmsi}, {past.folder})"


_NEEDS = ("/client/finess_pmsi", "/numero")
RULES = (
    ContextRule(_NEEDS, _check_client_has_no_order),
    ContextRule(_NEEDS, _check_merged_parent),
    ContextRule((*_NEEDS, "/fusion/finess"), _check_merged_establishments),
    ContextRule((*_NEEDS, "/prestation"), _check_prestation),
    ContextRule(_NEEDS, _check_number),
    ContextRule((*_NEEDS, "/va", "/prestation", "/montant", "/date_emission"), _check_va),
    ContextRule((*_NEEDS, "/prestation", "/montant", "/date_emission"), _check_prestation_is_known),
)
