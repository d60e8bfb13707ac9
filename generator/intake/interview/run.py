"""Run the interview: ask question after question until the descriptor is valid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.common.findings import Finding, has_errors
from generator.common.jsonio.source import JsonObject
from generator.common.language import Text
from generator.intake.interview.ask import Asker, shown
from generator.intake.interview.check import build_descriptor
from generator.intake.interview.questions import Known, PromptQuestion, questions

# The questions answered, with their answers, by pointer.
_Given = dict[str, tuple[PromptQuestion, str | bool | None]]


@dataclass(frozen=True)
class Answered:
    """The result of the interview: the descriptor and its findings."""

    value: JsonObject
    findings: tuple[Finding, ...]


def interview(asker: Asker, known: Known, say: Callable[[Text | Finding], None]) -> Answered:
    """Ask for one order.

    Args:
        asker: asks a question.
        known: the data for questions.
        say: prints headings, and findings between the questions.

    Returns:
        The descriptor; `findings` has errors only if no question can correct them.

    Raises:
        KeyboardInterrupt: the user stops.
        EOFError: the terminal is closed.
    """
    given: _Given = {}
    former: dict[PromptQuestion, str | bool | None] = {}
    section: Text | None = None
    while True:
        answers, question = _valid_answers(given, known)
        if question is None:
            checked = asker.check(answers)
            faulty = _faulty(checked, [given[pointer][0] for pointer in answers])
            if not faulty:
                return Answered(build_descriptor(answers), checked)
            for found in checked:
                say(found)
            former[faulty] = given.pop(faulty.pointer)[1]
            continue
        if question.section != section:
            section = question.section
            say(section)
        proposed = shown(question, former.get(question), asker.lang) or shown(question, question.default, asker.lang)
        reply = asker.ask(question, answers, proposed)
        if reply is None:
            if answers:
                before, answer = given.pop([*answers][-1])
                former[before] = answer
            section = None
            continue
        answer, findings = reply
        given[question.pointer] = question, answer
        for found in findings:
            say(found)


def _valid_answers(given: _Given, known: Known) -> tuple[dict[str, str | bool | None], PromptQuestion | None]:
    """Return the valid answers, and the first question without one.

    An answer is valid while its question is equal, with its subject and proposal: a name is asked again after a change
    of the FINESS, an amount with VAT after a change of the amount without.
    """
    answers: dict[str, str | bool | None] = {}
    for question in questions(answers, known):
        asked, answer = given.get(question.pointer, (None, None))
        if asked != question:
            return answers, question
        answers[question.pointer] = answer
    return answers, None


def _faulty(findings: tuple[Finding, ...], asked: list[PromptQuestion]) -> PromptQuestion | None:
    """Return the question whose answer has an error."""
    if not has_errors(findings):
        return None
    pointers = [found.place.pointer or "" for found in findings if has_errors([found])]
    return next((each for each in asked if each.pointer in pointers), None)
