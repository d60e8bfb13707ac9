from collections.abc import Callable
from pathlib import Path

import pytest

from generator.documents.file_names import standard_order_name
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order

Render = Callable[[Order, DocumentKind], Path]


@pytest.fixture
def rendered(tmp_path: Path, appels: Appels) -> Render:
    """Return a maker of the PDF of one document of an order, as the program makes it."""

    def make(order: Order, document: DocumentKind) -> Path:
        options = RenderOptions(documents=(document,), formats=(Format.PDF,))
        (result,) = render_order(order, appels[order.reference], tmp_path / "rendered", options)
        return result.files[0]

    return make


def named(*orders: Order) -> dict[str, Order]:
    return {standard_order_name(order.reference, order.client.finess_pmsi, order.numero): order for order in orders}
