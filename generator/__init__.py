"""segurdoc: bons de commande, VA and PV pilotes of the Ségur numérique, from JSON order descriptors.

from generator import load_order, render
order = load_order("order.json")
result = render(order, "out")
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.findings import Finding
from generator.findings import FindingsError
from generator.findings import Place
from generator.findings import Severity

if TYPE_CHECKING:
    from generator.orders import Order
    from generator.rendered import Rendered

__version__ = "0.1.0"
__all__ = ["Finding", "FindingsError", "Place", "Severity", "__version__", "load_order", "load_orders", "render"]


def load_orders(
    path: str | Path, appels: Iterable[str | Path] = (), eligibles: str | Path | None = None
) -> tuple[Order, ...]:
    """Return the orders of a file or a folder.

    Args:
        path: a descriptor, a list of them, JSON Lines, or a folder.
        appels: files with own AF records.
        eligibles: the base of eligible establishments to hold them against, from `segurdoc eligibles import`.

    Raises:
        FindingsError: a descriptor, or the base, is not sound; `findings` says all that is wrong, warnings too.
            Warnings alone do not raise: `generator.validation.validate` gives them.
    """
    from generator.eligibles import EligiblesError
    from generator.eligibles import load_base
    from generator.findings import has_errors
    from generator.references import load_appels
    from generator.rules import Surroundings
    from generator.validation import validate

    try:
        around = Surroundings(load_base(Path(eligibles))) if eligibles else Surroundings()
    except EligiblesError as error:
        raise FindingsError([error.finding]) from error
    checked = tuple(validate([path], load_appels(map(Path, appels)), around=around))
    findings = [finding for each in checked for finding in each.findings]
    if has_errors(findings):
        raise FindingsError(findings)
    return tuple(each.order for each in checked if each.order)


def load_order(path: str | Path, appels: Iterable[str | Path] = (), eligibles: str | Path | None = None) -> Order:
    """Return the one order of a file.

    Args:
        path: a descriptor.
        appels: files with own AF records.
        eligibles: the base of eligible establishments to hold it against, from `segurdoc eligibles import`.

    Raises:
        FindingsError: the descriptor is not sound.
        ValueError: the file holds several orders; `load_orders` reads them.
    """
    orders = load_orders(path, appels, eligibles)
    if len(orders) != 1:
        raise ValueError(f"{path} holds {len(orders)} orders: use load_orders")
    return orders[0]


def render(
    order: Order,
    out: str | Path,
    *,
    documents: Iterable[str] = (),
    formats: Iterable[str] = ("docx", "pdf"),
    template: str | Path | None = None,
    appels: Iterable[str | Path] = (),
    attach: bool = True,
) -> tuple[Rendered, ...]:
    """Make the documents of an order, read them back, and write those that are whole.

    Args:
        order: from `load_order`.
        out: the folder the files go to.
        documents: `bdc`, `va`, `pv-pilote`; none means all that the dossier has.
        formats: `docx`, `pdf`.
        template: the vendor's own layout.
        appels: the files with own AF records that the order was loaded with.
        attach: let the PDF carry its descriptor.

    Returns:
        One `Rendered` a document: its files, and the warnings that are to be said of it.

    Raises:
        FindingsError: a document is withheld, or the order's AF is unknown; the other documents are written. So it is
            where no forme can make a PDF and LibreOffice is not on the machine.
        MissingToolError: a face of the template is not on the machine.
        ValueError: an unknown kind of document or format.
    """
    from generator.findings import has_errors
    from generator.pipeline import render_order
    from generator.references import DocumentKind
    from generator.references import load_appels
    from generator.rendered import Format
    from generator.rendered import RenderOptions
    from generator.rules.appel import REFERENCE_INCONNUE

    options = RenderOptions(
        documents=tuple(map(DocumentKind, documents)),
        formats=tuple(map(Format, formats)),
        template=Path(template) if template else None,
        attach=attach,
    )
    known = load_appels(map(Path, appels))
    if order.reference not in known:
        raise FindingsError([REFERENCE_INCONNUE.at(order.place, reference=order.reference, suggestion="")])
    rendered = render_order(order, known[order.reference], Path(out), options)
    findings = [finding for each in rendered for finding in each.findings]
    if has_errors(findings):
        raise FindingsError(findings)
    return rendered
