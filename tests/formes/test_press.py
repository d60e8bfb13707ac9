"""When a forme may stand for LibreOffice, and what happens where none may."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from benchmarks.mutants import mutant
from benchmarks.mutants import order_of as drawn_order
from benchmarks.mutants import set_and_compare
from generator.formes import press as press_module
from generator.formes.store import find_forme
from generator.formes.store import user_formes
from generator.pipeline import render_order
from generator.references import Appels
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions
from tests.checking.edits import changed
from tests.checking.edits import edit
from tests.conftest import VALID
from tests.conftest import Json
from tests.conftest import order_of


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def render(order_json: Json, appels: Appels, out: Path, engine: Engine, template: Path | None = None) -> Rendered:
    order = order_of(order_json)
    options = RenderOptions((DocumentKind.BDC,), (Format.PDF,), engine=engine, template=template)
    (result,) = render_order(order, appels[order.reference], out, options)
    return result


@pytest.fixture
def sample() -> Json:
    loaded: Json = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    loaded["fournisseur"]["logo"] = str(VALID / "logo.png")
    return loaded


def test_a_shipped_forme_needs_no_libreoffice(
    sample: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    result = render(sample, appels, tmp_path / "out", Engine.AUTO)
    assert (result.made_by, len(result.files)) == ("forme", 1)


def test_a_vendor_s_own_logo_needs_no_libreoffice(
    sample: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    Image.new("RGBA", (700, 90), (200, 30, 30, 200)).save(tmp_path / "own.png")
    sample["fournisseur"]["logo"] = str(tmp_path / "own.png")
    result = render(sample, appels, tmp_path / "out", Engine.AUTO)
    assert (result.made_by, len(result.files)) == ("forme", 1)
    with pdfium.PdfDocument(result.files[0]) as document:
        sizes = [picture.get_px_size() for picture in document[0].get_objects([FPDF_PAGEOBJ_IMAGE])]
    assert sizes == [(700, 90)]


@pytest.mark.parametrize("name", ["Лікарня", "CH \u4e2d\u6587", "ﬁn \u0301"])
def test_a_sign_outside_the_fonts_is_left_to_libreoffice(
    name: str, sample: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    monkeypatch.setattr("generator.pipeline.unprintable", lambda _: ())
    sample["client"]["denomination_sociale"] = name
    result = render(sample, appels, tmp_path / "out", Engine.AUTO)
    assert [found.code for found in result.findings] == ["FORME-IMPOSSIBLE"]
    assert not result.files


def test_where_formes_alone_are_wanted_their_lack_is_an_error(
    sample: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    sample["fournisseur"]["denomination_sociale"] = "Éditeur d'un nom bien trop long pour la case de l'en-tête"
    result = render(sample, appels, tmp_path / "out", Engine.FORME)
    assert [found.code for found in result.findings] == ["FORME-EXIGEE"]


def test_a_forme_that_is_damaged_is_not_used(
    sample: Json, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.formes.store._KNOWN", {})
    monkeypatch.setattr("generator.formes.store.FORMES", tmp_path / "none")
    monkeypatch.setattr(press_module, "_IMPOSSIBLE", {})
    keys: list[str] = []
    real = find_forme

    def find(key: str) -> object:
        keys.append(key)
        user_formes().mkdir(parents=True, exist_ok=True)
        (user_formes() / f"{key}.forme").write_bytes(b"damaged")
        return real(key)

    monkeypatch.setattr(press_module, "find_forme", find)
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    assert [found.code for found in render(sample, appels, tmp_path / "out", Engine.AUTO).findings] == [
        "FORME-IMPOSSIBLE"
    ]
    assert keys


# One kind: a forme each.
ORDERS_WITHOUT_LOGO = [drawn_order(1), drawn_order(2, denomination_sociale="CH Va")]
TRANSPARENT = (
    '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:solidFill>'
    '<w14:srgbClr w14:val="000000"><w14:alpha w14:val="50000"/></w14:srgbClr></w14:solidFill></w14:textFill>'
)


@pytest.mark.slow
def test_a_transparent_text_is_left_to_libreoffice(sample: Json, appels: Appels, tmp_path: Path) -> None:
    template = tmp_path / "own.docx"
    run = f"<w:p><w:r><w:rPr>{TRANSPARENT}</w:rPr><w:t>SPECIMEN {{{{ numero }}}}</w:t></w:r></w:p>"
    template.write_bytes(changed("bdc", edit("<w:sectPr>", f"{run}<w:sectPr>")))
    result = render(sample, appels, tmp_path / "out", Engine.FORME, template)
    (finding,) = result.findings
    assert finding.code == "FORME-EXIGEE"
    assert "a drawing that is no picture" in finding.message("en")


@pytest.mark.slow
def test_a_condition_on_a_value_is_set_where_the_document_says_the_same(tmp_path: Path) -> None:
    mutant(["a condition on a value"], tmp_path / "own.docx")
    made, left = set_and_compare(tmp_path / "own.docx", tmp_path)
    assert made
    assert left


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "is_set"),
    [
        ("a part of a value", False),
        ("a filter", False),
        ("justified", False),
        ("underlined", False),
        ("set right", True),
        ("a value in the middle of a line", True),
    ],
)
def test_a_template_is_set_as_libreoffice_sets_it_or_left_to_it(name: str, is_set: bool, tmp_path: Path) -> None:
    mutant([name], tmp_path / "own.docx")
    made, _ = set_and_compare(tmp_path / "own.docx", tmp_path, ORDERS_WITHOUT_LOGO)
    assert bool(made) is is_set
