"""Rules on the appel à financement: what its record offers, and what it does not know yet."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import define
from generator.orders import Order
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import Status
from generator.rules.model import Problem
from generator.rules.model import Rule
from generator.rules.model import key_problem
from generator.rules.model import problem
from generator.rules.model import record_problem

REFERENCE_INCONNUE = define(
    "REFERENCE-INCONNUE", ERROR,
    fr="l'appel à financement {reference} n'est pas connu{suggestion}",
    en="the appel à financement {reference} is not known{suggestion}",
    fix_fr="« segurdoc references » donne les références connues ; --appel en ajoute une",
    fix_en="“segurdoc references” lists the known ones; --appel adds one",
)  # fmt: skip
PRESTATION_ABSENTE = define(
    "PRESTATION-ABSENTE", ERROR,
    fr="{reference} n'a pas de prestation {prestation}", en="{reference} has no prestation {prestation}",
    fix_fr="choisir une des prestations de l'AF", fix_en="choose one of the AF's prestations",
)  # fmt: skip
FIN_ABSENTE = define(
    "VA-TYPE-ABSENT", ERROR,
    fr="{reference} ne se termine pas par un document « {type} »",
    en="{reference} does not end with a document “{type}”",
    fix_fr="choisir le type de document que l'AF prévoit", fix_en="choose the type of document that the AF has",
)  # fmt: skip
CLAUSE_INCONNUE = define(
    "CLAUSE-REFERENCEMENT-INCONNUE", ERROR,
    fr="le texte de la clause « sous condition de référencement » de {reference} n'est pas connu du programme",
    en="the wording of the clause “sous condition de référencement” of {reference} is not known to the program",
    fix_fr="le recopier de l'AF dans conditional_clause.text d'un dossier donné avec --appel",
    fix_en="copy it from the AF into conditional_clause.text of a record given with --appel",
    source="FAQ de l'ASP : « en intégrant la mention ad hoc décrite dans l'Appel à Financement correspondant »",
)  # fmt: skip
SCENARIO_A_CONFIRMER = define(
    "APPEL-SCENARIO-A-CONFIRMER", WARNING,
    fr="les questions du scénario de {reference} ne sont pas toutes connues du programme",
    en="the program does not know all the scenario questions of {reference}",
    fix_fr="compléter « questions » dans un dossier donné avec --appel, d'après le modèle de l'ASP",
    fix_en="complete “questions” in a record given with --appel, from the ASP's model",
)  # fmt: skip
VA_A_CONFIRMER = define(
    "APPEL-VA-A-CONFIRMER", INFO,
    fr="le modèle de VA et de PV pilote de {reference} n'est pas confirmé : ses mentions sont déduites",
    en="the VA and PV pilote model of {reference} is not confirmed: its mentions are inferred",
    fix_fr="comparer avec le modèle de l'ASP ; corriger les mentions avec --appel",
    fix_en="compare with the ASP's model; correct the mentions with --appel",
)  # fmt: skip
SOLUTION_ABSENTE = define(
    "VA-SOLUTION-ABSENTE", WARNING,
    fr="la VA ne dira pas quel logiciel est installé : « solution » manque",
    en="the VA will not say which software is installed: “solution” is missing",
    fix_fr="ajouter « solution » avec le nom du logiciel", fix_en="add “solution” with the software's name",
    source="Déduit : la VA constate « qu'un logiciel livré » est apte (FAQ des industriels)",
)  # fmt: skip


def _prestation_is_offered(order: Order, appel: Appel) -> Iterator[Problem]:
    if appel.line_of(order.prestation) is None:
        names = {"reference": appel.reference, "prestation": order.prestation}
        yield problem(PRESTATION_ABSENTE, "/prestation", **names)


def _end_document_is_offered(order: Order, appel: Appel) -> Iterator[Problem]:
    kind = DocumentKind.PV_PILOTE if order.va and order.va.pv_pilote else DocumentKind.VA
    if kind not in appel.end_documents:
        yield problem(FIN_ABSENTE, "/va/type", reference=appel.reference, type=kind.value)


def _clause_is_known(order: Order, appel: Appel) -> Iterator[Problem]:
    if order.sous_condition_referencement and appel.conditional_clause is None:
        yield problem(CLAUSE_INCONNUE, "/sous_condition_referencement", reference=appel.reference)


def _questions_are_confirmed(_: Order, appel: Appel) -> Iterator[Problem]:
    if appel.questions_status is Status.TO_CONFIRM:
        yield record_problem(SCENARIO_A_CONFIRMER, appel, "/questions_status", reference=appel.reference)


def _va_is_confirmed(order: Order, appel: Appel) -> Iterator[Problem]:
    ends = [mention for kind in appel.end_documents for mention in appel.mentions_of(kind)]
    if order.va and any(mention.status is Status.TO_CONFIRM for mention in ends):
        yield record_problem(VA_A_CONFIRMER, appel, "/mentions", reference=appel.reference)


def _va_names_solution(order: Order, _: Appel) -> Iterator[Problem]:
    if order.va and not order.solution:
        yield key_problem(SOLUTION_ABSENTE, "/va")


RULES = (
    Rule(("/prestation",), _prestation_is_offered),
    Rule(("/va/type",), _end_document_is_offered),
    Rule(("/sous_condition_referencement",), _clause_is_known),
    Rule(("/scenario",), _questions_are_confirmed),
    Rule(("/va",), _va_is_confirmed),
    Rule(("/va",), _va_names_solution),
)
