"""Rules on the appel à financement: what its record offers, and what it does not know yet."""

from __future__ import annotations

from collections.abc import Iterator

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import Finding
from generator.findings import Place
from generator.findings import define
from generator.orders import Order
from generator.references import Appel
from generator.references import DocumentKind
from generator.references import Status
from generator.rules.model import AppelRule
from generator.rules.model import Problem
from generator.rules.model import problem

REFERENCE_INCONNUE = define(
    "REFERENCE-INCONNUE", ERROR,
    fr="l'appel à financement {reference} n'est pas connu{suggestion}",
    en="the appel à financement {reference} is not known{suggestion}",
    fix_fr="« segurdoc references » donne les références connues ; --appel en ajoute une",
    fix_en="“segurdoc references” lists the known ones; --appel adds one",
    why_fr="Mentions, questions et échéances viennent du dossier de l'AF : sans lui, rien ne peut être imprimé.",
    why_en="Mentions, questions and deadlines come from the AF's record: without it nothing can be printed.",
)  # fmt: skip
PRESTATION_ABSENTE = define(
    "PRESTATION-ABSENTE", ERROR,
    fr="{reference} n'a pas de prestation {prestation}", en="{reference} has no prestation {prestation}",
    fix_fr="choisir une des prestations de l'AF", fix_en="choose one of the AF's prestations",
    why_fr="La ligne de commande porte le nom exact d'une prestation de l'AF : il n'y en a pas d'autre à imprimer.",
    why_en="The order line bears the exact name of one of the AF's prestations: there is no other to print.",
)  # fmt: skip
FIN_ABSENTE = define(
    "VA-TYPE-ABSENT", ERROR,
    fr="{reference} ne se termine pas par un document « {type} »",
    en="{reference} does not end with a document “{type}”",
    fix_fr="choisir le type de document que l'AF prévoit", fix_en="choose the type of document that the AF has",
    why_fr="Le document de fin est un modèle de l'AF : un autre serait refusé.",
    why_en="The end document is a model of the AF: another one would be refused.",
)  # fmt: skip
CLAUSE_INCONNUE = define(
    "CLAUSE-REFERENCEMENT-INCONNUE", ERROR,
    fr="le texte de la clause « sous condition de référencement » de {reference} n'est pas connu du programme",
    en="the wording of the clause “sous condition de référencement” of {reference} is not known to the program",
    fix_fr="le recopier de l'AF dans conditional_clause.text d'un dossier donné avec --appel",
    fix_en="copy it from the AF into conditional_clause.text of a record given with --appel",
    source="FAQ de l'ASP : « en intégrant la mention ad hoc décrite dans l'Appel à Financement correspondant »",
    why_fr="Cette mention est celle de l'AF, mot pour mot, et le programme n'a pas pu la lire : il ne l'invente "
    "pas.",
    why_en="This mention is the AF's own, word for word, and the program could not read it: it does not invent "
    "one.",
)  # fmt: skip
SCENARIO_A_CONFIRMER = define(
    "APPEL-SCENARIO-A-CONFIRMER", WARNING,
    fr="les questions du scénario de {reference} ne sont pas toutes connues du programme",
    en="the program does not know all the scenario questions of {reference}",
    fix_fr="compléter « questions » dans un dossier donné avec --appel, d'après le modèle de l'ASP",
    fix_en="complete “questions” in a record given with --appel, from the ASP's model",
    why_fr="Une question que le bon de commande ne pose pas peut le faire refuser ; le programme n'imprime que "
    "celles qu'il a lues.",
    why_en="A question that the order does not ask may have it refused; the program prints only those that it "
    "could read.",
)  # fmt: skip
MENTIONS_A_CONFIRMER = define(
    "APPEL-MENTIONS-A-CONFIRMER", INFO,
    fr="{count} mentions de {reference} ne sont pas confirmées par un texte lu, surtout sur la VA et le PV pilote",
    en="{count} mentions of {reference} are not confirmed by a text read, above all on the VA and PV pilote",
    fix_fr="« segurdoc references {reference} » les nomme : comparer avec les modèles de l'ASP, corriger avec --appel",
    fix_en="“segurdoc references {reference}” names them: compare with the ASP's models, correct with --appel",
    why_fr="Les modèles de l'ASP n'ont pas pu être lus en entier : ce qui n'est pas sûr est dit.",
    why_en="The ASP's models could not be read whole: what is not sure is told.",
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


def review_appel(appel: Appel) -> list[Finding]:
    """Return what an AF's record does not know for sure: said once a run, not once an order."""
    found = []
    if appel.questions_status is Status.TO_CONFIRM:
        place = Place(appel.file, pointer="/questions_status")
        found.append(SCENARIO_A_CONFIRMER.at(place, reference=appel.reference))
    count = sum(mention.status is Status.TO_CONFIRM for mention in appel.mentions)
    if count:
        place = Place(appel.file, pointer="/mentions")
        found.append(MENTIONS_A_CONFIRMER.at(place, reference=appel.reference, count=count))
    return found


RULES = (
    AppelRule(("/prestation",), _prestation_is_offered),
    AppelRule(("/va/type",), _end_document_is_offered),
    AppelRule(("/sous_condition_referencement",), _clause_is_known),
)
