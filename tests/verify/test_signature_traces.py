"""What is seen of signatures, on the real PDF of an order, signed in the ways that programs and people do."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from generator.references import Appels
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from generator.verify.opened import open_document, open_pdf
from generator.verify.signature_traces import Signing, Trace, signing_of
from tests.conftest import VALID, order_of

# Strokes in the two frames of the README's order, in points.
CLIENT, VENDOR = b"q 1.5 w 80 270 m 120 310 l 160 265 l 200 300 l S Q", b"q 1.5 w 350 140 m 400 180 l 450 135 l S Q"
# Where no frame is.
ELSEWHERE = b"q 1.5 w 80 60 m 120 90 l 160 55 l S Q"


@pytest.fixture(scope="module")
def bdc(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> Path:
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    out = tmp_path_factory.mktemp("signing")
    (rendered,) = render_order(order_of(value), appels["AF-HOP-DPI-Va2"], out, RenderOptions(formats=(Format.PDF,)))
    return rendered.files[0]


def changed(pdf: Path, change: Callable[[PdfWriter], object] = lambda _: None) -> Signing:
    writer = PdfWriter(clone_from=PdfReader(pdf))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return signing_of(open_pdf(pdf, stream.getvalue()))


def drawn(*strokes: bytes) -> Callable[[PdfWriter], object]:
    def draw(writer: PdfWriter) -> None:
        page, stream = writer.pages[1], DecodedStreamObject()
        stream.set_data(b"\n".join(strokes))
        before = page["/Contents"].get_object()
        parts = list(before) if isinstance(before, ArrayObject) else [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject([*parts, writer._add_object(stream)])

    return draw


def field(value: DictionaryObject | None, *, inherits: bool = False) -> Callable[[PdfWriter], object]:
    def add(writer: PdfWriter) -> None:
        one = DictionaryObject({NameObject("/FT"): NameObject("/Sig"), NameObject("/T"): TextStringObject("S")})
        if value is not None:
            one[NameObject("/V")] = writer._add_object(value)
        if inherits:
            one = DictionaryObject({NameObject("/Kids"): ArrayObject([writer._add_object(one)])})
        form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(one)])})
        writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)

    return add


def signature(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/Type"): NameObject(kind)})


def test_pdf_saved_anew_shows_no_signature(bdc: Path) -> None:
    seen = changed(bdc)
    assert seen == Signing(Trace.NONE_SEEN, rooms=2, blank=2)
    assert seen.is_doubtful


def test_strokes_in_both_frames_are_a_mark(bdc: Path) -> None:
    seen = changed(bdc, drawn(CLIENT, VENDOR))
    assert seen == Signing(Trace.MARK, rooms=2, blank=0)
    assert not seen.is_doubtful


def test_frame_that_stays_blank_beside_a_signed_one_is_doubtful(bdc: Path) -> None:
    seen = changed(bdc, drawn(VENDOR))
    assert seen == Signing(Trace.MARK, rooms=2, blank=1)
    assert seen.is_doubtful


def test_strokes_elsewhere_are_no_mark(bdc: Path) -> None:
    assert changed(bdc, drawn(ELSEWHERE)).trace is Trace.NONE_SEEN


@pytest.mark.parametrize("inherits", [False, True])
def test_filled_signature_field_is_a_field(bdc: Path, *, inherits: bool) -> None:
    seen = changed(bdc, field(signature("/Sig"), inherits=inherits))
    assert seen.trace is Trace.FIELD
    assert not seen.is_doubtful


@pytest.mark.parametrize("value", [None, signature("/DocTimeStamp")])
def test_empty_field_and_a_time_stamp_are_none(bdc: Path, value: DictionaryObject | None) -> None:
    assert changed(bdc, field(value)).trace is Trace.NONE_SEEN


def test_typed_text_on_the_page_is_a_mark_and_a_link_is_none(bdc: Path) -> None:
    box = (60, 60, 200, 90)
    typed = changed(bdc, lambda writer: writer.add_annotation(1, FreeText(text="Bon pour accord", rect=box)))
    assert typed.trace is Trace.MARK
    assert not typed.is_doubtful
    linked = changed(bdc, lambda writer: writer.add_annotation(1, Link(rect=box, url="https://example.org")))
    assert linked.trace is Trace.NONE_SEEN


def test_scan_is_not_checked(bdc: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.fromarray(list(open_document(bdc).pages(100))[1].pixels).save(path)
    assert signing_of(open_document(path)) == Signing(Trace.NOT_CHECKED)


@pytest.mark.parametrize("name", ["va-dpi-sans-reserve", "pv-pilote-pfi-corse"])
def test_documents_as_they_are_made_have_blank_frames(name: str, appels: Appels, tmp_path: Path) -> None:
    value = json.loads((VALID / f"{name}.json").read_text("utf-8"))
    value["fournisseur"].pop("logo", None)
    order = order_of(value)
    made = render_order(order, appels[order.reference], tmp_path, RenderOptions(formats=(Format.PDF,)))
    seen = [signing_of(open_document(each.files[0])) for each in made]
    assert [(each.rooms, each.blank) for each in seen] == [(2, 2), (1, 1)]


@pytest.mark.parametrize(("written", "trace"), [("", Trace.NONE_SEEN), ("#h(8pt)Jean Exemple, directeur", Trace.MARK)])
def test_side_of_a_frame_is_no_mark(written: str, trace: Trace) -> None:
    """Frames as Word draws them, a little narrower than the text."""
    room = "Signature et cachet :\\ \\ "
    source = f"""#set page(margin: 3cm)
#table(columns: (7.3cm, 7.3cm), rows: 3cm, inset: (x: 5pt), [{room}{written}], [{room}])"""

    assert signing_of(open_pdf(Path("frames.pdf"), typst.compile(source.encode()))).trace is trace
