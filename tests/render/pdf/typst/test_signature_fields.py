"""Signature fields: where they are, that pyHanko signs them one after the other, and that nothing else becomes one."""

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from generator.common.findings import Place
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pdf.properties import Attachment, PdfProperties
from generator.render.pdf.typst import typeset_docx
from generator.render.pipeline import render_order
from generator.verify.opened import open_document
from generator.verify.signature_traces import Trace, signing_of
from generator.verify.signatures import Change, verify_signatures
from tests.conftest import Json, order_of
from tests.generators.signing import Identity, identity, signed
from tests.generators.wordprocessing import docx, paragraph

PROPERTIES = PdfProperties("Titre", "Auteur", "Sujet", datetime.datetime(2026, 5, 4, tzinfo=datetime.UTC))
PLACE = Place("a.pdf")


@pytest.fixture(scope="module")
def client() -> Identity:
    return identity("Directrice Fictive", identity("Autorité Fictive"))


@pytest.fixture(scope="module")
def vendor() -> Identity:
    return identity("Éditeur Fictif", identity("Autorité Fictive"))


def made(value: Json, document: DocumentKind, appels: Appels, folder: Path) -> bytes:
    order = order_of(value)
    options = RenderOptions((document,), (Format.PDF,))
    (rendered,) = render_order(order, appels[order.reference], folder, options)
    return rendered.files[0].read_bytes()


def widgets_of(pdf: bytes) -> list[tuple[int, Any]]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [(number, each.get_object()) for number, page in enumerate(pages, 1) for each in page.get("/Annots", ())]


def fields(pdf: bytes) -> list[str]:
    form = PdfReader(io.BytesIO(pdf)).root_object.get("/AcroForm", {"/Fields": []})
    return [each.get_object()["/T"] for each in form["/Fields"] if each.get_object()["/FT"] == "/Sig"]


def signing_frame(bookmark: str, *, height: int = 2000) -> str:
    """Return a table of one cell with a bookmark."""
    mark = f'<w:bookmarkStart w:id="1" w:name="{bookmark}"/><w:r><w:t>Signature et cachet</w:t></w:r>'
    row = f'<w:trPr><w:trHeight w:val="{height}"/></w:trPr>' if height else ""
    cell = f'<w:tc><w:tcPr/><w:p>{mark}<w:bookmarkEnd w:id="1"/></w:p></w:tc>'
    grid = '<w:tblGrid><w:gridCol w:w="6000"/></w:tblGrid>'
    return f"<w:tbl><w:tblPr/>{grid}<w:tr>{row}{cell}</w:tr></w:tbl>{paragraph('fin')}"


def typeset(body: str, attachment: Attachment | None = None) -> bytes:
    return typeset_docx(docx(body), PROPERTIES, attachment)


def test_bon_de_commande_has_a_field_for_each_who_signs(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    pdf = made(order_json, DocumentKind.BDC, appels, tmp_path)
    assert fields(pdf) == ["signature_client", "signature_fournisseur"]
    (page, client), (other_page, vendor) = widgets_of(pdf)
    assert (page, other_page) == (2, 2)
    # The client signs above; each field is as high as a signature, and none lies in another.
    assert client["/Rect"][1] > vendor["/Rect"][3]
    assert all(each["/Rect"][3] - each["/Rect"][1] > 40 for each in (client, vendor))
    assert client["/TU"] == "Signature électronique du client"
    assert "/V" not in client


def test_acceptance_has_the_clients_field_alone(va_json: Json, appels: Appels, tmp_path: Path) -> None:
    assert fields(made(va_json, DocumentKind.VA, appels, tmp_path)) == ["signature_client"]


def test_both_fields_are_signed_one_after_the_other(
    order_json: Json, appels: Appels, tmp_path: Path, client: Identity, vendor: Identity
) -> None:
    pdf = signed(made(order_json, DocumentKind.BDC, appels, tmp_path), client, "signature_client")
    pdf = signed(pdf, vendor, "signature_fournisseur", pades=True)
    found = verify_signatures(pdf, PLACE)
    assert [(each.field, each.is_intact, each.change) for each in found.verified] == [
        ("signature_client", True, Change.ALLOWED),
        ("signature_fournisseur", True, Change.NONE),
    ]


def test_field_left_empty_is_a_signature_that_is_missing(
    order_json: Json, appels: Appels, tmp_path: Path, client: Identity
) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed(made(order_json, DocumentKind.BDC, appels, tmp_path), client, "signature_client"))
    seen = signing_of(open_document(path))
    assert (seen.trace, seen.rooms, seen.blank) == (Trace.FIELD, 2, 1)
    assert seen.is_doubtful
    path.write_bytes(signed(path.read_bytes(), client, "signature_fournisseur"))
    assert not signing_of(open_document(path)).is_doubtful


@pytest.mark.parametrize("bookmark", ["signature_client", "signature_fournisseur_2", "signature_client_a"])
def test_bookmark_of_an_own_layout_makes_a_field(bookmark: str) -> None:
    (name,) = fields(typeset(signing_frame(bookmark)))
    assert bookmark.startswith(name)


@pytest.mark.parametrize("bookmark", ["signature", "signature_directeur", "xsignature_client", "_GoBack"])
def test_other_bookmarks_make_none(bookmark: str) -> None:
    assert not widgets_of(typeset(signing_frame(bookmark)))


def test_row_without_a_height_has_no_room_for_a_field() -> None:
    assert not widgets_of(typeset(signing_frame("signature_client", height=0)))


def test_links_stay_links() -> None:
    link_xml = '<w:p><w:hyperlink r:id="site"><w:r><w:t>Notre site</w:t></w:r></w:hyperlink></w:p>'
    body = docx(link_xml + signing_frame("signature_client"), links={"site": "https://example.org"})
    (_, link), (_, field) = widgets_of(typeset_docx(body, PROPERTIES, None))
    assert link["/Subtype"] == "/Link"
    assert field["/Subtype"] == "/Widget"


def test_attached_data_that_looks_like_a_field_is_data() -> None:
    data = b'{"numero": "<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/URI(segurdoc:client)>>/F 4/StructParent 1>>"}'
    pdf = typeset(signing_frame("signature_client"), Attachment("o.json", data, "Descripteur"))
    assert PdfReader(io.BytesIO(pdf)).attachments["o.json"] == [data]
    assert fields(pdf) == ["signature_client"]
