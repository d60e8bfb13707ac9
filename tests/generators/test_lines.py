from tests.generators.lines import Comparison, compare_pages, read_pages
from tests.verify.plain_pdf import FIRST_LINE, LEADING, plain_pdf

HEIGHT = 842


def compared(expected: list[str], got: list[str]) -> Comparison:
    return compare_pages(read_pages(plain_pdf(expected)), read_pages(plain_pdf(got)))


def test_lines_are_read_with_their_places() -> None:
    pages = read_pages(plain_pdf(["Première ligne", "Seconde"]))
    assert [line.text for line in pages.lines] == ["Première ligne", "Seconde"]
    assert [line.left for line in pages.lines] == [50, 50]
    assert [line.y for line in pages.lines] == [HEIGHT - FIRST_LINE, HEIGHT - FIRST_LINE + LEADING]
    assert pages.lines[0].right > pages.lines[1].right > 50


def test_document_equals_itself() -> None:
    found = compared(["Un", "deux", "deux"], ["Un", "deux", "deux"])
    assert found.has_same_lines
    assert len(found.pairs) == 3
    assert found.most_off == 0


def test_word_on_another_line_is_a_difference() -> None:
    found = compared(["Un deux", "trois"], ["Un", "deux trois"])
    assert not found.has_same_lines
    assert [line.text for line in found.missing] == ["Un deux", "trois"]
    assert [line.text for line in found.surplus] == ["Un", "deux trois"]


def test_changed_letter_is_a_difference() -> None:
    found = compared(["N° 123", "fin"], ["N° 128", "fin"])
    assert [line.text for line in found.missing] == ["N° 123"]
    assert [pair.expected.text for pair in found.pairs] == ["fin"]


def test_line_that_moved_is_off_by_as_much() -> None:
    found = compared(["Un", "deux"], ["Un", "", "deux"])
    assert found.has_same_lines
    assert found.most_off == LEADING


def test_line_more_is_a_surplus() -> None:
    found = compared(["Un"], ["Un", "deux"])
    assert not found.has_same_lines
    assert [line.text for line in found.surplus] == ["deux"]
