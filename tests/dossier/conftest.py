from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.delivery import name_of
from generator.orders import Order
from generator.pipeline import render_order
from generator.references import Appels
from generator.references import DocumentKind
from generator.rendered import Format
from generator.rendered import RenderOptions

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
    return {name_of(order.reference, order.client.finess_pmsi, order.numero): order for order in orders}
