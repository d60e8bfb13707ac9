"""Whatever stands in a template, its check says so and does not fail."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.references import load_appels
from generator.template_check.check import CheckOptions, check_template
from templates.ooxml import cell, paragraph, run, table
from tests.template_check.edits import before, changed

APPEL = load_appels()["AF-HOP-DPI-Va2"]
# What tags are made of, and what people type beside them.
WORDS = st.sampled_from(
    (
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{%p",
            "{{r",
            " ",
            "if",
            "endif",
            "for",
            "in",
            "set",
            "=",
            "mention",
            ".",
        ),
        *("numero", "siret", "text", "get('x')", "[0]", "|", "upper", "(", ")", "'", "’", "1", "%", "é", "<", "&"),
        "__class__",
    )
)


@settings(max_examples=30, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12).map("".join))
def test_no_text_of_a_template_makes_its_check_fail(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "modele.docx"
        template.write_bytes(changed("bdc", before("mention.siret.text", paragraph(run(text)))))
        checked = check_template(template, [APPEL], CheckOptions(rendered=False))
    for finding in checked.findings:
        assert finding.message("fr")
        assert finding.message("en")


def test_content_controls_in_a_styled_table_do_not_fail() -> None:
    made = table([170], [cell(170, paragraph(run("Texte")))]).replace(
        "<w:tblPr>", '<w:tblPr><w:tblStyle w:val="x"/>', 1
    )
    for tag in ("tr", "tc"):
        begin, end = made.index(f"<w:{tag}>"), made.index(f"</w:{tag}>") + len(f"</w:{tag}>")
        controlled = f"{made[:begin]}<w:sdt><w:sdtContent>{made[begin:end]}</w:sdtContent></w:sdt>{made[end:]}"
        with tempfile.TemporaryDirectory() as folder:
            template = Path(folder) / "modele.docx"
            template.write_bytes(changed("bdc", before("mention.siret.text", controlled)))
            assert not check_template(template, [APPEL], CheckOptions(rendered=False)).findings
