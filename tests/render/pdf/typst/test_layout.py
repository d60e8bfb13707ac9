"""Where the typst engine sets text: every distance here was measured on pages of LibreOffice 7.4.

Baselines and left edges are in points from the upper left corner of an A4 page with margins of 50 points, in 12 points.
"""

import pytest

from generator.render.pdf.typst import typeset_docx
from tests.generators.lines import read_pages
from tests.generators.wordprocessing import A4, MARGINS, docx, exact, paragraph
from tests.render.pdf.typst.test_engine import PROPERTIES

NEAR = 0.3
LINE = exact(20)


def placed(body: str, **parts: object) -> dict[str, tuple[int, float, float]]:
    """Return the page, the left edge and the baseline of each line by its text."""
    pdf = typeset_docx(docx(body, **parts), PROPERTIES, None)  # type: ignore[arg-type]  # passed on
    return {line.text: (line.page, line.left, line.y) for line in read_pages(pdf).lines}


def baselines(body: str, **parts: object) -> dict[str, float]:
    return {text: y for text, (_, _, y) in placed(body, **parts).items()}


def auto(factor: float) -> str:
    return f'<w:spacing w:line="{round(factor * 240)}" w:lineRule="auto"/>'


def border(*sides: str, size: int = 4, space: int = 7) -> str:
    inner = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="7F7F7F"/>' for side in sides)
    return f"<w:pBdr>{inner}</w:pBdr>"


def table(*rows: str, properties: str = "", widths: tuple[int, ...] = (3000, 3000)) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{properties}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(*texts: str, properties: str = "", cell: str = "") -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/>{cell}</w:tcPr>{paragraph(text, LINE)}</w:tc>' for text in texts
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def rules(size: int) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    inner = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>' for side in sides)
    return f"<w:tblBorders>{inner}</w:tblBorders>"


def test_exact_line_has_four_fifths_above_its_baseline() -> None:
    found = baselines(paragraph("un", LINE) + paragraph("deux", exact(10)))
    assert found["un"] == pytest.approx(50 + 16, abs=NEAR)
    assert found["deux"] == pytest.approx(70 + 8, abs=NEAR)


@pytest.mark.parametrize(("factor", "pitch"), [(1.0, 16.35), (1.0792, 17.65), (1.1583, 18.8), (1.5, 24.5), (2.0, 32.7)])
def test_line_height_of_a_factor_is_added_below(factor: float, pitch: float) -> None:
    found = baselines("".join(paragraph(text, auto(factor)) for text in ("un", "deux", "trois")))
    assert found["un"] == pytest.approx(50 + 12.85, abs=NEAR)
    assert found["trois"] - found["un"] == pytest.approx(2 * pitch, abs=NEAR)


def test_minimum_line_height_is_added_above() -> None:
    at_least = '<w:spacing w:line="400" w:lineRule="atLeast"/>'
    found = baselines(paragraph("un", at_least) + paragraph("deux", at_least))
    assert found["un"] == pytest.approx(50 + 16.5, abs=NEAR)
    assert found["deux"] - found["un"] == pytest.approx(20, abs=NEAR)


@pytest.mark.parametrize(("script", "moved"), [("superscript", -5.4), ("subscript", 1.45)])
@pytest.mark.parametrize(
    ("line", "baseline", "pitch"),
    [(LINE, 16, 20), (exact(8), 6.4, 8), (auto(1.0), 12.85, 16.35), (auto(2.0), 12.85, 32.7)],
)
def test_scripts_change_no_line_height(line: str, baseline: float, pitch: float, script: str, moved: float) -> None:
    raised = f'<w:r><w:rPr><w:vertAlign w:val="{script}"/></w:rPr><w:t>o</w:t></w:r>'
    found = baselines(paragraph("un", line).replace("</w:p>", f"{raised}</w:p>") + paragraph("deux", line))
    assert found["un"] == pytest.approx(50 + baseline, abs=NEAR)
    assert found["o"] - found["un"] == pytest.approx(moved, abs=NEAR)
    assert found["deux"] - found["un"] == pytest.approx(pitch, abs=NEAR)


def spaced(text: str, points: float = 5.0, properties: str = "") -> str:
    run = f'<w:rPr>{properties}<w:spacing w:val="{round(points * 20)}"/></w:rPr>'
    return f'<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r>'


PLAIN = "<w:r><w:t>fin</w:t></w:r>"
TRACKED: dict[str, tuple[str, float, float]] = {
    "before a space": (spaced("espacé") + PLAIN.replace("<w:t>", '<w:t xml:space="preserve"> '), 50, 136.9),
    "after a space": (spaced("espacé ") + PLAIN, 50, 141.9),
    "within a word": (spaced("espa") + PLAIN, 50, 111.3),
    "small capitals": (spaced("Petites Capitales ", properties="<w:smallCaps/>") + PLAIN, 50, 247.9),
    "another format": (spaced("gras", properties="<w:b/>") + spaced("maigre") + PLAIN, 50, 181.05),
    "at the end of a line": (spaced("droite"), 486.5, 545.3),
    "drawn together": (spaced("serré", -1) + PLAIN, 50, 89.8),
}


@pytest.mark.parametrize("case", TRACKED)
def test_space_between_letters_is_after_the_last_one(case: str) -> None:
    runs, left, right = TRACKED[case]
    align = '<w:jc w:val="right"/>' if case.endswith("line") else ""
    pdf = typeset_docx(docx(f"<w:p><w:pPr>{align}{LINE}</w:pPr>{runs}</w:p>"), PROPERTIES, None)
    (line,) = read_pages(pdf).lines
    assert (line.left, line.right) == pytest.approx((left, right), abs=NEAR)


def test_space_after_a_letter_breaks_no_word() -> None:
    runs = "".join(spaced("mot-a") + '<w:r><w:t xml:space="preserve">bien </w:t></w:r>' for _ in range(30))
    lines = read_pages(typeset_docx(docx(f"<w:p><w:pPr>{LINE}</w:pPr>{runs}</w:p>"), PROPERTIES, None)).lines
    assert {line.text.replace(" ", "")[:5] for line in lines} == {"mot-a", "abien"}
    assert len(lines) == 6


def test_gap_is_the_larger_of_after_and_before() -> None:
    body = paragraph("un", exact(20, after=15)) + paragraph("deux", exact(20, before=10)) + paragraph("trois", LINE)
    found = baselines(body)
    assert found["deux"] - found["un"] == pytest.approx(35, abs=NEAR)
    assert found["trois"] - found["deux"] == pytest.approx(20, abs=NEAR)


def test_gap_between_paragraphs_of_a_style_can_be_dropped() -> None:
    spacing = exact(20, before=10, after=10) + "<w:contextualSpacing/>"
    found = baselines(paragraph("un", spacing) + paragraph("deux", spacing))
    assert found["deux"] - found["un"] == pytest.approx(20, abs=NEAR)


def test_gap_is_dropped_at_automatic_page_breaks_alone() -> None:
    body = "".join(paragraph(f"ligne {number}", LINE) for number in range(37))
    body += paragraph("suite", exact(20, before=10)) + paragraph("page", exact(20, before=10) + "<w:pageBreakBefore/>")
    found = placed(body)
    assert found["suite"][0] == 2
    assert found["suite"][2] == pytest.approx(66, abs=NEAR)
    assert found["page"][0] == 3
    assert found["page"][2] == pytest.approx(76, abs=NEAR)


def test_page_break_in_a_run_is_one_before_the_next_paragraph() -> None:
    body = paragraph("un", LINE) + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + paragraph("deux", LINE)
    assert placed(body)["deux"][0] == 2


def test_tall_header_moves_the_body_of_its_pages() -> None:
    body = "".join(paragraph(f"ligne {number}", LINE) for number in range(40))
    running = {
        "header-default": paragraph("en-tête", LINE),
        "header-first": paragraph("premier", exact(20, before=5)) + paragraph("second", exact(60, after=10)),
    }
    found = placed(body, running=running, section=A4 + MARGINS + "<w:titlePg/>")
    assert found["premier"][2] == pytest.approx(30 + 5 + 16, abs=NEAR)
    assert found["ligne 0"][2] == pytest.approx(30 + 95 + 16, abs=NEAR)
    second = next(y for page, _, y in found.values() if page == 2 and y > 60)
    assert second == pytest.approx(50 + 16, abs=NEAR)


def test_footer_stands_on_its_distance_from_the_edge() -> None:
    found = baselines(paragraph("texte", LINE), running={"footer-default": paragraph("pied", exact(12))})
    assert found["pied"] == pytest.approx(841.9 - 25 - 2.4, abs=NEAR)


def test_rule_above_a_paragraph_takes_thickness_and_distance() -> None:
    body = paragraph("un", LINE) + paragraph("deux", border("top") + exact(20, before=10)) + paragraph("trois", LINE)
    found = baselines(body)
    assert found["deux"] - found["un"] == pytest.approx(20 + 10 + 0.5 + 7, abs=NEAR)
    assert found["trois"] - found["deux"] == pytest.approx(20, abs=NEAR)


def test_paragraphs_of_the_same_borders_share_a_box() -> None:
    sides = border("top", "left", "bottom", "right")
    body = paragraph("un", LINE) + paragraph("deux", sides + exact(20, after=5)) + paragraph("trois", sides + LINE)
    found = placed(body + paragraph("quatre", LINE))
    assert found["trois"][2] - found["deux"][2] == pytest.approx(25, abs=NEAR)
    assert found["quatre"][2] - found["trois"][2] == pytest.approx(20 + 7.5, abs=NEAR)
    assert found["deux"][1] == pytest.approx(50, abs=NEAR)


@pytest.mark.parametrize(("size", "pitch", "left"), [(0, 20, 55.4), (4, 20.5, 55.65), (48, 26, 58.4)])
def test_rules_of_a_table_take_their_thickness(size: int, pitch: float, left: float) -> None:
    grid = table(row("a", "b"), row("c", "d"), properties=rules(size) if size else "")
    found = placed(paragraph("un", LINE) + grid + paragraph("deux", LINE))
    assert found["a"][1] == pytest.approx(left, abs=NEAR)
    assert found["c"][2] - found["a"][2] == pytest.approx(pitch, abs=NEAR)
    assert found["deux"][2] - found["c"][2] == pytest.approx(pitch, abs=NEAR)


@pytest.mark.parametrize(("align", "left"), [("center", 147.65), ("right", 245.3)])
def test_aligned_table_does_not_align_its_text(align: str, left: float) -> None:
    centred = paragraph("c", LINE + '<w:jc w:val="center"/>')
    rows = row("a", cell='<w:vAlign w:val="center"/>') + f"<w:tr><w:tc>{centred}</w:tc></w:tr>"
    found = placed(table(rows, properties=f'<w:jc w:val="{align}"/>', widths=(6000,)) + paragraph("d", LINE))
    assert found["a"][1] == pytest.approx(left + 5.4, abs=NEAR)
    assert found["c"][1] == pytest.approx(left + 150 - 2.9, abs=NEAR)
    assert found["d"][1] == pytest.approx(50, abs=NEAR)


def control(content: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_content_controls_around_rows_and_cells_change_nothing() -> None:
    rows, cells = row("a", "b") + row("c", "d"), row("a", "b").partition("<w:tc>")
    expected = placed(table(rows))
    assert placed(table(control(row("a", "b")) + row("c", "d"))) == expected
    assert placed(table(control(control(rows)))) == expected
    last = cells[1] + cells[2].removesuffix("</w:tr>")
    assert placed(table(f"{cells[0]}{control(last)}</w:tr>{row('c', 'd')}")) == expected


@pytest.mark.parametrize(
    ("indent", "left"),
    [("500.0|dxa", 25), ("-200|dxa", -10), ("100.0|pct", 0), ("50%|pct", 0), ("500|auto", 0), ("500|nil", 0)],
)
def test_indent_of_a_table_counts_in_twips_alone(indent: str, left: float) -> None:
    width, kind = indent.split("|")
    found = placed(table(row("a", "b"), properties=f'<w:tblInd w:w="{width}" w:type="{kind}"/>'))
    assert found["a"][1] == pytest.approx(55.4 + left, abs=NEAR)


def test_row_height_includes_the_rule_above() -> None:
    height = '<w:trHeight w:val="1000" w:hRule="{}"/>'
    rows = (
        row("a", properties=height.format("atLeast")),
        row("b", properties=height.format("exact"), cell='<w:vAlign w:val="bottom"/>'),
        row("c"),
    )
    found = baselines(paragraph("un", LINE) + table(*rows, properties=rules(4), widths=(3000,)))
    assert found["b"] == pytest.approx(70 + 100 - 4, abs=NEAR)
    assert found["c"] == pytest.approx(70 + 100 + 0.5 + 16, abs=NEAR)


def test_unsplit_rows_go_to_next_page_with_their_heading() -> None:
    heading = row("titre", properties="<w:tblHeader/>")
    rows = "".join(row(f"rangée {number}", properties="<w:cantSplit/>") for number in range(40))
    pdf = typeset_docx(docx(table(heading, rows, widths=(3000,))), PROPERTIES, None)
    lines = read_pages(pdf).lines
    assert [line.page for line in lines if line.text == "titre"] == [1, 2]


def test_kept_paragraph_goes_with_the_next() -> None:
    body = "".join(paragraph(f"ligne {number}", LINE) for number in range(36))
    body += paragraph("question", LINE + "<w:keepNext/>") + paragraph("réponse", LINE)
    found = placed(body)
    assert (found["question"][0], found["réponse"][0]) == (2, 2)


@pytest.mark.parametrize(
    ("stop", "left"),
    [
        ('<w:tab w:val="left" w:pos="4000"/>', 250.0),
        ('<w:tab w:val="right" w:pos="4000"/>', 250.0 - 30.7),
        ('<w:tab w:val="center" w:pos="4000"/>', 250.0 - 15.3),
        ('<w:tab w:val="decimal" w:pos="4000"/>', 250.0 - 20.6),
    ],
)
def test_tab_stop_sets_what_follows(stop: str, left: float) -> None:
    text = "<w:r><w:t>Total</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>123,4</w:t></w:r>"
    body = f"<w:p><w:pPr><w:tabs>{stop}</w:tabs>{LINE}</w:pPr>{text}</w:p>"
    (line,) = [line for line in read_pages(typeset_docx(docx(body), PROPERTIES, None)).lines if "123" in line.text]
    assert line.left == pytest.approx(left, abs=1.0)


def test_no_break_space_after_a_space_does_not_begin_a_line() -> None:
    label, amount = "Montant pris en charge par l'Etat au titre du Ségur de la santé", "12\xa0000,00\xa0€"
    narrow = '<w:ind w:right="2000"/>'
    lines = placed(paragraph(f"{label} \xa0{amount}", narrow))
    assert lines["12 000,00 €"][1] == pytest.approx(50, abs=NEAR)


def test_comma_at_end_of_justified_line_stays_within_margin() -> None:
    words = ("un mot ou deux mots, " * 60).strip()
    pdf = typeset_docx(docx(paragraph(words, '<w:jc w:val="both"/>')), PROPERTIES, None)
    ends = [line.right for line in read_pages(pdf).lines if line.text.endswith(",")]
    assert ends
    assert max(ends) <= 595.3 - 50 + NEAR


def test_list_counts_and_hangs() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + LINE
    pdf = typeset_docx(docx(paragraph("un", item) + paragraph("deux", item), numbering=numbering), PROPERTIES, None)
    texts = {line.text: line.left for line in read_pages(pdf).lines}
    assert any(text.startswith("2.") for text in texts)
    assert min(texts.values()) == pytest.approx(50 + 18, abs=NEAR)


@pytest.mark.parametrize(("align", "baseline"), [("top", 66), ("center", 76), ("bottom", 86)])
def test_row_of_exact_height_aligns_what_it_holds(align: str, baseline: float) -> None:
    tall = '<w:trHeight w:val="800" w:hRule="exact"/>'
    found = baselines(table(row("un", "deux", properties=tall, cell=f'<w:vAlign w:val="{align}"/>')))
    assert found["un"] == pytest.approx(baseline, abs=NEAR)
