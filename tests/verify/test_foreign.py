"""Other vendors' documents, right ones and ones with a planted fault: a right answer for each, in one word."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from generator.common.findings import Finding, Place
from generator.references import Appels, DocumentKind
from generator.reports.verdicts import verdict
from generator.verify.opened import look_at, open_document
from generator.verify.rows import PricedRow
from generator.verify.text import Line
from generator.verify.values import ReadPages, value_findings
from generator.verify.without_order import inspect
from tests.generators.foreign import FAULTS, Foreign, as_scan, by_libreoffice, by_typst, corpus, drawn_foreign
from tests.verify.test_without_order import LINES, said, written


def answers(documents: Sequence[Foreign], made: dict[str, bytes], appels: Appels, folder: Path) -> dict[str, str]:
    given: dict[str, str] = {}
    for each in documents:
        path = folder / f"{each.name}.pdf"
        path.write_bytes(made[each.name])
        seen = look_at(open_document(path))
        found = inspect(seen, appels, ("tesseract",), reference=None, document=DocumentKind.BDC, reads=False)
        given[f"{each.name} {each.fault}".strip()] = verdict(found.findings)
    return given


@pytest.mark.slow
@pytest.mark.parametrize("from_docx", [False, True])
def test_each_document_gets_the_right_answer(from_docx: bool, appels: Appels, tmp_path: Path) -> None:
    documents = corpus(2 * len(FAULTS))
    given = answers(documents, by_libreoffice(documents, from_docx=from_docx), appels, tmp_path)
    faults = {f"{each.name} {each.fault}".strip(): each.fault for each in documents}
    assert [
        name for name, answer in given.items() if answer == ("compliant" if faults[name] else "not compliant")
    ] == []
    doubts = [name for name, answer in given.items() if answer == "to be checked by a person"]
    assert len(doubts) <= len(documents) / 5, doubts


@pytest.mark.slow
def test_scan_of_a_table_is_read_cell_by_cell(appels: Appels, tmp_path: Path) -> None:
    right, faulty = (next(each for each in corpus(28) if each.fault == fault) for fault in ("", "other service"))
    for each in (right, faulty):
        (tmp_path / f"{each.name}.tiff").write_bytes(as_scan(by_typst([each])[each.name], 3, 200))
    found = {
        each.fault: verdict(
            inspect(
                look_at(open_document(tmp_path / f"{each.name}.tiff")),
                appels,
                ("tesseract",),
                reference=None,
                document=DocumentKind.BDC,
                reads=False,
            ).findings
        )
        for each in (right, faulty)
    }
    assert found == {"": "compliant", "other service": "not compliant"}


@pytest.mark.slow
def test_scan_of_labels_that_wrap_between_fine_rules(appels: Appels, tmp_path: Path) -> None:
    # Their labels wrap in cells of a few millimetres; the first has its parties in tables, too.
    documents = [corpus(5)[0], corpus(5)[4], corpus(30)[29]]
    pdfs = by_libreoffice(documents, from_docx=False)
    found = {}
    for each, dpi in zip(documents, (200, 240, 300), strict=True):
        path = tmp_path / f"{each.name}.tiff"
        path.write_bytes(as_scan(pdfs[each.name], int(each.name), dpi))
        seen = look_at(open_document(path))
        read = inspect(seen, appels, ("tesseract",), reference=None, document=DocumentKind.BDC, reads=False)
        found[f"{each.name} {each.fault}".strip()] = verdict(read.findings)
    # Another release of the engine may misread a digit: that is for a person.
    assert {found["000"], found["004"]} <= {"compliant", "to be checked by a person"}
    assert found["029 other name"] == "not compliant"


def test_row_that_reads_nearly_on_a_scan_is_for_a_person(appels: Appels) -> None:
    row = PricedRow("Prestafion Ségur Vague 2", (1_200_000,))
    lines = [Line(text, (0, 0, 1, 1)) for text in LINES if "12 000" not in text]
    read = ReadPages(tuple(lines), (row,))
    appel, place = appels["AF-HOP-DPI-Va2"], Place("a.png")
    scanned = value_findings(read, appel, DocumentKind.BDC, place, is_text=False)
    assert "BDC-LIGNE-DOUTEUSE" in {each.code for each in scanned}
    written_so = value_findings(read, appel, DocumentKind.BDC, place, is_text=True)
    assert {"BDC-MONTANT", "BDC-AUTRE-PRESTATION"} <= {each.code for each in written_so}


@pytest.mark.parametrize(("is_text", "code"), [(True, "BDC-VALEUR-ABSENTE"), (False, "BDC-VALEUR-A-VOIR")])
def test_digits_of_a_scan_that_are_no_number_are_for_a_person(*, is_text: bool, code: str, appels: Appels) -> None:
    lines = [line.replace("010000024", "En 0024") for line in LINES]
    read = ReadPages(tuple(Line(text, (0, 0, 1, 1)) for text in lines))

    found = value_findings(read, appels["AF-HOP-DPI-Va2"], DocumentKind.BDC, Place("a.png"), is_text=is_text)

    assert code in {each.code for each in found}


@pytest.mark.parametrize(("is_text", "code"), [(True, "BDC-TOTAUX"), (False, "BDC-TOTAUX-A-VOIR")])
def test_sums_that_a_scan_contradicts_are_for_a_person(*, is_text: bool, code: str, appels: Appels) -> None:
    lines = [*LINES, "Total HT : 10 000,00 €", "TVA 20 % : 2 000,00 €", "Total TTC : 17 000,00 €"]
    read = ReadPages(tuple(Line(text, (0, 0, 1, 1)) for text in lines))

    found = value_findings(read, appels["AF-HOP-DPI-Va2"], DocumentKind.BDC, Place("a.png"), is_text=is_text)

    assert code in {each.code for each in found}


def test_corpus_is_drawn_alike_twice_and_faults_change_it() -> None:
    assert corpus(6) == corpus(6)
    assert all(each.blocks != drawn_foreign(seed).blocks for seed, each in enumerate(corpus(20)) if each.fault)


def found(lines: list[str], tmp_path: Path, appels: Appels) -> list[Finding]:
    return said(written(tmp_path, lines), appels)


def test_another_priced_row_is_an_error(tmp_path: Path, appels: Appels) -> None:
    (finding,) = found([*LINES, "Formation sur site           900,00 EUR"], tmp_path, appels)
    assert finding.code == "BDC-AUTRE-PRESTATION"
    assert dict(finding.values)["label"] == "Formation sur site"


def test_page_that_is_missing_is_reported(tmp_path: Path, appels: Appels) -> None:
    assert [each.code for each in found([*LINES, "Page 1 / 2"], tmp_path, appels)] == ["PAGE-ABSENTE"]
    assert found([*LINES, "Page 1 / 1"], tmp_path, appels) == []


def test_accent_of_the_state_is_information(tmp_path: Path, appels: Appels) -> None:
    path = written(tmp_path, [line.replace("l'Etat", "l'État") for line in LINES])
    seen = look_at(open_document(path))
    verified = inspect(seen, appels, (), reference=None, document=DocumentKind.BDC)
    assert "BDC-MENTION-ACCENT" in {each.code for each in verified.findings}
    assert verdict(verified.findings).label.fr == "conforme"


@pytest.mark.slow
def test_mention_that_reads_nearly_on_a_scan_is_for_a_person(tmp_path: Path, appels: Appels) -> None:
    path = written(tmp_path, [line.replace("prestation Ségur HOP", "prestafion Ségur HOP") for line in LINES])
    page = Image.fromarray(next(open_document(path).pages(200)).pixels)
    page.save(tmp_path / "a.png", dpi=(200, 200))
    seen = look_at(open_document(tmp_path / "a.png"))
    verified = inspect(seen, appels, ("tesseract",), reference=None, document=DocumentKind.BDC, reads=False)
    assert "BDC-MENTION-DOUTEUSE" in {each.code for each in verified.findings}
    assert verdict(verified.findings).label.fr == "à vérifier par une personne"
