import subprocess
import unicodedata
from unicodedata import combining, normalize

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from generator.common.findings import WARNING
from generator.common.jsonio.schema import FormatProblem
from generator.common.value_formats import (
    check_date,
    check_finess,
    check_mail,
    check_note,
    check_siret,
    check_telephone,
    check_texte,
)


@pytest.mark.parametrize("value", ["73282932000074", "35600000000048", "35600000049837"])
def test_sirets_with_their_key_pass_la_poste_too(value: str) -> None:
    check_siret(value)


@pytest.mark.parametrize("value", ["73282932000075", "00000000000001"])
def test_sirets_without_their_key_are_refused(value: str) -> None:
    with pytest.raises(FormatProblem, match="SIRET-CLE"):
        check_siret(value)


@pytest.mark.parametrize("value", ["010000024", "2A0000154", "2B0000012", "970400016"])
def test_finess_numbers_with_their_key_pass_corsica_too(value: str) -> None:
    check_finess(value)


@pytest.mark.parametrize("value", ["010000025", "2A0000155", "2C0000017"])
def test_finess_numbers_without_their_key_are_reported(value: str) -> None:
    with pytest.raises(FormatProblem, match="FINESS-CLE"):
        check_finess(value)


@pytest.mark.parametrize("value", ["2026-02-29", "2026-13-01", "2026-00-10"])
def test_days_out_of_the_calendar_are_refused(value: str) -> None:
    with pytest.raises(FormatProblem, match="DATE-INEXISTANTE"):
        check_date(value)


@pytest.mark.parametrize("value", ["+33123456789", "01 23 45 67 89", "0123456789", "+262262123456", "+377 98 98 98 98"])
def test_phone_numbers_of_france_overseas_and_abroad_pass(value: str) -> None:
    check_telephone(value)


@pytest.mark.parametrize("value", ["01 23 45", "+3312345678901234", "+999123456"])
def test_phone_numbers_of_no_plan_are_refused(value: str) -> None:
    with pytest.raises(FormatProblem, match="TELEPHONE-INVALIDE"):
        check_telephone(value)


@pytest.mark.parametrize("value", ["a@b.example", "prenom.nom+bdc@sous.domaine.example", "é@exemple.fr"])
def test_mail_addresses_pass(value: str) -> None:
    check_mail(value)


@pytest.mark.parametrize("value", ["a@b..example", "a..b@c.example", "a@-b.example"])
def test_what_is_no_mail_address_is_refused(value: str) -> None:
    with pytest.raises(FormatProblem, match="MAIL-INVALIDE"):
        check_mail(value)


@pytest.mark.parametrize(
    "char", ["\x00", "\n", "\t", "\x7f", "\xad", "\u200b", "\u202e", "\u2028", "\ud800", "\ufffe", "\ue000"]
)
def test_characters_that_do_not_print_are_named_with_their_place(char: str) -> None:
    with pytest.raises(FormatProblem, match="TEXTE-CARACTERE") as caught:
        check_texte(f"CH{char}X")
    assert caught.value.values["position"] == "3"
    assert caught.value.values["char"] == f"U+{ord(char):04X}"


@pytest.mark.parametrize("text", [" CH", "CH ", "\xa0CH"])
def test_spaces_at_the_ends_are_refused(text: str) -> None:
    with pytest.raises(FormatProblem, match="TEXTE-BLANC"):
        check_texte(text)


SIGNS = st.characters(whitelist_categories=("L", "N", "P", "S")).filter(lambda char: normalize("NFC", char) == char)
LETTERS = st.characters(whitelist_categories=("Lu", "Ll", "Lt", "Lm", "Lo"))
# A mark that strikes its letter, and a mark on what is no letter, are refused (below).
MARKS = st.characters(whitelist_categories=("Mn", "Mc")).filter(lambda char: combining(char) != 1)


@given(st.lists(st.one_of(SIGNS, st.builds("".join, st.tuples(LETTERS, MARKS))), min_size=1).map("".join))
def test_letters_digits_and_signs_of_any_script_are_texts(text: str) -> None:
    problem = problem_with(text)
    # Of some scripts the font of the built-in templates has no letters.
    assert problem is None or problem.kind.severity is WARNING


@pytest.mark.parametrize("value", ["CH − site B", "CH → site B", "2 × 3 ≥ 5", "東京", "A\u2460"])
def test_character_that_the_font_lacks_is_named(value: str) -> None:
    with pytest.raises(FormatProblem, match="TEXTE-POLICE") as caught:
        check_texte(value)
    assert caught.value.values["char"] in {"U+2212", "U+2192", "U+2265", "U+6771", "U+2460"}


def test_note_may_have_characters_that_the_font_lacks() -> None:
    check_note("17/03/2027 → 22/06/2027")
    with pytest.raises(FormatProblem, match="TEXTE-CARACTERE"):
        check_note("17/03/2027\u200b")
    with pytest.raises(FormatProblem, match="TEXTE-BLANC"):
        check_note(" 17/03/2027")


@pytest.mark.parametrize(
    "value", ["CH d’Exempleville – « site B » … n° 1", "Œuvre, Ł, Ș, ẞ", "Αθήνα", "Київ", "10 m², 5 €"]
)
def test_character_of_the_font_passes(value: str) -> None:
    check_texte(value)


def test_characters_of_the_font_are_those_that_it_has() -> None:
    found = subprocess.run(["fc-match", "--format", "%{file}", "Noto Sans"], capture_output=True, text=True, check=True)
    with TTFont(found.stdout) as font:
        known = font["cmap"].getBestCmap()
    passing = {chr(code) for code in range(0x20, 0x10000) if problem_with(f"a{chr(code)}a") is None}
    assert passing
    assert {char for char in passing if unicodedata.category(char)[0] != "C" and ord(char) not in known} == set()


def problem_with(value: str) -> FormatProblem | None:
    try:
        check_texte(value)
    except FormatProblem as problem:
        return problem
    return None


@pytest.mark.parametrize("value", ["CH 1\u03362\u0336", "Lot 1\u0301", "CH a\u20dd", "\u0338 CH", "2\u0323"])
def test_marks_over_digits_are_refused(value: str) -> None:
    with pytest.raises(FormatProblem, match="TEXTE-SURCHARGE"):
        check_texte(value)


def test_accents_over_letters_pass() -> None:
    for value in ("Hôpital Été", unicodedata.normalize("NFD", "Hôpital Çà, Œuvre, Nguyễn"), "CH 12 n° 3"):
        check_texte(value)
