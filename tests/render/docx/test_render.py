"""DOCX made for real by docxtpl, without LibreOffice."""

import io
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from markupsafe import escape
from PIL import Image

from generator.common.findings import Place, has_errors
from generator.common.resources import EARLIER_TEMPLATES
from generator.documents.mentions import expected_texts
from generator.documents.properties import document_descriptor, document_kinds
from generator.documents.qr import qr_payload
from generator.orders import Order
from generator.orders.build import draft_order
from generator.references import Appels, DocumentKind, load_appels
from generator.render.docx.archive import docx_text
from generator.render.docx.render import RenderError, render_docx
from generator.render.docx.templates import Template, load_template
from generator.verify.missing_mentions import missing_mentions
from tests.conftest import VALID, Json, descriptor, order_of
from tests.generators.strategies import any_texts, hostile_texts
from tests.schema import schema_errors

STATE = "Montant de la Prestation Ségur pris en charge par l'Etat au titre du Ségur de la santé"


def render(order: Order, document: DocumentKind, template: Template | None = None) -> bytes:
    canonical = document_descriptor(order, document)
    text = qr_payload(order, document, canonical).encode()
    template = template or load_template(document)
    made = render_docx(order, load_appels()[order.reference], document, template, text)
    # What is wrong with the template itself stays so.
    assert [error for error in schema_errors(made) if error not in schema_errors(template.data)] == []
    return made


def render_bdc(order: Order, template: Template) -> bytes:
    return render(order, DocumentKind.BDC, template)


def with_text(text: str, part: str = "word/document.xml", old: str = "{{ mention.titre_bdc.text }}") -> Template:
    """Return the built-in BDC with one of its tags replaced."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(load_template(DocumentKind.BDC).data)) as source,
        zipfile.ZipFile(stream, "w") as out,
    ):
        for name in source.namelist():
            data = source.read(name).decode("utf-8")
            if name == part:
                assert old in data
                data = data.replace(old, text)
            out.writestr(name, data)
    return Template("own.docx", stream.getvalue())


def paragraph_count(template: Template) -> int:
    return len(Document(io.BytesIO(template.data)).paragraphs)


def refusal(order: Order, template: Template) -> RenderError:
    with pytest.raises(RenderError) as caught:
        render(order, DocumentKind.BDC, template)
    return caught.value


def test_same_order_gives_the_same_bytes(order_json: Json) -> None:
    order = order_of(order_json)
    assert render(order, DocumentKind.BDC) == render(order, DocumentKind.BDC)


def test_markup_in_values_is_text(order_json: Json) -> None:
    name = "CHU Dupont & Fils <R&D> fin \"x\" 'y' ]]> &amp; <w:t>"
    order_json["client"]["denomination_sociale"] = name
    assert name in docx_text(render(order_of(order_json), DocumentKind.BDC))


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% for x in y %}", "{# hidden #}", "{{ self.__init__ }}"])
def test_tags_in_values_are_text(order_json: Json, name: str) -> None:
    order_json["client"]["denomination_sociale"] = name
    assert name in docx_text(render(order_of(order_json), DocumentKind.BDC))


def test_optional_parts_leave_no_empty_label(order_json: Json) -> None:
    del order_json["client"]["adresse"]
    del order_json["solution"]
    text = docx_text(render(order_of(order_json), DocumentKind.BDC))
    assert text.count("Adresse :") == 1
    assert "Solution" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("prestation", "chosen"), [("V2", "☒ Prestation Ségur Vague 2"), ("V1+V2", "☒ Prestation Ségur Vague 1 + Vague 2")]
)
def test_one_nature_is_ticked_and_said_in_words(order_json: Json, prestation: str, chosen: str) -> None:
    order_json["prestation"] = prestation
    lines = docx_text(render(order_of(order_json), DocumentKind.BDC)).split("\n")
    assert [line for line in lines if line.startswith("☒ Prestation")] == [chosen]
    assert [line for line in lines if line.startswith(f"{chosen[2:]} :")]


def test_there_is_one_order_line_and_no_other(order_json: Json) -> None:
    lines = docx_text(render(order_of(order_json), DocumentKind.BDC)).split("\n")
    priced = [line for line in lines if "€" in line]
    assert priced == [
        "Prestation Ségur Vague 2 : 12\xa0000,00\xa0€ TTC",
        "Total HT : 10\xa0000,00\xa0€",
        "TVA à 20,00\xa0% : 2\xa0000,00\xa0€",
        "Total TTC : 12\xa0000,00\xa0€",
        f"{STATE} \xa012\xa0000,00\xa0€",
    ]


def test_every_question_has_its_answer_in_words_before_its_boxes(order_json: Json) -> None:
    text = docx_text(render(order_of(order_json), DocumentKind.BDC))
    assert text.count("Réponse : Oui\xa0☒\xa0 Non\xa0☐\n") == 2
    assert text.count("Réponse : Non\xa0☒\xa0 Oui\xa0☐\n") == 3
    assert text.count("Réponse : 02/11/2026\n") == 1


def test_va_shows_what_was_installed_and_what_was_ordered(va_json: Json) -> None:
    text = docx_text(render(order_of(va_json), DocumentKind.VA))
    assert "Réponse : 22/02/2027 (bon de commande : 02/11/2026)" in text
    assert "Réponse : Oui\xa0☒\xa0 Non\xa0☐ (bon de commande : Non)" in text


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({}, "est celui du bon de commande."),
        ({"date_previsionnelle_installation": "2027-02-22"}, "est celui du bon de commande, à une date près."),
        ({"pfi_dmp_independante": True}, "diffère de celui du bon de commande sur une réponse."),
        (
            {"date_previsionnelle_installation": "2027-02-22", "pfi_dmp_independante": True, "prosante_connect": False},
            "diffère de celui du bon de commande sur 2 réponses et une date.",
        ),
    ],
)
def test_va_sentence_agrees_with_the_answers_below(va_json: Json, installed: Json, said: str) -> None:
    va_json["va"]["scenario"] = installed
    text = docx_text(render(order_of(va_json), DocumentKind.VA))
    assert f"Le scénario installé {said}\n" in text
    assert text.count("(bon de commande : ") == len(installed)


@pytest.mark.parametrize(
    ("reserves", "lines"),
    [
        ([], ["☒ Sans réserve\xa0\xa0 ☐ Avec réserves", "Le client n'émet aucune réserve."]),
        (["Une réserve."], ["☐ Sans réserve\xa0\xa0 ☒ Avec réserves", "Réserves du client :", "– Une réserve."]),
        (None, ["☐ Sans réserve\xa0\xa0 ☐ Avec réserves", "Réserves ajoutées à la main :"]),
    ],
)
def test_reserves_are_ticked_listed_or_left_to_the_pen(
    va_json: Json, reserves: list[str] | None, lines: list[str]
) -> None:
    va_json["va"]["reserves"] = reserves
    if reserves is None:
        del va_json["va"]["reserves"]
    text = docx_text(render(order_of(va_json), DocumentKind.VA)).split("\n")
    start = text.index(lines[0])
    assert text[start : start + len(lines)] == lines
    assert "Réserves ajoutées à la main :" in text


@pytest.mark.parametrize("document", list(DocumentKind))
def test_footer_names_the_document_and_the_page_once(va_json: Json, document: DocumentKind) -> None:
    va_json["va"]["type"] = "pv_pilote" if document is DocumentKind.PV_PILOTE else "va"
    with zipfile.ZipFile(io.BytesIO(render(order_of(va_json), document))) as archive:
        stories = {name: archive.read(f"word/{name}.xml").decode() for name in ("header1", "header2", "footer1")}
    # What a screen reader says of the QR code is not on the page.
    stories["header1"] = re.sub(r' descr="[^"]*"', "", stories["header1"])
    assert document.label.fr in stories["footer1"]
    assert [story.count('w:instr="PAGE"') for story in stories.values()] == [0, 0, 1]
    assert [story.count(va_json["numero"]) for story in stories.values()] == [0, 1, 0]
    assert escape(order_of(va_json).client.denomination_sociale) in stories["header2"]
    assert "Code de contrôle du document" in stories["header1"]


def test_names_of_former_mentions_still_print(order_json: Json) -> None:
    template = with_text("{{ mention.nature_choisie.whole }} / {{ mention.montant.value }}")
    text = docx_text(render(order_of(order_json), DocumentKind.BDC, template))
    assert "Nature choisie : Prestation Ségur Vague 2 / 12\xa0000,00\xa0€ TTC, soit" in text


def test_title_and_the_language_are_in_the_properties(order_json: Json) -> None:
    properties = Document(io.BytesIO(render(order_of(order_json), DocumentKind.BDC))).core_properties
    assert properties.title == "Bon de commande BC-2026-000123"
    assert properties.author == "Éditeur Fictif SAS"
    assert properties.language == "fr-FR"


def test_logo_keeps_its_proportions_within_its_box(order_json: Json) -> None:
    order_json["fournisseur"]["logo"] = str(VALID / "logo.png")
    document = Document(io.BytesIO(render(order_of(order_json), DocumentKind.BDC)))
    header = document.sections[0].first_page_header
    extents = header._element.xpath(".//wp:extent")
    sizes = [(int(extent.get("cx")) / 36000, int(extent.get("cy")) / 36000) for extent in extents]
    assert sizes[0] == pytest.approx((55, 55 * 260 / 900), abs=0.1)
    descriptions = [found.get("descr") for found in header._element.xpath(".//wp:docPr")]
    identifiers = [found.get("id") for found in header._element.xpath(".//wp:docPr")]
    assert len(set(identifiers)) == len(identifiers)
    assert descriptions == ["Logo : Éditeur Fictif SAS", "Code QR : Bon de commande BC-2026-000123"]


def test_undefined_name_has_its_paragraph_and_descriptor(order_json: Json) -> None:
    finding = refusal(order_of(order_json), with_text("{{ client.adress }}")).finding
    assert finding.code == "MODELE-NOM-INCONNU"
    assert "« client.adress »" in finding.message("fr")
    assert "order.json" in finding.message("fr")
    assert finding.place.file == "own.docx"
    assert finding.place.part is not None
    assert finding.place.part.fr == "paragraphe 2"


def test_undefined_name_in_header_has_its_table_cell(order_json: Json) -> None:
    template = with_text("{{ nothing }}", "word/header1.xml", "Code de contrôle du document")
    finding = refusal(order_of(order_json), template).finding
    assert finding.place.part is not None
    assert finding.place.part.fr == "en-tête, tableau 1, ligne 1, cellule 2"


@pytest.mark.parametrize(
    "tag", ["{{ client. }}", "{% if %}", "{{ 1 / 0 }}", "{{ client | nosuchfilter }}", "{{ 'a' + 1 }}"]
)
def test_wrong_tag_is_reported_with_its_paragraph(order_json: Json, tag: str) -> None:
    finding = refusal(order_of(order_json), with_text(tag)).finding
    assert finding.code == "MODELE-SYNTAXE"
    assert finding.place.part is not None
    assert finding.place.part.fr == "paragraphe 2"


@pytest.mark.parametrize(
    "broken", ["{{ '</w:t></w:r></w:p></w:body>'|safe }}", "{{ '\\ud800' }}", "{{ '\\x00' }}", "{{ '<w:t>'|safe }}"]
)
def test_markup_that_breaks_is_finding_never_document_cut_short(order_json: Json, broken: str) -> None:
    assert refusal(order_of(order_json), with_text(broken)).finding.code in ("MODELE-ABIME", "MODELE-SYNTAXE")


def test_loop_that_does_not_end_is_stopped(order_json: Json) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"
    assert refusal(order_of(order_json), with_text(loop)).finding.code == "MODELE-SANS-FIN"


def test_docxtpl_s_own_escapes_are_text_in_values(order_json: Json) -> None:
    name = "Zoé {_{ x }_} {_% y %_}"
    order_json["client"]["signataire"] = {"nom": name}
    assert name in docx_text(render(order_of(order_json), DocumentKind.BDC))


def test_optional_value_that_is_missing_is_never_printed_as_none(order_json: Json) -> None:
    finding = refusal(order_of(order_json), with_text("{{ client.contact }}")).finding
    assert finding.code == "MODELE-VALEUR-ABSENTE"
    assert "« client.contact »" in finding.message("fr")
    assert "{% if … %}" in finding.fix("fr")


def test_mention_that_the_record_lacks_is_the_record_s_fault(order_json: Json) -> None:
    finding = refusal(order_of(order_json), with_text("{{ mention.date_va.text }}")).finding
    assert finding.code == "MODELE-MENTION-INCONNUE"
    assert "AF-HOP-DPI-Va2" in finding.message("fr")


def test_second_of_two_like_tags_has_its_own_paragraph(order_json: Json) -> None:
    whole = paragraph_count(with_text("{{ mention.titre_bdc.text }}"))
    finding = refusal(order_of(order_json), with_text("{%p endfor %}", old="{{ clause }}")).finding
    assert finding.place.part is not None
    assert int(finding.place.part.fr.removeprefix("paragraphe ")) > whole // 2


@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/header1.xml"])
def test_package_that_lacks_a_part_is_a_finding(order_json: Json, part: str) -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(load_template(DocumentKind.BDC).data)) as source,
        zipfile.ZipFile(stream, "w") as out,
    ):
        for name in source.namelist():
            if name != part:
                out.writestr(name, source.read(name))
    template = Template("own.docx", stream.getvalue())
    assert refusal(order_of(order_json), template).finding.code == "MODELE-ILLISIBLE"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ document.__class__.__mro__ }}",
        "{{ questions.__class__.__base__.__subclasses__() }}",
        "{{ qr_code.tpl.save('/tmp/never.docx') }}",
        "{{ qr_code._docx.save('/tmp/never.docx') }}",
        "{{ qr_code.__init__.__globals__ }}",
    ],
)
def test_template_cannot_reach_python(order_json: Json, tag: str) -> None:
    assert refusal(order_of(order_json), with_text(tag)).finding.code in ("MODELE-INTERDIT", "MODELE-NOM-INCONNU")


def logo(order_json: Json, path: Path, image: Image.Image, **options: object) -> Order:
    image.save(path, **options)  # type: ignore[arg-type]  # Pillow's own
    order_json["fournisseur"]["logo"] = str(path)
    return order_of(order_json)


def test_logo_that_cannot_be_used_is_a_finding(order_json: Json, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.png")
    (tmp_path / "cut.png").write_bytes((VALID / "logo.png").read_bytes()[:500])
    for name in ("none.png", Path(__file__), VALID, tmp_path / "fifo.png", tmp_path / "cut.png"):
        order_json["fournisseur"]["logo"] = str(name)
        assert refusal(order_of(order_json), load_template(DocumentKind.BDC)).finding.code == "LOGO-ILLISIBLE"


def test_logo_that_would_be_a_mere_line_is_a_finding(order_json: Json, tmp_path: Path) -> None:
    order = logo(order_json, tmp_path / "line.png", Image.new("RGB", (10_000, 10)))
    assert refusal(order, load_template(DocumentKind.BDC)).finding.code == "LOGO-ILLISIBLE"


def test_logo_that_changes_on_disk_is_set_anew(order_json: Json, tmp_path: Path) -> None:
    documents = [
        render(logo(order_json, tmp_path / "a.png", Image.new("RGB", (600, 200 + 50 * step), "navy")), DocumentKind.BDC)
        for step in range(2)
    ]
    assert documents[0] != documents[1]


def test_jpeg_for_print_and_a_large_picture_are_taken(order_json: Json, tmp_path: Path) -> None:
    order = logo(order_json, tmp_path / "print.jpg", Image.new("CMYK", (4000, 1200), (0, 80, 90, 10)))
    data = render(order, DocumentKind.BDC)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        media = [name for name in archive.namelist() if name.startswith("word/media/image")]
    assert len(media) == 2
    assert all(name.endswith(".png") for name in media)
    assert len(data) < 40_000


_TEXTS = any_texts | hostile_texts


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_TEXTS, person=_TEXTS, street=any_texts, version=any_texts, reserve=_TEXTS)
def test_any_text_is_refused_or_reads_back_from_a_sound_docx(
    va_json: Json, name: str, person: str, street: str, version: str, reserve: str
) -> None:
    va_json["client"]["denomination_sociale"] = name
    va_json["fournisseur"]["responsable_transaction"] = person
    va_json["fournisseur"]["adresse"]["lignes"] = [street]
    va_json["va"].update(version_installee=version, reserves=[reserve])
    draft = draft_order(descriptor(va_json))
    if has_errors(draft.findings):
        return
    appel = load_appels()[draft.order.reference]
    for document in document_kinds(draft.order):
        data = render(draft.order, document)
        Document(io.BytesIO(data))
        missing = list(missing_mentions(expected_texts(draft.order, appel, document), (docx_text(data),), Place()))
        assert not missing


def test_mentions_printed_are_those_of_the_record(va_json: Json, appels: Appels) -> None:
    order = order_of(va_json)
    appel = appels[order.reference]
    kept = tuple(mention for mention in appel.mentions if mention.id not in ("nature_va", "date_va", "client"))
    added = replace(kept[0], id="ajoutee", text="Mention ajoutée :", value="numero", documents=(DocumentKind.VA,))
    changed = replace(appel, mentions=(*kept, added))
    text = qr_payload(order, DocumentKind.VA, document_descriptor(order, DocumentKind.VA)).encode()
    data = docx_text(render_docx(order, changed, DocumentKind.VA, load_template(DocumentKind.VA), text))
    assert f"Autres mentions\nMention ajoutée : {order.numero}" in data
    assert "Client unique" not in data
    assert not list(missing_mentions(expected_texts(order, changed, DocumentKind.VA), (data,), Place()))


def test_built_in_layouts_place_every_mention(va_json: Json) -> None:
    for kind in ("va", "pv_pilote"):
        va_json["va"]["type"] = kind
        order = order_of(va_json)
        assert not any("Autres mentions" in docx_text(render(order, document)) for document in document_kinds(order))


def test_every_document_of_the_appels_has_its_mentions(va_json: Json, appels: Appels) -> None:
    for pv in (False, True):
        va_json["va"]["type"] = "pv_pilote" if pv else "va"
        order = order_of(va_json)
        for document in document_kinds(order):
            text = docx_text(render(order, document))
            expected = expected_texts(order, appels[order.reference], document)
            assert not list(missing_mentions(expected, (text,), Place()))


def test_amounts_of_earlier_layout_stand_in_its_sentence_alone(order_json: Json) -> None:
    earlier = load_template(DocumentKind.BDC, EARLIER_TEMPLATES[0] / "bdc.docx")
    text = docx_text(render_bdc(order_of(order_json), earlier))
    assert "12\xa0000,00\xa0€ TTC, soit 10\xa0000,00\xa0€ HT et 2\xa0000,00\xa0€ de TVA à 20,00\xa0%" in text
    assert "Total HT" not in text
    assert "Autres mentions" not in text
