"""The form of an order: what the schema and the records make of it, and the descriptor that it makes."""

import json
from pathlib import Path

import pytest

from generator.references import Appels
from generator.web.form import Field, descriptor, groups, values_of
from tests.conftest import VALID

ORDERS = sorted(VALID.glob("*.json"))


def fields(appels: Appels, reference: str) -> list[Field]:
    return [field for group in groups(appels, reference) for field in group.fields]


@pytest.mark.parametrize("path", ORDERS, ids=lambda path: path.stem)
def test_form_gives_back_what_it_was_filled_with(appels: Appels, path: Path) -> None:
    order = json.loads(path.read_bytes())
    shown = fields(appels, order["reference"])
    assert descriptor(values_of(order, shown), order, shown) == order


def test_empty_form_is_an_empty_scenario_free_descriptor(appels: Appels) -> None:
    assert descriptor({}, {}, fields(appels, "")) == {}


def test_questions_are_those_of_the_record(appels: Appels) -> None:
    for reference, appel in appels.items():
        asked = [field for field in fields(appels, reference) if field.pointer.startswith("/scenario/")]
        assert [field.label.fr for field in asked] == [question.text for question in appel.questions]


def test_prestations_are_named_as_on_the_order(appels: Appels) -> None:
    (field,) = (each for each in fields(appels, "AF-HOP-DPI-Va2") if each.pointer == "/prestation")
    assert dict(field.choices)["V2"].fr == "Prestation Ségur Vague 2"


def test_labels_are_short_and_help_has_the_rest(appels: Appels) -> None:
    (siret,) = (each for each in fields(appels, "") if each.pointer == "/fournisseur/siret")
    assert (siret.label.fr, siret.help.fr) == ("Numéro SIRET", "14 chiffres sans espace")
    assert (siret.label.en, siret.help.en) == ("SIRET number", "14 digits without spaces")


def test_fields_that_are_not_printed_say_so(appels: Appels) -> None:
    unprinted = {each.pointer for each in fields(appels, "") if not each.is_printed}
    assert {"/va/nom_facture", "/historique/vague_1_financee", "/solution/date_referencement"} <= unprinted
    assert "/fournisseur/siret" not in unprinted


@pytest.mark.parametrize(
    ("entered", "expected"), [("", None), ("aucune", []), ("Un poste manque.\n", ["Un poste manque."])]
)
def test_reserves_are_by_hand_none_or_listed(appels: Appels, entered: str, expected: list[str] | None) -> None:
    made = descriptor({"/va/reserves": entered, "/va/type": "va"}, {}, fields(appels, ""))
    assert made["va"].get("reserves") == expected
