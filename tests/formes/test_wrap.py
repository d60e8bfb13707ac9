"""Where a value breaks, and where that is not sure."""

from __future__ import annotations

import pytest

from generator.formes.faces import LATIN
from generator.formes.faces import Face
from generator.formes.faces import complete_face
from generator.formes.faces import find_face
from generator.formes.forme import Room
from generator.formes.wrap import MisfitError
from generator.formes.wrap import Use
from generator.formes.wrap import broken
from generator.formes.wrap import width_of


@pytest.fixture(scope="module")
def face() -> Face:
    return complete_face(find_face("NotoSans-Regular"), "NotoSans-Regular", sorted(LATIN))


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


@pytest.mark.parametrize("value", ["a/b c", "12-13 rue", "un  deux", "a – b", "x\u2011y"])
def test_where_breaking_is_not_sure_it_is_said(value: str, face: Face) -> None:
    with pytest.raises(MisfitError):
        broken_in(face, value, 20)


def test_a_word_that_nearly_fits_is_not_sure(face: Face) -> None:
    value = "Centre hospitalier"
    for off in (-0.5, 0.0, 0.2):
        with pytest.raises(MisfitError):
            broken_in(face, value, width_of(face, 12, value) + off)


@pytest.mark.parametrize("text", ["a\u00adb", "a\u200bb", "中", "e\u0301\u0323\u0301"])
def test_what_the_face_does_not_show_is_not_set(text: str, face: Face) -> None:
    assert face.set(text) is None


def test_letters_that_join_are_one_glyph(face: Face) -> None:
    line = face.set("ffi")
    assert line
    assert line.array.count(b"<") == 1
    assert len(line.array) == len(b"<0000>")
