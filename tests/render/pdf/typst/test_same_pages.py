"""Pages of Typst against those of LibreOffice: the same text on the same lines of the same pages."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from generator.render.pdf.libreoffice import convert, probe_libreoffice
from generator.render.pdf.typst import UnsupportedError, typeset_docx
from tests.generators.documents import Document, drawn_orders, order_documents, restyled_documents, sample_orders
from tests.generators.lines import Comparison, compare_pages, read_pages

pytestmark = pytest.mark.slow


def compared(documents: Iterable[Document], folder: Path) -> dict[str, Comparison]:
    """Return the comparison of each document that Typst makes, by its name."""
    made: dict[str, bytes] = {}
    for document in documents:
        try:
            made[document.name] = typeset_docx(document.docx, document.properties, document.attachment)
        except UnsupportedError:
            continue
        (folder / f"{document.name}.docx").write_bytes(document.docx)
    office = probe_libreoffice()
    assert office, "LibreOffice is missing"
    converted = convert(office, [folder / f"{name}.docx" for name in made], folder, timeout=60.0)
    pages = {path.stem: read_pages(pdf.read_bytes()) for path, pdf in converted.items() if isinstance(pdf, Path)}
    assert pages.keys() == made.keys()
    return {name: compare_pages(pages[name], read_pages(pdf)) for name, pdf in made.items()}


def share_of_same_lines(comparisons: Iterable[Comparison]) -> float:
    both = [(len(each.pairs), len(each.expected.lines)) for each in comparisons]
    return sum(same for same, _ in both) / sum(count for _, count in both)


def test_samples_are_the_same_within_a_point(tmp_path: Path) -> None:
    for name, comparison in compared(order_documents("samples", sample_orders()), tmp_path).items():
        assert comparison.has_same_lines, name
        assert all(pair.off < 0.6 for pair in comparison.pairs), name
        # LibreOffice 25 sets a picture almost a point from where LibreOffice 7 does.
        assert all(off < 1 for off in comparison.picture_offs), name


def test_drawn_orders_have_the_same_pages(tmp_path: Path) -> None:
    """Lines differ where words end in signs, or are longer than a line: about one in sixty."""
    comparisons = compared(order_documents("drawn", drawn_orders(7, 25, tmp_path)), tmp_path)
    assert sum(not each.has_same_pages for each in comparisons.values()) <= 1
    assert share_of_same_lines(comparisons.values()) > 0.96


def test_restyled_templates_have_the_same_pages(tmp_path: Path) -> None:
    """Word, LibreOffice, Google Docs, OnlyOffice and WPS write templates in ways of their own."""
    comparisons = compared(restyled_documents(), tmp_path)
    assert len(comparisons) >= 30
    # LibreOffice parts a question from its answer at the foot of a page where typst keeps them together.
    assert sum(not each.has_same_pages for each in comparisons.values()) <= 1
    # LibreOffice 25 narrows the spaces of justified lines and may break before « : »; Typst and LibreOffice 7 do not.
    office = probe_libreoffice()
    assert office
    assert share_of_same_lines(comparisons.values()) > (0.97 if office.version.startswith("7.") else 0.94)
