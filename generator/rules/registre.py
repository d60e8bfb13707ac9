"""Compare an order with the orders that past runs delivered (the register)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.common.bounded_workers import BoundedError, run_bounded
from generator.common.findings import ERROR, INFO, WARNING, define
from generator.common.opc import DAMAGED_ZIP
from generator.common.pdf import attached_objects
from generator.common.regular_files import read_regular
from generator.documents.file_names import standard_order_name
from generator.documents.properties import document_descriptor
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.references import Appel, DocumentKind
from generator.rules.context import RuleContext
from generator.rules.model import ContextRule, Problem, problem
from generator.rules.past_orders import DeliveredOrder

COMMANDE_DEJA = define("COMMANDE-DEJA-PASSEE", ERROR)
COMMANDE_FUSION = define("COMMANDE-FUSION", WARNING)
PRESTATION_CHANGEE = define("PRESTATION-CHANGEE", WARNING)
NUMERO_DEJA = define("NUMERO-DEJA-PRIS", WARNING)
VA_PERIMETRE = define("VA-PERIMETRE", WARNING)
PERIMETRE_INCONNU = define("PERIMETRE-INCONNU", INFO)

# The keys that a VA must have in common with its order, besides AF, client and number.
_PERIMETER = ("prestation", "montant", "date_emission")


def _check_client_has_no_order(order: Order, _: Appel, context: RuleContext) -> Iterator[Problem]:
    """« … qu'une seule Prestation Ségur … par appel à financement »."""
    own = _own_name(order)
    finess = order.client.finess_pmsi
    for past in context.register.of_client(order.reference, finess):
        if past.name.casefold() != own:
            values = {"finess": finess, "reference": order.reference, "other": _named(past)}
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
                yield problem(COMMANDE_FUSION, pointer, finess=finess, reference=order.reference, other=_named(past))
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
            yield problem(NUMERO_DEJA, "/numero", numero=order.numero, other=_named(past))
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
                yield problem(VA_PERIMETRE, "/va", found=", ".join(different), other=_named(past))
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
    from generator.documents.pictures import qr_picture

    payload = qr_payload(order, DocumentKind.BDC, document_descriptor(order, DocumentKind.BDC))
    code = qr_picture(payload.encode(), "").data
    try:
        with zipfile.ZipFile(docx) as archive:
            pictures = [each for each in archive.infolist() if each.file_size == len(code)]
            return any(archive.read(each) == code for each in pictures)
    except (*DAMAGED_ZIP, OSError):
        return False


def _own_name(order: Order) -> str:
    return standard_order_name(order.reference, order.client.finess_pmsi, order.numero).casefold()


def _named(past: DeliveredOrder) -> str:
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
