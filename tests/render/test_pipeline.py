"""One order to its files: with the real LibreOffice (slow), and with ones that misbehave."""

import errno
import hashlib
import json
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import ImageChops
from pypdf import PdfReader

from generator.common.findings import Place
from generator.common.missing_tools import MissingToolError
from generator.common.programs import Finished
from generator.common.resources import TEMPLATES
from generator.documents.mentions import expected_texts
from generator.documents.properties import document_descriptor
from generator.documents.qr import decode_payload, qr_payload
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.render.docx.archive import docx_text
from generator.render.options import Engine, Format, RenderOptions
from generator.render.pdf.fonts import UsedFont, used_fonts
from generator.render.pipeline import render_order, render_orders
from generator.verify.missing_mentions import missing_mentions
from generator.verify.text import page_texts
from tests.conftest import Json, RenderedSample, order_of

FakeSoffice = Callable[[str], Path]


def codes(order: Order, appels: Appels, out: Path, **options: object) -> list[str]:
    """Return the findings on an order whose PDFs LibreOffice makes."""
    asked = RenderOptions(**{"engine": Engine.LIBREOFFICE, **options})  # type: ignore[arg-type]
    rendered = render_order(order, appels[order.reference], out, asked)
    return [finding.code for each in rendered for finding in each.findings]


@pytest.mark.slow
def test_every_sample_is_delivered_in_both_forms(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        assert not sample.rendered.findings
        assert sorted(file.suffix for file in sample.rendered.files) == [".docx", ".pdf"]


@pytest.mark.slow
def test_every_mention_is_in_the_text_of_its_document(rendered_samples: list[RenderedSample], appels: Appels) -> None:
    for sample in rendered_samples:
        expected = expected_texts(sample.order, appels[sample.order.reference], sample.document)
        assert len(expected) > 15
        pdf = page_texts(sample.file(".pdf").read_bytes())
        assert not list(missing_mentions(expected, pdf, Place()))
        assert not list(missing_mentions(expected, (docx_text(sample.file(".docx").read_bytes()),), Place()))


@pytest.mark.slow
def test_every_document_has_two_pages_at_most(rendered_samples: list[RenderedSample]) -> None:
    assert {len(page_texts(sample.file(".pdf").read_bytes())) for sample in rendered_samples} <= {1, 2}


@pytest.mark.slow
def test_saving_in_libreoffice_changes_nothing_visible(
    rendered_samples: list[RenderedSample], tmp_path_factory: pytest.TempPathFactory
) -> None:
    chosen = {sample.document: sample for sample in rendered_samples}.values()
    # Not under `tmp_path`, whose DOCX are checked against the schema: LibreOffice's are its own matter.
    folder = tmp_path_factory.mktemp("libreoffice")
    saved, printed = folder / "saved", folder / "printed"
    for target, out, files in (
        ("docx:MS Word 2007 XML", saved, [sample.file(".docx") for sample in chosen]),
        ("pdf", printed, [saved / sample.file(".docx").name for sample in chosen]),
    ):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(out), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True)
    for sample in chosen:
        before, after = sample.file(".pdf"), printed / sample.file(".pdf").name
        assert page_texts(before.read_bytes()) == page_texts(after.read_bytes())
        with pdfium.PdfDocument(before) as ours, pdfium.PdfDocument(after) as theirs:
            for one, other in zip(ours, theirs, strict=True):
                pair = [page.render(grayscale=True).to_pil() for page in (one, other)]
                changed = sum(ImageChops.difference(*pair).histogram()[64:])
                # The logo and the QR code are sampled anew: one pixel in a hundred, all of them in the header.
                assert changed < 0.015 * pair[0].width * pair[0].height


@pytest.mark.slow
def test_no_heading_and_no_question_is_left_at_foot_of_page(rendered_samples: list[RenderedSample]) -> None:
    headings = ("Fournisseur", "Client unique", "Montant", "Réserves")
    for sample in rendered_samples:
        for page in page_texts(sample.file(".pdf").read_bytes()):
            # LibreOffice 7 writes the footer last, LibreOffice 25 with the header.
            footer = f"{sample.document.label.fr} – {sample.order.reference}"
            lines = page.strip().split("\n")
            assert sum(line.startswith(footer) for line in lines) == 1
            last = [line for line in lines if not line.startswith(footer)][-1]
            assert last.strip() not in headings
            assert not last.startswith("Scénario")
            assert not last.strip().endswith("?")


@pytest.mark.slow
def test_number_and_page_stand_once_on_every_page(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        pages = page_texts(sample.file(".pdf").read_bytes())
        for number, page in enumerate(pages, start=1):
            assert page.count(sample.order.numero) == 1
            assert page.count(f"Page {number} / {len(pages)}") == page.count("Page ") == 1


@pytest.mark.slow
def test_pages_hold_together_what_belongs_together(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        pages = page_texts(sample.file(".pdf").read_bytes())
        signed = [page for page in pages if "Signature et cachet" in page]
        assert len(pages) <= 2
        assert len(signed) == 1
        if sample.document is DocumentKind.BDC:
            first, second = pages
            assert "Total TTC" in first
            assert ("Réponse :" in first, "Réponse :" in second) == (False, True)
            assert second.count("Signature et cachet") == 2
            assert "Pour rappel" in second
        else:
            # No question is alone under the heading; the réserves are with the signature.
            answered = pages[0].count("Réponse :")
            assert answered > 1 or answered == len(sample.order.scenario)
            assert "Sans réserve" in signed[0]
            assert "La signature du présent document" in signed[0]


@pytest.mark.slow
def test_end_document_of_one_question_takes_one_page(rendered_samples: list[RenderedSample]) -> None:
    (sample,) = [each for each in rendered_samples if each.document is DocumentKind.PV_PILOTE]
    assert len(page_texts(sample.file(".pdf").read_bytes())) == 1


@pytest.mark.slow
def test_qr_code_on_the_page_says_what_the_order_says(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        with pdfium.PdfDocument(sample.file(".pdf")) as document:
            picture = document[0].render(scale=150 / 72).to_pil()
        (found,) = zxingcpp.read_barcodes(picture)
        canonical = document_descriptor(sample.order, sample.document)
        assert decode_payload(found.text) == qr_payload(sample.order, sample.document, canonical)


@pytest.mark.slow
def test_pdf_carries_its_canonical_descriptor(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        reader = PdfReader(sample.file(".pdf"))
        ((name, (data,)),) = reader.attachments.items()
        assert name == sample.file(".pdf").with_suffix(".json").name
        assert data == document_descriptor(sample.order, sample.document)
        assert "metadata" not in json.loads(data)
        associated: Any = reader.root_object["/AF"]
        assert associated[0].get_object()["/AFRelationship"] == "/Data"


@pytest.mark.slow
def test_pdf_is_tagged_in_french_titled_and_says_it_is_pdf_a_3b(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        reader = PdfReader(sample.file(".pdf"))
        root: Any = reader.root_object
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert root["/Lang"] == "fr-FR"
        info: Any = reader.metadata
        xmp: Any = reader.xmp_metadata
        assert info.title == xmp.dc_title["x-default"] == f"{sample.document.label.fr} {sample.order.numero}"
        assert info.author == xmp.dc_creator[0] == sample.order.fournisseur.denomination_sociale
        assert info.subject == xmp.dc_description["x-default"]
        assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("3", "B")


@pytest.mark.slow
def test_all_fonts_are_embedded_and_are_the_template_s(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        fonts = used_fonts(PdfReader(sample.file(".pdf")))
        assert all(font.embedded for font in fonts)
        assert {font.family for font in fonts} <= {"NotoSans", "DejaVuSans"}


@pytest.mark.slow
def test_qpdf_finds_nothing_wrong(rendered_samples: list[RenderedSample]) -> None:
    for sample in rendered_samples:
        subprocess.run(["qpdf", "--check", sample.file(".pdf")], check=True, capture_output=True)


@pytest.mark.slow
def test_same_order_gives_the_same_bytes(
    rendered_samples: list[RenderedSample], appels: Appels, tmp_path: Path
) -> None:
    first = next(sample for sample in rendered_samples if sample.document is DocumentKind.VA)
    again = render_order(
        first.order,
        appels[first.order.reference],
        tmp_path,
        RenderOptions((first.document,), engine=Engine.LIBREOFFICE),
    )
    for file in again[0].files:
        assert (
            hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(first.file(file.suffix).read_bytes()).digest()
        )


@pytest.mark.slow
def test_source_date_epoch_dates_the_pdf(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert codes(order_of(order_json), appels, tmp_path, formats=(Format.PDF,), attach=False) == []
    (pdf,) = tmp_path.iterdir()
    reader = PdfReader(pdf)
    info: Any = reader.metadata
    assert info["/CreationDate"] == "D:19700101000000Z"
    assert not reader.attachments


@pytest.mark.slow
def test_font_that_the_template_does_not_name_is_reported(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    # Noto Sans has no boxes: LibreOffice takes them from some other font.
    template = own_template(tmp_path, without="DejaVu Sans", instead="Noto Sans")
    found = codes(order_of(order_json), appels, tmp_path / "out", template=template, formats=(Format.PDF,))
    assert found == ["POLICE-SUPPLEANTE"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("exit 0", "CONVERSION-ECHEC"),
        ("kill -9 $$", "CONVERSION-ECHEC"),
        ("sleep 60", "CONVERSION-DELAI"),
        ("yes | head -c 5000000", "CONVERSION-ECHEC"),
    ],
)
def test_failed_conversion_is_a_finding_and_delivers_nothing(
    fake_soffice: FakeSoffice, order_json: Json, appels: Appels, tmp_path: Path, body: str, code: str
) -> None:
    fake_soffice(body)
    out = tmp_path / "out"
    assert codes(order_of(order_json), appels, out, timeout=5) == [code]
    assert not out.exists()


def test_pdf_that_is_not_the_document_is_not_delivered(
    fake_soffice: FakeSoffice, order_json: Json, appels: Appels, tmp_path: Path
) -> None:
    other = tmp_path / "other.pdf"
    pdf = pdfium.PdfDocument.new()
    pdf.new_page(595, 842)
    pdf.save(other)
    fake_soffice(
        'while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done; '
        f'cp {other} "$out/$(basename "$1" .docx).pdf"'
    )
    out = tmp_path / "out"
    assert set(codes(order_of(order_json), appels, out)) == {"MENTION-ABSENTE"}
    assert not out.exists()


def test_file_that_is_no_pdf_is_not_delivered(
    fake_soffice: FakeSoffice, order_json: Json, appels: Appels, tmp_path: Path
) -> None:
    fake_soffice(
        'while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done; '
        'echo "no pdf" > "$out/$(basename "$1" .docx).pdf"'
    )
    assert codes(order_of(order_json), appels, tmp_path / "out") == ["CONVERSION-ECHEC"]


def test_without_libreoffice_a_pdf_is_refused_and_a_docx_is_not(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    order = order_of(order_json)
    with pytest.raises(MissingToolError) as caught:
        render_order(order, appels[order.reference], tmp_path, RenderOptions(engine=Engine.LIBREOFFICE))
    assert caught.value.finding.code == "LIBREOFFICE-ABSENT"
    assert codes(order, appels, tmp_path, formats=(Format.DOCX,)) == []
    assert [file.suffix for file in tmp_path.iterdir()] == [".docx"]


def test_template_s_missing_font_is_refused_before_the_start(
    fake_soffice: FakeSoffice, order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_soffice("exit 0")
    monkeypatch.setattr("generator.render.pdf.fonts.installed_fonts", lambda: frozenset({"DejaVu Sans"}))
    order = order_of(order_json)
    with pytest.raises(MissingToolError, match="Noto Sans") as caught:
        render_order(order, appels[order.reference], tmp_path, RenderOptions(engine=Engine.LIBREOFFICE))
    assert caught.value.finding.code == "POLICE-ABSENTE"


def test_typst_alone_refuses_what_it_does_not_support(
    order_json: Json, appels: Appels, tmp_path: Path, framed_template: Path
) -> None:
    order = order_of(order_json)
    options = RenderOptions(engine=Engine.TYPST, template=framed_template)
    (rendered,) = render_order(order, appels[order.reference], tmp_path / "out", options)
    assert [finding.code for finding in rendered.findings] == ["TYPST-IMPOSSIBLE"]
    assert "frame or drop cap [w:framePr] (paragraph " in rendered.findings[0].message("en")
    assert [file.suffix for file in rendered.files] == [".docx"]
    assert codes(order, appels, tmp_path, engine=Engine.TYPST, template=framed_template, formats=(Format.PDF,)) == [
        "TYPST-IMPOSSIBLE"
    ]


def test_docx_that_does_not_read_back_is_not_delivered(
    order_json: Json, appels: Appels, tmp_path: Path, framed_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    template = own_template(tmp_path, without="{{ mention.finess.value }}", source_file=framed_template)
    out = tmp_path / "out"
    assert codes(order_of(order_json), appels, out, engine=Engine.AUTO, template=template) == [
        "LIBREOFFICE-NECESSAIRE",
        "MENTION-ABSENTE",
    ]
    assert not out.exists()


@pytest.mark.slow
def test_auto_makes_with_libreoffice_what_typst_does_not_support(
    order_json: Json, appels: Appels, tmp_path: Path, framed_template: Path
) -> None:
    order = order_of(order_json)
    options = RenderOptions(template=framed_template)
    (rendered,) = render_order(order, appels[order.reference], tmp_path / "out", options)
    assert not rendered.findings
    assert rendered.made_by
    assert rendered.made_by.fr.startswith("libreoffice : cadre ou lettrine [w:framePr] (paragraphe ")


def test_no_order_gives_no_document(tmp_path: Path) -> None:
    assert render_orders([], tmp_path) == []


def test_va_is_refused_where_the_descriptor_has_none(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    options = {"documents": (DocumentKind.VA,), "formats": (Format.DOCX,)}
    assert codes(order_of(order_json), appels, tmp_path, **options) == ["DOCUMENT-SANS-VA"]


def test_one_template_for_two_documents_is_refused(va_json: Json, appels: Appels, tmp_path: Path) -> None:
    options = {"template": TEMPLATES / "va.docx", "formats": (Format.DOCX,)}
    assert codes(order_of(va_json), appels, tmp_path, **options) == ["MODELE-AMBIGU"] * 2
    assert codes(order_of(va_json), appels, tmp_path, **options, documents=(DocumentKind.VA,)) == []


def own_template(
    tmp_path: Path, *, without: str, instead: str = "", source_file: Path = TEMPLATES / "bdc.docx"
) -> Path:
    """Return a template, by default the built-in BDC, with a tag taken out of its parts."""
    path = tmp_path / "own.docx"
    found = False
    with zipfile.ZipFile(source_file) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            found = found or without in text
            target.writestr(name, text.replace(without, instead))
    assert found
    return path


@pytest.mark.parametrize(
    ("without", "instead", "missing"),
    [
        ("{{ question.answer }}", "", "question."),
        ("{{ question.answer }}", "Oui", "question."),
        ("{{ choice.box }}", "☒", "case.V1+V2"),
        ("{{ mention.finess.value }}", "010000023", "finess"),
        (
            "{{ mention.mention_etat.text }}",
            "Montant pris en charge par l'Etat au titre du Ségur de la santé",
            "mention_etat",
        ),
        ("{{ signature.client.nom }}", "", "signataire.client.nom"),
    ],
)
def test_template_that_drops_or_changes_a_mention_is_refused(
    order_json: Json, appels: Appels, tmp_path: Path, without: str, instead: str, missing: str
) -> None:
    order_json["client"]["signataire"] = {"nom": "Dominique Modèle"}
    order = order_of(order_json)
    template = own_template(tmp_path, without=without, instead=instead)
    options = RenderOptions(template=template, formats=(Format.DOCX,))
    (rendered,) = render_order(order, appels[order.reference], tmp_path / "out", options)
    assert not rendered.files
    said = [dict(finding.values)["id"] for finding in rendered.findings if finding.code == "MENTION-ABSENTE"]
    assert said
    assert all(str(name).startswith(missing) for name in said)


def test_template_without_the_qr_code_is_reported(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    template = own_template(tmp_path, without="{{ qr_code }}")
    found = codes(order_of(order_json), appels, tmp_path / "out", template=template, formats=(Format.DOCX,))
    assert found == ["MODELE-SANS-QR"]


def test_conditional_clause_must_stand_where_the_order_has_it(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    order_json["sous_condition_referencement"] = True
    order = order_of(order_json)
    appel = replace(appels[order.reference], conditional_clause="Texte de clause fictif, pour l'essai.")
    for template, count in ((None, 0), (own_template(tmp_path, without="{{ clause }}"), 1)):
        options = RenderOptions(template=template, formats=(Format.DOCX,))
        (rendered,) = render_order(order, appel, tmp_path / "out", options)
        assert len(rendered.findings) == count


@pytest.mark.parametrize("name", ["東京大学病院", "A\ufdfdB"])
def test_characters_that_no_font_has_are_refused(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # As on a machine that has the fonts of the templates and no other.
    listing = Finished(0, "20-7e a0-36f 2010-2027 20ac 2610-2612")
    monkeypatch.setattr("generator.render.pdf.fonts.run", lambda *_, **__: listing)
    order_json["client"]["denomination_sociale"] = name
    assert codes(order_of(order_json), appels, tmp_path, formats=(Format.DOCX,)) == ["CARACTERE-SANS-DESSIN"]


def test_temporary_folder_that_is_full_is_a_finding(
    fake_soffice: FakeSoffice, order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_soffice("exit 0")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("generator.render.convert.convert", refuse)
    assert codes(order_of(order_json), appels, tmp_path / "out", engine=Engine.LIBREOFFICE) == ["SORTIE-IMPOSSIBLE"]


def test_output_that_cannot_be_written_is_a_finding(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert codes(order_of(order_json), appels, tmp_path / "file", formats=(Format.DOCX,)) == ["SORTIE-IMPOSSIBLE"]


@pytest.mark.slow
def test_font_that_is_not_in_the_file_is_an_error(
    order_json: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.render.pdf.fonts.used_fonts", lambda _: frozenset({UsedFont("NotoSans", False)}))
    assert codes(order_of(order_json), appels, tmp_path, formats=(Format.PDF,)) == ["POLICE-NON-INCLUSE"]
    assert not list(tmp_path.iterdir())
