"""The interview: question after question, back where asked, until the descriptor is sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.findings import Finding
from generator.findings import has_errors
from generator.interview.ask import Asker
from generator.interview.ask import shown
from generator.interview.check import descriptor_of
from generator.interview.questions import Known
from generator.interview.questions import Question
from generator.interview.questions import questions
from generator.jsonio.source import JsonObject
from generator.lang import Text

# What was answered, by pointer, and to which question.
_Given = dict[str, tuple[Question, str | bool | None]]


@dataclass(frozen=True)
class Answered:
    """What the interview gave: the descriptor, and what is to be said of it."""

    value: JsonObject
    findings: tuple[Finding, ...]


def interview(asker: Asker, known: Known, say: Callable[[Text | Finding], None]) -> Answered:
    """Ask for one order.

    Args:
        asker: asks a question.
        known: what questions are made from.
        say: tells headings, and findings between the questions.

    Returns:
        The descriptor; with errors in `findings` only where none of the questions can mend them.

    Raises:
        KeyboardInterrupt: the user gives up.
        EOFError: the terminal is gone.
    """
    given: _Given = {}
    former: dict[Question, str | bool | None] = {}
    section: Text | None = None
    while True:
        answers, question = _standing(given, known)
        if question is None:
            checked = asker.check(answers)
            faulty = _faulty(checked, [given[pointer][0] for pointer in answers])
            if not faulty:
                return Answered(descriptor_of(answers), checked)
            for found in checked:
                say(found)
            former[faulty] = given.pop(faulty.pointer)[1]
            continue
        if question.section != section:
            section = question.section
            say(section)
        proposed = shown(question, former.get(question)) or shown(question, question.default)
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


def _standing(given: _Given, known: Known) -> tuple[dict[str, str | bool | None], Question | None]:
    """Return the answers that stand, and the first question without one; what is not asked any more falls away.

    An answer stands while its question is asked in the same words, of the same establishment, with the same proposal: a
    name, or an amount with VAT, does not outlive the number, or the amount, that it followed from.
    """
    answers: dict[str, str | bool | None] = {}
    for question in questions(answers, known):
        asked, answer = given.get(question.pointer, (None, None))
        if asked != question:
            return answers, question
        answers[question.pointer] = answer
    return answers, None


def _faulty(findings: tuple[Finding, ...], asked: list[Question]) -> Question | None:
    """Return the question whose answer an error is about."""
    if not has_errors(findings):
        return None
    pointers = [found.place.pointer or "" for found in findings if has_errors([found])]
    return next((each for each in asked if each.pointer in pointers), None)
