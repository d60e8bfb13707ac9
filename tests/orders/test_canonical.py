import hashlib
import json

from generator.orders.canonical import canonical_descriptor, canonical_digest
from tests.conftest import Json, order_of


def canonical(value: Json, *, with_va: bool = False) -> bytes:
    return canonical_descriptor(order_of(value), with_va=with_va)


def test_order_of_keys_layout_and_private_keys_do_not_count(order_json: Json) -> None:
    first = canonical(order_json)
    shuffled = dict(reversed(order_json.items()))
    shuffled["metadata"] = {"secret": "x"}
    shuffled["$schema"] = "elsewhere"
    shuffled["fournisseur"]["logo"] = "/home/somebody/logo.png"
    assert canonical(shuffled) == first
    assert b"secret" not in canonical(shuffled)
    assert b"somebody" not in canonical(shuffled)


def test_what_no_document_prints_does_not_count(va_json: Json) -> None:
    first = canonical(va_json, with_va=True)
    va_json["historique"] = {"vague_1_financee": False, "vague_1_a_ses_frais": False}
    va_json["fusion"] = {"finess": ["990000051", "990000069"], "justificatif": "arrete.pdf"}
    va_json["solution"] |= {"date_dossier_preuves": "2026-03-02", "date_referencement": "2026-04-15"}
    va_json["va"]["nom_facture"] = "Camille Exemple"
    assert canonical(va_json, with_va=True) == first


def test_digest_of_an_order_that_is_out_there_stays(order_json: Json) -> None:
    order_json["solution"]["numero_referencement"] = "à compléter"  # as it was printed then
    digest = "e943c483c5286ee2538ea65e50f41bf2"
    assert canonical_digest(canonical(order_json)).hex() == digest


def test_printed_value_counts(order_json: Json) -> None:
    first = canonical(order_json)
    order_json["client"]["denomination_sociale"] += "s"
    assert canonical(order_json) != first


def test_bdc_is_the_same_before_and_after_its_va(va_json: Json) -> None:
    with_va = canonical(va_json)
    assert b'"va"' in canonical(va_json, with_va=True)
    del va_json["va"]
    assert canonical(va_json) == with_va


def test_it_is_json_that_gives_the_same_order_back(order_json: Json) -> None:
    again = json.loads(canonical(order_json))
    assert canonical(again) == canonical(order_json)


def test_digest_is_the_start_of_what_sha256sum_prints(order_json: Json) -> None:
    data = canonical(order_json)
    assert hashlib.sha256(data).hexdigest().startswith(canonical_digest(data).hex())
    assert len(canonical_digest(data)) == 16
