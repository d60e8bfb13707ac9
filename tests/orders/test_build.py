"""Orders from descriptors, some with a vendor's own part from the settings."""

import dataclasses
import datetime
import unicodedata
from decimal import Decimal
from pathlib import Path

from generator.cli.settings.load import load_settings
from generator.common.jsonio.source import Descriptor
from generator.documents.properties import document_descriptor
from generator.orders.build import draft_order
from generator.references import Appels, DocumentKind
from generator.rules.validation import check_descriptor
from tests.conftest import FULL, Json, descriptor, order_of

TOML = """[fournisseur]
denomination_sociale = "Éditeur Fictif"
siret = "73282932000074"
responsable_transaction = "Nom"
telephone = "0123456789"
mail = "a@b.example"
adresse = {lignes = ["1 rue"], code_postal = "75001", ville = "Paris"}
signataire = {nom = "Nom", qualite = "Directeur"}
"""


def test_money_is_exact_and_dates_are_dates(order_json: Json) -> None:
    order = order_of(order_json)
    assert order.montant.ttc == Decimal("12000.00")
    assert order.date_emission == datetime.date(2026, 5, 4)
    assert order.scenario["date_previsionnelle_installation"] == datetime.date(2026, 11, 2)
    assert order.scenario["prosante_connect"] is True


def test_texts_are_composed(order_json: Json) -> None:
    order_json["client"]["denomination_sociale"] = unicodedata.normalize("NFD", "Hôpital Élysée")
    assert order_of(order_json).client.denomination_sociale == "Hôpital Élysée"


def test_no_reserves_and_unknown_reserves_are_not_the_same(va_json: Json) -> None:
    va_json["va"]["reserves"] = []
    empty = order_of(va_json)
    del va_json["va"]["reserves"]
    absent = order_of(va_json)
    assert empty.va is not None
    assert absent.va is not None
    assert empty.va.reserves == ()
    assert absent.va.reserves is None


def test_part_is_sound_where_it_and_its_parents_are(order_json: Json) -> None:
    order_json["montant"]["ht"] = "much"
    order_json["client"] = "CH"
    draft = draft_order(descriptor(order_json))
    assert not draft.is_valid("/montant/ht")
    assert draft.is_valid("/montant")
    assert not draft.is_valid("/client/finess_pmsi")
    assert draft.is_valid("/montant/ttc")
    assert not draft.is_valid("/va")


def defaults(folder: Path, text: str = TOML) -> Descriptor:
    (folder / "segurdoc.toml").write_text(text, "utf-8")
    found = load_settings(folder / "segurdoc.toml").fournisseur
    assert found is not None
    return found


def test_descriptor_need_not_repeat_its_vendor(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    del order_json["fournisseur"]
    checked = check_descriptor(descriptor(order_json), appels, defaults(tmp_path))
    assert checked.order is not None
    assert checked.order.fournisseur.siret == "73282932000074"


def test_descriptor_s_own_values_win_key_by_key(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    order_json["fournisseur"] = {"mail": "own@b.example", "signataire": {"nom": "Autre"}}
    checked = check_descriptor(descriptor(order_json), appels, defaults(tmp_path))
    assert checked.order is not None
    fournisseur = checked.order.fournisseur
    assert fournisseur.responsable.mail == "own@b.example"
    assert fournisseur.responsable.nom == "Nom"
    # A person or an address is not mixed from two.
    assert fournisseur.signataire is not None
    assert fournisseur.signataire.qualite is None


def test_canonical_descriptor_is_that_of_the_whole_order(tmp_path: Path, appels: Appels) -> None:
    shared, own = dict(FULL["fournisseur"]), {**FULL, "scenario": _answers(appels)}
    own["fournisseur"] = {**shared, "signataire": {"nom": "Nom", "qualite": "Directeur"}}
    whole = check_descriptor(descriptor(own), appels)
    short = check_descriptor(descriptor({**own, "fournisseur": {}}), appels, defaults(tmp_path))
    assert whole.order is not None
    assert short.order is not None
    assert dataclasses.replace(short.order, place=whole.order.place) == whole.order
    assert document_descriptor(short.order, DocumentKind.VA) == document_descriptor(whole.order, DocumentKind.VA)


def test_finding_about_a_value_of_the_settings_names_their_line(
    tmp_path: Path, appels: Appels, order_json: Json
) -> None:
    order_json["fournisseur"] = {"mail": "own@b.example", "telephone": "3"}
    findings = check_descriptor(
        descriptor(order_json), appels, defaults(tmp_path, TOML + 'logo = "nosuch.png"\n')
    ).findings
    said = {(found.code, found.place.file, found.place.line) for found in findings}
    assert {("SCHEMA-FORME", "order.json", 9), ("LOGO-ILLISIBLE", str(tmp_path / "segurdoc.toml"), 9)} <= said


def test_logo_of_the_settings_lies_beside_them(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    order_json["fournisseur"] = {}
    checked = check_descriptor(descriptor(order_json), appels, defaults(tmp_path, TOML + 'logo = "logo.png"\n'))
    assert [found.code for found in checked.findings if found.place.pointer == "/fournisseur/logo"] == [
        "LOGO-ILLISIBLE"
    ]
    from PIL import Image

    Image.new("RGB", (20, 20)).save(tmp_path / "logo.png")
    checked = check_descriptor(descriptor(order_json), appels, defaults(tmp_path, TOML + 'logo = "logo.png"\n'))
    assert checked.order is not None
    assert checked.order.folder == tmp_path


def test_what_is_in_neither_is_missing(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    del order_json["fournisseur"]
    (found, *_) = check_descriptor(
        descriptor(order_json), appels, defaults(tmp_path, '[fournisseur]\nmail = "a@b.example"\n')
    ).findings
    assert (found.code, found.place.file) == ("SCHEMA-CLE-ABSENTE", str(tmp_path / "segurdoc.toml"))


def test_vendor_that_is_no_object_is_refused_as_it_is(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    order_json["fournisseur"] = "Éditeur"
    found = check_descriptor(descriptor(order_json), appels, defaults(tmp_path)).findings
    assert "SCHEMA-TYPE" in [each.code for each in found]


def _answers(appels: Appels) -> Json:
    questions = appels["AF-HOP-DPI-Va2"].questions
    return {question.id: "2026-11-02" if question.is_date else True for question in questions}
