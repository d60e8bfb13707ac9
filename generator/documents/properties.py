"""Give the documents of an order: their kinds, titles, dates and canonical descriptors."""

import datetime
import os

from generator.common.findings import ERROR, Finding, Place, define
from generator.orders import Order
from generator.orders.canonical import canonical_descriptor
from generator.references import DocumentKind

# https://reproducible-builds.org/specs/source-date-epoch/
EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"

DOCUMENT_SANS_VA = define("DOCUMENT-SANS-VA", ERROR)


def missing_va(place: Place, document: DocumentKind) -> Finding:
    """Return the finding for a VA or PV pilote that the descriptor has no data for."""
    # The descriptor writes the kind with an underscore, the command with a hyphen.
    return DOCUMENT_SANS_VA.at(place, document=document.value, type=document.value.replace("-", "_"))


def document_kinds(order: Order) -> tuple[DocumentKind, ...]:
    """Return the kinds of document of an order: the BDC, then its VA or PV pilote."""
    if order.va is None:
        return (DocumentKind.BDC,)
    return (DocumentKind.BDC, DocumentKind.PV_PILOTE if order.va.pv_pilote else DocumentKind.VA)


def document_date(order: Order, document: DocumentKind) -> datetime.date:
    """Return the date of a document: that of the order for a BDC, of the acceptance for a VA or PV pilote."""
    # The VA has a date of its own: the client signs it after the installation.
    return order.date_emission if document is DocumentKind.BDC or order.va is None else order.va.date


def document_moment(order: Order, document: DocumentKind) -> datetime.datetime:
    """Return the timestamp of a document's files: `SOURCE_DATE_EPOCH` if set, else noon UTC of its date."""
    epoch = os.environ.get(EPOCH_VARIABLE, "")
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        # Not the time of the run: the same order gives the same bytes.
        return datetime.datetime.combine(document_date(order, document), datetime.time(12), datetime.UTC)


def document_title(order: Order, document: DocumentKind) -> str:
    """Return the title of a document, for its properties."""
    return f"{document.label.fr} {order.numero}"


def document_subject(order: Order) -> str:
    """Return the subject of an order's documents, for their properties."""
    return f"{order.reference}, FINESS PMSI {order.client.finess_pmsi}"


def document_descriptor(order: Order, document: DocumentKind) -> bytes:
    """Return the canonical descriptor of a document; that of a BDC has no `va`."""
    # A VA that is added later does not change the digest of an order that was signed.
    return canonical_descriptor(order, with_va=document is not DocumentKind.BDC)
