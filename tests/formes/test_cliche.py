"""A DOCX that was cast has the bytes of the one that docxtpl makes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.drawn import drawn_descriptor
from benchmarks.mutants import BODY
from benchmarks.mutants import before_end
from benchmarks.mutants import mutant
from benchmarks.mutants import paragraph
from generator.documents import canonical_of
from generator.documents import documents_of
from generator.documents import moment_of
from generator.docx.render import contents_of
from generator.docx.render import render_docx
from generator.formes import cliche
from generator.formes.copy import Copy
from generator.formes.copy import copy_of
from generator.orders import Order
from generator.orders.build import draft_order
from generator.pdf.properties import PdfProperties
from generator.qr import qr_payload
from generator.references import DocumentKind
from generator.references import load_appels
from generator.templates import Template
from generator.templates import load_template
from generator.validation import validate
from tests.conftest import VALID
from tests.conftest import descriptor
from tests.conftest import order_of

APPELS = load_appels()


@pytest.fixture(autouse=True)
def nothing_cast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cliche, "_CAST", {})
    monkeypatch.setattr(cliche, "_MET", set())


def printed(order: Order, document: DocumentKind, template: Template) -> Copy:
    """Return a document as a batch makes it."""
    qr_text = qr_payload(order, document, canonical_of(order, document)).encode()
    contents = contents_of(order, APPELS[order.reference], document, template, qr_text)
    properties = PdfProperties("", "", "", moment_of(order, document))
    return copy_of(order, document, template, contents, qr_text=qr_text, properties=properties, attachment=None)


def made(order: Order, document: DocumentKind, template: Template) -> bytes:
    """Return a document as docxtpl makes it."""
    qr_text = qr_payload(order, document, canonical_of(order, document)).encode()
    return render_docx(order, APPELS[order.reference], document, template, qr_text)


def orders() -> Iterator[Order]:
    for checked in validate([VALID], APPELS):
        assert checked.order
        yield checked.order
    for number in range(30):
        yield order_of(drawn_descriptor(number))


def test_every_sample_and_drawn_orders_are_cast_to_the_byte() -> None:
    cast = 0
    for order in orders():
        for document in documents_of(order):
            template = load_template(document)
            for _ in range(3):
                copy = printed(order, document, template)
                assert copy.docx == made(order, document, template)
            assert copy.printed.cliche
            cast += 1
    assert cast > 40


_WILD = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
_TRICKY = st.sampled_from(
    [
        "{{ numero }}",
        "{_{",
        "zqaaa zqaab",
        "<w:p/>",
        "&amp; & \"x\" 'y' ]]>",
        "a  b",
        " ",
        "\u00a0",
        "\ue000qr_code\ue001",
        "%_}",
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_WILD | _TRICKY, street=_WILD | _TRICKY, numero=st.sampled_from(["BC-1", "B/2.C", "zqaaa"]))
def test_hostile_values_are_cast_as_docxtpl_prints_them_or_left_to_it(name: str, street: str, numero: str) -> None:
    data: dict[str, Any] = drawn_descriptor(7)
    data["numero"] = numero
    data["fournisseur"]["logo"] = str(VALID / "logo.png")
    template = load_template(DocumentKind.BDC)
    base = order_of(data)
    for _ in range(2):
        printed(base, DocumentKind.BDC, template)
    data["client"]["denomination_sociale"] = data["fournisseur"]["denomination_sociale"] = name
    data["client"]["adresse"]["lignes"] = [street]
    draft = draft_order(descriptor(data))
    if draft.findings:
        return
    assert printed(draft.order, DocumentKind.BDC, template).docx == made(draft.order, DocumentKind.BDC, template)


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{{ numero }}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("text", "is_cast"),
    [
        ("{{ client.denomination_sociale|upper }}", False),
        ("{{ numero[:4] }}", False),
        ("{% if 'B' in numero %}B{% else %}non{% endif %}", None),
        ("{{ client.denomination_sociale|safe }}", None),
        ("{{ qr_code }}", True),
        ("{% for sign in numero %}{{ sign }}{% endfor %}", True),
        (f"</w:t></w:r>{FIELD}<w:r><w:t>", False),
    ],
)
def test_what_depends_on_a_value_is_not_cast(text: str, is_cast: bool | None, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    with zipfile.ZipFile(path, "w") as archive, zipfile.ZipFile(load_file(tmp_path)) as source:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, before_end(paragraph(text))(data.decode()).encode() if name == BODY else data)
    template = load_template(DocumentKind.BDC, path)
    for number in range(6):
        order = order_of(drawn_descriptor(number))
        copy = printed(order, DocumentKind.BDC, template)
        assert copy.docx == made(order, DocumentKind.BDC, template)
    if is_cast is not None:
        assert bool(copy.printed.cliche) is is_cast


def test_another_vendor_s_logo_is_cast_from_the_same(tmp_path: Path) -> None:
    Image.new("RGBA", (90, 400), (10, 20, 30, 128)).save(tmp_path / "own.png")
    template = load_template(DocumentKind.BDC)
    data = drawn_descriptor(5)
    logos = [str(VALID / "logo.png"), str(VALID / "logo.png"), str(tmp_path / "own.png")]
    for logo, vendor in zip(logos, ("Un", "Deux", 'Éditeur "Trois" & Cie'), strict=True):
        data["fournisseur"] |= {"logo": logo, "denomination_sociale": vendor}
        order = order_of(data)
        copy = printed(order, DocumentKind.BDC, template)
        assert copy.docx == made(order, DocumentKind.BDC, template)
    assert copy.printed.cliche


def load_file(tmp_path: Path) -> Path:
    mutant([], tmp_path / "plain.docx")
    return tmp_path / "plain.docx"
