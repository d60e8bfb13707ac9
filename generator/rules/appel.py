"""Compare an order with its AF record (prestation, end document, clause, scenario), and review the record itself."""

import datetime
from collections.abc import Iterator, Mapping

from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, define
from generator.common.jsonio.schema import suggest
from generator.common.language import text
from generator.documents.printed import answer as printed_answer
from generator.orders import Order
from generator.orders.model import Answer
from generator.references import Appel, DocumentKind, Status
from generator.rules.model import AppelRule, Problem, key_problem, problem

# Mentions, questions and deadlines come from the AF record: without it nothing can be printed.
REFERENCE_INCONNUE = define("REFERENCE-INCONNUE", ERROR)
# The order line has the exact name of one of the AF's prestations: there is no other to print.
PRESTATION_ABSENTE = define("PRESTATION-ABSENTE", ERROR)
FIN_ABSENTE = define("VA-TYPE-ABSENT", ERROR)
# The clause is the AF's own, word for word, and could not be read: the program does not invent one.
CLAUSE_INCONNUE = define("CLAUSE-REFERENCEMENT-INCONNUE", ERROR)
# An order that lacks a question may be refused, and the record has only the questions that could be read.
SCENARIO_A_CONFIRMER = define("APPEL-SCENARIO-A-CONFIRMER", WARNING)
MENTIONS_A_CONFIRMER = define("APPEL-MENTIONS-A-CONFIRMER", INFO)
# Example of a bon de commande: each question waits for one answer, with one box ticked.
QUESTION_SANS_REPONSE = define("SCENARIO-SANS-REPONSE", ERROR)
QUESTION_INCONNUE = define("SCENARIO-QUESTION-INCONNUE", ERROR)
REPONSE_FAUSSE = define("SCENARIO-REPONSE", ERROR)
# `va.scenario` names the answers that the installation changed. A repeated answer there hides a forgotten change.
REPONSE_REPETEE = define("SCENARIO-VA-IDENTIQUE", WARNING)
# FAQ des industriels : « ce sont les scénarii finalement installés qui devront être indiqués dans les MOM/VA ». A
# change is reported, never blocked: later controls use it.
REPONSE_CHANGEE = define("SCENARIO-VA-DIFFERENT", INFO)


def _check_prestation(order: Order, appel: Appel) -> Iterator[Problem]:
    if appel.order_line(order.prestation) is None:
        names = {"reference": appel.reference, "prestation": order.prestation}
        yield problem(PRESTATION_ABSENTE, "/prestation", **names)


def _check_end_document(order: Order, appel: Appel) -> Iterator[Problem]:
    kind = DocumentKind.PV_PILOTE if order.va and order.va.pv_pilote else DocumentKind.VA
    if kind not in appel.end_documents:
        yield problem(FIN_ABSENTE, "/va/type", reference=appel.reference, type=kind.value)


def _check_clause(order: Order, appel: Appel) -> Iterator[Problem]:
    if order.sous_condition_referencement and appel.conditional_clause is None:
        yield problem(CLAUSE_INCONNUE, "/sous_condition_referencement", reference=appel.reference)


def _check_answers(order: Order, appel: Appel) -> Iterator[Problem]:
    # The descriptor, not the model: the model lacks an answer that the schema refused.
    given = order.descriptor["scenario"]
    assert isinstance(given, dict), "a rule is skipped where the schema refused the part that it reads"
    for question in appel.questions:
        if question.id not in given:
            yield problem(QUESTION_SANS_REPONSE, "/scenario", key=question.id, text=question.text)
    yield from _check_kinds(order.scenario, appel, "/scenario")


def _check_differences(order: Order, appel: Appel) -> Iterator[Problem]:
    if not order.va:
        return
    yield from _check_kinds(order.va.scenario, appel, "/va/scenario")
    for key, answer in order.va.scenario.items():
        ordered = order.scenario.get(key)
        if ordered == answer:
            yield key_problem(REPONSE_REPETEE, f"/va/scenario/{key}", key=key)
        elif type(ordered) is type(answer) and isinstance(answer, bool | datetime.date):
            answers = {"installed": printed_answer(answer), "ordered": printed_answer(ordered)}
            yield problem(REPONSE_CHANGEE, f"/va/scenario/{key}", key=key, **answers)


def _check_kinds(answers: Mapping[str, Answer], appel: Appel, pointer: str) -> Iterator[Problem]:
    questions = {question.id: question for question in appel.questions}
    for key, answer in answers.items():
        question = questions.get(key)
        if question is None:
            near = suggest(key, list(questions))
            where = f"{pointer}/{key}"
            yield key_problem(QUESTION_INCONNUE, where, reference=appel.reference, key=key, suggestion=near)
        elif not isinstance(answer, datetime.date if question.is_date else bool):
            expected = text(f"rules.answers.{'date' if question.is_date else 'yes-no'}")
            yield problem(REPONSE_FAUSSE, f"{pointer}/{key}", key=key, expected=expected)


def dated_answers(answers: Mapping[str, Answer], appel: Appel, pointer: str) -> Iterator[tuple[str, datetime.date]]:
    """Return the answers that are dates, each with its pointer.

    Args:
        answers: the answers, by the id of their question.
        appel: the AF record, which has the questions.
        pointer: the pointer of the answers.
    """
    for question in appel.questions:
        date = answers.get(question.id)
        if question.is_date and isinstance(date, datetime.date):
            yield f"{pointer}/{question.id}", date


def review_appel(appel: Appel) -> list[Finding]:
    """Return findings on the facts of an AF record that are to be confirmed: once a run, not once an order."""
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
    AppelRule(("/prestation",), _check_prestation),
    AppelRule(("/va/type",), _check_end_document),
    AppelRule(("/sous_condition_referencement",), _check_clause),
)
# The rules on dates come first: findings at one place keep the order of their rules.
SCENARIO_RULES = (
    AppelRule(("/scenario",), _check_answers),
    AppelRule(("/va/scenario", "/scenario"), _check_differences),
)
