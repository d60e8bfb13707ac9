import numpy as np
import pytest
from PIL import Image, ImageDraw

from generator.verify.raster import PageImage
from generator.verify.rows import (
    PricedRow,
    cents_in,
    down_columns,
    is_misread_amount,
    priced_rows,
    rules_of,
    unruled,
)
from generator.verify.text import Line, Piece

HIGH, LINE = 22, 30


def pieces(*cells: tuple[str, int, int]) -> list[Piece]:
    """Return the words of cells, each with its left and top."""
    made = []
    for text, left, top in cells:
        at = left
        for word in text.split():
            made.append(Piece(word, (at, top, at + 12 * len(word), top + HIGH)))
            at += 12 * len(word) + 8
    return made


def page(*rules: int) -> PageImage:
    """Return a page with rules across it at these heights, and down at its edges."""
    image = Image.new("L", (1200, 800), 255)
    pen = ImageDraw.Draw(image)
    for y in rules:
        pen.line((40, y, 1160, y), fill=0, width=2)
    return PageImage(np.asarray(image), 200)


def rows(*cells: tuple[str, int, int], rules: tuple[int, ...] = ()) -> tuple[PricedRow, ...]:
    return priced_rows(pieces(*cells), rules_of(page(*rules)))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12 000,00 €", 1_200_000),
        ("12 000,00", 1_200_000),
        ("12.000,00 EUR", 1_200_000),
        ("900 €", 90_000),
        ("€ 900", 90_000),
        ("900,50 € HT", 90_050),
    ],
)
def test_amount_is_read_with_and_without_currency(text: str, cents: int) -> None:
    assert cents_in(text) == cents


def test_quantity_and_price_stay_apart() -> None:
    (row,) = rows(("Formation", 50, 100), ("2", 500, 100), ("900,00", 700, 100), ("1 800,00", 900, 100))
    assert row == PricedRow("Formation", (90_000, 180_000))


def test_label_that_wraps_below_is_whole() -> None:
    found = rows(
        ("Formation des", 50, 100), ("900,00", 700, 100),
        ("utilisateurs", 50, 100 + LINE),
        ("Maintenance", 50, 220), ("500,00", 700, 220),
    )  # fmt: skip
    assert [row.label for row in found] == ["Formation des utilisateurs", "Maintenance"]


def test_label_astride_its_amount_is_whole() -> None:
    found = rows(("Prestation Ségur", 50, 100), ("Vague 2", 50, 100 + LINE), ("900,00", 700, 100 + LINE // 2))
    assert [row.label for row in found] == ["Prestation Ségur Vague 2"]


def test_rules_part_the_labels_of_tight_rows() -> None:
    cells = (
        ("Prestation Ségur", 50, 104), ("900,00", 700, 104), ("Vague 2", 50, 104 + LINE),
        ("Hébergement", 50, 104 + 2 * LINE + 6), ("12 mois", 50, 104 + 3 * LINE + 6), ("100,00", 700, 104 + 3 * LINE + 6),
    )  # fmt: skip
    found = rows(*cells, rules=(98, 104 + 2 * LINE, 104 + 4 * LINE + 8))
    assert [row.label for row in found] == ["Prestation Ségur Vague 2", "Hébergement 12 mois"]


def test_dates_and_percentages_are_no_amounts() -> None:
    assert rows(("Le 04/05/2026", 50, 100), ("20,00 %", 700, 100), ("version 4.2", 50, 200)) == ()


def test_rules_are_erased_and_letters_stay() -> None:
    ruled = page(100, 200)
    pixels = ruled.pixels.copy()
    pixels[130:150, 300:303] = 0
    cleaned = unruled(PageImage(pixels, 200)).pixels
    assert cleaned[100].min() == 255
    assert cleaned[140, 301] == 0


def test_count_close_to_an_amount_is_no_part_of_it() -> None:
    (row,) = rows(("Prestation Ségur Vague 2", 60, 100), ("1 67 412,98 €", 500, 100))
    assert row == PricedRow("Prestation Ségur Vague 2", (6_741_298,))


def test_fine_grey_rule_that_is_askew_is_removed() -> None:
    pixels = np.full((800, 1200), 250, np.uint8)
    for left in range(40, 1160, 40):
        pixels[200 + left // 80, left : left + 40] = 165
    assert unruled(PageImage(pixels, 200)).pixels.min() > 200


def test_heading_above_a_label_is_no_part_of_it() -> None:
    (row,) = rows(("Désignation", 50, 70), ("Formation", 50, 100), ("900,00", 700, 100))
    assert row.label == "Formation"


def test_label_of_three_lines_around_its_amount_is_whole() -> None:
    (row,) = rows(
        ("Désignation", 50, 40), ("Formation des", 50, 70), ("900,00", 700, 100),
        ("utilisateurs du", 50, 100), ("service", 50, 130),
    )  # fmt: skip
    assert row.label == "Formation des utilisateurs du service"


def test_label_does_not_end_in_its_last_figure() -> None:
    (row,) = rows(
        ("Prestation Ségur Vague", 50, 100), ("2", 50, 130), ("1", 500, 114), ("900,00", 700, 114), rules=(90, 160)
    )
    assert row.label == "Prestation Ségur Vague 2"
    assert 450 < row.place[2] < 500


def test_cells_are_ordered_down_their_columns() -> None:
    cells = [
        Piece("Dénomination", (50, 100, 250, 122)),
        Piece("CH", (600, 110, 640, 132)),
        Piece(":", (50, 130, 55, 152)),
    ]
    assert [cell.text for cell in down_columns(cells)] == ["Dénomination", ":", "CH"]


@pytest.mark.parametrize(
    ("text", "is_misread"),
    [("37:857;27€", True), ("162927LE€", True), ("17 116,31 €", False), ("12", False), ("Vague 2", False)],
)
def test_misread_amount_is_known_by_its_digits(text: str, is_misread: bool) -> None:
    assert is_misread_amount(text) is is_misread


def test_line_read_across_a_row_is_known() -> None:
    (row,) = rows(("Formation", 50, 100), ("900,00", 700, 100))
    assert row.is_crossed_by(Line("Forma fion 900,00", (50, 100, 780, 124)))
    assert not row.is_crossed_by(Line("Maintenance : 900,00 €", (50, 140, 780, 164)))
    assert not row.is_crossed_by(Line("Maintenance : 900,00 €", (50, 100, 300, 124)))


def test_paragraph_below_a_table_is_no_part_of_its_last_label() -> None:
    (row,) = rows(
        ("Total TTC", 300, 200),
        ("13 320,40 €", 700, 200),
        ("Montant de la prestation pris en charge par l'Etat au titre du Ségur de la santé", 100, 232),
        ("Pour rappel, un seul financement", 100, 264),
    )

    assert row.label == "Total TTC"


def test_count_in_its_column_is_no_part_of_a_near_label() -> None:
    (row,) = rows(
        ("Désignation", 60, 100),
        ("Qté", 372, 100),
        ("Prestation Ségur Vague 1 +", 60, 200),
        ("1", 380, 200),
        ("11 100,33 €", 500, 200),
        ("13 320,40 €", 800, 200),
        ("Vague 2", 60, 230),
    )

    assert row.label == "Prestation Ségur Vague 1 + Vague 2"
    assert row.amounts == (1_110_033, 1_332_040)


def test_last_figure_of_label_that_meets_count_stays_in_label() -> None:
    read = pieces(("Qté", 340, 100), ("Prestation Ségur Vague", 60, 200), ("11 100,33 €", 500, 200))
    (row,) = priced_rows([*read, Piece("21", (324, 200, 358, 222))], rules_of(page()))

    assert row.label == "Prestation Ségur Vague 21"
