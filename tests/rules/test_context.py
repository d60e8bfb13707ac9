"""Each rule on base, history, dates and invoice, in both directions: the order that keeps it, and the one that breaks it."""

import copy
import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from generator.common.findings import Severity
from generator.references import Appels
from generator.rules import RULES, RuleContext, review_context
from generator.rules.eligibles import Base
from generator.rules.eligibles.base import Plafond
from generator.rules.model import ContextRule
from generator.rules.validation import check_descriptor
from tests.conftest import Json, descriptor

ABSENT = "990000085"
MERGED = {"finess": ["990000051", "990000069"], "justificatif": "arrete.pdf"}
PAST = {"vague_1_financee": False, "vague_1_a_ses_frais": False}
VA = {"type": "va", "date": "2027-02-15", "version_installee": "4.2", "signataire": {"nom": "Camille Exemple"}}


def changed(value: Json, changes: Mapping[str, Any]) -> Json:
    """Return a descriptor with the values of dotted keys changed."""
    value = copy.deepcopy(value)
    for dotted, new in changes.items():
        *parents, last = dotted.split(".")
        holder = value
        for key in parents:
            holder = holder.setdefault(key, {})
        holder[last] = new
    return value


def codes(value: Json, appels: Appels, context: RuleContext) -> list[str]:
    return [finding.code for finding in check_descriptor(descriptor(value), appels, context=context).findings]


KEPT_AND_BROKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("ELIGIBLE-ABSENT", {}, {"client.finess_pmsi": ABSENT}),
    ("ELIGIBLE-ABSENT", {"client.finess_pmsi": ABSENT, "fusion": MERGED}, {"client.finess_pmsi": ABSENT}),
    ("FINESS-JURIDIQUE-GEOGRAPHIQUE", {}, {"client.finess_pmsi": "010000032"}),
    ("FINESS-JURIDIQUE-GEOGRAPHIQUE", {}, {"client.finess_pmsi": "010000032", "fusion": MERGED}),
    (
        "FUSION-ABSENTE",
        {"client.finess_pmsi": ABSENT, "fusion": MERGED},
        {"client.finess_pmsi": ABSENT, "fusion": {**MERGED, "finess": ["990000051", ABSENT]}},
    ),
    ("FUSION-PLAFOND", {"fusion": MERGED}, {"client.finess_pmsi": ABSENT, "fusion": MERGED}),
    ("FUSION-INUTILE", {"client.finess_pmsi": ABSENT, "fusion": MERGED}, {"fusion": MERGED}),
    ("CATEGORIE-HORS-LISTE", {"client.finess_pmsi": "990000010"}, {"client.finess_pmsi": "990000077"}),
    (
        "CATEGORIE-HORS-LISTE",
        {"client.finess_pmsi": ABSENT, "fusion": MERGED},
        {"client.finess_pmsi": ABSENT, "fusion": {**MERGED, "finess": ["990000051", "990000077"]}},
    ),
    (
        "SCHEMA-NOMBRE",
        {"client.finess_pmsi": ABSENT, "fusion": MERGED},
        {"client.finess_pmsi": ABSENT, "fusion": {**MERGED, "finess": ["990000051"]}},
    ),
    (
        "SCHEMA-NOMBRE",
        {"client.finess_pmsi": ABSENT, "fusion": MERGED},
        {"client.finess_pmsi": ABSENT, "fusion": {**MERGED, "finess": ["990000051", "990000051"]}},
    ),
    ("DATE-INSTALLATION-AVANT-COMMANDE", {"va": {**VA, "date_installation": "2026-05-04"}},
     {"va": {**VA, "date_installation": "2026-05-03"}}),
    ("DATE-INSTALLATION-AVANT-COMMANDE", {"va": {**VA, "scenario": {"date_previsionnelle_installation": "2026-05-04"}}},
     {"va": {**VA, "scenario": {"date_previsionnelle_installation": "2026-05-03"}}}),
    # A date where yes or no is asked for is one mistake, not two.
    ("SCENARIO-REPONSE", {}, {"scenario.prosante_connect": "2026-01-01"}),
    ("PLAFOND-DEPASSE", {"montant.ht": "20000.00", "montant.ttc": "24000.00"}, {"montant.ht": "20000.01"}),
    ("PLAFOND-DEPASSE", {"montant.ttc": "24000.00"}, {"montant.ttc": "24000.01"}),
    # At another rate the amount without VAT alone may exceed.
    (
        "PLAFOND-DEPASSE",
        {"montant.ht": "20000.00", "montant.taux_tva": "8.50", "montant.ttc": "21700.00"},
        {"montant.ht": "20000.01", "montant.taux_tva": "8.50", "montant.ttc": "21700.01"},
    ),
    # Without VAT both amounts are the one HT.
    ("PLAFOND-DEPASSE", {"montant": {"ht": "20000.00", "taux_tva": "0.00"}},
     {"montant": {"ht": "20000.01", "taux_tva": "0.00"}}),
    ("VA-MSSANTE-ABSENTE", {"va": {**VA, "adresse_mssante": "a@ch.mssante.fr"}}, {"va": VA}),
    ("VA-MSSANTE-DOMAINE", {"va": {**VA, "adresse_mssante": "a@CH.MSSANTE.FR"}},
     {"va": {**VA, "adresse_mssante": "a@xmssante.fr"}}),
    ("HISTORIQUE-VAGUE-1", {"prestation": "V2", "historique": {**PAST, "vague_1_financee": True}},
     {"prestation": "V1+V2", "historique": {**PAST, "vague_1_financee": True}}),
    ("HISTORIQUE-VAGUE-1", {"prestation": "V1+V2", "historique": PAST},
     {"prestation": "V1+V2", "historique": {**PAST, "vague_1_a_ses_frais": True}}),
    ("HISTORIQUE-ABSENT", {"prestation": "V1+V2", "historique": PAST}, {"prestation": "V1+V2"}),
    ("DATE-COMMANDE-APRES-AVANCE", {"date_emission": "2026-06-18"}, {"date_emission": "2026-06-19"}),
    ("DATE-INSTALLATION-APRES-FIN", {"scenario.date_previsionnelle_installation": "2027-03-17"},
     {"scenario.date_previsionnelle_installation": "2027-03-18"}),
    ("DATE-INSTALLATION-APRES-FIN", {"va": {**VA, "date_installation": "2027-02-01"}},
     {"va": {**VA, "date": "2027-03-20", "date_installation": "2027-03-18"}}),
    ("DATE-INSTALLATION-APRES-FIN", {"va": {**VA, "scenario": {"date_previsionnelle_installation": "2027-03-01"}}},
     {"va": {**VA, "scenario": {"date_previsionnelle_installation": "2027-03-18"}}}),
    ("DATE-VA-APRES-SOLDE", {"va": {**VA, "date": "2027-06-16"}}, {"va": {**VA, "date": "2027-06-17"}}),
    ("DATE-A-VENIR", {"va": {**VA, "date": "2027-03-31"}}, {"va": {**VA, "date": "2027-04-01"}}),
    ("DATE-A-VENIR", {"date_emission": "2027-03-31"}, {"date_emission": "2027-04-01"}),
    ("DATE-COMMANDE-AVANT-DOSSIER", {"solution.date_dossier_preuves": "2026-09-01"},
     {"solution.date_dossier_preuves": "2026-09-02"}),
    ("CLAUSE-REFERENCEMENT-ABSENTE", {"solution.date_referencement": "2026-05-04"},
     {"solution.date_referencement": "2026-05-05"}),
    ("CLAUSE-REFERENCEMENT-ABSENTE",
     {"solution.date_referencement": "2026-05-05", "sous_condition_referencement": True},
     {"solution.date_referencement": "2026-05-05", "sous_condition_referencement": False}),
    ("SCENARIO-VA-DIFFERENT", {"va": {**VA, "scenario": {}}}, {"va": {**VA, "scenario": {"prosante_connect": False}}}),
    ("FACTURE-SIGNATAIRE", {"va": {**VA, "nom_facture": "EXEMPLE Camille"}},
     {"va": {**VA, "nom_facture": "Dominique Modèle"}}),
    ("FACTURE-SIGNATAIRE", {"va": {**VA, "signataire": {"nom": "Élise Œuvré"}, "nom_facture": "Oeuvre Elise"}},
     {"va": {**VA, "nom_facture": "Camille"}}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "kept", "broken"), KEPT_AND_BROKEN)
def test_rule_speaks_where_it_is_broken_and_there_alone(
    order_json: Json, appels: Appels, context: RuleContext, code: str, kept: Json, broken: Json
) -> None:
    assert code not in codes(changed(order_json, kept), appels, context)
    assert code in codes(changed(order_json, broken), appels, context)


def test_without_a_base_nothing_is_said_of_it_but_once_a_run(order_json: Json, appels: Appels) -> None:
    value = changed(order_json, {"client.finess_pmsi": ABSENT, "montant.ht": "99999.00"})
    assert codes(value, appels, RuleContext()) == ["MONTANT-TTC"]
    assert [found.code for found in review_context(RuleContext())] == ["ELIGIBLES-SANS-BASE"]


def test_base_is_named_with_its_date_and_digest(context: RuleContext, base: Base) -> None:
    (found,) = review_context(context)
    assert found.code == "ELIGIBLES-BASE"
    for part in ("base-fictive.xlsx", "2026-01-10", base.source.sha256):
        assert part in found.message("en")


def test_refused_row_is_named(order_json: Json, appels: Appels, base: Base) -> None:
    context = RuleContext(replace(base, refused={ABSENT: 12}))
    value = changed(order_json, {"client.finess_pmsi": ABSENT})
    (found,) = check_descriptor(descriptor(value), appels, context=context).findings
    assert found.code == "ELIGIBLE-LIGNE-REFUSEE"
    assert "12" in found.message("fr")


def test_number_that_client_s_name_has_in_base_is_reported(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    value = changed(order_json, {"client": {"finess_pmsi": ABSENT, "denomination_sociale": "C.H. D'EXEMPLEVILLE"}})
    (found,) = check_descriptor(descriptor(value), appels, context=context).findings
    assert "010000024" not in found.message("fr")
    value["client"]["denomination_sociale"] = "ch d'exempleville"
    (found,) = check_descriptor(descriptor(value), appels, context=context).findings
    assert "010000024" in found.message("fr")
    value["client"]["denomination_sociale"] = 7
    assert "ELIGIBLE-ABSENT" in codes(value, appels, context)


def test_finess_pmsi_is_reported_where_another_number_was_given(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    value = changed(order_json, {"client.finess_pmsi": "010000032"})
    (found,) = check_descriptor(descriptor(value), appels, context=context).findings
    assert "géographique" in found.message("fr")
    assert "010000024" in found.message("fr")


def test_juridique_number_names_some_establishments(
    order_json: Json, appels: Appels, base: Base, context: RuleContext
) -> None:
    group = max((number for each in base for number, _ in each.others), key=lambda number: len(base.known_as(number)))
    assert len(base.known_as(group)) > 3
    value = changed(order_json, {"client.finess_pmsi": group})
    (found,) = check_descriptor(descriptor(value), appels, context=context).findings
    assert found.message("fr").count("FINESS PMSI 99") == 3


def one_ceiling(base: Base, plafond: Plafond | None) -> RuleContext:
    plafonds = {("AF-HOP-DPI-Va2", "V2"): plafond} if plafond else {}
    known = replace(base.etablissements["010000024"], plafonds=plafonds)
    return RuleContext(replace(base, etablissements={known.finess: known}))


def test_ceiling_that_the_base_lacks_is_a_warning(order_json: Json, appels: Appels, base: Base) -> None:
    (found,) = check_descriptor(descriptor(order_json), appels, context=one_ceiling(base, None)).findings
    assert (found.code, found.severity) == ("PLAFOND-INCONNU", Severity.WARNING)
    assert codes(order_json, appels, one_ceiling(base, Plafond(ht=Decimal(10000)))) == []


def test_no_ceiling_is_worked_out_from_the_other(order_json: Json, appels: Appels, base: Base) -> None:
    # 10,000.00 without VAT, 12,000.00 with it: each is compared with its own ceiling alone.
    assert codes(order_json, appels, one_ceiling(base, Plafond(ttc=Decimal("12000.00")))) == []
    assert codes(order_json, appels, one_ceiling(base, Plafond(ttc=Decimal("11999.99")))) == ["PLAFOND-DEPASSE"]
    assert codes(order_json, appels, one_ceiling(base, Plafond(ht=Decimal("9999.99")))) == ["PLAFOND-DEPASSE"]


def test_public_code_among_the_private_ones_is_no_match(order_json: Json, appels: Appels, base: Base) -> None:
    appel = appels["AF-HOP-DPI-Va2"]
    assert appel.eligibility
    known = replace(base.etablissements["010000024"], agregat=None, categorie="1102")
    context = RuleContext(replace(base, etablissements={known.finess: known}))
    assert codes(order_json, appels, context) == ["CATEGORIE-HORS-LISTE"]


def test_af_of_another_identifier_is_not_compared_with_base(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    appel = replace(appels["AF-HOP-DPI-Va2"], client_identifier="siret")
    value = changed(order_json, {"client.finess_pmsi": ABSENT})
    assert codes(value, {appel.reference: appel}, context) == []


def test_record_without_lists_days_and_deadlines_judges_none(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    appel = replace(appels["AF-HOP-DPI-Va2"], eligibility=None, early_order=None, deadlines=())
    value = changed(
        order_json,
        {
            "client.finess_pmsi": "990000077",
            "montant": {"ht": "1.00", "taux_tva": "20.00", "ttc": "1.20"},
            "date_emission": "2026-10-01",
            "solution.date_dossier_preuves": "2027-12-01",
        },
    )
    assert codes(value, {appel.reference: appel}, context) == []


def test_deadline_to_be_confirmed_says_so(order_json: Json, appels: Appels) -> None:
    late = changed(order_json, {"scenario.date_previsionnelle_installation": "2027-03-18"})
    (found,) = check_descriptor(descriptor(late), appels).findings
    assert "à confirmer" in found.message("fr")
    late = changed(order_json, {"date_emission": "2026-06-19"})
    (found,) = check_descriptor(descriptor(late), appels).findings
    assert "à confirmer" not in found.message("fr")


def test_day_to_judge_from_can_be_set(order_json: Json, appels: Appels) -> None:
    for day, said in ((datetime.date(2026, 5, 3), ["DATE-A-VENIR"]), (datetime.date(2026, 5, 4), []), (None, [])):
        assert codes(order_json, appels, RuleContext(today=day)) == said


@pytest.mark.parametrize(
    "key", ["fusion", "historique", "solution", "va", "client", "montant", "scenario", "prestation"]
)
def test_part_that_the_schema_refuses_silences_its_rules_alone(
    order_json: Json, appels: Appels, context: RuleContext, key: str
) -> None:
    value = changed(order_json, {"fusion": MERGED, "historique": PAST, "va": VA, key: 7})
    assert "SCHEMA-TYPE" in codes(value, appels, context) or "SCHEMA-CHOIX" in codes(value, appels, context)


def test_every_rule_says_where_it_comes_from() -> None:
    for rule in RULES:
        if isinstance(rule, ContextRule):
            assert rule.check.__doc__


def test_date_for_a_yes_or_no_question_is_reported_once(order_json: Json, appels: Appels, context: RuleContext) -> None:
    value = changed(order_json, {"scenario.prosante_connect": "2026-01-01"})
    assert codes(value, appels, context) == ["SCENARIO-REPONSE"]


def _with_codes(context: RuleContext, finess: str, **codes: str | None) -> RuleContext:
    assert context.base
    row = replace(context.base.etablissements[finess], **codes)  # type: ignore[arg-type]
    return replace(context, base=replace(context.base, etablissements={**context.base.etablissements, finess: row}))


def test_code_off_its_list_beside_one_that_is_listed_is_reported(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    finess = order_json["client"]["finess_pmsi"]
    assert codes(order_json, appels, _with_codes(context, finess, agregat="1102", categorie="355")) == []
    both = _with_codes(context, finess, agregat="9999", categorie="355")
    assert codes(order_json, appels, both) == ["CATEGORIE-SELON-STATUT"]


def test_establishment_without_category_is_reported(order_json: Json, appels: Appels, context: RuleContext) -> None:
    bare = _with_codes(context, order_json["client"]["finess_pmsi"], agregat=None, categorie=None)
    assert codes(order_json, appels, bare) == ["CATEGORIE-INCONNUE"]


def test_base_without_categories_is_reported_once_a_run(order_json: Json, appels: Appels, context: RuleContext) -> None:
    assert context.base
    bare = {finess: replace(each, agregat=None, categorie=None) for finess, each in context.base.etablissements.items()}
    without = replace(context, base=replace(context.base, etablissements=bare))
    assert codes(order_json, appels, without) == []
    assert [found.code for found in review_context(without)] == ["ELIGIBLES-BASE", "CATEGORIE-INCONNUE"]


def test_merged_establishment_of_a_refused_row_is_reported(
    order_json: Json, appels: Appels, context: RuleContext
) -> None:
    assert context.base
    refused = replace(context, base=replace(context.base, refused={"990000093": 12}))
    merged = {**MERGED, "finess": ["990000051", "990000093"]}
    value = changed(order_json, {"client.finess_pmsi": ABSENT, "fusion": merged})
    assert codes(value, appels, refused) == ["FUSION-PLAFOND", "ELIGIBLE-LIGNE-REFUSEE"]


def test_without_vat_a_ceiling_with_vat_alone_still_counts(order_json: Json, appels: Appels, base: Base) -> None:
    order_json["montant"] = {"ht": "12000.01", "taux_tva": "0.00"}
    assert codes(order_json, appels, one_ceiling(base, Plafond(ttc=Decimal("12000.00")))) == ["PLAFOND-DEPASSE"]


def test_date_perhaps_put_off_is_reported_and_judged(order_json: Json, appels: Appels) -> None:
    value = changed(order_json, {"va": {**VA, "date": "2027-09-01", "adresse_mssante": "a@ch.mssante.fr"}})
    (found,) = check_descriptor(descriptor(value), appels).findings
    assert (found.code, found.severity) == ("DATE-VA-APRES-SOLDE", Severity.WARNING)
    assert "après le 16/06/2027" in found.message("fr")
    assert "peut-être reportée au 28/09/2027, selon une source tierce : vérifier l'arrêté" in found.message("fr")


def test_record_without_the_mention_asks_for_no_mssante_address(order_json: Json, appels: Appels) -> None:
    appel = appels["AF-HOP-DPI-Va2"]
    mentions = tuple(mention for mention in appel.mentions if mention.id != "adresse_mssante")
    own = {**appels, appel.reference: replace(appel, mentions=mentions)}
    assert codes(changed(order_json, {"va": VA}), own, RuleContext()) == []
