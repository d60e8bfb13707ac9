"""Any vendor's order, without its descriptor: written for the test, in another layout than the built-in one."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject

from generator.common.findings import Finding, Place
from generator.documents.mentions import TICKED
from generator.references import Appels, DocumentKind
from generator.verify.opened import look_at, open_document
from generator.verify.without_order import contradictions, inspect
from tests.conftest import RenderedSample
from tests.generators.alterations import drawn_over, places_of
from tests.verify.plain_pdf import FIRST_LINE, LEADING, plain_pdf

# A BDC as another vendor may write it: their own order of things, labels of the model form.
LINES = [
    "BON DE COMMANDE",
    "Référence de l'appel à financement : AF-HOP-DPI-Va2",
    "Nature de la prestation – cocher une des deux cases suivantes :",
    "[ ] Prestation Ségur Vague 1 + Vague 2",
    "[X] Prestation Ségur Vague 2",
    "Numéro du bon de commande – (information : référence du bon de commande chez l'éditeur) :",
    "CMD-77",
    "Date d'émission du bon de commande : 04/05/2026",
    "Fournisseur",
    "Dénomination sociale : Autre Éditeur Fictif",
    "N° de SIRET : 732 829 320 00074",
    "Adresse : 3 rue de l'Exemple, 75000 Paris",
    "Responsable de la transaction : Camille Modèle",
    "Téléphone : 01 23 45 67 89",
    "Mail : a@editeur.example",
    "Client unique",
    "Dénomination sociale (nom client) : Centre hospitalier Fictif",
    "Numéro FINESS PMSI de la structure : 010000024",
    "Prestation Ségur Vague 2 : 12 000,00 € TTC",
    "Montant de la Prestation Ségur pris en charge par l'Etat au titre du Ségur de la santé",
    "Scénario d'installation de la prestation Ségur HOP-DPI-Va2 :",
]


def written(tmp_path: Path, lines: list[str]) -> Path:
    """Return a PDF with a text layer that says `lines`."""
    path = tmp_path / "bdc.pdf"
    path.write_bytes(plain_pdf(lines))
    return path


def said(path: Path, appels: Appels, readers: tuple[str, ...] = (), reference: str | None = None) -> list[Finding]:
    """Return the findings on a document; without readers of its text layer alone."""
    found = inspect(look_at(open_document(path)), appels, readers, reference=reference, document=DocumentKind.BDC)
    return [finding for finding in found.findings if finding.severity != "info"]


def test_document_that_has_everything_has_no_finding(tmp_path: Path, appels: Appels) -> None:
    assert not said(written(tmp_path, LINES), appels)


def test_amount_without_vat_is_no_other_line(tmp_path: Path, appels: Appels) -> None:
    without = [line.replace("12 000,00 € TTC", "10 000,00 € HT") for line in LINES]
    without.insert(-1, "10 000,00 € HT, TVA non applicable, taux 0,00 %")
    assert not said(written(tmp_path, without), appels)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("Montant de la Prestation Ségur pris", "Montant pris", "BDC-MENTION-AUTRE"),
        (
            "Montant de la Prestation Ségur pris en charge par l'Etat au titre du Ségur de la santé",
            "",
            "BDC-MENTION-ABSENTE",
        ),
        ("BON DE COMMANDE", "DEVIS", "BDC-MENTION-ABSENTE"),
        ("[X]", "[ ]", "BDC-NATURE"),
        ("[ ]", "[X]", "BDC-NATURE"),
        ("[X]", "", "BDC-NATURE"),
        ("[ ] Prestation Ségur Vague 1 + Vague 2\n[X]", "[X] Prestation Ségur Vague 1 + Vague 2 [X]", "BDC-NATURE"),
        ("Vague 2 : 12", "Vague 1 + Vague 2 : 12", "BDC-NATURE-CONTREDITE"),
        ("04/05/2026", "18/06/2026", "BDC-DATE-TARDIVE"),
        ("Client unique", "Le logiciel est-il certifié ? [ ] Oui  [ ] Non", "BDC-REPONSE-ABSENTE"),
        ("Client unique", "L'établissement s'abonne au service Exemple dès la signature.", "BDC-CLAUSE-A-VOIR"),
        ("Client unique", "Le client s'engage à ne pas changer d'éditeur.", "BDC-CLAUSE-A-VOIR"),
        ("12 000,00 € TTC", "10 000,00 € HT\nTotal TTC : 13 000,00 €", "BDC-TOTAUX"),
        ("12 000,00 €", "0,00 €", "BDC-MONTANT"),
        ("Client unique", "Formation sur site : 900,00 €", "BDC-AUTRE-LIGNE"),
        ("Client unique", "Maintenance annuelle, total HT : 900,00 €", "BDC-AUTRE-LIGNE"),
        ("Client unique", "Le client souscrit un réengagement de 36 mois.", "BDC-CLAUSE-A-VOIR"),
        ("732 829 320 00074", "732 829 320 00075", "BDC-VALEUR"),
        ("010000024", "010000025", "BDC-VALEUR"),
        ("732 829 320 00074", "en cours", "BDC-VALEUR-ABSENTE"),
        ("04/05/2026", "31/02/2026", "BDC-VALEUR"),
        ("04/05/2026", "\nAucune\nDate d'installation : 01/09/2026", "BDC-VALEUR-ABSENTE"),
        ("AF-HOP-DPI-Va2", "AF-HOP-XYZ", "BDC-REFERENCE"),
        ("Responsable de la transaction", "Interlocuteur", "BDC-LIBELLE"),
    ],
)
def test_each_fault_is_named(before: str, after: str, code: str, tmp_path: Path, appels: Appels) -> None:
    text = "\n".join(LINES)
    assert before in text
    found = said(written(tmp_path, text.replace(before, after, 1).split("\n")), appels)
    assert code in [finding.code for finding in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 000,00 € TTC", "€ 12 000,00 TTC"),
        ("12 000,00 € TTC", "12.000,00 EUR TTC"),
        ("Client unique", "Total TTC : 12 000,00 €"),
        ("Client unique", "Dont à payer : 4\n800,00 € TTC"),
        ("Client unique", "SAS au capital de 120 000 €"),
        ("12 000,00 € TTC", "11 059,91 € HT\nTotal TTC : 12 000,00 €"),
        ("[ ] Prestation Ségur Vague 1 + Vague 2\n[X]", "[ ] Prestation Ségur Vague 1 + Vague 2   [X]"),
        ("Client unique", "Montant net à payer : 12 000 euros"),
        ("04/05/2026", "4 mai 2026"),
        ("04/05/2026", "1er juin 2026"),
        (": 04/05/2026", ":\n04-05-2026"),
    ],
)
def test_other_ways_of_writing_amounts_and_dates_are_as_good(
    before: str, after: str, tmp_path: Path, appels: Appels
) -> None:
    text = "\n".join(LINES)
    assert before in text
    assert not said(written(tmp_path, text.replace(before, after, 1).split("\n")), appels)


@pytest.mark.parametrize(
    ("ttc", "contradicts"), [("12 000,00 €", False), ("17 000,00 €", True), ("12 000,01 €", False)]
)
def test_sums_that_contradict_each_other_are_reported(
    tmp_path: Path, appels: Appels, ttc: str, *, contradicts: bool
) -> None:
    sums = ["Total HT : 10 000,00 €", "TVA à 20,00 % : 2 000,00 €", f"Total TTC : {ttc}"]
    found = said(written(tmp_path, [*LINES, *sums]), appels)
    assert ("BDC-TOTAUX" in {each.code for each in found}) is contradicts


def test_another_reference_than_the_one_asked_for_is_reported(tmp_path: Path, appels: Appels) -> None:
    (finding,) = said(written(tmp_path, LINES), appels, reference="AF-HOP-PFI-Va2")
    assert finding.code == "REFERENCE-AUTRE"


@pytest.mark.slow
def test_page_that_shows_what_its_text_says_has_no_finding(tmp_path: Path, appels: Appels) -> None:
    assert not said(written(tmp_path, LINES), appels, ("tesseract",))


@pytest.mark.slow
def test_amount_covered_on_the_page_is_reported(tmp_path: Path, appels: Appels) -> None:
    path = written(tmp_path, LINES)
    writer = PdfWriter(path)
    amount = next(index for index, line in enumerate(LINES) if "12 000,00" in line)
    cover = DecodedStreamObject()
    cover.set_data(f"1 1 1 rg 0 {FIRST_LINE - amount * LEADING - 4} 600 {LEADING} re f".encode())
    contents = ArrayObject([writer.pages[0].raw_get("/Contents"), writer._add_object(cover)])
    writer.pages[0][NameObject("/Contents")] = contents
    writer.write(path)
    assert "TEXTE-CACHE" in [finding.code for finding in said(path, appels, ("tesseract",))]


@pytest.mark.slow
def test_amount_under_another_is_reported(tmp_path: Path, appels: Appels) -> None:
    path = written(tmp_path, LINES)
    _, (left, low, right, top) = next(iter(places_of(path.read_bytes(), "12 000,00")))
    cover = f"q 1 g {left} {low - 2} {right - left} {top - low + 4} re f Q"
    over = f"{cover} BT /Forged 11 Tf {left} {low} Td (99 000,00) Tj ET"
    path.write_bytes(drawn_over(path.read_bytes(), 0, over))
    assert "TEXTE-CACHE" in [finding.code for finding in said(path, appels, ("tesseract",))]


def test_boxes_that_no_machine_can_tell_are_left_to_a_person(tmp_path: Path, appels: Appels) -> None:
    lines = [line.replace("[ ] ", "").replace("[X] ", "") for line in LINES]
    assert [finding.code for finding in said(written(tmp_path, lines), appels)] == ["BDC-NATURE-A-VOIR"]


def test_code_of_this_program_that_text_contradicts_is_reported(rendered_samples: list[RenderedSample]) -> None:
    sample = rendered_samples[0]
    (payload,) = look_at(open_document(sample.file(".pdf"))).codes.payloads
    text = f"{payload.numero} {payload.reference} {payload.finess_pmsi} {payload.date:%d/%m/%Y} 1 000 000,00 {TICKED}"
    (finding,) = contradictions(payload, text, Place("a.pdf"))
    assert finding.code == "QR-CONTREDIT"


@pytest.mark.slow
def test_scan_is_read_by_the_engine(tmp_path: Path, appels: Appels) -> None:
    page = Image.new("L", (2480, 3508), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype("NotoSans-Regular.ttf", 46)
    for number, line in enumerate(LINES):
        pen.text((150, 150 + number * 80), line, font=font, fill=0)
    page.save(tmp_path / "scan.png", dpi=(300, 300))
    # The engine may lose the boxes; everything else reads.
    assert {finding.code for finding in said(tmp_path / "scan.png", appels, ("tesseract",))} <= {"BDC-NATURE-A-VOIR"}
