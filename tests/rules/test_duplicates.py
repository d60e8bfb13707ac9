from collections.abc import Sequence

from generator.references import Appels
from generator.rules.duplicates import mark_duplicates
from generator.rules.validation import check_descriptor
from tests.conftest import Json, descriptor


def said(values: Sequence[Json], appels: Appels) -> list[tuple[list[str], bool]]:
    checked = [check_descriptor(descriptor(value), appels) for value in values]
    return [([found.code for found in each.findings], each.order is not None) for each in mark_duplicates(checked)]


def other(order_json: Json, finess: str, numero: str) -> Json:
    return {**order_json, "numero": numero, "client": {**order_json["client"], "finess_pmsi": finess}}


def test_orders_of_different_establishments_do_not_collide(order_json: Json, appels: Appels) -> None:
    assert said([order_json, other(order_json, "990000010", "BC-2")], appels) == [([], True), ([], True)]


def test_second_order_for_an_establishment_and_an_af_is_refused(order_json: Json, appels: Appels) -> None:
    assert said([order_json, {**order_json, "numero": "BC-2"}], appels)[1] == (["COMMANDE-DOUBLE"], False)


def test_one_prestation_is_ordered_not_both(order_json: Json, appels: Appels) -> None:
    past = {"vague_1_financee": False, "vague_1_a_ses_frais": False}
    both = {**order_json, "numero": "BC-2", "prestation": "V1+V2", "historique": past}
    assert said([order_json, both], appels)[1] == (["COMMANDE-DOUBLE"], False)


def test_number_used_twice_is_a_warning(order_json: Json, appels: Appels) -> None:
    twice = other(order_json, "990000010", order_json["numero"].lower())
    assert said([order_json, twice], appels)[1] == (["NUMERO-DOUBLE"], True)


def test_two_vendors_may_have_one_number(order_json: Json, appels: Appels) -> None:
    twice = other(order_json, "990000010", order_json["numero"])
    twice["fournisseur"] = {**twice["fournisseur"], "siret": "35600000000048"}
    assert said([order_json, twice], appels)[1] == ([], True)


def test_order_that_is_not_sound_is_in_nobody_s_way(order_json: Json, appels: Appels) -> None:
    broken = {**order_json, "montant": {**order_json["montant"], "ttc": "1.00"}}
    assert said([broken, order_json], appels) == [(["MONTANT-TTC"], False), ([], True)]


MERGED = {"finess": ["990000051", "990000069"], "justificatif": "arrete.pdf"}


def test_establishment_merged_into_an_ordered_one_is_a_warning(order_json: Json, appels: Appels) -> None:
    merger = {**other(order_json, "990000085", "BC-2"), "fusion": MERGED}
    member = other(order_json, "990000069", "BC-3")
    for first, second in ((merger, member), (member, merger)):
        assert said([order_json, first, second], appels) == [([], True), ([], True), (["COMMANDE-FUSION"], True)]


def test_two_mergers_that_share_an_establishment_are_a_warning(order_json: Json, appels: Appels) -> None:
    merger = {**order_json, "fusion": MERGED}
    shares = {**other(order_json, "990000085", "BC-2"), "fusion": {**MERGED, "finess": ["990000069", "990000077"]}}
    apart = {**other(order_json, "990000010", "BC-3"), "fusion": {**MERGED, "finess": ["990000028", "990000036"]}}
    assert said([merger, shares, apart], appels) == [([], True), (["COMMANDE-FUSION"], True), ([], True)]
