"""What conditions and loops leave behind is mended; what cannot be is refused; Word can open what is delivered."""

import pytest

from generator.references import DocumentKind
from generator.render.docx.archive import docx_text, read_parts
from generator.render.docx.render import RenderError
from generator.render.docx.repair import repaired_parts
from generator.render.docx.templates import Template, load_template
from templates.ooxml import cell, paragraph, run, table
from tests.conftest import Json, order_of
from tests.render.docx.test_render import render_bdc
from tests.render.docx.test_unfilled_tags import note
from tests.schema import schema_errors
from tests.template_check.edits import Change, after, both, changed, text_box

FINESS = "mention.finess.text"
# Neither a BDC nor this order has one.
NEVER, ALWAYS = "{%p if clause %}", "{%p if numero %}"
BOOKMARKED = '<w:bookmarkStart w:id="7" w:name="x"/>' + run("{{ each.text }}") + '<w:bookmarkEnd w:id="7"/>'
END = paragraph(run("{%p endif %}"))


def emptied(*before: str) -> str:
    """Return paragraphs of which none stays."""
    return paragraph(run(NEVER)) + "".join(before) + paragraph(run("Clause")) + END


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def rows_only(condition: str) -> str:
    """Return a table whose only row is behind a condition."""
    whole = table([80, 90], [cell(80, paragraph(run("Clause"))), cell(90, paragraph(run("{{ clause }}")))])
    start, end = whole.index("<w:tr>"), whole.index("</w:tbl>")
    tags = [row(cell(170, paragraph(run(each)))) for each in (condition, "{%tr endif %}")]
    return whole[:start] + tags[0] + whole[start:end] + tags[1] + whole[end:]


def coloured(tag: str) -> str:
    made = table([80, 90], [cell(80, paragraph(run(tag + "Montant"))), cell(90, paragraph(run("{{ montant.ttc }}")))])
    return made.replace("</w:tcPr>", '<w:vAlign w:val="center"/></w:tcPr>')


MENDED = {
    "cell": after(FINESS, table([170], [cell(170, emptied())])),
    "cell that ends in a table": after(FINESS, table([170], [cell(170, table([80], [cell(80, paragraph(run("a")))]) + emptied())])),
    "table": after(FINESS, rows_only("{%tr if clause %}")),
    "table in a cell": after(FINESS, table([170], [cell(170, rows_only("{%tr if clause %}"))])),
    "cells of a row": after(FINESS, table([40, 40, 90], [cell(40, paragraph(run("{%tc if clause %}"))), cell(40, paragraph(run("a"))), cell(90, paragraph(run("{%tc endif %}")))])),
    "text box": after(FINESS, text_box(emptied())),
    "footnote": note("footnote", run(NEVER) + "</w:p><w:p>" + run("Clause") + "</w:p><w:p>" + run("{%p endif %}")),
    "bookmark in a loop": after(FINESS, paragraph(run("{%p for each in questions %}")) + f"<w:p>{BOOKMARKED}</w:p>" + paragraph(run("{%p endfor %}"))),
    "colour of a cell": after(FINESS, coloured("{% cellbg 'FFFF00' %}")),
    "span of a cell": after(FINESS, coloured("{% colspan 1 %}")),
}  # fmt: skip


@pytest.mark.parametrize("change", MENDED.values(), ids=MENDED.keys())
def test_emptied_template_gives_a_valid_docx(change: Change, order_json: Json) -> None:
    template = Template("own.docx", changed("bdc", change))
    made = render_bdc(order_of(order_json), template)
    # Of the template itself the schema is no judge: its tags stand where a value will.
    assert schema_errors(made) == []
    assert repaired_parts(parts := dict(read_parts(made))) == parts
    assert "BC-2026-000123" in docx_text(made)


def test_table_with_rows_and_full_cells_stays(order_json: Json) -> None:
    kept = both(
        after(FINESS, rows_only("{%tr if numero %}")),
        after(FINESS, table([170], [cell(170, emptied().replace(NEVER, ALWAYS))])),
    )
    made = docx_text(render_bdc(order_of(order_json), Template("own.docx", changed("bdc", kept))))
    assert made.count("Clause") == 2


DAMAGED = {
    "text in a row": after(FINESS, table([170], [cell(170, paragraph(run("a")))]).replace("</w:tr>", "{{ numero }}</w:tr>")),
    "text in the body": after(FINESS, "{{ numero }}"),
    "a cell in a cell": after(FINESS, table([170], [cell(170, cell(80, paragraph(run("a"))))])),
    "a row in the body": after(FINESS, row(cell(170, paragraph(run("a"))))),
}  # fmt: skip


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_document_is_refused(change: Change, order_json: Json) -> None:
    with pytest.raises(RenderError) as caught:
        render_bdc(order_of(order_json), Template("own.docx", changed("bdc", change)))
    assert caught.value.finding.code == "MODELE-ABIME"
    assert "word/document.xml" in caught.value.finding.message("fr")


@pytest.mark.parametrize("kind", DocumentKind)
def test_built_in_template_needs_no_mending(kind: DocumentKind) -> None:
    parts = dict(read_parts(load_template(kind).data))
    assert repaired_parts(parts) == parts
