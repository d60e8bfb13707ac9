import shlex
import tomllib
from collections.abc import Sequence

import pytest

from generator.common.language import Text
from generator.common.tables import SheetRow, SheetTable
from generator.common.tables.mapping import (
    ColumnField,
    MappingError,
    columns_of,
    confirmation,
    parse_mapping,
    propose,
    resolve,
    show_proposal,
)


def field(name: str, *words: str, required: bool = False, without: str = "") -> ColumnField:
    sets = tuple(frozenset(each.split()) for each in words)
    return ColumnField(name, Text(name, name), required, words=sets, without=frozenset(without.split()))


FIELDS = (
    field("finess", "finess", required=True, without="juridique"),
    field("nom", "nom", "raison sociale", required=True),
    field("plafond/V2/ttc", "v2 ttc", without="v1"),
    field("plafond/V1+V2/ttc", "v1 v2 ttc"),
)


def table(*headers: str) -> SheetTable:
    return SheetTable("base.xlsx", "Base", "", SheetRow(1, headers), (SheetRow(2, ("010000024",) * len(headers)),))


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
    assert propose(table("FINESS et nom", "Nom"), FIELDS) == {"nom": "Nom"}
    assert propose(table("FINESS et nom", "Nom usuel"), FIELDS) == {}


def test_without_a_mapping_nothing_is_read() -> None:
    with pytest.raises(MappingError) as error:
        columns_of(table("FINESS", "Nom"), FIELDS, {})
    assert codes(error) == ["CORRESPONDANCE-ABSENTE"]


def test_proposal_is_confirmed_by_its_own_code_alone() -> None:
    read, other = table("FINESS", "Nom"), table("Nom", "FINESS")
    code = confirmation(read, propose(read, FIELDS))
    assert columns_of(read, FIELDS, {}, code).numbers == {"finess": 1, "nom": 2}
    with pytest.raises(MappingError) as error:
        columns_of(other, FIELDS, {}, code)
    assert codes(error) == ["CORRESPONDANCE-CHANGEE"]


def test_mapping_adds_to_confirmed_proposal_and_counts_before_it() -> None:
    read = table("FINESS", "Nom", "Plafond")
    code = confirmation(read, propose(read, FIELDS))
    assert columns_of(read, FIELDS, {"plafond/V2/ttc": "Plafond"}, code).numbers == {
        "finess": 1, "nom": 2, "plafond/V2/ttc": 3,
    }  # fmt: skip
    other = table("FINESS", "Nom", "Établissement")
    code = confirmation(other, propose(other, FIELDS))
    assert columns_of(other, FIELDS, {"nom": "Établissement"}, code).numbers == {"finess": 1, "nom": 3}


def test_confirmed_proposal_still_lacks_what_it_lacks() -> None:
    read = table("FINESS", "Rien")
    with pytest.raises(MappingError) as error:
        columns_of(read, FIELDS, {}, confirmation(read, propose(read, FIELDS)))
    assert codes(error) == ["CORRESPONDANCE-INCOMPLETE"]


def test_every_mistake_of_a_mapping_is_reported_in_one_go() -> None:
    mapping = {"finess": "FINES", "nom": "Nom", "finness": "FINESS"}
    with pytest.raises(MappingError) as error:
        resolve(table("FINESS", "Nom", "Nom"), FIELDS, mapping)
    assert codes(error) == ["CORRESPONDANCE-COLONNE", "CORRESPONDANCE-COLONNE", "CORRESPONDANCE-CHAMP"]
    assert "FINESS" in error.value.findings[0].message("fr")


def test_column_may_be_named_by_its_letter() -> None:
    assert resolve(table("X", "X"), FIELDS, {"finess": "=B", "nom": "=A"}).numbers == {"finess": 2, "nom": 1}
    with pytest.raises(MappingError):
        resolve(table("X", "X"), FIELDS, {"finess": "=C", "nom": "=A"})


def test_proposal_can_be_pasted_as_options_and_as_settings() -> None:
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


def test_mapping_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="finess"):
        parse_mapping(["finess"])


def below(*rows: Sequence[str], **options: object) -> SheetTable:
    """Return a table whose first row was taken for the header."""
    numbered = [SheetRow(number, tuple(row)) for number, row in enumerate(rows, start=1)]
    return SheetTable("base.xlsx", "Base", "", numbered[0], tuple(numbered[1:]), **options)  # type: ignore[arg-type]


def about(read: SheetTable) -> list[tuple[str, str]]:
    with pytest.raises(MappingError) as caught:
        columns_of(read, FIELDS, {})
    return [(found.code, found.fix("en")) for found in caught.value.findings[1:]]


def test_title_with_two_cells_names_the_header_row() -> None:
    read = below(
        ("Base 2026", "Confidentiel"), ("Édition", "mai"), ("N° FINESS", "Nom", "V2 TTC"), ("010000024", "A", "1")
    )
    assert about(read) == [("CORRESPONDANCE-EN-TETE", "name it: --header-row 3")]


def test_header_that_fits_is_not_doubted() -> None:
    assert about(below(("N° FINESS", "Nom"), ("010000024", "CH FINESS"), ("nom", "finess"))) == []


def test_header_merged_downwards_is_reported() -> None:
    read = below(
        ("FINESS", "Nom", "Plafond", "Plafond"), ("", "", "V2 TTC", "V1 V2 TTC"), merged={(2, 1): "A1", (2, 2): "B1"}
    )
    found = about(read)
    assert ("CORRESPONDANCE-DEUX-LIGNES", "--header-row") in [(code, fix[-12:]) for code, fix in found]


def test_row_of_totals_is_no_order() -> None:
    rows = (
        SheetRow(2, ("010000024", "CH")),
        SheetRow(3, (None, "Total général")),
        SheetRow(4, ("990000010", "Total Énergies")),
    )
    read = SheetTable("x.csv", "", "", SheetRow(1, ("finess", "nom")), rows)
    columns = resolve(read, FIELDS, {"finess": "finess", "nom": "nom"})
    assert [row.number for row in columns.table.rows] == [2, 4]
    assert [found.code for found in columns.table.findings] == ["TABLEAU-TOTAL"]
