"""Words of a text layer that people do not see, and the many ways in which words that they see are painted."""

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
)

from generator.common.findings import Finding, Place
from generator.references import Appels, DocumentKind
from generator.reports.verdicts import verdict
from generator.verify.amounts import added_digits, hidden_texts
from generator.verify.opened import look_at, open_document
from generator.verify.raster import rasterise
from generator.verify.visible_text import Sight, VisibleText, visible_text
from generator.verify.without_order import inspect
from tests.generators.alterations import drawn_over, places_of
from tests.verify.plain_pdf import plain_pdf
from tests.verify.test_without_order import LINES, said, written

_AMOUNT = "12 000,00"
_SHOWN = ["Total TTC : 12 000,00 EUR", "SIRET : 73282932000074"]
# Graphics states of the content of `painted`: multiplied colours, and a colour that lets the page through.
_STATES = {"/Multiply": ("/BM", NameObject("/Multiply")), "/Thin": ("/ca", FloatObject(0.3))}


def painted(content: str, *, before: str = "", lines: list[str] | None = None) -> bytes:
    """Return a page of lines with content drawn before and after them."""
    pdf = drawn_over(plain_pdf(lines if lines is not None else _SHOWN), 0, content)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    page = writer.pages[0]
    states = {NameObject(name): DictionaryObject({NameObject(key): value}) for name, (key, value) in _STATES.items()}
    page["/Resources"].get_object()[NameObject("/ExtGState")] = DictionaryObject(states)  # type: ignore[index]
    first = DecodedStreamObject()
    first.set_data(before.encode("cp1252"))
    drawn = page["/Contents"].get_object()
    assert isinstance(drawn, ArrayObject)
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(first), *drawn])
    return data_of(writer)


def data_of(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def seen(data: bytes) -> VisibleText:
    return visible_text(data, list(rasterise(data, 200)))


def found(data: bytes) -> list[Finding]:
    layer = seen(data)
    return [*hidden_texts(layer, Place("a.pdf")), *added_digits(layer, Place("a.pdf"))]


def box_of(text: str, pad: float = 1.0) -> str:
    """Return the path of the box of a text of `_SHOWN`."""
    _, (left, low, right, top) = next(iter(places_of(plain_pdf(_SHOWN), text)))
    return f"{left - pad} {low - pad} {right - left + 2 * pad} {top - low + 2 * pad} re"


def corner_of(text: str) -> tuple[float, float]:
    _, (left, low, *_) = next(iter(places_of(plain_pdf(_SHOWN), text)))
    return left, low


@pytest.mark.parametrize("over", ["", "99 000,00", "88 888,88"])
def test_text_under_a_box_is_named_with_its_place(over: str) -> None:
    left, low = corner_of(_AMOUNT)
    text = f"BT 0 g /Forged 11 Tf {left} {low} Td ({over}) Tj ET" if over else ""
    (finding,) = found(painted(f"q 1 g {box_of(_AMOUNT)} f Q {text}"))
    values = dict(finding.values)
    assert (finding.code, values["value"], values["line"]) == ("TEXTE-CACHE", _AMOUNT, _SHOWN[0])
    assert finding.place.part
    assert finding.place.part.fr == "page 1"


@pytest.mark.parametrize("hidden", ["73282932000074", "SIRET", "Total"])
def test_any_word_under_a_box_is_named(hidden: str) -> None:
    (finding,) = found(painted(f"q 1 g {box_of(hidden)} f Q"))
    assert dict(finding.values)["value"] == hidden


def test_part_of_a_number_under_a_box_is_named() -> None:
    left, low = corner_of("73282932000074")
    (finding,) = found(painted(f"q 1 g {left + 12} {low - 1} 7 12 re f Q"))
    assert dict(finding.values)["value"] == "73282932000074"


def test_text_under_an_annotation_is_named() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(painted(""))))
    _, (left, low, right, top) = next(iter(places_of(plain_pdf(_SHOWN), _AMOUNT)))
    look = DecodedStreamObject()
    look.set_data(b"1 g 0 0 200 20 re f")
    box = [FloatObject(0), FloatObject(0), FloatObject(right - left), FloatObject(top - low)]
    look.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): ArrayObject(box)})
    stamp = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): RectangleObject((left, low, right, top)),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])
    assert [finding.code for finding in found(data_of(writer))] == ["TEXTE-CACHE"]


def test_number_that_is_not_painted_is_named() -> None:
    left, low = corner_of(_AMOUNT)
    (finding,) = found(painted(f"BT /Forged 11 Tf 3 Tr {left} {low} Td (99 999,00) Tj ET"))
    assert (finding.code, dict(finding.values)["text"]) == ("TEXTE-INVISIBLE", "99 999,00")


@pytest.mark.parametrize(("x", "y"), [(72, 860), (72, 1200), (72, -30), (-300, 500), (700, 500)])
def test_text_beyond_the_edges_is_named(x: float, y: float) -> None:
    found = seen(painted(f"q BT /Forged 11 Tf {x} {y} Td (Avoir : 99 999,00 EUR) Tj ET Q"))
    assert "99 999,00" in " ".join(each.text for each in found.hidden[0])
    assert "99 999,00" not in " ".join(line.text for line in found.pages[0])


@pytest.mark.parametrize("grey", [0.0, 0.8])
def test_digit_before_an_amount_is_named(grey: float) -> None:
    lines = ["Total TTC  12 000,00 EUR"]
    _, (left, low, *_) = next(iter(places_of(plain_pdf(lines), _AMOUNT)))
    (finding,) = found(painted(f"BT {grey} g /Forged 11 Tf {left - 7} {low} Td (1) Tj ET", lines=lines))
    assert (finding.code, dict(finding.values)["text"]) == ("TEXTE-ACCOLE", "1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"q 0.8 g {box_of(_AMOUNT, 4)} f Q", "", id="shaded before"),
        pytest.param("q 0.4 0.6 0.8 rg 0 700 600 150 re f Q", "", id="page of colour"),
        pytest.param("", f"q /Multiply gs 1 1 0 rg {box_of(_AMOUNT)} f Q", id="highlight"),
        pytest.param("", f"q /Thin gs 0 0 1 rg {box_of(_AMOUNT)} f Q", id="let through"),
        pytest.param("", f"q 0.5 w 0 G {box_of(_AMOUNT)} S Q", id="frame"),
        pytest.param("", "BT 0 g /Forged 11 Tf 50.3 800 Td (Total TTC : 12 000,00 EUR) Tj ET", id="drawn twice"),
        pytest.param("", "q /Thin gs BT 0 g /Forged 90 Tf 50 760 Td (COPIE 2) Tj ET Q", id="watermark over"),
        pytest.param("q BT 0.9 g /Forged 90 Tf 50 760 Td (COPIE 2) Tj ET Q", "", id="watermark under"),
        pytest.param("", "q 0 g 40 690 300 30 re f Q BT 1 g /Forged 11 Tf 50 700 Td (Net 10 EUR) Tj ET", id="white on"),
        pytest.param("", "BT 1 Tr 0.3 w /Forged 11 Tf 50 700 Td (Net 10 EUR) Tj ET", id="outlines"),
        pytest.param("", "BT 3 Tr /Forged 11 Tf 50 700 Td (page) Tj ET", id="a word that is not painted"),
    ],
)
def test_text_that_people_see_is_not_named(before: str, after: str) -> None:
    data = painted(after, before=before.replace("/Forged", "/F1"))
    assert found(data) == []
    assert _AMOUNT in "\n".join(line.text for line in seen(data).pages[0])


def turned(quarter: int) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(painted(f"q 1 g {box_of(_AMOUNT)} f Q"))))
    writer.pages[0].rotate(quarter)
    return data_of(writer)


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_text_under_a_box_is_named_on_turned_pages(quarter: int) -> None:
    assert [dict(finding.values)["value"] for finding in found(turned(quarter))] == [_AMOUNT]


def test_cropped_page_shows_its_text() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(painted(""))))
    writer.pages[0].cropbox = RectangleObject((30, 400, 500, 830))
    layer = seen(data_of(writer))
    assert layer.hidden == ((),)
    assert [line.text for line in layer.pages[0]] == _SHOWN


def scan(*, is_over: bool) -> bytes:
    """Return a scan with the words that an engine read: under the picture, or not painted over it."""
    (image,) = rasterise(plain_pdf(_SHOWN), 100)
    words = plain_pdf(_SHOWN)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(words)))
    page = writer.pages[0]
    out = io.BytesIO()
    Image.fromarray(image.pixels).save(out, "JPEG", quality=90)
    picture = DecodedStreamObject()
    picture.set_data(out.getvalue())
    height, width = image.pixels.shape
    for name, value in (("/Width", width), ("/Height", height), ("/BitsPerComponent", 8)):
        picture[NameObject(name)] = NumberObject(value)
    for name, word in (("/Subtype", "/Image"), ("/ColorSpace", "/DeviceGray"), ("/Filter", "/DCTDecode")):
        picture[NameObject(name)] = NameObject(word)
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Scan"): writer._add_object(picture)})
    drawn, hides = DecodedStreamObject(), DecodedStreamObject()
    drawn.set_data(b"q 595 0 0 842 0 0 cm /Scan Do Q")
    hides.set_data(b"3 Tr")
    parts = (
        [hides, page["/Contents"].get_object(), drawn] if is_over else [drawn, hides, page["/Contents"].get_object()]
    )
    page[NameObject("/Contents")] = ArrayObject([writer._add_object(part) for part in parts if part is not None])
    return data_of(writer)


@pytest.mark.parametrize("is_over", [False, True])
def test_words_laid_under_a_scan_are_no_hidden_text(*, is_over: bool) -> None:
    data = scan(is_over=is_over)
    assert found(data) == []
    assert [line.text for line in seen(data).pages[0]] == _SHOWN


def test_many_texts_over_each_other_are_not_seen() -> None:
    left, low = corner_of(_AMOUNT)
    other = " ".join(f"BT 0 g /Forged 11 Tf {left} {low} Td ({number} 000,00) Tj ET" for number in range(20, 40))
    assert "TEXTE-CACHE" in {finding.code for finding in found(painted(other))}


def test_other_siret_over_the_right_one_is_not_compliant(tmp_path: Path, appels: Appels) -> None:
    path = written(tmp_path, LINES)
    assert not said(path, appels)
    _, (left, low, right, top) = next(iter(places_of(path.read_bytes(), "732 829 320 00074")))
    cover = f"q 1 g {left} {low - 2} {right - left} {top - low + 4} re f Q"
    path.write_bytes(drawn_over(path.read_bytes(), 0, f"{cover} BT /Forged 11 Tf {left} {low} Td (99999) Tj ET"))
    verified = inspect(look_at(open_document(path)), appels, (), reference=None, document=DocumentKind.BDC)
    assert "TEXTE-CACHE" in {finding.code for finding in verified.findings}
    assert verdict(verified.findings).label.fr == "non conforme"


def test_sight_of_pale_text_is_pale() -> None:
    layer = seen(painted("BT 0.8 g /Forged 11 Tf 50 700 Td (Net 10 EUR) Tj ET"))
    assert [(each.text, each.sight) for each in layer.hidden[0]] == [("Net 10 EUR", Sight.PALE)]
