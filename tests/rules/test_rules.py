import copy
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.common.explain import all_kinds
from generator.documents.printed import cents
from generator.references import Appels, DocumentKind, load_appels
from generator.rules import review_appel, validation
from generator.rules.validation import check_descriptor, validate
from tests.conftest import FULL, Json, descriptor


def codes(value: Json, appels: Appels) -> list[str]:
    return [finding.code for finding in check_descriptor(descriptor(value), appels).findings]


def test_rules_and_schema_speak_in_one_go(order_json: Json, appels: Appels) -> None:
    order_json["numero"] = ""
    order_json["montant"]["ttc"] = "12000.01"
    order_json["scenario"]["prosante_connect"] = "oui"
    assert codes(order_json, appels) == ["SCHEMA-FORME", "MONTANT-TTC", "SCENARIO-REPONSE"]


def test_rule_is_silent_where_the_schema_has_spoken(order_json: Json, appels: Appels) -> None:
    order_json["montant"]["ht"] = 0
    assert codes(order_json, appels) == ["SCHEMA-TYPE"]


@given(ht=st.decimals("0.01", "999999.99", places=2), taux=st.sampled_from(["0.00", "2.10", "8.50", "10.00", "20.00"]))
def test_amount_with_vat_is_right_to_the_cent_and_no_other_is(ht: Decimal, taux: str) -> None:
    exact = cents(ht + ht * Decimal(taux) / 100)
    assert abs(exact - ht * (1 + Decimal(taux) / 100)) <= Decimal("0.005")


@pytest.mark.parametrize("shift", ["0.01", "-0.01"])
def test_amount_a_cent_off_is_an_error(order_json: Json, appels: Appels, shift: str) -> None:
    order_json["montant"]["ttc"] = str(Decimal("12000.00") + Decimal(shift))
    assert codes(order_json, appels) == ["MONTANT-TTC"]


def test_amount_with_vat_is_not_asked_for_at_the_rate_zero_alone(order_json: Json, appels: Appels) -> None:
    order_json["montant"] = {"ht": "10000.00", "taux_tva": "0.00"}
    assert codes(order_json, appels) == []
    order_json["montant"]["ttc"] = "10000.01"
    assert codes(order_json, appels) == ["MONTANT-TTC"]
    order_json["montant"] = {"ht": "10000.00", "taux_tva": "20.00"}
    assert codes(order_json, appels) == ["SCHEMA-CLE-ABSENTE"]


def test_advice_on_a_scenario_names_the_referenced_solution() -> None:
    kinds = [kind for kind in all_kinds() if kind.code.startswith("SCENARIO-")]
    assert len(kinds) == 5
    for kind in kinds:
        assert "cohérent avec le profil de la solution référencée" in kind.message.fix.fr
        assert "consistent with the profile of the software" in kind.message.fix.en


def test_unknown_reference_gets_a_suggestion(order_json: Json, appels: Appels) -> None:
    order_json["reference"] = "AF-HOP-DPI-VA2"
    (finding,) = check_descriptor(descriptor(order_json), appels).findings
    assert finding.code == "REFERENCE-INCONNUE"
    assert "AF-HOP-DPI-Va2" in finding.message("fr")


def test_prestation_that_the_af_lacks_is_an_error(order_json: Json, appels: Appels) -> None:
    appel = appels["AF-HOP-DPI-Va2"]
    only = {appel.reference: replace(appel, prestations=appel.prestations[:1])}
    assert [found.code for found in check_descriptor(descriptor(order_json), only).findings] == ["PRESTATION-ABSENTE"]


def test_end_document_that_the_af_lacks_is_an_error(va_json: Json, appels: Appels) -> None:
    appel = appels["AF-HOP-DPI-Va2"]
    only = {appel.reference: replace(appel, end_documents=(DocumentKind.PV_PILOTE,))}
    assert "VA-TYPE-ABSENT" in [found.code for found in check_descriptor(descriptor(va_json), only).findings]


@pytest.mark.parametrize("day", ["2026-W52-1", "0001-01-01", "20261102", "2026-11-31", "2026-11-02 "])
def test_date_in_another_form_is_no_answer(order_json: Json, appels: Appels, day: str) -> None:
    order_json["scenario"]["date_previsionnelle_installation"] = day
    assert codes(order_json, appels) == ["SCENARIO-REPONSE"]


def test_scenario_of_another_af_is_reported_key_by_key(order_json: Json, appels: Appels) -> None:
    order_json["reference"] = "AF-HOP-PFI-Va2"
    said = codes(order_json, appels)
    assert said == ["DATE-COMMANDE-APRES-AVANCE", *["SCENARIO-QUESTION-INCONNUE"] * 5]


def test_va_scenario_is_checked_like_the_order_s(va_json: Json, appels: Appels) -> None:
    va_json["va"]["scenario"] = {"prosante_connect": "non", "autre": True}
    said = codes(va_json, appels)
    assert "SCENARIO-REPONSE" in said
    assert "SCENARIO-QUESTION-INCONNUE" in said


def test_what_a_record_does_not_know_is_said_of_the_record(appels: Appels) -> None:
    dpi, pfi = (review_appel(appels[reference]) for reference in ("AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"))
    assert [found.code for found in dpi] == ["APPEL-MENTIONS-A-CONFIRMER"]
    assert [found.code for found in pfi] == ["APPEL-SCENARIO-A-CONFIRMER", "APPEL-MENTIONS-A-CONFIRMER"]
    assert dpi[0].place.file == "schemas/appels/af-hop-dpi-va2.json"


def test_unknown_af_does_not_silence_the_other_rules(order_json: Json, appels: Appels) -> None:
    order_json["reference"] = "AF-HOP-DPI-Va3"
    order_json["montant"] = {"ht": "0.00", "taux_tva": "20.00", "ttc": "5.00"}
    assert codes(order_json, appels) == ["REFERENCE-INCONNUE", "MONTANT-NUL", "MONTANT-TTC"]


def test_one_refused_answer_does_not_silence_the_missing_ones(order_json: Json, appels: Appels) -> None:
    order_json["scenario"] = {"date_previsionnelle_installation": "2026-11-02", "prosante_connect": None}
    assert sorted(codes(order_json, appels)) == ["SCENARIO-SANS-REPONSE"] * 4 + ["SCHEMA-TYPE"]


def test_refused_solution_is_not_called_missing(va_json: Json, appels: Appels) -> None:
    va_json["solution"] = "DPI"
    va_json["va"]["scenario"] = {}
    assert codes(va_json, appels) == ["SCHEMA-TYPE"]


def test_unusable_logo_is_reported_before_rendering(order_json: Json, appels: Appels) -> None:
    order_json["fournisseur"]["logo"] = "nosuch.png"
    assert codes(order_json, appels) == ["LOGO-ILLISIBLE"]


def test_va_before_its_installation_is_a_warning(va_json: Json, appels: Appels) -> None:
    va_json["va"]["date_installation"] = "2027-03-02"
    va_json["va"]["scenario"] = {}
    assert codes(va_json, appels) == ["DATE-VA-AVANT-INSTALLATION"]


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.just("x" * 100_000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, member in members for place in places(member, (*path, key)))]


@st.composite
def broken(draw: st.DrawFn) -> Json:
    """A sound descriptor with junk in one to four places."""
    value = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 4))):
        options = [place for place in places(value) if place]
        *parents, last = options[draw(st.integers(0, 500)) % len(options)]
        holder: Any = value
        for key in parents:
            holder = holder[key]
        holder[last] = copy.deepcopy(draw(junk))
    return value


@settings(max_examples=200, deadline=None)
@given(value=broken())
def test_broken_descriptor_gives_findings_never_an_exception(value: Json) -> None:
    check_descriptor(descriptor(value), load_appels())


def test_file_of_refused_descriptors_alone_is_read_to_a_bound(tmp_path: Path, appels: Appels, order_json: Json) -> None:
    lines, sound = tmp_path / "lines.json", tmp_path / "sound.json"
    lines.write_text('{"a": 1}\n' * (validation.MAX_REFUSED + 100), "utf-8")
    sound.write_text(json.dumps(order_json), "utf-8")
    *refused, cut, last = validate([lines, sound], appels)
    assert len(refused) == validation.MAX_REFUSED
    assert [found.code for found in cut.findings] == ["FICHIER-TROP-FAUX"]
    assert last.order
