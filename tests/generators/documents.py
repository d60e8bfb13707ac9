"""The documents that engines are compared on: of the samples, of drawn orders, of restyled templates."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.documents.file_names import file_stem
from generator.documents.properties import (
    document_descriptor,
    document_kinds,
    document_moment,
    document_subject,
    document_title,
)
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.references import Appels, DocumentKind, load_appels
from generator.render.docx.render import render_docx
from generator.render.docx.templates import Template, load_template
from generator.render.pdf.properties import Attachment, PdfProperties
from generator.rules.validation import CheckedOrder, check_descriptor, validate
from tests.generators.logos import write_logos
from tests.generators.orders import VALID, draw_orders
from tests.generators.restyled import RESTYLED

README = VALID.parent.parent / "README.md"
# What the restyled templates are filled with: a sample for each document.
_FILLED_WITH = {
    DocumentKind.BDC: "bdc-dpi-v2.json",
    DocumentKind.VA: "va-dpi-avec-reserves.json",
    DocumentKind.PV_PILOTE: "pv-pilote-pfi-corse.json",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered DOCX, and what its PDF is to carry.

    Attributes:
        group: what it belongs to: samples, drawn or restyled.
        name: what it is called in reports.
    """

    group: str
    name: str
    docx: bytes
    properties: PdfProperties
    attachment: Attachment


@cache
def known_appels() -> Appels:
    """Return the built-in records."""
    return load_appels()


def sample_orders() -> list[CheckedOrder]:
    """Return the orders of `samples/valid` and the one that the README shows."""
    (shown,) = re.findall(r"```json[^\n]*\n(\{\n  \"reference\".*?\n\})\n```", README.read_text("utf-8"), re.DOTALL)
    (read,) = parse_descriptors(shown, "README.json")
    assert isinstance(read, Descriptor)
    return [*validate([VALID], known_appels()), check_descriptor(read, known_appels())]


def drawn_orders(seed: int, count: int, folder: Path) -> list[CheckedOrder]:
    """Return drawn orders; their logos are written into a folder."""
    write_logos(folder)
    return [
        _checked(value, str(folder / f"drawn-{seed}-{number:04}.json"))
        for number, value in enumerate(draw_orders(seed, count))
    ]


def _checked(value: dict[str, object], file: str) -> CheckedOrder:
    (read,) = parse_descriptors(json.dumps(value, ensure_ascii=False), file)
    assert isinstance(read, Descriptor), read
    return check_descriptor(read, known_appels())


def order_documents(group: str, orders: Iterable[CheckedOrder], only: str = "") -> Iterator[Document]:
    """Render the DOCX of the documents of orders, by the built-in templates, where `group/name` holds `only`."""
    for number, checked in enumerate(orders):
        assert checked.order, checked.findings
        for kind in document_kinds(checked.order):
            # Several orders of a file in JSON Lines have one name.
            stem = Path(checked.file).stem if group == "drawn" else f"{number:02}-{Path(checked.file).stem}"
            name = f"{stem}-{kind.value}"
            if only in f"{group}/{name}":
                yield _document(group, name, checked.order, kind)


def restyled_documents(only: str = "") -> Iterator[Document]:
    """Render the restyled templates, each with a sample, where `restyled/name` holds `only`."""
    orders = {}
    for kind, name in _FILLED_WITH.items():
        (checked,) = validate([VALID / name], known_appels())
        assert checked.order
        orders[kind] = checked.order
    for restyled in (each for each in RESTYLED if only in f"restyled/{each.name}"):
        template = Template(restyled.name, restyled.build())
        yield _document("restyled", restyled.name, orders[restyled.document], restyled.document, template)


def _document(group: str, name: str, order: Order, kind: DocumentKind, own: Template | None = None) -> Document:
    canonical = document_descriptor(order, kind)
    qr_text = qr_payload(order, kind, canonical).encode()
    docx = render_docx(order, known_appels()[order.reference], kind, own or load_template(kind), qr_text)
    author = order.fournisseur.denomination_sociale
    properties = PdfProperties(
        document_title(order, kind), author, document_subject(order), document_moment(order, kind)
    )
    attachment = Attachment(f"{file_stem(order, kind)}.json", canonical, "Descripteur canonique de ce document")
    return Document(group, name, docx, properties, attachment)
