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
    answers: dict[str, str | bool | None] = {}
    former: dict[str, str | bool | None] = {}
    section: Text | None = None
    while True:
        question = next((each for each in questions(answers, known) if each.pointer not in answers), None)
        if question is None:
            checked = asker.check(answers)
            faulty = _faulty(checked, [*questions(answers, known)])
            if not faulty:
                return Answered(descriptor_of(answers), checked)
            for found in checked:
                say(found)
            former[faulty.pointer] = answers.pop(faulty.pointer)
            continue
        if question.section != section:
            section = question.section
            say(section)
        proposed = shown(question, former.get(question.pointer)) or shown(question, question.default)
        given = asker.ask(question, answers, proposed)
        if given is None:
            if answers:
                pointer, answer = answers.popitem()
                former[pointer] = answer
            section = None
            continue
        answers[question.pointer], findings = given
        for found in findings:
            say(found)


def _faulty(findings: tuple[Finding, ...], asked: list[Question]) -> Question | None:
    """Return the question whose answer an error is about."""
    if not has_errors(findings):
        return None
    pointers = [found.place.pointer or "" for found in findings if has_errors([found])]
    return next((each for each in asked if each.pointer in pointers), None)
