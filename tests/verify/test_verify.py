"""Documents compared with their order, on real pages: rendered, drawn, altered, read."""

import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from generator.common.findings import Finding, Place
from generator.references import Appels, DocumentKind
from generator.render.options import Engine, Format, RenderOptions
from generator.render.pdf.libreoffice import convert, probe_libreoffice
from generator.render.pipeline import render_order
from generator.verify.compare import Outcome
from generator.verify.opened import READING_DPI, look_at, open_document, open_pdf
from generator.verify.qr_codes import Codes
from generator.verify.raster import rasterise
from generator.verify.verify import Look, Verified, Wanted, alike, judged, kind_of, verify, where_they_differ
from tests.conftest import Json, RenderedSample, order_of

pytestmark = pytest.mark.slow
ENGINE = ("tesseract",)


@pytest.fixture(scope="module")
def bdc(rendered_samples: list[RenderedSample]) -> RenderedSample:
    return next(sample for sample in rendered_samples if sample.order.numero == "BC-2026-000123")


def wanted(sample: RenderedSample, appels: Appels) -> Wanted:
    return Wanted(sample.order, appels[sample.order.reference], sample.document)


def errors(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(found.code, str(dict(found.values).get("id", ""))) for found in findings if found.severity == "error"]


@pytest.fixture(scope="module")
def good(bdc: RenderedSample, appels: Appels) -> Verified:
    return verify(look_at(open_document(bdc.file(".pdf"))), wanted(bdc, appels), ENGINE)


def test_good_document_has_no_finding(good: Verified) -> None:
    assert not good.findings
    assert good.code_read
    assert [look.reader for look in good.looks] == ["tesseract"]
    assert all(reading.outcome is Outcome.VERBATIM and reading.lines for reading in good.looks[0].readings)


@pytest.mark.parametrize("engine", ["tesseract", "rapidocr"])
def test_mssante_address_of_every_sample_reads_back(
    rendered_samples: list[RenderedSample], appels: Appels, engine: str
) -> None:
    given = [each for each in rendered_samples if each.document is not DocumentKind.BDC and _adresse_of(each)]
    assert len(given) == 4
    for sample in given:
        verified = verify(look_at(open_document(sample.file(".pdf"))), wanted(sample, appels), (engine,))
        (reading,) = [each for each in verified.looks[0].readings if each.mention.id == "adresse_mssante"]
        assert reading.outcome is Outcome.VERBATIM
        assert reading.value_read == _adresse_of(sample)


def _adresse_of(sample: RenderedSample) -> str | None:
    return sample.order.va.adresse_mssante if sample.order.va else None


@pytest.mark.parametrize("engine", ["tesseract", "rapidocr"])
def test_order_without_vat_reads_back(order_json: Json, appels: Appels, tmp_path: Path, engine: str) -> None:
    order_json["montant"] = {"ht": "10000.00", "taux_tva": "0.00"}
    order = order_of(order_json)
    options = RenderOptions(formats=(Format.PDF,), engine=Engine.LIBREOFFICE)
    (rendered,) = render_order(order, appels[order.reference], tmp_path, options)
    asked = Wanted(order, appels[order.reference], DocumentKind.BDC)
    assert not verify(look_at(open_document(rendered.files[0])), asked, (engine,)).findings


def scan_of(bdc: RenderedSample, tmp_path: Path, alter: Callable[[list[Image.Image]], None]) -> Path:
    """Return a scan of the document at 200 dpi, after `alter`."""
    pages = [Image.fromarray(page.pixels) for page in rasterise(bdc.file(".pdf").read_bytes(), 200)]
    alter(pages)
    path = tmp_path / "scan.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:], dpi=(200, 200))
    return path


def test_scan_of_it_has_none_either(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    scan = scan_of(bdc, tmp_path, lambda _: None)
    assert not verify(look_at(open_document(scan)), wanted(bdc, appels), ENGINE).findings


def test_scan_that_lies_on_its_side_is_set_upright_by_its_code(
    bdc: RenderedSample, appels: Appels, tmp_path: Path
) -> None:
    def turn(pages: list[Image.Image]) -> None:
        pages[:] = [page.transpose(Image.Transpose.ROTATE_90) for page in pages]

    scan = scan_of(bdc, tmp_path, turn)
    assert not verify(look_at(open_document(scan)), wanted(bdc, appels), ENGINE).findings


FAULTS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "removed": lambda line: Image.new("L", line.size, 255),
    "blurred": lambda line: line.filter(ImageFilter.GaussianBlur(9)),
    "covered by a stamp": lambda line: Image.fromarray(
        (np.indices((line.height, line.width)).sum(0) // 4 % 2 * 140).astype(np.uint8)
    ),
}


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("mention", ["reference", "siret", "mention_etat", "question.pfi_dmp_independante"])
def test_mention_that_cannot_be_read_is_named_and_no_other(
    fault: str, mention: str, bdc: RenderedSample, appels: Appels, good: Verified, tmp_path: Path
) -> None:
    reading = next(each for each in good.looks[0].readings if each.mention.id == mention)

    def spoil(pages: list[Image.Image]) -> None:
        left, top, right, bottom = (round(side * 200 / READING_DPI) for side in reading.lines[-1].box)
        box = (left - 4, top - 2, right + 4, bottom + 2)
        pages[reading.page - 1].paste(FAULTS[fault](pages[reading.page - 1].crop(box)), box)

    found = verify(look_at(open_document(scan_of(bdc, tmp_path, spoil))), wanted(bdc, appels), ENGINE)
    # The State's mention and its amount are on one line.
    assert {name for _, name in errors(found.findings)} - {"montant_etat"} == {mention}


def altered(bdc: RenderedSample, tmp_path: Path, changes: list[tuple[str, str]]) -> list[bytes]:
    """Return the document as PDFs, each with one text of its DOCX replaced."""
    sources = []
    for number, (before, after) in enumerate(changes):
        path = tmp_path / f"{number}.docx"
        with zipfile.ZipFile(bdc.file(".docx")) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                if name == "word/document.xml":
                    assert before in data.decode()
                    data = data.decode().replace(before, after, 1).encode()
                target.writestr(name, data)
        sources.append(path)
    office = probe_libreoffice()
    assert office
    convert(office, sources, tmp_path, timeout=120)
    return [source.with_suffix(".pdf").read_bytes() for source in sources]


def test_each_change_is_named_and_nothing_else(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    changes = [
        ("732\u00a0829\u00a0320\u00a000074", "732\u00a0829\u00a0320\u00a000075", "siret"),
        ("au titre du Ségur de la santé", "au titre du Segur de la santé", "mention_etat"),
        ("Montant de la Prestation Ségur pris", "Montant pris", "mention_etat"),
        ("04/05/2026", "05/05/2026", "date_emission"),
        (">Réponse : Non<", ">Réponse : Oui<", "question."),
    ]
    pdfs = altered(bdc, tmp_path, [(before, after) for before, after, _ in changes])
    for pdf, (_, _, name) in zip(pdfs, changes, strict=True):
        # As paper: the text layer would tell as well.
        paper = dataclasses.replace(open_pdf(tmp_path / "a.pdf", pdf), texts=())
        found = errors(verify(look_at(paper), wanted(bdc, appels), ENGINE).findings)
        assert found
        assert all(each.startswith(name) for _, each in found), found
        layer = verify(look_at(open_pdf(tmp_path / "a.pdf", pdf)), wanted(bdc, appels), ())
        assert {each.startswith(name) for _, each in errors(layer.findings)} == {True}


def test_misread_value_is_said_with_what_was_read(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    (pdf,) = altered(bdc, tmp_path, [("732\u00a0829\u00a0320\u00a000074", "732\u00a0829\u00a0320\u00a000075")])
    paper = dataclasses.replace(open_pdf(tmp_path / "a.pdf", pdf), texts=())
    (finding,) = verify(look_at(paper), wanted(bdc, appels), ENGINE).findings
    assert finding.code == "LECTURE-VALEUR"
    assert dict(finding.values)["expected"] == "732 829 320 00074"
    assert dict(finding.values)["read"] == "732 829 320 00075"


def test_another_order_s_document_is_reported_by_its_code(
    bdc: RenderedSample, rendered_samples: list[RenderedSample], appels: Appels
) -> None:
    other = next(sample for sample in rendered_samples if sample.order.numero != bdc.order.numero)
    found = verify(look_at(open_document(bdc.file(".pdf"))), wanted(other, appels), ENGINE)
    assert errors(found.findings) == [("DOCUMENT-AUTRE", "")]


def test_another_document_of_the_same_order_is_reported(rendered_samples: list[RenderedSample], appels: Appels) -> None:
    sample = next(
        each
        for each in rendered_samples
        if each.document is DocumentKind.BDC and each.order.va and not each.order.va.pv_pilote
    )
    pdf = sample.file(".pdf")
    asked = Wanted(sample.order, appels[sample.order.reference], DocumentKind.VA)
    found = verify(look_at(open_document(pdf)), asked, ENGINE)
    assert errors(found.findings) == [("DOCUMENT-AUTRE-SORTE", "")]


@pytest.mark.slow
def test_page_too_many_with_other_values_is_reported(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    (other,) = altered(bdc, tmp_path, [("04/05/2026", "05/05/2026")])
    extra = Image.fromarray(next(open_pdf(tmp_path / "a.pdf", other).pages(200)).pixels)
    first, *rest = (Image.fromarray(page.pixels) for page in open_document(bdc.file(".pdf")).pages(200))
    extra.save(tmp_path / "scan.tif", save_all=True, append_images=[first, *rest], dpi=(200, 200))
    found = verify(look_at(open_document(tmp_path / "scan.tif")), wanted(bdc, appels), ENGINE)
    assert {finding.code for finding in found.findings} == {"LECTURE-DOUBLE"}


def test_changed_descriptor_is_reported_by_the_digest(bdc: RenderedSample, order_json: Json, appels: Appels) -> None:
    order_json["client"]["denomination_sociale"] = "Centre hospitalier Autre"
    changed = Wanted(order_of(order_json), appels[bdc.order.reference], DocumentKind.BDC)
    found = verify(look_at(open_document(bdc.file(".pdf"))), changed, ENGINE)
    assert ("QR-AUTRE-VERSION", "") in errors(found.findings)
    assert ("LECTURE-VALEUR", "client_denomination") in errors(found.findings)


def test_code_that_is_gone_is_a_warning(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    def hide(pages: list[Image.Image]) -> None:
        pages[0].paste(255, (1200, 60, 1654, 400))

    found = verify(look_at(open_document(scan_of(bdc, tmp_path, hide))), wanted(bdc, appels), ENGINE)
    assert "QR-ABSENT" in [finding.code for finding in found.findings]


def test_picture_of_nothing_is_said_to_be_empty(bdc: RenderedSample, appels: Appels, tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("L", (1654, 2339), 255).save(stream, "PNG")
    (tmp_path / "blank.png").write_bytes(stream.getvalue())
    found = verify(look_at(open_document(tmp_path / "blank.png")), wanted(bdc, appels), ENGINE)
    assert errors(found.findings) == [("DOCUMENT-VIDE", "")]


def test_worn_pages_are_read_as_well(bdc: RenderedSample, appels: Appels) -> None:
    found = verify(look_at(open_document(bdc.file(".pdf"))), wanted(bdc, appels), ENGINE, ("bureau-200",))
    assert [look.wear for look in found.looks] == ["net", "bureau-200"]
    assert not errors(found.findings)


def test_kind_of_document_is_known_by_its_title(appels: Appels) -> None:
    kinds = (DocumentKind.BDC, DocumentKind.VA)
    appel = appels["AF-HOP-DPI-Va2"]
    none = Codes((), ())
    assert kind_of("VÉRIFICATION D'APTITUDE\nNuméro du bon de commande", none, kinds, appel) is DocumentKind.VA
    assert kind_of("BON DE COMMANDE", none, kinds, appel) is DocumentKind.BDC


@pytest.mark.parametrize(
    ("expected", "read", "shown"),
    [
        ("12 €", "13€", ("12 €", "13€")),
        ("a" * 70 + "b", "a" * 70 + "c", ("…" + "a" * 20 + "b", "…" + "a" * 20 + "c")),
        ("abc", "", ("abc", "…")),
    ],
)
def test_long_texts_are_shown_from_where_they_differ(expected: str, read: str, shown: tuple[str, str]) -> None:
    assert where_they_differ(expected, read) == shown


def test_what_reads_at_second_look_only_is_said_for_information(good: Verified) -> None:
    reading = dataclasses.replace(good.looks[0].readings[0], first_read="BON DE C0MMANDE")
    (finding,) = judged(Look("tesseract", "net", (reading,)), Place("a.pdf"))
    assert (finding.code, finding.severity) == ("LECTURE-DIFFICILE", "info")


def test_text_without_value_that_is_altered_is_said_to_differ(
    bdc: RenderedSample, appels: Appels, tmp_path: Path
) -> None:
    (pdf,) = altered(bdc, tmp_path, [("au titre du Ségur", "au titre du Segur")])
    paper = dataclasses.replace(open_pdf(tmp_path / "a.pdf", pdf), texts=())
    assert errors(verify(look_at(paper), wanted(bdc, appels), ENGINE).findings) == [
        ("LECTURE-DIFFERENTE", "mention_etat")
    ]


def test_look_alike_digits_are_a_note_with_a_text_layer(good: Verified) -> None:
    numero = next(each for each in good.looks[0].readings if each.mention.id == "finess")
    misread = dataclasses.replace(
        numero, outcome=Outcome.NEARLY, read=numero.read.replace("0", "O", 1), error_rate=0.02
    )
    look = Look("tesseract", "net", (misread,))
    assert [each.code for each in judged(look, Place("a.pdf"), known={"finess"})] == ["LECTURE-DIFFICILE"]
    assert [each.severity for each in judged(look, Place("a.pdf"))] == ["warning"]


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        ("client_denomination", "Exemple", "Exempe", "LECTURE-DIFFICILE"),
        ("client_denomination", "Exemple", "Autre", "LECTURE-VALEUR"),
        ("client_denomination", "Dénomination", "Denomination", "LECTURE-DIFFERENTE"),
        ("date_emission", "04/05", "04/06", "LECTURE-VALEUR"),
        ("mention_etat", "Ségur", "Segur", "LECTURE-DIFFERENTE"),
    ],
)
def test_one_letter_of_a_name_is_a_slip_of_the_reader(
    good: Verified, name: str, before: str, after: str, code: str
) -> None:
    asked = next(each for each in good.looks[0].readings if each.mention.id == name)
    assert before in asked.read
    misread = dataclasses.replace(
        asked,
        outcome=Outcome.NEARLY,
        read=asked.read.replace(before, after, 1),
        value_read=asked.value_read.replace(before, after, 1),
        error_rate=0.02,
    )
    look = Look("tesseract", "net", (misread,))
    assert [each.code for each in judged(look, Place("a.pdf"), known={name})] == [code]


@pytest.mark.parametrize(
    ("printed", "read", "vouches"),
    [
        ("II-2026-0001", "11-2026-0001", True),
        ("l'Ill", "l'Il", True),
        ("l'Île", "lÎle", True),
        ("IO", "10", True),
        ("2011", "201", False),
        ("2026-0001", "2026-0007", False),
        ("Hélène", "Helène", False),
    ],
)
def test_what_a_text_layer_can_vouch_for(printed: str, read: str, *, vouches: bool) -> None:
    assert alike(printed, read) is vouches
