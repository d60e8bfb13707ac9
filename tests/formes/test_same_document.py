"""A forme gives the document that LibreOffice gives: same text, same places, same look, same structure."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from PIL import ImageDraw
from pypdf import PdfReader

from benchmarks.drawn import drawn_descriptor
from generator.documents import documents_of
from generator.findings import Finding
from generator.formes.faces import LATIN
from generator.formes.faces import complete_face
from generator.formes.faces import find_face
from generator.formes.wrap import width_of
from generator.orders import Order
from generator.pipeline import render_orders
from generator.readback.kinds import LECTURE_DIFFICILE
from generator.readback.opened import open_pdf
from generator.readback.seen import look_at
from generator.readback.text import page_texts
from generator.readback.text import text_lines
from generator.readback.verify import Wanted
from generator.readback.verify import verify
from generator.references import Appel
from generator.references import Appels
from generator.references import DocumentKind
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import Rendered
from generator.rendered import RenderOptions
from generator.validation import check_descriptor
from generator.validation import validate
from templates.build import TEXT_WIDTH
from templates.ooxml import paragraph
from templates.ooxml import run
from tests.checking.edits import Change
from tests.checking.edits import both
from tests.checking.edits import changed
from tests.checking.edits import edit
from tests.conftest import VALID
from tests.conftest import Json
from tests.conftest import RenderedSample
from tests.conftest import descriptor
from tests.conftest import order_of

# Hundredths of a point that a line may be off, in the drawing below.
UNITS = 7200
POINT = 100
# Grey values, 0 being black, of points of a page at 100 dpi: what is darker than the one in one drawing is darker than
# the other in the other, there or at a point beside. LibreOffice sets glyphs on a grid of a tenth of a point, so that
# their edges fall otherwise; nothing moves by a whole point, which is a quarter of a millimetre.
DARK, LIGHT = 128, 200
FIRST_HEADER, END = "word/header1.xml", "<w:sectPr>"


def rendered(orders: Sequence[tuple[Order, Appel]], out: Path, engine: Engine) -> list[Rendered]:
    options = RenderOptions(formats=(Format.PDF,), engine=engine)
    return [each for results in render_orders(orders, out, options) for each in results]


def pages(data: bytes) -> list[np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    with pdfium.PdfDocument(data) as document:
        return [np.asarray(page.render(scale=100 / 72).to_pil().convert("L")) for page in document]


def darkest_near(page: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> np.ndarray[Any, Any]:
    """Return for each point the darkest of itself and the eight around it."""
    framed = np.pad(page, 1, constant_values=255)
    rows = np.minimum(np.minimum(framed[:-2], framed[1:-1]), framed[2:])
    around: np.ndarray[Any, Any] = np.minimum(np.minimum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return around


def points_off(one: np.ndarray[Any, Any], two: np.ndarray[Any, Any]) -> int:
    """Return how many dark points of each drawing have nothing dark near them in the other."""
    assert one.shape == two.shape
    return sum(int(((page < DARK) & (darkest_near(other) > LIGHT)).sum()) for page, other in ((one, two), (two, one)))


def structure(data: bytes) -> list[str]:
    """Return the kinds of the structure's elements, in their order, how deep each stands, and what is said of it."""
    found: list[str] = []

    def walk(element: object, depth: int) -> None:
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for each in element:
                walk(each, depth)
        elif isinstance(element, dict) and "/S" in element:
            said = f" {element['/Alt']} {element['/A'].get_object()}" if "/Alt" in element else ""
            found.append(f"{depth} {element['/S']}{said}")
            walk(element.get("/K", []), depth + 1)

    root = PdfReader(io.BytesIO(data)).root_object
    walk(root["/StructTreeRoot"]["/K"], 0)  # type: ignore[index]
    return found


def assert_same_document(ours: bytes, theirs: bytes) -> None:
    assert [text.split() for text in page_texts(ours)] == [text.split() for text in page_texts(theirs)]
    for our_page, their_page in zip(text_lines(ours, UNITS), text_lines(theirs, UNITS), strict=True):
        assert [line.text.split() for line in our_page] == [line.text.split() for line in their_page]
        for line, other in zip(our_page, their_page, strict=True):
            assert abs(line.box[0] - other.box[0]) <= POINT / 2, line.text
            assert abs(line.box[3] - other.box[3]) <= POINT / 2, line.text
            assert abs(line.box[2] - other.box[2]) <= POINT * 1.5, line.text
    for one, two in zip(pages(ours), pages(theirs), strict=True):
        assert points_off(one, two) == 0
    assert structure(ours) == structure(theirs)


def test_a_letter_that_is_missing_or_moved_shows(appels: Appels, order_json: Json, tmp_path: Path) -> None:
    drawings = []
    for number, name in enumerate(("CH d'Exempleville", "CH d'Exempleville.", "CH  d'Exempleville")):
        order_json["client"]["denomination_sociale"] = name
        order = order_of(order_json)
        ((result,),) = render_orders(
            [(order, appels[order.reference])],
            tmp_path / str(number),
            RenderOptions(formats=(Format.PDF,), engine=Engine.FORME),
        )
        drawings.append(pages(result.files[0].read_bytes())[0])
    # Below the header, whose code is another.
    plain, dotted, spaced = (drawing[300:] for drawing in drawings)
    assert points_off(plain, plain) == 0
    assert points_off(plain, dotted) > 0
    assert points_off(plain, spaced) > 0


@pytest.mark.slow
def test_every_sample_is_the_same(rendered_samples: list[RenderedSample], appels: Appels, tmp_path: Path) -> None:
    for sample in rendered_samples:
        options = RenderOptions((sample.document,), (Format.PDF,), engine=Engine.FORME)
        ((result,),) = render_orders([(sample.order, appels[sample.order.reference])], tmp_path, options)
        assert result.files, [found.message("en") for found in result.findings]
        assert_same_document(result.files[0].read_bytes(), sample.file(".pdf").read_bytes())


def draw_logo(path: Path, size: tuple[int, int], *, clear: bool) -> str:
    """Write a logo, of one colour or a disc on nothing; return where it is."""
    image = Image.new("RGBA" if clear else "RGB", size, (200, 30, 30, 0) if clear else (200, 30, 30))
    ImageDraw.Draw(image).ellipse((2, 2, size[0] - 3, size[1] - 3), fill=(20, 90, 160))
    image.save(path)
    return str(path)


def in_text(text: str) -> str:
    return paragraph(run(text))


def with_own_logos(folder: Path) -> list[Json]:
    """Return drawn orders with logos of other forms and sizes, and one without."""
    logos = [
        draw_logo(folder / "wide.png", (900, 70), clear=False),
        draw_logo(folder / "high.png", (40, 260), clear=True),
        None,
    ]
    orders = []
    for number, logo in enumerate(logos):
        value: Json = json.loads(json.dumps(drawn_descriptor(number)))
        if logo:
            value["fournisseur"]["logo"] = logo
        orders.append(value)
    orders[1]["fournisseur"]["denomination_sociale"] = 'Éditeur "Fictif" & Fils'
    return orders


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "formes"),
    [
        pytest.param(edit(END, in_text("{% if logo %}Logo : {{ logo }} ici{% endif %}") + END), 3, id="in the text"),
        pytest.param(
            both(edit("{{ qr_code }}", "", FIRST_HEADER), edit(END, in_text("Code : {{ qr_code }}") + END)),
            2,
            id="in its box, with the code in the text",
        ),
    ],
)
def test_any_logo_is_set_as_libreoffice_sets_it(
    change: Change, formes: int, appels: Appels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    template = tmp_path / "own.docx"
    # Not the built-in one, whose formes come with the program.
    template.write_bytes(changed("bdc", change, edit("Bon de commande n°", "Commande n°", "word/footer1.xml")))
    orders = [(order, appels[order.reference]) for order in map(order_of, with_own_logos(tmp_path))]
    made = {}
    for engine in (Engine.FORME, Engine.LIBREOFFICE):
        options = RenderOptions(formats=(Format.PDF,), engine=engine, template=template)
        results = [each for (each,) in render_orders(orders, tmp_path / engine.value, options)]
        made[engine] = [each.files[0].read_bytes() for each in results]
    for ours, theirs in zip(made[Engine.FORME], made[Engine.LIBREOFFICE], strict=True):
        assert_same_document(ours, theirs)
        assert colours(ours) == colours(theirs)
    assert len(kept_formes(tmp_path / "cache")) == formes


def colours(data: bytes) -> dict[str, int]:
    """Return how many points of the first page are of the colours of the logos, in hundreds."""
    with pdfium.PdfDocument(data) as document:
        image = np.asarray(document[0].render(scale=100 / 72).to_pil().convert("RGB")).astype(int)
    wanted = {"red": (200, 30, 30), "blue": (20, 90, 160)}
    off = {name: np.abs(image - colour).max(axis=2) < 40 for name, colour in wanted.items()}
    return {name: round(int(found.sum()) / 100) for name, found in off.items()}


def kept_formes(cache: Path) -> list[Path]:
    """Return the formes that were made, but for those of values that take several lines."""
    return [path for path in cache.rglob("*.forme") if "x" not in path.stem]


def nearly_full(number: int) -> Json:
    """Return a drawn order whose client's name is about as wide as the line, or as its second line, has room for."""
    draw = random.Random(number)
    face = complete_face(find_face("NotoSans-Regular"), "NotoSans-Regular", "".join(sorted(LATIN)))
    value: Json = json.loads(json.dumps(drawn_descriptor(number)))
    said = "Dénomination sociale (nom client) : "
    name, wanted = "Centre hospitalier de", TEXT_WIDTH * 72 / 25.4 + draw.uniform(-0.3, 0.3)
    while width_of(face, 12, said + name) < wanted - 60:
        name += " " + "".join(draw.choices("abcdefghilmnoprstuvzéè", k=draw.randint(3, 8))).capitalize()
    words = ("".join(draw.choices("abcdefghilmnoprstuvzéè", k=draw.randint(3, 9))) for _ in range(3000))
    last = min(words, key=lambda word: abs(width_of(face, 12, f"{said}{name} {word}") - wanted))
    value["client"]["denomination_sociale"] = f"{name} {last}"
    return value


@pytest.mark.slow
def test_values_about_as_wide_as_their_line_break_where_libreoffice_breaks_them(appels: Appels, tmp_path: Path) -> None:
    orders = [(order, appels[order.reference]) for order in map(order_of, map(nearly_full, range(20)))]
    ours = rendered(orders, tmp_path / "ours", Engine.FORME)
    theirs = rendered(orders, tmp_path / "theirs", Engine.LIBREOFFICE)
    made = [(one, two) for one, two in zip(ours, theirs, strict=True) if one.files]
    for one, two in made:
        assert_same_document(one.files[0].read_bytes(), two.files[0].read_bytes())
    # The others are nearer to the room than it is known.
    assert len(made) > 10


@pytest.mark.slow
def test_200_drawn_orders_are_the_same(appels: Appels, tmp_path: Path) -> None:
    orders = []
    for number in range(200):
        checked = check_descriptor(descriptor(json.loads(json.dumps(drawn_descriptor(number)))), appels)
        assert checked.order
        assert checked.appel
        orders.append((checked.order, checked.appel))
    ours = rendered(orders, tmp_path / "ours", Engine.FORME)
    theirs = rendered(orders, tmp_path / "theirs", Engine.LIBREOFFICE)
    same = 0
    for one, two in zip(ours, theirs, strict=True):
        assert two.files
        if one.files:
            same += 1
            assert_same_document(one.files[0].read_bytes(), two.files[0].read_bytes())
    assert same >= 195


def read_optically(result: Rendered, order: Order, appel: Appel) -> list[Finding]:
    """Return what an engine does not read of a PDF, but for a slip that the text layer vouches for."""
    (file,) = result.files
    seen = look_at(open_pdf(file, file.read_bytes()))
    found = verify(seen, Wanted(order, appel, result.document), ("tesseract",)).findings
    # An engine slips on the one drawing or the other: their edges fall otherwise by less than a point of the scan.
    return [each for each in found if each.kind is not LECTURE_DIFFICILE]


@pytest.mark.slow
def test_an_engine_reads_from_both_all_that_must_stand_there(appels: Appels, tmp_path: Path) -> None:
    drawn = [(order, appels[order.reference]) for order in map(order_of, map(drawn_descriptor, range(20)))]
    samples = [(each.order, each.appel) for each in validate([VALID], appels) if each.order and each.appel]
    orders = [*samples, *drawn]
    wanted = [pair for pair in orders for _ in documents_of(pair[0])]
    ours = rendered(orders, tmp_path / "ours", Engine.FORME)
    theirs = rendered(orders, tmp_path / "theirs", Engine.LIBREOFFICE)
    for (order, appel), one, two in zip(wanted, ours, theirs, strict=True):
        assert read_optically(two, order, appel) == []
        if one.files:
            assert read_optically(one, order, appel) == []
    assert sum(bool(one.files) for one in ours) > len(ours) - 2


@pytest.mark.slow
def test_a_forme_s_pdf_is_sound(rendered_samples: list[RenderedSample], appels: Appels, tmp_path: Path) -> None:
    import subprocess

    sample = next(sample for sample in rendered_samples if sample.document is DocumentKind.BDC)
    options = RenderOptions((sample.document,), (Format.PDF,), engine=Engine.FORME)
    ((result,),) = render_orders([(sample.order, appels[sample.order.reference])], tmp_path, options)
    (file,) = result.files
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    assert file.stat().st_size < min(120_000, 1.5 * sample.file(".pdf").stat().st_size)
