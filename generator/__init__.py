"""segurdoc: bons de commande, VA and PV pilotes of the Ségur numérique, from JSON order descriptors.

from generator import load_order, render_order
order = load_order("order.json")
result = render_order(order, "out")
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.common.findings import Finding, FindingsError, Place, Severity

if TYPE_CHECKING:
    from generator.orders import Order
    from generator.render.options import Rendered

__version__ = "0.2.0"
__all__ = ["Finding", "FindingsError", "Place", "Severity", "__version__", "load_order", "load_orders", "render_order"]


def load_orders(
    path: str | Path, appels: Iterable[str | Path] = (), eligibles: str | Path | None = None
) -> tuple[Order, ...]:
    """Return the orders of a file or a folder.

    Args:
        path: a descriptor, a list of them, JSON Lines, or a folder.
        appels: files with own AF records.
        eligibles: the base of eligible establishments to compare them with, from `segurdoc eligibles import`.

    Raises:
        FindingsError: a descriptor or the base is invalid; `findings` has the errors and the warnings.
            Warnings alone do not raise: `generator.rules.validation.validate` returns them.
    """
    # Late: `import generator` stays light, and a script pays for what it calls.
    from generator.common.bounded_workers import in_process
    from generator.common.findings import has_errors
    from generator.references import load_appels
    from generator.rules import RuleContext
    from generator.rules.eligibles import EligiblesError, load_base
    from generator.rules.validation import validate

    try:
        context = RuleContext(load_base(Path(eligibles))) if eligibles else RuleContext()
    except EligiblesError as error:
        raise FindingsError([error.finding]) from error
    # A script without `if __name__ == "__main__"` would be run again by each worker.
    with in_process():
        checked = tuple(validate([path], load_appels(map(Path, appels)), context=context))
    findings = [finding for each in checked for finding in each.findings]
    if has_errors(findings):
        raise FindingsError(findings)
    return tuple(each.order for each in checked if each.order)


def load_order(path: str | Path, appels: Iterable[str | Path] = (), eligibles: str | Path | None = None) -> Order:
    """Return the one order of a file.

    Args:
        path: a descriptor.
        appels: files with own AF records.
        eligibles: the base of eligible establishments to compare it with, from `segurdoc eligibles import`.

    Raises:
        FindingsError: the descriptor is invalid.
        ValueError: the file contains several orders; `load_orders` reads them.
    """
    orders = load_orders(path, appels, eligibles)
    if len(orders) != 1:
        raise ValueError(f"{path} contains {len(orders)} orders: use load_orders")
    return orders[0]


def render_order(
    order: Order,
    out: str | Path,
    *,
    documents: Iterable[str] = (),
    formats: Iterable[str] = ("docx", "pdf"),
    template: str | Path | None = None,
    appels: Iterable[str | Path] = (),
    attach: bool = True,
) -> tuple[Rendered, ...]:
    """Render the documents of an order, read them back, and write those without errors.

    Args:
        order: from `load_order`.
        out: the folder to write to.
        documents: `bdc`, `va`, `pv-pilote`; none means all documents of the order.
        formats: `docx`, `pdf`.
        template: the vendor's own template.
        appels: the files with own AF records, as in `load_order`.
        attach: attach the canonical descriptor to the PDF.

    Returns:
        One `Rendered` a document: its files and its warnings.

    Raises:
        FindingsError: a document is withheld, or the order's AF is unknown. The other documents are written, and
            so is the DOCX of a PDF that needs LibreOffice if that is not installed.
        ValueError: an unknown kind of document or format.
    """
    from generator.common.findings import has_errors
    from generator.references import DocumentKind, load_appels
    from generator.render import pipeline
    from generator.render.options import Format, RenderOptions
    from generator.rules.appel import REFERENCE_INCONNUE

    options = RenderOptions(
        documents=tuple(map(DocumentKind, documents)),
        formats=tuple(map(Format, formats)),
        template=Path(template) if template else None,
        attach=attach,
    )
    known = load_appels(map(Path, appels))
    if order.reference not in known:
        # An order may have been loaded with other records than those given here.
        raise FindingsError([REFERENCE_INCONNUE.at(order.place, reference=order.reference, suggestion="")])
    rendered = pipeline.render_order(order, known[order.reference], Path(out), options)
    findings = [finding for each in rendered for finding in each.findings]
    if has_errors(findings):
        raise FindingsError(findings)
    return rendered
