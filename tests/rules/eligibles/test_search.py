import pytest

from generator.rules.eligibles import Base
from generator.rules.eligibles.search import search


@pytest.mark.parametrize(
    ("asked", "finess"),
    [
        ("010000024", "010000024"),
        ("01 000 002 4", "010000024"),
        ("2a0000014", "2A0000014"),
        ("0100000", "010000024"),
        ("CH d'Exempleville", "010000024"),
        ("ch exempleville", "010000024"),
        ("OCEAN", "970400016"),
        ("océan fictif", "970400016"),
        ("hopital fictf du plato", "990000044"),
        ("clinque trois ficsions", "990000010"),
        ("DUPONT fils", "990000028"),
    ],
)
def test_establishment_is_found_as_people_write_it(base: Base, asked: str, finess: str) -> None:
    assert search(base, asked)[0].finess == finess


def test_another_number_leads_to_its_establishment(base: Base) -> None:
    assert [each.finess for each in search(base, "010000032")] == ["010000024"]


def test_its_own_number_is_no_other_one(base: Base) -> None:
    public, private = base.etablissements["010000024"], base.etablissements["990000010"]
    assert public.juridique == public.finess
    assert public.others == (("010000032", "geographique"),)
    assert [attribute for _, attribute in private.others] == ["juridique"]


@pytest.mark.parametrize("asked", ["", "  ", "!!", "zzzzzz", "999999999", "\0", "x" * 5000])
def test_what_is_not_there_is_not_found(base: Base, asked: str) -> None:
    assert search(base, asked) == []


def test_no_more_are_given_than_asked_for(base: Base) -> None:
    assert len(search(base, "clinique", 7)) == 7
