"""Rules on the register: what past runs delivered, beside what is ordered now."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from generator.delivery import name_of
from generator.documents import canonical_of
from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.pdf.attached import attached_json
from generator.qr import qr_payload
from generator.references import Appel
from generator.references import DocumentKind
from generator.register import Delivered
from generator.rules.model import Problem
from generator.rules.model import SurroundedRule
from generator.rules.model import problem
from generator.rules.surroundings import Surroundings

ONE_PRESTATION = (
    "« ne peut bénéficier que d'une seule Prestation Ségur financée par l'Etat, et ce par appel à financement »"
)
NUMERO_SOURCE = "Déduit : une VA désigne sa commande par ce numéro, « référence du bon de commande chez l'éditeur »"
COMMANDE_DEJA = define(
    "COMMANDE-DEJA-PASSEE", ERROR,
    fr="l'établissement {finess} a déjà une commande pour {reference} : {other}",
    en="the establishment {finess} has an order for {reference} already: {other}",
    fix_fr="ne pas en émettre une seconde ; si la première est annulée, la retirer du registre",
    fix_en="do not issue a second one; if the first is cancelled, take it out of the register",
    source=ONE_PRESTATION,
    why_fr="La phrase est sur le modèle de bon de commande lui-même : d'où une erreur.",
    why_en="The sentence stands on the model of the order itself: hence an error.",
)  # fmt: skip
COMMANDE_FUSION = define(
    "COMMANDE-FUSION", WARNING,
    fr="l'établissement {finess} a déjà une commande pour {reference}, seul ou fusionné : {other}",
    en="the establishment {finess} has an order for {reference} already, by itself or merged: {other}",
    fix_fr="demander à l'agence si la fusion ouvre droit à une commande de plus ; sinon, n'en garder qu'une",
    fix_en="ask the agency whether the merger gives a right to one more order; if not, keep one of them",
    source=ONE_PRESTATION,
    why_fr="La phrase parle d'un établissement ; qu'il faille compter avec lui ceux dont il est né n'est écrit nulle "
    "part : d'où un avertissement.",
    why_en="The sentence speaks of one establishment; that those it was born of count with it is written nowhere: "
    "hence a warning.",
)  # fmt: skip
PRESTATION_CHANGEE = define(
    "PRESTATION-CHANGEE", WARNING,
    fr="cette commande a été délivrée pour la prestation {other}, et demande maintenant {prestation}",
    en="this order was delivered for the prestation {other}, and asks for {prestation} now",
    fix_fr="vérifier laquelle le client a signée ; une VA porte sur la prestation commandée",
    fix_en="check which one the client signed; a VA is about the prestation ordered",
    source="« Un établissement ne peut opter que pour l'un ou l'autre de ces prestations »",
    why_fr="Avant signature, c'est une correction ; après, un refus. Le registre ne dit pas ce qui est signé : d'où un "
    "avertissement.",
    why_en="Before it is signed this is a correction, afterwards a refusal. The register does not tell what is signed: "
    "hence a warning.",
)  # fmt: skip
NUMERO_DEJA = define(
    "NUMERO-DEJA-PRIS", WARNING,
    fr="le numéro {numero} est déjà celui d'une autre commande : {other}",
    en="the number {numero} is another order's already: {other}",
    fix_fr="donner un autre « numero » à l'une des deux", fix_en="give one of the two another “numero”",
    source=NUMERO_SOURCE,
    why_fr="Aucun texte n'interdit deux commandes de même numéro, mais une VA ne dirait plus laquelle elle clôt.",
    why_en="No text forbids two orders of one number, but a VA would no longer tell which one it ends.",
)  # fmt: skip
VA_PERIMETRE = define(
    "VA-PERIMETRE", WARNING,
    fr="la VA ne porte pas sur ce que le bon de commande délivré dit : {found} ({other})",
    en="the VA is not about what the order delivered says: {found} ({other})",
    fix_fr="reprendre les valeurs du bon de commande signé, ou le refaire signer",
    fix_en="take the values of the signed order, or have it signed again",
    source="FAQ des industriels : le périmètre de la demande de solde est celui de la demande d'avance",
    why_fr="Le programme compare avec le bon de commande délivré ; il ne sait pas si c'est celui qui a été signé. "
    "D'où un "
    "avertissement.",
    why_en="The program compares with the order delivered; it does not know whether that one was signed. Hence a "
    "warning.",
)  # fmt: skip
PERIMETRE_INCONNU = define(
    "PERIMETRE-INCONNU", INFO,
    fr="le bon de commande délivré ne peut pas être comparé à cette commande ({found}) : ni un manifeste ni {files} ne "
    "dit ce qu'il demandait",
    en="the order delivered cannot be compared with this one ({found}): neither a manifest nor {files} tells what it "
    "asked for",
    fix_fr="comparer à la main ; garder au registre le manifeste de « segurdoc batch », ou le PDF, qui porte son "
    "descripteur",
    fix_en="compare by hand; keep in the register the manifest of “segurdoc batch”, or the PDF, which carries its "
    "descriptor",
    why_fr="VA-PERIMETRE et PRESTATION-CHANGEE se taisent faute de savoir, et non parce que tout concorde. Un DOCX ne "
    "porte pas le descripteur : il dit que la commande est la même, par son code QR, mais non ce qui a changé.",
    why_en="VA-PERIMETRE and PRESTATION-CHANGEE are silent for want of knowing, and not because all agrees. A DOCX "
    "does not carry the descriptor: its QR code says that the order is the same, but not what has changed.",
)  # fmt: skip

# What the perimeter is made of, beside the AF, the client and the number that the order is found by.
_PERIMETER = ("prestation", "montant", "date_emission")


def _is_the_only_order(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """« … qu'une seule Prestation Ségur … par appel à financement »."""
    own = _own_name(order)
    finess = order.client.finess_pmsi
    for past in around.register.of_client(order.reference, finess):
        if past.name.casefold() != own:
            said = {"finess": finess, "reference": order.reference, "other": _named(past)}
            yield problem(COMMANDE_DEJA, "/client/finess_pmsi", **said)
            return


def _is_part_of_no_merger_ordered_for(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """As above, where the client was merged into the one that has an order."""
    yield from _ordered_for(order.parts[:1], order, around)


def _its_parts_have_no_order(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """As above, where the client was merged of some that have an order, by themselves or merged otherwise."""
    yield from _ordered_for(order.parts[1:], order, around)


def _ordered_for(parts: tuple[tuple[str, str], ...], order: Order, around: Surroundings) -> Iterator[Problem]:
    for finess, pointer in parts:
        for past in around.register.of_part(order.reference, finess):
            if past.finess_pmsi != order.client.finess_pmsi:
                yield problem(COMMANDE_FUSION, pointer, finess=finess, reference=order.reference, other=_named(past))
                return


def _prestation_is_that_delivered(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """« … l'un ou l'autre de ces prestations »."""
    for past in around.register.of_order(order):
        if past.prestation is not None and past.prestation != order.prestation:
            yield problem(PRESTATION_CHANGEE, "/prestation", other=past.prestation, prestation=order.prestation)
            return


def _number_is_its_own(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """One number designates one order."""
    own = _own_name(order)
    for past in around.register.of_number(order.numero):
        if past.name.casefold() != own:
            yield problem(NUMERO_DEJA, "/numero", numero=order.numero, other=_named(past))
            return


def _va_is_about_the_order(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """The perimeter of the solde is that of the avance."""
    known = False
    for past in around.register.of_order(order):
        for bdc in _perimeters(past):
            known = True
            different = [key for key in _PERIMETER if bdc.get(key) != order.descriptor.get(key)]
            if different:
                yield problem(VA_PERIMETRE, "/va", found=", ".join(different), other=_named(past))
                return
    if not known:
        yield from _unknown(order, around, _PERIMETER, "/va")


def _prestation_delivered_is_known(order: Order, _: Appel, around: Surroundings) -> Iterator[Problem]:
    """`_prestation_is_that_delivered` is silent where it does not know; with a VA, its own rule says so."""
    if order.va is None:
        yield from _unknown(order, around, ("prestation",), "/prestation")


def _unknown(order: Order, around: Surroundings, keys: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    """Say what cannot be compared with the orders delivered, which no descriptor tells."""
    delivered = [past for past in around.register.of_order(order) if DocumentKind.BDC in past.documents]
    told = any(past.prestation is not None for past in delivered)
    found = [key for key in keys if not (told and key == "prestation")]
    if not delivered or not found:
        return
    if any(_prints_code_of(order, path) for past in delivered for path in _files(past, ".docx")):
        return
    files = ", ".join(output.name for past in delivered for output in past.files)
    yield problem(PERIMETRE_INCONNU, pointer, found=", ".join(found), files=files)


def _perimeters(past: Delivered) -> Iterator[dict[str, object]]:
    """Give what the orders delivered are about, as their descriptors say it: what PDFs carry, else the manifest.

    A file that is gone, or carries none, gives none.
    """
    if DocumentKind.BDC not in past.documents:
        return
    carried = False
    for path in _files(past, ".pdf"):
        try:
            attached = attached_json(path.read_bytes())
        except OSError:
            continue
        for content in attached:
            try:
                value = json.loads(content)
            except (ValueError, RecursionError):
                continue
            # Those of a VA carry `va`.
            if isinstance(value, dict) and "va" not in value:
                carried = True
                yield value
    known = past.perimeter
    if known and not carried:
        montant = {"ht": known.ht, "taux_tva": known.taux_tva, "ttc": known.ttc}
        yield {"prestation": past.prestation, "montant": montant, "date_emission": known.date_emission}


def _files(past: Delivered, suffix: str) -> Iterator[Path]:
    return (past.folder / output.name for output in past.files if output.name.endswith(suffix))


def _prints_code_of(order: Order, docx: Path) -> bool:
    """Tell whether a DOCX has, picture for picture, the QR code that the order's BDC has now: its digest is in it."""
    # Late: few registers are of DOCX alone.
    from generator.pictures import qr_picture

    payload = qr_payload(order, DocumentKind.BDC, canonical_of(order, DocumentKind.BDC))
    code = qr_picture(payload.encode(), "").data
    try:
        with zipfile.ZipFile(docx) as archive:
            pictures = [each for each in archive.infolist() if each.file_size == len(code)]
            return any(archive.read(each) == code for each in pictures)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False


def _own_name(order: Order) -> str:
    return name_of(order.reference, order.client.finess_pmsi, order.numero).casefold()


def _named(past: Delivered) -> str:
    return f"{past.numero} ({past.reference}, {past.finess_pmsi}, {past.folder})"


_NEEDS = ("/client/finess_pmsi", "/numero")
RULES = (
    SurroundedRule(_NEEDS, _is_the_only_order),
    SurroundedRule(_NEEDS, _is_part_of_no_merger_ordered_for),
    SurroundedRule((*_NEEDS, "/fusion/finess"), _its_parts_have_no_order),
    SurroundedRule((*_NEEDS, "/prestation"), _prestation_is_that_delivered),
    SurroundedRule(_NEEDS, _number_is_its_own),
    SurroundedRule((*_NEEDS, "/va", "/prestation", "/montant", "/date_emission"), _va_is_about_the_order),
    SurroundedRule((*_NEEDS, "/prestation", "/montant", "/date_emission"), _prestation_delivered_is_known),
)
