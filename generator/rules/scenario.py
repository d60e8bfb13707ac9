"""Compare the scenario with the questions of the AF record: all answered, no other, each with its kind of answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from generator.common.findings import ERROR, INFO, WARNING, define
from generator.common.jsonio.schema import suggest
from generator.common.language import Text
from generator.documents.printed import answer as printed_answer
from generator.orders import Order
from generator.orders.model import Answer
from generator.references import Appel
from generator.rules.model import AppelRule, Problem, key_problem, problem

QUESTION_SANS_REPONSE = define("SCENARIO-SANS-REPONSE", ERROR)
QUESTION_INCONNUE = define("SCENARIO-QUESTION-INCONNUE", ERROR)
REPONSE_FAUSSE = define("SCENARIO-REPONSE", ERROR)
REPONSE_REPETEE = define("SCENARIO-VA-IDENTIQUE", WARNING)
REPONSE_CHANGEE = define("SCENARIO-VA-DIFFERENT", INFO)

_DATE = Text("une date AAAA-MM-JJ, telle que 2026-11-02", "a date YYYY-MM-DD, such as 2026-11-02")
_YES_NO = Text("true pour oui, false pour non", "true for yes, false for no")


def _check_answers(order: Order, appel: Appel) -> Iterator[Problem]:
    for question in appel.questions:
        # The descriptor, not the model: the model lacks an answer that the schema refused.
        if question.id not in _given(order):
            yield problem(QUESTION_SANS_REPONSE, "/scenario", key=question.id, text=question.text)
    yield from _check_kinds(order.scenario, appel, "/scenario")


def _given(order: Order) -> Mapping[str, object]:
    given = order.descriptor["scenario"]
    return given if isinstance(given, dict) else {}


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
            expected = _DATE if question.is_date else _YES_NO
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


RULES = (
    AppelRule(("/scenario",), _check_answers),
    AppelRule(("/va/scenario", "/scenario"), _check_differences),
)
