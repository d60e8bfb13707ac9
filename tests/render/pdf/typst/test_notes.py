"""What the reasons for LibreOffice are called: in Word's words where they are known, and as the file names them."""

from __future__ import annotations

import pytest

from generator.common.language import Text
from generator.common.texts import catalogue
from generator.render.pdf.typst import Unsupported

NOWHERE = Text("", "")


@pytest.mark.parametrize(
    ("construct", "fr", "en"),
    [
        ("w:cols", "colonnes [w:cols]", "columns [w:cols]"),
        ("w:instrText=DATE", "champ [w:instrText=DATE]", "field [w:instrText=DATE]"),
        ("w:tab=bar", "taquet barre [w:tab=bar]", "bar tab [w:tab=bar]"),
        ("w:unknown/@w:val", "w:unknown/@w:val", "w:unknown/@w:val"),
    ],
)
def test_construct_has_the_name_that_word_gives_it(construct: str, fr: str, en: str) -> None:
    assert Unsupported(construct, NOWHERE).named == Text(fr, en)


def test_every_name_is_in_both_languages() -> None:
    for construct, names in catalogue("constructs").items():
        assert names.keys() == {"fr", "en"}, construct
        assert all(names.values()), construct
