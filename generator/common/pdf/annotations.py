"""The annotations of a PDF's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject


def annotations_of(page: PageObject) -> Iterator[Any]:
    """Give the annotations of a page, as dictionaries of pypdf."""
    for each in page.get("/Annots", ()) or ():
        yield each.get_object()
