"""Documents of an order, as they are made, worn, signed and altered, compared with the pages that the order gives."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pypdf import PdfReader, PdfWriter, Transformation
from pypdfium2 import PdfDocument

from generator.common.findings import ERROR, has_errors
from generator.common.jsonio.source import Descriptor, parse_descriptors
from generator.common.resources import EARLIER_TEMPLATES, FONTS
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_expected, render_order
from generator.rules.validation import CheckedOrder, check_descriptor
from generator.verify.documents import VerifyOptions, verify_files
from generator.verify.opened import GivenDocument, look_at, open_document
from generator.verify.raster import rasterise
from generator.verify.synthesis.expected import ExpectedPage, expected_pages
from generator.verify.text import union
from generator.verify.verify import Verified, Wanted, verify
from tests.conftest import VALID, Json, order_of
from tests.generators.alterations import (
    accent_erased,
    dot,
    drawn_over,
    pdf_alterations,
    places_of,
    tick_moved,
    ticked_by_pen,
)
from tests.generators.logos import write_logos
from tests.generators.orders import mixed_order
from tests.generators.wears import signed_by_hand, tiff_of, worn_scan
from tests.verify.plain_pdf import plain_pdf

pytestmark = pytest.mark.slow

Alter = Callable[[Image.Image, ExpectedPage, Random], bool]


@pytest.fixture(scope="module")
def wanted(appels: Appels) -> Wanted:
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    return Wanted(order_of(value), appels["AF-HOP-DPI-Va2"], DocumentKind.BDC)


@pytest.fixture(scope="module")
def pdf(wanted: Wanted, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("synthesis")
    (made,) = render_order(wanted.order, wanted.appel, out, RenderOptions(formats=(Format.PDF,)))
    return made.files[0].read_bytes()


def found(data: bytes, wanted: Wanted, expected: bytes, folder: Path) -> Verified:
    path = folder / "a"
    path.write_bytes(data)
    return verify(look_at(open_document(path)), wanted, ("tesseract",), expected=[expected], reads=False)


def codes(verified: Verified) -> set[str]:
    return {finding.code for finding in verified.findings}


def test_document_as_it_was_made_has_no_finding(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    verified = found(pdf, wanted, pdf, tmp_path)
    assert not verified.findings
    assert verified.compared
    assert verified.compared.rooms == (False, False)


@pytest.mark.parametrize("by", [0.18, 0.6, 1.0])
def test_document_set_a_part_of_a_pixel_away_has_no_error(
    wanted: Wanted, pdf: bytes, tmp_path: Path, by: float
) -> None:
    verified = found(translated(pdf, by), wanted, pdf, tmp_path)
    assert verified.compared
    assert not has_errors(verified.findings)


def test_alterations_of_a_pdf_set_elsewhere_are_errors(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    missed = [
        each.name
        for each in pdf_alterations(translated(pdf, 0.6), ["000,00", "04/05/2026"], seed=3)
        if not has_errors(found(each.pdf, wanted, pdf, tmp_path).findings)
    ]
    assert missed == []


def translated(pdf: bytes, by: float) -> bytes:
    """Return a PDF whose content is moved to the right and up, by a number of points."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for page in writer.pages:
        page.add_transformation(Transformation().translate(by, by))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_every_alteration_of_a_pdf_is_an_error(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    values = ["000,00", wanted.order.numero, "04/05/2026"]
    missed = [
        each.name
        for each in pdf_alterations(pdf, values, seed=1)
        if not has_errors(found(each.pdf, wanted, pdf, tmp_path).findings)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("covered", "DOCUMENT-MANQUE"),
        ("replaced", "DOCUMENT-MODIFIE"),
        ("pale-digit", "DOCUMENT-AJOUT"),
        ("page-removed", "PAGE-ABSENTE"),
        ("page-added", "PAGE-EN-TROP"),
        ("layer-hidden", "PDF-VUES-DIFFERENTES"),
        ("annotation-screen-only", "PDF-VUES-DIFFERENTES"),
        ("white-text", "TEXTE-INVISIBLE"),
    ],
)
def test_alteration_is_named(name: str, code: str, wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    made = next(each for each in pdf_alterations(pdf, ["000,00"], seed=2) if each.name == name)
    assert code in codes(found(made.pdf, wanted, pdf, tmp_path))


@pytest.mark.parametrize("seed", range(4))
def test_worn_scan_of_the_document_has_no_error(seed: int, wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    name, _, scan = worn_scan(pdf, seed)
    verified = found(scan, wanted, pdf, tmp_path)
    assert not has_errors(verified.findings), (name, codes(verified))


def test_signatures_by_hand_are_seen_and_are_no_error(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    verified = found(signed_by_hand(pdf, seed=1), wanted, pdf, tmp_path)
    assert not has_errors(verified.findings)
    assert verified.compared
    assert verified.compared.rooms == (True, True)


def altered_scans(pdf: bytes, alter: Alter, number: int) -> Iterator[bytes]:
    """Give scans of which the page of this number, from 0, is altered in four places that are drawn."""
    page = expected_pages(pdf)[number]
    for seed in range(4):
        yield scan_of(pdf, lambda pages, seed=seed: alter(pages[number], page, Random(seed)))  # type: ignore[misc]


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), size)


def scan_of(pdf: bytes, change: Callable[[list[Image.Image]], object]) -> bytes:
    pages = [Image.fromarray(page.pixels) for page in rasterise(pdf, 200)]
    change(pages)
    return tiff_of(pages, 200)


def test_mark_outside_the_frames_is_to_be_looked_at(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    def initial(pages: list[Image.Image]) -> None:
        ImageDraw.Draw(pages[0]).ellipse((700, 1950, 790, 2000), outline=40, width=4)

    verified = found(scan_of(pdf, initial), wanted, pdf, tmp_path)
    assert codes(verified) == {"MARQUE-A-VOIR"}
    words = [word for page in expected_pages(pdf)[:1] for word in page.words]
    last = max(words, key=lambda word: word.box[3] if word.box[3] < 1950 else 0)
    assert last.text in str(dict(verified.findings[0].values)["expected"])


@pytest.mark.parametrize("down", [25, 60])
def test_label_moved_within_its_frame_is_missing(wanted: Wanted, pdf: bytes, tmp_path: Path, down: int) -> None:
    page = expected_pages(pdf)[1]
    label = [word for word in page.words if "Signature et cachet" in page.lines[word.line]]
    left, top, right, bottom = union([word.box for word in label if word.line == label[0].line])
    box = (left - 3, top - 3, right + 3, bottom + 3)

    def move(pages: list[Image.Image]) -> None:
        piece = pages[1].crop(box)
        pages[1].paste(255, box)
        pages[1].paste(piece, (box[0], box[1] + down))

    (finding,) = [each for each in found(scan_of(pdf, move), wanted, pdf, tmp_path).findings if each.severity is ERROR]
    assert finding.code == "DOCUMENT-MANQUE"
    assert "Signature" in str(dict(finding.values)["expected"])


@pytest.mark.parametrize(
    ("number", "wear"),
    [
        (944, "150 photo-200+copie-200"),
        pytest.param(7037, "150 photo-200+copie-200", id="thick strokes, accents above them"),
        pytest.param(20430, "150 fax+copie-200", id="ticked box"),
        pytest.param(20239, "300 toner-200+fax", id="word of which little is left"),
    ],
)
def test_hard_wear_has_no_error(number: int, wear: str, appels: Appels, tmp_path: Path) -> None:
    write_logos(tmp_path)
    (read,) = parse_descriptors(json.dumps(mixed_order(number // 5)), str(tmp_path / "drawn.json"))
    assert isinstance(read, Descriptor)
    order = check_descriptor(read, appels).order
    assert order
    asked = Wanted(order, appels[order.reference], DocumentKind.BDC)
    (made,) = render_order(order, asked.appel, tmp_path, RenderOptions((DocumentKind.BDC,), (Format.PDF,)))
    expected = made.files[0].read_bytes()
    name, _, scan = worn_scan(expected, number)
    assert name.startswith(wear)
    assert not has_errors(found(scan, asked, expected, tmp_path).findings)


@pytest.mark.parametrize("alter", [tick_moved, ticked_by_pen])
def test_other_box_ticked_is_an_error(alter: Alter, wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    for seed, scan in enumerate(altered_scans(pdf, alter, 0)):
        assert codes(found(scan, wanted, pdf, tmp_path)) & {"DOCUMENT-MODIFIE", "DOCUMENT-AJOUT"}, seed


def test_smudged_value_is_unreadable_and_no_alteration(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    _, (left, low, right, top) = next(iter(places_of(pdf, "04/05/2026")))

    def smudge(pages: list[Image.Image]) -> None:
        height, scale = pages[0].height, 200 / 72
        box = (
            int(left * scale) - 4,
            int(height - top * scale) - 4,
            int(right * scale) + 4,
            int(height - low * scale) + 4,
        )
        pages[0].paste(pages[0].crop(box).filter(ImageFilter.GaussianBlur(3)), box)

    assert codes(found(scan_of(pdf, smudge), wanted, pdf, tmp_path)) == {"TEXTE-ILLISIBLE"}


def test_reader_that_would_misread_is_a_warning(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    def blur(pages: list[Image.Image]) -> None:
        pages[:] = [page.filter(ImageFilter.GaussianBlur(2.6)) for page in pages]

    path = tmp_path / "a"
    path.write_bytes(scan_of(pdf, blur))
    verified = verify(look_at(open_document(path)), wanted, ("tesseract",), expected=[pdf], reads=True)
    assert not has_errors(verified.findings)
    assert "LISIBILITE" in codes(verified)


def test_scan_that_nobody_can_read_is_for_a_person(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    grain = np.random.default_rng(7)

    def fade(pages: list[Image.Image]) -> None:
        for index, page in enumerate(pages):
            noise = Image.fromarray(grain.normal(128, 120, (page.height, page.width)).clip(0, 255).astype(np.uint8))
            small = page.filter(ImageFilter.GaussianBlur(3))
            pages[index] = Image.blend(small, noise, 0.6).point(lambda value: 255 if value > 105 else 0)

    verified = found(scan_of(pdf, fade), wanted, pdf, tmp_path)
    assert not has_errors(verified.findings)
    assert "SCAN-NON-COMPRIS" in codes(verified)


def test_black_page_is_for_a_person_and_the_others_are_compared(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    def shade(pages: list[Image.Image]) -> None:
        pages[1].paste(0, (0, 0, pages[1].width, 3 * pages[1].height // 4))

    assert codes(found(scan_of(pdf, shade), wanted, pdf, tmp_path)) == {"PAGE-ILLISIBLE"}


def test_pages_of_another_layout_are_compared_by_mention(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    verified = found(plain_pdf(["Bon de commande", "BC-2026-000123"]), wanted, pdf, tmp_path)
    assert verified.compared is None
    assert {"MISE-EN-PAGE-INCONNUE", "MENTION-ABSENTE"} <= codes(verified)
    lines = ["BON DE COMMANDE", "BC-2026-000123", "Client unique", "Fournisseur"]
    scan = scan_of(plain_pdf(lines), lambda _: None)
    assert {"MISE-EN-PAGE-INCONNUE", "LECTURE-ABSENTE"} <= codes(found(scan, wanted, pdf, tmp_path))


def test_amount_of_another_layout_is_the_order_s(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    lines = ["Total TTC : 12 000,00 \u20ac", "Avance de 40 % : 4 800,00 \u20ac", "Avenant : 99 999,00 \u20ac"]
    strange = [
        each for each in found(plain_pdf(lines), wanted, pdf, tmp_path).findings if each.code == "MONTANT-ETRANGER"
    ]
    assert [dict(each.values)["amount"] for each in strange] == ["99 999,00 \u20ac"]


def test_digit_before_amount_of_another_layout_is_another_amount(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    lines = ["Total TTC : 12 000,00 \u20ac", "Avance de 40 % : 4 800,00 \u20ac"]
    # In grey, between the colon and the amount, written after everything else.
    whole = plain_pdf(lines).replace(b"\n\nendstream", b"\n0.6 g BT /F1 11 Tf 106 799 Td (9) Tj ET\nendstream")
    strange = [each for each in found(whole, wanted, pdf, tmp_path).findings if each.code == "MONTANT-ETRANGER"]
    assert [dict(each.values)["amount"] for each in strange] == ["912 000,00 \u20ac"]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_page_of_another_layout_hides_no_amount(
    wanted: Wanted, pdf: bytes, tmp_path: Path, degrees: int
) -> None:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        writer.add_page(page).rotate(degrees)
    written = io.BytesIO()
    writer.write(written)
    verified = found(written.getvalue(), wanted, plain_pdf(["another layout"]), tmp_path)
    assert codes(verified) == {"MISE-EN-PAGE-INCONNUE"}


def test_two_pages_on_one_sheet_are_read_one_by_one(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    first, second = (page.render(scale=200 / 72).to_pil().convert("L") for page in PdfDocument(pdf))
    sheet = Image.new("L", (2 * first.width, first.height), 255)
    sheet.paste(first)
    sheet.paste(second, (first.width, 0))
    sheet.save(tmp_path / "sheet.png", dpi=(200, 200))
    verified = found((tmp_path / "sheet.png").read_bytes(), wanted, plain_pdf(["another layout"]), tmp_path)
    assert not has_errors(verified.findings)
    assert "MISE-EN-PAGE-INCONNUE" in codes(verified)


def test_scan_of_another_version_is_an_error(wanted: Wanted, pdf: bytes, appels: Appels, tmp_path: Path) -> None:
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    value["montant"] = {"ht": "10500.00", "taux_tva": "20.00", "ttc": "12600.00"}
    (other,) = render_order(order_of(value), appels["AF-HOP-DPI-Va2"], tmp_path, RenderOptions(formats=(Format.PDF,)))
    verified = found(signed_by_hand(other.files[0].read_bytes(), seed=2), wanted, pdf, tmp_path)
    modified = [dict(each.values) for each in verified.findings if each.code == "DOCUMENT-MODIFIE"]
    assert "QR-AUTRE-VERSION" in codes(verified)
    assert [each["expected"] for each in modified if "ligne_prestation" in str(each["id"])] == ["000,00"]


@pytest.mark.parametrize("kind", [DocumentKind.BDC, DocumentKind.VA])
def test_earlier_document_is_compared_with_its_own_layout(
    va_json: Json, appels: Appels, tmp_path: Path, kind: DocumentKind
) -> None:
    order, appel = order_of(va_json), appels["AF-HOP-DPI-Va2"]
    options = RenderOptions((kind,), (Format.PDF,), EARLIER_TEMPLATES[0] / f"{kind.value}.docx")
    (rendered,) = render_order(order, appel, tmp_path, options)
    assert not has_errors(rendered.findings)
    added = tmp_path / "added.pdf"
    line = "q BT /Forged 11 Tf 60 18 Td (AVENANT : 99 999,00 EUR) Tj ET Q"
    added.write_bytes(drawn_over(rendered.files[0].read_bytes(), 0, line))
    known = [CheckedOrder("order.json", order, appel, ())]
    verified = list(
        verify_files(
            map(GivenDocument, (rendered.files[0], added)),
            known,
            appels,
            VerifyOptions(("tesseract",), reads=False),
            render_expected,
        )
    )
    assert all(each.compared for each in verified)
    right, wrong = ({found.code for found in each.findings if found.severity is ERROR} for each in verified)
    assert not right
    assert "DOCUMENT-AJOUT" in wrong


@pytest.mark.parametrize(
    ("down", "code"), [(-60, "CADRE-TEXTE"), (25, "DOCUMENT-AJOUT"), (60, "DOCUMENT-AJOUT"), (90, "DOCUMENT-AJOUT")]
)
def test_addition_where_people_sign_is_seen(wanted: Wanted, pdf: bytes, tmp_path: Path, down: int, code: str) -> None:
    left, _, _, bottom = expected_pages(pdf)[1].rooms[1]

    def add(pages: list[Image.Image]) -> None:
        font = ImageFont.truetype(FONTS / "NotoSans-Regular.ttf", 32)
        ImageDraw.Draw(pages[1]).text((left + 40, bottom + down), "AVENANT : 99 999,00 €", font=font, fill=0)

    assert code in codes(found(scan_of(pdf, add), wanted, pdf, tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "CENTRE HOSPITALIER FICTIF\nLa Directrice\n01000 EXEMPLEVILLE",
        "ÉDITEUR FICTIF\nSAS au capital de 10 000 €\nLe Président",
    ],
)
def test_stamp_with_words_in_a_frame_is_a_signature(text: str, wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    _, top, right, bottom = expected_pages(pdf)[1].rooms[0]

    def stamp(pages: list[Image.Image]) -> None:
        font = ImageFont.truetype(FONTS / "NotoSans-Bold.ttf", 26)
        draw = ImageDraw.Draw(pages[1])
        draw.rectangle((right - 520, top + 90, right - 60, bottom - 40), outline=90, width=4)
        draw.multiline_text((right - 500, top + 100), text, font=font, fill=90)

    verified = found(scan_of(pdf, stamp), wanted, pdf, tmp_path)
    assert codes(verified) == set()
    assert verified.compared
    assert verified.compared.rooms == (True, False)


@pytest.mark.parametrize("alter", [dot, accent_erased])
def test_other_dot_or_accent_is_an_error(alter: Alter, wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    for seed, scan in enumerate(altered_scans(pdf, alter, 1)):
        assert "DOCUMENT-MODIFIE" in codes(found(scan, wanted, pdf, tmp_path)), seed


@pytest.mark.parametrize("text", ["Net à payer 13 500 €", "remise - 10 %", "13 500 € HT"])
def test_amount_or_discount_where_people_sign_is_for_a_person(
    text: str, wanted: Wanted, pdf: bytes, tmp_path: Path
) -> None:
    left, top, _, _ = expected_pages(pdf)[1].rooms[1]

    def write(pages: list[Image.Image]) -> None:
        ImageDraw.Draw(pages[1]).text((left + 500, top + 200), text, fill=30, font=font(30))

    assert codes(found(scan_of(pdf, write), wanted, pdf, tmp_path)) == {"CADRE-TEXTE"}


@pytest.mark.parametrize(
    ("place", "grey", "size"),
    [
        pytest.param((300, 1750), 165, 30, id="pale, in the blank of the page"),
        pytest.param((300, 1750), 200, 34, id="paler"),
        pytest.param((400, 12), 20, 17, id="small, at the upper edge"),
        pytest.param((400, 2310), 20, 17, id="small, at the lower edge"),
    ],
)
def test_pale_text_and_text_at_the_edge_are_additions(
    place: tuple[int, int], grey: int, size: int, wanted: Wanted, pdf: bytes, tmp_path: Path
) -> None:
    def write(pages: list[Image.Image]) -> None:
        ImageDraw.Draw(pages[0]).text(place, "Abonnement obligatoire de 36 mois à 900 €", fill=grey, font=font(size))

    assert "DOCUMENT-AJOUT" in codes(found(scan_of(pdf, write), wanted, pdf, tmp_path))


def test_staple_and_stamp_of_the_mail_desk_are_marks(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    def staple(pages: list[Image.Image]) -> None:
        for page in pages:
            ImageDraw.Draw(page).line((60, 75, 130, 40), fill=60, width=5)

    def stamp(pages: list[Image.Image]) -> None:
        pen = ImageDraw.Draw(pages[0])
        pen.rectangle((900, 1800, 1330, 1960), outline=110, width=4)
        for row, text in enumerate(("REÇU LE", "15 JUIN 2026", "Service achats")):
            pen.text((920, 1815 + 45 * row), text, fill=110, font=font(32))

    for mark in (staple, stamp):
        assert codes(found(scan_of(pdf, mark), wanted, pdf, tmp_path)) <= {"MARQUE-A-VOIR"}


def test_two_pages_on_one_sheet_hide_no_text(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    pages = PdfReader(io.BytesIO(pdf)).pages
    writer = PdfWriter()
    sheet = writer.add_blank_page(2 * pages[0].mediabox.width, pages[0].mediabox.height)
    for number, page in enumerate(pages):
        sheet.merge_transformed_page(page, Transformation().translate(number * float(page.mediabox.width), 0))
    out = io.BytesIO()
    writer.write(out)
    assert not has_errors(found(out.getvalue(), wanted, pdf, tmp_path).findings)


def test_grain_of_blank_backs_is_no_page(wanted: Wanted, pdf: bytes, tmp_path: Path) -> None:
    def turn(pages: list[Image.Image]) -> None:
        grain = Image.effect_noise(pages[0].size, 12).point(lambda value: 245 + (value - 128) // 2)
        pages[:] = [each for page in pages for each in (page, grain)]

    assert codes(found(scan_of(pdf, turn), wanted, pdf, tmp_path)) == set()
