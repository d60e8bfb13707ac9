from pathlib import Path

from generator.references import Appels
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from generator.rules.validation import check_descriptor
from generator.verify.without_reader import read_text_only
from tests.conftest import Json, descriptor


def test_text_of_a_pdf_is_compared_without_an_engine(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    checked = check_descriptor(descriptor(order_json), appels)
    assert checked.order
    assert checked.appel
    options = RenderOptions(formats=(Format.PDF,), attach=False)
    (made,) = render_order(checked.order, checked.appel, tmp_path, options)
    (pdf,) = made.files
    read = read_text_only(pdf, [checked], appels, "tesserocr")
    assert [found.code for found in read.findings] == ["LECTURE-SANS-MOTEUR"]
    assert read.found == read.wanted > 30
    # Another amount, and no order at all.
    order_json["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    other = check_descriptor(descriptor(order_json), appels)
    told = read_text_only(pdf, [other], appels, "tesserocr").findings
    assert {found.code for found in told} == {"MENTION-ABSENTE", "LECTURE-SANS-MOTEUR"}
    told = read_text_only(pdf, [], appels, "tesserocr").findings
    assert [found.code for found in told] == ["LECTURE-SANS-COMMANDE", "LECTURE-SANS-MOTEUR"]


def test_what_has_no_text_needs_an_engine(appels: Appels, tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    codes = [
        [found.code for found in read_text_only(tmp_path / name, [], appels, "tesserocr").findings]
        for name in ("scan.png", "broken.pdf", "none.pdf")
    ]
    assert codes == [["LECTURE-MOTEUR-ABSENT"], ["DOCUMENT-ILLISIBLE"], ["DOCUMENT-ILLISIBLE"]]
