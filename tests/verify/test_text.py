"""The text layer of turned pages reads in its own order, whatever viewers turn."""

from pathlib import Path

import pytest

from generator.verify.opened import open_document
from generator.verify.text import page_texts, text_lines
from tests.verify.turned import HEIGHT, text_pdf, turned

LINES = [
    "BON DE COMMANDE",
    "FINESS PMSI de la structure : 010 000 024",
    "Montant : 12 000,00 EUR TTC",
    "Page 1 / 2",
    *(f"Question {number} de la commande ? Oui" for number in range(12)),
]
PDF = text_pdf(LINES, ["Page 2 / 2", "Signature et cachet"])


@pytest.mark.parametrize("content", range(4))
@pytest.mark.parametrize("page", range(4))
def test_text_of_turned_page_reads_in_order(content: int, page: int) -> None:
    first, second = page_texts(turned(PDF, content, page))
    assert first.split("\n")[: len(LINES)] == LINES
    assert second.split("\n")[:2] == ["Page 2 / 2", "Signature et cachet"]


@pytest.mark.parametrize("turns", range(4))
def test_lines_of_turned_page_stand_where_upright_page_has_them(turns: int) -> None:
    upright, other = text_lines(PDF, 72), text_lines(turned(PDF, turns, turns), 72)
    for line, same in zip(upright[0], other[0], strict=True):
        assert line.text == same.text
        assert all(abs(ours - theirs) <= 1 for ours, theirs in zip(line.box, same.box, strict=True))
        assert 0 <= same.box[1] <= HEIGHT


def test_pages_that_lie_differently_are_read_each_in_its_way(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for turns in range(4):
        path = tmp_path / f"{turns}.pdf"
        path.write_bytes(turned(text_pdf(LINES), turns, turns))
        writer.append(path)
    writer.write(tmp_path / "all.pdf")
    texts = open_document(tmp_path / "all.pdf").texts
    assert len(texts) == 4
    assert all(text.split("\n")[: len(LINES)] == LINES for text in texts)
