import datetime
import json
from pathlib import Path

import pytest

from generator.common.findings import FindingsError
from generator.common.resources import APPELS
from generator.references import Appels, DocumentKind, Status, load_appels
from tests.conftest import Json


@pytest.fixture
def record() -> Json:
    loaded: Json = json.loads((APPELS / "af-hop-dpi-va2.json").read_text("utf-8"))
    return loaded


def write(tmp_path: Path, record: object) -> Path:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(record), "utf-8")
    return path


# Letter for letter from the webinar's form, its reading errors corrected (« Tail » is « Mail », « * de SIRET » is
# « N° de SIRET »).
SEED_TEXTS = [
    "BON DE COMMANDE",
    "Référence de l'appel à financement :",
    "Nature de la prestation – cocher une des deux cases suivantes :",
    "Numéro du bon de commande – (information : référence du bon de commande chez l'éditeur) :",
    "Date d'émission du bon de commande :",
    "Fournisseur",
    "Client unique",
    "Dénomination sociale :",
    "Dénomination sociale (nom client) :",
    "N° de SIRET :",
    "Numéro FINESS PMSI de la structure :",
    "Adresse :",
    "Téléphone :",
    "Mail :",
    "Scénario d'installation de la prestation Ségur HOP-DPI-Va2 :",
    "Montant de la Prestation Ségur pris en charge par l'Etat au titre du Ségur de la santé",
]
SEED_QUESTIONS = [
    "Quelle est la date prévisionnelle d'installation ?",
    "Le DPI doit-il mettre en œuvre une identification électronique par ProSanté Connect comme modalité d'identification électronique au DPI ?",
    "La fonction PFI pour l'envoi des documents de santé vers le DMP est-elle portée par un logiciel indépendant du DPI ?",
    "La fonction PFI pour l'envoi des documents de santé vers la MSS est-elle portée par un logiciel indépendant du DPI ?",
    "La fonction PFI pour la réception des documents de santé reçus par MSS est-elle portée par un logiciel indépendant du DPI ?",
    "La fonction RI pour la transmission du flux entrant IHE PAM est-elle portée par un logiciel indépendant du DPI ?",
]


def test_dpi_record_has_the_form_s_texts_letter_for_letter(appels: Appels) -> None:
    texts = {mention.text for mention in appels["AF-HOP-DPI-Va2"].document_mentions(DocumentKind.BDC)}
    assert set(SEED_TEXTS) <= texts


def test_boxes_of_both_records_are_the_form_s_letter_for_letter(appels: Appels) -> None:
    for appel in appels.values():
        lines = [prestation.line for prestation in appel.prestations]
        assert lines == ["Prestation Ségur Vague 1 + Vague 2", "Prestation Ségur Vague 2"]


def test_dpi_record_has_the_form_s_questions_in_order(appels: Appels) -> None:
    assert [question.text for question in appels["AF-HOP-DPI-Va2"].questions] == SEED_QUESTIONS


def test_pfi_record_asks_for_the_planned_date_only_and_says_so(appels: Appels) -> None:
    pfi = appels["AF-HOP-PFI-Va2"]
    assert [question.id for question in pfi.questions] == ["date_previsionnelle_installation"]
    assert pfi.questions_status is Status.TO_CONFIRM


def test_deadlines_are_those_of_the_webinar(appels: Appels) -> None:
    dates = {
        reference: {deadline.id: deadline.date for deadline in appel.deadlines} for reference, appel in appels.items()
    }
    assert dates["AF-HOP-DPI-Va2"]["avance"] == datetime.date(2026, 6, 18)
    assert dates["AF-HOP-PFI-Va2"]["avance"] == datetime.date(2026, 2, 17)
    for of_one in dates.values():
        assert of_one["installation"] == datetime.date(2027, 3, 17)
        assert of_one["solde"] == datetime.date(2027, 6, 16)


def test_what_no_source_says_of_the_va_is_to_be_confirmed(appels: Appels) -> None:
    for appel in appels.values():
        own = [mention for mention in appel.mentions if DocumentKind.BDC not in mention.documents]
        assert own
        assert {mention.status for mention in own} == {Status.TO_CONFIRM}


def test_mention_ids_are_unique(appels: Appels) -> None:
    for appel in appels.values():
        ids = [mention.id for mention in appel.mentions]
        assert len(ids) == len(set(ids))


def test_own_record_replaces_the_built_in_one(tmp_path: Path, record: Json) -> None:
    record["label"]["fr"] = "À nous"
    assert load_appels([write(tmp_path, record)])["AF-HOP-DPI-Va2"].label.fr == "À nous"


def test_own_record_adds_a_reference_without_code(tmp_path: Path, record: Json) -> None:
    record["reference"] = "AF-HOP-RI-Va9"
    assert "AF-HOP-RI-Va9" in load_appels([write(tmp_path, record)])


def test_broken_record_says_all_that_is_wrong(tmp_path: Path, record: Json) -> None:
    del record["questions"]
    record["mentions"][3]["value"] = "client.finess"
    with pytest.raises(FindingsError) as caught:
        load_appels([write(tmp_path, record)])
    assert {found.code for found in caught.value.findings} == {"SCHEMA-CLE-ABSENTE", "APPEL-VALEUR-INCONNUE"}


def test_record_is_held_to_calendar_and_to_characters_that_print(tmp_path: Path, record: Json) -> None:
    record["deadlines"][0]["date"] = "2026-02-30"
    record["label"]["fr"] = "\ud800"
    record["conditional_clause"]["text"] = "AVANT\x07APRES"
    with pytest.raises(FindingsError) as caught:
        load_appels([write(tmp_path, record)])
    assert sorted(found.code for found in caught.value.findings) == [
        "DATE-INEXISTANTE",
        "TEXTE-CARACTERE",
        "TEXTE-CARACTERE",
    ]


def test_source_may_quote_signs_that_the_font_lacks(tmp_path: Path, record: Json) -> None:
    record["deadlines"][0]["source"] = "« 17/03/2027 → 22/06/2027 »"
    record["deadlines"][0]["date"] = "2026-02-30"
    record["mentions"][0]["text"] = "BON → COMMANDE"
    with pytest.raises(FindingsError) as caught:
        load_appels([write(tmp_path, record)])
    told = {(found.code, found.place.pointer) for found in caught.value.findings}
    assert told == {("DATE-INEXISTANTE", "/deadlines/0/date"), ("TEXTE-POLICE", "/mentions/0/text")}


@pytest.mark.parametrize("key", ["mentions", "questions"])
def test_id_taken_twice_is_reported(tmp_path: Path, record: Json, key: str) -> None:
    record[key].append(record[key][0])
    with pytest.raises(FindingsError) as caught:
        load_appels([write(tmp_path, record)])
    assert [found.code for found in caught.value.findings] == ["APPEL-ID-DOUBLE"]


def test_missing_record_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="FICHIER-ILLISIBLE"):
        load_appels([tmp_path / "none.json"])


def test_dates_of_a_third_party_count_for_nothing(appels: Appels) -> None:
    later = {"installation": datetime.date(2027, 6, 22), "solde": datetime.date(2027, 9, 28)}
    for appel in appels.values():
        for deadline in appel.deadlines:
            assert (deadline.reported and deadline.reported.date) == later.get(deadline.id)
            if deadline.reported:
                assert deadline.status is Status.TO_CONFIRM
                assert deadline.date < deadline.reported.date
                assert "tierce" in deadline.reported.source
                assert deadline.report
                assert "vérifier l'arrêté" in deadline.report.fr


@pytest.mark.parametrize("date", ["2027-06-16", "2027-06-15"])
def test_reported_date_comes_after_the_deadline(tmp_path: Path, record: Json, date: str) -> None:
    record["deadlines"][2]["reported"]["date"] = date
    with pytest.raises(FindingsError) as caught:
        load_appels([write(tmp_path, record)])
    assert [found.code for found in caught.value.findings] == ["APPEL-REPORT-ANTERIEUR"]


def test_amounts_are_owed_on_every_order(appels: Appels) -> None:
    for appel in appels.values():
        amounts = {mention.id: mention for mention in appel.mentions if mention.id.startswith("montant")}
        labels_are_ours = dict.fromkeys(("montant_ht", "montant_tva", "montant_ttc"), Status.TO_CONFIRM)
        statuses = {name: mention.status for name, mention in amounts.items()}
        assert statuses == {**labels_are_ours, "montant_etat": Status.CONFIRMED}
        for mention in amounts.values():
            assert mention.documents == (DocumentKind.BDC,)
            assert "doivent être indiqués dans TOUS les bons de commande" in mention.source
        assert any("TVA non applicable" in note.fr and "to be confirmed" in note.en for note in appel.notes)


def test_records_know_who_signs_and_by_which_means(appels: Appels) -> None:
    for appel in appels.values():
        assert appel.signature
        assert "le responsable" in appel.signature.signatory.fr
        assert {mean.id for mean in appel.signature.means} == {"manuscrite", "cpx", "pro_sante_connect", "rgs"}
        assert appel.signature.status is Status.TO_CONFIRM
        assert "[coupé]" in appel.signature.source
