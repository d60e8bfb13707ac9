from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.jsonio.schema import FormatProblem
from generator.orders.formats import check_date
from generator.orders.formats import check_finess
from generator.orders.formats import check_mail
from generator.orders.formats import check_siret
from generator.orders.formats import check_telephone
from generator.orders.formats import check_texte


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


@given(st.text(st.characters(whitelist_categories=("L", "N", "P", "S", "M")), min_size=1))
def test_letters_digits_and_signs_of_any_script_are_texts(text: str) -> None:
    check_texte(text)
