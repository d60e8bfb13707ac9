from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence

import pytest

from generator.lang import Text
from generator.tables import Row
from generator.tables import Table
from generator.tables.mapping import Field
from generator.tables.mapping import MappingError
from generator.tables.mapping import columns_of
from generator.tables.mapping import confirmation
from generator.tables.mapping import parse_mapping
from generator.tables.mapping import propose
from generator.tables.mapping import resolve
from generator.tables.mapping import show_proposal


def field(name: str, *words: str, required: bool = False, without: str = "") -> Field:
    sets = tuple(frozenset(each.split()) for each in words)
    return Field(name, Text(name, name), required, sets, frozenset(without.split()))


FIELDS = (
    field("finess", "finess", required=True, without="juridique"),
    field("nom", "nom", "raison sociale", required=True),
    field("plafond/V2/ttc", "v2 ttc", without="v1"),
    field("plafond/V1+V2/ttc", "v1 v2 ttc"),
)


def table(*headers: str) -> Table:
    return Table("base.xlsx", "Base", "", Row(1, headers), (Row(2, ("010000024",) * len(headers)),))


def codes(error: pytest.ExceptionInfo[MappingError]) -> Sequence[str]:
    assert all(found.message("fr") and found.fix("en") for found in error.value.findings)
    return [found.code for found in error.value.findings]


def test_headers_are_known_without_accents_case_and_signs() -> None:
    read = table(
        "N° FINÉSS", "RAISON  Sociale\nde l'ES", "Plafond TTC (vague 2)", "Plafond V1+V2 T.T.C. TTC", "FINESS juridique"
    )
    assert propose(read, FIELDS) == {
        "finess": "N° FINÉSS",
        "nom": "RAISON Sociale de l'ES",
        "plafond/V2/ttc": "Plafond TTC (vague 2)",
        "plafond/V1+V2/ttc": "Plafond V1+V2 T.T.C. TTC",
    }


def test_what_is_not_clear_is_not_proposed() -> None:
    assert propose(table("FINESS PMSI", "FINESS géographique", "Nom"), FIELDS) == {"nom": "Nom"}
    assert propose(table("FINESS et nom", "Nom"), FIELDS) == {}


def test_without_a_mapping_nothing_is_read() -> None:
    with pytest.raises(MappingError) as error:
        columns_of(table("FINESS", "Nom"), FIELDS, {})
    assert codes(error) == ["CORRESPONDANCE-ABSENTE"]


def test_a_proposal_is_confirmed_by_its_own_code_alone() -> None:
    read, other = table("FINESS", "Nom"), table("Nom", "FINESS")
    code = confirmation(read, propose(read, FIELDS))
    assert columns_of(read, FIELDS, {}, code).numbers == {"finess": 1, "nom": 2}
    with pytest.raises(MappingError) as error:
        columns_of(other, FIELDS, {}, code)
    assert codes(error) == ["CORRESPONDANCE-CHANGEE"]


def test_a_confirmed_proposal_still_lacks_what_it_lacks() -> None:
    read = table("FINESS", "Rien")
    with pytest.raises(MappingError) as error:
        columns_of(read, FIELDS, {}, confirmation(read, propose(read, FIELDS)))
    assert codes(error) == ["CORRESPONDANCE-INCOMPLETE"]


def test_every_mistake_of_a_mapping_is_told_in_one_go() -> None:
    mapping = {"finess": "FINES", "nom": "Nom", "finness": "FINESS"}
    with pytest.raises(MappingError) as error:
        resolve(table("FINESS", "Nom", "Nom"), FIELDS, mapping)
    assert codes(error) == ["CORRESPONDANCE-COLONNE", "CORRESPONDANCE-COLONNE", "CORRESPONDANCE-CHAMP"]
    assert "FINESS" in error.value.findings[0].message("fr")


def test_a_column_may_be_named_by_its_letter() -> None:
    assert resolve(table("X", "X"), FIELDS, {"finess": "=B", "nom": "=A"}).numbers == {"finess": 2, "nom": 1}
    with pytest.raises(MappingError):
        resolve(table("X", "X"), FIELDS, {"finess": "=C", "nom": "=A"})


def test_a_proposal_can_be_pasted_as_options_and_as_settings() -> None:
    read = table("N° « FINESS »", "Nom de l'ES", "Autre")
    proposal = propose(read, FIELDS)
    shown = show_proposal(read, FIELDS, proposal, "eligibles.columns", "fr")
    lines = [line.strip() for line in shown.splitlines()]
    start = lines.index("en options :") + 1
    options = shlex.split(" ".join(line.removesuffix("\\") for line in lines[start : start + len(proposal)]))
    assert parse_mapping(options[1::2]) == proposal
    start = lines.index("[eligibles.columns]")
    settings = tomllib.loads("\n".join(lines[start : start + 1 + len(proposal)]))
    assert settings["eligibles"]["columns"] == proposal
    assert "Autre" in shown


def test_a_mapping_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="finess"):
        parse_mapping(["finess"])
