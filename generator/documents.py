"""The documents of a dossier: which ones it has, and what each is called, dated and made of."""

from __future__ import annotations

import datetime
import os

from generator.findings import ERROR
from generator.findings import define
from generator.orders import Order
from generator.orders.canonical import canonical_descriptor
from generator.references import DocumentKind

# https://reproducible-builds.org/specs/source-date-epoch/
EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"

DOCUMENT_SANS_VA = define(
    "DOCUMENT-SANS-VA", ERROR,
    fr="le descripteur n'a pas de quoi faire un document « {document} »",
    en="the descriptor does not have what a document “{document}” needs",
    fix_fr="ajouter « va » au descripteur, avec « type » qui convient",
    fix_en="add “va” to the descriptor, with the right “type”",
)  # fmt: skip


def documents_of(order: Order) -> tuple[DocumentKind, ...]:
    """Return the documents a dossier has: the BDC, then its VA or its PV pilote."""
    if order.va is None:
        return (DocumentKind.BDC,)
    return (DocumentKind.BDC, DocumentKind.PV_PILOTE if order.va.pv_pilote else DocumentKind.VA)


def date_of(order: Order, document: DocumentKind) -> datetime.date:
    """Return the document's date: that of the order for a BDC, of the acceptance for the others."""
    return order.date_emission if document is DocumentKind.BDC or order.va is None else order.va.date


def moment_of(order: Order, document: DocumentKind) -> datetime.datetime:
    """Return the moment a document's files carry: `SOURCE_DATE_EPOCH` where it is set, else noon UTC of its day."""
    epoch = os.environ.get(EPOCH_VARIABLE, "")
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.datetime.combine(date_of(order, document), datetime.time(12), datetime.UTC)


def title_of(order: Order, document: DocumentKind) -> str:
    """Return the document's title, for its properties."""
    return f"{document.label.fr} {order.numero}"


def subject_of(order: Order) -> str:
    """Return what the dossier's documents are about, for their properties."""
    return f"{order.reference}, FINESS PMSI {order.client.finess_pmsi}"


def canonical_of(order: Order, document: DocumentKind) -> bytes:
    """Return the canonical descriptor of a document; a BDC's does not change when a VA is added to the dossier."""
    return canonical_descriptor(order, with_va=document is not DocumentKind.BDC)
