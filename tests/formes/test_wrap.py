"""Where a value breaks, and where that is not sure."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from benchmarks.breaks import KINDS
from benchmarks.breaks import Kind
from benchmarks.breaks import measured
from generator.formes.faces import LATIN
from generator.formes.faces import Face
from generator.formes.faces import complete_face
from generator.formes.faces import find_face
from generator.formes.forme import Room
from generator.formes.probed import lines_of
from generator.formes.probed import read_probed
from generator.formes.wrap import MisfitError
from generator.formes.wrap import Use
from generator.formes.wrap import broken
from generator.formes.wrap import width_of
from generator.pdf.libreoffice import convert
from generator.pdf.libreoffice import probe_libreoffice
from templates.ooxml import package
from templates.ooxml import paragraph
from templates.ooxml import run
from templates.ooxml import styles


@pytest.fixture(scope="module")
def face() -> Face:
    return complete_face(find_face("NotoSans-Regular"), "NotoSans-Regular", "".join(sorted(LATIN)))


def broken_in(face: Face, value: str, *rooms: float) -> list[str]:
    """Break a value where the first line has so much room, and the last has it for all after."""
    first, after = (Room(room, room + 1) for room in (rooms[0], rooms[-1]))
    return broken(value, Use(face, 12, first, after))


def test_a_value_breaks_after_the_last_word_that_fits(face: Face) -> None:
    value = "Centre hospitalier de la Ville Fictive"
    room = width_of(face, 12, "Centre hospitalier") + 10
    assert broken_in(face, value, room) == ["Centre hospitalier", "de la Ville Fictive"]


def test_the_first_line_may_have_less_room(face: Face) -> None:
    value = "un deux trois"
    rooms = [width_of(face, 12, "un") + 5, width_of(face, 12, value)]
    assert broken_in(face, value, *rooms) == ["un", "deux trois"]


def test_a_hyphen_between_letters_may_end_a_line(face: Face) -> None:
    room = width_of(face, 12, "Saint-") + 5
    assert broken_in(face, "Saint-Exemple", room, 200) == ["Saint-", "Exemple"]


@pytest.mark.parametrize("value", ["un/deux trois", "12-13 rue", "un  deux", "un–deux", "un « deux »", "un)(deux"])
def test_where_breaking_is_not_sure_it_is_said(value: str, face: Face) -> None:
    with pytest.raises(MisfitError):
        broken_in(face, value, 25, 200)


def test_a_sign_that_stands_elsewhere_than_at_the_break_does_not_matter(face: Face) -> None:
    room = width_of(face, 12, "version 1.2-rc3/b") + 5
    assert broken_in(face, "version 1.2-rc3/b de la Ville", room) == ["version 1.2-rc3/b", "de la Ville"]


def test_a_word_that_nearly_fits_is_not_sure(face: Face) -> None:
    value = "Centre hospitalier"
    for off in (-0.04, 0.0, 0.04):
        with pytest.raises(MisfitError):
            broken_in(face, value, width_of(face, 12, value) + off)


def test_widths_are_whole_dots_of_the_device_that_libreoffice_lays_out_on(face: Face) -> None:
    for size in (9, 10.5, 12):
        dots = [width_of(face, size, text) * 120 for text in ("m", "i", "mi")]
        assert dots == pytest.approx([round(each) for each in dots])
        assert dots[2] == pytest.approx(dots[0] + dots[1])


def test_a_no_break_space_makes_a_break_less_sure(face: Face) -> None:
    for space, is_sure in ((" ", True), ("\u00a0", False)):
        line = f"75013{space}Paris"
        room = width_of(face, 12, line) + 0.08
        if is_sure:
            assert broken_in(face, f"{line} Cedex", room, 200) == [line, "Cedex"]
        else:
            with pytest.raises(MisfitError):
                broken_in(face, f"{line} Cedex", room, 200)


@pytest.mark.parametrize("text", ["a\u00adb", "a\u200bb", "中", "e\u0301\u0323\u0301"])
def test_what_the_face_does_not_show_is_not_set(text: str, face: Face) -> None:
    assert face.set(text) is None


def test_letters_that_join_are_one_glyph(face: Face) -> None:
    line = face.set("ffi")
    assert line
    assert line.array.count(b"<") == 1
    assert len(line.array) == len(b"<0000>")


_BITS = (
    *("Centre", "hospitalier", "Ville", "l'", "d’", "-", "-", "–", " – ", " - ", ".", ",", ";", ":", " : ", " (", ") "),
    *(
        "°",
        "n°",
        " & ",
        "@",
        "12",
        "2026",
        " ",
        " ",
        " ",
        "\u00a0",
        "/",
        "«",
        "»",
        "« ",
        " »",
        "%",
        " %",
        "€",
        "!",
        " ?",
    ),
    *("+", "_", "…", "·", '"'),
)
_WIDTH = 504.6


def _drawn_text(number: int, face: Face) -> str:
    draw = random.Random(number)
    text = f"x{number}x"
    while width_of(face, 12, text) < _WIDTH * draw.uniform(1.1, 2.5):
        bit = draw.choice(_BITS)
        if not (bit.startswith(" ") and text.endswith(" ")):
            text += bit + "".join(draw.choices("aeioutsrnlbcdfgmpvz", k=draw.choice((0, 0, 3, 6, 9))))
    return text.strip()


@pytest.mark.slow
def test_libreoffice_breaks_where_that_is_sure(face: Face, tmp_path: Path) -> None:
    office = probe_libreoffice()
    assert office
    texts = [_drawn_text(number, face) for number in range(400)]
    body = "".join(paragraph(run(text), style="Small") for text in texts)
    empty = paragraph()
    docx = package(
        body, headers=(empty, empty), footer=empty, styles_xml=styles(12, 15.5, 178), page=(16, 16), title="lines"
    )
    source = tmp_path / "lines.docx"
    source.write_bytes(docx)
    pdf = convert(office, [source], tmp_path, timeout=120)[source]
    assert isinstance(pdf, Path)
    lines: dict[str, list[str]] = {}
    begun: list[str] = []
    for sheet in read_probed(pdf.read_bytes()).sheets:
        for line in lines_of(sheet.portions):
            said = "".join(portion.text for portion in line).rstrip(" ")
            if begins := re.match(r"x\d+x", said):
                begun = lines.setdefault(begins[0], [])
            begun.append(said)
    sure = 0
    for number, text in enumerate(texts):
        try:
            ours = broken_in(face, text, _WIDTH)
        except MisfitError:
            continue
        sure += 1
        assert [line.rstrip(" ") for line in ours] == lines[f"x{number}x"]
    assert sure > 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[::3], ids=str)
def test_libreoffice_measures_lines_as_we_do(kind: Kind) -> None:
    office = probe_libreoffice()
    assert office
    widest, narrowest, left = measured(kind, 150, 7, office)
    assert -left < narrowest
    assert widest < left
