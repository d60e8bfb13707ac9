"""Rules on the installation scenario: the AF's questions, all of them, no other, each with its kind of answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from collections.abc import Mapping

from generator.findings import ERROR
from generator.findings import INFO
from generator.findings import WARNING
from generator.findings import define
from generator.jsonio.schema import suggest
from generator.lang import Text
from generator.orders import Order
from generator.orders.model import Answer
from generator.printed import answer as printed_answer
from generator.references import Appel
from generator.rules.model import AppelRule
from generator.rules.model import Problem
from generator.rules.model import key_problem
from generator.rules.model import problem

SCENARIO_SOURCE = "Exemple de bon de commande : chaque question attend une réponse, une seule case cochée"
QUESTION_SANS_REPONSE = define(
    "SCENARIO-SANS-REPONSE", ERROR,
    fr="pas de réponse à la question « {key} » : {text}", en="no answer to the question “{key}”: {text}",
    fix_fr="ajouter la clé à « scenario »", fix_en="add the key to “scenario”",
    source=SCENARIO_SOURCE,
    why_fr="Une question sans réponse laisse le scénario incomplet sur un document signé.",
    why_en="A question without an answer leaves the scenario incomplete on a signed document.",
)  # fmt: skip
QUESTION_INCONNUE = define(
    "SCENARIO-QUESTION-INCONNUE", ERROR,
    fr="{reference} n'a pas de question « {key} »{suggestion}", en="{reference} has no question “{key}”{suggestion}",
    fix_fr="la retirer, ou compléter le dossier de l'AF avec --appel",
    fix_en="remove it, or complete the AF's record with --appel",
    source=SCENARIO_SOURCE,
    why_fr="Le document imprime les questions de l'AF, mot pour mot : une autre n'y a pas de place.",
    why_en="The document prints the AF's questions, word for word: another one has no place in it.",
)  # fmt: skip
REPONSE_FAUSSE = define(
    "SCENARIO-REPONSE", ERROR,
    fr="cette réponse ne convient pas à la question « {key} »", en="this answer does not fit the question “{key}”",
    fix_fr="attendu : {expected}", fix_en="expected: {expected}",
    source=SCENARIO_SOURCE,
    why_fr="Une case est à cocher, ou une date à écrire : rien d'autre ne s'imprime.",
    why_en="A box is to be ticked, or a date to be written: nothing else prints.",
)  # fmt: skip
REPONSE_REPETEE = define(
    "SCENARIO-VA-IDENTIQUE", WARNING,
    fr="« {key} » a la même réponse que dans la commande", en="“{key}” has the same answer as in the order",
    fix_fr="la retirer : va.scenario ne porte que les différences",
    fix_en="remove it: va.scenario holds only the differences",
    why_fr="La VA imprime toutes les réponses ; va.scenario nomme celles que l'installation a changées, et que "
    "les contrôles a posteriori prennent pour vraies. Une répétition y cache un changement oublié.",
    why_en="The VA prints every answer; va.scenario names those that the installation changed, which later "
    "controls go by. A repetition there hides a change forgotten.",
)  # fmt: skip
REPONSE_CHANGEE = define(
    "SCENARIO-VA-DIFFERENT", INFO,
    fr="« {key} » : {installed} à l'installation, {ordered} à la commande",
    en="“{key}”: {installed} when installed, {ordered} when ordered",
    fix_fr="rien à faire si l'architecture a changé : la VA porte le scénario installé",
    fix_en="nothing to do if the architecture has changed: the VA carries the scenario installed",
    source="FAQ des industriels : « ce sont les scénarii finalement installés qui devront être indiqués dans les "
    "MOM/VA »",
    why_fr="Un changement est permis, et sera contrôlé sur ce que dit la VA : il est dit, jamais bloqué.",
    why_en="A change is allowed, and will be audited by what the VA says: it is told, never blocked.",
)  # fmt: skip

_DATE = Text("une date AAAA-MM-JJ, telle que 2026-11-02", "a date YYYY-MM-DD, such as 2026-11-02")
_YES_NO = Text("true pour oui, false pour non", "true for yes, false for no")


def _is_complete(order: Order, appel: Appel) -> Iterator[Problem]:
    for question in appel.questions:
        # An answer that the schema has refused is there all the same.
        if question.id not in _given(order):
            yield problem(QUESTION_SANS_REPONSE, "/scenario", key=question.id, text=question.text)
    yield from _answers_fit(order.scenario, appel, "/scenario")


def _given(order: Order) -> Mapping[str, object]:
    given = order.descriptor["scenario"]
    return given if isinstance(given, dict) else {}


def _differences_fit(order: Order, appel: Appel) -> Iterator[Problem]:
    if not order.va:
        return
    yield from _answers_fit(order.va.scenario, appel, "/va/scenario")
    for key, answer in order.va.scenario.items():
        ordered = order.scenario.get(key)
        if ordered == answer:
            yield key_problem(REPONSE_REPETEE, f"/va/scenario/{key}", key=key)
        elif type(ordered) is type(answer) and isinstance(answer, bool | datetime.date):
            said = {"installed": printed_answer(answer), "ordered": printed_answer(ordered)}
            yield problem(REPONSE_CHANGEE, f"/va/scenario/{key}", key=key, **said)


def _answers_fit(answers: Mapping[str, Answer], appel: Appel, pointer: str) -> Iterator[Problem]:
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
    """Give the dates that answer a question for a date, each with its pointer.

    Args:
        answers: by the id of the question.
        appel: the record with the questions.
        pointer: of the answers.
    """
    for question in appel.questions:
        date = answers.get(question.id)
        if question.is_date and isinstance(date, datetime.date):
            yield f"{pointer}/{question.id}", date


RULES = (
    AppelRule(("/scenario",), _is_complete),
    AppelRule(("/va/scenario", "/scenario"), _differences_fit),
)
